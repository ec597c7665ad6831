"""Posting, concluding and withdrawing."""

from __future__ import annotations

import functools
import tomllib
import uuid
from collections.abc import Collection, Sequence
from datetime import date
from importlib.resources import files as package_files
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, documents
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import NotFound
from app.core.idempotency import idempotent
from app.core.scope import county_of, in_scope, require_scope
from stations.errors import PublicityClosed
from stations.models.evaluation import Evaluation, EvaluationStatus
from stations.models.publicity import (
    PUBLICITY_MOVES,
    Objection,
    Publicity,
    PublicityFile,
    PublicityStatus,
    PublicitySubject,
)
from stations.permissions import PUBLICITY_POST
from stations.rules import publicity as rules
from stations.rules.publicity import PublicityRule
from stations.rules.reasons import needed
from stations.service import publicity_note
from stations.service.acceptance.trail import chinese
from stations.service.arriving import Incoming, keep_files
from stations.service.divisions import get_county, get_division


@functools.cache
def posting_rules() -> tuple[PublicityRule, ...]:
    """The rules of ``stations/data/publicity.toml``."""
    text = (package_files("stations") / "data" / "publicity.toml").read_text(encoding="utf-8")
    return tuple(PublicityRule(**entry) for entry in tomllib.loads(text)["rule"])


@command
@idempotent
def post(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    subject: PublicitySubject,
    title: str,
    text: str,
    reference: str,
    places: str,
    starts_on: date,
    ends_on: date,
    evaluation_id: uuid.UUID | None = None,
    files: Sequence[Incoming] = (),
) -> Publicity:
    """Post something for objections; anybody can read it from now on.

    Raises InvalidInput at the field: days in the past or too few, personal data in title, text or places, a file that
    can't be used. Raises NotFound for an evaluation out of scope, PublicityClosed for one whose result is not out.
    """
    actor.require(PUBLICITY_POST)
    county = get_county() if actor.everything else get_division(county_of(actor.scope_code))
    today = clock.today()
    rules.check_period(starts_on, ends_on, today, rules.rule_for(posting_rules(), today))
    facts = {"title": title.strip(), "text": text.strip(), "places": places.strip(), "reference": reference.strip()}
    for field, value in facts.items():
        rules.check_no_personal_data(value, field)
    if evaluation_id is not None:
        _check_evaluation(actor, evaluation_id)
    row = Publicity(
        division_code=county.code,
        issuer=f"{county.name}电子商务公共服务中心",
        subject=subject,
        evaluation_id=evaluation_id,
        starts_on=starts_on,
        ends_on=ends_on,
        status=PublicityStatus.OPEN,
        created_at=clock.now(),
        created_by=actor.name,
        **facts,
    )
    db.session.add(row)
    db.session.flush()
    for upload in keep_files(actor, files, county.code):
        db.session.add(PublicityFile(publicity_id=row.id, upload=upload, added_at=clock.now()))
    days = rules.days_posted(starts_on, ends_on)
    note(actor, row, "posted", f"公示“{row.title}”，{starts_on.isoformat()} 至 {ends_on.isoformat()}，{days} 天")
    db.session.flush()
    db.session.expire(row, ["files"])
    return row


def _check_evaluation(actor: Actor, evaluation_id: uuid.UUID) -> None:
    evaluation = db.session.get(Evaluation, evaluation_id)
    if evaluation is None:
        raise NotFound(_l("没有找到这次绩效评价。"))
    require_scope(actor, evaluation.division_code)
    if evaluation.status not in (EvaluationStatus.PUBLISHED, EvaluationStatus.CLOSED):
        raise PublicityClosed(_l("评价结果公布后才能公示，现在是“%(status)s”。", status=evaluation.status.label))


@command
@idempotent
def conclude(*, actor: Actor, request_id: uuid.UUID | None, publicity_id: uuid.UUID, remark: str = "") -> Publicity:
    """The days are over and every objection answered: conclude, and issue the signed note of the result.

    Raises PublicityClosed while one of both is missing or when it is over already, InvalidInput at ``remark`` for
    personal data, NoKey.
    """
    actor.require(PUBLICITY_POST)
    row = enter(actor, publicity_id)
    rules.check_may_conclude(row.ends_on, clock.today(), row.objections)
    rules.check_no_personal_data(remark, "remark")
    PUBLICITY_MOVES.check(row.status, PublicityStatus.CONCLUDED)
    row.status, row.concluded_on, row.concluded_by = PublicityStatus.CONCLUDED, clock.today(), actor.name
    row.conclusion = rules.conclusion(row.objections) + remark.strip()
    frozen = publicity_note.freeze(row, chinese(row.subject))
    row.document = documents.issue(
        actor=actor,
        kind="publicity",
        title=f"“{row.title}”公示结果"[:200],
        division_code=row.division_code,
        frozen=frozen,
        build=lambda issue: publicity_note.build(frozen, issue),
    )
    note(actor, row, "concluded", f"公示“{row.title}”办结：{row.conclusion}")
    db.session.flush()
    return row


@command
@idempotent
def withdraw(*, actor: Actor, request_id: uuid.UUID | None, publicity_id: uuid.UUID, reason: str) -> Publicity:
    """Take a posting back, e.g. because it was wrong; it stays readable, with the reason. Raises PublicityClosed."""
    actor.require(PUBLICITY_POST)
    row = enter(actor, publicity_id)
    PUBLICITY_MOVES.check(row.status, PublicityStatus.WITHDRAWN)
    why = needed(reason)
    rules.check_no_personal_data(why, "reason")
    row.status, row.withdrawn_reason = PublicityStatus.WITHDRAWN, why
    note(actor, row, "withdrawn", f"撤回公示“{row.title}”：{why}")
    db.session.flush()
    return row


# -- the way in ----------------------------------------------------------------------------------


def get_publicity(actor: Actor, publicity_id: uuid.UUID) -> Publicity:
    """By id. Raises NotFound, also for one outside the actor's scope."""
    row = get_public(publicity_id)
    require_scope(actor, row.division_code)
    return row


def get_public(publicity_id: uuid.UUID) -> Publicity:
    """By id, for anybody. Raises NotFound."""
    row = db.session.get(Publicity, publicity_id)
    if row is None:
        raise NotFound(_l("没有找到这个公示。"))
    return row


def enter(actor: Actor, publicity_id: uuid.UUID) -> Publicity:
    """Take hold of a posting that is not over; its version grows. Raises NotFound, PublicityClosed."""
    get_publicity(actor, publicity_id)
    return take(publicity_id)


def take(publicity_id: uuid.UUID, allowed: Collection[PublicityStatus] = (PublicityStatus.OPEN,)) -> Publicity:
    """The conditional UPDATE holds the row until the command ends. Raises PublicityClosed."""
    change = (
        sa.update(Publicity)
        .where(Publicity.id == publicity_id, Publicity.status.in_(allowed))
        .values(version=Publicity.version + 1)
        .execution_options(synchronize_session=False)
    )
    done = db.session.execute(change)
    row = db.session.get_one(Publicity, publicity_id, populate_existing=True)
    if cast("sa.CursorResult[Any]", done).rowcount != 1:
        raise PublicityClosed(_l("这个公示现在是“%(status)s”，不能这样做。", status=row.status.label))
    return row


def note(actor: Actor, row: Publicity | Objection, verb: str, text: str) -> None:
    """Write down what was done, in a Chinese sentence without personal data."""
    audit.record(
        actor=actor, action=f"stations.publicity_{verb}", subject=row, division_code=row.division_code, text=text
    )


# -- lists ---------------------------------------------------------------------------------------


def query_publicities(
    actor: Actor,
    *,
    text: str = "",
    subject: PublicitySubject | None = None,
    status: PublicityStatus | None = None,
) -> sa.Select[Any]:
    """The list: (posting, objections, objections not answered), newest first; for ``paginate``."""
    from_all = sa.select(sa.func.count(Objection.id)).where(Objection.publicity_id == Publicity.id)
    query = sa.select(
        Publicity,
        from_all.scalar_subquery().label("objections"),
        from_all.where(Objection.status == "open").scalar_subquery().label("unanswered"),
    ).where(in_scope(Publicity.division_code, actor.scope_code))
    for word in text.split():
        columns = (Publicity.title, Publicity.reference, Publicity.text)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if subject is not None:
        query = query.where(Publicity.subject == subject)
    if status is not None:
        query = query.where(Publicity.status == status)
    return query.order_by(Publicity.starts_on.desc(), Publicity.id.desc())


def export_rows(actor: Actor, **wanted: Any) -> list[list[Any]]:
    """All rows of :func:`query_publicities` for a sheet: title, subject, reference, first and last day, days, status,
    objections, not answered, concluded on, result.
    """
    return [
        [
            row.title,
            str(row.subject.label),
            row.reference,
            row.starts_on,
            row.ends_on,
            rules.days_posted(row.starts_on, row.ends_on),
            str(row.status.label),
            objections,
            unanswered,
            row.concluded_on,
            row.conclusion or row.withdrawn_reason,
        ]
        for row, objections, unanswered in db.session.execute(query_publicities(actor, **wanted))
    ]


def query_public() -> sa.Select[tuple[Publicity]]:
    """What anybody may read, newest first; one withdrawn stays, with its reason."""
    return sa.select(Publicity).order_by(Publicity.starts_on.desc(), Publicity.id.desc())


def list_running(today: date) -> Sequence[Publicity]:
    """What takes objections today, the one that ends first at the top."""
    query = sa.select(Publicity).where(
        Publicity.status == PublicityStatus.OPEN, Publicity.starts_on <= today, Publicity.ends_on >= today
    )
    return db.session.scalars(query.order_by(Publicity.ends_on, Publicity.id)).all()
