"""A small county in which every measure has something to count, and its month reports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import clock
from app.core.access import SYSTEM, Actor, Role
from datacenter import service
from datacenter.models import MonthReport
from stations.models import Station, StationKind
from tests.factories import stations as places
from tests.factories.logistics import actor_at
from tests.factories.stations import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, SECOND_VILLAGE, TOWNSHIP, VILLAGE

HUB = Actor(None, "县管理员", Role.COUNTY_ADMIN, COUNTY)
OFFICIAL = Actor(None, "周科长", Role.COUNTY_OFFICIAL, COUNTY)
MANAGER = Actor(None, "龙潭站长", Role.TOWNSHIP_MANAGER, TOWNSHIP)
MONTH = "2026-10"
SINCE = date(2025, 3, 1)


@dataclass(frozen=True)
class Counter:
    """A station with the person who works there."""

    station: Station
    operator: Actor


def create_counter(division_code: str = VILLAGE, **overrides: Any) -> Counter:
    """A point that operates since 1 March 2025 (``since``), and its operator."""
    station = places.create_station(**{"division_code": division_code, "since": SINCE} | overrides)
    at_township = station.kind is StationKind.TOWNSHIP_STATION
    role = Role.TOWNSHIP_MANAGER if at_township else Role.VILLAGE_OPERATOR
    return Counter(station, actor_at(station, role, f"{station.name}的人"))


def create_counters() -> list[Counter]:
    """Longtan with its station and two points, Mawang with one point; its second village has none."""
    places.create_county()
    return [
        create_counter(TOWNSHIP, kind=StationKind.TOWNSHIP_STATION, name="龙潭镇站"),
        create_counter(VILLAGE, name="石营点"),
        create_counter(SECOND_VILLAGE, name="渤海点"),
        create_counter(OTHER_VILLAGE, name="桂香点"),
    ]


def create_month_report(month: str = MONTH, **overrides: Any) -> MonthReport:
    """The report of a month, issued on the fifth day of the next."""
    with clock.at(clock.at_local(clock.next_month(clock.parse_month(month)).replace(day=5), 9)):
        return service.issue_report(**({"actor": HUB, "month": month} | overrides))


__all__ = ["COUNTY", "MONTH", "OTHER_TOWNSHIP", "SYSTEM", "Counter", "create_counters", "create_month_report"]
