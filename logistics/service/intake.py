"""Parcels come into the network: at the hub in bulk, at a village's counter one after the other, and sent upward."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.ids import new_id, random_code
from app.core.scope import covers
from logistics.errors import DoubleWaybill, ParcelElsewhere
from logistics.models import Direction, HandoverLine, Parcel, ParcelStatus, SizeClass, What
from logistics.permissions import COUNTER, HUB_INTAKE
from logistics.rules import carriers
from logistics.rules.limits import limits
from logistics.service import bulk, exceptions, finding, places, shelving, trail
from logistics.service.places import Place
from stations.models import StationKind


@dataclass(frozen=True)
class Arrival:
    """A parcel that a carrier hands to the hub, or a courier to a village: waybill, person, what it is."""

    waybill_number: str
    village_station_id: uuid.UUID
    person_name: str = ""
    person_phone: str | None = None
    phone_tail: str | None = None
    carrier: str = ""
    size: SizeClass = SizeClass.SMALL
    cod_fen: int = 0
    is_cold: bool = False
    is_fragile: bool = False


@dataclass(frozen=True)
class Sending:
    """A parcel that a villager sends: who, where to, what it weighs and costs; ``goods_checked`` is the 验视."""

    person_name: str
    person_phone: str
    destination: str
    weight_kg: Decimal
    freight_fen: int
    goods_checked: bool
    carrier: str = ""
    waybill_number: str = ""
    size: SizeClass = SizeClass.SMALL
    is_cold: bool = False
    is_fragile: bool = False
    station_id: uuid.UUID | None = None
    by: Actor | None = None


@command
def register_arrivals(*, actor: Actor, rows: Sequence[Arrival]) -> list[uuid.UUID]:
    """Take parcels for villages in at the hub; returns their ids in order.

    Raises DoubleWaybill for a number its village has already, InvalidInput for a bad row or a village without a
    point that serves; then none is stored.
    """
    actor.require(HUB_INTAKE)
    here = places.own(actor)
    villages = places.places(row.village_station_id for row in rows)
    for village in villages.values():
        _check_village(actor, village)
    passing = places.townships_of(villages.values())
    made = [_arrived(row, villages[row.village_station_id], passing[row.village_station_id]) for row in rows]
    _refuse_double(made)
    for parcel in made:
        parcel |= {"status": ParcelStatus.AT_HUB, "holder_station_id": here.id}
    bulk.insert(Parcel, made)
    trail.keep(trail.rows(actor, What.ARRIVED, [p["id"] for p in made], at=here))
    return [p["id"] for p in made]


def _check_village(actor: Actor, village: Place) -> None:
    if village.kind is not StationKind.VILLAGE_POINT or not covers(actor.scope_code, village.code):
        raise InvalidInput(_l("请选一个村级服务点。"), field="village_station_id")
    if not village.serving:
        raise InvalidInput(_l("%(name)s现在没有营业。", name=village.name), field="village_station_id")


def _arrived(row: Arrival, village: Place, township: Place | None) -> dict[str, Any]:
    """The columns of a parcel that comes down; its place is filled in by the caller."""
    number, tail = carriers.waybill(row.waybill_number), carriers.phone_tail(row.person_phone or row.phone_tail)
    if tail is None and not row.person_name.strip():
        raise InvalidInput(_l("请填手机尾号或收件人姓名，取件时要用。"), field="phone_tail")
    carrier = carriers.carrier_of(number, row.carrier)
    return {
        **_common(number, carrier, village, township),
        "direction": Direction.DOWN,
        "person_name": row.person_name.strip(),
        "person_phone": row.person_phone,
        "phone_tail": tail,
        "size": row.size,
        "cod_fen": row.cod_fen,
        "is_cold": row.is_cold,
        "is_fragile": row.is_fragile,
    }


def _common(number: str, carrier: carriers.Carrier, village: Place, township: Place | None) -> dict[str, Any]:
    return {
        "id": new_id(),
        "waybill_number": number,
        "carrier": carrier.key,
        "carrier_name": carrier.name,
        "village_station_id": village.id,
        "village_name": village.name,
        "township_station_id": township.id if township else None,
        "division_code": village.code,
        "run_id": None,
        "pickup_code": None,
        "shelved_at": None,
        "destination": "",
        "weight_kg": None,
        "freight_fen": 0,
        "goods_checked": False,
        "created_at": clock.now(),
    }


def _refuse_double(made: Sequence[dict[str, Any]]) -> None:
    seen: set[tuple[uuid.UUID, str]] = set()
    for parcel in made:
        key = (parcel["village_station_id"], parcel["waybill_number"])
        if key in seen:
            raise DoubleWaybill(parcel["waybill_number"])
        seen.add(key)
    for some in bulk.chunks(made):
        query = sa.select(Parcel.village_station_id, Parcel.waybill_number).where(
            bulk.among(Parcel.waybill_number, [p["waybill_number"] for p in some]),
            Parcel.status != ParcelStatus.RETURNED,
        )
        for row in db.session.execute(query):
            if tuple(row) in seen:
                raise DoubleWaybill(row.waybill_number)


@command
@idempotent
def take_in(*, actor: Actor, request_id: uuid.UUID | None, arrival: Arrival, shelf: str = "") -> Parcel:
    """Take a parcel in at the village's counter (收件入库) and give it its pickup code.

    A number that came with a handover is recognised: nothing but the number is needed then. Raises DoubleWaybill,
    ParcelElsewhere when it belongs to another village or is still booked at another station, InvalidInput.
    """
    actor.require(COUNTER)
    here = places.own(actor, arrival.village_station_id)
    if here.kind is not StationKind.VILLAGE_POINT:
        raise InvalidInput(_l("只有村级服务点收件入库。"))
    shelving.hold_desks([here.id])  # two people at one counter: one after the other
    number = carriers.waybill(arrival.waybill_number)
    known = _recognise(number, here)
    if known is not None:
        return _shelve_known(actor, known, here, shelf)
    return _shelve_new(actor, arrival, here, shelf)


def _recognise(number: str, here: Place) -> Parcel | None:
    """The parcel on its way here with that number; None when the number is new. Raises for all other places."""
    for parcel in finding.known_waybill(number):
        mine = parcel.village_station_id == here.id
        if mine and parcel.status is ParcelStatus.TO_VILLAGE:
            return parcel
        if mine and parcel.status in (ParcelStatus.AT_VILLAGE, ParcelStatus.PICKED_UP, ParcelStatus.LOST):
            raise DoubleWaybill(number)
        if not parcel.is_final:
            raise _elsewhere(parcel, mine)
    return None


def _elsewhere(parcel: Parcel, mine: bool) -> ParcelElsewhere:
    if mine:
        words = _l("单号 %(n)s 账上还是“%(s)s”，请先让对方交接。", n=parcel.waybill_number, s=parcel.status.label)
    else:
        words = _l("单号 %(n)s 是发往%(to)s的，请交回司机。", n=parcel.waybill_number, to=parcel.village_name)
    return ParcelElsewhere(words, field="waybill_number")


def _shelve_known(actor: Actor, parcel: Parcel, here: Place, shelf: str) -> Parcel:
    """A scan counts as received: the handover's line is ticked, the rest of it is confirmed later."""
    bulk.move_parcels(
        [parcel.id], ParcelStatus.TO_VILLAGE, ParcelStatus.AT_VILLAGE, holder_station_id=here.id, run_id=None
    )
    db.session.execute(
        sa.update(HandoverLine)
        .where(HandoverLine.parcel_id == parcel.id, HandoverLine.received.is_(None))
        .values(received=True)
    )
    shelving.shelve_many([shelving.ToShelve(parcel.id, here.id, parcel.size, parcel.is_cold, shelf)])
    exceptions.settle_by_scan(actor, parcel.id)
    _keep_shelved(actor, parcel, here)
    return parcel


def _shelve_new(actor: Actor, arrival: Arrival, here: Place, shelf: str) -> Parcel:
    row = _arrived(arrival, here, places.townships_of([here])[here.id])
    item = shelving.ToShelve(row["id"], here.id, arrival.size, arrival.is_cold, shelf)
    code = shelving.give_codes([item])[row["id"]]
    place = {"status": ParcelStatus.AT_VILLAGE, "holder_station_id": here.id}
    bulk.insert(Parcel, [row | place | {"pickup_code": code, "shelved_at": clock.now()}])
    parcel = db.session.get_one(Parcel, row["id"])
    _keep_shelved(actor, parcel, here)
    return parcel


def _keep_shelved(actor: Actor, parcel: Parcel, here: Place) -> None:
    trail.keep(trail.rows(actor, What.SHELVED, [parcel.id], at=here, note=parcel.pickup_code or ""))


@command
def accept_many(*, actor: Actor, sendings: Sequence[Sending]) -> list[uuid.UUID]:
    """The parcels' side of 寄件 at village points; ``app.flows.counter.send_many`` books the freight too.

    Returns their ids. Raises InvalidInput when the goods were not looked at, DoubleWaybill.
    """
    actor.require(COUNTER)
    here = _counters(actor, sendings)
    passing = places.townships_of({place.id: place for place in here}.values())
    made = [_accepted(s, place, passing[place.id]) for s, place in zip(sendings, here, strict=True)]
    _refuse_double(made)
    bulk.insert(Parcel, made)
    events = [
        event
        for sending, place, parcel in zip(sendings, here, made, strict=True)
        for event in trail.rows(trail.doer(actor, sending.by), What.ACCEPTED, [parcel["id"]], at=place)
    ]
    trail.keep(events)
    return [p["id"] for p in made]


def _counters(actor: Actor, sendings: Sequence[Sending]) -> list[Place]:
    """The village point of each sending: the actor's own; only the system acts at many."""
    known = places.places(s.station_id for s in sendings if s.station_id is not None) if actor.everything else {}
    found = [known[s.station_id] if s.station_id in known else places.own(actor, s.station_id) for s in sendings]
    if any(place.kind is not StationKind.VILLAGE_POINT for place in found):
        raise InvalidInput(_l("只有村级服务点收寄包裹。"))
    return found


def _accepted(sending: Sending, here: Place, township: Place | None) -> dict[str, Any]:
    if not sending.goods_checked:
        words = _l("请先当面验视：%(list)s都不能寄。", list="、".join(limits().prohibited))
        raise InvalidInput(words, field="goods_checked")
    number = carriers.waybill(sending.waybill_number or f"XY{random_code(11)}")
    carrier = carriers.carrier_of(number, sending.carrier)
    return _common(number, carrier, here, township) | {
        "direction": Direction.UP,
        "status": ParcelStatus.ACCEPTED_AT_VILLAGE,
        "holder_station_id": here.id,
        "person_name": sending.person_name.strip(),
        "person_phone": sending.person_phone,
        "phone_tail": carriers.phone_tail(sending.person_phone),
        "size": sending.size,
        "cod_fen": 0,
        "is_cold": sending.is_cold,
        "is_fragile": sending.is_fragile,
        "destination": sending.destination.strip(),
        "weight_kg": sending.weight_kg,
        "freight_fen": sending.freight_fen,
        "goods_checked": True,
    }
