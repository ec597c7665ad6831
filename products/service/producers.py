"""Producers and their cards."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import NotFound
from app.core.idempotency import idempotent
from app.core.scope import in_scope, require_scope
from products.models import Producer, ProducerKind
from products.permissions import PRODUCTS_EDIT
from products.service import places


@command
@idempotent
def register_producer(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    name: str,
    kind: ProducerKind,
    division_code: str,
    phone: str = "",
) -> Producer:
    """Register a producer in a village and give out the code of the card.

    Raises NotFound outside the actor's scope, InvalidInput (field ``division_code``) when there is no such village.
    """
    actor.require(PRODUCTS_EDIT)
    require_scope(actor, division_code)
    places.require_village(division_code)
    producer = Producer(
        code=_new_code(), name=name.strip(), kind=kind, division_code=division_code, phone=phone, created_at=clock.now()
    )
    db.session.add(producer)
    db.session.flush()
    audit.record(
        actor=actor,
        action="producers.registered",
        subject=producer,
        division_code=division_code,
        text=f"登记生产者“{producer.name}”，码 {producer.code}",
    )
    return producer


@command
def update_producer(*, actor: Actor, producer: Producer, name: str, kind: ProducerKind, phone: str) -> Producer:
    """Correct a producer's facts. The village and the code stay; lots keep the name they were packed under."""
    actor.require(PRODUCTS_EDIT)
    producer = get_producer(actor, producer.id)
    old = producer.name
    producer.name, producer.kind, producer.phone = name.strip(), kind, phone
    changed = f"“{old}”改名“{producer.name}”" if old != producer.name else f"修改生产者“{old}”的资料"
    audit.record(
        actor=actor, action="producers.updated", subject=producer, division_code=producer.division_code, text=changed
    )
    return producer


def _new_code() -> str:
    while True:
        code = ids.random_code()
        if find_producer_by_code(code) is None:
            return code


def get_producer(actor: Actor, producer_id: uuid.UUID) -> Producer:
    """A producer in the actor's scope. Raises NotFound."""
    producer = db.session.get(Producer, producer_id)
    if producer is None:
        raise NotFound(_l("没有这个生产者。"))
    require_scope(actor, producer.division_code)
    return producer


def find_producer(name: str, county_code: str) -> Producer | None:
    """The producer of that name in a county (any code in it)."""
    query = sa.select(Producer).where(
        Producer.name == name, in_scope(Producer.division_code, county_code[:6].ljust(12, "0"))
    )
    return db.session.scalars(query.order_by(Producer.created_at)).first()


def find_producer_by_code(code: str) -> Producer | None:
    """By the code on the card."""
    return db.session.scalar(sa.select(Producer).where(Producer.code == code))


def get_producer_by_code(code: str) -> Producer:
    """By the code on the card, as typed or scanned. Raises NotFound, also when the check digit is wrong."""
    try:
        producer = find_producer_by_code(ids.check_code(code))
    except ValueError:
        producer = None
    if producer is None:
        raise NotFound(_l("没有这个码。请对着卡片再看一遍。"))
    return producer


def list_producers(
    actor: Actor, *, q: str = "", kind: ProducerKind | None = None, township: str = ""
) -> sa.Select[Any]:
    """The query for producers in scope, by name; ``q`` finds characters of the name or the code."""
    query = sa.select(Producer).where(in_scope(Producer.division_code, actor.scope_code))
    for word in q.split():
        query = query.where(sa.or_(Producer.name.icontains(word, autoescape=True), Producer.code == word))
    if kind is not None:
        query = query.where(Producer.kind == kind)
    if township:
        query = query.where(in_scope(Producer.division_code, township))
    return query.order_by(Producer.division_code, Producer.name, Producer.id)


def producer_choices(actor: Actor) -> Sequence[tuple[str, str]]:
    """``(id, name)`` of the producers in scope, for a select field."""
    found = db.session.scalars(list_producers(actor)).all()
    return [(str(p.id), p.name) for p in found]
