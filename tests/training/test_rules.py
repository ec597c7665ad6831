from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from training.rules import concerns, may_open, may_sign_in, one_name, sign_in_times

START = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)
COUNTY, TOWNSHIP, VILLAGE = "500242000000", "500242101000", "500242101201"
OTHER_TOWNSHIP = "500242102000"


@pytest.mark.parametrize(
    ("minutes", "allowed"), [(-61, False), (-60, True), (0, True), (120, True), (300, True), (301, False)]
)
def test_signing_in_is_open_around_the_session(minutes: int, allowed: bool) -> None:
    assert may_sign_in(START, 2, START + timedelta(minutes=minutes)) is allowed


def test_the_times_people_are_told() -> None:
    assert sign_in_times(START, 2) == (START - timedelta(hours=1), START + timedelta(hours=5))


@pytest.mark.parametrize(("today", "allowed"), [(19, False), (20, True), (21, True)])
def test_nobody_was_at_a_session_whose_day_has_not_come(today: int, allowed: bool) -> None:
    assert may_open(date(2026, 5, 20), date(2026, 5, today)) is allowed


@pytest.mark.parametrize(
    ("scope", "held_in", "concerned"),
    [
        (COUNTY, TOWNSHIP, True),
        (TOWNSHIP, TOWNSHIP, True),
        (TOWNSHIP, VILLAGE, True),
        (VILLAGE, TOWNSHIP, True),
        (VILLAGE, COUNTY, True),
        (OTHER_TOWNSHIP, TOWNSHIP, False),
        (VILLAGE, "500242101202", False),
        ("000000000000", TOWNSHIP, True),
    ],
)
def test_whose_business_a_session_is(scope: str, held_in: str, concerned: bool) -> None:
    assert concerns(scope, held_in) is concerned


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("李 大山", "李大山"), (" 李大山\u3000", "李大山"), ("Anna  Li", "Anna Li"), ("", ""), ("　", "")],
)
def test_the_same_person_typed_twice_is_the_same(typed: str, kept: str) -> None:
    assert one_name(typed) == kept
