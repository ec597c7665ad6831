"""What a station does for people: 代买 and 代卖, with the villagers' register and the close of the day."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves
from products.models import ProduceLevel


class ServiceKind(LabelEnum):
    """What was done for the person."""

    PURCHASE = "purchase", _l("代买")
    SALE = "sale", _l("代卖")


class PurchaseStatus(LabelEnum):
    """Where a 代买 stands."""

    ORDERED = "ordered", _l("已下单"), "wait"
    ARRIVED = "arrived", _l("到站"), "wait"
    SIGNED = "signed", _l("已签收"), "good"
    VOIDED = "voided", _l("作废"), "bad"


class SaleStatus(LabelEnum):
    """Where a 代卖 stands."""

    RECORDED = "recorded", _l("待付农户"), "wait"
    PAID = "paid", _l("已付农户"), "good"
    VOIDED = "voided", _l("作废"), "bad"


# A signed purchase and a paid sale may still be voided: the operator tapped the wrong one. Their money is reversed.
_P = PurchaseStatus
PURCHASE_MOVES = Moves(
    {
        _P.ORDERED: {_P.ARRIVED, _P.SIGNED, _P.VOIDED},
        _P.ARRIVED: {_P.SIGNED, _P.VOIDED},
        _P.SIGNED: {_P.VOIDED},
    }
)
_S = SaleStatus
SALE_MOVES = Moves({_S.RECORDED: {_S.PAID, _S.VOIDED}, _S.PAID: {_S.VOIDED}})


class Villager(Model):
    """A person for whom a station buys or sells, as that station knows them."""

    __tablename__ = "villager"
    __table_args__ = (sa.Index(None, "station_id", "name"), sa.Index(None, "station_id", "phone"))

    id: Mapped[uuid.UUID] = uuid_pk()
    name: Mapped[str] = mapped_column(sa.String(64))
    phone: Mapped[str | None] = mapped_column(sa.String(20))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    consent: Mapped[bool] = mapped_column(default=False)  # agreed that name and phone are kept
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StationDay(Model):
    """The counter from which a station's receipts of one day are numbered without gaps."""

    __tablename__ = "station_day"

    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class ServiceRecord:
    """What every record of a service carries without being asked, copied so that it never moves later."""

    __tablename__: Any

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            sa.UniqueConstraint("station_id", "day", "number"),
            sa.Index(None, "division_code", "day"),
            sa.Index(None, "day", "status"),
            sa.Index(None, "villager_id"),
            *cls.__checks__(),
        )

    @classmethod
    def __checks__(cls) -> tuple[sa.CheckConstraint, ...]:
        return ()

    id: Mapped[uuid.UUID] = uuid_pk()
    receipt_code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    day: Mapped[date]  # the county day of recorded_at
    number: Mapped[int]  # of that station on that day, from 1, without gaps
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    station_name: Mapped[str] = mapped_column(sa.String(64))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    division_name: Mapped[str] = mapped_column(sa.String(64))
    operator_id: Mapped[uuid.UUID | None]
    operator_name: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    void_reason: Mapped[str] = mapped_column(sa.String(200), default="")


class PurchaseService(ServiceRecord, Model):
    """代买: something bought for a villager, from the order to the signature."""

    __tablename__ = "purchase_service"

    @classmethod
    def __checks__(cls) -> tuple[sa.CheckConstraint, ...]:
        return (
            sa.CheckConstraint("pieces > 0", name="pieces_positive"),
            sa.CheckConstraint("price_fen >= 0 AND freight_fen >= 0", name="not_negative"),
            sa.CheckConstraint("total_fen = pieces * price_fen + freight_fen", name="total"),
            sa.CheckConstraint("deposit_fen >= 0 AND deposit_fen <= total_fen", name="deposit_within_total"),
        )

    status: Mapped[PurchaseStatus] = mapped_column(Enumerated(PurchaseStatus))
    villager_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("villager.id"))
    villager_name: Mapped[str] = mapped_column(sa.String(64))
    villager_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    item: Mapped[str] = mapped_column(sa.String(100))
    pieces: Mapped[int]
    price_fen: Mapped[int] = mapped_column(sa.BigInteger)  # of one piece
    freight_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    deposit_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    total_fen: Mapped[int] = mapped_column(sa.BigInteger)
    platform: Mapped[str] = mapped_column(sa.String(32), default="")
    arrived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    kind = ServiceKind.PURCHASE

    @property
    def rest_fen(self) -> int:
        """What the villager still pays when taking it home, in fen."""
        return self.total_fen - self.deposit_fen


class SaleService(ServiceRecord, Model):
    """代卖: a farmer's product sold by the station, until the farmer has the money."""

    __tablename__ = "sale_service"

    @classmethod
    def __checks__(cls) -> tuple[sa.CheckConstraint, ...]:
        return (
            sa.CheckConstraint("quantity > 0", name="quantity_positive"),
            sa.CheckConstraint("price_fen >= 0 AND amount_fen >= 0", name="not_negative"),
            sa.CheckConstraint("villager_id IS NOT NULL OR producer_id IS NOT NULL", name="farmer_known"),
        )

    status: Mapped[SaleStatus] = mapped_column(Enumerated(SaleStatus))
    villager_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("villager.id"))
    producer_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("producer.id"))
    farmer_name: Mapped[str] = mapped_column(sa.String(100))
    farmer_phone: Mapped[str] = mapped_column(sa.String(20), default="")
    product_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("product.id"))
    product_name: Mapped[str] = mapped_column(sa.String(100))
    produce_level: Mapped[ProduceLevel] = mapped_column(Enumerated(ProduceLevel), default=ProduceLevel.PRIMARY)
    lot_code: Mapped[str] = mapped_column(sa.String(40), default="")
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3))
    unit: Mapped[str] = mapped_column(sa.String(16))
    price_fen: Mapped[int] = mapped_column(sa.BigInteger)  # of one unit
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    online: Mapped[bool]  # asked of the operator in so many words, never assumed
    buyer: Mapped[str] = mapped_column(sa.String(64), default="")
    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    kind = ServiceKind.SALE


@append_only()
class DayClose(Model):
    """日结: the day's records and cash as the operator closed them. A correction is a further revision."""

    __tablename__ = "day_close"
    __table_args__ = (
        sa.UniqueConstraint("station_id", "day", "revision"),
        sa.Index(None, "division_code", "day"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    station_name: Mapped[str] = mapped_column(sa.String(64))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    day: Mapped[date]
    revision: Mapped[int]
    operator_id: Mapped[uuid.UUID | None]
    operator_name: Mapped[str] = mapped_column(sa.String(64))
    last_number: Mapped[int]  # the receipts 1…last_number of the day are in it
    purchases: Mapped[int]
    purchase_fen: Mapped[int] = mapped_column(sa.BigInteger)
    sales: Mapped[int]
    sale_fen: Mapped[int] = mapped_column(sa.BigInteger)
    opening_fen: Mapped[int] = mapped_column(sa.BigInteger)
    cash_in_fen: Mapped[int] = mapped_column(sa.BigInteger)
    cash_out_fen: Mapped[int] = mapped_column(sa.BigInteger)
    expected_fen: Mapped[int] = mapped_column(sa.BigInteger)
    counted_fen: Mapped[int] = mapped_column(sa.BigInteger)
    note: Mapped[str] = mapped_column(sa.String(200), default="")

    @property
    def difference_fen(self) -> int:
        """Counted minus expected, in fen: positive when there was too much in the drawer."""
        return self.counted_fen - self.expected_fen
