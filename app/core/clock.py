"""The one place that asks what time it is.

Services ask :func:`now`; rules receive the time as an argument. The demo and the tests move the
clock with :func:`at`. Instants are aware and in UTC; days and months are those of Asia/Shanghai.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _set_to.get() or datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same instant on a clock in the county (Asia/Shanghai)."""
    return moment.astimezone(SHANGHAI)


def today() -> date:
    """Today's date in the county."""
    return local(now()).date()


def at_local(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """The instant (UTC) at which the county's clocks show that time on that day."""
    return datetime.combine(day, time(hour, minute, second), SHANGHAI).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First instant of a county day and of the day after it: ``start <= t < end``."""
    return at_local(day), at_local(day + timedelta(days=1))


def parse_month(month: str) -> date:
    """``"2026-10"`` → 1 October 2026. Raises ValueError for anything else."""
    if len(month) != 7:
        raise ValueError(month)
    return datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007  a month has no zone


def next_month(first: date) -> date:
    """The first day of the following month."""
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1)


def month_bounds(month: str) -> tuple[datetime, datetime]:
    """First instant of a county month (``"2026-10"``) and of the next: ``start <= t < end``."""
    first = parse_month(month)
    return at_local(first), at_local(next_month(first))


def month_of(moment: datetime) -> str:
    """The county month in which an instant falls, as ``"2026-10"``."""
    return local(moment).strftime("%Y-%m")


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Set the clock for the block: for the seed and for tests."""
    if moment.tzinfo is None:
        raise ValueError("the clock takes aware datetimes only")
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
