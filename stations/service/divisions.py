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
from app.core.scope import covers, is_code
from stations.errors import DivisionNotFound, NoCounty, ReasonNeeded
from stations.models import Division, DivisionKeyMark, DivisionRename, Level, Station
from stations.permissions import PLAN_SET
from stations.rules.history import Mark, keys_on
from stations.rules.profile import check_since
from stations.service.loading import load_county_files
from stations.service.mergers import places_on, within


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
        query = query.where(within(Division.code, scope_code, on))
    return db.session.scalars(query.order_by(Division.code)).all()


def division_names(codes: Iterable[str]) -> dict[str, str]:
    """Everyday names by code, in one query; codes that are not known are left out."""
    wanted = set(codes)
    if not wanted:
        return {}
    found = sa.select(Division.code, Division.short_name).where(Division.code.in_(wanted))
    return {row.code: row.short_name for row in db.session.execute(found)}


def division_name(code: str, on: date | None = None) -> str:
    """The name of a place on a day (today) in full: ``龙潭镇``, ``龙潭镇包家村``; the code when it is not known.

    A division that was merged is told by the name of the one in which it is then.
    """
    place = places_on([code], on).get(code) if is_code(code) else None
    return place.full if place else code


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
def mark_key(
    *, actor: Actor, codes: Collection[str], reason: str, is_key: bool = True, effective_on: date | None = None
) -> list[Division]:
    """Mark villages or townships as key ones (重点、脱贫) from a day on (today), or take the mark away.

    Returns those that changed. Key villages are the denominator of their own coverage; key townships get the higher
    subsidy. Raises DivisionNotFound for a code that is unknown or out of scope, ReasonNeeded without a reason,
    WrongDay in the future or before a division's last mark.
    """
    actor.require(PLAN_SET)
    if not reason.strip():
        raise ReasonNeeded(_l("请写明依据，例如文件名和文号。"))
    if not codes:
        raise InvalidInput(_l("请至少勾选一个村或乡镇。"), field="codes")
    found = db.session.scalars(
        sa.select(Division).where(Division.code.in_(list(codes))).order_by(Division.code).with_for_update()
    ).all()
    if len(found) < len(set(codes)) or not all(covers(actor.scope_code, division.code) for division in found):
        raise DivisionNotFound
    if any(division.level is Level.COUNTY for division in found):
        raise InvalidInput(_l("只有乡镇和村可以标为重点。"), field="codes")
    changed = [division for division in found if division.is_key is not is_key]
    day = effective_on or clock.today()
    last = {mark.code: mark.effective_on for mark in marks_of([division.code for division in changed])}
    for division in changed:
        check_since(day, last.get(division.code), clock.today(), "effective_on")
        _mark(actor, division, is_key, day, reason.strip())
    db.session.flush()
    return changed


def _mark(actor: Actor, division: Division, is_key: bool, day: date, reason: str) -> None:
    division.is_key = is_key
    db.session.add(
        DivisionKeyMark(
            recorded_at=clock.now(),
            division_code=division.code,
            is_key=is_key,
            effective_on=day,
            reason=reason,
            actor_name=actor.name,
        )
    )
    word = "标为重点" if is_key else "取消重点标记"
    audit.record(
        actor=actor,
        action="stations.key_marked" if is_key else "stations.key_unmarked",
        subject=division,
        text=f"{division.short_name}自 {day.isoformat()} 起{word}。依据：{reason}",
        division_code=division.code,
    )


def marks_of(codes: Collection[str]) -> list[Mark]:
    """The key marks of some divisions, in the order in which they hold."""
    if not codes:
        return []
    row = DivisionKeyMark
    found = (
        sa.select(row.division_code, row.is_key, row.effective_on)
        .where(row.division_code.in_(codes))
        .order_by(row.effective_on, row.recorded_at, row.id)
    )
    return [Mark(*mark) for mark in db.session.execute(found)]


def is_key_on(code: str, on: date | None = None) -> bool:
    """Whether a division was a key one on a day (today): decides the subsidy's class. Raises DivisionNotFound."""
    return keys_on(marks_of([code]), on or clock.today()).get(code, get_division(code).is_key)


__all__ = [
    "county_division",
    "division_name",
    "division_names",
    "find_division",
    "get_county",
    "get_division",
    "is_key_on",
    "list_divisions",
    "load_county_files",
    "mark_key",
    "marks_of",
    "name_on",
    "place_of",
]
