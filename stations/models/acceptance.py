"""An acceptance: its dossier, what was judged, scored and found, and how it was decided.

A checklist comes from data (``stations/data/checklists/``) and is copied onto the acceptance when it is opened, so
that a later list changes nothing here.
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
from app.core.moves import Moves
from app.core.scope import county_of
from app.core.uploads import Upload
from stations.models.finding import FoundProblem
from stations.models.network import Station
from stations.models.project import ConstructionProject
from stations.models.subject import Subject


class AcceptanceStatus(LabelEnum):
    """Where an acceptance stands."""

    DRAFT = "draft", _l("整理资料"), "wait"
    SUBMITTED = "submitted", _l("已报送，待查验"), "wait"
    INSPECTED = "inspected", _l("已查验，待决定"), "wait"
    RECTIFICATION = "rectification", _l("限期整改"), "bad"
    PASSED = "passed", _l("验收合格"), "good"
    REFUSED = "refused", _l("不予通过"), "bad"


_A = AcceptanceStatus
ACCEPTANCE_MOVES = Moves(
    {
        _A.DRAFT: {_A.SUBMITTED},
        _A.SUBMITTED: {_A.INSPECTED},
        _A.INSPECTED: {_A.PASSED, _A.RECTIFICATION, _A.REFUSED},
        _A.RECTIFICATION: {_A.PASSED, _A.REFUSED},
    }
)
ACCEPTANCE_OVER = frozenset({_A.PASSED, _A.REFUSED})
_NOT_OVER = "status NOT IN ('passed', 'refused')"


class Evidence(LabelEnum):
    """What shows that an item is there."""

    PHOTO = "photo", _l("照片")
    DOCUMENT = "document", _l("文件")
    TEXT = "text", _l("文字")


class ItemResult(LabelEnum):
    """What the inspector found of an item."""

    QUALIFIED = "qualified", _l("合格"), "good"
    MISSING = "missing", _l("缺"), "bad"
    MISMATCH = "mismatch", _l("不符"), "bad"


class Decision(LabelEnum):
    """What the hub may decide."""

    PASSED = "passed", _l("验收合格"), "good"
    RECTIFICATION = "rectification", _l("限期整改"), "wait"
    REFUSED = "refused", _l("不予通过"), "bad"


class Acceptance(Model):
    """One acceptance of one thing. Names, payee and the checklist are copied: they don't move later.

    A station comes with its project, payee, builder and approved sum; a dossier of anything else has none of them.
    """

    __tablename__ = "acceptance"
    __table_args__ = (
        sa.Index(None, "division_code"),
        sa.Index(None, "status"),
        sa.Index(None, "project_id"),
        sa.Index(
            "uq_acceptance_unfinished",
            "station_id",
            unique=True,
            sqlite_where=sa.text(_NOT_OVER),
            postgresql_where=sa.text(_NOT_OVER),
        ),
        sa.Index(
            "uq_acceptance_dossier_unfinished",
            "subject",
            "division_code",
            "year",
            "subject_name",
            unique=True,
            sqlite_where=sa.text(f"station_id IS NULL AND {_NOT_OVER}"),
            postgresql_where=sa.text(f"station_id IS NULL AND {_NOT_OVER}"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    subject: Mapped[Subject] = mapped_column(Enumerated(Subject))
    subject_name: Mapped[str] = mapped_column(sa.String(100))
    year: Mapped[int]  # the year it is about; of a station, the year it was opened in
    reference_url: Mapped[str] = mapped_column(sa.String(200), default="")  # a path in the system that shows it
    station_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("station.id"))
    station: Mapped[Station | None] = relationship()
    station_code: Mapped[str] = mapped_column(sa.String(16), default="")
    project_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("construction_project.id"))
    project: Mapped[ConstructionProject | None] = relationship()
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    place_name: Mapped[str] = mapped_column(sa.String(200))  # 酉阳县 龙潭镇 花莲村, as called that day
    payee_code: Mapped[str | None] = mapped_column(sa.ForeignKey("division.code"))
    payee_name: Mapped[str] = mapped_column(sa.String(64), default="")
    builder_name: Mapped[str] = mapped_column(sa.String(100), default="")
    approved_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    approval_reference: Mapped[str] = mapped_column(sa.String(100), default="")
    template_key: Mapped[str] = mapped_column(sa.String(64))
    template_title: Mapped[str] = mapped_column(sa.String(100))
    template_basis: Mapped[list[str]] = mapped_column(sa.JSON)
    pass_mark: Mapped[int | None]  # percent of the points that an acceptance needs; of the checklist
    status: Mapped[AcceptanceStatus] = mapped_column(Enumerated(AcceptanceStatus))
    # Grows with every change of the dossier: who decides says which state was read.
    version: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[str] = mapped_column(sa.String(64))
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    submitted_by: Mapped[str | None] = mapped_column(sa.String(64))
    inspected_on: Mapped[date | None]
    inspected_by: Mapped[str | None] = mapped_column(sa.String(64))
    decided_on: Mapped[date | None]
    document_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("issued_document.id"))

    items: Mapped[list[AcceptanceItem]] = relationship(order_by="AcceptanceItem.position")
    findings: Mapped[list[Finding]] = relationship(order_by="Finding.found_at, Finding.id")
    files: Mapped[list[AcceptanceFile]] = relationship(order_by="AcceptanceFile.added_at, AcceptanceFile.id")
    decisions: Mapped[list[AcceptanceDecision]] = relationship(
        order_by="AcceptanceDecision.recorded_at, AcceptanceDecision.id"
    )

    @property
    def is_over(self) -> bool:
        """Whether it has been decided for good."""
        return self.status in ACCEPTANCE_OVER

    @property
    def judged(self) -> tuple[int, int]:
        """(judged or waived, all): the "12 / 18" of the inspection."""
        return sum(1 for item in self.items if item.result is not None or item.is_waived), len(self.items)

    @property
    def handed_in(self) -> tuple[int, int]:
        """(with evidence or waived, all): the "12 / 18" of the dossier."""
        return sum(1 for item in self.items if item.has_evidence or item.is_waived), len(self.items)

    @property
    def is_of_county(self) -> bool:
        """Whether it belongs to the county itself and not to one of its townships."""
        return self.division_code == county_of(self.division_code)


class AcceptanceItem(Model):
    """One thing the checklist asks for, with what was handed in and how it was judged."""

    __tablename__ = "acceptance_item"
    __table_args__ = (sa.UniqueConstraint("acceptance_id", "key"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    acceptance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("acceptance.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(64))
    label: Mapped[str] = mapped_column(sa.String(100))
    hint: Mapped[str] = mapped_column(sa.String(300))
    source: Mapped[str] = mapped_column(sa.String(100))
    evidence: Mapped[Evidence] = mapped_column(Enumerated(Evidence))
    required: Mapped[bool]
    has_amount: Mapped[bool]
    is_payment: Mapped[bool]
    sign: Mapped[str] = mapped_column(sa.String(100), default="")  # the words that must stand on the wall
    points: Mapped[int | None]  # the most it can be scored with; None: it isn't scored
    answer: Mapped[str] = mapped_column(sa.String(500), default="")
    dated_on: Mapped[date | None]
    issuer: Mapped[str] = mapped_column(sa.String(100), default="")
    amount_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    page_count: Mapped[int | None]  # as typed; what the files say is in :attr:`pages`
    result: Mapped[ItemResult | None] = mapped_column(Enumerated(ItemResult))
    score: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    remark: Mapped[str] = mapped_column(sa.String(300), default="")
    checker_name: Mapped[str | None] = mapped_column(sa.String(64))
    judged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    waived_reason: Mapped[str | None] = mapped_column(sa.String(300))
    waived_by: Mapped[str | None] = mapped_column(sa.String(64))
    waived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    files: Mapped[list[AcceptanceFile]] = relationship(
        order_by="AcceptanceFile.added_at, AcceptanceFile.id",
        primaryjoin="and_(AcceptanceItem.id == AcceptanceFile.item_id, AcceptanceFile.removed_at.is_(None))",
        viewonly=True,
    )

    @property
    def is_waived(self) -> bool:
        """Whether the hub signed that it need not be there."""
        return self.waived_reason is not None

    @property
    def has_evidence(self) -> bool:
        """Whether something of the asked kind is there."""
        return bool(self.answer) if self.evidence is Evidence.TEXT else bool(self.files)

    @property
    def pages(self) -> int | None:
        """The pages of its papers: what was typed, else what could be read from the files; None when neither."""
        read = [file.page_count for file in self.files if file.page_count is not None]
        return self.page_count if self.page_count is not None else sum(read) if read else None


class AcceptanceFile(Model):
    """A file of the dossier: shows an item, or that a finding was put right."""

    __tablename__ = "acceptance_file"
    __table_args__ = (sa.Index(None, "acceptance_id"), sa.Index(None, "item_id"), sa.Index(None, "finding_id"))

    id: Mapped[uuid.UUID] = uuid_pk()
    acceptance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("acceptance.id"))
    item_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("acceptance_item.id"))
    finding_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("acceptance_finding.id"))
    upload_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload] = relationship(lazy="joined")
    page_count: Mapped[int | None]  # of a paper: those of the PDF, 1 for a picture
    caption: Mapped[str] = mapped_column(sa.String(100))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(sa.String(64))
    added_role: Mapped[Role] = mapped_column(Enumerated(Role))  # only the same side may take it out again
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Finding(FoundProblem, Model):
    """Something wrong that was found, who puts it right and until when."""

    __tablename__ = "acceptance_finding"
    __table_args__ = (sa.Index(None, "acceptance_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    acceptance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("acceptance.id"))
    item_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("acceptance_item.id"))
    item: Mapped[AcceptanceItem | None] = relationship()
    measure: Mapped[str] = mapped_column(sa.String(300), default="")

    files: Mapped[list[AcceptanceFile]] = relationship(
        order_by="AcceptanceFile.added_at, AcceptanceFile.id",
        primaryjoin="and_(Finding.id == AcceptanceFile.finding_id, AcceptanceFile.removed_at.is_(None))",
        viewonly=True,
    )
    reinspections: Mapped[list[Reinspection]] = relationship(order_by="Reinspection.recorded_at, Reinspection.id")


@append_only()
class Reinspection(Model):
    """A second look at a finding: good now, or not yet. What had been done by then is copied."""

    __tablename__ = "acceptance_reinspection"
    __table_args__ = (sa.Index(None, "finding_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finding_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("acceptance_finding.id"))
    measure: Mapped[str] = mapped_column(sa.String(300))
    rectified_on: Mapped[date]
    good: Mapped[bool]
    remark: Mapped[str] = mapped_column(sa.String(300))
    inspected_on: Mapped[date]
    inspector_name: Mapped[str] = mapped_column(sa.String(64))


@append_only()
class AcceptanceDecision(Model):
    """What was decided, with the opinion and who signed for whom."""

    __tablename__ = "acceptance_decision"
    __table_args__ = (sa.Index(None, "acceptance_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    acceptance_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("acceptance.id"))
    version: Mapped[int]  # of the acceptance, as it was read
    decision: Mapped[Decision] = mapped_column(Enumerated(Decision))
    opinion: Mapped[str] = mapped_column(sa.String(500))
    township_signer: Mapped[str] = mapped_column(sa.String(64))
    bureau_signer: Mapped[str] = mapped_column(sa.String(64))
    third_party: Mapped[str] = mapped_column(sa.String(100))  # the firm; empty when none was engaged
    third_party_signer: Mapped[str] = mapped_column(sa.String(64))
    decided_on: Mapped[date]
    actor_name: Mapped[str] = mapped_column(sa.String(64))
