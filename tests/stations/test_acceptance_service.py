"""The chain of an acceptance on both engines: dossier, inspection, rectification, decision."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock, ids, uploads
from app.core.database import db
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from stations.errors import AcceptanceClosed, AcceptanceIncomplete, ProjectClosed
from stations.models import ProjectStatus, Station, StationKind, StationStatus
from stations.models.acceptance import AcceptanceFile, AcceptanceStatus, Decision, ItemResult
from stations.models.finding import FindingStatus
from stations.models.subject import Subject
from stations.service import acceptance as service
from stations.service import money as money_service
from tests.factories import acceptance as make
from tests.factories import money
from tests.factories import projects as build
from tests.factories.acceptance import HUB, INSPECTOR, OTHER_MANAGER, TOWNSHIP_MANAGER

pytestmark = pytest.mark.usefixtures("session")


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# -- opening -------------------------------------------------------------------------------------


def test_an_acceptance_copies_the_checklist_of_its_kind() -> None:
    acceptance = make.create_acceptance()
    assert acceptance.status is AcceptanceStatus.DRAFT
    assert acceptance.payee_name == "龙潭镇人民政府"
    assert acceptance.place_name == "酉阳土家族苗族自治县 龙潭镇"
    assert [item.position for item in acceptance.items] == list(range(1, 23))
    sign = make.item_of(acceptance, "sign_text")
    assert "应写“龙潭镇电子商务综合服务站”" in sign.hint
    assert not make.item_of(acceptance, "bank_voucher").required


def test_payee_builder_and_sum_are_the_projects() -> None:
    project = build.create_project(builder_name="兴农合作社", approved_fen=5_000_000, approval_reference="9 号")
    acceptance = make.create_acceptance(project)
    told = (acceptance.builder_name, acceptance.approved_fen, acceptance.approval_reference, acceptance.payee_code)
    assert told == ("兴农合作社", 5_000_000, "9 号", make.TOWNSHIP)


def test_the_second_arrival_of_a_request_is_the_first_acceptance() -> None:
    project, request_id = build.create_project(), ids.new_id()
    first = make.create_acceptance(project, request_id=request_id)
    again = make.create_acceptance(project, request_id=request_id)
    assert first.id == again.id


def test_a_station_has_one_unfinished_acceptance() -> None:
    project = build.create_project()
    make.create_acceptance(project)
    assert service.list_ready_projects(TOWNSHIP_MANAGER) == []
    with pytest.raises(AcceptanceClosed):
        make.create_acceptance(project)


@pytest.mark.parametrize("status", [ProjectStatus.APPROVED, ProjectStatus.ACCEPTED, ProjectStatus.WITHDRAWN])
def test_only_what_is_built_is_accepted(status: ProjectStatus) -> None:
    with pytest.raises(AcceptanceClosed):
        make.create_acceptance(build.create_project(status=status))


def test_a_kind_without_a_checklist_is_refused() -> None:
    station = build.create_planned_station(kind=StationKind.LIAISON_POINT)
    with pytest.raises(InvalidInput, match="还没有验收清单"):
        make.create_acceptance(build.create_project(station))


def test_others_stations_and_acceptances_do_not_exist() -> None:
    acceptance = make.create_acceptance()
    with pytest.raises(NotFound):
        service.get_acceptance(OTHER_MANAGER, acceptance.id)
    with pytest.raises(NotFound):
        service.get_item(OTHER_MANAGER, acceptance.items[0].id)
    with pytest.raises(NotFound):
        service.record_evidence(actor=OTHER_MANAGER, request_id=None, item_id=acceptance.items[0].id)
    with pytest.raises(NotFound):
        make.create_acceptance(acceptance.project, actor=OTHER_MANAGER)
    assert db.session.execute(service.query_acceptances(OTHER_MANAGER)).all() == []


def test_each_step_belongs_to_one_role() -> None:
    acceptance = make.create_acceptance()
    item = acceptance.items[0]
    with pytest.raises(Forbidden):
        service.record_evidence(actor=INSPECTOR, request_id=None, item_id=item.id)
    with pytest.raises(Forbidden):
        make.judge(item, actor=TOWNSHIP_MANAGER)
    with pytest.raises(Forbidden):
        make.create_decision(acceptance, actor=INSPECTOR)
    with pytest.raises(Forbidden):
        service.waive_item(actor=TOWNSHIP_MANAGER, request_id=None, item_id=item.id, reason="不用")


# -- the dossier ---------------------------------------------------------------------------------


def test_photos_keep_time_and_place_when_the_camera_told_them() -> None:
    from stations.seed.pictures import draw_photo

    taken = clock.at_local(clock.today() - timedelta(days=1), 9, 30)
    told = service.Incoming.read("甲.jpg", io.BytesIO(draw_photo("门头", "龙潭镇", taken, (108.77123, 28.84321))))
    item = make.item_of(make.create_acceptance(), "photo_after")
    service.record_evidence(actor=TOWNSHIP_MANAGER, request_id=None, item_id=item.id, files=[told, make.photo()])
    located, silent = (file.upload for file in item.files)
    assert located.taken_at == taken
    assert (round(located.lon or 0, 4), round(located.lat or 0, 4)) == (108.7712, 28.8432)
    assert (silent.taken_at, silent.lon, silent.lat) == (None, None, None)


@pytest.mark.parametrize(
    "key, file",
    [
        ("photo_after", service.Incoming.read("照片.jpg", io.BytesIO("不是照片".encode()))),
        ("photo_after", service.Incoming.read("照片.jpg", io.BytesIO(b"%PDF-1.7 nor is this"))),
        ("building_plan", service.Incoming.read("方案.pdf", io.BytesIO(b"MZ\x90 a program"))),
        ("building_plan", service.Incoming.read("方案.pdf", io.BytesIO(b""))),
        ("photo_after", service.Incoming.read("大.jpg", io.BytesIO(b"\xff\xd8\xff" + b"0" * (30 * 1024 * 1024)))),
    ],
    ids=["text", "pdf for a photo", "program", "empty", "30 MB"],
)
def test_a_file_that_is_not_what_its_name_says_takes_the_others_with_it(key: str, file: service.Incoming) -> None:
    item = make.item_of(make.create_acceptance(), key)
    with pytest.raises(InvalidInput, match=file.filename) as refused:
        service.record_evidence(actor=TOWNSHIP_MANAGER, request_id=None, item_id=item.id, files=[make.photo(), file])
    assert refused.value.field == "files"
    assert (count(AcceptanceFile), count(uploads.Upload)) == (0, 0)


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"dated_on": clock.today() + timedelta(days=2)}, "dated_on"),
        ({"amount_fen": 6_000_001}, "amount"),
    ],
)
def test_facts_that_can_not_be_true_are_refused_at_their_field(facts: dict[str, Any], field: str) -> None:
    item = make.item_of(make.create_acceptance(), "invoices")
    with pytest.raises(InvalidInput) as refused:
        service.record_evidence(actor=TOWNSHIP_MANAGER, request_id=None, item_id=item.id, **facts)
    assert refused.value.field == field


def test_a_wrong_file_is_taken_out_and_its_row_stays() -> None:
    item = make.item_of(make.create_acceptance(), "photo_after")
    service.record_evidence(actor=TOWNSHIP_MANAGER, request_id=None, item_id=item.id, files=[make.photo()])
    service.remove_file(actor=TOWNSHIP_MANAGER, request_id=None, file_id=item.files[0].id)
    db.session.expire(item)
    assert item.files == []
    assert count(AcceptanceFile) == 1


def test_nobody_takes_out_the_other_sides_evidence() -> None:
    acceptance = make.create_submitted()
    townships = make.item_of(acceptance, "photo_after").files[0]
    with pytest.raises(Forbidden):
        service.remove_file(actor=INSPECTOR, request_id=None, file_id=townships.id)
    with pytest.raises(Forbidden):
        service.remove_file(actor=HUB, request_id=None, file_id=townships.id)


def test_a_dossier_with_a_gap_is_not_handed_in() -> None:
    acceptance = make.fill(make.create_acceptance(), leave_out="building_plan")
    with pytest.raises(AcceptanceIncomplete, match="还缺 1 项必备资料：建设方案"):
        service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=acceptance.id)
    service.waive_item(
        actor=HUB, request_id=None, item_id=make.item_of(acceptance, "building_plan").id, reason="沿用原有站点"
    )
    assert service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=acceptance.id).submitted_by == "田应平"


def test_a_project_is_completed_before_its_dossier_goes_in() -> None:
    acceptance = make.fill(make.create_acceptance(build.create_project(status=ProjectStatus.BUILDING)))
    with pytest.raises(AcceptanceClosed, match="还没有完工自查"):
        service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=acceptance.id)


def test_after_handing_in_the_township_changes_nothing() -> None:
    acceptance = make.create_submitted()
    with pytest.raises(AcceptanceClosed):
        service.record_evidence(actor=TOWNSHIP_MANAGER, request_id=None, item_id=acceptance.items[0].id)
    with pytest.raises(ProjectClosed, match="合同、发票和设备不能再改"):
        build.create_invoice(acceptance.project)


# -- money ---------------------------------------------------------------------------------------


def test_an_invoice_grows_the_version_that_the_hub_decides_on() -> None:
    acceptance = make.create_acceptance()
    before = acceptance.version
    build.create_invoice(acceptance.project)
    assert service.get_acceptance(HUB, acceptance.id).version == before + 1


# -- inspection ----------------------------------------------------------------------------------


def test_missing_and_wrong_need_a_word_and_good_needs_evidence() -> None:
    acceptance = make.create_acceptance()
    empty = make.item_of(acceptance, "photo_after")
    make.fill(acceptance, leave_out="photo_after")
    service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=acceptance.id)
    with pytest.raises(InvalidInput) as silent:
        make.judge(empty, ItemResult.MISSING, remark="")
    assert silent.value.field == "remark"
    with pytest.raises(InvalidInput) as bare:
        make.judge(empty)
    assert bare.value.field == "result"
    judged = make.judge(empty, files=[make.photo()])
    assert (judged.result, judged.checker_name) == (ItemResult.QUALIFIED, "石明华")


def test_progress_counts_what_was_handed_in_judged_or_waived() -> None:
    acceptance = make.create_submitted()
    assert (acceptance.handed_in, acceptance.judged) == ((21, 22), (0, 22))
    make.judge(acceptance.items[0], ItemResult.MISSING)
    service.waive_item(actor=HUB, request_id=None, item_id=acceptance.items[1].id, reason="免除")
    assert service.get_acceptance(HUB, acceptance.id).judged == (2, 22)


def test_the_visit_is_not_over_before_every_required_item_was_seen() -> None:
    acceptance = make.create_submitted()
    with pytest.raises(AcceptanceIncomplete, match="还有 20 项没有查验"):
        make.close(acceptance)


def test_a_finding_needs_a_deadline_ahead() -> None:
    with pytest.raises(InvalidInput) as refused:
        make.create_finding(make.create_submitted(), deadline=clock.today() - timedelta(days=1))
    assert refused.value.field == "deadline"


# -- rectification and decision ------------------------------------------------------------------


def test_a_missing_required_item_keeps_an_acceptance_from_passing() -> None:
    acceptance = make.create_inspected(wrong="sign_photo")
    with pytest.raises(AcceptanceIncomplete, match="1 项必备资料不合格：门头招牌照片") as refused:
        make.create_decision(acceptance)
    assert refused.value.field == "decision"
    service.waive_item(
        actor=HUB, request_id=None, item_id=make.item_of(acceptance, "sign_photo").id, reason="古镇风貌要求不设门头"
    )
    make.create_decision(acceptance)
    assert service.get_acceptance(HUB, acceptance.id).status is AcceptanceStatus.PASSED


def test_the_whole_chain_ends_with_the_station_accepted() -> None:
    acceptance = make.create_submitted()
    for item in list(acceptance.items):
        if not item.is_payment:
            make.judge(item, ItemResult.MISMATCH if item.key == "sign_photo" else ItemResult.QUALIFIED)
    sign = make.item_of(acceptance, "sign_photo")
    finding = make.create_finding(acceptance, item_id=sign.id)
    make.close(acceptance)

    make.create_decision(acceptance, decision=Decision.RECTIFICATION, opinion="招牌重做")
    rectify = {"actor": TOWNSHIP_MANAGER, "request_id": None, "finding_id": finding.id, "rectified_on": clock.today()}
    with pytest.raises(InvalidInput, match="整改后的照片"):
        service.rectify(**rectify, measure="重做了")
    service.rectify(**rectify, measure="重做了", files=[make.photo("red")])
    again = {"actor": INSPECTOR, "request_id": None, "finding_id": finding.id, "inspected_on": clock.today()}
    with pytest.raises(InvalidInput, match="还差什么"):
        service.reinspect(**again, good=False, remark="")
    service.reinspect(**again, good=False, remark="还差两个字")
    assert finding.status is FindingStatus.OPEN
    with pytest.raises(AcceptanceIncomplete):
        make.create_decision(acceptance)
    service.rectify(**rectify, measure="补了字", files=[make.photo("blue")])
    service.reinspect(**again, good=True, remark="")
    make.judge(sign)

    decision = make.create_decision(acceptance)
    stored = service.get_acceptance(HUB, acceptance.id)
    assert (stored.status, decision.bureau_signer) == (AcceptanceStatus.PASSED, "彭国栋")
    assert db.session.get_one(Station, stored.station_id).status is StationStatus.ACCEPTED
    assert (stored.project.status, stored.project.accepted_on) == (ProjectStatus.ACCEPTED, clock.today())
    assert [row.good for row in finding.reinspections] == [False, True]
    assert audit.history(stored)[0].text.startswith("对 龙潭镇电子商务综合服务站 的验收作出决定：验收合格")


def test_two_people_deciding_at_once() -> None:
    acceptance = make.create_inspected()
    seen = acceptance.version
    make.create_decision(acceptance, version=seen, decision=Decision.REFUSED, opinion="不同意")
    with pytest.raises(Conflict, match="别人改过这份验收（现在是“不予通过”）"):
        make.create_decision(acceptance, version=seen)
    with pytest.raises(AcceptanceClosed, match="不予通过"):
        make.create_decision(acceptance)


def test_a_decision_on_a_state_that_changed_meanwhile_is_refused() -> None:
    acceptance = make.create_inspected(wrong="sign_photo")
    seen = acceptance.version
    service.waive_item(actor=HUB, request_id=None, item_id=make.item_of(acceptance, "sign_photo").id, reason="免除")
    with pytest.raises(Conflict, match="别人改过"):
        make.create_decision(acceptance, version=seen)
    assert service.get_acceptance(HUB, acceptance.id).status is AcceptanceStatus.INSPECTED


def test_rectification_needs_something_to_rectify() -> None:
    with pytest.raises(AcceptanceIncomplete, match="没有待整改的问题"):
        make.create_decision(make.create_inspected(), decision=Decision.RECTIFICATION)


def test_a_refused_station_stays_where_it_is_and_may_try_again() -> None:
    acceptance = make.create_inspected()
    make.create_decision(acceptance, decision=Decision.REFUSED, opinion="选址不符")
    assert db.session.get_one(Station, acceptance.station_id).status is StationStatus.SELF_INSPECTED
    assert make.create_acceptance(acceptance.project).id != acceptance.id


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"decided_on": clock.today() + timedelta(days=1)}, "decided_on"),
        ({"decided_on": clock.today() - timedelta(days=1)}, "decided_on"),
        ({"third_party": "某会计师事务所"}, "third_party_signer"),
    ],
)
def test_a_decision_is_dated_and_signed_rightly(facts: dict[str, Any], field: str) -> None:
    acceptance = make.create_inspected()
    with pytest.raises(InvalidInput) as refused:
        make.create_decision(acceptance, **facts)
    assert refused.value.field == field


def test_the_payment_follows_after_passing_and_nothing_else_does() -> None:
    acceptance = make.create_passed()
    voucher, plan = (make.item_of(acceptance, key) for key in ("bank_voucher", "building_plan"))
    service.record_evidence(
        actor=TOWNSHIP_MANAGER, request_id=None, item_id=voucher.id, files=[make.paper()], amount_fen=5_000_000
    )
    assert service.paid_fen(service.get_acceptance(HUB, acceptance.id)) == 5_000_000
    with pytest.raises(AcceptanceClosed):
        service.record_evidence(actor=TOWNSHIP_MANAGER, request_id=None, item_id=plan.id, files=[make.paper()])


# -- looking up ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted, found",
    [
        ({}, 1),
        ({"text": "龙潭"}, 1),
        ({"text": "兴农"}, 1),
        ({"text": "没有这个"}, 0),
        ({"status": AcceptanceStatus.DRAFT}, 1),
        ({"status": AcceptanceStatus.PASSED}, 0),
        ({"subject": Subject.VILLAGE_POINT}, 0),
        ({"township_code": make.TOWNSHIP}, 1),
        ({"township_code": make.OTHER_TOWNSHIP}, 0),
        ({"township_code": make.COUNTY}, 0),
    ],
)
def test_the_list_is_searched_and_filtered(wanted: dict[str, Any], found: int) -> None:
    make.create_acceptance()
    rows = db.session.execute(service.query_acceptances(HUB, **wanted)).all()
    assert len(rows) == found
    assert [tuple(row)[1:] for row in rows] == [(0, 22, 0, 0, 0)] * found


def test_what_the_fund_paid_is_what_the_report_tells() -> None:
    acceptance = make.create_passed()
    voucher = make.item_of(acceptance, "bank_voucher")
    service.record_evidence(
        actor=TOWNSHIP_MANAGER, request_id=None, item_id=voucher.id, files=[make.paper()], amount_fen=5_000_000
    )
    subsidy = money.create_subsidy(project=acceptance.project, approved_fen=4_000_000)
    assert service.paid_fen(acceptance) == 5_000_000  # granted is not paid: the dossier's voucher stands
    (part,) = subsidy.instalments
    today = clock.today()
    money.request(part, requested_on=today)
    money_service.approve_instalment(actor=HUB, request_id=None, instalment_id=part.id, approved_on=today)
    money.pay(part, paid_on=today, voucher="YH-777")
    told = service.freeze(service.get_acceptance(HUB, acceptance.id))["money"]
    assert told["paid_fen"] == 4_000_000
