"""Objections: taken from anybody, answered by the hub, looked up by code."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.core import clock, ids, secrets
from app.core.access import SYSTEM, Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import in_scope, require_scope
from stations.models.publicity import OBJECTION_MOVES, Objection, ObjectionStatus, Publicity, PublicityStatus
from stations.permissions import PUBLICITY_POST
from stations.rules import publicity as rules
from stations.service.publicity.posting import get_public, note, take

PURPOSE = "objection_contact"
LEAST_LETTERS = 5
# Who objected to what was withdrawn gets an answer too; a posting is concluded only once all have theirs.
ANSWERABLE = frozenset({PublicityStatus.OPEN, PublicityStatus.WITHDRAWN})


@dataclass(frozen=True)
class Contact:
    """How to reach who objected; empty when they did not say."""

    name: str = ""
    phone: str = ""
    lost: bool = False  # something was left, but the server's key was changed since


@command
@idempotent
def raise_objection(
    *, request_id: uuid.UUID | None, publicity_id: uuid.UUID, text: str, name: str = "", phone: str = ""
) -> Objection:
    """Take an objection from anybody; name and phone are encrypted at rest, the code leads to the answer.

    Raises NotFound, PublicityClosed outside the posted days, InvalidInput at ``text`` when it says nothing.
    """
    publicity = get_public(publicity_id)
    rules.check_takes_objections(publicity.status, publicity.starts_on, publicity.ends_on, clock.today())
    publicity = take(publicity_id)
    text = text.strip()
    if len(text) < LEAST_LETTERS:
        raise InvalidInput(_l("请写清楚哪里不对，至少一句话。"), field="text")
    row = Objection(
        publicity_id=publicity.id,
        division_code=publicity.division_code,
        code=_new_code(),
        received_at=clock.now(),
        text=text[:1000],
        contact=_sealed(Contact(name.strip(), phone.strip())),
        status=ObjectionStatus.OPEN,
    )
    db.session.add(row)
    db.session.flush()
    note(SYSTEM, row, "objection_received", f"收到对公示“{publicity.title}”的异议")
    db.session.expire(publicity, ["objections"])
    return row


def _new_code() -> str:
    while True:
        code = ids.random_code(9)
        if find_by_code(code) is None:
            return code


def _sealed(contact: Contact) -> str:
    if contact == Contact():
        return ""
    return secrets.encrypt(json.dumps([contact.name, contact.phone], ensure_ascii=False), purpose=PURPOSE)


def contact_of(actor: Actor, row: Objection) -> Contact:
    """Name and phone of who objected, for the hub alone. Raises Forbidden."""
    actor.require(PUBLICITY_POST)
    if not row.contact:
        return Contact()
    try:
        return Contact(*json.loads(secrets.decrypt(row.contact, purpose=PURPOSE)))
    except secrets.Unreadable:
        return Contact(lost=True)


@command
@idempotent
def answer_objection(
    *, actor: Actor, request_id: uuid.UUID | None, objection_id: uuid.UUID, answer: str, public: bool
) -> Objection:
    """The hub answers; a public answer stands on the posting's page and holds no personal data.

    Raises NotFound, IllegalMove when it is answered already, InvalidInput at ``answer``, PublicityClosed.
    """
    actor.require(PUBLICITY_POST)
    row = get_objection(actor, objection_id)
    publicity = take(row.publicity_id, ANSWERABLE)
    row = db.session.get_one(Objection, objection_id, populate_existing=True)
    OBJECTION_MOVES.check(row.status, ObjectionStatus.ANSWERED)
    answer = answer.strip()
    if len(answer) < LEAST_LETTERS:
        raise InvalidInput(_l("请写清核实的情况和处理结果。"), field="answer")
    if public:
        rules.check_no_personal_data(answer, "answer")
    row.status, row.answer, row.answer_public = ObjectionStatus.ANSWERED, answer, public
    row.answered_on, row.answered_by = clock.today(), actor.name
    note(actor, row, "objection_answered", f"答复对公示“{publicity.title}”的异议（{'公开' if public else '不公开'}）")
    db.session.flush()
    return row


def get_objection(actor: Actor, objection_id: uuid.UUID) -> Objection:
    """By id. Raises NotFound, also for one outside the actor's scope."""
    row = db.session.get(Objection, objection_id)
    if row is None:
        raise NotFound(_l("没有找到这件异议。"))
    require_scope(actor, row.division_code)
    return row


def find_by_code(typed: str) -> Objection | None:
    """By the code as typed, with or without spaces; None when it doesn't exist. Raises InvalidInput at ``code`` for
    a code whose check digit does not fit.
    """
    try:
        bare = ids.check_code(typed)
    except ValueError:
        raise InvalidInput(_l("查询码不对，请对着记下的再看一遍。"), field="code") from None
    return db.session.scalar(sa.select(Objection).where(Objection.code == bare))


def query_objections(
    actor: Actor,
    *,
    text: str = "",
    status: ObjectionStatus | None = None,
    publicity_id: uuid.UUID | None = None,
) -> sa.Select[tuple[Objection]]:
    """The objections in scope with their postings, newest first."""
    query = sa.select(Objection).where(in_scope(Objection.division_code, actor.scope_code))
    for word in text.split():
        found = [Objection.text.icontains(word, autoescape=True)]
        found.append(Objection.publicity.has(Publicity.title.icontains(word, autoescape=True)))
        query = query.where(sa.or_(*found, Objection.code == word))
    if status is not None:
        query = query.where(Objection.status == status)
    if publicity_id is not None:
        query = query.where(Objection.publicity_id == publicity_id)
    return query.options(joinedload(Objection.publicity)).order_by(Objection.received_at.desc(), Objection.id.desc())


def export_objections(actor: Actor, **wanted: Any) -> list[list[Any]]:
    """All rows of :func:`query_objections` for a sheet, without contacts: posting, received, text, status, answer,
    public, answered on, answered by.
    """
    return [
        [
            row.publicity.title,
            row.received_at,
            row.text,
            str(row.status.label),
            row.answer,
            ("是" if row.answer_public else "否") if row.answered_on else "",
            row.answered_on,
            row.answered_by,
        ]
        for row in db.session.scalars(query_objections(actor, **wanted))
    ]
