"""Reports of a period as they were issued."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Model, UTCDateTime, uuid_pk
from app.core.documents import IssuedDocument
from app.core.uploads import Upload


class MonthReport(Model):
    """A month's statistics as signed PDF and as workbook. A corrected report is a further revision."""

    __tablename__ = "month_report"
    __table_args__ = (sa.UniqueConstraint("division_code", "month", "revision"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    division_code: Mapped[str] = mapped_column(sa.String(12))
    month: Mapped[str] = mapped_column(sa.String(7))
    revision: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    document_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("issued_document.id"))
    document: Mapped[IssuedDocument] = relationship()
    workbook_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("upload.id"))
    workbook: Mapped[Upload] = relationship()
