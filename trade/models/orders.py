"""Orders for products of the catalogue, sold upward: online, by platforms and wholesale."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves
from products.models import ProduceLevel


class Channel(LabelEnum):
    """Where the order was taken."""

    OWN = "own", _l("县里自己的页面")
    P832 = "832", _l("832 平台")
    TAOBAO = "taobao", _l("淘宝")
    JD = "jd", _l("京东")
    PINDUODUO = "pinduoduo", _l("拼多多")
    DOUYIN = "douyin", _l("抖音")
    OFFLINE = "offline", _l("线下")

    @property
    def online(self) -> bool:
        """Whether the order was received over a public network, which makes it online retail."""
        return self is not Channel.OFFLINE


class OrderKind(LabelEnum):
    """Retail is for use by persons; wholesale and group orders are counted apart."""

    RETAIL = "retail", _l("零售")
    WHOLESALE = "wholesale", _l("批发团购")


class OrderStatus(LabelEnum):
    """Where an order stands."""

    PLACED = "placed", _l("待打包"), "wait"
    PACKED = "packed", _l("待发货"), "wait"
    DISPATCHED = "dispatched", _l("已发货"), "good"
    COMPLETED = "completed", _l("已完成"), "good"
    CANCELLED = "cancelled", _l("已取消"), "bad"


_O = OrderStatus
ORDER_MOVES = Moves(
    {
        _O.PLACED: {_O.PACKED, _O.CANCELLED},
        _O.PACKED: {_O.DISPATCHED, _O.CANCELLED},
        _O.DISPATCHED: {_O.COMPLETED},
    }
)


class Order(Model):
    """One buyer's order. Its division is the smallest that holds all its producers."""

    __tablename__ = "customer_order"
    __table_args__ = (
        sa.UniqueConstraint("channel", "channel_number"),
        sa.CheckConstraint("goods_fen >= 0 AND freight_fen >= 0", name="not_negative"),
        sa.CheckConstraint("total_fen = goods_fen + freight_fen", name="total"),
        sa.Index(None, "division_code", "placed_at"),
        sa.Index(None, "status", "placed_at"),
        sa.Index(None, "placed_at"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    channel: Mapped[Channel] = mapped_column(Enumerated(Channel))
    channel_number: Mapped[str | None] = mapped_column(sa.String(64))  # the platform's own number
    kind: Mapped[OrderKind] = mapped_column(Enumerated(OrderKind), default=OrderKind.RETAIL)
    by_staff: Mapped[bool] = mapped_column(default=False)  # shown apart: not true and valid sales
    status: Mapped[OrderStatus] = mapped_column(Enumerated(OrderStatus))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    buyer_name: Mapped[str] = mapped_column(sa.String(64))
    buyer_phone: Mapped[str] = mapped_column(sa.String(20))
    province: Mapped[str] = mapped_column(sa.String(32))
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    goods_fen: Mapped[int] = mapped_column(sa.BigInteger)
    freight_fen: Mapped[int] = mapped_column(sa.BigInteger)
    total_fen: Mapped[int] = mapped_column(sa.BigInteger)
    waybill: Mapped[str] = mapped_column(sa.String(40), default="")
    operator_id: Mapped[uuid.UUID | None]
    operator_name: Mapped[str] = mapped_column(sa.String(64))
    placed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    packed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    dispatched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    completed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancel_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    lines: Mapped[list[OrderLine]] = relationship(order_by="OrderLine.position", viewonly=True)


class OrderLine(Model):
    """What was ordered, as it was named and priced at that moment."""

    __tablename__ = "customer_order_line"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "position"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("price_fen >= 0 AND amount_fen >= 0", name="not_negative"),
        sa.Index(None, "product_id"),
        sa.Index(None, "producer_id"),
        sa.Index(None, "division_code"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    order_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("customer_order.id"))
    position: Mapped[int]
    product_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("product.id"))
    sku: Mapped[str] = mapped_column(sa.String(32))
    product_name: Mapped[str] = mapped_column(sa.String(100))
    spec: Mapped[str] = mapped_column(sa.String(64))
    unit: Mapped[str] = mapped_column(sa.String(16))
    produce_level: Mapped[ProduceLevel] = mapped_column(Enumerated(ProduceLevel))
    price_fen: Mapped[int] = mapped_column(sa.BigInteger)
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    producer_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("producer.id"))
    producer_name: Mapped[str] = mapped_column(sa.String(100))
    division_code: Mapped[str] = mapped_column(sa.String(12))  # the producer's village
