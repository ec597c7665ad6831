"""What the demo's stations are like: services, partners, rooms, positions; two liaison points. All of it invented."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from stations import service
from stations.models import (
    OFFERED_AT,
    SERVING,
    Level,
    PositionSource,
    Station,
    StationKind,
    StationStatus,
    Tenure,
)

SEED = uuid.UUID("5f0f5a8e-7a0e-5c58-9a27-0c1b6a2b7d11")
PLATFORMS = ("邮政快递", "供销合作社", "农村信用社", "中通快递", "演示电商平台")
EVERY = 12  # one station in twelve is described in full
LIAISON = 2
SIGN = "电子商务进农村综合示范 · 农村电商服务站点"


def _id(*parts: object) -> uuid.UUID:
    return uuid.uuid5(SEED, "/".join(map(str, parts)))


@command
def seed_profiles(*, actor: Actor, last_day: date) -> list[Station]:
    """Describe the county centre, the township stations and some village points; add two liaison points.

    Each is dated from the day on which the station opened. Running it again adds nothing.
    """
    county = service.get_county()
    stations = service.list_stations(scope_code=county.code)
    open_ones = [s for s in stations if s.status in SERVING and s.kind is not StationKind.LIAISON_POINT]
    told = [*_chosen(open_ones)]
    for n, station in enumerate(told):
        _describe(actor, station, n, last_day)
    _liaison(actor, county.code, last_day)
    return told


def _chosen(stations: Sequence[Station]) -> Iterable[Station]:
    for n, station in enumerate(stations):
        if station.kind is not StationKind.VILLAGE_POINT or n % EVERY == 0:
            yield station


def _describe(actor: Actor, station: Station, n: int, last_day: date) -> None:
    since = station.opened_on or last_day
    with clock.at(clock.at_local(max(since, last_day - timedelta(days=200)), 10)):
        everything = station.kind is StationKind.COUNTY_CENTER
        offered = [one for m, one in enumerate(OFFERED_AT[station.kind]) if everything or m < 3 or (n + m) % 4]
        service.set_offers(
            actor=actor, request_id=_id("offers", station.id), station_id=station.id, services=offered, since=since
        )
        service.add_partner(
            actor=actor,
            request_id=_id("partner", station.id),
            station_id=station.id,
            name=PLATFORMS[n % len(PLATFORMS)],
            since=since,
        )
        _rooms(actor, station, n, since)
        if station.kind is StationKind.COUNTY_CENTER:
            _people(actor, station)
        elif station.kind is StationKind.TOWNSHIP_STATION:
            _measure(actor, station, n)


def _rooms(actor: Actor, station: Station, n: int, since: date) -> None:
    leased = n % 5 == 4
    service.set_premises(
        actor=actor,
        request_id=_id("premises", station.id),
        station_id=station.id,
        tenure=Tenure.LEASED if leased else Tenure.RENT_FREE,
        owner_name="演示房东" if leased else f"{station.division.short_name}（村、镇集体房屋）",
        rent_fen=600_000 if leased else 0,
        lease_until=date(since.year + 3, 12, 31) if leased else None,
        effective_on=since,
    )


def _people(actor: Actor, station: Station) -> None:
    """30 jobs, 9 of them for people of the priority groups."""
    details = service.StationDetails(
        address=station.address,
        manager_name=station.manager_name,
        phone=station.phone,
        opening_hours=station.opening_hours,
        area_m2=1200,
        sign_text=SIGN,
        staff=30,
        staff_priority=9,
    )
    request_id = _id("people", station.id)
    service.edit_station(actor=actor, request_id=request_id, station_id=station.id, name=station.name, details=details)


def _measure(actor: Actor, station: Station, n: int) -> None:
    """Taken at the door: a little beside the seat's own position."""
    lon, lat = station.division.lon, station.division.lat
    if lon is None or lat is None:
        return
    beside = (round(lon + 0.0004 * (n % 3 - 1), 6), round(lat + 0.0003, 6))
    fix = service.Fix(*beside, clock.today(), PositionSource.DEVICE, accuracy_m=8 + n % 5)
    service.set_position(actor=actor, request_id=_id("position", station.id), station_id=station.id, fix=fix, sure=True)


def _liaison(actor: Actor, county_code: str, last_day: date) -> None:
    """Two liaison points, at a market and in a base; one is open, one is still planned."""
    day = last_day - timedelta(days=60)
    towns = service.list_divisions(Level.TOWNSHIP, county_code)[:LIAISON]
    for town, place in zip(towns, ("农贸市场", "产业基地"), strict=False):
        with clock.at(clock.at_local(day, 10)):
            station = service.register_station(
                actor=actor,
                request_id=_id("liaison", town.code),
                kind=StationKind.LIAISON_POINT,
                division_code=town.code,
                name=f"{town.short_name}{place}联络点",
                reason="演示数据",
            )
        if place == "农贸市场":
            _open(actor, station, day)


def _open(actor: Actor, station: Station, day: date) -> None:
    steps = ("SITE_APPROVED", "UNDER_CONSTRUCTION", "SELF_INSPECTED", "ACCEPTED", "TRIAL", "OPERATING")
    for n, name in enumerate(steps, start=1):
        on = day + timedelta(days=n * 5)
        with clock.at(clock.at_local(on, 10)):
            service.move_station(
                actor=actor,
                request_id=_id("liaison", station.id, name),
                station_id=station.id,
                new_status=StationStatus[name],
                effective_on=on,
                reason="演示数据：联络点开办",
            )
