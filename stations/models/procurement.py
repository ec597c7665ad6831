"""What is bought for a construction project: contracts and invoices."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum

if TYPE_CHECKING:
    from stations.models.project import ConstructionProject


class ContractKind(LabelEnum):
    """How the supplier was found."""

    QUOTE = "quote", _l("询价比价")
    TENDER = "tender", _l("招标")
    CONTRACT = "contract", _l("直接签合同")


class Contract(Model):
    """A contract with a supplier or builder."""

    __tablename__ = "project_contract"
    __table_args__ = (
        sa.Index(
            "uq_project_contract_valid",
            "project_id",
            "number",
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    project_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("construction_project.id"))
    number: Mapped[str] = mapped_column(sa.String(50))
    kind: Mapped[ContractKind] = mapped_column(Enumerated(ContractKind))
    subject: Mapped[str] = mapped_column(sa.String(200))
    counterparty: Mapped[str] = mapped_column(sa.String(100))
    counterparty_number: Mapped[str] = mapped_column(sa.String(18))  # 统一社会信用代码; empty for a person
    signed_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(sa.String(64))
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_reason: Mapped[str | None] = mapped_column(sa.String(200))

    invoices: Mapped[list[Invoice]] = relationship(back_populates="contract")

    @property
    def invoiced_fen(self) -> int:
        """What was invoiced under it."""
        return sum(invoice.amount_fen for invoice in self.invoices if invoice.voided_at is None)


class Invoice(Model):
    """A purchase invoice. The same number and code stand once in a county, whoever handed them in."""

    __tablename__ = "construction_invoice"
    __table_args__ = (
        sa.Index(None, "project_id"),
        sa.Index(None, "contract_id"),
        sa.Index(
            "uq_construction_invoice_valid",
            "county_code",
            "code",
            "number",
            unique=True,
            sqlite_where=sa.text("voided_at IS NULL"),
            postgresql_where=sa.text("voided_at IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    project_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("construction_project.id"))
    project: Mapped[ConstructionProject] = relationship(back_populates="invoices")
    contract_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("project_contract.id"))
    contract: Mapped[Contract | None] = relationship(back_populates="invoices")
    county_code: Mapped[str] = mapped_column(sa.String(12))
    number: Mapped[str] = mapped_column(sa.String(20))
    code: Mapped[str] = mapped_column(sa.String(12))  # empty for a fully digital invoice (数电票)
    issued_on: Mapped[date]
    seller: Mapped[str] = mapped_column(sa.String(100))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)  # 价税合计
    tax_fen: Mapped[int] = mapped_column(sa.BigInteger)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(sa.String(64))
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_reason: Mapped[str | None] = mapped_column(sa.String(200))

    lines: Mapped[list[InvoiceLine]] = relationship(order_by="InvoiceLine.position")


class InvoiceLine(Model):
    """How many of a thing an invoice names, and which line of the equipment list that is."""

    __tablename__ = "construction_invoice_line"
    __table_args__ = (sa.Index(None, "invoice_id"), sa.Index(None, "equipment_id"))

    id: Mapped[uuid.UUID] = uuid_pk()
    invoice_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("construction_invoice.id"))
    equipment_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("station_equipment.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))  # as the invoice has it
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3))
