"""The audit trail: who changed what, when, in a sentence that can be read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, ids
from app.core.access import Actor
from app.core.command import write_last
from app.core.database import Model, UTCDateTime, append_only, db, uuid_pk


class Subject(Protocol):
    """Anything with an id and a table."""

    __tablename__: str

    @property
    def id(self) -> Any:
        """Its key."""


@append_only()
class AuditEntry(Model):
    """One change. Written in the transaction of the change itself, never altered."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index(None, "subject_table", "subject_id"), sa.Index(None, "recorded_at"))

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[str] = mapped_column(sa.String(64))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    action: Mapped[str] = mapped_column(sa.String(64))
    subject_table: Mapped[str] = mapped_column(sa.String(64))
    subject_id: Mapped[str] = mapped_column(sa.String(64))
    text: Mapped[str] = mapped_column(sa.Text)
    data: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


def record(
    *, actor: Actor, action: str, subject: Subject, text: str, division_code: str, data: dict[str, Any] | None = None
) -> None:
    """Add an entry to the open transaction; it is written just before the commit.

    ``action`` is ``domain.verb``; ``text`` the Chinese sentence people will read; ``data`` JSON-able facts, without
    personal data beyond what the sentence needs.
    """
    write_last(
        AuditEntry,
        {
            "id": ids.new_id(),
            "recorded_at": clock.now(),
            "actor_id": actor.id,
            "actor_name": actor.name,
            "division_code": division_code,
            "action": action,
            "subject_table": subject.__tablename__,
            "subject_id": str(subject.id),
            "text": text,
            "data": data or {},
        },
    )


def history(subject: Subject) -> Sequence[AuditEntry]:
    """The entries about a record, newest first."""
    return db.session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.subject_table == subject.__tablename__, AuditEntry.subject_id == str(subject.id))
        .order_by(AuditEntry.recorded_at.desc(), AuditEntry.id.desc())
    ).all()
