"""Stations as logistics sees them, and at which of them a person may act."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.core.access import Actor, Role
from app.core.database import db
from app.core.errors import NotFound
from app.core.scope import county_of, covers
from logistics.rules.routing import township_for
from stations import service as stations_service
from stations.models import SERVING, Station, StationKind

_KEY = "logistics.places"
_FEW = 4  # as many stations are read one by one; for more the network is read at once


@dataclass(frozen=True)
class Place:
    """A station: what it is, where it stands, whether it serves people now."""

    id: uuid.UUID
    kind: StationKind
    name: str
    code: str
    lon: float | None
    lat: float | None
    serving: bool

    @property
    def has_position(self) -> bool:
        """Whether a vehicle can be sent there by the map."""
        return self.lon is not None and self.lat is not None


def as_place(station: Station) -> Place:
    """A station's facts; its village's position where it has none of its own."""
    own = station.lon is not None and station.lat is not None
    return Place(
        station.id,
        station.kind,
        station.name,
        station.division_code,
        station.lon if own else station.division.lon,
        station.lat if own else station.division.lat,
        station.status in SERVING,
    )


@dataclass
class _Known:
    """The whole network as read in one transaction; another transaction reads it anew."""

    transaction: object
    county: str
    by_id: dict[uuid.UUID, Place]


def _known() -> _Known | None:
    session = db.session()
    known: _Known | None = session.info.get(_KEY)
    return known if known is not None and known.transaction is session.get_transaction() else None


def _know() -> _Known:
    """Read the whole network once for all verbs of a transaction: what works on many parcels asks again and again."""
    known = _known()
    if known is None:
        county = stations_service.get_county().code
        found = map(as_place, stations_service.list_stations(scope_code=county))
        known = _Known(db.session().get_transaction(), county, {p.id: p for p in found})
        db.session().info[_KEY] = known
    return known


def place(station_id: uuid.UUID) -> Place:
    """One station. Raises NotFound."""
    known = _known()
    if known is not None and station_id in known.by_id:
        return known.by_id[station_id]
    return as_place(stations_service.get_station(station_id))


def places(station_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """Several stations by id. Raises NotFound when one is unknown."""
    wanted = set(station_ids)
    if len(wanted) > _FEW:
        _know()
    return {station_id: place(station_id) for station_id in wanted}


def serving(scope_code: str, kind: StationKind) -> list[Place]:
    """The stations of a kind in a scope that serve people now."""
    known = _known()
    if known is not None and covers(known.county, scope_code):
        found = [p for p in known.by_id.values() if p.serving and p.kind is kind]
        return found if scope_code == known.county else [p for p in found if covers(scope_code, p.code)]
    stations = stations_service.list_stations(scope_code=scope_code, kind=kind)
    return [p for p in map(as_place, stations) if p.serving]


def county_scope() -> str:
    """The code of the county that this installation serves. Raises NoCounty."""
    known = _known()
    return known.county if known is not None else stations_service.get_county().code


def hub(county_code: str) -> Place:
    """The county's public service centre. Raises NotFound, in words, when there is none that serves."""
    found = serving(county_code, StationKind.COUNTY_CENTER)
    if not found:
        raise NotFound(_l("县级公共服务中心还没有开始运营，包裹没有地方集散。"))
    return found[0]


def townships_of(villages: Iterable[Place]) -> dict[uuid.UUID, Place | None]:
    """The township station through which each village's parcels pass."""
    wanted = list(villages)
    counties = {county_of(village.code) for village in wanted}
    stations = {county: serving(county, StationKind.TOWNSHIP_STATION) for county in counties}
    return {village.id: township_for(village, stations[county_of(village.code)]) for village in wanted}


def own(actor: Actor, station_id: uuid.UUID | None = None) -> Place:
    """The station at which the actor acts now: the named one, else their own. Raises NotFound for somebody else's."""
    if station_id is None:
        return _usual(actor)
    found = place(station_id)
    if not acts_at(actor, found):
        raise NotFound(_l("没有找到这个站点。"))
    return found


def _usual(actor: Actor) -> Place:
    if actor.station_id is not None:
        return place(actor.station_id)
    if actor.everything or actor.role is Role.COUNTY_ADMIN:
        return hub(county_scope() if actor.everything else county_of(actor.scope_code))
    if actor.role is Role.TOWNSHIP_MANAGER:
        here = serving(actor.scope_code, StationKind.TOWNSHIP_STATION)
        if here:
            return here[0]
    raise NotFound(_l("您还没有分到站点，请联系县级公共服务中心。"))


def acts_at(actor: Actor, station: Place) -> bool:
    """Whether the actor works at a station: the hub's people at the hub, the township's at its station."""
    if actor.everything or station.id == actor.station_id:
        return True
    kinds = {Role.COUNTY_ADMIN: StationKind.COUNTY_CENTER, Role.TOWNSHIP_MANAGER: StationKind.TOWNSHIP_STATION}
    return kinds.get(actor.role) is station.kind and covers(actor.scope_code, station.code)
