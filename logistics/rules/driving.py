"""What a run costs and when it is where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from logistics.rules.limits import Limits


def fuel_fen(distance_m: int, fen_per_km: int) -> int:
    """Fuel for a distance in metres, rounded half up to whole fen."""
    return (2 * distance_m * fen_per_km + 1000) // 2000


def timetable(departs: datetime, legs_m: Sequence[int], limits: Limits) -> list[datetime]:
    """When the vehicle reaches each stop: ``legs_m[i]`` metres of road lead to stop ``i``."""
    at, reached = departs, []
    for metres in legs_m:
        at += timedelta(seconds=metres * 3600 // limits.metres_per_hour)
        reached.append(at)
        at += timedelta(minutes=limits.minutes_per_stop)
    return reached


def driving_time(legs_m: Sequence[int], stops: int, limits: Limits) -> timedelta:
    """How long a run takes: all its metres, and the halts."""
    return timedelta(seconds=sum(legs_m) * 3600 // limits.metres_per_hour, minutes=stops * limits.minutes_per_stop)


def load_percent(deliver: int, collect: int, capacity: int | None) -> tuple[int, int] | None:
    """Fuller of both ways, and the capacity it is measured by; None without a vehicle (indicator E7)."""
    return None if not capacity else (max(deliver, collect), capacity)
