"""Tables that only the tests of the ground floor use; made by their ``ground`` application."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Model, UTCDateTime, append_only, uuid_pk


@append_only()
class Note(Model):
    __tablename__ = "test_note"

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    text: Mapped[str] = mapped_column(sa.String(100))


class Counter(Model):
    __tablename__ = "test_counter"

    id: Mapped[uuid.UUID] = uuid_pk()
    value: Mapped[int] = mapped_column(default=0)
