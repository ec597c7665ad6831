"""Keys for programs that call the interfaces."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from accounts.models import InterfaceKey, KeyPurpose
from accounts.permissions import INTERFACES_MANAGE
from accounts.service.wording import chinese
from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.scope import in_scope, require_scope

PREFIX = "xy_"  # so that a key found in a log or a repository is recognised
NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class NewKey:
    """A key as it was made; ``secret`` is to be shown once, it is kept nowhere."""

    key: InterfaceKey
    secret: str


@command
def add_interface_key(*, actor: Actor, name: str, purpose: KeyPurpose | str, scope_code: str | None = None) -> NewKey:
    """A key for the program ``name``, for data in ``scope_code`` (the actor's own scope when None)."""
    actor.require(INTERFACES_MANAGE)
    scope_code = scope_code or actor.scope_code
    require_scope(actor, scope_code)
    if not name.strip():
        raise InvalidInput(_l("请写上接口使用方的名字。"), field="name")
    secret = PREFIX + secrets.token_urlsafe(32)
    key = InterfaceKey(
        name=name.strip(),
        purpose=KeyPurpose(purpose),
        scope_code=scope_code,
        key_hash=_digest(secret),
        created_at=clock.now(),
        created_by=actor.name,
    )
    db.session.add(key)
    db.session.flush()
    _record(actor, key, "accounts.key_added", f"发出接口密钥：{key.name}，用于{chinese(key.purpose.label)}")
    return NewKey(key, secret)


@command
def revoke_interface_key(*, actor: Actor, key_id: uuid.UUID) -> InterfaceKey:
    """The key opens nothing any more. Harmless when it was revoked before."""
    actor.require(INTERFACES_MANAGE)
    key = db.session.get(InterfaceKey, key_id)
    if key is None:
        raise NotFound(_l("没有找到这条记录。"))
    require_scope(actor, key.scope_code)
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        _record(actor, key, "accounts.key_revoked", f"收回接口密钥：{key.name}")
    return key


def list_interface_keys(*, actor: Actor) -> Sequence[InterfaceKey]:
    """All keys in the actor's scope, newest first."""
    actor.require(INTERFACES_MANAGE)
    query = sa.select(InterfaceKey).where(in_scope(InterfaceKey.scope_code, actor.scope_code))
    return db.session.scalars(query.order_by(InterfaceKey.created_at.desc())).all()


def find_interface(secret: str, purpose: KeyPurpose | str | None = None) -> Actor | None:
    """The program that holds the key, as an actor; None when it is unknown, revoked or made for another purpose.

    The key has 256 random bits, so a plain digest of it can be looked up and not guessed.
    """
    key = db.session.scalar(sa.select(InterfaceKey).where(InterfaceKey.key_hash == _digest(secret)))
    if key is None or key.revoked_at is not None or (purpose is not None and key.purpose != KeyPurpose(purpose)):
        return None
    actor = key.actor
    if key.last_used_at is None or clock.now() - key.last_used_at >= NOTED_EVERY:
        _note_use(key.id)
    return actor


@command
def _note_use(key_id: uuid.UUID) -> None:
    db.session.execute(sa.update(InterfaceKey).where(InterfaceKey.id == key_id).values(last_used_at=clock.now()))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _record(actor: Actor, key: InterfaceKey, action: str, text: str) -> None:
    audit.record(actor=actor, action=action, subject=key, text=text, division_code=key.scope_code)
