"""When a station's trial run begins and ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stations.models import StationStatus as S
from stations.rules.trial import LONGEST_DAYS, Period, trial_period


def on(day: int, month: int = 3) -> date:
    return date(2026, month, day)


BUILT = [(S.UNDER_CONSTRUCTION, on(1)), (S.SELF_INSPECTED, on(5))]


@pytest.mark.parametrize(
    "moves, issued, period",
    [
        (BUILT[:1], on(20), None),
        (BUILT, on(5), None),  # self-inspected today: not a whole day yet
        (BUILT, on(6), Period(on(5), on(5))),
        ([*BUILT, (S.ACCEPTED, on(10))], on(20), Period(on(5), on(19))),
        ([*BUILT, (S.ACCEPTED, on(10)), (S.TRIAL, on(12))], on(20), Period(on(12), on(19))),
        ([*BUILT, (S.TRIAL, on(12)), (S.OPERATING, on(15))], on(20), Period(on(12), on(14))),
        ([*BUILT, (S.TRIAL, on(12)), (S.SUSPENDED, on(13))], on(20), Period(on(12), on(12))),
        ([*BUILT, (S.TRIAL, on(12)), (S.OPERATING, on(12))], on(20), None),
        ([*BUILT, (S.UNDER_CONSTRUCTION, on(7)), (S.SELF_INSPECTED, on(9))], on(12), Period(on(9), on(11))),
        (BUILT, on(5, 12), Period(on(5), on(5) + timedelta(days=LONGEST_DAYS - 1))),
    ],
)
def test_trial_period(moves: list[tuple[S, date]], issued: date, period: Period | None) -> None:
    assert trial_period(moves, issued) == period


@given(st.lists(st.tuples(st.sampled_from(S), st.dates(on(1), on(28))), max_size=6), st.dates(on(1), on(28)))
def test_it_lies_before_the_report_and_is_never_empty(moves: list[tuple[S, date]], issued: date) -> None:
    found = trial_period(sorted(moves, key=lambda m: m[1]), issued)
    assert found is None or (1 <= found.days <= LONGEST_DAYS and found.last < issued)
