"""What the operator's desk shows of parcels."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from logistics.models import Direction, Parcel, ParcelStatus
from logistics.service import finding


@dataclass(frozen=True)
class DeskCounts:
    """Parcels of the actor's station (or scope): on the shelf, overdue, on the way here, accepted today."""

    waiting: int
    overdue: int
    arriving: int
    sent_today: int


def desk_counts(actor: Actor) -> DeskCounts:
    """Count in one query."""
    now, (start, _end) = clock.now(), clock.day_bounds(clock.today())
    shelved = Parcel.status == ParcelStatus.AT_VILLAGE
    sent = sa.and_(Parcel.direction == Direction.UP, Parcel.created_at >= start)
    query = sa.select(
        _number(shelved),
        _number(finding.overdue(now)),
        _number(Parcel.status == ParcelStatus.TO_VILLAGE),
        _number(sent),
    ).where(finding.visible(actor), sa.or_(Parcel.status.in_((ParcelStatus.AT_VILLAGE, ParcelStatus.TO_VILLAGE)), sent))
    return DeskCounts(*(int(number or 0) for number in db.session.execute(query).one()))


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))
