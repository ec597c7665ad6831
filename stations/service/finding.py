"""Finding stations: one, some, all, and what became of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import aliased, contains_eager

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.ids import check_code
from app.core.scope import covers, in_scope
from stations.errors import StationNotFound
from stations.models import Division, Station, StationKind, StationRename, StationStatus, StationStatusChange
from stations.service.coverage import latest_change
from stations.service.mergers import PlaceNames, places_on, within

Township = aliased(Division, name="township")


def find_station(station_id: uuid.UUID) -> Station | None:
    """The station, or None."""
    return db.session.get(Station, station_id)


def get_station(station_id: uuid.UUID, *, actor: Actor | None = None) -> Station:
    """The station. Raises StationNotFound, also when it lies outside the actor's scope."""
    station = find_station(station_id)
    if station is None or (actor is not None and not covers(actor.scope_code, station.division_code)):
        raise StationNotFound
    return station


def find_station_by_code(code: str) -> Station | None:
    """The station with the code on its sign, typed with or without blanks; None when there is none."""
    try:
        return db.session.scalars(sa.select(Station).where(Station.code == check_code(code))).one_or_none()
    except ValueError:
        return None


def station_of(actor: Actor) -> Station:
    """The station at which the actor works. Raises NotFound, in words, for somebody without one."""
    station = find_station(actor.station_id) if actor.station_id else None
    if station is None:
        raise NotFound(_l("您还没有分到站点，请联系县级公共服务中心。"))
    return station


def stations_query(
    *,
    scope_code: str,
    q: str = "",
    kind: StationKind | None = None,
    status: StationStatus | None = None,
    township: str | None = None,
) -> sa.Select[Any]:
    """Stations within a scope whose name, code or place contains ``q``, by township: for pages, sheets, counts."""
    query = (
        sa.select(Station)
        .join(Station.division)
        .options(contains_eager(Station.division))
        .where(in_scope(Station.division_code, scope_code))
        .order_by(sa.func.substr(Station.division_code, 1, 9), Station.division_code, Station.code)
    )
    if q.strip():
        query = query.join(Township, Township.code == sa.func.substr(Station.division_code, 1, 9).concat("000")).where(
            _mentions(q.strip())
        )
    if kind is not None:
        query = query.where(Station.kind == kind)
    if status is not None:
        query = query.where(Station.status == status)
    return query if township is None else query.where(in_scope(Station.division_code, township))


def _mentions(words: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        Station.name.icontains(words, autoescape=True),
        sa.exists().where(StationRename.station_id == Station.id, StationRename.old_name.contains(words)),
        Station.code.startswith(words.replace(" ", ""), autoescape=True),
        Township.name.contains(words, autoescape=True),
        Division.name.contains(words, autoescape=True),
    )


def list_stations(
    *,
    scope_code: str,
    q: str = "",
    kind: StationKind | None = None,
    status: StationStatus | None = None,
    township: str | None = None,
) -> Sequence[Station]:
    """All stations that :func:`stations_query` finds."""
    return db.session.scalars(
        stations_query(scope_code=scope_code, q=q, kind=kind, status=status, township=township)
    ).all()


def status_history(station: Station) -> Sequence[StationStatusChange]:
    """The moves of a station, newest first."""
    return db.session.scalars(
        sa.select(StationStatusChange)
        .where(StationStatusChange.station_id == station.id)
        .order_by(
            StationStatusChange.effective_on.desc(),
            StationStatusChange.recorded_at.desc(),
            StationStatusChange.id.desc(),
        )
    ).all()


# -- on any day ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A station as it was on a day: its status and since when, its name, where it stood."""

    station: Station
    status: StationStatus
    since: date
    name: str
    place: PlaceNames

    @property
    def id(self) -> uuid.UUID:
        """The station's."""
        return self.station.id


def stations_on_query(
    *,
    on: date,
    scope_code: str,
    q: str = "",
    kind: StationKind | None = None,
    status: StationStatus | None = None,
    township: str | None = None,
) -> sa.Select[Any]:
    """The stations that were registered by a day, with the status they had then and since when; as a page's rows.

    Searches and filters as :func:`stations_query` does, but by status and township of that day.
    """
    latest = latest_change(on)
    query = (
        stations_query(scope_code=scope_code, q=q, kind=kind)
        .join(latest, sa.and_(latest.c.station_id == Station.id, latest.c.nth == 1))
        .add_columns(latest.c.new_status, latest.c.effective_on)
    )
    if status is not None:
        query = query.where(latest.c.new_status == status)
    return query if township is None else query.where(within(Station.division_code, township, on))


def listed_on(rows: Iterable[Any], on: date) -> list[Listed]:
    """The rows of :func:`stations_on_query` with the names of that day."""
    rows = list(rows)
    names = station_names_on([station.id for station, *_more in rows], on)
    places = places_on({station.division_code for station, *_more in rows}, on)
    return [
        Listed(station, status, since, names.get(station.id, station.name), places[station.division_code])
        for station, status, since in rows
    ]


def list_stations_on(*, on: date, scope_code: str, **filters: Any) -> list[Listed]:
    """All stations that :func:`stations_on_query` finds, with the names of that day."""
    return listed_on(db.session.execute(stations_on_query(on=on, scope_code=scope_code, **filters)), on)


def station_names_on(station_ids: Sequence[uuid.UUID], on: date) -> dict[uuid.UUID, str]:
    """What stations were called on a day, of those that have another name now."""
    if on >= clock.today() or not station_ids:
        return {}
    later = (
        sa.select(StationRename.station_id, StationRename.old_name)
        .where(StationRename.station_id.in_(station_ids), StationRename.effective_on > on)
        .order_by(StationRename.effective_on.desc(), StationRename.recorded_at.desc(), StationRename.id.desc())
    )
    return {row.station_id: row.old_name for row in db.session.execute(later)}
