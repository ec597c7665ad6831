"""The county's limits, read from ``data/limits.toml``."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class Limits:
    """What the county decided; see the data file for what each means."""

    overdue_after: timedelta
    wrong_codes: int
    lock_for: timedelta
    exception_days: int
    truck_departs: time
    van_departs: time
    metres_per_hour: int
    minutes_per_stop: int
    working_day: timedelta
    prohibited: tuple[str, ...]
    prohibited_en: tuple[str, ...]


@functools.cache
def limits() -> Limits:
    """Read the file once."""
    raw = tomllib.loads((DATA / "limits.toml").read_text())
    return Limits(
        overdue_after=timedelta(days=raw["overdue_days"]),
        wrong_codes=raw["wrong_codes"],
        lock_for=timedelta(minutes=raw["lock_minutes"]),
        exception_days=raw["exception_days"],
        truck_departs=time.fromisoformat(raw["truck_departs"]),
        van_departs=time.fromisoformat(raw["van_departs"]),
        metres_per_hour=raw["metres_per_hour"],
        minutes_per_stop=raw["minutes_per_stop"],
        working_day=timedelta(hours=raw["working_hours"]),
        prohibited=tuple(raw["prohibited"]),
        prohibited_en=tuple(raw["prohibited_en"]),
    )
