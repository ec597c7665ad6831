"""The life of a construction project on both engines: application, site, approval, building, procurement, counting."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.database import db
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from stations.errors import DuplicateInvoice, NotFunded, ProjectClosed, WrongDay
from stations.models import (
    BudgetCategory,
    ConstructionProject,
    CountResult,
    EquipmentUnit,
    ProjectFile,
    ProjectStatus,
    SiteScore,
    Station,
    StationKind,
    StationStatus,
)
from stations.rules.counting import Counted
from stations.rules.projects import InvoicedThing
from stations.seed.project import free_village, seed_new_point
from stations.service import get_station, status_history
from stations.service import projects as service
from tests.factories import acceptance as accepting
from tests.factories import projects as build
from tests.factories.actors import HUB, INSPECTOR, OFFICIAL, OTHER_MANAGER, TOWNSHIP_MANAGER
from tests.factories.places import OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, create_places

pytestmark = pytest.mark.usefixtures("session")
P, S = ProjectStatus, StationStatus
REFURBISHMENT = BudgetCategory.REFURBISHMENT


def count(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def apply(station: Station | None = None, **changed: Any) -> ConstructionProject:
    station = station or build.create_planned_station()
    facts: dict[str, Any] = {
        "actor": TOWNSHIP_MANAGER,
        "request_id": None,
        "station_id": station.id,
        "purpose": "房屋免租，门口通班车",
        "builder_name": "兴农合作社",
        "applied_on": clock.today(),
        "lines": [build.line(), build.line("墙面粉刷", 3_500, category=REFURBISHMENT, quantity=Decimal(180))],
    }
    return service.apply_project(**(facts | changed))


def approve(project: ConstructionProject, **changed: Any) -> ConstructionProject:
    facts: dict[str, Any] = {
        "actor": HUB,
        "request_id": None,
        "project_id": project.id,
        "version": project.version,
        "equipment_fen": 300_000,
        "refurbishment_fen": 600_000,
        "reference": "县商务〔2026〕17 号",
        "approved_on": clock.today(),
    }
    return service.approve_project(**(facts | changed))


def start(project: ConstructionProject, **changed: Any) -> ConstructionProject:
    facts: dict[str, Any] = {"actor": TOWNSHIP_MANAGER, "request_id": None, "started_on": clock.today()}
    return service.start_building(project_id=project.id, **(facts | changed))


def complete(project: ConstructionProject, **changed: Any) -> ConstructionProject:
    facts: dict[str, Any] = {"actor": TOWNSHIP_MANAGER, "request_id": None, "completed_on": clock.today()}
    facts |= {"report": "全部完工", "files": [build.photo()]}
    return service.complete_project(project_id=project.id, **(facts | changed))


def status_of(project: ConstructionProject) -> tuple[ProjectStatus, StationStatus]:
    now = service.get_project(HUB, project.id)
    return now.status, now.station.status


# -- the application -----------------------------------------------------------------------------


def test_an_application_copies_names_and_sums_its_budget() -> None:
    project = apply(files=[accepting.paper()])
    assert (project.status, project.payee_name, project.asked_fen) == (P.APPLIED, "龙潭镇人民政府", 990_000)
    assert ids.check_code(project.number)
    assert [line.position for line in project.budget] == [1, 2]
    assert [file.upload.filename for file in project.files] == ["建设方案.pdf"]
    assert audit.history(project)[0].text == "申请建设 龙潭镇电子商务综合服务站，预算 ¥9,900.00"


def test_numbers_follow_one_another() -> None:
    first, second = apply(), apply()
    assert int(second.number[:-1]) == int(first.number[:-1]) + 1


def test_the_payee_of_a_village_point_is_its_township() -> None:
    station = build.create_planned_station(kind=StationKind.VILLAGE_POINT, division_code=VILLAGE)
    project = apply(station)
    assert (project.payee_code, project.place_name) == (accepting.TOWNSHIP, "酉阳土家族苗族自治县 龙潭镇 花莲村")


def test_the_second_arrival_of_a_request_is_the_first_project() -> None:
    station, request_id = build.create_planned_station(), ids.new_id()
    assert apply(station, request_id=request_id).id == apply(station, request_id=request_id).id


def test_a_station_has_one_unfinished_project() -> None:
    station = build.create_planned_station()
    project = apply(station)
    assert service.list_stations_to_build(TOWNSHIP_MANAGER) == []
    with pytest.raises(ProjectClosed) as refused:
        apply(station)
    assert refused.value.field == "station_id"
    service.withdraw_project(actor=TOWNSHIP_MANAGER, request_id=None, project_id=project.id, reason="换地方")
    assert apply(get_station(station.id)).id != project.id


@pytest.mark.parametrize(
    "facts, error, field",
    [
        ({"applied_on": clock.today() + timedelta(days=1)}, InvalidInput, "applied_on"),
        ({"lines": []}, InvalidInput, "lines"),
        ({"lines": [build.line("征地")]}, NotFunded, "lines"),
        ({"builder_number": "123"}, InvalidInput, "builder_number"),
    ],
)
def test_what_can_not_be_applied_for(facts: dict[str, Any], error: type[Exception], field: str) -> None:
    with pytest.raises(error) as refused:
        apply(**facts)
    assert refused.value.field == field  # type: ignore[attr-defined]
    assert count(ConstructionProject) == 0


def test_a_file_that_is_none_takes_the_application_with_it() -> None:
    fake = accepting.service.Incoming("方案.pdf", "0" * 64, b"MZ a program")
    with pytest.raises(InvalidInput, match="“方案"):
        apply(files=[fake])
    assert count(ConstructionProject) == 0


@pytest.mark.parametrize("status", [S.SELF_INSPECTED, S.OPERATING, S.CLOSED])
def test_a_station_that_stands_is_not_built_again(status: StationStatus) -> None:
    with pytest.raises(ProjectClosed):
        apply(build.create_planned_station(status=status))


@pytest.mark.parametrize("actor", [INSPECTOR, HUB, OFFICIAL])
def test_only_a_township_applies(actor: Actor) -> None:
    with pytest.raises(Forbidden):
        apply(actor=actor)


def test_others_projects_do_not_exist() -> None:
    project = apply()
    with pytest.raises(NotFound):
        service.get_project(OTHER_MANAGER, project.id)
    with pytest.raises(NotFound):
        service.withdraw_project(actor=OTHER_MANAGER, request_id=None, project_id=project.id, reason="x")
    with pytest.raises(NotFound):
        apply(build.create_planned_station(), actor=OTHER_MANAGER)
    assert service.list_projects(OTHER_MANAGER) == []


def test_an_application_changes_until_somebody_was_there() -> None:
    project = apply()
    facts: dict[str, Any] = {"actor": TOWNSHIP_MANAGER, "request_id": None, "project_id": project.id}
    facts |= {"purpose": "换了房屋", "builder_name": "新合作社", "lines": [build.line(price_fen=70_000)]}
    changed = service.revise_application(**facts)
    assert (changed.asked_fen, len(changed.budget), changed.builder_name) == (420_000, 1, "新合作社")
    with pytest.raises(NotFunded):
        service.revise_application(**facts | {"lines": [build.line("办公楼")]})
    build.score(project)
    with pytest.raises(ProjectClosed, match="已踏勘，待批复"):
        service.revise_application(**facts)


# -- the site ------------------------------------------------------------------------------------


def test_a_visit_keeps_points_remarks_and_photos() -> None:
    project = apply()
    visit = build.score(project, remarks={"road": " 4.2 米货车能进 "}, files=[build.photo(), build.photo("red")])
    assert (visit.points, visit.most, visit.is_passed) == (100, 100, True)
    assert {s.key: s.remark for s in visit.scores if s.remark} == {"road": "4.2 米货车能进"}
    assert len([f for f in project.files if f.visit_id == visit.id]) == 2
    assert status_of(project) == (P.SCORED, S.PLANNED)


def test_the_second_visit_counts_and_the_first_stays() -> None:
    project = apply()
    build.score(project, share=3)
    with pytest.raises(InvalidInput, match="没有达到及格分"):
        approve(service.get_project(HUB, project.id))
    build.score(project)
    assert [visit.is_passed for visit in project.visits] == [False, True]
    assert count(SiteScore) == 14
    assert approve(service.get_project(HUB, project.id)).status is P.APPROVED


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"points": {"crowd": 99}}, "crowd"),
        ({"points": {}}, "crowd"),
        ({"files": []}, "files"),
        ({"visited_on": clock.today() + timedelta(days=1)}, "visited_on"),
        ({"visited_on": clock.today() - timedelta(days=1)}, "visited_on"),
    ],
)
def test_a_visit_that_can_not_be(facts: dict[str, Any], field: str) -> None:
    project = apply()
    with pytest.raises(InvalidInput) as refused:
        build.score(project, **facts)
    assert refused.value.field == field
    assert (count(SiteScore), count(ProjectFile)) == (0, 0)
    assert status_of(project)[0] is P.APPLIED


def test_only_the_inspector_scores() -> None:
    project = apply()
    for actor in (TOWNSHIP_MANAGER, HUB, OFFICIAL):
        with pytest.raises(Forbidden):
            build.score(project, actor=actor)


# -- approval ------------------------------------------------------------------------------------


def test_an_approval_moves_the_station() -> None:
    project = approve(build.create_scored())
    assert (project.approved_fen, project.approved_equipment_fen, project.budget_fen) == (900_000, 300_000, 900_000)
    assert status_of(project) == (P.APPROVED, S.SITE_APPROVED)
    assert status_history(project.station)[0].reason == "批复 县商务〔2026〕17 号"


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"equipment_fen": 4_000_001}, "equipment"),
        ({"refurbishment_fen": 2_000_001}, "refurbishment"),
        ({"equipment_fen": 0, "refurbishment_fen": 0}, "equipment"),
        ({"reference": " "}, "reference"),
        ({"approved_on": clock.today() + timedelta(days=1)}, "approved_on"),
        ({"approved_on": clock.today() - timedelta(days=1)}, "approved_on"),
    ],
)
def test_an_approval_that_can_not_be(facts: dict[str, Any], field: str) -> None:
    project = build.create_scored()
    with pytest.raises(InvalidInput) as refused:
        approve(project, **facts)
    assert refused.value.field == field
    assert status_of(project) == (P.SCORED, S.PLANNED)


def test_two_people_deciding_at_once() -> None:
    project = build.create_scored()
    seen = project.version
    service.refuse_project(actor=HUB, request_id=None, project_id=project.id, version=seen, reason="太近")
    with pytest.raises(Conflict, match="别人改过这个项目（现在是“不予批准”）"):
        approve(project, version=seen)
    with pytest.raises(ProjectClosed):
        approve(service.get_project(HUB, project.id), version=seen + 1)


def test_a_refusal_needs_its_reason_and_leaves_the_station_planned() -> None:
    project = apply()
    facts: dict[str, Any] = {"actor": HUB, "request_id": None, "project_id": project.id, "version": project.version}
    with pytest.raises(InvalidInput):
        service.refuse_project(**facts, reason=" ")
    refused = service.refuse_project(**facts, reason="离邻村太近")
    assert refused.closed_reason == "离邻村太近"
    assert status_of(project) == (P.REFUSED, S.PLANNED)


def test_an_application_is_not_approved_before_the_visit() -> None:
    with pytest.raises(ProjectClosed):
        approve(apply())


# -- building ------------------------------------------------------------------------------------


def test_the_station_follows_its_project_to_the_acceptance() -> None:
    project = approve(build.create_scored())
    start(project)
    assert status_of(project) == (P.BUILDING, S.UNDER_CONSTRUCTION)
    complete(project)
    assert status_of(project) == (P.COMPLETED, S.SELF_INSPECTED)
    acceptance = accepting.create_acceptance(project)
    assert acceptance.approved_fen == 900_000
    accepting.pass_acceptance(acceptance)
    assert status_of(project) == (P.ACCEPTED, S.ACCEPTED)
    moves = [change.new_status for change in status_history(project.station)]
    assert moves == [S.ACCEPTED, S.SELF_INSPECTED, S.UNDER_CONSTRUCTION, S.SITE_APPROVED]


def test_a_station_that_was_moved_by_hand_stays_where_it_is() -> None:
    station = build.create_planned_station(status=S.UNDER_CONSTRUCTION)
    project = apply(station)
    build.score(project)
    start(approve(service.get_project(HUB, project.id)))
    assert status_of(project) == (P.BUILDING, S.UNDER_CONSTRUCTION)
    assert status_history(station) == []


def test_the_day_of_a_step_lies_between_the_one_before_and_today() -> None:
    project = approve(build.create_scored())
    for day in (clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)):
        with pytest.raises(InvalidInput) as refused:
            start(project, started_on=day)
        assert refused.value.field == "started_on"
    assert status_of(project) == (P.APPROVED, S.SITE_APPROVED)


def test_a_day_before_the_stations_last_move_is_told_at_the_field() -> None:
    station = build.create_planned_station(status=S.SITE_APPROVED, status_since=clock.today())
    project = build.create_project(station, status=P.APPROVED, approved_on=clock.today() - timedelta(days=5))
    with pytest.raises(WrongDay) as refused:
        start(project, started_on=clock.today() - timedelta(days=3))
    assert refused.value.field == "started_on"
    assert status_of(project)[0] is P.APPROVED


@pytest.mark.parametrize("facts, field", [({"files": []}, "files"), ({"report": " "}, "report")])
def test_a_self_inspection_has_a_report_and_a_photo(facts: dict[str, Any], field: str) -> None:
    project = build.create_project(status=P.BUILDING)
    with pytest.raises(InvalidInput) as refused:
        complete(project, **facts)
    assert refused.value.field == field
    assert status_of(project) == (P.BUILDING, S.UNDER_CONSTRUCTION)


def test_a_withdrawn_project_frees_the_site() -> None:
    project = approve(build.create_scored())
    service.withdraw_project(actor=TOWNSHIP_MANAGER, request_id=None, project_id=project.id, reason="村里收回房屋")
    assert status_of(project) == (P.WITHDRAWN, S.PLANNED)
    with pytest.raises(ProjectClosed):
        start(project)


def test_a_completed_project_is_not_withdrawn() -> None:
    project = build.create_project()
    with pytest.raises(ProjectClosed):
        service.withdraw_project(actor=TOWNSHIP_MANAGER, request_id=None, project_id=project.id, reason="x")


def test_a_project_whose_station_was_closed_goes_no_further() -> None:
    project = build.create_project(build.create_planned_station(status=S.CLOSED), status=P.BUILDING)
    with pytest.raises(ProjectClosed, match="站点现在是“已关闭”"):
        complete(project)


def test_what_has_to_be_built_again_goes_back() -> None:
    project = build.create_project()
    facts: dict[str, Any] = {"actor": TOWNSHIP_MANAGER, "request_id": None, "project_id": project.id}
    with pytest.raises(InvalidInput):
        service.rework_project(**facts, reason=" ")
    service.rework_project(**facts, reason="招牌要重做")
    assert status_of(project) == (P.BUILDING, S.UNDER_CONSTRUCTION)
    complete(project)
    accepting.create_submitted(project=project)
    with pytest.raises(ProjectClosed, match="不能再改"):
        service.rework_project(**facts, reason="再改")
    assert status_of(project) == (P.COMPLETED, S.SELF_INSPECTED)


def test_a_wrong_file_is_taken_out_by_the_side_that_brought_it() -> None:
    project = apply(files=[accepting.paper(), accepting.paper("协议")])
    first, second = project.files
    for actor, error in ((INSPECTOR, Forbidden), (HUB, Forbidden), (OTHER_MANAGER, NotFound)):
        with pytest.raises(error):
            service.remove_file(actor=actor, request_id=None, file_id=first.id)
    service.remove_file(actor=TOWNSHIP_MANAGER, request_id=None, file_id=first.id)
    db.session.expire_all()
    assert [file.id for file in service.get_project(HUB, project.id).files] == [second.id]
    build.score(project)
    with pytest.raises(ProjectClosed):
        service.remove_file(actor=TOWNSHIP_MANAGER, request_id=None, file_id=second.id)
    photo = next(file for file in service.get_project(HUB, project.id).files if file.visit_id)
    with pytest.raises(InvalidInput, match="不能撤下最后一张"):
        service.remove_file(actor=INSPECTOR, request_id=None, file_id=photo.id)


# -- contracts -----------------------------------------------------------------------------------


def test_contracts_stay_within_the_approved_sum() -> None:
    project = build.create_project()
    contract = build.create_contract(project, files=[accepting.paper("合同")])
    assert [file.contract_id for file in project.files] == [contract.id]
    with pytest.raises(InvalidInput, match=r"还可以记 ¥30,000\.00") as refused:
        build.create_contract(project, amount_fen=3_000_001)
    assert refused.value.field == "amount"


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"counterparty_number": "91110000600037341X"}, "counterparty_number"),
        ({"subject": "门前道路硬化"}, "subject"),
        ({"amount_fen": 0}, "amount"),
        ({"signed_on": clock.today() + timedelta(days=1)}, "signed_on"),
        ({"signed_on": clock.today() - timedelta(days=1)}, "signed_on"),
    ],
)
def test_a_contract_that_can_not_be(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        build.create_contract(build.create_project(), **facts)
    assert refused.value.field == field


def test_a_contract_number_stands_once() -> None:
    project = build.create_project()
    first = build.create_contract(project, number="HT-1", amount_fen=100)
    with pytest.raises(InvalidInput) as refused:
        build.create_contract(project, number="HT-1", amount_fen=100)
    assert refused.value.field == "number"
    service.void_contract(actor=TOWNSHIP_MANAGER, request_id=None, contract_id=first.id, reason="写错")
    build.create_contract(project, number="HT-1", amount_fen=100)


def test_what_is_invoiced_under_a_contract_stays_within_it() -> None:
    project = build.create_project()
    contract = build.create_contract(project, amount_fen=200_000)
    build.create_invoice(project, contract_id=contract.id)
    with pytest.raises(InvalidInput, match=r"超出合同金额：合同 ¥2,000\.00，还可以开 ¥870\.00"):
        build.create_invoice(project, contract_id=contract.id)
    with pytest.raises(InvalidInput, match="先作废发票"):
        service.void_contract(actor=TOWNSHIP_MANAGER, request_id=None, contract_id=contract.id, reason="x")
    foreign = build.create_contract(build.create_project())
    with pytest.raises(InvalidInput) as refused:
        build.create_invoice(project, contract_id=foreign.id)
    assert refused.value.field == "contract_id"


# -- invoices ------------------------------------------------------------------------------------


def test_the_same_invoice_is_refused_anywhere_in_the_county_and_told_where_it_stands() -> None:
    build.create_invoice(build.create_project(), number="11223344")
    elsewhere = build.create_planned_station(
        division_code=OTHER_TOWNSHIP, name="麻旺镇电子商务综合服务站", status=S.SELF_INSPECTED
    )
    other = build.create_project(elsewhere)
    with pytest.raises(DuplicateInvoice, match="龙潭镇电子商务综合服务站") as refused:
        build.create_invoice(other, actor=OTHER_MANAGER, number="1122 3344")
    assert refused.value.field == "number"
    build.create_invoice(other, actor=OTHER_MANAGER, number="11223344", code="5000211131")
    assert service.get_project(OTHER_MANAGER, other.id).invoiced_fen == 113_000


def test_a_voided_invoice_may_be_entered_again_and_counts_no_more() -> None:
    project = build.create_project()
    wrong = build.create_invoice(project, number="11223344", amount_fen=999_900)
    with pytest.raises(InvalidInput):
        service.void_invoice(actor=TOWNSHIP_MANAGER, request_id=None, invoice_id=wrong.id, reason=" ")
    service.void_invoice(actor=TOWNSHIP_MANAGER, request_id=None, invoice_id=wrong.id, reason="金额写错")
    build.create_invoice(project, number="11223344")
    assert project.invoiced_fen == 113_000
    assert len(project.invoices) == 2


def test_invoices_and_equipment_stay_within_the_budget() -> None:
    project = build.create_project(approved_fen=200_000)
    build.create_invoice(project)
    with pytest.raises(InvalidInput, match=r"还可以记 ¥870\.00"):
        build.create_invoice(project)
    with pytest.raises(InvalidInput, match="超出批复金额"):
        build.create_equipment(project)
    assert len(project.valid_invoices) == 1


def test_an_invoice_from_tomorrow_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        build.create_invoice(build.create_project(), issued_on=clock.today() + timedelta(days=1))
    assert refused.value.field == "issued_on"


@pytest.mark.parametrize("status", [P.APPLIED, P.SCORED, P.ACCEPTED, P.REFUSED])
def test_nothing_is_bought_before_the_approval_or_after_the_acceptance(status: ProjectStatus) -> None:
    project = build.create_project(status=status)
    with pytest.raises(ProjectClosed):
        build.create_invoice(project)
    with pytest.raises(ProjectClosed):
        build.create_equipment(project)


# -- equipment and the three-way count -----------------------------------------------------------


def test_every_piece_gets_a_number_that_is_never_given_twice() -> None:
    project = build.create_project()
    shelves = build.create_equipment(project)
    cable = build.create_equipment(project, name="网线", quantity=Decimal("12.5"), unit="米", amount_fen=100)
    assert (len(shelves.units), len(cable.units)) == (6, 1)
    service.void_equipment(actor=TOWNSHIP_MANAGER, request_id=None, equipment_id=shelves.id, reason="写错")
    build.create_equipment(project)
    numbers = db.session.scalars(sa.select(EquipmentUnit.number)).all()
    assert len(set(numbers)) == len(numbers) == 13
    assert all(ids.check_code(number) for number in numbers)
    assert [thing.name for thing in project.listed] == ["网线", "货架"]


def test_what_the_subsidy_is_not_for_does_not_get_on_the_list() -> None:
    with pytest.raises(NotFunded) as refused:
        build.create_equipment(build.create_project(), name="小汽车")
    assert refused.value.field == "name"


def test_list_invoices_and_labels() -> None:
    project = build.create_project()
    shelves = build.create_equipment(project)
    invoice = build.create_invoice(project, lines=[InvoicedThing("货架", Decimal(5), shelves.id)])
    assert [str(word) for word in service.three_way(project).lines[0].differences] == [
        "清单 6 组，发票 5 组",
        "6 个标签还没有清点",
    ]
    things = [InvoicedThing("货架", Decimal(6), shelves.id), InvoicedThing("赠品", Decimal(1))]
    service.set_invoice_lines(actor=TOWNSHIP_MANAGER, request_id=None, invoice_id=invoice.id, lines=things)
    build.count(project, {unit.number: "present" for unit in shelves.units})
    three = service.three_way(project)
    assert three.lines[0].agrees
    assert (three.unlisted, three.agrees) == (["赠品"], False)
    service.set_invoice_lines(actor=TOWNSHIP_MANAGER, request_id=None, invoice_id=invoice.id, lines=things[:1])
    assert service.three_way(project).agrees


def test_invoiced_things_belong_to_the_projects_own_list() -> None:
    project, other = build.create_project(), build.create_project()
    foreign = build.create_equipment(other)
    for thing in (InvoicedThing("货架", Decimal(1), foreign.id), InvoicedThing("货架", Decimal(0))):
        with pytest.raises(InvalidInput) as refused:
            build.create_invoice(project, lines=[thing])
        assert refused.value.field == "lines"


def test_the_last_count_of_a_thing_holds() -> None:
    project = build.create_project()
    one, two, *_rest = build.create_equipment(project).units
    build.count(project, {one.number: "present", two.number: "present"}, checked_on=clock.today() - timedelta(days=2))
    build.count(project, {two.number: "damaged"})
    build.count(project, {one.number: "absent"}, checked_on=clock.today() - timedelta(days=1))  # written down late
    results = {row.unit_id: row.result for row in service.last_counts([one.id, two.id]).values()}
    assert results == {one.id: CountResult.ABSENT, two.id: CountResult.DAMAGED}
    assert [row.result for row in service.asset_history(one)] == [CountResult.ABSENT, CountResult.PRESENT]
    assert service.equipment_present(HUB.scope_code) == (1, 6)
    assert service.equipment_present(OTHER_TOWNSHIP) == (0, 0)


def test_stations_that_nobody_checked_are_not_in_the_figure() -> None:
    build.create_equipment(build.create_project())
    assert service.equipment_present(HUB.scope_code) == (0, 0)


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"counted": []}, "numbers"),
        ({"counted": [Counted("12345", CountResult.PRESENT)]}, "numbers"),
        ({"checked_on": clock.today() + timedelta(days=1)}, "checked_on"),
    ],
)
def test_a_count_that_can_not_be(facts: dict[str, Any], field: str) -> None:
    project = build.create_project()
    number = build.create_equipment(project).units[0].number
    with pytest.raises(InvalidInput) as refused:
        build.count(project, {number: "present"}, **facts)
    assert refused.value.field == field


def test_another_stations_label_is_refused_by_its_number() -> None:
    project = build.create_project()
    foreign = build.create_equipment(build.create_project()).units[0]
    with pytest.raises(InvalidInput, match=ids.grouped(foreign.number)):
        build.count(project, {foreign.number: "present"})


def test_only_the_inspector_counts() -> None:
    project = build.create_project()
    number = build.create_equipment(project).units[0].number
    for actor in (TOWNSHIP_MANAGER, HUB, OFFICIAL):
        with pytest.raises(Forbidden):
            build.count(project, {number: "present"}, actor=actor)


def test_a_label_is_found_as_it_is_read_aloud() -> None:
    unit = build.create_equipment(build.create_project()).units[0]
    assert service.find_asset(ids.grouped(unit.number)) == unit
    assert service.find_asset("123") is None


def test_the_label_sheet_has_a_code_for_every_piece() -> None:
    project = build.create_project()
    with pytest.raises(ProjectClosed):
        service.label_sheet(project)
    thing = build.create_equipment(project, quantity=Decimal(25))
    sheet = service.label_sheet(project)
    assert sheet == service.label_sheet(project)
    assert build.codes_on(sheet) == {service.asset_url(unit.number) for unit in thing.units}


# -- the seed ------------------------------------------------------------------------------------


def test_a_village_point_is_planned_and_walked_once() -> None:
    create_places()
    assert free_village(TOWNSHIP) == VILLAGE
    begun = clock.now() - timedelta(days=20)
    actors = (TOWNSHIP_MANAGER, INSPECTOR, HUB)
    project = seed_new_point(*actors, VILLAGE, begun, P.BUILDING)
    assert status_of(project) == (P.BUILDING, S.UNDER_CONSTRUCTION)
    assert seed_new_point(*actors, VILLAGE, begun, P.BUILDING).id == project.id
    assert (free_village(TOWNSHIP), count(ConstructionProject)) == (None, 1)


# -- looking up ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted, found",
    [
        ({}, 1),
        ({"text": "龙潭"}, 1),
        ({"text": "17 号"}, 1),
        ({"text": "%"}, 0),
        ({"status": P.COMPLETED}, 1),
        ({"status": P.APPLIED}, 0),
        ({"kind": StationKind.VILLAGE_POINT}, 0),
        ({"township_code": OTHER_TOWNSHIP}, 0),
    ],
)
def test_the_list_is_searched_and_filtered(wanted: dict[str, Any], found: int) -> None:
    project = build.create_project()
    build.create_invoice(project)
    build.create_invoice(project)
    rows = service.list_projects(HUB, **wanted)
    assert [(row[1], row[2]) for row in rows] == [(StationKind.TOWNSHIP_STATION, 226_000)] * found


def test_the_register_knows_the_last_count() -> None:
    create_places()
    project = build.create_project()
    one, two = build.create_equipment(project, quantity=Decimal(2)).units
    build.count(project, {one.number: "present"}, checked_on=clock.today() - timedelta(days=1))
    build.count(project, {one.number: "absent"})
    rows = {row[0].number: row[3] for row in service.list_assets(HUB)}
    assert rows == {one.number: CountResult.ABSENT, two.number: None}
    assert [row[0].number for row in service.list_assets(HUB, found="absent")] == [one.number]
    assert [row[0].number for row in service.list_assets(HUB, found=service.NEVER)] == [two.number]
    assert service.list_assets(HUB, found="present") == []
