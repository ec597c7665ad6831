from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.rules import Turnout, may_sign_in, turnout

ANNA, BEN = uuid.UUID(int=1), uuid.UUID(int=2)
MAY, JUNE = uuid.UUID(int=11), uuid.UUID(int=12)
START = datetime(2026, 5, 20, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("list_", "person_times", "persons"),
    [
        ([], 0, 0),
        ([(MAY, ANNA)], 1, 1),
        ([(MAY, ANNA), (JUNE, ANNA)], 2, 1),
        ([(MAY, ANNA), (MAY, ANNA)], 1, 1),
        ([(MAY, ANNA), (MAY, BEN), (JUNE, BEN)], 3, 2),
    ],
)
def test_person_times_and_persons(list_: list[tuple[uuid.UUID, uuid.UUID]], person_times: int, persons: int) -> None:
    assert turnout(list_) == Turnout(person_times, persons)


@given(st.lists(st.tuples(st.uuids(), st.uuids()), max_size=30))
def test_there_are_never_more_persons_than_person_times(list_: list[tuple[uuid.UUID, uuid.UUID]]) -> None:
    counted = turnout(list_)
    assert counted.persons <= counted.person_times <= len(list_)
    assert turnout(list_ + list_) == counted


@pytest.mark.parametrize(
    ("minutes", "allowed"), [(-61, False), (-60, True), (0, True), (120, True), (300, True), (301, False)]
)
def test_signing_in_is_open_around_the_session(minutes: int, allowed: bool) -> None:
    assert may_sign_in(START, 2, START + timedelta(minutes=minutes)) is allowed
