"""Verbs and queries of training."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
import sqlalchemy.orm
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import in_scope, require_scope
from stations import service as stations_service
from training import rules
from training.errors import AlreadySignedIn, SignInClosed
from training.models import (
    SESSION_MOVES,
    Attendance,
    Course,
    SessionStatus,
    Trainee,
    TraineeCategory,
    TrainingSession,
)
from training.permissions import TRAINING_MANAGE
from training.rules import Turnout

# -- courses and sessions ---------------------------------------------------------------------


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

    Raises NotFound when the division is outside the actor's scope, InvalidInput for hours out of 1 to 80.
    """
    actor.require(TRAINING_MANAGE)
    require_scope(actor, division_code)
    if not 1 <= hours <= 80:
        raise InvalidInput(_l("学时请填 1 到 80 之间的整数。"), field="hours")
    course = _course(course_name.strip(), hours)
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
    _note(actor, "training.planned", session, f"安排培训“{course.name}”，地点{session.place}，老师{session.teacher}")
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
    """Open, close, reopen or cancel a session. Raises IllegalMove; InvalidInput when cancelling without a reason."""
    actor.require(TRAINING_MANAGE)
    session = get_session(actor, session_id)
    SESSION_MOVES.check(session.status, new_status)
    if new_status is SessionStatus.CANCELLED and not reason.strip():
        raise InvalidInput(_l("取消请写明原因。"), field="reason")
    old, session.status, session.status_reason = session.status, new_status, reason.strip()
    text = f"培训“{session.course_name}”从“{old.label}”改为“{new_status.label}”"
    _note(actor, "training.moved", session, text + (f"：{reason}" if reason else ""))
    return session


def get_session(actor: Actor, session_id: uuid.UUID) -> TrainingSession:
    """A session in the actor's scope, or held for a division above it. Raises NotFound."""
    session = db.session.get(TrainingSession, session_id)
    if session is None:
        raise NotFound(_l("没有这场培训。"))
    require_scope(actor, session.division_code)
    return session


def find_open_session(code: str) -> TrainingSession | None:
    """The session people sign in to with this code, while it is open."""
    try:
        bare = ids.check_code(code)
    except ValueError:
        return None
    query = sa.select(TrainingSession).where(TrainingSession.code == bare, TrainingSession.status == SessionStatus.OPEN)
    return db.session.scalar(query)


def list_sessions(
    actor: Actor, *, q: str = "", status: str = "", month: str = "", division_code: str = ""
) -> sa.Select[Any]:
    """The query for sessions in scope with their person-times, newest first.

    ``q`` searches course, place and teacher; ``month`` is ``"2026-10"``; rows are ``(session, person_times)``.
    """
    person_times = (
        sa.select(sa.func.count())
        .where(Attendance.session_id == TrainingSession.id, Attendance.struck_at.is_(None))
        .scalar_subquery()
        .label("person_times")
    )
    query = sa.select(TrainingSession, person_times).where(in_scope(TrainingSession.division_code, actor.scope_code))
    if q.strip():
        like = f"%{q.strip()}%"
        columns = (TrainingSession.course_name, TrainingSession.place, TrainingSession.teacher)
        query = query.where(sa.or_(*(c.ilike(like) for c in columns)))
    if status in {s.value for s in SessionStatus}:
        query = query.where(TrainingSession.status == status)
    if month:
        start, end = clock.month_bounds(month)
        query = query.where(TrainingSession.starts_at >= start, TrainingSession.starts_at < end)
    if division_code:
        query = query.where(in_scope(TrainingSession.division_code, division_code))
    return query.order_by(TrainingSession.starts_at.desc(), TrainingSession.id.desc())


def rows_of_sessions(actor: Actor, **chosen: str) -> Sequence[Any]:
    """All rows of :func:`list_sessions`, for export."""
    return db.session.execute(list_sessions(actor, **chosen)).all()


# -- signing in -----------------------------------------------------------------------------------


@command
@idempotent
def sign_in(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    session_id: uuid.UUID,
    name: str,
    phone: str,
    division_code: str,
    category: TraineeCategory,
    from_poor_household: bool = False,
    by_themselves: bool = False,
) -> Attendance:
    """Put a person on a session's list.

    The same name and phone is the same person. Raises SignInClosed outside the session's time or status,
    AlreadySignedIn for the second time, InvalidInput when the division does not exist.
    """
    session = _session_to_sign(actor, session_id, by_themselves)
    if stations_service.find_division(division_code) is None:
        raise InvalidInput(_l("请从名单里选村。"), field="division_code")
    trainee = _trainee(name.strip(), phone, division_code, category, from_poor_household)
    if _attendance(session.id, trainee.id) is not None:
        raise AlreadySignedIn(_l("%(name)s已经签过到了。", name=trainee.name), field="name")
    attendance = Attendance(
        session=session,
        trainee=trainee,
        signed_at=clock.now(),
        signed_by=trainee.name if by_themselves else actor.name,
    )
    db.session.add(attendance)
    db.session.flush()
    return attendance


def _session_to_sign(actor: Actor, session_id: uuid.UUID, by_themselves: bool) -> TrainingSession:
    if by_themselves:
        session = db.session.get_one(TrainingSession, session_id)
        if not rules.may_sign_in(session.starts_at, session.hours, clock.now()):
            raise SignInClosed(_l("现在不是签到时间。"))
    else:
        actor.require(TRAINING_MANAGE)
        session = get_session(actor, session_id)
    if session.status is not SessionStatus.OPEN:
        raise SignInClosed(_l("这场培训现在不能签到。"))
    return session


def _trainee(name: str, phone: str, division_code: str, category: TraineeCategory, poor: bool) -> Trainee:
    found = db.session.scalar(sa.select(Trainee).where(Trainee.phone == phone, Trainee.name == name))
    if found is None:
        found = Trainee(
            name=name,
            phone=phone,
            division_code=division_code,
            category=category,
            from_poor_household=poor,
            created_at=clock.now(),
        )
        db.session.add(found)
        db.session.flush()
    return found


def _attendance(session_id: uuid.UUID, trainee_id: uuid.UUID) -> Attendance | None:
    return db.session.scalar(
        sa.select(Attendance).where(
            Attendance.session_id == session_id, Attendance.trainee_id == trainee_id, Attendance.struck_at.is_(None)
        )
    )


@command
def strike_out(*, actor: Actor, attendance_id: uuid.UUID, reason: str) -> Attendance:
    """Take a mistaken name off a list; it stays visible, struck out, with the reason."""
    actor.require(TRAINING_MANAGE)
    attendance = db.session.get(Attendance, attendance_id)
    if attendance is None:
        raise NotFound(_l("没有这条签到。"))
    require_scope(actor, attendance.session.division_code)
    if not reason.strip():
        raise InvalidInput(_l("请写明为什么划掉。"), field="reason")
    if attendance.struck_at is None:
        attendance.struck_at, attendance.struck_reason = clock.now(), reason.strip()
        _note(actor, "training.struck", attendance.session, f"从签到表划掉{attendance.trainee.name}：{reason.strip()}")
    return attendance


def list_attendances(session: TrainingSession) -> Sequence[Attendance]:
    """The list of a session in the order of signing, struck-out names included."""
    return db.session.scalars(
        sa.select(Attendance)
        .where(Attendance.session_id == session.id)
        .options(sa.orm.joinedload(Attendance.trainee))
        .order_by(Attendance.signed_at, Attendance.id)
    ).all()


def turnout(actor: Actor, *, start: date | None = None, until: date | None = None) -> Turnout:
    """Person-times and persons in the actor's scope, from ``start`` to before ``until`` (county days)."""
    query = (
        sa.select(Attendance.session_id, Attendance.trainee_id)
        .join(TrainingSession)
        .where(Attendance.struck_at.is_(None), in_scope(TrainingSession.division_code, actor.scope_code))
    )
    if start:
        query = query.where(TrainingSession.starts_at >= clock.at_local(start))
    if until:
        query = query.where(TrainingSession.starts_at < clock.at_local(until))
    return rules.turnout((row[0], row[1]) for row in db.session.execute(query))


def _note(actor: Actor, action: str, session: TrainingSession, text: str) -> None:
    audit.record(actor=actor, action=action, subject=session, division_code=session.division_code, text=text)
