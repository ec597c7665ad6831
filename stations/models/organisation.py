"""Organisation records (组织管理台账): documents, meetings, rules, on-site checks, the public column."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum
from app.core.uploads import Upload


class RecordKind(LabelEnum):
    """What is recorded."""

    LEADING_GROUP_DOCUMENT = "leading_group_document", _l("领导小组文件")
    MEETING = "meeting", _l("会议")
    RULE_FUNDS = "rule_funds", _l("资金管理制度")
    RULE_PROJECTS = "rule_projects", _l("项目管理制度")
    RULE_ASSETS = "rule_assets", _l("资产管理制度")
    RULE_OTHER = "rule_other", _l("其他制度")
    ONSITE_CHECK = "onsite_check", _l("现场督导")
    PUBLIC_COLUMN = "public_column", _l("信息公开专栏")


class OrganisationRecord(Model):
    """One line of the register. Never deleted: a wrong one is voided with the reason."""

    __tablename__ = "organisation_record"
    __table_args__ = (sa.Index(None, "division_code", "kind"), sa.Index(None, "dated_on"))

    id: Mapped[uuid.UUID] = uuid_pk()
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    kind: Mapped[RecordKind] = mapped_column(Enumerated(RecordKind))
    column_key: Mapped[str] = mapped_column(sa.String(64), default="")  # of the public column: which required content
    title: Mapped[str] = mapped_column(sa.String(150))
    dated_on: Mapped[date]
    place: Mapped[str] = mapped_column(sa.String(150), default="")
    participants: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.String(1000), default="")
    url: Mapped[str] = mapped_column(sa.String(300), default="")
    upload_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload | None] = relationship(lazy="joined")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(sa.String(64))
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    voided_by: Mapped[str] = mapped_column(sa.String(64), default="")
