"""Where things are recorded: the actor's station with the names that are copied onto its papers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.access import Actor
from app.core.database import db
from app.core.scope import covers, township_of
from stations import service as stations_service
from stations.models import Division, Level, Station
from trade.errors import NoStation
from trade.rules.ledger import SubAccount


@dataclass(frozen=True)
class Place:
    """A station and its division, by the names they have now."""

    station_id: uuid.UUID
    station_code: str
    station_name: str
    division_code: str
    division_name: str

    @property
    def sub_account(self) -> SubAccount:
        """The station's sub-ledger."""
        return SubAccount(self.station_code, self.station_name)


def place_of(station: Station) -> Place:
    """What of a station is copied."""
    return Place(station.id, station.code, station.name, station.division_code, station.division.short_name)


def own_place(actor: Actor) -> Place:
    """The station at which the actor works. Raises NoStation."""
    station = own_station(actor)
    if station is None:
        raise NoStation(_l("您没有绑定站点，不能在这里记账。请联系县中心。"))
    return place_of(station)


def own_station(actor: Actor) -> Station | None:
    """The station at which the actor works, if any."""
    return None if actor.station_id is None else stations_service.find_station(actor.station_id)


def place_at(station_id: uuid.UUID) -> Place:
    """A station by its id. Raises NoStation."""
    station = stations_service.find_station(station_id)
    if station is None:
        raise NoStation(_l("没有这个站点。"))
    return place_of(station)


def places_at(station_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Place]:
    """Several stations by id, in one statement; one that does not exist is left out."""
    query = (
        sa.select(Station.id, Station.code, Station.name, Station.division_code, Division.short_name)
        .join(Division, Division.code == Station.division_code)
        .where(Station.id.in_(list(station_ids)))
    )
    return {row.id: Place(*row) for row in db.session.execute(query)}


def township_name(division_code: str) -> str:
    """The name of the township in which a division lies."""
    code = township_of(division_code)
    return dict(stations_service.division_names({code})).get(code, "")


def township_choices(actor: Actor) -> list[tuple[str, str]]:
    """``(code, name)`` of the townships in the actor's scope."""
    return [
        (d.code, d.short_name)
        for d in stations_service.list_divisions(level=Level.TOWNSHIP)
        if covers(actor.scope_code, d.code)
    ]
