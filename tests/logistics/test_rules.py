"""Pickup codes, the lock, legs, waybills, driving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from app.core.moves import IllegalMove
from logistics.errors import WrongLeg
from logistics.models import FINAL, IN_TRANSIT, PARCEL_MOVES, ParcelStatus, SizeClass
from logistics.rules import carriers, driving, lock, shelf
from logistics.rules.legs import LEGS, leg
from logistics.rules.limits import limits
from logistics.rules.routing import township_for
from stations.models import StationKind

S = ParcelStatus
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("size", "cold", "expected"),
    [
        (SizeClass.SMALL, False, "A"),
        (SizeClass.MEDIUM, False, "B"),
        (SizeClass.LARGE, False, "C"),
        (SizeClass.LARGE, True, "D"),
    ],
)
def test_shelf_goes_by_size_and_cold(size: SizeClass, cold: bool, expected: str) -> None:
    assert shelf.shelf_for(size, cold) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("A-22-07", "A-22-07"),
        ("a2207", "A-22-07"),
        (" A 22 7x", None),
        ("Ａ－２２－０７", "A-22-07"),
        ("A-22-007", "A-22-07"),
        ("A-22-107", "A-22-107"),
        ("2207", None),
        ("", None),
    ],
)
def test_codes_are_read_however_they_are_typed(typed: str, code: str | None) -> None:
    assert shelf.read_code(typed) == code


@given(st.sampled_from("ABCD"), st.dates(), st.integers(1, 9999))
def test_every_code_reads_back(letter: str, day: date, number: int) -> None:
    code = shelf.pickup_code(letter, day, number)
    assert shelf.read_code(code) == shelf.read_code(code.replace("-", "")) == code


@pytest.mark.parametrize(
    ("counted_on", "last", "waiting", "expected"),
    [
        (None, 0, [], 1),
        (DAY, 6, [], 7),
        (date(2026, 11, 21), 6, [], 1),
        (date(2026, 11, 21), 6, ["A-22-03", "B-22-09", "A-21-30"], 10),  # still there since 22 October
        (DAY, 12, ["A-22-03"], 13),
    ],
)
def test_numbers_begin_anew_each_day_and_pass_over_old_ones(
    counted_on: date | None, last: int, waiting: list[str], expected: int
) -> None:
    assert shelf.next_number(counted_on, last, DAY, waiting) == expected


@pytest.mark.parametrize(
    ("days", "expected"), [(timedelta(days=7), False), (timedelta(days=7, seconds=1), True), (timedelta(0), False)]
)
def test_overdue_is_more_than_seven_days(days: timedelta, expected: bool) -> None:
    assert shelf.is_overdue(NOON - days, NOON, limits().overdue_after) is expected


def test_what_is_not_shelved_is_never_overdue() -> None:
    assert shelf.is_overdue(None, NOON, limits().overdue_after) is False


def test_the_fifth_wrong_code_locks_for_ten_minutes() -> None:
    tries = lock.Tries()
    for n in range(1, 5):
        tries = lock.after_wrong(tries, NOON, limits())
        assert (tries.wrong, lock.is_locked(tries, NOON), lock.tries_left(tries, limits())) == (n, False, 5 - n)
    tries = lock.after_wrong(tries, NOON, limits())
    assert tries.locked_until == NOON + timedelta(minutes=10)
    assert lock.is_locked(tries, NOON + timedelta(minutes=9, seconds=59))
    assert not lock.is_locked(tries, NOON + timedelta(minutes=10))


def test_after_the_lock_five_more_are_allowed() -> None:
    locked = lock.Tries(0, NOON)
    assert lock.after_wrong(locked, NOON + timedelta(minutes=1), limits()) == lock.Tries(1, None)


@pytest.mark.parametrize(
    ("number", "chosen", "key"),
    [
        ("YT1234567890", "", "yto"),
        ("JDV000123", "", "jd"),
        ("ST0001", "", "sto"),
        ("ZT99001122", "", "zto"),
        ("YT1234567890", "sf", "sf"),
        ("1234567890", "", "other"),
        ("1234567890", "nonsense", "other"),
    ],
)
def test_a_waybill_names_its_carrier(number: str, chosen: str, key: str) -> None:
    assert carriers.carrier_of(number, chosen).key == key


@pytest.mark.parametrize(("typed", "number"), [(" yt-123 456", "YT123456"), ("ＹＴ１２３４５６", "YT123456")])
def test_waybills_are_made_plain(typed: str, number: str) -> None:
    assert carriers.waybill(typed) == number


@pytest.mark.parametrize("typed", ["", "12345", "YT_123456", "快递123456", "A" * 41])
def test_what_is_no_waybill_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        carriers.waybill(typed)
    assert caught.value.field == "waybill_number"


@pytest.mark.parametrize(("typed", "tail"), [("13812348812", "8812"), ("8812", "8812"), ("", None), (None, None)])
def test_the_tail_is_the_last_four_digits(typed: str | None, tail: str | None) -> None:
    assert carriers.phone_tail(typed) == tail


def test_three_digits_are_no_tail() -> None:
    with pytest.raises(InvalidInput):
        carriers.phone_tail("881")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("8812", carriers.Who(tail="8812")),
        ("138 1234 8812", carriers.Who(phone="13812348812", tail="8812")),
        ("+86 13812348812", carriers.Who(phone="13812348812", tail="8812")),
        ("冉大妹", carriers.Who(name="冉大妹")),
        ("冉大妹 8812", carriers.Who(name="冉大妹", tail="8812")),
        ("８８１２", carriers.Who(tail="8812")),
        ("", carriers.Who()),
    ],
)
def test_one_field_takes_a_phone_a_tail_or_a_name(typed: str, expected: carriers.Who) -> None:
    assert carriers.who(typed) == expected


@pytest.mark.parametrize("typed", ["881", "88123", "138123488123"])
def test_other_numbers_are_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        carriers.who(typed)


def test_a_runs_time_is_driving_and_halts() -> None:
    assert driving.driving_time([15_000, 15_000], 1, limits()) == timedelta(hours=1, minutes=8)


def test_every_leg_is_allowed_by_the_table_of_moves() -> None:
    for way in LEGS.values():
        PARCEL_MOVES.check(way.waiting, way.riding)
        PARCEL_MOVES.check(way.riding, way.arrived)
        PARCEL_MOVES.check(way.riding, way.waiting)  # found at the sender
        PARCEL_MOVES.check(way.riding, S.LOST)


def test_parcels_skip_no_level() -> None:
    with pytest.raises(WrongLeg):
        leg(StationKind.COUNTY_CENTER, StationKind.VILLAGE_POINT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (S.AT_HUB, S.AT_TOWNSHIP),
        (S.PICKED_UP, S.AT_VILLAGE),
        (S.AT_VILLAGE, S.TO_TOWNSHIP_UP),
        (S.DISPATCHED, S.LOST),
        (S.LOST, S.AT_HUB),
    ],
)
def test_moves_outside_the_table_are_refused(old: ParcelStatus, new: ParcelStatus) -> None:
    with pytest.raises(IllegalMove):
        PARCEL_MOVES.check(old, new)


def test_final_is_where_nothing_leads_on() -> None:
    assert frozenset(s for s in S if not PARCEL_MOVES.allowed(s)) == FINAL
    assert frozenset(way.riding for way in LEGS.values()) == IN_TRANSIT


@pytest.mark.parametrize(
    ("metres", "per_km", "fen"),
    [(1000, 60, 60), (1499, 60, 90), (0, 60, 0), (8, 60, 0), (9, 60, 1), (123_456, 75, 9259)],
)
def test_fuel_is_rounded_half_up_to_fen(metres: int, per_km: int, fen: int) -> None:
    assert driving.fuel_fen(metres, per_km) == fen


def test_the_timetable_adds_driving_and_halts() -> None:
    reached = driving.timetable(NOON, [15_000, 30_000], limits())
    assert reached == [NOON + timedelta(minutes=30), NOON + timedelta(minutes=30 + 8 + 60)]


@pytest.mark.parametrize(
    ("deliver", "collect", "capacity", "expected"), [(40, 60, 80, (60, 80)), (0, 0, 80, (0, 80)), (3, 2, None, None)]
)
def test_load_is_the_fuller_way(
    deliver: int, collect: int, capacity: int | None, expected: tuple[int, int] | None
) -> None:
    assert driving.load_percent(deliver, collect, capacity) == expected


@dataclass(frozen=True)
class Spot:
    code: str
    lon: float | None = None
    lat: float | None = None


HOME, NEAR, FAR = (
    Spot("500242101000", 108.6, 28.8),
    Spot("500242102000", 108.7, 28.8),
    Spot("500242103000", 109.5, 29.4),
)


@pytest.mark.parametrize(
    ("village", "townships", "expected"),
    [
        (Spot("500242101201", 108.7, 28.8), [NEAR, HOME], HOME),  # its own, though another is nearer
        (Spot("500242109201", 108.71, 28.8), [FAR, NEAR], NEAR),
        (Spot("500242109201"), [FAR, NEAR], FAR),
        (Spot("500242109201", 108.71, 28.8), [], None),
    ],
)
def test_parcels_pass_through_their_own_or_the_nearest_station(
    village: Spot, townships: list[Spot], expected: Spot | None
) -> None:
    assert township_for(village, townships) is expected
