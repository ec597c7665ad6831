"""A small network with people, vehicles and parcels for tests."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.access import SYSTEM, Actor, Role
from logistics import service
from logistics.models import Parcel, SizeClass, Tier, Vehicle
from logistics.service import Arrival, Manifest, Receipt, Sending, VehicleFacts
from stations.models import Station, StationKind
from tests.factories import stations as places

_serial = itertools.count(1)


@dataclass(frozen=True)
class Network:
    """The hub, two township stations and a point in each of their villages, with somebody who acts at each."""

    hub: Station
    town: Station
    other_town: Station
    village: Station
    second_village: Station
    other_village: Station
    admin: Actor
    manager: Actor
    other_manager: Actor
    operator: Actor
    second_operator: Actor
    other_operator: Actor


def actor_at(station: Station, role: Role, name: str) -> Actor:
    """Somebody who works at a station."""
    return Actor(uuid.uuid4(), name, role, station.division_code, station.id)


def create_network() -> Network:
    """Longtan with two villages, Mawang with one, and the hub; all operating."""
    places.create_county()
    hub = places.create_station(kind=StationKind.COUNTY_CENTER, name="县中心", division_code=places.COUNTY)
    town, other_town = (
        places.create_station(kind=StationKind.TOWNSHIP_STATION, name=name, division_code=code)
        for code, name in ((places.TOWNSHIP, "龙潭镇站"), (places.OTHER_TOWNSHIP, "麻旺镇站"))
    )
    villages = [
        places.create_station(name=name, division_code=code, lon=lon, lat=28.80)
        for code, name, lon in (
            (places.VILLAGE, "石营村服务点", 108.71),
            (places.SECOND_VILLAGE, "渤海村服务点", 108.65),
            (places.OTHER_VILLAGE, "桂香村服务点", 108.74),
        )
    ]
    return Network(
        hub,
        town,
        other_town,
        *villages,
        actor_at(hub, Role.COUNTY_ADMIN, "县管理员"),
        actor_at(town, Role.TOWNSHIP_MANAGER, "龙潭站长"),
        actor_at(other_town, Role.TOWNSHIP_MANAGER, "麻旺站长"),
        *(actor_at(v, Role.VILLAGE_OPERATOR, f"{v.name[:2]}站长") for v in villages),
    )


def arrival(station: Station, **overrides: Any) -> Arrival:
    """A parcel for somebody in that village."""
    n = next(_serial)
    facts: dict[str, Any] = {
        "waybill_number": f"YT{n:010d}",
        "village_station_id": station.id,
        "person_name": "冉大妹",
        "person_phone": "13812348812",
    }
    return Arrival(**(facts | overrides))


def sending(**overrides: Any) -> Sending:
    """Somebody's parcel to town."""
    facts: dict[str, Any] = {
        "person_name": "白世贵",
        "person_phone": "13912345678",
        "destination": "重庆市渝中区",
        "weight_kg": Decimal("2.5"),
        "freight_fen": 1200,
        "goods_checked": True,
    }
    return Sending(**(facts | overrides))


def create_parcel(station: Station, **overrides: Any) -> Parcel:
    """A parcel that lies at the hub for that village."""
    (parcel_id,) = service.register_arrivals(actor=SYSTEM, rows=[arrival(station, **overrides)])
    return service.get_parcel(SYSTEM, parcel_id)


def create_shelved(operator: Actor, station: Station, **overrides: Any) -> Parcel:
    """A parcel that was taken in at the village's counter."""
    return service.take_in(actor=operator, request_id=None, arrival=arrival(station, **overrides))


def carry(sender: Station, receiver: Station, *parcels: Parcel, missing: tuple[Parcel, ...] = ()) -> uuid.UUID:
    """Hand parcels over from one station to the other; returns the handover's id."""
    ids = tuple(parcel.id for parcel in parcels)
    (handover,) = service.send_manifests(actor=SYSTEM, manifests=[Manifest(sender.id, receiver.id, ids)])
    receipt = Receipt(handover, missing=tuple(parcel.id for parcel in missing))
    service.receive_manifests(actor=SYSTEM, receipts=[receipt])
    return handover


def create_vehicle(**overrides: Any) -> Vehicle:
    """A van for the villages."""
    facts: dict[str, Any] = {
        "plate": f"渝H{next(_serial):05d}",
        "tier": Tier.VILLAGE,
        "capacity_parcels": 80,
        "capacity_kg": 600,
        "fuel_fen_per_km": 60,
        "driver_name": "田师傅",
    }
    return service.add_vehicle(actor=SYSTEM, facts=VehicleFacts(**(facts | overrides)))


__all__ = [
    "Network",
    "SizeClass",
    "actor_at",
    "arrival",
    "carry",
    "create_network",
    "create_parcel",
    "create_shelved",
    "create_vehicle",
    "sending",
]
