"""Divisions, stations and plans for tests."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from app.core import clock
from app.core.command import command
from app.core.database import db
from app.core.ids import human_code
from stations.models import (
    SERVING,
    Division,
    DivisionKeyMark,
    Level,
    Measure,
    Plan,
    PlanMilestone,
    PlanTarget,
    Service,
    Station,
    StationKind,
    StationOffer,
    StationStatus,
    StationStatusChange,
    StationVillage,
)

COUNTY, TOWNSHIP, OTHER_TOWNSHIP = "500242000000", "500242101000", "500242102000"
VILLAGE, SECOND_VILLAGE = "500242101201", "500242101202"
OTHER_VILLAGE, OTHER_SECOND_VILLAGE = "500242102202", "500242102203"
OUTLINE = {
    "type": "MultiPolygon",
    "coordinates": [[[[108.5, 28.6], [109.0, 28.6], [109.0, 29.0], [108.5, 29.0], [108.5, 28.6]]]],
}
_serial = itertools.count(1)


@command
def create_division(**overrides: Any) -> Division:
    """A village of Longtan, unless told otherwise; its parent must be there."""
    facts = {
        "code": VILLAGE,
        "name": "石营村村民委员会",
        "short_name": "石营村",
        "level": Level.VILLAGE,
        "parent_code": TOWNSHIP,
        "lon": 108.71683,
        "lat": 28.80402,
        "position_basis": "estimated",
        "is_key": False,
        "valid_from": date(1949, 10, 1),
        "loaded_at": clock.now(),
    }
    division = Division(**(facts | overrides))
    db.session.add(division)
    db.session.flush()
    return division


@command
def create_county() -> Division:
    """A small county: Youyang with the townships Longtan and Mawang, two villages in each."""
    county = create_division(
        code=COUNTY,
        name="酉阳土家族苗族自治县",
        short_name="酉阳土家族苗族自治县",
        level=Level.COUNTY,
        parent_code=None,
        lon=108.7672,
        lat=28.8394,
        boundary=OUTLINE,
    )
    town: dict[str, Any] = {"level": Level.TOWNSHIP, "parent_code": COUNTY}
    create_division(code=TOWNSHIP, name="龙潭镇", short_name="龙潭镇", lon=108.66791, lat=28.82944, **town)
    create_division(code=OTHER_TOWNSHIP, name="麻旺镇", short_name="麻旺镇", lon=108.72, lat=28.78, **town)
    create_division(code=VILLAGE)
    create_division(code=SECOND_VILLAGE, name="渤海村村民委员会", short_name="渤海村", lon=108.65098, lat=28.7914)
    create_division(code=OTHER_VILLAGE, name="桂香村村民委员会", short_name="桂香村", parent_code=OTHER_TOWNSHIP)
    create_division(code=OTHER_SECOND_VILLAGE, name="龙坝村村民委员会", short_name="龙坝村", parent_code=OTHER_TOWNSHIP)
    return county


@command
def create_station(*, since: date = date(2026, 3, 1), **overrides: Any) -> Station:
    """A point in Shiying that operates since a day (``since``); its division must be there."""
    n = next(_serial)
    facts: dict[str, Any] = {
        "code": human_code(f"42101{n:03d}"),
        "name": f"石营村服务点{n}",
        "kind": StationKind.VILLAGE_POINT,
        "status": StationStatus.OPERATING,
        "status_since": since,
        "division_code": VILLAGE,
        "manager_name": "冉桂芳",
        "phone": "13812341234",
        "created_at": clock.now(),
    } | overrides
    facts.setdefault("opened_on", since if facts["status"] in SERVING else None)
    station = Station(**facts)
    db.session.add(station)
    db.session.flush()
    create_status_change(station_id=station.id, new_status=station.status, effective_on=since)
    return station


@command
def create_status_change(**overrides: Any) -> StationStatusChange:
    """A dated status of a station (``station_id``)."""
    facts = {
        "recorded_at": clock.now(),
        "old_status": None,
        "new_status": StationStatus.OPERATING,
        "effective_on": date(2026, 3, 1),
        "reason": "测试",
        "actor_name": "测试",
    }
    change = StationStatusChange(**(facts | overrides))
    db.session.add(change)
    db.session.flush()
    return change


@command
def create_plan(
    *,
    targets: dict[Measure, int] | None = None,
    milestones: dict[Measure, dict[date, int]] | None = None,
    **overrides: Any,
) -> Plan:
    """The county's plan for 2026 with the targets of Youyang, unless told otherwise; its county must be there."""
    wanted = targets or {
        Measure.TOWNSHIP_STATIONS: 20,
        Measure.VILLAGE_POINTS: 238,
        Measure.VILLAGE_COVERAGE: 85,
        Measure.KEY_VILLAGES: 100,
    }
    facts = {"county_code": COUNTY, "year": 2026, "name": "2026 年建设计划", "created_at": clock.now()}
    plan = Plan(**(facts | overrides))
    plan.targets = [
        PlanTarget(position=n, measure=measure, amount=Decimal(amount), due_on=date(2026, 12, 31), existing_before=0)
        for n, (measure, amount) in enumerate(wanted.items())
    ]
    for target in plan.targets:
        steps = (milestones or {}).get(target.measure, {})
        target.milestones = [PlanMilestone(due_on=day, amount=Decimal(amount)) for day, amount in steps.items()]
    db.session.add(plan)
    db.session.flush()
    return plan


@command
def create_key_mark(**overrides: Any) -> DivisionKeyMark:
    """Shiying is a key village since March; its row says so too."""
    facts = {
        "recorded_at": clock.now(),
        "division_code": VILLAGE,
        "is_key": True,
        "effective_on": date(2026, 3, 1),
        "reason": "测试",
        "actor_name": "测试",
    } | overrides
    mark = DivisionKeyMark(**facts)
    db.session.add(mark)
    db.session.get_one(Division, mark.division_code).is_key = mark.is_key
    db.session.flush()
    return mark


@command
def create_neighbour(**overrides: Any) -> StationVillage:
    """A point (``station_id``) serves Bohai as well, since March."""
    link = StationVillage(
        **({"village_code": SECOND_VILLAGE, "valid_from": date(2026, 3, 1), "reason": "验收写明"} | overrides)
    )
    db.session.add(link)
    db.session.flush()
    return link


@command
def create_offer(**overrides: Any) -> StationOffer:
    """A station (``station_id``) buys for villagers since March."""
    offer = StationOffer(**({"service": Service.PURCHASE, "since": date(2026, 3, 1)} | overrides))
    db.session.add(offer)
    db.session.flush()
    return offer
