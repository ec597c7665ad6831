"""The station network: registering, moving, editing stations."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.idempotency import idempotent
from app.core.scope import covers, require_scope, township_of
from stations.errors import DivisionNotFound, ReasonNeeded, StationExists, StationNotFound, WrongDay, WrongPlace
from stations.models import (
    SERVING,
    STATION_MOVES,
    Division,
    Station,
    StationKind,
    StationStatus,
    StationStatusChange,
)
from stations.permissions import STATIONS_EDIT, STATIONS_MANAGE
from stations.rules.network import check_day, check_place, code_prefix, station_code, usual_name
from stations.service.finding import get_station


@dataclass(frozen=True)
class StationDetails:
    """What may be said of a station beside its kind and place; positions in degrees (WGS 84)."""

    address: str = ""
    manager_name: str = ""
    phone: str = ""
    opening_hours: str = ""
    area_m2: int | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Move:
    """A station to be moved to another status from a day on, with the reason."""

    station_id: uuid.UUID
    new_status: StationStatus
    effective_on: date
    reason: str


WORDS = {
    "name": "名称",
    "address": "地址",
    "manager_name": "负责人",
    "phone": "电话",
    "opening_hours": "开放时间",
    "area_m2": "面积",
    "lon": "经度",
    "lat": "纬度",
}


@command
@idempotent
def register_station(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    kind: StationKind,
    division_code: str,
    name: str = "",
    details: StationDetails | None = None,
    built_before_plan: bool = False,
    planned_on: date | None = None,
    reason: str = "",
) -> Station:
    """Register a planned station; returns it with its new code. Without a name it gets the usual one.

    A township has one township station, a county one centre. A second point in a village needs a reason: it adds
    nothing to coverage, and one point per village is funded. Raises DivisionNotFound, WrongPlace, WrongDay,
    StationExists, ReasonNeeded.
    """
    actor.require(STATIONS_MANAGE)
    division = _standing_division(actor, division_code)
    check_place(kind, division.level)
    planned_on = planned_on or clock.today()
    check_day(planned_on, None, clock.today())
    _check_alone(kind, division, reason)
    told = details or StationDetails()
    name = name.strip() or usual_name(kind, division.short_name)
    station = Station(
        code=station_code(division_code, _codes_taken(division_code)),
        name=name,
        kind=kind,
        status=StationStatus.PLANNED,
        status_since=planned_on,
        division=division,
        built_before_plan=built_before_plan,
        created_at=clock.now(),
        **asdict(told),
    )
    db.session.add(station)
    db.session.flush()
    why = reason.strip() or "列入计划"
    _keep_move(actor, station, None, planned_on, why)
    text = f"登记{kind.label}“{name}”（{division.short_name}），编号 {station.code}。" + (
        f"说明：{reason}" if reason else ""
    )
    audit.record(actor=actor, action="stations.registered", subject=station, text=text, division_code=division_code)
    db.session.flush()
    return station


def _standing_division(actor: Actor, code: str) -> Division:
    """The valid division, its township (or county) locked so that two registrations can't both be the first."""
    above = db.session.get(Division, township_of(code), with_for_update={"key_share": True})
    division = db.session.get(Division, code)
    if above is None or division is None or not covers(actor.scope_code, code):
        raise DivisionNotFound
    if division.valid_to is not None and division.valid_to <= clock.today():
        raise WrongPlace(_l("%(name)s已经撤并，不能再设站点。", name=division.short_name), field="division_code")
    return division


def _check_alone(kind: StationKind, division: Division, reason: str) -> None:
    if kind is StationKind.LIAISON_POINT:
        return
    there = db.session.scalars(
        sa.select(Station.name).where(
            Station.division_code == division.code, Station.kind == kind, Station.status != StationStatus.CLOSED
        )
    ).first()
    if there is None:
        return
    if kind is not StationKind.VILLAGE_POINT:
        raise StationExists(
            _l("%(place)s已经有%(name)s。", place=division.short_name, name=there), field="division_code"
        )
    if not reason.strip():
        raise ReasonNeeded(
            _l(
                "%(place)s已经有%(name)s。一村补助一个点，第二个点不增加覆盖；确实要设，请写明原因。",
                place=division.short_name,
                name=there,
            )
        )


def _codes_taken(division_code: str) -> Sequence[str]:
    return db.session.scalars(sa.select(Station.code).where(Station.code.startswith(code_prefix(division_code)))).all()


@command
@idempotent
def move_station(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    station_id: uuid.UUID,
    new_status: StationStatus,
    effective_on: date,
    reason: str,
) -> Station:
    """Move a station to another status from a day on, with the reason.

    Raises StationNotFound, IllegalMove, WrongDay (in the future, or before the last move), ReasonNeeded.
    """
    return move_stations(actor=actor, moves=[Move(station_id, new_status, effective_on, reason)])[0]


@command
def move_stations(*, actor: Actor, moves: Sequence[Move]) -> list[Station]:
    """Move several stations together, in the order given: one approval often names many. All of them or none.

    Raises what :func:`move_station` raises.
    """
    actor.require(STATIONS_MANAGE)
    wanted = {move.station_id for move in moves}
    locked = db.session.scalars(
        sa.select(Station).where(Station.id.in_(wanted)).order_by(Station.id).with_for_update()
    ).all()
    by_id = {station.id: station for station in locked}
    if len(by_id) < len(wanted):
        raise StationNotFound
    for station in locked:
        require_scope(actor, station.division_code)
    return [_move(actor, by_id[move.station_id], move.new_status, move.effective_on, move.reason) for move in moves]


@command
def advance_station(
    *, actor: Actor, station_id: uuid.UUID, new_status: StationStatus, effective_on: date, reason: str, field: str
) -> Station:
    """Move a station because its project or acceptance did; the verb that calls has checked who may.

    Raises StationNotFound (also out of scope), IllegalMove, WrongDay at ``field``.
    """
    station = db.session.get(Station, station_id, with_for_update=True, populate_existing=True)
    if station is None:
        raise StationNotFound
    require_scope(actor, station.division_code)
    try:
        return _move(actor, station, new_status, effective_on, reason)
    except WrongDay as error:
        raise WrongDay(error.message, field=field) from None


def _move(actor: Actor, station: Station, new_status: StationStatus, effective_on: date, reason: str) -> Station:
    STATION_MOVES.check(station.status, new_status)
    check_day(effective_on, station.status_since, clock.today())
    if not reason.strip():
        raise ReasonNeeded(_l("请写明原因。"))
    old, station.status, station.status_since = station.status, new_status, effective_on
    if new_status in SERVING and station.opened_on is None:
        station.opened_on = effective_on
    _keep_move(actor, station, old, effective_on, reason.strip())
    audit.record(
        actor=actor,
        action="stations.moved",
        subject=station,
        text=f"{station.name}：{old.label} → {new_status.label}，自 {effective_on.isoformat()} 起。{reason.strip()}",
        division_code=station.division_code,
        data={"old": old.value, "new": new_status.value, "effective_on": effective_on.isoformat()},
    )
    return station


def _keep_move(actor: Actor, station: Station, old: StationStatus | None, effective_on: date, reason: str) -> None:
    db.session.add(
        StationStatusChange(
            recorded_at=clock.now(),
            station_id=station.id,
            old_status=old,
            new_status=station.status,
            effective_on=effective_on,
            reason=reason,
            actor_name=actor.name,
        )
    )


@command
@idempotent
def edit_station(
    *, actor: Actor, request_id: uuid.UUID | None, station_id: uuid.UUID, name: str, details: StationDetails
) -> Station:
    """Change a station's name and details; what changed goes into the audit trail, the phone number masked."""
    actor.require(STATIONS_EDIT)
    station = get_station(station_id, actor=actor)
    wanted = {"name": name, **asdict(details)}
    changed = [key for key, value in wanted.items() if getattr(station, key) != value]
    if not changed:
        return station
    told = "；".join(
        f"{WORDS[key]}已改"
        if key == "phone"
        else f"{WORDS[key]}：{getattr(station, key) or '空'} → {wanted[key] or '空'}"
        for key in changed
    )
    for key in changed:
        setattr(station, key, wanted[key])
    audit.record(
        actor=actor, action="stations.edited", subject=station, text=told + "。", division_code=station.division_code
    )
    db.session.flush()
    return station
