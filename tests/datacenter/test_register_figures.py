"""The registers behind A1–C3 and D6–D8: what counts, as of which day, who may read them, and where a line leads."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.core import clock
from app.core.access import Actor, Role
from datacenter.service import registers
from datacenter.service.registers import Asked, Figure
from datacenter.service.registers.frame import REGISTERS
from stations import service as network
from stations.models import Measure, Service, StationKind
from stations.models.fund import SpendingCategory
from stations.models.inspection import RectificationStatus as Rectification
from stations.models.inspection import RoundStatus
from stations.models.operator_contract import JobGroup
from stations.models.organisation import RecordKind
from stations.models.phone_check import CallResult
from stations.service import inspection as inspections
from stations.service import money as money_service
from stations.service import organisation as organisation_service
from stations.service import phone_checks, projects
from stations.service.money import rulebook
from tests.datacenter.asking import NOVEMBER, OCTOBER, TODAY, call, counted, figure, is_met, lines
from tests.factories import inspection as rounds
from tests.factories import money, places, publicity
from tests.factories import projects as make_project
from tests.factories import stations as make_station
from tests.factories.datacenter import COUNTY, HUB, OFFICIAL

TOWN = Actor(uuid.UUID(int=77), "田应平", Role.TOWNSHIP_MANAGER, places.TOWNSHIP)

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(clock.at_local(TODAY, 9)):
        yield


# -- what a target asks ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key, found, met",
    [
        ("B3", Figure(90, 100), True),
        ("B3", Figure(899, 1000), False),
        ("B3", Figure(0, 0), None),
        ("B1", Figure(99, 100, due=False), None),
        ("B1", Figure(100, 100, due=False), True),
        ("B4b", Figure(15, 100), True),
        ("B4b", Figure(151, 1000), False),
        ("B6", Figure(0), True),
        ("B6", Figure(1), False),
        ("C3", Figure(30), True),
        ("C3", Figure(29), False),
        ("A1", Figure(5), None),
    ],
)
def test_a_target_is_a_least_or_a_most_in_percent_or_in_number(key: str, found: Figure, met: bool | None) -> None:
    assert registers.get_register(key, TODAY)[0].is_met(found) is met


def test_the_targets_of_public_money_are_those_of_its_rules() -> None:
    known = {indicator.key: indicator for indicator in registers.indicators(TODAY)}
    for mark in rulebook.marks():
        assert known[mark.indicator].target == mark.percent
    upstream, centre = rulebook.share_rules()
    assert (known["B4"].target, known["B4"].limit) == (upstream.percent, upstream.limit)
    assert (known["B4b"].target, known["B4b"].limit) == (centre.percent, centre.limit)
    assert (upstream.category, upstream.base) == (SpendingCategory.UPSTREAM, "paid")
    assert (centre.category, centre.base) == (SpendingCategory.CENTRE, "planned")


def test_every_indicator_has_a_register_and_every_register_an_indicator() -> None:
    assert {indicator.key for indicator in registers.indicators(TODAY)} == set(REGISTERS)


# -- A ---------------------------------------------------------------------------------------------


def test_meetings_and_checks_are_those_of_the_year_up_to_the_day() -> None:
    for day in (date(2025, 12, 30), date(2026, 3, 2), date(2026, 11, 20)):
        publicity.create_record(dated_on=day, title=f"{day:%m} 月会议")
    wrong = publicity.create_record(title="记错的会议")
    organisation_service.void_record(actor=publicity.HUB, request_id=None, record_id=wrong.id, reason="没有开")
    publicity.create_record(kind=RecordKind.ONSITE_CHECK, title="到龙潭镇督导", text="两个站没有开门")
    assert counted("A1") == (2, None)
    assert counted("A1", OCTOBER) == (1, None)
    assert [line.cells[0] for line in lines("A1")] == ["11 月会议", "03 月会议"]
    assert [line.cells[3] for line in lines("A4")] == ["两个站没有开门"]
    assert counted("A4", OCTOBER) == (0, None)


def test_documents_and_rules_hold_from_their_day_on() -> None:
    facts = {"place": "", "participants": None}
    publicity.create_record(kind=RecordKind.LEADING_GROUP_DOCUMENT, dated_on=date(2025, 5, 1), title="成立", **facts)
    publicity.create_record(kind=RecordKind.RULE_FUNDS, dated_on=date(2026, 2, 1), title="资金办法", **facts)
    publicity.create_record(kind=RecordKind.RULE_ASSETS, dated_on=date(2026, 11, 2), title="资产办法", **facts)
    publicity.create_record(kind=RecordKind.RULE_OTHER, dated_on=date(2026, 1, 2), title="例会办法", **facts)
    assert counted("A1b") == (1, None)
    assert counted("A3") == (2, 3)
    assert counted("A3", OCTOBER) == (1, 3)
    assert [(line.cells[2], line.counts) for line in lines("A3")] == [
        ("资金办法", True),
        (None, False),
        ("资产办法", True),
    ]


def test_targets_of_the_plan_that_are_met() -> None:
    make_station.create_county()
    make_station.create_station(kind=StationKind.TOWNSHIP_STATION, division_code=make_station.TOWNSHIP)
    make_station.create_station()
    wanted = {Measure.TOWNSHIP_STATIONS: 1, Measure.VILLAGE_POINTS: 3, Measure.VILLAGE_COVERAGE: 85}
    make_station.create_plan(targets=wanted)
    assert counted("A2") == (1, 3)
    assert [(line.cells[1], line.cells[4], line.counts) for line in lines("A2")] == [
        ("1", 1, True),
        ("3", 1, False),
        ("85 %", 1, False),
    ]
    before = Asked(OFFICIAL, COUNTY, date(2025, 12, 1), date(2025, 12, 31))
    assert lines("A2", before) == []


def test_the_public_column_is_counted_by_content() -> None:
    publicity.publish("plan", dated_on=date(2026, 11, 3))
    publicity.publish("plan", dated_on=date(2026, 11, 5), title="调整批复")
    publicity.publish("rules", dated_on=date(2026, 6, 1))
    required = len(lines("A5"))
    assert counted("A5") == (2, required)
    assert counted("A5", OCTOBER) == (1, required)
    assert lines("A5")[0].cells[1:3] == (2, "调整批复")


# -- B ---------------------------------------------------------------------------------------------


def test_public_money_says_what_the_page_of_the_fund_says() -> None:
    """One fund: every fraction is that of ``fund_indicators``."""
    fund = money.create_fund(arrived=50_000_000, due_on=money.days_ago(10))
    money.create_arrival(fund, amount_fen=10_000_000, day=money.days_ago(5))  # late
    money.reverse(money.create_arrival(fund, amount_fen=77_000_000))
    money.create_payment(fund, category=SpendingCategory.UPSTREAM, amount_fen=6_000_000)
    money.create_payment(fund, category=SpendingCategory.CENTRE, amount_fen=2_000_000)
    money.reverse(money.create_payment(fund, category=SpendingCategory.CENTRE))
    subsidy = money.create_subsidy(fund, own_fen=1_500_000, own_source="合作社自筹")
    for part in subsidy.instalments:
        money.approve(part)
        money.pay(part)
    money.create_claw_back(subsidy)
    said = [(i.numerator, i.denominator) for i in money_service.fund_indicators(fund, TODAY)]
    assert [counted(key) for key in ("B1", "B2", "B3", "B4", "B4b", "B5")] == said[:6]
    assert [figure(key).part for key in ("B6", "B7")] == [0, 0]
    assert counted("B1") == (60_000_000, 300_000_000)
    assert counted("B2")[0] == 50_000_000
    assert is_met("B1") is False
    assert counted("B4")[0] == 6_000_000
    assert len(lines("B7")) == len(subsidy.instalments)


def test_the_funds_of_the_newest_year_are_taken_together_up_to_the_day() -> None:
    money.create_fund(arrived=1_000_000, year=2025)
    first = money.create_fund(arrived=10_000_000, planned_fen=100_000_000, due_on=TODAY + timedelta(days=9))
    second = money.create_fund(arrived=20_000_000, planned_fen=100_000_000)
    money.create_fund(year=2027)
    money.create_payment(first, amount_fen=4_000_000)
    assert counted("B1") == (30_000_000, 200_000_000)
    assert is_met("B1") is None  # the first is not due yet
    assert counted("B3") == (4_000_000, 30_000_000)
    in_october = money.create_arrival(second, amount_fen=500_000, day=date(2026, 10, 2))
    assert counted("B1", replace(OCTOBER, last=in_october.day)) == (500_000, 200_000_000)
    assert counted("B3", OCTOBER)[0] == 0


def test_a_payment_on_the_negative_list_and_one_before_acceptance_are_hits(monkeypatch: pytest.MonkeyPatch) -> None:
    fund = money.create_fund(arrived=50_000_000)
    money.create_payment(fund)
    subsidy = money.create_subsidy(fund)
    part = subsidy.instalments[0]
    money.approve(part)
    money.pay(part)
    assert (is_met("B6"), is_met("B7")) == (True, True)
    subsidy.project.accepted_on = TODAY  # the acceptance was dated wrongly: paid before it
    part.before_acceptance = False
    monkeypatch.setattr(rulebook, "forbidden", lambda purpose, _day: ("人员工资",) if "讲课" in purpose else ())
    assert figure("B6").part == 1
    assert [(line.cells[5], line.counts) for line in lines("B6") if line.counts] == [("人员工资", True)]
    assert [line.counts for line in lines("B7")] == [True]
    assert (is_met("B6"), is_met("B7")) == (False, False)


def test_a_cancelled_subsidy_levers_nothing() -> None:
    fund = money.create_fund(arrived=50_000_000)
    money.create_subsidy(fund, own_fen=600_000, own_source="自筹")
    dropped = money.create_subsidy(fund, money.create_village_project(), own_fen=900_000, own_source="自筹")
    money_service.cancel_subsidy(actor=money.HUB, request_id=None, subsidy_id=dropped.id, reason="不建了")
    assert [line.cells[6] for line in lines("B5")] == [600_000]
    mine = Asked(TOWN, places.TOWNSHIP, NOVEMBER.first, TODAY)
    other = Asked(replace(TOWN, scope_code=places.OTHER_TOWNSHIP), places.OTHER_TOWNSHIP, NOVEMBER.first, TODAY)
    assert counted("B5", mine) == counted("B5")
    assert lines("B5", other) == []


# -- C ---------------------------------------------------------------------------------------------


def test_the_centre_with_its_space_functions_staff_and_sign() -> None:
    make_station.create_county()
    centre = make_station.create_station(
        kind=StationKind.COUNTY_CENTER,
        division_code=COUNTY,
        area_m2=1200,
        staff=12,
        staff_priority=3,
        sign_text="酉阳县电子商务公共服务中心",
    )
    make_station.create_station(area_m2=40)
    services = [Service.TRAINING, Service.DESIGN]
    network.set_offers(actor=HUB, station_id=centre.id, services=services, since=date(2026, 11, 2))
    assert figure("C1").part == 1200
    (line,) = lines("C1")
    assert line.cells[2:] == (1200, "培训、设计包装", 12, 3, "酉阳县电子商务公共服务中心")
    assert lines("C1", OCTOBER)[0].cells[3] is None


def test_services_of_the_centre_take_corrections_in() -> None:
    contract = money.create_contract()
    duty = {duty.key: duty.id for duty in contract.duties}
    money.create_duty_record(contract, duty_id=duty["consulting"], amount=Decimal(3))
    struck = money.create_duty_record(contract, duty_id=duty["design"], amount=Decimal(2))
    money.create_duty_record(contract, duty_id=duty["promotion"], amount=Decimal(1))
    money.create_duty_record(contract, duty_id=duty["training"], day=date(2026, 10, 30))
    matched = money.create_duty_record(contract, duty_id=duty["matching"], amount=Decimal(5))
    for record, amount in ((struck, 0), (matched, 4)):
        money_service.correct_record(
            actor=money.HUB, request_id=None, record_id=record.id, amount=Decimal(amount), reason="数错了"
        )
    assert [line.cells[2] for line in lines("C2")] == [Decimal(3)]
    assert counted("C2", OCTOBER) == (1, None)
    assert figure("C2b").part == 4


def test_jobs_held_on_the_day_under_a_contract_that_runs() -> None:
    contract = money.create_contract()
    money.create_job(contract)
    money.create_job(contract, group=JobGroup.DISABLED, name="白小丽", file=money.paper("残疾证"))
    money.create_job(contract, from_day=date(2026, 11, 10))
    left = money.create_job(contract)
    money_service.end_job(actor=money.HUB, request_id=None, job_id=left.id, to_day=date(2026, 11, 1))
    assert counted("C3") == (3, None)
    assert is_met("C3") is False
    assert counted("C3b") == (1, 3)
    assert counted("C3", OCTOBER) == (3, None)
    assert {line.cells[1] for line in lines("C3")} == {"冉**", "白**"}
    later = Asked(OFFICIAL, COUNTY, date(2027, 11, 1), date(2027, 11, 30))
    assert lines("C3", later) == []


# -- D ---------------------------------------------------------------------------------------------


def test_equipment_is_what_was_there_at_the_last_count() -> None:
    project = make_project.create_project()
    first, second, third, *_passed_over = make_project.create_equipment(project).units
    with clock.at(clock.at_local(date(2026, 11, 1), 9)):
        make_project.create_equipment(make_project.create_project())  # nobody checked there
    make_project.count(project, {first.number: "present", second.number: "absent"}, checked_on=date(2026, 11, 3))
    make_project.count(project, {second.number: "damaged", third.number: "absent"}, checked_on=date(2026, 11, 20))
    assert counted("D6") == (2, 6) == projects.equipment_present(COUNTY)
    assert counted("D6", OCTOBER) == (0, 0)
    assert [str(line.cells[5]) for line in lines("D6")][:4] == ["在", "在但损坏", "不在", "没有清点到"]


def test_the_newest_published_round_says_who_passed_and_who_rectified() -> None:
    inspection = rounds.create_ordered()
    rounds.create_scored()  # not published yet
    assert counted("D7") == (3, 4)
    assert [(str(line.cells[4]), line.cells[3]) for line in lines("D7") if not line.counts] == [
        ("不合格", inspection.total)
    ]
    assert (counted("D7b"), counted("D7c")) == ((0, 1), (0, 1))
    rounds.reinspect(rounds.rectify(inspection.findings[0]), good=True)
    with clock.at(clock.at_local(TODAY + timedelta(days=10), 9)):
        inspections.resolve_rectification(
            actor=rounds.HUB,
            request_id=None,
            inspection_id=inspection.id,
            outcome=Rectification.PASSED,
            reason="复查合格",
        )
    assert counted("D7b") == (0, 1)  # on the day it was still open
    december = Asked(OFFICIAL, COUNTY, date(2026, 12, 1), date(2026, 12, 31))
    assert (counted("D7b", december), counted("D7c", december)) == ((1, 1), (0, 1))
    assert counted("D7", OCTOBER) == (0, 0)
    town = Asked(rounds.OTHER_MANAGER, make_station.OTHER_TOWNSHIP, NOVEMBER.first, TODAY)
    assert counted("D7", town) == (1, 1)


def test_villagers_asked_on_site_are_the_sample() -> None:
    running = rounds.create_running()
    keys = {item.measure: item.key for item in inspections.criteria_of(running).items}
    for n, inspection in enumerate(rounds.inspections(running)):
        rounds.score_all(inspection)
        if n < 2:
            rounds.score(inspection, keys["awareness"], "8", part_count=7 + n, whole_count=10)
        if n == 0:
            rounds.score(inspection, keys["satisfaction"], "8", part_count=5, whole_count=6)
        rounds.finish(inspection)
    assert lines("D8") == []
    rounds.move(rounds.move(running, RoundStatus.SCORED), RoundStatus.PUBLISHED)
    assert counted("D8") == (15, 20)
    assert counted("D8b") == (5, 6)
    assert len(lines("D8")) == 2


def test_villagers_asked_by_phone_are_a_sample_of_their_own() -> None:
    make_station.create_county()
    check = rounds.create_check()
    answers = [(True, 5), (True, 3), (False, None)]
    people = phone_checks.all_people(check)
    for person, (knows, satisfied) in zip(people, answers, strict=False):
        call(person, knows=knows, satisfied=satisfied)
    call(people[3], result=CallResult.NOT_REACHED, knows=None, satisfied=None)
    assert counted("D8c") == (2, 3)
    assert counted("D8d") == (1, 2)
    assert counted("D8c", OCTOBER) == (0, 0)
    assert {str(line.cells[3]).rstrip("*") for line in lines("D8c")} == {"张"}
    year_after = Asked(OFFICIAL, COUNTY, date(2027, 1, 1), date(2027, 1, 31))
    assert lines("D8c", year_after) == []
