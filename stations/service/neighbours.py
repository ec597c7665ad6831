"""The villages a point serves: its own, and the neighbours that its acceptance names (就近覆盖)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import NotFound
from app.core.idempotency import idempotent
from app.core.scope import covers
from stations.errors import ReasonNeeded, WrongDay, WrongPlace
from stations.models import Division, Level, Station, StationKind, StationVillage
from stations.models.acceptance import Acceptance
from stations.permissions import STATIONS_MANAGE
from stations.rules.profile import check_since
from stations.service.finding import get_station


def served_villages(station: Station, on: date | None = None) -> list[Division]:
    """The villages that a point serves on a day (today): its own first, then the neighbours named in its acceptance."""
    own = [station.division] if station.division.level is Level.VILLAGE else []
    return [*own, *(link.village for link in served_links(station) if _holds(link, on or clock.today()))]


def served_links(station: Station) -> Sequence[StationVillage]:
    """The neighbours that a point serves or served, each with its days and reasons, by village."""
    return db.session.scalars(
        sa.select(StationVillage)
        .where(StationVillage.station_id == station.id)
        .options(sa.orm.joinedload(StationVillage.village))
        .order_by(StationVillage.village_code, StationVillage.valid_from)
    ).all()


def _holds(link: StationVillage, on: date) -> bool:
    return link.valid_from <= on and (link.valid_to is None or link.valid_to > on)


@command
@idempotent
def serve_village(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    station_id: uuid.UUID,
    village_code: str,
    valid_from: date,
    reason: str,
    acceptance_id: uuid.UUID | None = None,
) -> StationVillage:
    """Name a neighbouring village that a village point covers as well, because its acceptance says so (就近覆盖).

    Naming it again while it is served changes nothing. Raises WrongPlace when the station is no village point or the
    other no village, WrongDay in the future or within an earlier time, NotFound for another station's acceptance.
    """
    actor.require(STATIONS_MANAGE)
    station = _locked(actor, station_id)
    village = _neighbour(actor, station, village_code)
    _check_reason(reason)
    _check_acceptance(station, acceptance_id)
    links = [link for link in served_links(station) if link.village_code == village_code]
    for link in links:
        if link.valid_to is None:
            return link
    ended = max((link.valid_to for link in links if link.valid_to is not None), default=None)
    check_since(valid_from, ended, clock.today(), "valid_from")
    link = StationVillage(
        station_id=station_id,
        village_code=village_code,
        acceptance_id=acceptance_id,
        valid_from=valid_from,
        reason=reason.strip(),
    )
    db.session.add(link)
    text = f"就近覆盖{village.short_name}，自 {valid_from.isoformat()} 起。{reason.strip()}"
    _record_service(actor, station, village, text)
    return link


def _locked(actor: Actor, station_id: uuid.UUID) -> Station:
    station = get_station(station_id, actor=actor)
    db.session.refresh(station, with_for_update={"key_share": True, "of": Station})
    return station


def _neighbour(actor: Actor, station: Station, village_code: str) -> Division:
    village = db.session.get(Division, village_code)
    if station.kind is not StationKind.VILLAGE_POINT:
        raise WrongPlace(_l("只有村级服务点可以就近覆盖邻村。"))
    if village is None or village.level is not Level.VILLAGE or not covers(actor.scope_code, village_code):
        raise WrongPlace(_l("就近覆盖的应是本县的一个村。"), field="village_code")
    if village_code == station.division_code:
        raise WrongPlace(_l("这是它自己的村，已经覆盖。"), field="village_code")
    if village.valid_to is not None:
        raise WrongPlace(_l("%(name)s已经撤并。", name=village.short_name), field="village_code")
    return village


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded(_l("请写明依据，例如验收意见里的原话。"))


def _check_acceptance(station: Station, acceptance_id: uuid.UUID | None) -> None:
    if acceptance_id is None:
        return
    acceptance = db.session.get(Acceptance, acceptance_id)
    if acceptance is None or acceptance.station_id != station.id:
        raise NotFound(_l("没有找到这个站点的这次验收。"))


@command
@idempotent
def stop_serving(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    station_id: uuid.UUID,
    village_code: str,
    valid_to: date,
    reason: str,
) -> StationVillage:
    """From ``valid_to`` on, the point no longer covers that neighbour.

    Raises NotFound when it is not served, WrongDay in the future or before it was named, ReasonNeeded.
    """
    actor.require(STATIONS_MANAGE)
    station = _locked(actor, station_id)
    link = find_service(station, village_code)
    if link is None:
        raise NotFound(_l("这个点没有就近覆盖这个村。"))
    _check_reason(reason)
    if valid_to > clock.today():
        raise WrongDay(_l("日期不能在今天以后。"), field="valid_to")
    if valid_to < link.valid_from:
        raise WrongDay(_l("日期不能早于 %(day)s。", day=link.valid_from.isoformat()), field="valid_to")
    link.valid_to, link.end_reason = valid_to, reason.strip()
    text = f"不再就近覆盖{link.village.short_name}，自 {valid_to.isoformat()} 起。{reason.strip()}"
    _record_service(actor, station, link.village, text)
    return link


def find_service(station: Station, village_code: str) -> StationVillage | None:
    """The neighbour that a point serves at present, or None."""
    return db.session.scalars(
        sa.select(StationVillage).where(
            StationVillage.station_id == station.id,
            StationVillage.village_code == village_code,
            StationVillage.valid_to.is_(None),
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
