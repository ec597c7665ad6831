"""What a station offers, whom it works with, whose rooms it uses, where exactly it stands; all of it dated."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.core import audit, clock, uploads
from app.core.access import Actor, Role
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import county_of
from stations.models import (
    Division,
    PositionSource,
    Service,
    Station,
    StationOffer,
    StationPartner,
    StationPosition,
    StationPremises,
    Tenure,
)
from stations.permissions import STATIONS_EDIT, STATIONS_LOCATE
from stations.rules.position import Spot, check_position
from stations.rules.profile import check_offers, check_premises, check_since
from stations.service.arriving import Incoming
from stations.service.finding import get_station


def offers_of(station: Station) -> Sequence[StationOffer]:
    """What a station offers or offered, those of today first."""
    rows = sa.select(StationOffer).where(StationOffer.station_id == station.id)
    order = (StationOffer.until.is_not(None), StationOffer.since, StationOffer.service)
    return db.session.scalars(rows.order_by(*order)).all()


@command
@idempotent
def set_offers(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    station_id: uuid.UUID,
    services: Collection[Service],
    since: date,
) -> Station:
    """From a day on a station offers these services and no others; what was offered before keeps its days.

    Raises StationNotFound, InvalidInput for what such a station can't offer, WrongDay in the future or before the last
    change.
    """
    actor.require(STATIONS_EDIT)
    station = _locked(actor, station_id)
    check_offers(station.kind, services)
    rows = offers_of(station)
    standing = {row.service: row for row in rows if row.until is None}
    begun = [service for service in Service if service in set(services) - set(standing)]
    ended = [service for service in Service if service in set(standing) - set(services)]
    if not begun and not ended:
        return station
    check_since(since, max((row.until or row.since for row in rows), default=None), clock.today(), "since")
    for service in ended:
        standing[service].until = since
    db.session.flush()
    db.session.add_all(StationOffer(station_id=station.id, service=service, since=since) for service in begun)
    told = [f"开办{_listed(begun)}" if begun else "", f"停办{_listed(ended)}" if ended else ""]
    _record(actor, station, "offers_set", f"自 {since.isoformat()} 起" + "，".join(filter(None, told)) + "。")
    return station


def _listed(services: Sequence[Service]) -> str:
    return "、".join(str(service.label) for service in services)


def partners_of(station: Station) -> Sequence[StationPartner]:
    """The platforms a station works or worked with, those of today first."""
    rows = sa.select(StationPartner).where(StationPartner.station_id == station.id)
    order = (StationPartner.until.is_not(None), StationPartner.since, StationPartner.name)
    return db.session.scalars(rows.order_by(*order)).all()


@command
@idempotent
def add_partner(
    *, actor: Actor, request_id: uuid.UUID | None = None, station_id: uuid.UUID, name: str, since: date
) -> StationPartner:
    """A station works with a platform or firm from a day on.

    Raises StationNotFound, InvalidInput without a name, Conflict when it works with it already, WrongDay.
    """
    actor.require(STATIONS_EDIT)
    station, name = _locked(actor, station_id), name.strip()
    if not name:
        raise InvalidInput(_l("请写合作平台的名称。"), field="name")
    same = [partner for partner in partners_of(station) if partner.name == name]
    if any(partner.until is None for partner in same):
        raise Conflict(_l("已经在和%(name)s合作。", name=name), field="name")
    check_since(since, max((p.until for p in same if p.until is not None), default=None), clock.today(), "since")
    partner = StationPartner(station_id=station.id, name=name, since=since)
    db.session.add(partner)
    _record(actor, station, "partner_added", f"自 {since.isoformat()} 起与{name}合作。")
    return partner


@command
@idempotent
def end_partner(
    *, actor: Actor, request_id: uuid.UUID | None = None, station_id: uuid.UUID, partner_id: uuid.UUID, until: date
) -> StationPartner:
    """From a day on, a station no longer works with a platform. Raises StationNotFound, NotFound, WrongDay."""
    actor.require(STATIONS_EDIT)
    station = _locked(actor, station_id)
    partner = find_partner(station, partner_id)
    if partner is None:
        raise NotFound(_l("没有找到这个合作平台。"))
    check_since(until, partner.since, clock.today(), "until")
    partner.until = until
    _record(actor, station, "partner_ended", f"自 {until.isoformat()} 起不再与{partner.name}合作。")
    return partner


def find_partner(station: Station, partner_id: uuid.UUID) -> StationPartner | None:
    """A platform with which the station works at present, or None."""
    partner = db.session.get(StationPartner, partner_id)
    return partner if partner and partner.station_id == station.id and partner.until is None else None


# -- premises --------------------------------------------------------------------------------------


def premises_of(station: Station) -> Sequence[StationPremises]:
    """On what terms a station has and had its rooms, newest first."""
    row = StationPremises
    order = (row.effective_on.desc(), row.recorded_at.desc(), row.id.desc())
    return db.session.scalars(sa.select(row).where(row.station_id == station.id).order_by(*order)).all()


@command
@idempotent
def set_premises(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    station_id: uuid.UUID,
    tenure: Tenure,
    owner_name: str,
    rent_fen: int,
    lease_until: date | None,
    effective_on: date,
) -> StationPremises:
    """From a day on, whose rooms a station uses, on what terms, for how much rent (fen) a year, until when.

    Raises StationNotFound, InvalidInput, WrongDay in the future or before the terms that hold.
    """
    actor.require(STATIONS_EDIT)
    station = _locked(actor, station_id)
    if not owner_name.strip():
        raise InvalidInput(_l("请写房屋是谁的。"), field="owner_name")
    check_premises(tenure, rent_fen, effective_on, lease_until)
    last = next(iter(premises_of(station)), None)
    check_since(effective_on, last.effective_on if last else None, clock.today(), "effective_on")
    row = StationPremises(
        recorded_at=clock.now(),
        station_id=station.id,
        effective_on=effective_on,
        owner_name=owner_name.strip(),
        tenure=tenure,
        rent_fen=rent_fen,
        lease_until=lease_until,
        actor_name=actor.name,
    )
    db.session.add(row)
    terms = f"，一年租金 {format_fen(rent_fen)}" if rent_fen else ""
    until = f"，到 {lease_until.isoformat()}" if lease_until else ""
    text = f"自 {effective_on.isoformat()} 起，房屋属{row.owner_name}，{tenure.label}{terms}{until}。"
    _record(actor, station, "premises_set", text)
    return row


# -- position --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fix:
    """A position as it was taken: degrees (WGS 84), accuracy in metres when the device told it, the day."""

    lon: float
    lat: float
    taken_on: date
    source: PositionSource = PositionSource.TYPED
    accuracy_m: int | None = None
    upload_id: uuid.UUID | None = None


def positions_of(station: Station) -> Sequence[StationPosition]:
    """The positions taken on site, newest first."""
    row = StationPosition
    found = sa.select(row).where(row.station_id == station.id).options(joinedload(row.upload))
    return db.session.scalars(found.order_by(row.recorded_at.desc(), row.id.desc())).all()


@command
@idempotent
def keep_door_photo(
    *, actor: Actor, request_id: uuid.UUID | None = None, station_id: uuid.UUID, photo: Incoming
) -> uploads.Upload:
    """Keep a photo taken at the door, from which the position is to be read; nothing is said of the station yet.

    Raises StationNotFound, InvalidInput at ``photo`` when it is no photo or the camera wrote no position.
    """
    station = _to_locate(actor, station_id)
    upload = uploads.keep(
        actor,
        photo.stream(),
        photo.filename,
        station.division_code,
        allowed=uploads.PHOTO,
        keep_position=True,
        field="photo",
    )
    if upload.lon is None or upload.lat is None:
        raise InvalidInput(
            _l("照片里没有位置。请打开手机相机的“位置信息”再拍一张原图，或者直接填写经度和纬度。"), field="photo"
        )
    return upload


@command
@idempotent
def set_position(
    *, actor: Actor, request_id: uuid.UUID | None = None, station_id: uuid.UUID, fix: Fix, sure: bool = False
) -> StationPosition:
    """Keep where a station stands, as taken on site.

    Raises StationNotFound, WrongDay in the future, PositionDoubtful at ``sure`` when it lies outside the county or far
    from the village and the person has not said that it is right, NotFound for somebody else's photo.
    """
    station = _to_locate(actor, station_id)
    check_since(fix.taken_on, None, clock.today(), "taken_on")
    if fix.upload_id is not None:
        uploads.get_upload(actor, fix.upload_id)
    doubt = check_position((fix.lon, fix.lat), _boundary(station), _estimate(station.division), sure=sure)
    row = StationPosition(
        recorded_at=clock.now(),
        station_id=station.id,
        lon=fix.lon,
        lat=fix.lat,
        accuracy_m=fix.accuracy_m,
        taken_on=fix.taken_on,
        source=fix.source,
        upload_id=fix.upload_id,
        doubt=doubt,
        actor_name=actor.name,
    )
    db.session.add(row)
    station.lon, station.lat = fix.lon, fix.lat
    within = f"，误差约 {fix.accuracy_m} 米" if fix.accuracy_m else ""
    asked = f"{doubt}已核对无误。" if doubt else ""
    text = f"位置实测：{fix.lon:.6f}, {fix.lat:.6f}（{fix.source.label}{within}，{fix.taken_on.isoformat()}）。{asked}"
    _record(actor, station, "position_set", text)
    return row


def _to_locate(actor: Actor, station_id: uuid.UUID) -> Station:
    """The station, for somebody who may say where it stands: an operator only of the own one."""
    actor.require(STATIONS_LOCATE)
    station = _locked(actor, station_id)
    if actor.role is Role.VILLAGE_OPERATOR and actor.station_id != station.id:
        raise NotFound(_l("只能记自己站点的位置。"))
    return station


def _boundary(station: Station) -> dict | None:
    county = db.session.get(Division, county_of(station.division_code))
    return county.boundary if county else None


def _estimate(division: Division) -> Spot | None:
    return None if division.lon is None or division.lat is None else (division.lon, division.lat)


def _locked(actor: Actor, station_id: uuid.UUID) -> Station:
    station = get_station(station_id, actor=actor)
    db.session.refresh(station, with_for_update={"key_share": True, "of": Station})
    return station


def _record(actor: Actor, station: Station, action: str, text: str) -> None:
    audit.record(
        actor=actor,
        action=f"stations.{action}",
        subject=station,
        text=text,
        division_code=station.division_code,
    )
    db.session.flush()
