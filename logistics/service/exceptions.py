"""What is not in order: shortages cleared up, parcels returned, parcels given to the carrier."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.idempotency import idempotent
from logistics.errors import NothingTicked, ParcelNotFound
from logistics.models import ExceptionStatus, Handover, Parcel, ParcelException, ParcelStatus, What
from logistics.permissions import HUB_INTAKE, PARCELS_SETTLE
from logistics.rules.legs import leg_of
from logistics.service import bulk, finding, handovers, places, shelving, trail


def exceptions_query(actor: Actor, *, open_only: bool = True) -> sa.Select[Any]:
    """Exceptions at handovers of which an end is the actor's, the most urgent first."""
    query = sa.select(ParcelException).join(Handover, Handover.id == ParcelException.handover_id)
    query = query.where(handovers.visible(actor))
    if open_only:
        query = query.where(ParcelException.status == ExceptionStatus.OPEN)
    return query.order_by(ParcelException.status.desc(), ParcelException.deadline, ParcelException.id)


def count_open_exceptions(actor: Actor) -> int:
    """How many shortages are being looked for."""
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(exceptions_query(actor).order_by(None).subquery()))
        or 0
    )


def get_exception(actor: Actor, exception_id: uuid.UUID) -> ParcelException:
    """One exception. Raises NotFound, also for somebody else's."""
    query = exceptions_query(actor, open_only=False).where(ParcelException.id == exception_id)
    found: ParcelException | None = db.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(_l("没有找到这条记录。"))
    return found


def exceptions_of(parcel_id: uuid.UUID) -> Sequence[ParcelException]:
    """All exceptions of one parcel, newest first."""
    query = sa.select(ParcelException).where(ParcelException.parcel_id == parcel_id)
    return db.session.scalars(query.order_by(ParcelException.opened_at.desc())).all()


def _get_open(actor: Actor, exception_id: uuid.UUID) -> ParcelException:
    query = exceptions_query(actor, open_only=False).where(ParcelException.id == exception_id)
    found: ParcelException | None = db.session.scalars(query.with_for_update(of=ParcelException)).one_or_none()
    if found is None:
        raise NotFound(_l("没有找到这条记录。"))
    if found.status is not ExceptionStatus.OPEN:
        raise Conflict(_l("这件已经处理过了：%(how)s。", how=found.status.label))
    return found


@command
@idempotent
def settle_found(
    *, actor: Actor, request_id: uuid.UUID | None, exception_id: uuid.UUID, at_receiver: bool, note: str = ""
) -> ParcelException:
    """The missing parcel turned up, at the receiving or at the sending station; it lies there now.

    Raises NotFound, Conflict when it was settled before.
    """
    actor.require(PARCELS_SETTLE)
    exception = _get_open(actor, exception_id)
    handover = db.session.get_one(Handover, exception.handover_id)
    parcel = db.session.get_one(Parcel, exception.parcel_id)
    way = leg_of(parcel.status)
    station = places.place(handover.to_station_id if at_receiver else handover.from_station_id)
    arrived = way.arrived if at_receiver else way.waiting
    bulk.move_parcels([parcel.id], parcel.status, arrived, holder_station_id=station.id, run_id=None)
    if arrived is ParcelStatus.AT_VILLAGE:
        shelving.shelve_many([shelving.ToShelve(parcel.id, station.id, parcel.size, parcel.is_cold)])
    trail.keep(trail.rows(actor, What.FOUND, [parcel.id], at=station, note=note or (parcel.pickup_code or "")))
    _settle(actor, exception, ExceptionStatus.FOUND, note or str(station.name), parcel)
    return exception


@command
@idempotent
def settle_lost(*, actor: Actor, request_id: uuid.UUID | None, exception_id: uuid.UUID, reason: str) -> ParcelException:
    """The missing parcel is given up. Raises InvalidInput without a reason, NotFound, Conflict."""
    actor.require(PARCELS_SETTLE)
    if not reason.strip():
        raise InvalidInput(_l("请写明怎么认定的、谁来赔。"), field="note")
    exception = _get_open(actor, exception_id)
    parcel = db.session.get_one(Parcel, exception.parcel_id)
    bulk.move_parcels([parcel.id], parcel.status, ParcelStatus.LOST, run_id=None, finished_at=clock.now())
    trail.keep(trail.rows(actor, What.LOST, [parcel.id], note=reason.strip()))
    _settle(actor, exception, ExceptionStatus.LOST, reason.strip(), parcel)
    return exception


def settle_by_scan(actor: Actor, parcel_id: uuid.UUID) -> None:
    """A parcel that was missed was scanned after all: its open exception, if any, is closed."""
    query = sa.select(ParcelException).where(
        ParcelException.parcel_id == parcel_id, ParcelException.status == ExceptionStatus.OPEN
    )
    exception = db.session.scalars(query.with_for_update()).one_or_none()
    if exception is not None:
        parcel = db.session.get_one(Parcel, parcel_id)
        _settle(actor, exception, ExceptionStatus.FOUND, str(parcel.village_name), parcel)


def _settle(actor: Actor, exception: ParcelException, status: ExceptionStatus, how: str, parcel: Parcel) -> None:
    exception.status, exception.resolution = status, how
    exception.closed_at, exception.closed_by = clock.now(), actor.name
    audit.record(
        actor=actor,
        action=f"logistics.{status.value}",
        subject=parcel,
        text=f"交接短少处理：{status.label}。{how}",
        division_code=parcel.division_code,
    )
    db.session.flush()


@command
@idempotent
def return_parcel(*, actor: Actor, request_id: uuid.UUID | None, parcel_id: uuid.UUID, reason: str) -> Parcel:
    """Give a parcel back: refused, nobody came, wrong address; what was to go up goes back to its sender.

    Only the station where it lies may. Raises ParcelNotFound, InvalidInput without a reason, IllegalMove.
    """
    actor.require(PARCELS_SETTLE)
    if not reason.strip():
        raise InvalidInput(_l("请写退回的原因，例如“收件人拒收”。"), field="reason")
    parcel = finding.get_parcel(actor, parcel_id)
    here = _holder(actor, parcel)
    bulk.move_parcels(
        [parcel.id], parcel.status, ParcelStatus.RETURNED, holder_station_id=None, finished_at=clock.now()
    )
    trail.keep(trail.rows(actor, What.RETURNED, [parcel.id], at=here, note=reason.strip()))
    audit.record(
        actor=actor,
        action="logistics.returned",
        subject=parcel,
        text=f"退回单号 {parcel.waybill_number}：{reason.strip()}",
        division_code=parcel.division_code,
    )
    return parcel


def _holder(actor: Actor, parcel: Parcel) -> places.Place:
    if parcel.holder_station_id is None:
        raise Conflict(_l("包裹现在不在站里（%(s)s），不能退回。", s=parcel.status.label))
    here = places.place(parcel.holder_station_id)
    if not places.acts_at(actor, here):
        raise Conflict(_l("包裹现在在%(at)s，由那里退回。", at=here.name))
    return here


@command
def dispatch(*, actor: Actor, parcel_ids: Sequence[uuid.UUID]) -> int:
    """The hub gives parcels from the villages to their carriers; returns how many.

    Raises NothingTicked, ParcelNotFound for one outside the county, ChangedMeanwhile for one that isn't at the hub.
    """
    actor.require(HUB_INTAKE)
    here, ids = places.own(actor), list(dict.fromkeys(parcel_ids))
    if not ids:
        raise NothingTicked
    for some in bulk.chunks(ids):
        wanted = sa.select(sa.func.count()).where(bulk.among(Parcel.id, some), finding.visible(actor))
        if db.session.scalar(wanted) != len(some):
            raise ParcelNotFound
    only = [Parcel.holder_station_id == here.id]
    done = {"holder_station_id": None, "finished_at": clock.now()}
    bulk.move_parcels(ids, ParcelStatus.AT_HUB_UP, ParcelStatus.DISPATCHED, only=only, **done)
    trail.keep(trail.rows(actor, What.DISPATCHED, ids, at=here))
    return len(ids)
