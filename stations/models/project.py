"""A construction project: what a township government applied for, what was approved, and how far it is.

What is bought for it stands in ``procurement``, the things that came of it in ``equipment``.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.access import Role
from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.money import times
from app.core.moves import Moves
from app.core.uploads import Upload
from stations.models.equipment import Equipment
from stations.models.network import Station
from stations.models.procurement import Contract, Invoice


class ProjectStatus(LabelEnum):
    """Where a construction project stands."""

    APPLIED = "applied", _l("已申请，待踏勘"), "wait"
    SCORED = "scored", _l("已踏勘，待批复"), "wait"
    APPROVED = "approved", _l("已批复，待开工"), "wait"
    BUILDING = "building", _l("建设中"), "wait"
    COMPLETED = "completed", _l("已完工，待验收"), "wait"
    ACCEPTED = "accepted", _l("验收合格"), "good"
    REFUSED = "refused", _l("不予批准"), "bad"
    WITHDRAWN = "withdrawn", _l("已撤回"), "bad"


_P = ProjectStatus
PROJECT_MOVES = Moves(
    {
        _P.APPLIED: {_P.SCORED, _P.REFUSED, _P.WITHDRAWN},
        _P.SCORED: {_P.APPROVED, _P.REFUSED, _P.WITHDRAWN},
        _P.APPROVED: {_P.BUILDING, _P.WITHDRAWN},
        _P.BUILDING: {_P.COMPLETED, _P.WITHDRAWN},
        _P.COMPLETED: {_P.ACCEPTED, _P.BUILDING},
    }
)
PROJECT_OVER = frozenset({_P.ACCEPTED, _P.REFUSED, _P.WITHDRAWN})
_NOT_OVER = "status NOT IN ('accepted', 'refused', 'withdrawn')"


class BudgetCategory(LabelEnum):
    """What the subsidy may be spent on; nothing else is."""

    EQUIPMENT = "equipment", _l("设备购置")
    REFURBISHMENT = "refurbishment", _l("装修改造")


class ProjectStage(LabelEnum):
    """At what point a file came to the project."""

    APPLICATION = "application", _l("申请材料")
    SITE = "site", _l("踏勘照片")
    CONTRACT = "contract", _l("合同文件")
    SELF_INSPECTION = "self_inspection", _l("自查照片")


class ConstructionProject(Model):
    """The building of one station. The payee is always the township government; the builder is somebody else.

    Names are copied: they don't move later.
    """

    __tablename__ = "construction_project"
    __table_args__ = (
        sa.Index(None, "division_code"),
        sa.Index(None, "status"),
        sa.Index(
            "uq_construction_project_unfinished",
            "station_id",
            unique=True,
            sqlite_where=sa.text(_NOT_OVER),
            postgresql_where=sa.text(_NOT_OVER),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)  # human code with a check digit
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    station: Mapped[Station] = relationship()
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))  # the station's
    station_name: Mapped[str] = mapped_column(sa.String(64))
    place_name: Mapped[str] = mapped_column(sa.String(200))
    payee_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))  # the township that applied
    payee_name: Mapped[str] = mapped_column(sa.String(64))  # 龙潭镇人民政府
    builder_name: Mapped[str] = mapped_column(sa.String(100))
    builder_number: Mapped[str] = mapped_column(sa.String(18), default="")  # 统一社会信用代码
    purpose: Mapped[str] = mapped_column(sa.String(500))  # why here: what the township writes
    status: Mapped[ProjectStatus] = mapped_column(Enumerated(ProjectStatus))
    applied_on: Mapped[date]
    asked_fen: Mapped[int] = mapped_column(sa.BigInteger)  # what the budget came to when it was handed in
    is_key: Mapped[bool]  # a key township or village when it was approved; decides the standard
    approved_fen: Mapped[int | None] = mapped_column(sa.BigInteger)  # the two that follow together
    approved_equipment_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    approved_refurbishment_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    approved_on: Mapped[date | None]
    approval_reference: Mapped[str] = mapped_column(sa.String(100), default="")
    started_on: Mapped[date | None]
    completed_on: Mapped[date | None]  # the day of the township's own inspection (自查)
    self_inspection: Mapped[str] = mapped_column(sa.String(1000), default="")
    accepted_on: Mapped[date | None]
    closed_reason: Mapped[str] = mapped_column(sa.String(300), default="")  # why refused or withdrawn
    version: Mapped[int] = mapped_column(default=1)  # grows with every change
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))

    budget: Mapped[list[ProjectBudgetLine]] = relationship(order_by="ProjectBudgetLine.position")
    visits: Mapped[list[SiteVisit]] = relationship(order_by="SiteVisit.recorded_at, SiteVisit.id")
    files: Mapped[list[ProjectFile]] = relationship(
        order_by="ProjectFile.added_at, ProjectFile.id",
        primaryjoin="and_(ConstructionProject.id == ProjectFile.project_id, ProjectFile.removed_at.is_(None))",
        viewonly=True,
    )
    contracts: Mapped[list[Contract]] = relationship(order_by="Contract.signed_on, Contract.id")
    invoices: Mapped[list[Invoice]] = relationship(order_by="Invoice.issued_on, Invoice.id", back_populates="project")
    equipment: Mapped[list[Equipment]] = relationship(order_by="Equipment.added_at, Equipment.id")

    @property
    def is_over(self) -> bool:
        """Whether nothing follows any more."""
        return self.status in PROJECT_OVER

    @property
    def budget_fen(self) -> int:
        """What the public money may come to at most now: the approved sum, before that what was asked for."""
        return self.asked_fen if self.approved_fen is None else self.approved_fen

    @property
    def visit(self) -> SiteVisit | None:
        """The visit that counts: the last."""
        return self.visits[-1] if self.visits else None

    @property
    def valid_contracts(self) -> list[Contract]:
        """Those not struck out."""
        return [contract for contract in self.contracts if contract.voided_at is None]

    @property
    def valid_invoices(self) -> list[Invoice]:
        """Those not struck out."""
        return [invoice for invoice in self.invoices if invoice.voided_at is None]

    @property
    def invoiced_fen(self) -> int:
        """What the invoices come to."""
        return sum(invoice.amount_fen for invoice in self.valid_invoices)

    @property
    def listed(self) -> list[Equipment]:
        """The lines of the equipment list that are not struck out."""
        return [thing for thing in self.equipment if thing.voided_at is None]

    @property
    def listed_fen(self) -> int:
        """What the equipment list comes to."""
        return sum(thing.amount_fen for thing in self.listed)


class ProjectBudgetLine(Model):
    """One thing the township asks money for."""

    __tablename__ = "project_budget_line"
    __table_args__ = (sa.Index(None, "project_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    project_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("construction_project.id"))
    position: Mapped[int]
    category: Mapped[BudgetCategory] = mapped_column(Enumerated(BudgetCategory))
    name: Mapped[str] = mapped_column(sa.String(100))
    model: Mapped[str] = mapped_column(sa.String(100))
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3))
    unit: Mapped[str] = mapped_column(sa.String(16))
    unit_price_fen: Mapped[int] = mapped_column(sa.BigInteger)

    @property
    def amount_fen(self) -> int:
        """Quantity times price, rounded half up to whole fen."""
        return times(self.unit_price_fen, self.quantity)


@append_only()
class SiteVisit(Model):
    """The inspector was on the site and gave points. A second visit is another row; the last one counts."""

    __tablename__ = "site_visit"
    __table_args__ = (sa.Index(None, "project_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    project_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("construction_project.id"))
    visited_on: Mapped[date]
    criteria_key: Mapped[str] = mapped_column(sa.String(64))  # which list of criteria was used
    points: Mapped[int]
    most: Mapped[int]
    pass_mark: Mapped[int]
    opinion: Mapped[str] = mapped_column(sa.String(500))
    inspector_name: Mapped[str] = mapped_column(sa.String(64))

    scores: Mapped[list[SiteScore]] = relationship(order_by="SiteScore.position")

    @property
    def is_passed(self) -> bool:
        """Whether the points reach the pass mark."""
        return self.points >= self.pass_mark


@append_only()
class SiteScore(Model):
    """The points for one criterion at one visit; label and most are copied."""

    __tablename__ = "site_score"
    __table_args__ = (sa.UniqueConstraint("visit_id", "key"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    visit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("site_visit.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(64))
    label: Mapped[str] = mapped_column(sa.String(100))
    points: Mapped[int]
    most: Mapped[int]
    remark: Mapped[str] = mapped_column(sa.String(200))


class ProjectFile(Model):
    """A photo or paper of the project: of the application, a site visit, a contract or the self-inspection."""

    __tablename__ = "project_file"
    __table_args__ = (sa.Index(None, "project_id"), sa.Index(None, "visit_id"), sa.Index(None, "contract_id"))

    id: Mapped[uuid.UUID] = uuid_pk()
    project_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("construction_project.id"))
    stage: Mapped[ProjectStage] = mapped_column(Enumerated(ProjectStage))
    visit_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("site_visit.id"))
    contract_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("project_contract.id"))
    upload_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload] = relationship(lazy="joined")
    caption: Mapped[str] = mapped_column(sa.String(100))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(sa.String(64))
    added_role: Mapped[Role] = mapped_column(Enumerated(Role))
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
