"""Divisions: finding them, naming them, marking the key ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.scope import covers, in_scope, is_code, township_of
from stations.errors import DivisionNotFound, NoCounty, ReasonNeeded
from stations.models import Division, DivisionRename, Level, Station
from stations.permissions import PLAN_SET
from stations.service.loading import load_county_files


def find_division(code: str) -> Division | None:
    """The division with that code, or None."""
    return db.session.get(Division, code) if is_code(code) else None


def get_division(code: str) -> Division:
    """The division with that code. Raises DivisionNotFound."""
    division = find_division(code)
    if division is None:
        raise DivisionNotFound
    return division


def county_division() -> Division | None:
    """The county that this installation serves: the one loaded last. None before any is loaded."""
    return db.session.scalars(
        sa.select(Division)
        .where(Division.level == Level.COUNTY, Division.valid_to.is_(None))
        .order_by(Division.loaded_at.is_(None), Division.loaded_at.desc(), Division.code)
        .limit(1)
    ).first()


def get_county() -> Division:
    """The county that this installation serves. Raises NoCounty before any is loaded."""
    county = county_division()
    if county is None:
        raise NoCounty
    return county


def list_divisions(
    level: Level | None = None, scope_code: str | None = None, on: date | None = None
) -> Sequence[Division]:
    """The divisions of a level within a scope that are valid on a day (today), by code."""
    on = on or clock.today()
    query = sa.select(Division).where(
        Division.valid_from <= on, sa.or_(Division.valid_to.is_(None), Division.valid_to > on)
    )
    if level is not None:
        query = query.where(Division.level == level)
    if scope_code is not None:
        query = query.where(in_scope(Division.code, scope_code))
    return db.session.scalars(query.order_by(Division.code)).all()


def division_names(codes: Iterable[str]) -> dict[str, str]:
    """Everyday names by code, in one query; codes that are not known are left out."""
    wanted = set(codes)
    if not wanted:
        return {}
    found = sa.select(Division.code, Division.short_name).where(Division.code.in_(wanted))
    return {row.code: row.short_name for row in db.session.execute(found)}


def division_name(code: str) -> str:
    """The name of a place in full: ``龙潭镇``, ``龙潭镇包家村``; the code itself when it is not known."""
    names = division_names({code, township_of(code)} if is_code(code) else ())
    if code not in names:
        return code
    return names[code] if code.endswith("000") else names.get(township_of(code), "") + names[code]


def name_on(code: str, on: date) -> str:
    """The official name that a division had on a day. Raises DivisionNotFound."""
    later = db.session.scalars(
        sa.select(DivisionRename.old_name)
        .where(DivisionRename.division_code == code, DivisionRename.effective_on > on)
        .order_by(DivisionRename.effective_on, DivisionRename.recorded_at, DivisionRename.id)
        .limit(1)
    ).first()
    return later if later is not None else get_division(code).name


def place_of(actor: Actor | None) -> tuple[str | None, str | None]:
    """What the bar of every page says: the actor's station or division, and their role; the county for a visitor."""
    if actor is None or actor.everything:
        county = county_division()
        return (county.name if county else None), None
    station = db.session.get(Station, actor.station_id) if actor.station_id else None
    return (station.name if station else division_name(actor.scope_code)), str(actor.role.label)


@command
def mark_key(*, actor: Actor, codes: Collection[str], reason: str, is_key: bool = True) -> list[Division]:
    """Mark villages or townships as key ones (重点、脱贫), or take the mark away; returns those that changed.

    Key villages are the denominator of their own coverage; key townships get the higher subsidy. Raises
    DivisionNotFound for a code that is unknown or out of scope, ReasonNeeded without a reason.
    """
    actor.require(PLAN_SET)
    if not reason.strip():
        raise ReasonNeeded(_l("请写明依据，例如文件名和文号。"))
    found = {d.code: d for d in db.session.scalars(sa.select(Division).where(Division.code.in_(list(codes))))}
    if len(found) < len(set(codes)) or not all(covers(actor.scope_code, code) for code in found):
        raise DivisionNotFound
    if any(division.level is Level.COUNTY for division in found.values()):
        raise InvalidInput(_l("只有乡镇和村可以标为重点。"), field="codes")
    changed = [division for _code, division in sorted(found.items()) if division.is_key is not is_key]
    for division in changed:
        division.is_key = is_key
        audit.record(
            actor=actor,
            action="stations.key_marked" if is_key else "stations.key_unmarked",
            subject=division,
            text=f"{division.short_name}{'标为重点' if is_key else '取消重点标记'}。依据：{reason}",
            division_code=division.code,
        )
    db.session.flush()
    return changed


__all__ = [
    "county_division",
    "division_name",
    "division_names",
    "find_division",
    "get_county",
    "get_division",
    "list_divisions",
    "load_county_files",
    "mark_key",
    "name_on",
    "place_of",
]
