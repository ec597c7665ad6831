"""Phone checks: drawing a sample, calling, replacing, and drawing again to compare."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.core import audit, clock, format
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import in_scope, require_scope
from stations.models import Station
from stations.models.phone_check import (
    ABOUT_TRAINING,
    CallResult,
    PhoneCheck,
    PhoneCheckCall,
    PhoneCheckPerson,
    PhoneSubject,
)
from stations.permissions import PHONE_CHECKS_CALL, PHONE_CHECKS_READ
from stations.rules import phone_checks as rules
from stations.rules import sampling
from stations.rules.inspection_figures import PhoneFigures, phone_figures
from stations.service.inspection.queries import Redrawn


@dataclass(frozen=True)
class Reachable:
    """Somebody who may be called, as known today."""

    id: uuid.UUID
    name: str
    phone: str
    place_name: str
    station_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Among:
    """Whose people are called: the subject, its name, its place in the tree, and what it refers to."""

    subject: PhoneSubject
    name: str
    division_code: str
    round_id: uuid.UUID | None = None
    station_id: uuid.UUID | None = None
    session_id: uuid.UUID | None = None
    first_day: date | None = None
    last_day: date | None = None


@command
@idempotent
def draw_check(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    among: Among,
    population: Sequence[Reachable],
    seed: str,
    sample_size: int,
    purpose: str,
) -> PhoneCheck:
    """Draw ``sample_size`` of the population by the seed and copy whom to call; the ids of all are kept.

    Raises InvalidInput at ``subject``, ``sample_size``, ``seed``.
    """
    actor.require(PHONE_CHECKS_CALL)
    require_scope(actor, among.division_code)
    rules.check_seed(seed)
    by_id = {str(person.id): person for person in population}
    rules.check_size(sample_size, len(by_id))
    check = PhoneCheck(
        subject=among.subject,
        subject_name=among.name[:100],
        division_code=among.division_code,
        round_id=among.round_id,
        station_id=among.station_id,
        session_id=among.session_id,
        first_day=among.first_day,
        last_day=among.last_day,
        purpose=purpose.strip(),
        population=sorted(by_id),
        population_size=len(by_id),
        population_sha256=sampling.fingerprint(by_id),
        seed=seed,
        sample_size=sample_size,
        drawn_at=clock.now(),
        drawn_by=actor.name,
    )
    db.session.add(check)
    db.session.flush()
    drawn = sampling.draw(by_id, sample_size, seed)
    db.session.add_all(_person(check, by_id[one], n) for n, one in enumerate(drawn, 1))
    db.session.flush()
    text = f"电话抽查“{check.subject_name}”：{len(by_id)} 人里抽 {sample_size} 人，种子 {seed}"
    _note(actor, check, "drawn", text, population_sha256=check.population_sha256)
    return check


def _person(check: PhoneCheck, known: Reachable, position: int, replaces: int | None = None) -> PhoneCheckPerson:
    return PhoneCheckPerson(
        check_id=check.id,
        position=position,
        subject_id=known.id,
        name=known.name[:64],
        phone=known.phone,
        place_name=known.place_name[:100],
        station_id=known.station_id,
        replaces_position=replaces,
        attempts=0,
    )


def _note(actor: Actor, check: PhoneCheck, verb: str, text: str, **data: Any) -> None:
    audit.record(
        actor=actor,
        action=f"stations.phone_check_{verb}",
        subject=check,
        division_code=check.division_code,
        text=text,
        data=data,
    )


@command
@idempotent
def record_call(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    person_id: uuid.UUID,
    result: CallResult,
    knows: bool | None = None,
    satisfied: int | None = None,
    attended: bool | None = None,
    remark: str = "",
) -> PhoneCheckCall:
    """Write down one call, made now. Earlier ones stay; the last one counts. Raises InvalidInput at the field."""
    actor.require(PHONE_CHECKS_CALL)
    person = _locked(actor, person_id)
    if person.replaced_reason:
        raise InvalidInput(_l("这一位已经换人，不用再打。"))
    training = person.check.about_training
    if result is not CallResult.REACHED:
        knows = satisfied = attended = None
    knows, attended = (None, attended) if training else (knows, None)
    rules.check_answers(result, about_training=training, knows=knows, satisfied=satisfied, attended=attended)
    call = PhoneCheckCall(
        recorded_at=clock.now(),
        person_id=person.id,
        result=result,
        knows=knows,
        satisfied=satisfied,
        attended=attended,
        remark=remark.strip(),
        called_at=clock.now(),
        caller_name=actor.name,
    )
    db.session.add(call)
    person.result, person.knows, person.satisfied, person.attended = result, knows, satisfied, attended
    person.attempts, person.last_called_at = person.attempts + 1, call.called_at
    db.session.flush()
    db.session.expire(person, ["calls"])
    _note(actor, person.check, "called", f"第 {person.position} 位（{format.phone(person.phone)}）：{result.label}")
    return call


@command
@idempotent
def replace_person(
    *, actor: Actor, request_id: uuid.UUID | None, person_id: uuid.UUID, reachable: Sequence[Reachable], reason: str
) -> PhoneCheckPerson:
    """Put the next of the drawing's order in somebody's place; returns the one who came in.

    ``reachable`` are the people as known now; who left the register since the drawing is passed over, in the order.
    Raises InvalidInput when the person was reached, was not called often enough, or nobody is left.
    """
    actor.require(PHONE_CHECKS_CALL)
    person = _locked(actor, person_id)
    if person.replaced_reason:
        raise InvalidInput(_l("这一位已经换过人。"))
    rules.check_replaceable(person.result, person.attempts)
    if not reason.strip():
        raise InvalidInput(_l("请写明原因。"), field="reason")
    check = person.check
    drawn = {p.subject_id for p in check.people}
    by_id = {str(one.id): one for one in reachable if one.id not in drawn}
    following = [one for one in sampling.order(check.population, check.seed) if one in by_id]
    if not following:
        raise InvalidInput(_l("名单里没有人可以换了。"))
    last = max(p.position for p in check.people)
    new = _person(check, by_id[following[0]], last + 1, person.position)
    db.session.add(new)
    person.replaced_reason = reason.strip()
    db.session.flush()
    db.session.expire(check, ["people"])
    _note(actor, check, "replaced", f"第 {person.position} 位换成第 {new.position} 位：{person.replaced_reason}")
    return new


def _locked(actor: Actor, person_id: uuid.UUID) -> PhoneCheckPerson:
    """A person with their check held until the command ends: numbers and attempts are counted one by one."""
    known = get_person(actor, person_id)
    db.session.scalars(sa.select(PhoneCheck.id).where(PhoneCheck.id == known.check_id).with_for_update()).one()
    return db.session.get_one(PhoneCheckPerson, person_id, populate_existing=True)


def may_replace(person: PhoneCheckPerson) -> bool:
    """Whether somebody's place may be taken by the next one now."""
    try:
        rules.check_replaceable(person.result, person.attempts)
    except InvalidInput:
        return False
    return not person.replaced_reason


# -- looking up ----------------------------------------------------------------------------------


def get_check(actor: Actor, check_id: uuid.UUID) -> PhoneCheck:
    """A phone check. Raises NotFound, also outside the scope."""
    actor.require(PHONE_CHECKS_READ)
    found = db.session.get(PhoneCheck, check_id)
    if found is None:
        raise NotFound(_l("没有找到这次电话抽查。"))
    require_scope(actor, found.division_code)
    return found


def get_person(actor: Actor, person_id: uuid.UUID) -> PhoneCheckPerson:
    """Somebody who was drawn. Raises NotFound."""
    found = db.session.get(PhoneCheckPerson, person_id)
    if found is None:
        raise NotFound(_l("没有找到这个人。"))
    get_check(actor, found.check_id)
    return found


def query_checks(actor: Actor, *, q: str = "", subject: PhoneSubject | None = None) -> sa.Select[Any]:
    """Query: rows (check, called, reached), latest first."""
    p = PhoneCheckPerson
    called = sa.select(sa.func.count()).where(p.check_id == PhoneCheck.id, p.result.is_not(None))
    reached = sa.select(sa.func.count()).where(p.check_id == PhoneCheck.id, p.result == CallResult.REACHED)
    query = sa.select(PhoneCheck, called.scalar_subquery().label("called"), reached.scalar_subquery().label("reached"))
    query = query.where(in_scope(PhoneCheck.division_code, actor.scope_code))
    if q.strip():
        columns = (PhoneCheck.subject_name, PhoneCheck.purpose)
        query = query.where(sa.or_(*(column.contains(q.strip(), autoescape=True) for column in columns)))
    if subject is not None:
        query = query.where(PhoneCheck.subject == subject)
    return query.order_by(PhoneCheck.drawn_at.desc(), PhoneCheck.id.desc())


def query_people(
    check_id: uuid.UUID, *, result: CallResult | None = None, waiting: bool = False, q: str = ""
) -> sa.Select[Any]:
    """Query: the people of a check in the order of the drawing; ``waiting``: who is still to be called."""
    p = PhoneCheckPerson
    query = sa.select(p).where(p.check_id == check_id).order_by(p.position)
    if result is not None:
        query = query.where(p.result == result)
    if waiting:
        unsettled = sa.or_(p.result.is_(None), p.result == CallResult.NOT_REACHED)
        query = query.where(unsettled, p.replaced_reason == "")
    if q.strip():
        query = query.where(sa.or_(p.name.contains(q.strip(), autoescape=True), p.phone.endswith(q.strip())))
    return query


def all_people(check: PhoneCheck) -> Sequence[PhoneCheckPerson]:
    """Everybody who was drawn, with their calls."""
    query = query_people(check.id).options(selectinload(PhoneCheckPerson.calls))
    return db.session.scalars(query).all()


def next_to_call(check: PhoneCheck, after: int) -> PhoneCheckPerson | None:
    """The next in the order who was never called; None when there is none."""
    p = PhoneCheckPerson
    query = sa.select(p).where(p.check_id == check.id, p.attempts == 0)
    ahead = sa.case((p.position > after, 0), else_=1)
    return db.session.scalars(query.order_by(ahead, p.position).limit(1)).first()


def figures_of(check: PhoneCheck) -> PhoneFigures:
    """What a check found so far."""
    return phone_figures(check.population_size, check.people)


def checks_of_round(actor: Actor, round_id: uuid.UUID) -> Sequence[PhoneCheck]:
    """The phone checks made for a round, with their people, in the order of drawing."""
    query = sa.select(PhoneCheck).where(
        PhoneCheck.round_id == round_id, in_scope(PhoneCheck.division_code, actor.scope_code)
    )
    return db.session.scalars(query.options(selectinload(PhoneCheck.people)).order_by(PhoneCheck.drawn_at)).all()


def answers_at(station_id: uuid.UUID, since: date) -> Sequence[PhoneCheckPerson]:
    """The people of a station who were reached by phone checks drawn since a day."""
    query = (
        sa.select(PhoneCheckPerson)
        .join(PhoneCheck, PhoneCheck.id == PhoneCheckPerson.check_id)
        .where(
            PhoneCheckPerson.station_id == station_id,
            PhoneCheckPerson.result == CallResult.REACHED,
            PhoneCheck.drawn_at >= clock.at_local(since),
        )
        .options(joinedload(PhoneCheckPerson.check))
    )
    return db.session.scalars(query).all()


def answers_between(scope_code: str, first: date, last: date) -> Sequence[tuple[PhoneCheckPerson, Station | None]]:
    """Who was reached and asked about a station by checks drawn from the first to the last day, with their station.

    In the order of drawing; checks about a training are none of these.
    """
    query = (
        sa.select(PhoneCheckPerson, Station)
        .join(PhoneCheck, PhoneCheck.id == PhoneCheckPerson.check_id)
        .outerjoin(Station, Station.id == sa.func.coalesce(PhoneCheckPerson.station_id, PhoneCheck.station_id))
        .where(
            in_scope(PhoneCheck.division_code, scope_code),
            PhoneCheck.subject.not_in(ABOUT_TRAINING),
            PhoneCheck.drawn_at >= clock.at_local(first),
            PhoneCheck.drawn_at < clock.at_local(last + timedelta(days=1)),
            PhoneCheckPerson.result == CallResult.REACHED,
        )
        .options(contains_eager(PhoneCheckPerson.check))
        .order_by(PhoneCheck.drawn_at, PhoneCheck.id, PhoneCheckPerson.position)
    )
    return [(person, station) for person, station in db.session.execute(query)]


def redraw_check(check: PhoneCheck) -> Redrawn:
    """Draw the sample again from what is kept, and compare it with the people on record, place by place.

    Replacements follow the same order; who left the register before being drawn in is passed over, so that from the
    first replacement on the order must rise, not be without gaps.
    """
    stored = [str(person.subject_id) for person in sorted(check.people, key=lambda p: p.position)]
    sample, later = stored[: check.sample_size], stored[check.sample_size :]
    order = sampling.order(check.population, check.seed)
    place = {one: n for n, one in enumerate(order)}
    known = all(one in place for one in later)
    places = [place[one] for one in later] if known else []
    rising = known and places == sorted(places) and all(n >= check.sample_size for n in places)
    agrees = rising and sampling.agrees(check.population, check.population_sha256, check.seed, sample)
    return Redrawn(agrees, tuple((one, sampling.key(check.seed, one)) for one in stored))


def drawings_before(check: PhoneCheck) -> int:
    """How many samples were drawn among the very same people before this one: nobody may draw until it suits."""
    query = sa.select(sa.func.count()).where(
        PhoneCheck.population_sha256 == check.population_sha256, PhoneCheck.drawn_at < check.drawn_at
    )
    return db.session.scalar(query) or 0
