"""The county's vehicles: a few trucks for the townships, a van for each township station."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from app.core.access import Actor
from logistics import service
from logistics.models import Tier, Vehicle
from logistics.service import VehicleFacts
from logistics.service.places import county_scope

_DRIVERS = (
    "田茂林",
    "冉光明",
    "白云飞",
    "彭世江",
    "石建国",
    "杨昌华",
    "张正权",
    "陈永久",
    "李再兴",
    "王家顺",
    "罗文才",
    "谭小龙",
)
TRUCKS, VANS = 5, 26


def seed_fleet(actor: Actor, drivers: Sequence[tuple[uuid.UUID, str]] = ()) -> list[Vehicle]:
    """Register the fleet; the first vehicles of both tiers go to ``drivers`` (user id, name). Once is enough."""
    county = county_scope()
    known = list(service.list_vehicles(county, active_only=False))
    if known:
        return known
    given = list(drivers)
    trucks = [_truck(n, *_driver(given, n)) for n in range(TRUCKS)]
    vans = [_van(n, *_driver(given, n + TRUCKS)) for n in range(VANS)]
    return [service.add_vehicle(actor=actor, facts=facts) for facts in [*trucks, *vans]]


def _driver(given: list[tuple[uuid.UUID, str]], n: int) -> tuple[uuid.UUID | None, str]:
    if n % TRUCKS == 0 and given:  # the first truck, the first van, …: somebody who logs in
        return given.pop(0)
    return None, _DRIVERS[n % len(_DRIVERS)]


def _truck(n: int, driver_id: uuid.UUID | None, driver_name: str) -> VehicleFacts:
    return VehicleFacts(f"渝H7{n + 1:02d}K{n}", Tier.TOWNSHIP, 600, 3000, 145, 2000, driver_id, driver_name)


def _van(n: int, driver_id: uuid.UUID | None, driver_name: str) -> VehicleFacts:
    return VehicleFacts(f"渝H{n + 1:02d}6D{n % 10}", Tier.VILLAGE, 80, 600, 62, 0, driver_id, driver_name)
