"""Courses and sessions: planning, moving, finding, counting."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import county_of, covers, in_scope, require_scope, township_of
from stations import service as stations_service
from training import rules
from training.errors import TooEarly
from training.models import SESSION_MOVES, Attendance, Course, SessionStatus, TrainingSession
from training.permissions import TRAINING_MANAGE
from training.rules import Turnout


def list_courses() -> Sequence[Course]:
    """All courses by name."""
    return db.session.scalars(sa.select(Course).order_by(Course.name)).all()


def _course(name: str, hours: int) -> Course:
    found = db.session.scalar(sa.select(Course).where(Course.name == name))
    if found is None:
        found = Course(name=name, hours=hours, created_at=clock.now())
        db.session.add(found)
        db.session.flush()
    return found


@command
@idempotent
def plan_session(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    course_name: str,
    hours: int,
    division_code: str,
    place: str,
    teacher: str,
    starts_at: datetime,
) -> TrainingSession:
    """Plan a session; the course is made when its name is new.

    Raises NotFound when the division is outside the actor's scope, InvalidInput (fields ``hours``,
    ``division_code``) for hours out of 1 to 80 and a division that does not exist.
    """
    actor.require(TRAINING_MANAGE)
    require_scope(actor, division_code)
    if stations_service.find_division(division_code) is None:
        raise InvalidInput(_l("请从名单里选地方。"), field="division_code")
    if not 1 <= hours <= 80:
        raise InvalidInput(_l("学时请填 1 到 80 之间的整数。"), field="hours")
    course = _course(" ".join(course_name.split()), hours)
    session = TrainingSession(
        code=_free_code(),
        course=course,
        course_name=course.name,
        division_code=division_code,
        place=place.strip(),
        teacher=teacher.strip(),
        starts_at=starts_at,
        hours=hours,
        status=SessionStatus.PLANNED,
        status_reason="",
        created_at=clock.now(),
    )
    db.session.add(session)
    db.session.flush()
    note(actor, "training.planned", session, f"安排培训“{course.name}”，地点{session.place}，老师{session.teacher}")
    return session


def _free_code() -> str:
    """Six digits that no other session has: short enough to be read out in a hall."""
    while True:
        code = ids.random_code(5)
        if db.session.scalar(sa.select(TrainingSession.id).where(TrainingSession.code == code)) is None:
            return code


@command
@idempotent
def move_session(
    *, actor: Actor, request_id: uuid.UUID | None, session_id: uuid.UUID, new_status: SessionStatus, reason: str = ""
) -> TrainingSession:
    """Open, close, reopen or cancel a session.

    Raises IllegalMove, TooEarly when signing in is opened before the day, InvalidInput when cancelling without a
    reason, NotFound outside the scope.
    """
    actor.require(TRAINING_MANAGE)
    session = session_in_scope(actor, session_id)
    SESSION_MOVES.check(session.status, new_status)
    if new_status is SessionStatus.CANCELLED and not reason.strip():
        raise InvalidInput(_l("取消请写明原因。"), field="reason")
    if new_status is SessionStatus.OPEN and not rules.may_open(clock.local(session.starts_at).date(), clock.today()):
        raise TooEarly
    old, session.status, session.status_reason = session.status, new_status, reason.strip()
    text = f"培训“{session.course_name}”从“{old.label}”改为“{new_status.label}”"
    note(actor, "training.moved", session, text + (f"：{session.status_reason}" if session.status_reason else ""))
    return session


def session_in_scope(actor: Actor, session_id: uuid.UUID) -> TrainingSession:
    """A session that lies in the actor's scope: to change it, or to read its names. Raises NotFound."""
    session = db.session.get(TrainingSession, session_id)
    if session is None:
        raise NotFound(_l("没有这场培训。"))
    require_scope(actor, session.division_code)
    return session


def get_session(actor: Actor, session_id: uuid.UUID) -> TrainingSession:
    """A session in the actor's scope, or held for a division above it. Raises NotFound."""
    session = db.session.get(TrainingSession, session_id)
    if session is None or not rules.concerns(actor.scope_code, session.division_code):
        raise NotFound(_l("没有这场培训。"))
    return session


def may_see_names(actor: Actor, session: TrainingSession) -> bool:
    """Whether the actor may read who was there: only where the session lies in their scope."""
    return covers(actor.scope_code, session.division_code)


def find_open_session(code: str) -> TrainingSession | None:
    """The session people sign in to with this code, while it is open."""
    try:
        bare = ids.check_code(code)
    except ValueError:
        return None
    query = sa.select(TrainingSession).where(TrainingSession.code == bare, TrainingSession.status == SessionStatus.OPEN)
    return db.session.scalar(query)


# -- lists ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SessionFilter:
    """What the list is narrowed to: ``q`` searches course, place and teacher; ``month`` is ``"2026-10"``."""

    q: str = ""
    status: SessionStatus | None = None
    month: str = ""
    township: str = ""


def _chosen(actor: Actor, f: SessionFilter) -> list[sa.ColumnElement[bool]]:
    scope, column = actor.scope_code, TrainingSession.division_code
    conditions = [sa.or_(in_scope(column, scope), column.in_([county_of(scope), township_of(scope)]))]
    if f.q.strip():
        columns = (TrainingSession.course_name, TrainingSession.place, TrainingSession.teacher)
        conditions.append(sa.or_(*(c.icontains(f.q.strip(), autoescape=True) for c in columns)))
    if f.status is not None:
        conditions.append(TrainingSession.status == f.status)
    if f.month:
        start, end = clock.month_bounds(f.month)
        conditions += [TrainingSession.starts_at >= start, TrainingSession.starts_at < end]
    if f.township:
        conditions.append(in_scope(column, f.township))
    return conditions


def list_sessions(actor: Actor, f: SessionFilter | None = None) -> sa.Select[Any]:
    """The query for the sessions that concern the actor with their person-times, newest first.

    Rows are ``(session, person_times)``.
    """
    person_times = (
        sa.select(sa.func.count())
        .where(Attendance.session_id == TrainingSession.id, Attendance.struck_at.is_(None))
        .scalar_subquery()
        .label("person_times")
    )
    query = sa.select(TrainingSession, person_times).where(*_chosen(actor, f or SessionFilter()))
    return query.order_by(TrainingSession.starts_at.desc(), TrainingSession.id.desc())


def rows_of_sessions(actor: Actor, f: SessionFilter) -> Sequence[Any]:
    """All rows of :func:`list_sessions`, for export."""
    return db.session.execute(list_sessions(actor, f)).all()


def turnout(actor: Actor, f: SessionFilter | None = None) -> Turnout:
    """Person-times and persons of the sessions that :func:`list_sessions` finds; struck-out names count for nothing."""
    query = (
        sa.select(sa.func.count(), sa.func.count(sa.distinct(Attendance.trainee_id)))
        .select_from(Attendance)
        .join(TrainingSession)
        .where(Attendance.struck_at.is_(None), *_chosen(actor, f or SessionFilter()))
    )
    person_times, persons = db.session.execute(query).one()
    return Turnout(person_times, persons)


def note(actor: Actor, action: str, session: TrainingSession, text: str) -> None:
    """An entry in the session's history."""
    audit.record(actor=actor, action=action, subject=session, division_code=session.division_code, text=text)
