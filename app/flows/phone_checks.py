"""Phone checks joined with trade and training: who may be called, and drawing among them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.scope import covers
from app.flows.people import place_names
from stations import service as stations_service
from stations.models.phone_check import PhoneCheck, PhoneCheckPerson, PhoneSubject
from stations.permissions import PHONE_CHECKS_CALL
from stations.service import inspection as inspections
from stations.service import phone_checks as service
from stations.service.phone_checks import Among, Reachable
from trade import service as trade
from training import service as training


@dataclass(frozen=True)
class Wanted:
    """Whom to call, as asked on the page; which of the other fields counts depends on the subject."""

    subject: PhoneSubject
    round_id: uuid.UUID | None = None
    station_id: uuid.UUID | None = None
    session_id: uuid.UUID | None = None
    first_day: date | None = None
    last_day: date | None = None


@command
@idempotent
def draw(
    *, actor: Actor, request_id: uuid.UUID | None, wanted: Wanted, seed: str, sample_size: int, purpose: str
) -> PhoneCheck:
    """Draw a sample among those who may be called today. Raises NotFound, InvalidInput at the field."""
    actor.require(PHONE_CHECKS_CALL)
    among = _among(actor, wanted)
    return service.draw_check(
        actor=actor,
        request_id=None,  # claimed here: the register may have grown when the same request arrives again
        among=among,
        population=_reachable(among),
        seed=seed,
        sample_size=sample_size,
        purpose=purpose,
    )


@command
@idempotent
def replace(*, actor: Actor, request_id: uuid.UUID | None, person_id: uuid.UUID, reason: str) -> PhoneCheckPerson:
    """Put the next of the order in somebody's place, as known today. Raises what the service raises."""
    check = service.get_person(actor, person_id).check
    return service.replace_person(
        actor=actor, request_id=None, person_id=person_id, reachable=_reachable(_again(check)), reason=reason
    )


def _again(check: PhoneCheck) -> Among:
    return Among(
        subject=check.subject,
        name=check.subject_name,
        division_code=check.division_code,
        round_id=check.round_id,
        station_id=check.station_id,
        session_id=check.session_id,
        first_day=check.first_day,
        last_day=check.last_day,
    )


def _among(actor: Actor, wanted: Wanted) -> Among:
    """The subject with its name and place; what it refers to must be there and in scope."""
    if wanted.subject is PhoneSubject.STATION:
        return _station(actor, wanted)
    if wanted.subject is PhoneSubject.ROUND:
        found = inspections.get_round(actor, _given(wanted.round_id, "round_id"))
        return Among(wanted.subject, f"{found.year} 年 {found.name}", found.county_code, round_id=found.id)
    if wanted.subject is PhoneSubject.SESSION:
        session = training.get_session(actor, _given(wanted.session_id, "session_id"))
        name = f"{session.course_name}（{clock.local(session.starts_at).date().isoformat()}）"
        return Among(wanted.subject, name, session.division_code, session_id=session.id)
    return _period(actor, wanted)


def _station(actor: Actor, wanted: Wanted) -> Among:
    station = stations_service.get_station(_given(wanted.station_id, "station_id"), actor=actor)
    return Among(wanted.subject, station.name, station.division_code, round_id=wanted.round_id, station_id=station.id)


def _period(actor: Actor, wanted: Wanted) -> Among:
    if wanted.first_day is None or wanted.last_day is None:
        missing = "first_day" if wanted.first_day is None else "last_day"
        raise InvalidInput(_l("请选一天。"), field=missing)
    if wanted.last_day < wanted.first_day:
        raise InvalidInput(_l("结束日期不能早于开始日期。"), field="last_day")
    name = f"{wanted.first_day.isoformat()} 至 {wanted.last_day.isoformat()} 的学员"
    return Among(wanted.subject, name, actor.scope_code, first_day=wanted.first_day, last_day=wanted.last_day)


def _given(value: uuid.UUID | None, field: str) -> uuid.UUID:
    if value is None:
        raise InvalidInput(_l("请选一个。"), field=field)
    return value


def _reachable(among: Among) -> list[Reachable]:
    """Who may be called: villagers who agreed and have a phone, or people who signed in to the training."""
    if among.subject in (PhoneSubject.STATION, PhoneSubject.ROUND):
        return _villagers(among)
    people = training.people_trained(
        among.division_code, session_id=among.session_id, first_day=among.first_day, last_day=among.last_day
    )
    names = place_names({person.division_code for person in people})
    return [Reachable(p.id, p.name, p.phone, names[p.division_code]) for p in people if p.phone]


def _villagers(among: Among) -> list[Reachable]:
    ids = [among.station_id] if among.station_id else inspections.stations_of_round(among.round_id)
    people = trade.villagers.people_with_consent(among.division_code, ids)
    names = place_names({person.division_code for person in people})
    return [Reachable(p.id, p.name, p.phone or "", names[p.division_code], p.station_id) for p in people]


def count_reachable(actor: Actor, wanted: Wanted) -> int:
    """How many might be called today."""
    actor.require(PHONE_CHECKS_CALL)
    return len(_reachable(_among(actor, wanted)))


# -- choices for the page ------------------------------------------------------------------------


def session_choices(actor: Actor) -> list[tuple[str, str]]:
    """The trainings of the actor's scope, latest first, with how many signed in."""
    rows = training.rows_of_sessions(actor, training.SessionFilter())
    return [(str(s.id), _named(s, n)) for s, n in rows if n and covers(actor.scope_code, s.division_code)]


def _named(session: Any, people: int) -> str:
    day = clock.local(session.starts_at).date().isoformat()
    return _("%(day)s %(course)s（%(count)s 人）", day=day, course=session.course_name, count=people)
