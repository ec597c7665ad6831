"""The plan against time: what should be there by a day, behind or on track, what is missing by name."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.cli.figures import plan_status
from app.core import clock
from app.core.access import SYSTEM, Actor, Role
from app.core.errors import DomainError, InvalidInput
from stations import service
from stations.models import Measure, Pace, StationKind, StationStatus
from stations.rules.plan import (
    Milestone,
    Target,
    TargetStatus,
    check_milestones,
    course,
    expected,
    expected_number,
)
from stations.service.plans import targets_of
from tests.factories.stations import (
    COUNTY,
    OTHER_SECOND_VILLAGE,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_county,
    create_plan,
    create_station,
    create_status_change,
)

HUB = Actor(None, "县管理员", Role.COUNTY_ADMIN, COUNTY)
MANAGER = Actor(None, "乡镇站长", Role.TOWNSHIP_MANAGER, TOWNSHIP)
BEGIN, MAY = date(2026, 1, 1), date(2026, 5, 31)
STEPS = (Milestone(date(2026, 1, 31), Decimal(98)), Milestone(date(2026, 3, 31), Decimal(180)))
POINTS = Target(Measure.VILLAGE_POINTS, Decimal(238), MAY, 98, STEPS)
SHARE = Target(Measure.VILLAGE_COVERAGE, Decimal(85), date(2026, 12, 31))


def status(target: Target, reached: int, on: date, whole: int = 238) -> TargetStatus:
    return TargetStatus(target, 0, 0, 0, reached, whole, (), on, BEGIN)


# -- the straight line -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "number"),
    [
        (date(2025, 6, 1), 98),
        (BEGIN, 98),
        (date(2026, 1, 31), 98),
        (date(2026, 2, 1), 99),  # 98 + 82/59 = 99.39
        (date(2026, 3, 1), 138),  # 98 + 82*29/59 = 138.3
        (date(2026, 3, 30), 178),  # 98 + 82*58/59 = 178.6
        (date(2026, 3, 31), 180),
        (date(2026, 4, 1), 180),  # 180 + 58/61 = 180.95
        (date(2026, 4, 2), 181),
        (MAY, 238),
        (date(2026, 12, 31), 238),
    ],
)
def test_what_should_stand_by_a_day(on: date, number: int) -> None:
    assert expected_number(course(POINTS, BEGIN), on, Fraction(1)) == number


def test_between_two_points_the_line_is_exact() -> None:
    assert expected(course(POINTS, BEGIN), date(2026, 2, 1)) == 98 + Fraction(82, 59)


@pytest.mark.parametrize(
    ("villages", "on", "number"),
    [
        (280, date(2026, 12, 31), 238),
        (281, date(2026, 12, 31), 239),  # 238.85 villages are 239
        (281, date(2026, 12, 30), 238),
        (281, date(2027, 1, 1), 239),
        (0, date(2026, 12, 31), 0),
    ],
)
def test_a_percentage_asks_for_whole_villages(villages: int, on: date, number: int) -> None:
    assert expected_number(course(SHARE, BEGIN), on, Fraction(villages, 100)) == number


amounts = st.lists(st.integers(0, 500), min_size=1, max_size=6).map(sorted)


@given(amounts, st.lists(st.integers(1, 60), min_size=6, max_size=6), st.integers(1, 400))
def test_what_should_be_there_never_falls_and_ends_at_the_target(
    numbers: list[int], gaps: list[int], villages: int
) -> None:
    days = [BEGIN + timedelta(days=sum(gaps[: n + 1])) for n in range(len(numbers))]
    steps = tuple(Milestone(day, Decimal(number)) for day, number in zip(days, numbers, strict=True))
    target = Target(Measure.VILLAGE_POINTS, steps[-1].amount, steps[-1].due_on, 0, steps[:-1])
    points, per_unit = course(target, BEGIN), Fraction(villages, 100)
    told = [expected_number(points, BEGIN + timedelta(days=n), per_unit) for n in range(sum(gaps) + 3)]
    assert told == sorted(told)
    assert told[-1] == -(-numbers[-1] * villages // 100)


@pytest.mark.parametrize(
    ("reached", "on", "pace", "behind"),
    [
        (98, date(2026, 1, 31), Pace.ON_TRACK, 0),
        (97, date(2026, 1, 31), Pace.BEHIND, 1),
        (179, date(2026, 3, 31), Pace.BEHIND, 1),
        (180, date(2026, 3, 31), Pace.ON_TRACK, 0),
        (237, MAY, Pace.BEHIND, 1),
        (237, date(2026, 6, 1), Pace.LATE, 1),
        (238, date(2026, 6, 1), Pace.MET, 0),
        (238, date(2026, 1, 1), Pace.MET, 0),
        (240, MAY, Pace.MET, 0),
    ],
)
def test_behind_on_track_met_late(reached: int, on: date, pace: Pace, behind: int) -> None:
    found = status(POINTS, reached, on)
    assert (found.pace, found.behind_by) == (pace, behind)


def test_on_its_last_day_a_percentage_is_behind_by_what_is_missing() -> None:
    assert status(SHARE, 238, date(2026, 12, 31), 281).pace is Pace.BEHIND
    assert status(SHARE, 238, date(2026, 12, 31), 280).pace is Pace.MET
    assert status(SHARE, 0, date(2026, 7, 2), 278).expected_percent == Decimal("42.5")
    assert status(POINTS, 0, date(2026, 7, 2)).expected_percent is None


def test_a_target_due_before_its_year_begins_asks_for_all_of_it() -> None:
    target = Target(Measure.VILLAGE_POINTS, Decimal(98), date(2025, 12, 31), 50)
    assert expected_number(course(target, BEGIN), BEGIN, Fraction(1)) == 98


# -- milestones ------------------------------------------------------------------------------------


def steps(*pairs: tuple[date, str]) -> tuple[Milestone, ...]:
    return tuple(Milestone(day, Decimal(amount)) for day, amount in pairs)


@pytest.mark.parametrize(
    ("milestones", "good"),
    [
        (STEPS, True),
        ((), True),
        (steps((BEGIN, "98")), True),
        (steps((date(2025, 12, 31), "98")), False),
        (steps((MAY, "238")), False),
        (steps((date(2026, 3, 1), "100"), (date(2026, 3, 1), "120")), False),
        (steps((date(2026, 3, 1), "120"), (date(2026, 2, 1), "130")), False),
        (steps((date(2026, 3, 1), "120"), (date(2026, 4, 1), "119")), False),
        (steps((date(2026, 3, 1), "97")), False),
        (steps((date(2026, 3, 1), "239")), False),
        (steps((date(2026, 3, 1), "100.5")), False),
    ],
)
def test_milestones_climb_from_what_stood_to_the_target(milestones: tuple[Milestone, ...], good: bool) -> None:
    target = Target(Measure.VILLAGE_POINTS, Decimal(238), MAY, 98, milestones)
    if good:
        check_milestones(target, BEGIN)
        return
    with pytest.raises(InvalidInput) as caught:
        check_milestones(target, BEGIN)
    assert caught.value.field == "village_points_milestones"


@pytest.fixture
def _county(session: Any) -> Any:
    create_county()
    with clock.at(clock.at_local(date(2026, 11, 22), 9)):
        yield


def set_plan(*targets: Target) -> Any:
    return service.set_plan(actor=HUB, request_id=None, county_code=COUNTY, year=2026, name="计划", targets=targets)


@pytest.mark.usefixtures("_county")
def test_milestones_are_kept_replaced_and_told() -> None:
    plan = set_plan(POINTS)
    assert targets_of(plan) == [POINTS]
    other = Target(
        Measure.VILLAGE_POINTS, Decimal(238), MAY, 98, (STEPS[0], Milestone(date(2026, 4, 30), Decimal(200)))
    )
    assert targets_of(set_plan(other)) == [other]
    assert targets_of(set_plan(Target(Measure.VILLAGE_POINTS, Decimal(238), MAY, 98)))[0].milestones == ()


@pytest.mark.usefixtures("_county")
def test_milestones_that_are_wrong_store_nothing() -> None:
    with pytest.raises(DomainError):
        set_plan(Target(Measure.VILLAGE_POINTS, Decimal(238), MAY, 98, steps((date(2026, 3, 1), "97"))))
    assert service.find_plan(COUNTY) is None


# -- through the service ---------------------------------------------------------------------------


@pytest.mark.usefixtures("_county")
def test_the_plan_on_a_past_day_and_over_its_year() -> None:
    create_plan(targets={Measure.VILLAGE_POINTS: 4}, milestones={Measure.VILLAGE_POINTS: {date(2026, 3, 31): 2}})
    for code, since in ((VILLAGE, date(2026, 2, 10)), (OTHER_VILLAGE, date(2026, 4, 10))):
        create_station(division_code=code, since=since)
    suspended = create_station(division_code=SECOND_VILLAGE, since=date(2026, 5, 1), status=StationStatus.SUSPENDED)
    create_status_change(station_id=suspended.id, new_status=StationStatus.OPERATING, effective_on=date(2026, 4, 20))
    [target] = service.plan_status(actor=HUB, on=date(2026, 4, 30)).targets
    assert (target.reached, target.expected, target.pace) == (3, 2, Pace.ON_TRACK)
    plan, [over] = service.plan_course(actor=HUB)
    assert plan.to_dict() == service.plan_status(actor=HUB).to_dict()
    assert [day.isoformat()[:7] for day in over.days] == ["2025-12", *(f"2026-{n:02d}" for n in range(1, 13))]
    assert over.reached == (0, 0, 1, 1, 3, 2, 2, 2, 2, 2, 2, 2, None)
    assert over.expected[3] == 2
    assert over.expected[-1] == 4
    assert [(step.milestone.due_on, step.wanted, step.reached) for step in over.steps] == [
        (date(2026, 3, 31), 2, 1),
        (date(2026, 12, 31), 4, None),
    ]


@pytest.mark.usefixtures("_county")
def test_what_is_missing_by_name_with_what_is_coming() -> None:
    create_station()
    create_station(division_code=OTHER_VILLAGE, status=StationStatus.UNDER_CONSTRUCTION)
    create_station(division_code=OTHER_SECOND_VILLAGE, status=StationStatus.CLOSED)
    create_station(division_code=OTHER_TOWNSHIP, kind=StationKind.TOWNSHIP_STATION)
    told = [(m.place.name, m.coming) for m in service.missing_places(actor=HUB, measure=Measure.VILLAGE_POINTS)]
    assert told == [("渤海村", None), ("桂香村", StationStatus.UNDER_CONSTRUCTION), ("龙坝村", None)]
    assert [m.place.code for m in service.missing_places(actor=HUB, measure=Measure.TOWNSHIP_STATIONS)] == [TOWNSHIP]
    assert [m.place.code for m in service.missing_places(actor=MANAGER, measure=Measure.VILLAGE_COVERAGE)] == [
        SECOND_VILLAGE
    ]
    asked = {"actor": HUB, "measure": Measure.VILLAGE_POINTS, "township": OTHER_TOWNSHIP, "q": "龙坝"}
    assert [m.place.code for m in service.missing_places(**asked)] == [OTHER_SECOND_VILLAGE]
    assert service.missing_places(actor=HUB, measure=Measure.KEY_VILLAGES) == []


@pytest.mark.usefixtures("_county")
def test_the_plan_in_figures_and_in_words() -> None:
    assert service.plan_status(actor=SYSTEM).to_text() == "还没有计划。"
    create_plan(targets={Measure.VILLAGE_POINTS: 3}, milestones={Measure.VILLAGE_POINTS: {date(2026, 6, 30): 2}})
    create_station()
    [told] = json.loads(json.dumps(service.plan_status(actor=SYSTEM).to_dict()))["targets"]
    assert (told["expected"], told["behind_by"], told["state"]) == (2, 1, "behind")
    assert told["milestones"] == [{"due_on": "2026-06-30", "target": "2"}]
    assert told["missing"] == ["龙潭镇 渤海村", "麻旺镇 桂香村", "麻旺镇 龙坝村"]
    words = service.plan_status(actor=SYSTEM).to_text()
    assert "村级服务点（个）：落后 1" in words
    assert "达到 1 / 3，今天应到 2" in words
    assert "还缺 3 处：龙潭镇 渤海村、麻旺镇 桂香村、麻旺镇 龙坝村" in words


@pytest.mark.usefixtures("_county")
def test_the_command_prints_figures_and_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.cli.common.create_app", lambda **_settings: app)
    create_plan(targets={Measure.VILLAGE_POINTS: 3})
    create_station(since=date(2026, 3, 1))
    told = CliRunner().invoke(plan_status, ["--json", "--on", "2026-02-28"])
    assert told.exit_code == 0, told.output
    [target] = json.loads(told.stdout)["targets"]
    assert {"target": "3", "built": 0, "accepted": 0, "operating": 0, "expected": 0, "state": "on_track"}.items() <= (
        target.items()
    )
    assert len(target["missing"]) == 4
    told = CliRunner().invoke(plan_status, ["--year", "2026", "--on", "2026-12-31"])
    assert "村级服务点（个）：落后 2" in told.stdout
    assert "还没有计划" in CliRunner().invoke(plan_status, ["--year", "2020"]).stdout
