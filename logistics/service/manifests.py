"""Sending parcels on: a manifest from one station to another, on a run."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import NotFound
from app.core.idempotency import idempotent
from app.core.ids import new_id
from logistics.errors import NothingTicked, NotThere
from logistics.models import HANDOVER_MOVES, Handover, HandoverLine, HandoverStatus, Parcel, What
from logistics.permissions import HANDOVERS
from logistics.rules.legs import Leg, leg
from logistics.service import bulk, carrying, places, runs, trail
from logistics.service.places import Place
from stations.models import StationKind


@dataclass(frozen=True)
class Manifest:
    """Parcels that go from one station to another; without a run one of today, or a trip nobody planned."""

    from_station_id: uuid.UUID
    to_station_id: uuid.UUID
    parcel_ids: tuple[uuid.UUID, ...]
    run_id: uuid.UUID | None = None
    by: Actor | None = None


@dataclass(frozen=True)
class _Going:
    """A checked manifest."""

    manifest: Manifest
    sender: Place
    receiver: Place
    leg: Leg
    parcels: Sequence[Any]
    run_id: uuid.UUID


@command
@idempotent
def send_manifest(*, actor: Actor, request_id: uuid.UUID | None, manifest: Manifest) -> Handover:
    """Put parcels on a run and send it off.

    Raises NothingTicked, WrongLeg, NotThere for a parcel that isn't at the sending station or doesn't go that way,
    RunNotFit, ChangedMeanwhile; NotFound for somebody else's station.
    """
    return db.session.get_one(Handover, send_manifests(actor=actor, manifests=[manifest])[0])


@command
def send_manifests(*, actor: Actor, manifests: Sequence[Manifest]) -> list[uuid.UUID]:
    """All manifests of a run (or a day) at once; returns the ids of the handovers. Raises as :func:`send_manifest`."""
    actor.require(HANDOVERS)
    known = places.places(i for m in manifests for i in (m.from_station_id, m.to_station_id))
    parcels = _read([i for m in manifests for i in m.parcel_ids])
    carriers = carrying.Carrying({m.run_id for m in manifests if m.run_id is not None})
    going = [_checked(actor, m, known, parcels, carriers) for m in manifests]
    carriers.keep()
    handovers = [_open(item) for item in going]
    bulk.insert(Handover, handovers)
    lines = [row for item, handover in zip(going, handovers, strict=True) for row in _lines(item, handover["id"])]
    bulk.insert(HandoverLine, lines)
    _load(going)
    _send(actor, going, handovers)
    runs.mark_arrived([(item.run_id, item.sender.id) for item in going])
    return [handover["id"] for handover in handovers]


def _read(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    columns = (
        Parcel.id,
        Parcel.waybill_number,
        Parcel.status,
        Parcel.holder_station_id,
        Parcel.village_station_id,
        Parcel.township_station_id,
    )
    found: dict[uuid.UUID, Any] = {}
    for some in bulk.chunks(ids):
        query = sa.select(*columns, Parcel.village_station_id, Parcel.township_station_id).where(
            bulk.among(Parcel.id, some)
        )
        found |= {row.id: row for row in db.session.execute(query)}
    return found


def _checked(
    actor: Actor,
    manifest: Manifest,
    known: dict[uuid.UUID, Place],
    parcels: dict[uuid.UUID, Any],
    carriers: carrying.Carrying,
) -> _Going:
    sender, receiver = known[manifest.from_station_id], known[manifest.to_station_id]
    if not places.acts_at(actor, sender):
        raise NotFound(_l("没有找到这个站点。"))
    way = leg(sender.kind, receiver.kind)
    if not manifest.parcel_ids:
        raise NothingTicked
    going = [_there(parcels.get(i), sender, receiver, way) for i in dict.fromkeys(manifest.parcel_ids)]
    run_id = carriers.run_for(sender, receiver, way.tier, manifest.run_id)
    return _Going(manifest, sender, receiver, way, going, run_id)


def _there(parcel: Any, sender: Place, receiver: Place, way: Leg) -> Any:
    if parcel is None:
        raise NotThere(_l("有一个包裹不在这个站。"))
    if parcel.holder_station_id != sender.id or parcel.status is not way.waiting:
        raise NotThere(_l("单号 %(n)s 不在%(at)s等着装车。", n=parcel.waybill_number, at=sender.name))
    if receiver.kind is StationKind.VILLAGE_POINT and parcel.village_station_id != receiver.id:
        raise NotThere(_l("单号 %(n)s 不是发往%(to)s的。", n=parcel.waybill_number, to=receiver.name))
    return parcel


def _open(item: _Going) -> dict[str, Any]:
    return {
        "id": new_id(),
        "from_station_id": item.sender.id,
        "from_name": item.sender.name,
        "from_code": item.sender.code,
        "to_station_id": item.receiver.id,
        "to_name": item.receiver.name,
        "to_code": item.receiver.code,
        "run_id": item.run_id,
        "direction": item.leg.direction,
        "status": HandoverStatus.OPEN,
        "sent_count": len(item.parcels),
        "opened_at": clock.now(),
        "sent_at": None,
        "sent_by": "",
        "received_by": "",
        "extra_count": 0,
    }


def _lines(item: _Going, handover_id: uuid.UUID) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "handover_id": handover_id,
            "parcel_id": parcel.id,
            "waybill_number": parcel.waybill_number,
            "received": None,
            "is_extra": False,
        }
        for parcel in item.parcels
    ]


def _load(going: Sequence[_Going]) -> None:
    """The parcels leave the stations and ride. What goes by another township than foreseen is booked to that one."""
    together: dict[Leg, list[uuid.UUID]] = defaultdict(list)
    rerouted: list[dict[str, Any]] = []
    for item in going:
        together[item.leg] += [parcel.id for parcel in item.parcels]
        stations = (item.sender, item.receiver)
        township = next(place.id for place in stations if place.kind is StationKind.TOWNSHIP_STATION)
        others = [p.id for p in item.parcels if p.township_station_id != township]
        rerouted += [{"id": i, "township_station_id": township} for i in others]
    run_id = (
        sa.select(Handover.run_id)
        .join(HandoverLine, HandoverLine.handover_id == Handover.id)
        .where(HandoverLine.parcel_id == Parcel.id, Handover.status == HandoverStatus.OPEN)
        .scalar_subquery()
    )
    for way, ids in together.items():
        bulk.move_parcels(ids, way.waiting, way.riding, holder_station_id=None, run_id=run_id)
    bulk.update(Parcel, "id", rerouted)


def _send(actor: Actor, going: Sequence[_Going], handovers: Sequence[dict[str, Any]]) -> None:
    HANDOVER_MOVES.check(HandoverStatus.OPEN, HandoverStatus.SENT)
    events, sent = [], []
    for item, handover in zip(going, handovers, strict=True):
        doer = trail.doer(actor, item.manifest.by)
        ids = [parcel.id for parcel in item.parcels]
        note = f"{item.sender.name} → {item.receiver.name}"
        events += trail.rows(doer, What.SENT, ids, at=item.sender, run_id=item.run_id, note=note)
        sent.append({"id": handover["id"], "status": HandoverStatus.SENT, "sent_at": clock.now(), "sent_by": doer.name})
    trail.keep(events)
    bulk.update(Handover, "id", sent)
    bulk.forget(Handover)
