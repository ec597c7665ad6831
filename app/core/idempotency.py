"""The second arrival of the same request returns the first result.

A form or a call that moves money, goods or a status carries a client-made id. It is claimed in the same transaction
as the change: a double tap, a repeated POST after a lost line, or a replayed offline queue change nothing twice.
"""

from __future__ import annotations

import functools
import hashlib
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.command import in_command
from app.core.database import Base, Model, UTCDateTime, db
from app.core.errors import Conflict

P = ParamSpec("P")
R = TypeVar("R")


class IdempotencyKey(Model):
    """A request id that was used, with what came of it."""

    __tablename__ = "idempotency_key"

    request_id: Mapped[uuid.UUID] = mapped_column(sa.Uuid, primary_key=True)
    verb: Mapped[str] = mapped_column(sa.String(120))
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    result_table: Mapped[str | None] = mapped_column(sa.String(64))
    result_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


def idempotent(verb: Callable[P, R]) -> Callable[P, R]:
    """Decorate a verb (below ``@command``) that takes ``actor`` and ``request_id`` and returns a stored row.

    With ``request_id=None`` the verb simply runs. Raises Conflict when the id was used for something else.
    """
    name = f"{verb.__module__}.{verb.__qualname__}"

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        request_id = cast("uuid.UUID | None", kwargs.get("request_id"))
        if request_id is None:
            return verb(*args, **kwargs)
        if not in_command():
            raise RuntimeError("an idempotent verb runs inside a command")
        fingerprint = _fingerprint(kwargs)
        if not _claim(request_id, name, fingerprint):
            return cast("R", _first_result(request_id, name, fingerprint))
        result = verb(*args, **kwargs)
        _keep(request_id, result)
        return result

    return run


def _fingerprint(kwargs: dict[str, Any]) -> str:
    facts = {k: _plain(v) for k, v in kwargs.items() if k not in ("request_id", "actor")}
    facts["actor"] = getattr(kwargs.get("actor"), "id", None)
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A row counts by its key: two readings of it are the same fact."""
    return sa.inspect(value).identity if isinstance(value, Base) else value


def _claim(request_id: uuid.UUID, verb: str, fingerprint: str) -> bool:
    """Insert the key; False when it is there already. On PostgreSQL a second claimant waits for the first to finish."""
    insert = postgres_insert if db.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = {"request_id": request_id, "verb": verb, "fingerprint": fingerprint, "created_at": clock.now()}
    claim = insert(IdempotencyKey).values(row).on_conflict_do_nothing().returning(IdempotencyKey.request_id)
    return db.session.scalar(claim) is not None


def _first_result(request_id: uuid.UUID, verb: str, fingerprint: str) -> object:
    key = db.session.get_one(IdempotencyKey, request_id)
    if (key.verb, key.fingerprint) != (verb, fingerprint):
        raise Conflict(_l("这张表已经用别的内容提交过了。请回到上一页重新打开再填。"))
    return db.session.get_one(_model_of(key.result_table), key.result_id)


def _keep(request_id: uuid.UUID, result: Any) -> None:
    db.session.flush()
    db.session.execute(
        sa.update(IdempotencyKey)
        .where(IdempotencyKey.request_id == request_id)
        .values(result_table=result.__tablename__, result_id=result.id)
    )


def _model_of(table: str | None) -> type[Any]:
    for mapper in Base.registry.mappers:
        if mapper.local_table is not None and getattr(mapper.local_table, "name", None) == table:
            return mapper.class_
    raise LookupError(table)
