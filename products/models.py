"""Producers, the product library, stock."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves


class ProducerKind(LabelEnum):
    """What kind of producer it is."""

    FARM_HOUSEHOLD = "farm_household", _l("农户")
    COOPERATIVE = "cooperative", _l("合作社")
    ENTERPRISE = "enterprise", _l("企业")
    WORKSHOP = "workshop", _l("作坊")


class ProductStatus(LabelEnum):
    """Where a product stands between draft and the shelf."""

    DRAFT = "draft", _l("草稿"), "plain"
    REVIEWED = "reviewed", _l("已审核"), "wait"
    LISTED = "listed", _l("已上架"), "good"
    PAUSED = "paused", _l("暂停销售"), "wait"
    DELISTED = "delisted", _l("已下架"), "bad"


_P = ProductStatus
PRODUCT_MOVES = Moves(
    {
        _P.DRAFT: {_P.REVIEWED, _P.DELISTED},
        _P.REVIEWED: {_P.LISTED, _P.DRAFT, _P.DELISTED},
        _P.LISTED: {_P.PAUSED, _P.DELISTED},
        _P.PAUSED: {_P.LISTED, _P.DELISTED},
    }
)


class ProduceLevel(LabelEnum):
    """How far it was processed; the statistics bureau counts the first two as farm products."""

    PRIMARY = "primary", _l("初级农产品")
    ONCE_PROCESSED = "once_processed", _l("初加工农产品")
    OTHER = "other", _l("其他商品")


class Producer(Model):
    """A farm household, cooperative, enterprise or workshop."""

    __tablename__ = "producer"
    __table_args__ = (sa.Index(None, "division_code"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)  # on the farmer's card: /farmer/{code}
    name: Mapped[str] = mapped_column(sa.String(100))
    kind: Mapped[ProducerKind] = mapped_column(Enumerated(ProducerKind))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Product(Model):
    """A product of the resource library (特色农产品资源库) in one specification."""

    __tablename__ = "product"
    __table_args__ = (sa.Index(None, "division_code"), sa.Index(None, "status"))

    id: Mapped[uuid.UUID] = uuid_pk()
    sku: Mapped[str] = mapped_column(sa.String(32), unique=True)
    gtin: Mapped[str] = mapped_column(sa.String(14), unique=True)  # 14 digits, zero-padded
    name: Mapped[str] = mapped_column(sa.String(100))
    category: Mapped[str] = mapped_column(sa.String(32))
    spec: Mapped[str] = mapped_column(sa.String(64))
    unit: Mapped[str] = mapped_column(sa.String(16))
    price_fen: Mapped[int] = mapped_column(sa.BigInteger)
    produce_level: Mapped[ProduceLevel] = mapped_column(Enumerated(ProduceLevel))
    certification: Mapped[str] = mapped_column(sa.String(64), default="")
    shelf_life_days: Mapped[int | None]
    storage: Mapped[str] = mapped_column(sa.String(64), default="")
    producer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("producer.id"))
    producer: Mapped[Producer] = relationship()
    division_code: Mapped[str] = mapped_column(sa.String(12))  # the producer's village
    status: Mapped[ProductStatus] = mapped_column(Enumerated(ProductStatus))
    stock_quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3), default=0)
    reserved_quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3), default=0)
    low_stock: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3), default=0)
    listed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def barcode(self) -> str:
        """The GTIN with as many digits as stand below the bars."""
        return as_printed(self.gtin)


def as_printed(gtin14: str) -> str:
    """A padded GTIN without its padding: 8, 12, 13 or 14 digits."""
    for zeros in (6, 2, 1):
        if gtin14.startswith("0" * zeros):
            return gtin14[zeros:]
    return gtin14


class MovementKind(LabelEnum):
    """Why stock changed."""

    RECEIVED = "received", _l("入库")
    DISPATCHED = "dispatched", _l("发出")
    RETURNED = "returned", _l("退回")
    COUNTED = "counted", _l("盘点调整")
    DAMAGED = "damaged", _l("报损")


@append_only()
class StockMovement(Model):
    """A change of a product's stock; corrections are new rows."""

    __tablename__ = "stock_movement"
    __table_args__ = (sa.Index(None, "product_id", "recorded_at"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    product_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("product.id"))
    kind: Mapped[MovementKind] = mapped_column(Enumerated(MovementKind))
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3))  # signed
    reference: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    actor_name: Mapped[str] = mapped_column(sa.String(64))


@append_only()
class PriceChange(Model):
    """A price from a moment on."""

    __tablename__ = "price_change"
    __table_args__ = (sa.Index(None, "product_id", "recorded_at"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    product_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("product.id"))
    price_fen: Mapped[int] = mapped_column(sa.BigInteger)
    actor_name: Mapped[str] = mapped_column(sa.String(64))


class ProblemStatus(LabelEnum):
    """Whether somebody looked after a report."""

    OPEN = "open", _l("待处理"), "wait"
    CLOSED = "closed", _l("已处理"), "good"


PROBLEM_MOVES = Moves({ProblemStatus.OPEN: {ProblemStatus.CLOSED}})


class ProblemReport(Model):
    """What somebody without a login reported about a producer's goods. The phone number is shown masked."""

    __tablename__ = "problem_report"
    __table_args__ = (sa.Index(None, "division_code", "status"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    producer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("producer.id"))
    producer: Mapped[Producer] = relationship()
    lot_code: Mapped[str] = mapped_column(sa.String(20), default="")  # as on the label that was scanned
    text: Mapped[str] = mapped_column(sa.String(500))
    name: Mapped[str] = mapped_column(sa.String(64), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    division_code: Mapped[str] = mapped_column(sa.String(12))  # the producer's, for scope
    status: Mapped[ProblemStatus] = mapped_column(Enumerated(ProblemStatus))
    answer: Mapped[str] = mapped_column(sa.String(500), default="")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[str] = mapped_column(sa.String(64), default="")
