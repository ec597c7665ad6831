"""The books: double entry, append-only, sealed."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum


class AccountKind(LabelEnum):
    """On which side an account grows."""

    ASSET = "asset", _l("资产")
    LIABILITY = "liability", _l("负债")
    RESULT = "result", _l("损益")


class Account(LabelEnum):
    """The chart of accounts (会计科目): stored by number, read by name; ``trade.rules.ledger.CHART`` says the rest."""

    CASH = "1001", _l("库存现金")
    PLATFORM_RECEIVABLE = "1122", _l("平台应收")
    BUYER_RECEIVABLE = "1123", _l("代卖应收")
    PURCHASES_IN_TRANSIT = "1402", _l("代买在途")
    PLATFORM_PAYABLE = "2202", _l("应付平台货款")
    FARMER_PAYABLE = "2203", _l("应付农户")
    PRODUCER_PAYABLE = "2204", _l("应付生产者")
    VILLAGER_DEPOSITS = "2205", _l("预收乡亲")
    ORDER_ADVANCES = "2206", _l("预收货款")
    FREIGHT_COLLECTED = "2241", _l("代收运费")
    CENTER_CURRENT = "2242", _l("与县中心往来")
    COD_PAYABLE = "2243", _l("应付快递代收货款")
    CARRIER_FREIGHT = "2244", _l("应付快递运费")
    CASH_DIFFERENCE = "6901", _l("现金长短款")


class TransactionCode(LabelEnum):
    """What happened; each code's legs stand in ``trade.rules.ledger.LEGS``."""

    PURCHASE_ORDERED = "PURCHASE_ORDERED", _l("代买下单")
    PURCHASE_DEPOSIT = "PURCHASE_DEPOSIT", _l("收代买定金")
    PURCHASE_SIGNED = "PURCHASE_SIGNED", _l("代买签收")
    SALE_RECORDED = "SALE_RECORDED", _l("代卖记下")
    FARMER_PAID = "FARMER_PAID", _l("付农户")
    ORDER_PAID = "ORDER_PAID", _l("订单收款")
    ORDER_DISPATCHED = "ORDER_DISPATCHED", _l("订单发货")
    COD_COLLECTED = "COD_COLLECTED", _l("代收货款")
    FREIGHT_COLLECTED = "FREIGHT_COLLECTED", _l("代收运费")
    CARRIER_SETTLED = "CARRIER_SETTLED", _l("付快递公司")
    FLOAT_RECEIVED = "FLOAT_RECEIVED", _l("领备用金")
    CASH_HANDED_IN = "CASH_HANDED_IN", _l("上交现金")
    CASH_OVER = "CASH_OVER", _l("现金长款")
    CASH_SHORT = "CASH_SHORT", _l("现金短款")


@append_only()
class LedgerTransaction(Model):
    """One thing that happened to money. A correction is a further transaction that reverses it."""

    __tablename__ = "ledger_transaction"
    __table_args__ = (
        sa.Index(None, "reference_table", "reference_id"),
        sa.Index(None, "day"),
        sa.UniqueConstraint("reverses_id"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    day: Mapped[date]  # the county day to which it belongs; a corrected count belongs to the day that was counted
    code: Mapped[TransactionCode] = mapped_column(Enumerated(TransactionCode))
    station_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("station.id"))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    reference_table: Mapped[str] = mapped_column(sa.String(64))
    reference_id: Mapped[uuid.UUID]
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("ledger_transaction.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(64))
    memo: Mapped[str] = mapped_column(sa.String(200))


@append_only()
class LedgerEntry(Model):
    """One leg of a transaction: an account, its sub-account, and an amount on one side."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.CheckConstraint("debit_fen >= 0 AND credit_fen >= 0", name="not_negative"),
        sa.CheckConstraint("(debit_fen = 0) <> (credit_fen = 0)", name="one_side"),
        sa.Index(None, "transaction_id"),
        sa.Index(None, "account", "sub_account", "day"),
        sa.Index(None, "division_code", "account"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    transaction_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("ledger_transaction.id"))
    day: Mapped[date]
    division_code: Mapped[str] = mapped_column(sa.String(12))
    account: Mapped[Account] = mapped_column(Enumerated(Account))
    sub_account: Mapped[str] = mapped_column(sa.String(64))  # whose: a station's code, a person's id, a carrier
    sub_name: Mapped[str] = mapped_column(sa.String(100))
    debit_fen: Mapped[int] = mapped_column(sa.BigInteger)
    credit_fen: Mapped[int] = mapped_column(sa.BigInteger)
