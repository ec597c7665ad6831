"""Finding parcels: whose a person may see, lists, one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.access import Actor, Role
from app.core.database import db
from app.core.scope import in_scope
from logistics.errors import ParcelNotFound
from logistics.models import FINAL, Direction, Parcel, ParcelStatus
from logistics.rules.limits import limits
from logistics.rules.shelf import read_code
from logistics.service.places import Place


@dataclass(frozen=True)
class Filters:
    """What a list of parcels is narrowed by; ``q`` is a waybill number, a phone tail, a pickup code or a name."""

    q: str = ""
    status: ParcelStatus | None = None
    direction: Direction | None = None
    township: str | None = None
    station_id: uuid.UUID | None = None
    day: date | None = None
    overdue: bool = False


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """The parcels a person may see: a village its own, a township those that pass through it, the county all."""
    if actor.role is Role.VILLAGE_OPERATOR:
        return Parcel.village_station_id == actor.station_id
    own = in_scope(Parcel.division_code, actor.scope_code)
    if actor.role is Role.TOWNSHIP_MANAGER and actor.station_id is not None:
        return sa.or_(own, Parcel.township_station_id == actor.station_id)
    return own


def parcels_query(actor: Actor, filters: Filters | None = None) -> sa.Select[Any]:
    """Parcels, newest first."""
    wanted = filters or Filters()
    query = sa.select(Parcel).where(visible(actor), *_conditions(wanted))
    return query.order_by(Parcel.created_at.desc(), Parcel.id.desc())


def list_parcels(actor: Actor, filters: Filters, most: int) -> Sequence[Parcel]:
    """What :func:`parcels_query` finds, at most so many."""
    return db.session.scalars(parcels_query(actor, filters).limit(most)).all()


def _conditions(wanted: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.q.strip():
        found.append(_mentions(wanted.q.strip()))
    if wanted.status is not None:
        found.append(Parcel.status == wanted.status)
    if wanted.direction is not None:
        found.append(Parcel.direction == wanted.direction)
    if wanted.township is not None:
        found.append(in_scope(Parcel.division_code, wanted.township))
    if wanted.station_id is not None:
        found.append(Parcel.village_station_id == wanted.station_id)
    if wanted.day is not None:
        start, end = clock.day_bounds(wanted.day)
        found += [Parcel.created_at >= start, Parcel.created_at < end]
    return [*found, overdue(clock.now())] if wanted.overdue else found


def _mentions(words: str) -> sa.ColumnElement[bool]:
    code = read_code(words)
    tests = [
        Parcel.waybill_number.startswith(words.upper(), autoescape=True),
        Parcel.phone_tail == words[-4:] if words.isdecimal() and len(words) in (4, 11) else sa.false(),
        Parcel.pickup_code == code if code else sa.false(),
        Parcel.person_name == words,
    ]
    return sa.or_(*tests)


def overdue(now: datetime) -> sa.ColumnElement[bool]:
    """On the shelf for more days than the county allows."""
    return sa.and_(Parcel.status == ParcelStatus.AT_VILLAGE, Parcel.shelved_at < now - limits().overdue_after)


def get_parcel(actor: Actor, parcel_id: uuid.UUID) -> Parcel:
    """One parcel. Raises ParcelNotFound, also for somebody else's."""
    found = db.session.scalars(sa.select(Parcel).where(Parcel.id == parcel_id, visible(actor))).one_or_none()
    if found is None:
        raise ParcelNotFound
    return found


def recent_at(station: Place, direction: Direction, limit: int = 8) -> Sequence[Parcel]:
    """The parcels a village point took in or accepted last, today."""
    start, _end = clock.day_bounds(clock.today())
    since = Parcel.shelved_at if direction is Direction.DOWN else Parcel.created_at
    query = sa.select(Parcel).where(
        Parcel.village_station_id == station.id, Parcel.direction == direction, since >= start
    )
    return db.session.scalars(query.order_by(since.desc(), Parcel.id.desc()).limit(limit)).all()


def known_waybill(waybill_number: str) -> Sequence[Parcel]:
    """Parcels with this number that come or came down, anywhere in the county, newest first."""
    query = sa.select(Parcel).where(Parcel.waybill_number == waybill_number, Parcel.direction == Direction.DOWN)
    return db.session.scalars(query.order_by(Parcel.created_at.desc(), Parcel.id.desc())).all()


def count_by_status(actor: Actor) -> dict[ParcelStatus, int]:
    """How many parcels are where, among those still in the network."""
    query = (
        sa.select(Parcel.status, sa.func.count())
        .where(visible(actor), Parcel.status.not_in(FINAL))
        .group_by(Parcel.status)
    )
    rows: Sequence[Any] = db.session.execute(query).all()
    found = {row[0]: row[1] for row in rows}
    return {status: found[status] for status in ParcelStatus if status in found}
