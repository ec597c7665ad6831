"""Receiving parcels: what the manifest says against what is there, by waybill number."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.ids import new_id
from logistics.errors import ChangedMeanwhile, HandoverNotFound
from logistics.models import (
    HANDOVER_MOVES,
    RUN_MOVES,
    ExceptionKind,
    ExceptionStatus,
    Handover,
    HandoverLine,
    HandoverStatus,
    Parcel,
    ParcelException,
    ParcelStatus,
    Run,
    RunStatus,
    What,
)
from logistics.permissions import HANDOVERS
from logistics.rules.carriers import waybill
from logistics.rules.legs import Leg, leg
from logistics.rules.limits import limits
from logistics.service import bulk, places, runs, shelving, trail
from logistics.service.places import Place
from stations.models import StationKind


@dataclass(frozen=True)
class Receipt:
    """What the receiver counted: the lines that are not there, and numbers that are there without standing on it."""

    handover_id: uuid.UUID
    missing: tuple[uuid.UUID, ...] = ()
    extra: tuple[str, ...] = ()
    by: Actor | None = None


@dataclass(frozen=True)
class _Counted:
    """A receipt with what it is about."""

    receipt: Receipt
    doer: Actor
    handover: Any
    here: Place
    leg: Leg
    lines: Sequence[Any]

    @property
    def came(self) -> list[Any]:
        """Lines that are there, among them those scanned before."""
        return [line for line in self.lines if line.received or line.parcel_id not in self.receipt.missing]

    @property
    def missing(self) -> list[Any]:
        """Lines that are not there."""
        return [line for line in self.lines if not line.received and line.parcel_id in self.receipt.missing]


@command
@idempotent
def receive_manifest(*, actor: Actor, request_id: uuid.UUID | None, receipt: Receipt) -> Handover:
    """Confirm what came. What is missing stays on the run's account as an exception with an owner and a deadline.

    Raises HandoverNotFound for somebody else's, ChangedMeanwhile when it was confirmed already, InvalidInput for a
    surplus number that the sender doesn't have.
    """
    receive_manifests(actor=actor, receipts=[receipt])
    return db.session.get_one(Handover, receipt.handover_id)


@command
def receive_manifests(*, actor: Actor, receipts: Sequence[Receipt]) -> None:
    """Several receipts in one transaction. Raises as :func:`receive_manifest`."""
    actor.require(HANDOVERS)
    counted = _counted(actor, receipts)
    _close(counted)
    extra = {item.handover.id: _surplus(item) for item in counted if item.receipt.extra}
    _unload(counted, extra)
    _open_exceptions([item for item in counted if item.missing])
    for item in counted:
        if item.missing or item.receipt.extra:
            _record(item, len(extra.get(item.handover.id, ())))
    runs.mark_arrived([(i.handover.run_id, i.here.id) for i in counted])
    _finish_trips({item.handover.run_id for item in counted})
    bulk.forget(Handover, Run)


_ENDS = (
    Handover.id,
    Handover.run_id,
    Handover.from_station_id,
    Handover.from_name,
    Handover.to_station_id,
    Handover.to_name,
)
_LINE = (
    HandoverLine.handover_id,
    HandoverLine.parcel_id,
    HandoverLine.waybill_number,
    HandoverLine.received,
    Parcel.status,
    Parcel.size,
    Parcel.is_cold,
)


def _counted(actor: Actor, receipts: Sequence[Receipt]) -> list[_Counted]:
    ids = [receipt.handover_id for receipt in receipts]
    handovers: dict[uuid.UUID, Any] = {}
    lines: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for some in bulk.chunks(ids):
        query = sa.select(*_ENDS).where(bulk.among(Handover.id, some))
        handovers |= {handover.id: handover for handover in db.session.execute(query)}
        detail = sa.select(*_LINE).join(Parcel, Parcel.id == HandoverLine.parcel_id)
        for line in db.session.execute(detail.where(bulk.among(HandoverLine.handover_id, some))):
            lines[line.handover_id].append(line)
    known = places.places(i for h in handovers.values() for i in (h.from_station_id, h.to_station_id))
    found = []
    for receipt in receipts:
        handover = handovers.get(receipt.handover_id)
        if handover is None or not places.acts_at(actor, known[handover.to_station_id]):
            raise HandoverNotFound
        here = known[handover.to_station_id]
        way = leg(known[handover.from_station_id].kind, here.kind)
        found.append(_Counted(receipt, trail.doer(actor, receipt.by), handover, here, way, lines[handover.id]))
    return found


def _close(counted: Sequence[_Counted]) -> None:
    """Only one receiver wins: the status moves by a conditional UPDATE."""
    HANDOVER_MOVES.check(HandoverStatus.SENT, HandoverStatus.RECEIVED)
    closed = 0
    for some in bulk.chunks(item.handover.id for item in counted):
        change = (
            sa.update(Handover)
            .where(bulk.among(Handover.id, some), Handover.status == HandoverStatus.SENT)
            .values(status=HandoverStatus.RECEIVED, received_at=clock.now())
        )
        done = db.session.execute(change.execution_options(synchronize_session=False))
        closed += cast("sa.CursorResult[Any]", done).rowcount
    if closed != len(counted):
        raise ChangedMeanwhile
    bulk.update(
        Handover,
        "id",
        [
            {"id": c.handover.id, "received_by": c.doer.name, "received_count": len(c.came), "extra_count": 0}
            for c in counted
        ],
    )
    _tick(counted)


def _tick(counted: Sequence[_Counted]) -> None:
    """Every line is there unless it was named as missing."""
    absent = [(c.handover.id, line.parcel_id) for c in counted for line in c.missing]
    for some in bulk.chunks(absent):
        named = sa.tuple_(HandoverLine.handover_id, HandoverLine.parcel_id).in_(some)
        _set_received(named, received=False)
    for handovers in bulk.chunks(c.handover.id for c in counted):
        _set_received(bulk.among(HandoverLine.handover_id, handovers), received=True)


def _set_received(which: sa.ColumnElement[bool], *, received: bool) -> None:
    change = sa.update(HandoverLine).where(which, HandoverLine.received.is_(None)).values(received=received)
    db.session.execute(change.execution_options(synchronize_session=False))


def _surplus(item: _Counted) -> list[Any]:
    """Parcels that came without standing on the manifest: forgotten at loading, so they are booked out and in here."""
    found = []
    for number in dict.fromkeys(waybill(text) for text in item.receipt.extra):
        parcel = db.session.execute(
            sa.select(Parcel.id, Parcel.id.label("parcel_id"), Parcel.size, Parcel.is_cold).where(
                Parcel.waybill_number == number,
                Parcel.status == item.leg.waiting,
                Parcel.holder_station_id == item.handover.from_station_id,
            )
        ).first()
        if parcel is None:
            words = _l("单号 %(n)s 不在%(at)s的账上，请打电话核对。", n=number, at=item.handover.from_name)
            raise InvalidInput(words, field="extra")
        line = {"id": new_id(), "handover_id": item.handover.id, "parcel_id": parcel.id, "waybill_number": number}
        bulk.insert(HandoverLine, [line | {"received": True, "is_extra": True}])
        rerouted: dict[str, Any] = (
            {"township_station_id": item.here.id} if item.here.kind is StationKind.TOWNSHIP_STATION else {}
        )
        bulk.move_parcels(
            [parcel.id],
            item.leg.waiting,
            item.leg.riding,
            holder_station_id=None,
            run_id=item.handover.run_id,
            **rerouted,
        )
        found.append(parcel)
    return found


def _unload(counted: Sequence[_Counted], extra: dict[uuid.UUID, list[Any]]) -> None:
    """The parcels leave the run and lie at the station; at a village they go on the shelves."""
    events: list[dict[str, Any]] = []
    arrived: dict[Leg, list[uuid.UUID]] = defaultdict(list)
    shelve: list[tuple[_Counted, shelving.ToShelve]] = []
    for item in counted:
        came = [line for line in item.came if line.status is item.leg.riding]
        came += extra.get(item.handover.id, ())
        ids = [line.parcel_id for line in came]
        arrived[item.leg] += ids
        if item.leg.arrived is ParcelStatus.AT_VILLAGE:
            shelve += [(item, shelving.ToShelve(a.parcel_id, item.here.id, a.size, a.is_cold)) for a in came]
        else:
            events += trail.rows(item.doer, What.RECEIVED, ids, at=item.here, run_id=item.handover.run_id)
    for way, ids in arrived.items():
        holder = _HOLDER.get(way.arrived, counted[0].here.id)  # there is one hub
        bulk.move_parcels(ids, way.riding, way.arrived, holder_station_id=holder, run_id=None)
    codes = shelving.shelve_many([one for _item, one in shelve])
    for item, one in shelve:
        code, run_id = codes[one.parcel_id], item.handover.run_id
        events += trail.rows(item.doer, What.SHELVED, [one.parcel_id], at=item.here, run_id=run_id, note=code)
    trail.keep(events)


# Where a parcel lies after it arrived stands on the parcel itself: it was checked, or booked anew, when it was loaded.
_HOLDER: dict[ParcelStatus, Any] = {
    ParcelStatus.AT_VILLAGE: Parcel.village_station_id,
    ParcelStatus.AT_TOWNSHIP: Parcel.township_station_id,
    ParcelStatus.AT_TOWNSHIP_UP: Parcel.township_station_id,
}


def _open_exceptions(counted: Sequence[_Counted]) -> None:
    due = clock.today() + timedelta(days=limits().exception_days)
    for item in counted:
        rows = [
            {
                "id": new_id(),
                "parcel_id": line.parcel_id,
                "handover_id": item.handover.id,
                "waybill_number": line.waybill_number,
                "kind": ExceptionKind.SHORTAGE,
                "status": ExceptionStatus.OPEN,
                "owner_station_id": item.handover.from_station_id,
                "owner_name": item.handover.from_name,
                "deadline": due,
                "opened_at": clock.now(),
                "opened_by": item.doer.name,
                "closed_by": "",
                "resolution": "",
            }
            for line in item.missing
        ]
        bulk.insert(ParcelException, rows)
        ids = [line.parcel_id for line in item.missing]
        trail.keep(trail.rows(item.doer, What.MISSING, ids, at=item.here, run_id=item.handover.run_id))


def _record(item: _Counted, extra: int) -> None:
    """The audit trail gets what was not in order; what was stands in the parcels' own sealed trail."""
    parts = [f"签收 {len(item.came)} 件"]
    if item.missing:
        parts.append(f"短少 {len(item.missing)} 件（{'、'.join(line.waybill_number for line in item.missing[:5])}）")
    if extra:
        parts.append(f"多出 {extra} 件")
        bulk.update(Handover, "id", [{"id": item.handover.id, "extra_count": extra}])
    audit.record(
        actor=item.doer,
        action="logistics.received",
        subject=Handover(id=item.handover.id),
        text=f"{item.handover.from_name} → {item.handover.to_name}：{'，'.join(parts)}",
        division_code=item.here.code,
    )


def _finish_trips(run_ids: set[uuid.UUID]) -> None:
    """A trip that nobody planned is over when everything on it was confirmed."""
    RUN_MOVES.check(RunStatus.UNDERWAY, RunStatus.DONE)
    on_the_way = sa.select(Handover.run_id).where(Handover.status != HandoverStatus.RECEIVED)
    for some in bulk.chunks(run_ids):
        change = (
            sa.update(Run)
            .where(
                bulk.among(Run.id, some),
                Run.vehicle_id.is_(None),
                Run.status == RunStatus.UNDERWAY,
                Run.id.not_in(on_the_way.where(bulk.among(Handover.run_id, some))),
            )
            .values(status=RunStatus.DONE, finished_at=clock.now())
        )
        db.session.execute(change.execution_options(synchronize_session=False))
