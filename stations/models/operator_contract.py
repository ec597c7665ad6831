"""The operator's contract of the county centre: duties, daily records, instalments, jobs."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves
from app.core.uploads import Upload
from stations.models.fund import SubsidyFund


class OperatorInstalmentStatus(LabelEnum):
    """How far an instalment of the yearly fee is."""

    PLANNED = "planned", _l("未考核"), "plain"
    ASSESSED = "assessed", _l("考核达标，待支付"), "wait"
    BELOW = "below", _l("考核未达标"), "bad"
    PAID = "paid", _l("已支付"), "good"


_O = OperatorInstalmentStatus
OPERATOR_INSTALMENT_MOVES = Moves(
    {
        _O.PLANNED: {_O.ASSESSED, _O.BELOW},
        _O.BELOW: {_O.ASSESSED, _O.BELOW},  # rectified and assessed again
        _O.ASSESSED: {_O.PAID, _O.ASSESSED, _O.BELOW},
        _O.PAID: {_O.ASSESSED},  # the payment was booked wrongly and reversed
    }
)


class JobGroup(LabelEnum):
    """The groups for whom jobs are to be found first."""

    NONE = "none", _l("一般人员")
    DISABLED = "disabled", _l("残疾人")
    POOR = "poor", _l("脱贫户、低收入户")
    MONITORED = "monitored", _l("监测户")
    RETURNED = "returned", _l("返乡人员")


PRIORITY_GROUPS = frozenset({JobGroup.DISABLED, JobGroup.POOR, JobGroup.MONITORED})


class OperatorContract(Model):
    """Who runs the county centre, from when to when, for how much a year. What the template asked for is copied."""

    __tablename__ = "operator_contract"
    __table_args__ = (sa.Index(None, "county_code"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    county_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    fund_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("subsidy_fund.id"))
    fund: Mapped[SubsidyFund] = relationship(viewonly=True)
    number: Mapped[str] = mapped_column(sa.String(50))
    contractor: Mapped[str] = mapped_column(sa.String(100))
    contractor_number: Mapped[str] = mapped_column(sa.String(18))  # 统一社会信用代码
    starts_on: Mapped[date]
    ends_on: Mapped[date]  # the last day
    annual_fee_fen: Mapped[int] = mapped_column(sa.BigInteger)
    selection: Mapped[str] = mapped_column(sa.String(300))  # how the operator was chosen, with the paper's number
    template_key: Mapped[str] = mapped_column(sa.String(64))
    template_document: Mapped[str] = mapped_column(sa.String(200))
    jobs_target: Mapped[int]
    upload_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload] = relationship(viewonly=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))

    duties: Mapped[list[OperatorDuty]] = relationship(order_by="OperatorDuty.position")
    instalments: Mapped[list[OperatorInstalment]] = relationship(
        order_by="OperatorInstalment.position", back_populates="contract"
    )


class OperatorDuty(Model):
    """What the operator owes in a contract year, and in which unit it is counted."""

    __tablename__ = "operator_duty"
    __table_args__ = (sa.UniqueConstraint("contract_id", "key"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    contract_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("operator_contract.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(64))
    label: Mapped[str] = mapped_column(sa.String(100))
    hint: Mapped[str] = mapped_column(sa.String(300))
    unit: Mapped[str] = mapped_column(sa.String(16))
    yearly_target: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3))


@append_only()
class DutyRecord(Model):
    """What the operator did on a day. A wrong one is put right by another row with the difference and the reason."""

    __tablename__ = "duty_record"
    __table_args__ = (sa.Index(None, "contract_id", "day"), sa.Index(None, "corrects_id"))

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    contract_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("operator_contract.id"))
    duty_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("operator_duty.id"))
    duty: Mapped[OperatorDuty] = relationship(viewonly=True)
    day: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3))  # of a correction: the difference
    text: Mapped[str] = mapped_column(sa.String(300))  # of a correction: the reason
    upload_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload | None] = relationship(viewonly=True)
    corrects_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("duty_record.id"))
    actor_name: Mapped[str] = mapped_column(sa.String(64))


class OperatorInstalment(Model):
    """One part of the fee, paid after the assessment of a period reached the score of the contract."""

    __tablename__ = "operator_instalment"
    __table_args__ = (sa.UniqueConstraint("contract_id", "position"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    contract_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("operator_contract.id"))
    contract: Mapped[OperatorContract] = relationship(back_populates="instalments")
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(100))
    due_on: Mapped[date]  # the last day of the period that is assessed
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    required_score: Mapped[int]
    status: Mapped[OperatorInstalmentStatus] = mapped_column(Enumerated(OperatorInstalmentStatus))
    score: Mapped[int | None]
    assessed_on: Mapped[date | None]
    assessed_by: Mapped[str | None] = mapped_column(sa.String(64))
    opinion: Mapped[str] = mapped_column(sa.String(500), default="")
    paid_on: Mapped[date | None]
    paid_by: Mapped[str | None] = mapped_column(sa.String(64))
    voucher: Mapped[str] = mapped_column(sa.String(100), default="")  # of the bank; the fund's entry has it too
    upload_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload | None] = relationship(viewonly=True)


class OperatorJob(Model):
    """A job at the centre or its stations that counts for the plan. Lists show the name masked."""

    __tablename__ = "operator_job"
    __table_args__ = (sa.Index(None, "contract_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    contract_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("operator_contract.id"))
    name: Mapped[str] = mapped_column(sa.String(64))
    work: Mapped[str] = mapped_column(sa.String(100))  # 客服, 打包 ...
    group: Mapped[JobGroup] = mapped_column("job_group", Enumerated(JobGroup))
    from_day: Mapped[date]
    to_day: Mapped[date | None]  # the last day
    upload_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))  # contract, or proof of the group
    upload: Mapped[Upload | None] = relationship(viewonly=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))
