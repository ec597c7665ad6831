from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.core import clock


@pytest.mark.parametrize(
    ("instant", "month"),
    [
        (datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC), "2026-10"),  # 23:59:59 in the county
        (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), "2026-11"),  # midnight in the county
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "2027-01"),
    ],
)
def test_months_are_the_countys(instant: datetime, month: str) -> None:
    assert clock.month_of(instant) == month
    start, end = clock.month_bounds(month)
    assert start <= instant < end


def test_today_is_the_countys_day() -> None:
    with clock.at(datetime(2026, 11, 21, 16, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 22)


@pytest.mark.parametrize("month", ["2026-13", "2026", "26-10", "2026-1", "october"])
def test_what_is_no_month(month: str) -> None:
    with pytest.raises(ValueError):
        clock.month_bounds(month)


def test_the_clock_takes_no_naive_time() -> None:
    with pytest.raises(ValueError), clock.at(datetime(2026, 1, 1)):
        pass
