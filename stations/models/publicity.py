"""Postings (公示) and the objections to them."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.documents import IssuedDocument
from app.core.labels import LabelEnum
from app.core.moves import Moves
from app.core.uploads import Upload


class PublicitySubject(LabelEnum):
    """What is posted."""

    ACCEPTANCE = "acceptance", _l("验收结果")
    SUBSIDY_LIST = "subsidy_list", _l("补助名单")
    EVALUATION = "evaluation", _l("绩效评价结果")
    PRODUCT_SELECTION = "product_selection", _l("产品遴选")
    OTHER = "other", _l("其他")


class PublicityStatus(LabelEnum):
    """Where a posting stands."""

    OPEN = "open", lazy_pgettext("publicity", "公示中"), "wait"
    CONCLUDED = "concluded", lazy_pgettext("publicity", "已办结"), "good"
    WITHDRAWN = "withdrawn", lazy_pgettext("publicity", "已撤回"), "bad"


_P = PublicityStatus
PUBLICITY_MOVES = Moves({_P.OPEN: {_P.CONCLUDED, _P.WITHDRAWN}})


class ObjectionStatus(LabelEnum):
    """Whether an objection was answered."""

    OPEN = "open", _l("待答复"), "bad"
    ANSWERED = "answered", _l("已答复"), "good"


OBJECTION_MOVES = Moves({ObjectionStatus.OPEN: {ObjectionStatus.ANSWERED}})


class Publicity(Model):
    """Something posted for objections; the first and the last day are both counted. Holds no personal data."""

    __tablename__ = "publicity"
    __table_args__ = (sa.Index(None, "division_code"), sa.Index(None, "status"), sa.Index(None, "starts_on"))

    id: Mapped[uuid.UUID] = uuid_pk()
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    issuer: Mapped[str] = mapped_column(sa.String(100))  # who posts, as it stands below the text
    subject: Mapped[PublicitySubject] = mapped_column(Enumerated(PublicitySubject))
    reference: Mapped[str] = mapped_column(sa.String(200))  # number of the document it is about
    evaluation_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("evaluation.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(150))
    text: Mapped[str] = mapped_column(sa.Text)
    places: Mapped[str] = mapped_column(sa.String(300))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    status: Mapped[PublicityStatus] = mapped_column(Enumerated(PublicityStatus))
    version: Mapped[int] = mapped_column(default=1)  # grows with every change
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    conclusion: Mapped[str] = mapped_column(sa.String(500), default="")
    concluded_on: Mapped[date | None]
    concluded_by: Mapped[str] = mapped_column(sa.String(64), default="")
    document_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("issued_document.id"))
    document: Mapped[IssuedDocument | None] = relationship()

    files: Mapped[list[PublicityFile]] = relationship(order_by="PublicityFile.added_at, PublicityFile.id")
    objections: Mapped[list[Objection]] = relationship(
        order_by="Objection.received_at, Objection.id", back_populates="publicity"
    )

    @property
    def open_objections(self) -> list[Objection]:
        """Those that nobody answered yet."""
        return [row for row in self.objections if row.status is ObjectionStatus.OPEN]


class PublicityFile(Model):
    """A file of a posting: anybody may open it."""

    __tablename__ = "publicity_file"
    __table_args__ = (sa.Index(None, "publicity_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    publicity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("publicity.id"))
    upload_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload] = relationship(lazy="joined")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Objection(Model):
    """What somebody without a login objects. Name and phone are encrypted; the code leads to the answer."""

    __tablename__ = "publicity_objection"
    __table_args__ = (sa.Index(None, "publicity_id"), sa.Index(None, "status"))

    id: Mapped[uuid.UUID] = uuid_pk()
    publicity_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("publicity.id"))
    publicity: Mapped[Publicity] = relationship(back_populates="objections")
    division_code: Mapped[str] = mapped_column(sa.String(12))  # the posting's, for scope
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)  # human code with a check digit
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    text: Mapped[str] = mapped_column(sa.String(1000))
    contact: Mapped[str] = mapped_column(sa.Text, default="")  # encrypted; empty when nothing was left
    status: Mapped[ObjectionStatus] = mapped_column(Enumerated(ObjectionStatus))
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    answer_public: Mapped[bool] = mapped_column(default=False)
    answered_on: Mapped[date | None]
    answered_by: Mapped[str] = mapped_column(sa.String(64), default="")
