"""The villages a point serves: its own, and the neighbours that its acceptance names (就近覆盖)."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import NotFound
from app.core.scope import covers
from stations.errors import WrongPlace
from stations.models import Division, Level, Station, StationKind, StationVillage
from stations.permissions import STATIONS_MANAGE
from stations.service.finding import get_station


def served_villages(station: Station, on: date | None = None) -> list[Division]:
    """The villages that a point serves on a day (today): its own first, then the neighbours named in its acceptance."""
    on = on or clock.today()
    named = db.session.scalars(
        sa.select(Division)
        .join(StationVillage, StationVillage.village_code == Division.code)
        .where(StationVillage.station_id == station.id, _valid(on))
        .order_by(Division.code)
    )
    own = [station.division] if station.division.level is Level.VILLAGE else []
    return [*own, *named]


def _valid(on: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        StationVillage.valid_from <= on, sa.or_(StationVillage.valid_to.is_(None), StationVillage.valid_to > on)
    )


@command
def serve_village(
    *, actor: Actor, station_id: uuid.UUID, village_code: str, valid_from: date, reason: str
) -> StationVillage:
    """Name a neighbouring village that a village point covers as well, because its acceptance says so (就近覆盖).

    Naming it again changes nothing. Raises WrongPlace when the station is no village point or the other no village.
    """
    actor.require(STATIONS_MANAGE)
    station = get_station(station_id, actor=actor)
    village = db.session.get(Division, village_code)
    if station.kind is not StationKind.VILLAGE_POINT:
        raise WrongPlace(_l("只有村级服务点可以就近覆盖邻村。"))
    if village is None or village.level is not Level.VILLAGE or not covers(actor.scope_code, village_code):
        raise WrongPlace(_l("就近覆盖的应是本县的一个村。"), field="village_code")
    if village_code == station.division_code:
        raise WrongPlace(_l("这是它自己的村，已经覆盖。"), field="village_code")
    link = _find_link(station_id, village_code)
    if link is not None and link.valid_to is None:
        return link
    if link is None:
        link = StationVillage(station_id=station_id, village_code=village_code)
        db.session.add(link)
    link.valid_from, link.valid_to = valid_from, None
    _record_service(actor, station, village, f"就近覆盖{village.short_name}，自 {valid_from.isoformat()} 起。{reason}")
    return link


@command
def stop_serving(*, actor: Actor, station_id: uuid.UUID, village_code: str, valid_to: date, reason: str) -> None:
    """From ``valid_to`` on, the point no longer covers that neighbour. Raises NotFound when it was not named."""
    actor.require(STATIONS_MANAGE)
    station = get_station(station_id, actor=actor)
    link = _find_link(station_id, village_code)
    village = db.session.get(Division, village_code)
    if link is None or village is None:
        raise NotFound(_l("这个点没有就近覆盖这个村。"))
    link.valid_to = valid_to
    _record_service(
        actor, station, village, f"不再就近覆盖{village.short_name}，自 {valid_to.isoformat()} 起。{reason}"
    )


def _find_link(station_id: uuid.UUID, village_code: str) -> StationVillage | None:
    return db.session.scalars(
        sa.select(StationVillage).where(
            StationVillage.station_id == station_id, StationVillage.village_code == village_code
        )
    ).one_or_none()


def _record_service(actor: Actor, station: Station, village: Division, text: str) -> None:
    audit.record(
        actor=actor,
        action="stations.village_named",
        subject=station,
        text=text,
        division_code=station.division_code,
        data={"village": village.code},
    )
    db.session.flush()
