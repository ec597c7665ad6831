"""The subsidy (建设补助) of a construction project, and the instalments in which it is paid."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves
from app.core.uploads import Upload
from stations.models.fund import SpendingCategory, SubsidyFund
from stations.models.network import StationKind
from stations.models.project import ConstructionProject


class SubsidyStatus(LabelEnum):
    """Where a subsidy stands. It follows from the money: see ``stations.rules.subsidy.status_after``."""

    GRANTED = "granted", _l("已核定，未拨付"), "wait"
    PARTLY_PAID = "partly_paid", _l("部分拨付"), "wait"
    PAID = "paid", _l("已拨付"), "good"
    RECOVERED = "recovered", _l("已全部追回"), "bad"
    CANCELLED = "cancelled", _l("已取消"), "bad"


_S = SubsidyStatus
SUBSIDY_MOVES = Moves(
    {
        _S.GRANTED: {_S.PARTLY_PAID, _S.PAID, _S.CANCELLED},
        _S.PARTLY_PAID: {_S.PAID, _S.RECOVERED, _S.GRANTED},  # back again when a payment was booked wrongly
        _S.PAID: {_S.RECOVERED, _S.PARTLY_PAID, _S.GRANTED},
        _S.RECOVERED: {_S.PAID, _S.PARTLY_PAID},  # the claw-back was booked wrongly
    }
)
SUBSIDY_OVER = frozenset({_S.RECOVERED, _S.CANCELLED})
_NOT_OVER = sa.text("status NOT IN ('recovered', 'cancelled')")


class Milestone(LabelEnum):
    """What must have happened before an instalment may be paid."""

    APPROVED = "approved", _l("项目批复后")
    STARTED = "started", _l("开工后")
    COMPLETED = "completed", _l("完工后")
    ACCEPTED = "accepted", _l("验收合格后")


class InstalmentStatus(LabelEnum):
    """How far an instalment is."""

    PLANNED = "planned", _l("未申请"), "plain"
    REQUESTED = "requested", _l("已申请，待审核"), "wait"
    APPROVED = "approved", _l("已审核，待支付"), "wait"
    PAID = "paid", _l("已支付"), "good"


_I = InstalmentStatus
INSTALMENT_MOVES = Moves(
    {
        _I.PLANNED: {_I.REQUESTED},
        _I.REQUESTED: {_I.APPROVED, _I.PLANNED},
        _I.APPROVED: {_I.PAID},
        _I.PAID: {_I.APPROVED},  # the payment was booked wrongly and reversed
    }
)


class Subsidy(Model):
    """What one project is granted. Standard, names and payee are copied: they don't move later.

    One funded station of a kind in a division: the index decides, also between two people at the same moment.
    """

    __tablename__ = "subsidy"
    __table_args__ = (
        sa.Index(None, "division_code"),
        sa.Index(None, "status"),
        sa.Index(None, "fund_id"),
        sa.Index("uq_subsidy_project", "project_id", unique=True, sqlite_where=_NOT_OVER, postgresql_where=_NOT_OVER),
        sa.Index(
            "uq_subsidy_funded_place",
            "division_code",
            "station_kind",
            unique=True,
            sqlite_where=_NOT_OVER,
            postgresql_where=_NOT_OVER,
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)  # human code with a check digit
    fund_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subsidy_fund.id"))
    fund: Mapped[SubsidyFund] = relationship(viewonly=True)
    project_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("construction_project.id"))
    project: Mapped[ConstructionProject] = relationship(viewonly=True)
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    station_name: Mapped[str] = mapped_column(sa.String(64))
    station_kind: Mapped[StationKind] = mapped_column(Enumerated(StationKind))
    place_name: Mapped[str] = mapped_column(sa.String(200))
    payee_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    payee_name: Mapped[str] = mapped_column(sa.String(64))
    is_key: Mapped[bool]
    standard_key: Mapped[str] = mapped_column(sa.String(64))
    standard_title: Mapped[str] = mapped_column(sa.String(100))
    standard_document: Mapped[str] = mapped_column(sa.String(200))
    standard_fen: Mapped[int] = mapped_column(sa.BigInteger)
    approved_fen: Mapped[int] = mapped_column(sa.BigInteger)
    own_fen: Mapped[int] = mapped_column(sa.BigInteger)  # 自筹和社会资金, put in beside the subsidy
    own_source: Mapped[str] = mapped_column(sa.String(200))
    category: Mapped[SpendingCategory] = mapped_column(Enumerated(SpendingCategory))
    status: Mapped[SubsidyStatus] = mapped_column(Enumerated(SubsidyStatus))
    granted_on: Mapped[date]
    reference: Mapped[str] = mapped_column(sa.String(100))  # 核定文号
    cancelled_reason: Mapped[str | None] = mapped_column(sa.String(300))
    version: Mapped[int] = mapped_column(default=1)  # grows with every change
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))

    instalments: Mapped[list[SubsidyInstalment]] = relationship(
        order_by="SubsidyInstalment.position", back_populates="subsidy"
    )

    @property
    def paid_fen(self) -> int:
        """What the paid instalments come to."""
        return sum(part.amount_fen for part in self.instalments if part.status is InstalmentStatus.PAID)

    @property
    def is_over(self) -> bool:
        """Whether nothing can be paid on it any more."""
        return self.status in SUBSIDY_OVER


class SubsidyInstalment(Model):
    """One part of a subsidy: when it may be paid, how much it is, and how far it got."""

    __tablename__ = "subsidy_instalment"
    __table_args__ = (sa.UniqueConstraint("subsidy_id", "position"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    subsidy_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subsidy.id"))
    subsidy: Mapped[Subsidy] = relationship(back_populates="instalments")
    position: Mapped[int]
    milestone: Mapped[Milestone] = mapped_column(Enumerated(Milestone))
    before_acceptance: Mapped[bool]  # the standard allows it
    share: Mapped[int]  # percent of the subsidy, as the standard has it
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    status: Mapped[InstalmentStatus] = mapped_column(Enumerated(InstalmentStatus))
    requested_on: Mapped[date | None]
    requested_by: Mapped[str | None] = mapped_column(sa.String(64))
    request_text: Mapped[str] = mapped_column(sa.String(300), default="")
    approved_on: Mapped[date | None]
    approved_by: Mapped[str | None] = mapped_column(sa.String(64))
    paid_on: Mapped[date | None]
    paid_by: Mapped[str | None] = mapped_column(sa.String(64))
    voucher: Mapped[str] = mapped_column(sa.String(100), default="")  # of the bank; the fund's entry has it too
    upload_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload | None] = relationship(viewonly=True)
    received_on: Mapped[date | None]  # the township says the money has come
    received_by: Mapped[str | None] = mapped_column(sa.String(64))
