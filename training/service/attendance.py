"""Who was there: signing in, ticking, striking out."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import county_of, in_scope, require_scope, township_of
from stations import service as stations_service
from training import rules
from training.errors import AlreadySignedIn, SignInClosed
from training.models import Attendance, SessionStatus, Trainee, TraineeCategory, TrainingSession
from training.permissions import TRAINING_MANAGE
from training.service.sessions import note, session_in_scope

NAMES_IN_NOTE = 12


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

    The same name and phone is the same person, who keeps village and category from the first time. Raises
    SignInClosed outside the session's time or status, AlreadySignedIn for the second time, InvalidInput (fields
    ``name``, ``division_code``).
    """
    session = _session_to_sign(actor, session_id, by_themselves)
    if not rules.one_name(name):
        raise InvalidInput(_l("请写姓名。"), field="name")
    if stations_service.find_division(division_code) is None:
        raise InvalidInput(_l("请从名单里选村。"), field="division_code")
    trainee = _trainee(rules.one_name(name), phone, division_code, category, from_poor_household)
    if not _put_on_list(session, [trainee], trainee.name if by_themselves else actor.name):
        raise AlreadySignedIn(_l("%(name)s已经签过到了，不用再签。", name=trainee.name), field="name")
    attendance = db.session.scalars(_live(session.id, [trainee.id])).one()
    how = "用签到码签到" if by_themselves else "由老师代为登记"
    audit.record(
        actor=actor,
        action="training.signed_in",
        subject=attendance,
        division_code=session.division_code,
        text=f"{trainee.name}{how}：“{session.course_name}”",
    )
    return attendance


@command
@idempotent
def sign_in_known(
    *, actor: Actor, request_id: uuid.UUID | None, session_id: uuid.UUID, trainee_ids: Collection[uuid.UUID]
) -> TrainingSession:
    """Tick people who were trained before. Who is on the list already stays there, once.

    Raises SignInClosed, NotFound for a person whom :func:`known_people` does not offer, InvalidInput for nobody.
    """
    session = _session_to_sign(actor, session_id, by_themselves=False)
    if not trainee_ids:
        raise InvalidInput(_l("还没有勾选谁。"))
    wanted = set(trainee_ids)
    people = db.session.scalars(sa.select(Trainee).where(Trainee.id.in_(wanted), _near(session))).all()
    if len(people) < len(wanted):
        raise NotFound(_l("没有找到这个人。"))
    added = _put_on_list(session, people, actor.name)
    if added:
        names = "、".join(sorted(person.name for person in added)[:NAMES_IN_NOTE])
        more = "等" if len(added) > NAMES_IN_NOTE else ""
        note(actor, "training.ticked", session, f"勾选 {len(added)} 人签到：{names}{more}")
    return session


@dataclass(frozen=True)
class Person:
    """A line of a paper sign-in sheet."""

    name: str
    phone: str
    division_code: str
    category: TraineeCategory
    from_poor_household: bool = False


@command
@idempotent
def sign_in_list(
    *, actor: Actor, request_id: uuid.UUID | None, session_id: uuid.UUID, people: Sequence[Person]
) -> TrainingSession:
    """Enter a whole paper list at once; who is on it twice, or on the session's list already, counts once.

    Raises SignInClosed, InvalidInput (field ``people``) for a line without a name or with an unknown village.
    """
    session = _session_to_sign(actor, session_id, by_themselves=False)
    lines = {(person.phone, rules.one_name(person.name)): person for person in people}
    places = {person.division_code for person in people}
    if any(not name for _phone, name in lines) or len(stations_service.division_names(places)) < len(places):
        raise InvalidInput(_l("每一行都要有姓名和名单里的村。"), field="people")
    trainees = _trainees(lines)
    there = {a.trainee_id for a in db.session.scalars(_live(session.id, [t.id for t in trainees]))}
    new = [trainee for trainee in trainees if trainee.id not in there]
    facts = {"session_id": session.id, "signed_at": clock.now(), "signed_by": actor.name}
    if new:
        db.session.execute(sa.insert(Attendance), [facts | {"trainee_id": trainee.id} for trainee in new])
        note(actor, "training.list_entered", session, f"录入签到表 {len(new)} 人")
    return session


def _trainees(lines: Mapping[tuple[str, str], Person]) -> list[Trainee]:
    """The people of a list, those who come for the first time made, in two queries and one insert."""
    known = _known_of(lines)
    new = [
        {
            "name": name,
            "phone": phone,
            "division_code": person.division_code,
            "category": person.category,
            "from_poor_household": person.from_poor_household,
            "created_at": clock.now(),
        }
        for (phone, name), person in lines.items()
        if (phone, name) not in known
    ]
    if new:
        db.session.execute(sa.insert(Trainee), new)
        known = _known_of(lines)
    return [known[key] for key in lines]


def _known_of(lines: Mapping[tuple[str, str], Person]) -> dict[tuple[str, str], Trainee]:
    found = db.session.scalars(sa.select(Trainee).where(Trainee.phone.in_({phone for phone, _name in lines})))
    return {(t.phone, t.name): t for t in found if (t.phone, t.name) in lines}


def _session_to_sign(actor: Actor, session_id: uuid.UUID, by_themselves: bool) -> TrainingSession:
    if by_themselves:
        session = db.session.get_one(TrainingSession, session_id)
        if not rules.may_sign_in(session.starts_at, session.hours, clock.now()):
            raise SignInClosed(_l("现在不是签到时间，请找老师。"))
    else:
        actor.require(TRAINING_MANAGE)
        session = session_in_scope(actor, session_id)
    if session.status is not SessionStatus.OPEN:
        raise SignInClosed(_l("这场培训现在不能签到。"))
    return session


def _trainee(name: str, phone: str, division_code: str, category: TraineeCategory, poor: bool) -> Trainee:
    """The person with that name and phone; made when they come for the first time."""
    known = sa.select(Trainee).where(Trainee.phone == phone, Trainee.name == name)
    found = db.session.scalar(known)
    if found is not None:
        return found
    person = Trainee(
        name=name,
        phone=phone,
        division_code=division_code,
        category=category,
        from_poor_household=poor,
        created_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except sa.exc.IntegrityError:  # they tapped at two phones in the same instant
        return db.session.scalars(known).one()
    return person


def _put_on_list(session: TrainingSession, people: Sequence[Trainee], signed_by: str) -> list[Trainee]:
    """Add those who are not on the list yet; tells who was added."""
    there = {a.trainee_id for a in db.session.scalars(_live(session.id, [person.id for person in people]))}
    new = [person for person in people if person.id not in there]
    rows = [Attendance(session=session, trainee=person, signed_at=clock.now(), signed_by=signed_by) for person in new]
    try:
        with db.session.begin_nested():
            db.session.add_all(rows)
    except sa.exc.IntegrityError:
        raise AlreadySignedIn(_l("有人刚刚已经签过到了，请刷新再看。")) from None
    return new


def _live(session_id: uuid.UUID, trainee_ids: Sequence[uuid.UUID]) -> sa.Select[tuple[Attendance]]:
    return sa.select(Attendance).where(
        Attendance.session_id == session_id, Attendance.trainee_id.in_(trainee_ids), Attendance.struck_at.is_(None)
    )


@command
def strike_out(*, actor: Actor, attendance_id: uuid.UUID, reason: str) -> Attendance:
    """Take a mistaken name off a list; it stays visible, struck out, with the reason.

    Raises InvalidInput (field ``reason``) without one, NotFound outside the scope. A second time changes nothing.
    """
    actor.require(TRAINING_MANAGE)
    attendance = db.session.get(Attendance, attendance_id)
    if attendance is None:
        raise NotFound(_l("没有这条签到。"))
    require_scope(actor, attendance.session.division_code)
    why = reason.strip()
    if not why:
        raise InvalidInput(_l("请写明为什么划掉。"), field="reason")
    if attendance.struck_at is None:
        attendance.struck_at, attendance.struck_reason = clock.now(), why[:200]
        note(actor, "training.struck", attendance.session, f"从签到表划掉{attendance.trainee.name}：{why}")
    return attendance


def list_attendances(session: TrainingSession, *, struck: bool = True) -> Sequence[Attendance]:
    """The list of a session in the order of signing; struck-out names too, unless told otherwise."""
    query = sa.select(Attendance).where(Attendance.session_id == session.id).options(joinedload(Attendance.trainee))
    if not struck:
        query = query.where(Attendance.struck_at.is_(None))
    return db.session.scalars(query.order_by(Attendance.signed_at, Attendance.id)).all()


# -- people who were trained before -------------------------------------------------------------------


def _near(session: TrainingSession) -> sa.ColumnElement[bool]:
    """Who is offered to be ticked: people of the township where the session is held, at the county's anybody of it."""
    held_in = session.division_code
    return in_scope(Trainee.division_code, held_in if held_in == county_of(held_in) else township_of(held_in))


def known_people(session: TrainingSession, q: str = "") -> sa.Select[Any]:
    """The query for people of the place who are not on the session's list yet, by name; ``q``: name or phone tail."""
    there = sa.select(Attendance.trainee_id).where(Attendance.session_id == session.id, Attendance.struck_at.is_(None))
    query = sa.select(Trainee).where(_near(session), Trainee.id.not_in(there))
    if q.strip():
        words = q.strip()
        query = query.where(
            sa.or_(Trainee.name.contains(words, autoescape=True), Trainee.phone.endswith(words, autoescape=True))
        )
    return query.order_by(Trainee.division_code, Trainee.name, Trainee.id)


def count_known(session: TrainingSession) -> int:
    """How many people :func:`known_people` offers."""
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(known_people(session).order_by(None).subquery())) or 0
    )


def people_trained(
    scope_code: str,
    *,
    session_id: uuid.UUID | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> Sequence[Trainee]:
    """The persons, each once, who signed in to sessions held in a scope: to one, or to those between two days.

    Struck-out names count for nothing.
    """
    query = (
        sa.select(Attendance.trainee_id)
        .join(TrainingSession, TrainingSession.id == Attendance.session_id)
        .where(Attendance.struck_at.is_(None), in_scope(TrainingSession.division_code, scope_code))
    )
    if session_id is not None:
        query = query.where(TrainingSession.id == session_id)
    if first_day is not None:
        query = query.where(TrainingSession.starts_at >= clock.at_local(first_day))
    if last_day is not None:
        query = query.where(TrainingSession.starts_at < clock.at_local(last_day + timedelta(days=1)))
    return db.session.scalars(sa.select(Trainee).where(Trainee.id.in_(query)).order_by(Trainee.id)).all()
