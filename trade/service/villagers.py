"""The villagers' register of a station, kept thin: who they are and how to reach them."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import in_scope
from trade.models.services import Villager
from trade.permissions import SERVICES_RECORD
from trade.rules.services import phone_tail
from trade.service.places import Place, own_place


@dataclass(frozen=True)
class NewPerson:
    """Somebody who is not in the register yet, as typed."""

    name: str
    phone: str | None = None
    consent: bool = True


@command
@idempotent
def register_villager(
    *, actor: Actor, request_id: uuid.UUID | None = None, name: str, phone: str | None = None, consent: bool = False
) -> Villager:
    """Put a person into the register of the actor's station. Raises InvalidInput (field ``person``), NoStation."""
    actor.require(SERVICES_RECORD)
    return add_villager(actor, own_place(actor), name=name, phone=phone, consent=consent)


def add_villager(actor: Actor, place: Place, *, name: str, phone: str | None, consent: bool) -> Villager:
    """Add a person at a station, inside the caller's command; one of the same name and phone is the same person."""
    plain = " ".join(name.split())
    if not plain or phone_tail(plain):
        raise InvalidInput(_l("请写姓名。"), field="person")
    same = _same(place, plain[:64], phone) if phone else None
    if same is not None:
        return same
    villager = Villager(
        name=plain[:64],
        phone=phone or None,
        division_code=place.division_code,
        station_id=place.station_id,
        consent=consent,
        created_at=clock.now(),
    )
    db.session.add(villager)
    db.session.flush()
    audit.record(
        actor=actor,
        action="trade.villager_registered",
        subject=villager,
        division_code=place.division_code,
        text=f"登记乡亲 {villager.name}",
    )
    return villager


def _same(place: Place, name: str, phone: str) -> Villager | None:
    there = Villager.station_id == place.station_id, Villager.name == name, Villager.phone == phone
    return db.session.scalars(sa.select(Villager).where(*there)).first()


def _visible(actor: Actor) -> Any:
    """An operator sees the people of the own station, others those of their scope."""
    if actor.station_id is not None:
        return Villager.station_id == actor.station_id
    return in_scope(Villager.division_code, actor.scope_code)


def get_villager(actor: Actor, villager_id: uuid.UUID) -> Villager:
    """A person whom the actor may see. Raises NotFound."""
    found = db.session.get(Villager, villager_id)
    own = found is not None and (actor.station_id in (None, found.station_id) or actor.everything)
    if found is None or not own:
        raise NotFound(_l("没有找到这位乡亲。"))
    return found


def match_villagers(actor: Actor, text: str, limit: int = 12) -> Sequence[Villager]:
    """People found by a part of their name or by a phone number or its tail; those named exactly so come first."""
    plain = " ".join(text.split())
    if not plain:
        return []
    tail = phone_tail(plain)
    found = Villager.phone.like(f"%{tail}") if tail else Villager.name.contains(plain, autoescape=True)
    exact = sa.case((Villager.name == plain, 0), else_=1)
    query = sa.select(Villager).where(_visible(actor), found).order_by(exact, Villager.name, Villager.created_at)
    return db.session.scalars(query.limit(limit)).all()


def list_villagers(actor: Actor, q: str = "") -> sa.Select[Any]:
    """Query: the register that the actor may see, searched by name or phone tail."""
    query = sa.select(Villager).where(_visible(actor)).order_by(Villager.name, Villager.created_at)
    plain = " ".join(q.split())
    tail = phone_tail(plain)
    if tail:
        return query.where(Villager.phone.like(f"%{tail}"))
    return query.where(Villager.name.contains(plain, autoescape=True)) if plain else query


def people_with_consent(scope_code: str, station_ids: Collection[uuid.UUID] | None = None) -> Sequence[Villager]:
    """Villagers of a scope (of some stations, when they are named) who agreed to be kept and have a phone, by id.

    For calls that check what stations do; nobody else is called.
    """
    query = sa.select(Villager).where(
        in_scope(Villager.division_code, scope_code),
        Villager.consent.is_(True),
        Villager.phone.is_not(None),
        Villager.phone != "",
    )
    if station_ids is not None:
        query = query.where(Villager.station_id.in_(station_ids))
    return db.session.scalars(query.order_by(Villager.id)).all()
