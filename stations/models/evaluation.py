"""The yearly performance evaluation (绩效评价): a score tree, scored in three rounds, with evidence and rectification.

The tree comes from data (``stations/data/score_trees.toml``) and is copied onto the leaves when an evaluation is
opened, so that a later tree changes nothing here.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.access import Role
from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.documents import DocumentStatus, IssuedDocument
from app.core.labels import LabelEnum
from app.core.moves import Moves
from app.core.uploads import Upload
from stations.models.finding import FoundProblem


class EvaluationStatus(LabelEnum):
    """Where an evaluation stands."""

    SELF = "self", _l("县级自评中"), "wait"
    COUNTY_REVIEW = "county_review", _l("县级复核中"), "wait"
    PROVINCE_REVIEW = "province_review", _l("省级评价中"), "wait"
    PUBLISHED = "published", _l("结果已公布"), "good"
    CLOSED = "closed", _l("已归档"), "good"


_E = EvaluationStatus
EVALUATION_MOVES = Moves(
    {
        _E.SELF: {_E.COUNTY_REVIEW},
        _E.COUNTY_REVIEW: {_E.PROVINCE_REVIEW, _E.SELF},
        _E.PROVINCE_REVIEW: {_E.PUBLISHED, _E.COUNTY_REVIEW},
        _E.PUBLISHED: {_E.CLOSED, _E.PROVINCE_REVIEW},
    }
)


class Round(LabelEnum):
    """Whose score it is."""

    SELF = "self", lazy_pgettext("round", "自评")
    COUNTY = "county", lazy_pgettext("round", "县级复核")
    PROVINCE = "province", lazy_pgettext("round", "省级评价")


class EvidenceKind(LabelEnum):
    """What a leaf's evidence is."""

    LINK = "link", _l("系统里的记录")
    DOCUMENT = "document", _l("文件")


class Evaluation(Model):
    """One county's evaluation of one year."""

    __tablename__ = "evaluation"
    __table_args__ = (sa.UniqueConstraint("division_code", "year"), sa.Index(None, "status"))

    id: Mapped[uuid.UUID] = uuid_pk()
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    county_name: Mapped[str] = mapped_column(sa.String(64))
    year: Mapped[int]
    tree_key: Mapped[str] = mapped_column(sa.String(64))
    tree_title: Mapped[str] = mapped_column(sa.String(100))
    tree_basis: Mapped[list[str]] = mapped_column(sa.JSON)
    status: Mapped[EvaluationStatus] = mapped_column(Enumerated(EvaluationStatus))
    version: Mapped[int] = mapped_column(default=1)  # grows with every change
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_by: Mapped[str] = mapped_column(sa.String(64))

    leaves: Mapped[list[EvaluationLeaf]] = relationship(order_by="EvaluationLeaf.position")
    rectifications: Mapped[list[EvaluationRectification]] = relationship(
        order_by="EvaluationRectification.found_at, EvaluationRectification.id"
    )
    steps: Mapped[list[EvaluationStep]] = relationship(order_by="EvaluationStep.recorded_at, EvaluationStep.id")
    reports: Mapped[list[EvaluationReport]] = relationship(order_by="EvaluationReport.issued_at, EvaluationReport.id")

    @property
    def title(self) -> str:
        """``酉阳县 2025 年度绩效评价``, as documents and the trail call it."""
        return f"{self.county_name} {self.year} 年度绩效评价"


class EvaluationLeaf(Model):
    """One indicator of the tree, with the scores of the three rounds."""

    __tablename__ = "evaluation_leaf"
    __table_args__ = (sa.UniqueConstraint("evaluation_id", "key"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    evaluation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evaluation.id"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(sa.String(64))
    group: Mapped[str] = mapped_column("first_level", sa.String(64))  # 一级指标
    part: Mapped[str] = mapped_column("second_level", sa.String(64))  # 二级指标
    label: Mapped[str] = mapped_column(sa.String(100))
    explanation: Mapped[str] = mapped_column(sa.String(300))
    standard: Mapped[str] = mapped_column(sa.String(500))
    points: Mapped[Decimal] = mapped_column(sa.Numeric(5, 1))
    is_bonus: Mapped[bool]
    site_check: Mapped[bool]
    wanted: Mapped[list[str]] = mapped_column(sa.JSON)  # the evidence asked for
    self_score: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    self_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    self_by: Mapped[str] = mapped_column(sa.String(64), default="")
    self_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    county_score: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    county_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    county_by: Mapped[str] = mapped_column(sa.String(64), default="")
    county_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    province_score: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    province_reason: Mapped[str] = mapped_column(sa.String(500), default="")
    province_by: Mapped[str] = mapped_column(sa.String(64), default="")
    province_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    evidence: Mapped[list[EvaluationEvidence]] = relationship(
        order_by="EvaluationEvidence.added_at, EvaluationEvidence.id",
        primaryjoin="and_(EvaluationLeaf.id == EvaluationEvidence.leaf_id, EvaluationEvidence.removed_at.is_(None))",
        viewonly=True,
    )

    def score(self, of: Round) -> Decimal | None:
        """The score of a round; None while there is none."""
        scores = {Round.SELF: self.self_score, Round.COUNTY: self.county_score, Round.PROVINCE: self.province_score}
        return scores[of]

    def reason(self, of: Round) -> str:
        """What was written beside the score of a round."""
        return {Round.SELF: self.self_reason, Round.COUNTY: self.county_reason, Round.PROVINCE: self.province_reason}[
            of
        ]


class EvaluationEvidence(Model):
    """What shows a leaf's score: a record inside the system, or a document."""

    __tablename__ = "evaluation_evidence"
    __table_args__ = (sa.Index(None, "leaf_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    leaf_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evaluation_leaf.id"))
    kind: Mapped[EvidenceKind] = mapped_column(Enumerated(EvidenceKind))
    title: Mapped[str] = mapped_column(sa.String(100))
    path: Mapped[str] = mapped_column(sa.String(300), default="")  # of a link: begins with "/"
    dated_on: Mapped[date | None]
    upload_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload | None] = relationship(lazy="joined")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(sa.String(64))
    added_role: Mapped[Role] = mapped_column(Enumerated(Role))  # only the same side may take it out again
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


@append_only()
class EvaluationStep(Model):
    """A round handed on or sent back, with the opinion and who signed."""

    __tablename__ = "evaluation_step"
    __table_args__ = (sa.Index(None, "evaluation_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    evaluation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evaluation.id"))
    old_status: Mapped[EvaluationStatus] = mapped_column(Enumerated(EvaluationStatus))
    new_status: Mapped[EvaluationStatus] = mapped_column(Enumerated(EvaluationStatus))
    opinion: Mapped[str] = mapped_column(sa.String(500))
    signer: Mapped[str] = mapped_column(sa.String(64))
    acted_on: Mapped[date]
    score: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))  # the round's total with bonus, when handed on
    actor_name: Mapped[str] = mapped_column(sa.String(64))


class EvaluationRectification(FoundProblem, Model):
    """A problem on the rectification list (整改台账): problem, cause, measure, owner, deadline, proof."""

    __tablename__ = "evaluation_rectification"
    __table_args__ = (sa.Index(None, "evaluation_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    evaluation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evaluation.id"))
    leaf_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("evaluation_leaf.id"))
    leaf: Mapped[EvaluationLeaf | None] = relationship()
    cause: Mapped[str] = mapped_column(sa.String(300))
    measure: Mapped[str] = mapped_column(sa.String(300))
    result: Mapped[str] = mapped_column(sa.String(300), default="")  # what was really done
    proof_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))
    proof: Mapped[Upload | None] = relationship(lazy="joined")

    rechecks: Mapped[list[EvaluationRecheck]] = relationship(
        order_by="EvaluationRecheck.recorded_at, EvaluationRecheck.id"
    )


@append_only()
class EvaluationRecheck(Model):
    """A second look at a problem. What had been done by then, and its proof, are copied."""

    __tablename__ = "evaluation_recheck"
    __table_args__ = (sa.Index(None, "rectification_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    rectification_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evaluation_rectification.id"))
    result: Mapped[str] = mapped_column(sa.String(300))
    rectified_on: Mapped[date]
    proof_sha256: Mapped[str] = mapped_column(sa.String(64))
    good: Mapped[bool]
    remark: Mapped[str] = mapped_column(sa.String(300))
    checked_on: Mapped[date]
    checker_name: Mapped[str] = mapped_column(sa.String(64))


class EvaluationReport(Model):
    """A signed report of an evaluation as it stood after a round."""

    __tablename__ = "evaluation_report"
    __table_args__ = (sa.Index(None, "evaluation_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    evaluation_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("evaluation.id"))
    after: Mapped[Round] = mapped_column(Enumerated(Round))
    document_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("issued_document.id"))
    document: Mapped[IssuedDocument] = relationship(lazy="joined")
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)

    @property
    def is_valid(self) -> bool:
        """Whether it has not been withdrawn."""
        return self.document.status is DocumentStatus.VALID
