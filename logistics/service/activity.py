"""What a station did with parcels in a period: the figures of its trial run."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from app.core import clock
from app.core.database import db
from logistics.models import ParcelEvent, What

HANDLED = (What.RECEIVED, What.SHELVED, What.PICKED_UP, What.ACCEPTED)


@dataclass(frozen=True)
class ParcelActivity:
    """Parcels put on the shelf, handed out and taken in for sending, and the days on which any of it happened.

    ``handled`` are the parcels of all these and those that were received to be carried on, as at a township station.
    """

    handled: int
    shelved: int
    picked_up: int
    accepted: int
    days: frozenset[date]


def parcel_activity(station_id: uuid.UUID, first: date, last: date) -> ParcelActivity:
    """The parcels of a station from ``first`` to ``last``, both within it; each parcel once for each thing."""
    begin, end = clock.at_local(first), clock.at_local(last + timedelta(days=1))
    query = sa.select(ParcelEvent.what, ParcelEvent.parcel_id, ParcelEvent.recorded_at).where(
        ParcelEvent.station_id == station_id,
        ParcelEvent.what.in_(HANDLED),
        ParcelEvent.recorded_at >= begin,
        ParcelEvent.recorded_at < end,
    )
    found = db.session.execute(query).all()
    done = {what: {parcel for w, parcel, _at in found if w is what} for what in HANDLED}
    return ParcelActivity(
        handled=len({parcel for _what, parcel, _at in found}),
        shelved=len(done[What.SHELVED]),
        picked_up=len(done[What.PICKED_UP]),
        accepted=len(done[What.ACCEPTED]),
        days=frozenset(clock.local(at).date() for _what, _parcel, at in found),
    )
