"""Divisions merge and change their names; what stood in them follows, and past days stay as they were."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import g, has_app_context
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, scope
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.scope import county_of, covers, in_range, township_of
from stations.errors import DivisionNotFound, ReasonNeeded
from stations.models import Division, DivisionKeyMark, DivisionMerger, DivisionRename, Level, Station, StationVillage
from stations.permissions import DIVISIONS_EDIT
from stations.rules.mergers import Mergeable, Merger, absorbed, check_merger, followed
from stations.rules.names import short_name, short_names
from stations.rules.profile import check_since

_KEPT = "_division_mergers"


@dataclass(frozen=True)
class Touched:
    """What a merger touches: the villages and stations that follow, the neighbours that are served there."""

    villages: Sequence[Division]
    stations: Sequence[Station]
    served: int
    is_key: bool


def mergers() -> list[Merger]:
    """Every merger, in the order in which they happened; read once for each request."""
    if _KEPT not in g:
        rows = sa.select(DivisionMerger.division_code, DivisionMerger.into_code, DivisionMerger.effective_on).order_by(
            DivisionMerger.effective_on, DivisionMerger.recorded_at
        )
        with db.session.no_autoflush:
            found = [Merger(*row) for row in db.session.execute(rows)]
        setattr(g, _KEPT, found)
    known: list[Merger] = getattr(g, _KEPT)
    return known


def merged_on(on: date) -> dict[str, str]:
    """For each division merged by a day, where it is then."""
    return followed(mergers(), on)


def _absorbed_by_today(code: str) -> Collection[str]:
    return absorbed(code, merged_on(clock.today())) if has_app_context() else ()


scope.follow_mergers(_absorbed_by_today)


def within(
    column: sa.ColumnElement[str] | sa.orm.InstrumentedAttribute[str], code: str, on: date
) -> sa.ColumnElement[bool]:
    """The SQL condition for "lay in that division on that day"."""
    return sa.or_(*(in_range(column, one) for one in (code, *absorbed(code, merged_on(on)))))


@command
@idempotent
def merge_division(
    *, actor: Actor, request_id: uuid.UUID | None = None, code: str, into_code: str, effective_on: date, reason: str
) -> DivisionMerger:
    """From a day on, a village is part of another village, or a township of another township.

    Its stations and villages follow, all codes stay. Raises DivisionNotFound, InvalidInput, WrongDay, ReasonNeeded.
    """
    actor.require(DIVISIONS_EDIT)
    old, into = _both(actor, code, into_code)
    known = mergers()
    last_in = max((merger.on for merger in known if merger.into == code), default=None)
    check_merger(_seen(old), _seen(into), effective_on, clock.today(), last_in)
    _check_reason(reason)
    row = DivisionMerger(
        recorded_at=clock.now(),
        division_code=code,
        into_code=into_code,
        effective_on=effective_on,
        reason=reason.strip(),
        actor_name=actor.name,
    )
    db.session.add(row)
    old.valid_to = effective_on
    for village in _children(code):
        village.parent_code = into_code
    db.session.flush()
    g.pop(_KEPT, None)
    text = f"{old.short_name}自 {effective_on.isoformat()} 起并入{into.short_name}。{reason.strip()}"
    for subject in (old, into):
        audit.record(
            actor=actor,
            action="stations.division_merged",
            subject=subject,
            text=text,
            division_code=subject.code,
            data={"code": code, "into": into_code, "effective_on": effective_on.isoformat()},
        )
    return row


def _both(actor: Actor, code: str, into_code: str) -> tuple[Division, Division]:
    found = db.session.scalars(
        sa.select(Division).where(Division.code.in_([code, into_code])).order_by(Division.code).with_for_update()
    )
    by_code = {division.code: division for division in found if covers(actor.scope_code, division.code)}
    if code not in by_code or into_code not in by_code:
        raise DivisionNotFound
    return by_code[code], by_code[into_code]


def _seen(division: Division) -> Mergeable:
    return Mergeable(division.code, division.short_name, division.level, division.valid_from, division.valid_to)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonNeeded(_l("请写明依据，例如文件名和文号。"))


def _children(code: str) -> Sequence[Division]:
    return db.session.scalars(sa.select(Division).where(Division.parent_code == code).order_by(Division.code)).all()


def touched_by(*, actor: Actor, code: str) -> Touched:
    """What would follow if this division went into another one. Raises DivisionNotFound."""
    division = db.session.get(Division, code)
    if division is None or not covers(actor.scope_code, code):
        raise DivisionNotFound
    stations = sa.select(Station).where(within(Station.division_code, code, clock.today())).order_by(Station.code)
    served = sa.select(sa.func.count()).where(
        within(StationVillage.village_code, code, clock.today()), StationVillage.valid_to.is_(None)
    )
    return Touched(
        villages=[child for child in _children(code) if child.valid_to is None],
        stations=db.session.scalars(stations).all(),
        served=db.session.scalar(served) or 0,
        is_key=division.is_key,
    )


@command
@idempotent
def rename_division(
    *, actor: Actor, request_id: uuid.UUID | None = None, code: str, new_name: str, effective_on: date, reason: str
) -> DivisionRename:
    """From a day on, a division has another official name; the everyday name follows from it.

    Raises DivisionNotFound, InvalidInput at ``new_name``, WrongDay in the future or before the last change of name,
    ReasonNeeded.
    """
    actor.require(DIVISIONS_EDIT)
    division = db.session.get(Division, code, with_for_update=True)
    if division is None or not covers(actor.scope_code, code):
        raise DivisionNotFound
    new_name = new_name.strip()
    if not new_name or new_name == division.name:
        raise InvalidInput(_l("请写新的名称。"), field="new_name")
    if division.valid_to is not None:
        raise InvalidInput(_l("%(name)s已经撤并。", name=division.short_name), field="new_name")
    last = db.session.scalar(
        sa.select(sa.func.max(DivisionRename.effective_on)).where(DivisionRename.division_code == code)
    )
    check_since(effective_on, last, clock.today(), "effective_on")
    _check_reason(reason)
    row = DivisionRename(
        recorded_at=clock.now(),
        division_code=code,
        old_name=division.name,
        new_name=new_name,
        effective_on=effective_on,
        reason=reason.strip(),
        actor_name=actor.name,
    )
    db.session.add(row)
    text = f"{division.name}自 {effective_on.isoformat()} 起更名为{new_name}。{reason.strip()}"
    division.name, division.short_name = new_name, _everyday(division, new_name)
    audit.record(actor=actor, action="stations.division_renamed", subject=division, text=text, division_code=code)
    db.session.flush()
    return row


def _everyday(division: Division, name: str) -> str:
    """The everyday name, in full where a sister would have the same."""
    if division.level is not Level.VILLAGE:
        return name
    sisters = sa.select(Division.code, Division.name).where(
        in_range(Division.code, township_of(division.code)), Division.level == Level.VILLAGE
    )
    names = {row.code: row.name for row in db.session.execute(sisters)} | {division.code: name}
    return short_names(names)[division.code]


@dataclass(frozen=True)
class Happened:
    """Something in the life of a division: what, why, from which day."""

    what: str
    why: str
    on: date


def life_of(code: str) -> list[Happened]:
    """Names, marks and mergers of a division, newest first."""
    return sorted(_events(code), key=lambda event: event.on, reverse=True)


def _events(code: str) -> Iterable[Happened]:
    names = _names(code)
    for rename in _rows(DivisionRename, DivisionRename.division_code == code):
        why = " · ".join(filter(None, (rename.reason, rename.actor_name)))
        yield Happened(
            str(_l("%(old)s更名为%(new)s", old=rename.old_name, new=rename.new_name)), why, rename.effective_on
        )
    for mark in _rows(DivisionKeyMark, DivisionKeyMark.division_code == code):
        word = _l("标为重点") if mark.is_key else _l("取消重点标记")
        yield Happened(str(word), f"{mark.reason} · {mark.actor_name}", mark.effective_on)
    for merger in _rows(DivisionMerger, sa.or_(DivisionMerger.division_code == code, DivisionMerger.into_code == code)):
        what = _l(
            "%(old)s并入%(into)s",
            old=names.get(merger.division_code, merger.division_code),
            into=names.get(merger.into_code, merger.into_code),
        )
        yield Happened(str(what), f"{merger.reason} · {merger.actor_name}", merger.effective_on)


def _rows(model: type, where: sa.ColumnElement[bool]) -> Sequence:
    return db.session.scalars(sa.select(model).where(where).order_by(model.effective_on, model.recorded_at)).all()


def _names(code: str) -> dict[str, str]:
    county = sa.select(Division.code, Division.short_name).where(in_range(Division.code, county_of(code)))
    return {row.code: row.short_name for row in db.session.execute(county)}


@dataclass(frozen=True)
class PlaceNames:
    """What a place was called on a day: its township (the county's own name at the county's level) and its village."""

    township_code: str
    township: str
    village: str

    @property
    def full(self) -> str:
        """龙潭镇包家村."""
        return self.township + self.village


def places_on(codes: Iterable[str], on: date | None = None) -> dict[str, PlaceNames]:
    """Where divisions lay and what they were called on a day (today), by code; unknown codes are left out."""
    on, wanted = on or clock.today(), set(codes)
    merged = merged_on(on)
    at = {code: merged.get(code, code) for code in wanted}
    towns = {code: merged.get(township_of(place), township_of(place)) for code, place in at.items()}
    names = names_of({*at.values(), *towns.values()}, on)
    return {
        code: PlaceNames(towns[code], names.get(towns[code], ""), "" if place == towns[code] else names[place])
        for code, place in at.items()
        if place in names
    }


def names_of(codes: Collection[str], on: date) -> dict[str, str]:
    """The everyday names of divisions on a day, by code."""
    if not codes:
        return {}
    found = sa.select(Division.code, Division.short_name).where(Division.code.in_(codes))
    names = {row.code: row.short_name for row in db.session.execute(found)}
    if on < clock.today():
        later = (
            sa.select(DivisionRename.division_code, DivisionRename.old_name)
            .where(DivisionRename.division_code.in_(codes), DivisionRename.effective_on > on)
            .order_by(DivisionRename.effective_on.desc(), DivisionRename.recorded_at.desc())
        )
        names |= {row.division_code: short_name(row.old_name) for row in db.session.execute(later)}
    return names
