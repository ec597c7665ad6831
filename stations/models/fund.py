"""The earmarked fund account (专项资金): its money in and out, as a ledger of its own."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.uploads import Upload


class SpendingCategory(LabelEnum):
    """What public money is spent on: the share rules count by it."""

    UPSTREAM = "upstream", _l("农产品上行")
    LOGISTICS = "logistics", _l("三级物流")
    TRAINING = "training", _l("人才培训")
    CENTRE = "centre", _l("县级公共服务中心")
    STATIONS = "stations", _l("乡村站点")
    OTHER = "other", _l("其他")


class EntryKind(LabelEnum):
    """What moved the balance of a fund."""

    ARRIVED = "arrived", _l("到账"), "good"
    PAID = "paid", _l("支付"), "plain"
    CLAWED_BACK = "clawed_back", _l("追回"), "wait"
    RETURNED = "returned_to_treasury", _l("退回国库"), "plain"
    REVERSAL = "reversal", _l("冲正"), "bad"


class SubsidyFund(Model):
    """One earmarked fund of a county and a year, with its own account.

    ``version`` grows with every entry: whoever books takes the row first, so that two payments can't both see the
    last money.
    """

    __tablename__ = "subsidy_fund"
    __table_args__ = (sa.UniqueConstraint("county_code", "year", "name", name="uq_subsidy_fund_name"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    county_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    year: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    document: Mapped[str] = mapped_column(sa.String(100))  # 下达文件
    planned_fen: Mapped[int] = mapped_column(sa.BigInteger)
    due_on: Mapped[date]  # the day by which the planned sum should have arrived
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))


@append_only()
class FundEntry(Model):
    """One movement of a fund's money. Written once; a wrong one is reversed by another row that says why.

    ``amount_fen`` carries the sign: what comes in is positive, what goes out negative, and the balance is the sum.
    """

    __tablename__ = "fund_entry"
    __table_args__ = (
        sa.Index(None, "fund_id", "day"),
        sa.Index(None, "subsidy_id"),
        sa.Index(None, "operator_instalment_id"),
        sa.UniqueConstraint("reverses_id"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    fund_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subsidy_fund.id"))
    fund: Mapped[SubsidyFund] = relationship(viewonly=True)
    day: Mapped[date]
    kind: Mapped[EntryKind] = mapped_column(Enumerated(EntryKind))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    category: Mapped[SpendingCategory | None] = mapped_column(Enumerated(SpendingCategory))  # of what is spent
    party_name: Mapped[str] = mapped_column(sa.String(100))  # who paid it in, or who got it
    purpose: Mapped[str] = mapped_column(sa.String(300))  # of a reversal, a claw-back or a return: the reason
    document: Mapped[str] = mapped_column(sa.String(100))  # number of the voucher or the paper
    upload_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload | None] = relationship(viewonly=True)
    subsidy_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("subsidy.id"))
    instalment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("subsidy_instalment.id"))
    operator_instalment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("operator_instalment.id"))
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("fund_entry.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(64))
