"""Handovers between stations, line by line, and what was missing."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves
from logistics.models.parcels import Direction


class HandoverStatus(LabelEnum):
    """How far a handover is."""

    OPEN = "open", _l("正在装车"), "wait"
    SENT = "sent", _l("在路上"), "wait"
    RECEIVED = "received", _l("已签收"), "good"


HANDOVER_MOVES = Moves({HandoverStatus.OPEN: {HandoverStatus.SENT}, HandoverStatus.SENT: {HandoverStatus.RECEIVED}})


class Handover(Model):
    """Parcels that go from one station to another on one run. Sender and receiver both confirm."""

    __tablename__ = "handover"
    __table_args__ = (
        sa.Index(None, "from_station_id", "status"),
        sa.Index(None, "to_station_id", "status"),
        sa.Index(None, "run_id"),
        sa.Index(None, "from_code"),
        sa.Index(None, "to_code"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    from_station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    from_name: Mapped[str] = mapped_column(sa.String(64))
    from_code: Mapped[str] = mapped_column(sa.String(12))  # division codes of both ends: what scope is told by
    to_station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    to_name: Mapped[str] = mapped_column(sa.String(64))
    to_code: Mapped[str] = mapped_column(sa.String(12))
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    direction: Mapped[Direction] = mapped_column(Enumerated(Direction))
    status: Mapped[HandoverStatus] = mapped_column(Enumerated(HandoverStatus))
    sent_count: Mapped[int]
    received_count: Mapped[int | None]
    extra_count: Mapped[int] = mapped_column(default=0)  # arrived without standing on the manifest
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sent_by: Mapped[str] = mapped_column(sa.String(64), default="")
    received_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    received_by: Mapped[str] = mapped_column(sa.String(64), default="")

    @property
    def missing_count(self) -> int | None:
        """How many did not arrive; None before it is counted."""
        return None if self.received_count is None else self.sent_count - self.received_count


class HandoverLine(Model):
    """A parcel on a manifest; ``received`` is None until somebody looked."""

    __tablename__ = "handover_line"
    __table_args__ = (sa.UniqueConstraint("handover_id", "parcel_id"), sa.Index(None, "parcel_id"))

    id: Mapped[uuid.UUID] = uuid_pk()
    handover_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("handover.id"))
    parcel_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("parcel.id"))
    waybill_number: Mapped[str] = mapped_column(sa.String(40))
    received: Mapped[bool | None]
    is_extra: Mapped[bool] = mapped_column(default=False)


class ExceptionKind(LabelEnum):
    """What is not in order with a parcel."""

    SHORTAGE = "shortage", _l("交接短少"), "bad"


class ExceptionStatus(LabelEnum):
    """How an exception stands."""

    OPEN = "open", _l("正在查找"), "bad"
    FOUND = "found", _l("已找到"), "good"
    LOST = "lost", _l("确认丢失"), "bad"


class ParcelException(Model):
    """A parcel that is not where it should be: who looks for it, and until when."""

    __tablename__ = "parcel_exception"
    __table_args__ = (
        sa.Index(None, "parcel_id"),
        sa.Index(None, "status", "deadline"),
        sa.Index(
            "uq_parcel_exception_open",
            "parcel_id",
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    parcel_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("parcel.id"))
    handover_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("handover.id"))
    waybill_number: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[ExceptionKind] = mapped_column(Enumerated(ExceptionKind))
    status: Mapped[ExceptionStatus] = mapped_column(Enumerated(ExceptionStatus))
    owner_station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    owner_name: Mapped[str] = mapped_column(sa.String(64))
    deadline: Mapped[date]
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[str] = mapped_column(sa.String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[str] = mapped_column(sa.String(64), default="")
    resolution: Mapped[str] = mapped_column(sa.String(200), default="")
