"""Dossiers of what is no station, on both engines: from the first paper to the signed report."""

from __future__ import annotations

import re
import subprocess
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock, documents, ids, uploads
from app.core.database import db
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.flows import verification_reports
from stations.errors import AcceptanceClosed, AcceptanceIncomplete
from stations.models import Station, StationStatus
from stations.models.acceptance import Acceptance, AcceptanceStatus, Decision, ItemResult
from stations.models.subject import Subject
from stations.seed.acceptance import seed_logistics_dossier
from stations.service import acceptance as service
from tests.factories import acceptance as make
from tests.factories import projects as build
from tests.factories.acceptance import HUB, INSPECTOR, OFFICIAL, OTHER_MANAGER, TOWNSHIP_MANAGER
from tests.tools import need

pytestmark = pytest.mark.usefixtures("session")
THIS_YEAR = clock.today().year
SCORES = {"duties": "34.5", "kpi": "22", "jobs": "8", "satisfaction": "16.5"}


def contract_year(**overrides: Any) -> Acceptance:
    facts = {"subject": Subject.CONTRACT_YEAR, "name": "县级公共服务中心运营合同 2025 年度", "year": 2025}
    return make.create_submitted_dossier(**(facts | overrides))


def judge_all(acceptance: Acceptance, scores: dict[str, str]) -> None:
    for item in list(acceptance.items):
        make.judge(item, score=Decimal(scores[item.key]) if item.points else None)


# -- opening -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject", [Subject.LOGISTICS, Subject.TRAINING_SESSION, Subject.CULTIVATED_PRODUCT, Subject.CONTRACT_YEAR]
)
def test_the_hub_opens_a_dossier_of_each_subject(subject: Subject) -> None:
    dossier = make.create_dossier(subject=subject, name=" 甲 ", reference_url="/training")
    assert (dossier.subject, dossier.subject_name, dossier.reference_url) == (subject, "甲", "/training")
    assert (dossier.station_id, dossier.project_id, dossier.payee_code, dossier.approved_fen) == (None,) * 4
    assert (dossier.station_code, dossier.payee_name, dossier.builder_name) == ("", "", "")
    assert dossier.is_of_county
    assert dossier.pass_mark == (60 if subject is Subject.CONTRACT_YEAR else None)


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"subject": Subject.TOWNSHIP_STATION}, "subject"),
        ({"division_code": make.VILLAGE}, "division_code"),
        ({"division_code": "500101000000"}, "division_code"),
        ({"year": THIS_YEAR + 1}, "year"),
        ({"name": "  "}, "name"),
        ({"reference_url": "https://example.org/"}, "reference_url"),
    ],
)
def test_what_can_not_be_is_told_at_its_field(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make.create_dossier(**facts)
    assert refused.value.field == field


def test_the_same_dossier_is_open_once_and_may_be_tried_again() -> None:
    request_id = ids.new_id()
    first = make.create_submitted_dossier(request_id=request_id)
    assert make.create_dossier(request_id=request_id).id == first.id
    with pytest.raises(AcceptanceClosed) as twice:
        make.create_dossier()
    assert twice.value.field == "name"
    assert make.create_dossier(year=THIS_YEAR - 1).id != first.id
    for item in list(first.items):
        make.judge(item)
    make.close(first)
    make.create_decision(first, decision=Decision.REFUSED, opinion="资料不实")
    assert make.create_dossier().id != first.id


@pytest.mark.parametrize("actor", [TOWNSHIP_MANAGER, INSPECTOR, OFFICIAL])
def test_only_the_hub_opens_one(actor: Any) -> None:
    with pytest.raises(Forbidden):
        make.create_dossier(actor=actor)


# -- who prepares --------------------------------------------------------------------------------


def test_the_hub_does_not_touch_a_townships_dossier() -> None:
    acceptance = make.fill(make.create_acceptance())
    item = acceptance.items[0]
    file = item.files[0]
    with pytest.raises(Forbidden, match="乡镇的资料由乡镇整理"):
        service.record_evidence(actor=HUB, request_id=None, item_id=item.id, issuer="县里")
    with pytest.raises(Forbidden):
        service.submit(actor=HUB, request_id=None, acceptance_id=acceptance.id)
    with pytest.raises(Forbidden):
        service.remove_file(actor=HUB, request_id=None, file_id=file.id)
    with pytest.raises(Forbidden):
        make.create_acceptance(build.create_project(), actor=HUB)
    assert service.list_ready_projects(HUB) == []
    assert acceptance.status is AcceptanceStatus.DRAFT


def test_the_hub_does_not_put_a_townships_problem_right() -> None:
    acceptance = make.create_submitted()
    for item in list(acceptance.items):
        make.judge(item) if not item.is_payment else None
    finding = make.create_finding(acceptance)
    make.close(acceptance)
    make.create_decision(acceptance, decision=Decision.RECTIFICATION)
    with pytest.raises(Forbidden):
        service.rectify(
            actor=HUB,
            request_id=None,
            finding_id=finding.id,
            measure="改了",
            rectified_on=clock.today(),
            files=[make.photo()],
        )


def test_a_dossier_opened_for_a_township_is_that_townships() -> None:
    dossier = make.create_dossier(subject=Subject.TRAINING_SESSION, name="龙潭镇培训", division_code=make.TOWNSHIP)
    item = dossier.items[0]
    with pytest.raises(Forbidden):
        service.record_evidence(actor=HUB, request_id=None, item_id=item.id)
    with pytest.raises(NotFound):
        service.record_evidence(actor=OTHER_MANAGER, request_id=None, item_id=item.id)
    filled = make.fill(dossier)
    assert service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=filled.id).submitted_by == "田应平"


def test_a_dossier_of_the_county_does_not_exist_for_a_township() -> None:
    dossier = make.create_dossier()
    with pytest.raises(NotFound):
        service.get_acceptance(TOWNSHIP_MANAGER, dossier.id)
    with pytest.raises(NotFound):
        service.record_evidence(actor=TOWNSHIP_MANAGER, request_id=None, item_id=dossier.items[0].id)


def test_the_county_centre_is_accepted_by_a_dossier_of_the_hub() -> None:
    acceptance = make.fill(
        make.create_dossier(subject=Subject.COUNTY_CENTER, name="县级公共服务中心", reference_url=""), actor=HUB
    )
    assert (acceptance.project_id, acceptance.is_of_county) == (None, True)
    service.submit(actor=HUB, request_id=None, acceptance_id=acceptance.id)
    for item in list(acceptance.items):
        make.judge(item)
    make.close(acceptance)
    assert make.create_decision(acceptance).decision is Decision.PASSED


# -- what is put in ------------------------------------------------------------------------------


def test_pages_are_typed_or_read_from_the_files() -> None:
    item = make.item_of(make.create_dossier(), "routes")
    put = {"actor": HUB, "request_id": None, "item_id": item.id}
    service.record_evidence(**put, files=[make.paper(), make.photo(), make.paper("二")])
    assert (item.page_count, item.pages) == (None, 3)
    service.record_evidence(**put, page_count=12)
    assert item.pages == 12
    for wrong in (0, 10_000):
        with pytest.raises(InvalidInput) as refused:
            service.record_evidence(**put, page_count=wrong)
        assert refused.value.field == "page_count"


def test_photos_have_no_pages() -> None:
    item = make.item_of(make.create_dossier(), "hub_photos")
    service.record_evidence(actor=HUB, request_id=None, item_id=item.id, files=[make.photo()])
    assert item.pages is None


def test_a_sum_is_bounded_only_where_something_was_approved() -> None:
    item = make.item_of(make.create_dossier(), "cost_statement")
    service.record_evidence(actor=HUB, request_id=None, item_id=item.id, amount_fen=10**11)
    assert item.amount_fen == 10**11


# -- signs and scores ----------------------------------------------------------------------------


def test_a_sign_with_other_words_is_good_only_with_a_remark() -> None:
    acceptance = make.fill(make.create_acceptance())
    sign = make.item_of(acceptance, "sign_text")
    assert sign.sign == "龙潭镇电子商务综合服务站"
    service.record_evidence(actor=TOWNSHIP_MANAGER, request_id=None, item_id=sign.id, answer="龙潭镇综合服务站")
    service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=acceptance.id)
    with pytest.raises(InvalidInput) as refused:
        make.judge(sign)
    assert refused.value.field == "remark"
    assert make.judge(sign, remark="县里同意用简称").result is ItemResult.QUALIFIED


def test_a_refused_score_keeps_nothing() -> None:
    dossier = contract_year()
    item = make.item_of(dossier, "kpi")
    before = len(item.files)
    with pytest.raises(InvalidInput) as refused:
        make.judge(item, score=Decimal("30.5"), files=[make.photo()])
    assert refused.value.field == "score"
    db.session.expire(item)
    assert (item.result, item.score, len(item.files)) == (None, None, before)


def test_below_the_pass_mark_it_is_not_passed() -> None:
    dossier = contract_year()
    judge_all(dossier, {"duties": "20", "kpi": "15", "jobs": "9", "satisfaction": "15.5"})
    make.close(dossier)
    with pytest.raises(AcceptanceIncomplete, match=r"得分 59\.5 / 100（59\.5 %），低于合格线 60 %") as refused:
        make.create_decision(dossier)
    assert refused.value.field == "decision"
    service.waive_item(
        actor=HUB, request_id=None, item_id=make.item_of(dossier, "satisfaction").id, reason="当年没有做调查"
    )
    with pytest.raises(AcceptanceIncomplete, match=r"44 / 80（55\.0 %）"):
        make.create_decision(dossier)
    make.create_decision(dossier, decision=Decision.REFUSED, opinion="职责没有做到")
    assert service.get_acceptance(HUB, dossier.id).status is AcceptanceStatus.REFUSED


# -- to the report -------------------------------------------------------------------------------


def walked() -> Acceptance:
    """A contract year with a finding, put right by the hub and passed."""
    dossier = contract_year(reference_url="/trade/contract")
    paper = make.item_of(dossier, "instalments")
    judge_all(dossier, SCORES)
    make.judge(paper, ItemResult.MISMATCH, remark="第三季度没有附考核表")
    finding = make.create_finding(dossier, item_id=paper.id, problem="第三季度没有附考核表")
    make.close(dossier)
    make.create_decision(dossier, decision=Decision.RECTIFICATION, opinion="补齐考核表")
    done = {"request_id": None, "finding_id": finding.id}
    service.rectify(actor=HUB, **done, measure="补了", rectified_on=clock.today(), files=[make.photo()])
    service.reinspect(actor=INSPECTOR, **done, good=True, remark="", inspected_on=clock.today())
    make.judge(paper, remark="已补")
    make.create_decision(dossier)
    return service.get_acceptance(HUB, dossier.id)


def text_of(content: bytes, folder: Path) -> str:
    file = folder / "report.pdf"
    file.write_bytes(content)
    done = subprocess.run([need("pdftotext"), "-raw", str(file), "-"], capture_output=True, check=True)
    return re.sub(r"[\s　]+", "", done.stdout.decode())


def test_a_contract_year_from_the_first_paper_to_the_report(tmp_path: Path) -> None:
    dossier = walked()
    assert dossier.status is AcceptanceStatus.PASSED
    issued = verification_reports.issue_report(actor=HUB, request_id=None, acceptance_id=dossier.id)
    assert documents.verify(uploads.open_bytes(issued.upload)).finding is documents.Finding.GENUINE
    frozen = issued.frozen
    assert (frozen["money"], frozen["equipment"], frozen["operation"]) == (None, None, None)
    assert frozen["score"] == {
        "score": "81",
        "points": 100,
        "percent": "81.0",
        "pass_mark": 60,
        "figure": "81 / 100（81.0 %）",
        "passes": True,
    }
    text = text_of(uploads.open_bytes(issued.upload), tmp_path)
    for words in (
        "县级公共服务中心运营合同2025年度验收报告",
        "一、验收依据",
        "二、验收清单",
        "34.5/40",
        "得分81/100（81.0%），合格线60%，达到",
        "三、问题与整改",
        "四、照片",
        "无时间·无位置",
        "五、意见与签字",
        "县级公共服务中心签字人",
        "六、核验",
        "/trade/contract",
    ):
        assert words in text, words
    for words in ("资金", "设备清单", "试运行", "收款单位", "站点编号", "乡镇"):
        assert words not in text, words


def test_passing_it_moves_no_station() -> None:
    station = build.create_planned_station(status=StationStatus.SELF_INSPECTED)
    walked()
    assert db.session.get_one(Station, station.id).status is StationStatus.SELF_INSPECTED


def test_the_batch_takes_every_subject() -> None:
    walked()
    job = verification_reports.start_reports(actor=HUB, request_id=None, subject=Subject.CONTRACT_YEAR)
    db.session.refresh(job)
    assert (job.status.value, job.percent) == ("done", 100)


# -- looking up ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted, found",
    [
        ({}, 2),
        ({"subject": Subject.CONTRACT_YEAR}, 1),
        ({"subject": Subject.LOGISTICS}, 0),
        ({"subject": Subject.TOWNSHIP_STATION}, 1),
        ({"township_code": make.COUNTY}, 1),
        ({"township_code": make.TOWNSHIP}, 1),
        ({"text": "运营合同"}, 1),
    ],
)
def test_the_list_is_filtered_by_subject_and_by_whose_it_is(wanted: dict[str, Any], found: int) -> None:
    contract_year()
    make.create_acceptance()
    assert len(db.session.execute(service.query_acceptances(HUB, **wanted)).all()) == found


def test_the_list_shows_the_score_that_is_decided_on() -> None:
    judge_all(contract_year(), SCORES)
    ((*_rest, score, points),) = db.session.execute(service.query_acceptances(HUB)).all()
    assert (score, points) == (Decimal("81"), 100)
    (row,) = service.export_rows(HUB)
    assert row[8:11] == [Decimal("81"), 100, None]


# -- seed ----------------------------------------------------------------------------------------


def test_the_seeded_dossier_waits_for_its_visit_and_is_the_same_again() -> None:
    make.create_places()
    when = clock.at_local(clock.today(), 9) - timedelta(days=20)
    dossier = seed_logistics_dossier(HUB, when)
    assert (dossier.status, dossier.handed_in) == (AcceptanceStatus.SUBMITTED, (9, 9))
    version = dossier.version
    assert seed_logistics_dossier(HUB, when).id == dossier.id
    assert service.get_acceptance(HUB, dossier.id).version == version
    assert db.session.scalar(sa.select(sa.func.count(Acceptance.id))) == 1
