"""The registers behind the network's figures (INDICATORS.md C1, D1, D2, D3, D5): a line for each thing counted."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.scope import county_of, in_scope
from stations.models import (
    BUILT,
    Level,
    Service,
    Station,
    StationKind,
    StationOffer,
    StationPartner,
    StationPosition,
    StationPremises,
    StationStatus,
)
from stations.rules.coverage import Place, Standing
from stations.rules.history import History
from stations.rules.mergers import lies_in, township_on
from stations.service.coverage import network_history, scope_of
from stations.service.finding import station_names_on
from stations.service.mergers import PlaceNames, merged_on, places_on


@dataclass(frozen=True)
class Serving:
    """A station that stands in a place, or a point that serves a village from next door."""

    id: uuid.UUID
    name: str
    status: StationStatus
    accepted_on: date | None
    next_door: bool = False


@dataclass(frozen=True)
class PlaceLine:
    """A township or a village with the stations that serve it; covered when one of them is accepted."""

    place: Place
    township_code: str
    township: str
    stations: tuple[Serving, ...]

    @property
    def covering(self) -> tuple[Serving, ...]:
        """Those that count."""
        return tuple(station for station in self.stations if station.status in BUILT)

    @property
    def is_covered(self) -> bool:
        """Whether one at least counts."""
        return bool(self.covering)

    @property
    def covered_since(self) -> date | None:
        """The first day on which one of those that count was accepted."""
        return min((s.accepted_on for s in self.covering if s.accepted_on), default=None)


def village_register(
    *,
    actor: Actor,
    on: date | None = None,
    q: str = "",
    township: str | None = None,
    key: bool | None = None,
    covered: bool | None = None,
) -> list[PlaceLine]:
    """Every village of the actor's scope on a day (today), and which points serve it (D2; with ``key`` D3)."""
    return _lines(actor, on, Level.VILLAGE, StationKind.VILLAGE_POINT, _Wanted(q, township, key, covered))


def township_register(
    *,
    actor: Actor,
    on: date | None = None,
    q: str = "",
    key: bool | None = None,
    covered: bool | None = None,
) -> list[PlaceLine]:
    """Every township of the actor's scope on a day (today), and its station (D1)."""
    return _lines(actor, on, Level.TOWNSHIP, StationKind.TOWNSHIP_STATION, _Wanted(q, None, key, covered))


@dataclass(frozen=True)
class _Wanted:
    """What a register is narrowed to."""

    q: str
    township: str | None
    key: bool | None
    covered: bool | None

    def takes(self, line: PlaceLine) -> bool:
        return (
            self.q in f"{line.township}{line.place.name} {line.place.code}"
            and self.township in (None, line.township_code)
            and self.key in (None, line.place.is_key)
            and self.covered in (None, line.is_covered)
        )


def _lines(actor: Actor, on: date | None, level: Level, kind: StationKind, wanted: _Wanted) -> list[PlaceLine]:
    on, scope = on or clock.today(), scope_of(actor, None)
    history, merged = network_history(county_of(scope)), merged_on(on)
    places = history.places(on)
    towns = {place.code: place.name for place in places if place.level is Level.TOWNSHIP}
    serving = _serving(history, kind, on)
    lines = []
    for place in places:
        if place.level is level and lies_in(place.code, scope, merged):
            town = township_on(place.code, merged)
            lines.append(PlaceLine(place, town, towns.get(town, ""), tuple(serving[place.code])))
    return [line for line in lines if wanted.takes(line)]


def _serving(history: History, kind: StationKind, on: date) -> Mapping[str, list[Serving]]:
    """The stations of a kind by the place they stand in or serve; those that are closed are left out."""
    standing = {
        station_id: one
        for station_id, one in history.standing_by_station(on).items()
        if one.kind is kind and one.status is not StationStatus.CLOSED
    }
    names, built = _names(standing, on), history.built_since(on)
    by_place: dict[str, list[Serving]] = defaultdict(list)
    for station_id, one in standing.items():
        for code in _places_of(one):
            there = code == one.division_code
            by_place[code].append(Serving(station_id, names[station_id], one.status, built.get(station_id), not there))
    return by_place


def _places_of(one: Standing) -> set[str]:
    return {one.division_code, *one.neighbours}


def _names(station_ids: Collection[uuid.UUID], on: date) -> dict[uuid.UUID, str]:
    ids = list(station_ids)
    found = sa.select(Station.id, Station.name).where(Station.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(found)} | station_names_on(ids, on)


# -- services offered ------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfferLine:
    """A station that offered a service on a day, and since when."""

    station: Station
    place: PlaceNames
    service: Service
    since: date


def offer_register(
    *, actor: Actor, on: date | None = None, service: Service | None = None, kind: StationKind | None = None
) -> list[OfferLine]:
    """Which station of the actor's scope offered what on a day (today): D5 by services offered."""
    on, offer = on or clock.today(), StationOffer
    query = (
        sa.select(Station, offer.service, offer.since)
        .join(offer, offer.station_id == Station.id)
        .join(Station.division)
        .options(contains_eager(Station.division))
        .where(in_scope(Station.division_code, scope_of(actor, None)), _holding(offer, on))
        .order_by(Station.division_code, Station.code, offer.since)
    )
    if service is not None:
        query = query.where(offer.service == service)
    if kind is not None:
        query = query.where(Station.kind == kind)
    rows = db.session.execute(query).all()
    places = places_on({station.division_code for station, *_more in rows}, on)
    return [OfferLine(station, places[station.division_code], offered, since) for station, offered, since in rows]


def _holding(dated: type[StationOffer] | type[StationPartner], on: date) -> sa.ColumnElement[bool]:
    return sa.and_(dated.since <= on, sa.or_(dated.until.is_(None), dated.until > on))


# -- what a station is like ------------------------------------------------------------------------


@dataclass(frozen=True)
class Profile:
    """What a station offered, with whom it worked, whose rooms it used and where it was measured to stand on a day."""

    services: tuple[Service, ...] = ()
    partners: tuple[str, ...] = ()
    premises: StationPremises | None = None
    position: StationPosition | None = None


def profiles_on(station_ids: Collection[uuid.UUID], on: date) -> dict[uuid.UUID, Profile]:
    """The profiles of stations on a day, by station (C1 and the sheet of stations); four queries for all of them."""
    ids = list(station_ids)
    services: dict[uuid.UUID, list[Service]] = defaultdict(list)
    for station_id, service in db.session.execute(_dated(StationOffer, StationOffer.service, ids, on)):
        services[station_id].append(service)
    partners: dict[uuid.UUID, list[str]] = defaultdict(list)
    for station_id, name in db.session.execute(_dated(StationPartner, StationPartner.name, ids, on)):
        partners[station_id].append(name)
    rooms, where = StationPremises, StationPosition
    premises = _last(
        sa.select(rooms)
        .where(rooms.station_id.in_(ids), rooms.effective_on <= on)
        .order_by(rooms.effective_on, rooms.recorded_at, rooms.id)
    )
    positions = _last(
        sa.select(where).where(where.station_id.in_(ids), where.taken_on <= on).order_by(where.recorded_at, where.id)
    )
    order = list(Service)
    return {
        one: Profile(
            tuple(sorted(services[one], key=order.index)), tuple(partners[one]), premises.get(one), positions.get(one)
        )
        for one in ids
    }


def _dated(
    dated: type[StationOffer] | type[StationPartner],
    column: sa.orm.InstrumentedAttribute,
    ids: list[uuid.UUID],
    on: date,
) -> sa.Select:
    return (
        sa.select(dated.station_id, column)
        .where(dated.station_id.in_(ids), _holding(dated, on))
        .order_by(dated.since, column)
    )


def _last(query: sa.Select) -> dict[uuid.UUID, StationPremises | StationPosition]:
    return {row.station_id: row for row in db.session.scalars(query)}
