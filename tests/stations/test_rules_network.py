"""Where stations stand, when they move, what their codes are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.ids import check_code
from stations.errors import WrongDay, WrongPlace
from stations.models import STATION_MOVES, Level, StationKind, StationStatus
from stations.rules.network import check_day, check_place, moves_by_hand, station_code, usual_name
from stations.rules.outline import around
from tests.factories.stations import OUTLINE

K, S = StationKind, StationStatus


@pytest.mark.parametrize(
    ("kind", "level", "fits"),
    [
        (K.COUNTY_CENTER, Level.COUNTY, True),
        (K.COUNTY_CENTER, Level.TOWNSHIP, False),
        (K.TOWNSHIP_STATION, Level.TOWNSHIP, True),
        (K.TOWNSHIP_STATION, Level.VILLAGE, False),
        (K.VILLAGE_POINT, Level.VILLAGE, True),
        (K.VILLAGE_POINT, Level.TOWNSHIP, False),
        (K.LIAISON_POINT, Level.VILLAGE, True),
        (K.LIAISON_POINT, Level.COUNTY, True),
    ],
)
def test_place_of_each_kind(kind: StationKind, level: Level, fits: bool) -> None:
    if fits:
        check_place(kind, level)
    else:
        with pytest.raises(WrongPlace):
            check_place(kind, level)


@pytest.mark.parametrize(
    ("day", "last", "fits"),
    [
        (date(2026, 11, 22), None, True),
        (date(2026, 11, 23), None, False),
        (date(2026, 11, 1), date(2026, 11, 1), True),
        (date(2026, 10, 31), date(2026, 11, 1), False),
    ],
)
def test_day_of_a_move(day: date, last: date | None, fits: bool) -> None:
    if fits:
        check_day(day, last, date(2026, 11, 22))
    else:
        with pytest.raises(WrongDay) as caught:
            check_day(day, last, date(2026, 11, 22))
        assert caught.value.field == "effective_on"


def test_codes_count_up_within_a_township_and_carry_a_check_digit() -> None:
    taken: list[str] = []
    for _ in range(1001):
        taken.append(station_code("500242101201", taken))
    assert len(set(taken)) == 1001
    assert taken[0].startswith("42101001")
    assert all(check_code(code) == code for code in taken)


@pytest.mark.parametrize(
    ("status", "before_plan", "moves"),
    [
        (S.PLANNED, False, [S.SITE_APPROVED, S.CLOSED]),
        (S.SELF_INSPECTED, False, [S.UNDER_CONSTRUCTION]),
        (S.SELF_INSPECTED, True, [S.UNDER_CONSTRUCTION, S.ACCEPTED]),
        (S.OPERATING, False, [S.SUSPENDED, S.CLOSED]),
        (S.CLOSED, False, []),
    ],
)
def test_moves_offered_to_a_person(status: StationStatus, before_plan: bool, moves: list[StationStatus]) -> None:
    assert moves_by_hand(status, before_plan) == moves


def test_every_status_can_be_reached_and_only_closed_is_final() -> None:
    reached = {S.PLANNED}
    while True:
        further = reached.union(*(STATION_MOVES.allowed(status) for status in reached))
        if further == reached:
            break
        reached = further
    assert reached == set(S)
    assert [status for status in S if not STATION_MOVES.allowed(status)] == [S.CLOSED]


def test_usual_names() -> None:
    assert usual_name(K.VILLAGE_POINT, "石营村") == "石营村服务点"
    assert usual_name(K.TOWNSHIP_STATION, "龙潭镇") == "龙潭镇综合服务站"


@given(st.lists(st.tuples(st.floats(108.55, 108.95), st.floats(28.65, 28.95)), min_size=1, max_size=9))
def test_the_outline_around_places_holds_them_and_stays_in_the_county(places: list[tuple[float, float]]) -> None:
    ring = around(OUTLINE, places)["coordinates"][0][0]
    assert ring[0] == ring[-1]
    for axis, least, most in ((0, 108.5, 109.0), (1, 28.6, 29.0)):
        values = [position[axis] for position in ring]
        assert least - 1e-9 <= min(values) <= min(place[axis] for place in places)
        assert most + 1e-9 >= max(values) >= max(place[axis] for place in places)
