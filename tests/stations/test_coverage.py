"""Coverage counts villages, not points; the plan is judged exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.models import Level, Measure, StationKind, StationStatus
from stations.rules.coverage import Coverage, Place, Standing, measure, meets, percent
from stations.rules.plan import Target, target_status
from tests.factories.stations import (
    COUNTY,
    OTHER_SECOND_VILLAGE,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
)

ON = date(2026, 11, 22)
PLACES = [
    Place(COUNTY, "酉阳", Level.COUNTY),
    Place(TOWNSHIP, "龙潭镇", Level.TOWNSHIP),
    Place(OTHER_TOWNSHIP, "麻旺镇", Level.TOWNSHIP),
    Place(VILLAGE, "石营村", Level.VILLAGE, is_key=True),
    Place(SECOND_VILLAGE, "渤海村", Level.VILLAGE),
    Place(OTHER_VILLAGE, "桂香村", Level.VILLAGE, is_key=True),
    Place(OTHER_SECOND_VILLAGE, "龙坝村", Level.VILLAGE),
]
TOWNS = {TOWNSHIP: "龙潭镇", OTHER_TOWNSHIP: "麻旺镇"}


def point(village: str, status: StationStatus = StationStatus.OPERATING, *neighbours: str) -> Standing:
    return Standing(village, StationKind.VILLAGE_POINT, status, neighbours)


def covered(*stations: Standing, scope: str = COUNTY) -> Coverage:
    inside = [place for place in PLACES if place.code.startswith(scope.rstrip("0"))]
    return measure(name="酉阳", places=inside, stations=stations, on=ON, scope=scope, township_names=TOWNS)


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (238, 278, "85.6"),
        (20, 39, "51.3"),
        (238, 280, "85.0"),
        (238, 281, "84.7"),
        (1, 2000, "0.1"),
        (849500, 999999, "85.0"),
        (0, 278, "0.0"),
        (278, 278, "100.0"),
        (0, 0, None),
    ],
)
def test_percent_rounds_half_up(part: int, whole: int, shown: str | None) -> None:
    assert percent(part, whole) == (None if shown is None else Decimal(shown))


@pytest.mark.parametrize(
    ("part", "whole", "target", "met"),
    [
        (238, 280, "85", True),
        (238, 281, "85", False),
        (849999, 1000000, "85", False),  # shown as 85.0 %
        (85, 100, "85.01", False),
        (0, 0, "100", True),
        (59, 60, "100", False),
    ],
)
def test_a_target_is_met_by_exact_numbers(part: int, whole: int, target: str, met: bool) -> None:
    assert meets(part, whole, Decimal(target)) is met


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.integers(0, 100))
def test_meeting_agrees_with_the_fraction(part: int, whole: int, target: int) -> None:
    assert meets(part, whole, Decimal(target)) == (part * 100 >= target * whole)


@pytest.mark.parametrize(
    ("stations", "points", "villages", "key"),
    [
        ([], 0, 0, 0),
        ([point(VILLAGE)], 1, 1, 1),
        ([point(VILLAGE), point(VILLAGE)], 2, 1, 1),
        ([point(SECOND_VILLAGE, StationStatus.OPERATING, VILLAGE)], 1, 2, 1),
        ([point(SECOND_VILLAGE, StationStatus.OPERATING, VILLAGE), point(VILLAGE)], 2, 2, 1),
        ([point(VILLAGE, StationStatus.SELF_INSPECTED)], 0, 0, 0),
        ([point(VILLAGE, StationStatus.ACCEPTED)], 1, 1, 1),
        ([point(VILLAGE, StationStatus.SUSPENDED, SECOND_VILLAGE)], 0, 0, 0),
        ([point(VILLAGE, StationStatus.CLOSED)], 0, 0, 0),
        ([Standing(VILLAGE, StationKind.LIAISON_POINT, StationStatus.OPERATING)], 0, 0, 0),
        ([point(VILLAGE), point(OTHER_VILLAGE)], 2, 2, 2),
    ],
)
def test_coverage_counts_villages_not_points(stations: list[Standing], points: int, villages: int, key: int) -> None:
    found = covered(*stations)
    assert (found.village_points, found.covered_villages, found.key_covered) == (points, villages, key)
    assert (found.townships, found.villages, found.key_villages) == (2, 4, 2)
    assert len(found.uncovered) == 4 - villages


def test_a_township_sees_itself_and_the_neighbour_who_serves_it() -> None:
    next_door = point(OTHER_VILLAGE, StationStatus.OPERATING, SECOND_VILLAGE)
    found = covered(next_door, point(VILLAGE), scope=TOWNSHIP)
    assert (found.townships, found.villages, found.village_points, found.covered_villages) == (1, 2, 1, 2)


def test_uncovered_villages_are_named_with_their_township() -> None:
    found = covered(point(VILLAGE), Standing(TOWNSHIP, StationKind.TOWNSHIP_STATION, StationStatus.TRIAL))
    told = found.to_dict()
    assert told["uncovered"] == ["龙潭镇 渤海村", "麻旺镇 桂香村", "麻旺镇 龙坝村"]
    assert told["townships_without_station"] == ["麻旺镇"]
    assert told["village_coverage_percent"] == "25.0"
    assert [str(v) for v in found.uncovered_key] == ["麻旺镇 桂香村"]
    assert [(t.name, t.has_station, t.villages, t.covered, t.points) for t in found.by_township] == [
        ("龙潭镇", True, 2, 1, 1),
        ("麻旺镇", False, 2, 0, 0),
    ]


@given(st.lists(st.tuples(st.sampled_from([p.code for p in PLACES[3:]]), st.sampled_from(StationStatus))))
def test_adding_a_point_never_lowers_coverage_and_covers_one_village_at_most(
    known: list[tuple[str, StationStatus]],
) -> None:
    before = covered(*(point(*one) for one in known))
    after = covered(*(point(*one) for one in known), point(VILLAGE))
    assert 0 <= after.covered_villages - before.covered_villages <= 1
    assert after.covered_villages + len(after.uncovered) == after.villages


STANDING = [
    point(VILLAGE),
    point(SECOND_VILLAGE, StationStatus.SELF_INSPECTED),
    point(OTHER_VILLAGE, StationStatus.ACCEPTED),
    Standing(TOWNSHIP, StationKind.TOWNSHIP_STATION, StationStatus.UNDER_CONSTRUCTION),
]


@pytest.mark.parametrize(
    ("wanted", "amount", "counts", "reached", "met", "missing"),
    [
        (Measure.TOWNSHIP_STATIONS, "1", (0, 0, 0), (0, 1), False, 2),
        (Measure.VILLAGE_POINTS, "2", (3, 2, 1), (2, 2), True, 2),
        (Measure.VILLAGE_POINTS, "3", (3, 2, 1), (2, 3), False, 2),
        (Measure.VILLAGE_COVERAGE, "50", (3, 2, 1), (2, 4), True, 2),
        (Measure.VILLAGE_COVERAGE, "50.01", (3, 2, 1), (2, 4), False, 2),
        (Measure.KEY_VILLAGES, "100", (3, 2, 1), (2, 2), True, 0),
    ],
)
def test_plan_against_what_stands(
    wanted: Measure,
    amount: str,
    counts: tuple[int, int, int],
    reached: tuple[int, int],
    met: bool,
    missing: int,
) -> None:
    found = target_status(Target(wanted, Decimal(amount), ON), covered(*STANDING), STANDING)
    assert (found.built, found.accepted, found.operating) == counts
    assert (found.reached, found.whole) == reached
    assert found.is_met is met
    assert len(found.missing) == missing


@pytest.mark.parametrize(("due", "late"), [(date(2026, 11, 21), True), (ON, False), (date(2026, 12, 31), False)])
def test_a_target_is_late_after_its_day(due: date, late: bool) -> None:
    target = Target(Measure.VILLAGE_POINTS, Decimal(238), due)
    assert target_status(target, covered(*STANDING), STANDING).is_late is late
