"""Finding handovers, and what waits to be handed over."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.access import Actor, Role
from app.core.database import db
from app.core.scope import in_scope
from logistics.errors import HandoverNotFound
from logistics.models import Handover, HandoverLine, HandoverStatus, Parcel, ParcelStatus
from logistics.rules.legs import LEGS, Leg
from logistics.service.places import Place, county_scope, hub, place
from stations.models import StationKind


@dataclass(frozen=True)
class Waiting:
    """Parcels at a station that wait to go on to another one."""

    station_id: uuid.UUID
    name: str
    parcels: int


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """The handovers of which an end is the actor's."""
    if actor.role is Role.VILLAGE_OPERATOR:
        return sa.or_(Handover.from_station_id == actor.station_id, Handover.to_station_id == actor.station_id)
    return sa.or_(in_scope(Handover.from_code, actor.scope_code), in_scope(Handover.to_code, actor.scope_code))


def get_handover(actor: Actor, handover_id: uuid.UUID) -> Handover:
    """One handover. Raises HandoverNotFound, also for somebody else's."""
    found = db.session.scalars(sa.select(Handover).where(Handover.id == handover_id, visible(actor))).one_or_none()
    if found is None:
        raise HandoverNotFound
    return found


def lines_of(handover_id: uuid.UUID) -> Sequence[tuple[HandoverLine, Parcel]]:
    """The lines with their parcels, by waybill number."""
    query = sa.select(HandoverLine, Parcel).join(Parcel, Parcel.id == HandoverLine.parcel_id)
    rows = db.session.execute(query.where(HandoverLine.handover_id == handover_id).order_by(Parcel.waybill_number))
    return [(row[0], row[1]) for row in rows]


def coming_to(station: Place) -> Sequence[Handover]:
    """What is on its way to a station, the oldest first."""
    query = sa.select(Handover).where(Handover.to_station_id == station.id, Handover.status == HandoverStatus.SENT)
    return db.session.scalars(query.order_by(Handover.sent_at, Handover.id)).all()


def handovers_query(actor: Actor) -> sa.Select[Any]:
    """All handovers that the actor may see, newest first."""
    return sa.select(Handover).where(visible(actor)).order_by(Handover.opened_at.desc(), Handover.id.desc())


def on_run(run_id: uuid.UUID) -> Sequence[Handover]:
    """The handovers that a run carries or carried."""
    return db.session.scalars(sa.select(Handover).where(Handover.run_id == run_id).order_by(Handover.opened_at)).all()


def waiting_to_go(station: Place) -> list[Waiting]:
    """What lies at a station and has to go on, by the station it goes to next."""
    found: dict[uuid.UUID, int] = {}
    for way, next_station in _ways_from(station):
        query = (
            sa.select(next_station, sa.func.count())
            .where(Parcel.holder_station_id == station.id, Parcel.status == way.waiting)
            .group_by(next_station)
        )
        for station_id, number in db.session.execute(query):
            if station_id is not None:
                found[station_id] = found.get(station_id, 0) + number
    named = [Waiting(station_id, place(station_id).name, number) for station_id, number in found.items()]
    upward = _hub_waiting(station)
    return [*([upward] if upward else []), *sorted(named, key=lambda w: w.name)]


def _ways_from(station: Place) -> list[tuple[Leg, sa.ColumnElement[uuid.UUID | None]]]:
    """The legs that begin here and whose next station stands on the parcel."""
    columns = {
        (StationKind.COUNTY_CENTER, StationKind.TOWNSHIP_STATION): Parcel.township_station_id,
        (StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT): Parcel.village_station_id,
        (StationKind.VILLAGE_POINT, StationKind.TOWNSHIP_STATION): Parcel.township_station_id,
    }
    return [(LEGS[pair], column) for pair, column in columns.items() if pair[0] is station.kind]  # type: ignore[misc]


def _hub_waiting(station: Place) -> Waiting | None:
    """What goes up from a township station goes to the county's one hub."""
    if station.kind is not StationKind.TOWNSHIP_STATION:
        return None
    query = sa.select(sa.func.count()).where(
        Parcel.holder_station_id == station.id, Parcel.status == ParcelStatus.AT_TOWNSHIP_UP
    )
    number = db.session.scalar(query) or 0
    if not number:
        return None
    centre = hub(county_scope())
    return Waiting(centre.id, centre.name, number)


def parcels_to(station: Place, receiver: Place) -> Sequence[Parcel]:
    """The parcels that wait at a station to go to that other one; [] when nothing goes that way."""
    way = LEGS.get((station.kind, receiver.kind))
    if way is None:
        return []
    query = sa.select(Parcel).where(Parcel.holder_station_id == station.id, Parcel.status == way.waiting)
    if receiver.kind is StationKind.VILLAGE_POINT:
        query = query.where(Parcel.village_station_id == receiver.id)
    elif receiver.kind is StationKind.TOWNSHIP_STATION:
        query = query.where(Parcel.township_station_id == receiver.id)
    return db.session.scalars(query.order_by(Parcel.village_name, Parcel.waybill_number)).all()


def done_today(station: Place) -> Sequence[Handover]:
    """What the station sent or received today, newest first."""
    start, _end = clock.day_bounds(clock.today())
    ends = sa.or_(
        sa.and_(Handover.from_station_id == station.id, Handover.sent_at >= start),
        sa.and_(Handover.to_station_id == station.id, Handover.received_at >= start),
    )
    return db.session.scalars(sa.select(Handover).where(ends).order_by(Handover.opened_at.desc())).all()
