"""Lots, what happened to them, their certificates, and how often they were scanned."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves
from products.models import as_printed


class LotStatus(LabelEnum):
    """Where a lot stands between the field and the shelf."""

    OPEN = "open", _l("生长中"), "plain"
    HARVESTED = "harvested", _l("已收获"), "wait"
    PACKED = "packed", _l("已包装"), "good"
    RECALLED = "recalled", _l("已召回"), "bad"
    CLOSED = "closed", _l("已结束"), "plain"


_S = LotStatus
LOT_MOVES = Moves(
    {
        _S.OPEN: {_S.HARVESTED, _S.CLOSED},
        _S.HARVESTED: {_S.PACKED, _S.RECALLED, _S.CLOSED},
        _S.PACKED: {_S.RECALLED, _S.CLOSED},
        _S.RECALLED: {_S.CLOSED},
    }
)


class EventKind(LabelEnum):
    """What happened to a lot, in the words of the field; each is written as an EPCIS event too."""

    PLANTED = "planted", _l("种植")
    TENDED = "tended", _l("田间管理")
    HARVESTED = "harvested", _l("收获")
    PROCESSED = "processed", _l("加工")
    TESTED = "tested", _l("检测")
    PACKED = "packed", _l("包装")
    STORED = "stored", _l("入库存放")
    DISPATCHED = "dispatched", _l("发出")
    ARRIVED = "arrived", _l("到达")


class CertificateBasis(LabelEnum):
    """On what a conformity promise rests; one of the three that the decree names."""

    CONTROLLED = "controlled", _l("质量安全控制符合要求")
    SELF_TESTED = "self_tested", _l("自行检测合格")
    LABORATORY_TESTED = "laboratory_tested", _l("委托检测合格")


class Promiser(LabelEnum):
    """Who promises: the one who grew it, or the one who bought, mixed or repacked it."""

    PRODUCER = "producer", _l("生产者")
    PURCHASER = "purchaser", _l("收购者")


class Lot(Model):
    """A batch of one product from one place. Names are those of the day it was opened."""

    __tablename__ = "lot"
    __table_args__ = (
        sa.Index(None, "division_code", "status"),
        sa.Index(None, "product_id", "packed_on"),
        sa.Index(None, "producer_id"),
        sa.Index(None, "gtin", "code", unique=True),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(sa.String(20), unique=True)  # GS1 AI 10
    gtin: Mapped[str] = mapped_column(sa.String(14))
    product_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("product.id"))
    product_name: Mapped[str] = mapped_column(sa.String(100))
    product_spec: Mapped[str] = mapped_column(sa.String(64))
    producer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("producer.id"))
    producer_code: Mapped[str] = mapped_column(sa.String(16))
    producer_name: Mapped[str] = mapped_column(sa.String(100))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    place_name: Mapped[str] = mapped_column(sa.String(100))
    plot: Mapped[str] = mapped_column(sa.String(64), default="")  # field, orchard, pond: as the village calls it
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3), default=0)  # packed, in the product's unit
    unit: Mapped[str] = mapped_column(sa.String(16))
    harvested_on: Mapped[date | None]
    packed_on: Mapped[date | None]
    status: Mapped[LotStatus] = mapped_column(Enumerated(LotStatus))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    certificates: Mapped[list[ConformityCertificate]] = relationship(
        back_populates="lot", order_by="ConformityCertificate.recorded_at"
    )

    @property
    def barcode(self) -> str:
        """The GTIN with as many digits as stand below the bars."""
        return as_printed(self.gtin)

    @property
    def path(self) -> str:
        """The path of the public trace page, as it is printed: codes made here need no escaping."""
        return f"/01/{self.gtin}/10/{self.code}"


@append_only()
class TraceEvent(Model):
    """Something that happened to a lot: as the form was filled in, and as an EPCIS 2.0 event. Never altered."""

    __tablename__ = "trace_event"
    __table_args__ = (sa.Index(None, "lot_id", "event_time"), sa.Index(None, "recorded_at"))

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lot_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("lot.id"))
    kind: Mapped[EventKind] = mapped_column(Enumerated(EventKind))
    event_time: Mapped[datetime] = mapped_column(UTCDateTime)
    division_code: Mapped[str] = mapped_column(sa.String(12))
    place_name: Mapped[str] = mapped_column(sa.String(100))
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    epcis: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    actor_name: Mapped[str] = mapped_column(sa.String(64))


@append_only()
class ConformityCertificate(Model):
    """承诺达标合格证: the promise for a lot, with the wording in force on its day copied in."""

    __tablename__ = "conformity_certificate"
    __table_args__ = (sa.Index(None, "lot_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lot_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("lot.id"))
    lot: Mapped[Lot] = relationship(back_populates="certificates")
    promiser: Mapped[Promiser] = mapped_column(Enumerated(Promiser))
    party_name: Mapped[str] = mapped_column(sa.String(100))
    contact: Mapped[str] = mapped_column(sa.String(20), default="")
    product_name: Mapped[str] = mapped_column(sa.String(164))
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3))
    unit: Mapped[str] = mapped_column(sa.String(16))
    origin: Mapped[str] = mapped_column(sa.String(100))
    issued_on: Mapped[date]
    basis: Mapped[CertificateBasis] = mapped_column(Enumerated(CertificateBasis))
    wording: Mapped[str] = mapped_column(sa.String(300))
    decree: Mapped[str] = mapped_column(sa.String(100))


class LotScan(Model):
    """How often a lot's code was opened. A count and two times: nothing about who opened it."""

    __tablename__ = "lot_scan"

    lot_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("lot.id"), primary_key=True)
    count: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    first_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class MissKind(LabelEnum):
    """Why a scanned code led to nothing."""

    MALFORMED = "malformed", _l("码不完整或有错")
    UNKNOWN = "unknown", _l("没有登记")


class ScanMiss(Model):
    """How many scanned codes led nowhere, per day and reason; the codes themselves are not kept."""

    __tablename__ = "scan_miss"

    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[MissKind] = mapped_column(Enumerated(MissKind), primary_key=True)
    count: Mapped[int] = mapped_column(sa.BigInteger, default=0)
