"""Rounds of inspection of running stations (巡检): what was scored, found, published, and what became of it.

The standard comes from data (``stations/data/inspection_criteria.toml``) and is copied onto the round when it is
planned, so that a later standard changes nothing here.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.access import Role
from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves
from app.core.uploads import Upload
from stations.models.finding import FoundProblem
from stations.models.network import Station, StationKind


class RoundStatus(LabelEnum):
    """Where a round stands."""

    PLANNED = "planned", _l("已安排，未开始"), "plain"
    RUNNING = "running", _l("巡检中"), "wait"
    SCORED = "scored", _l("评分完毕，待公布"), "wait"
    PUBLISHED = "published", _l("已公布"), "good"
    CLOSED = "closed", _l("已办结"), "plain"


_R = RoundStatus
ROUND_MOVES = Moves(
    {
        _R.PLANNED: {_R.RUNNING},
        _R.RUNNING: {_R.SCORED},
        _R.SCORED: {_R.PUBLISHED, _R.RUNNING},
        _R.PUBLISHED: {_R.CLOSED},
    }
)


class StationSelection(LabelEnum):
    """Which stations a round visits."""

    ALL = "all", _l("全部")
    SAMPLE = "sample", _l("按种子抽取")
    TOWNSHIPS = "townships", _l("指定乡镇")


class Aspect(LabelEnum):
    """The five aspects that are scored (潜山 2020)."""

    INFRASTRUCTURE = "infrastructure", _l("基础设施")
    ABILITY = "ability", _l("业务能力")
    RESULTS = "results", _l("工作成效")
    AWARENESS = "awareness", _l("村民知晓度")
    SATISFACTION = "satisfaction", _l("满意度")


class Measured(LabelEnum):
    """What stands behind a score in figures: counted by the system, or by the inspector on site."""

    ACTIVE_DAYS = "active_days", _l("上月有业务的天数")
    RECORDS = "records", _l("上月代买代卖笔数")
    LEDGER = "ledger", _l("日结天数 ÷ 有业务的天数")
    EQUIPMENT = "equipment", _l("在位设备 ÷ 清单设备")
    AWARENESS = "awareness", _l("知道站点的 ÷ 问到的")
    SATISFACTION = "satisfaction", _l("满意的 ÷ 问到的")


class InspectionGrade(LabelEnum):
    """Four grades that pass and one that does not; from how many points on is data."""

    EXCELLENT = "excellent", _l("优秀"), "good"
    GOOD = "good", _l("良好"), "good"
    FAIR = "fair", _l("中等"), "good"
    PASS = "pass", _l("合格"), "good"
    FAIL = "fail", _l("不合格"), "bad"


class InspectionStatus(LabelEnum):
    """Where the inspection of one station stands."""

    PENDING = "pending", _l("待巡检"), "plain"
    TOWNSHIP_SCORED = "township_scored", _l("乡镇已评，待复核"), "wait"
    REVIEWED = "reviewed", _l("县里已核"), "good"
    EXCUSED = "excused", _l("本轮不检"), "plain"


_I = InspectionStatus
INSPECTION_MOVES = Moves(
    {
        _I.PENDING: {_I.TOWNSHIP_SCORED, _I.REVIEWED, _I.EXCUSED},
        _I.TOWNSHIP_SCORED: {_I.REVIEWED, _I.EXCUSED},
        _I.REVIEWED: {_I.REVIEWED},
    }
)


class RectificationStatus(LabelEnum):
    """What became of a station that failed."""

    ORDERED = "ordered", _l("责令整改"), "bad"
    PASSED = "passed", _l("整改合格，恢复营业"), "good"
    FAILED = "failed", _l("整改不合格，已关闭"), "bad"


RECTIFICATION_MOVES = Moves(
    {RectificationStatus.ORDERED: {RectificationStatus.PASSED, RectificationStatus.FAILED}},
)


class InspectionRound(Model):
    """One round: which stations, by which standard, and how those were drawn if they were drawn."""

    __tablename__ = "inspection_round"
    __table_args__ = (sa.UniqueConstraint("county_code", "year", "name"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    county_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    year: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(64))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    status: Mapped[RoundStatus] = mapped_column(Enumerated(RoundStatus))
    criteria_key: Mapped[str] = mapped_column(sa.String(64))
    criteria_title: Mapped[str] = mapped_column(sa.String(100))
    criteria: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # the standard as it stood when the round was planned
    kinds: Mapped[list[str]] = mapped_column(sa.JSON)
    selection: Mapped[StationSelection] = mapped_column(Enumerated(StationSelection))
    township_codes: Mapped[list[str]] = mapped_column(sa.JSON)
    population: Mapped[list[str]] = mapped_column(sa.JSON)  # ids of the stations among which it was chosen, sorted
    population_sha256: Mapped[str] = mapped_column(sa.String(64))
    seed: Mapped[str] = mapped_column(sa.String(64), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_by: Mapped[str | None] = mapped_column(sa.String(64))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class StationInspection(Model):
    """The inspection of one station in one round. Names are copied: they don't move later."""

    __tablename__ = "station_inspection"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "station_id"),
        sa.Index(None, "station_id"),
        sa.Index(None, "division_code"),
        sa.Index(None, "round_id", "status"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    round_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("inspection_round.id"))
    round: Mapped[InspectionRound] = relationship()
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    station: Mapped[Station] = relationship()
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    station_name: Mapped[str] = mapped_column(sa.String(64))
    station_code: Mapped[str] = mapped_column(sa.String(16))
    station_kind: Mapped[StationKind] = mapped_column(Enumerated(StationKind))
    township_name: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[InspectionStatus] = mapped_column(Enumerated(InspectionStatus))
    visited_on: Mapped[date | None]  # by the township
    scored_by: Mapped[str | None] = mapped_column(sa.String(64))
    reviewed_on: Mapped[date | None]  # by the county's inspector
    reviewed_by: Mapped[str | None] = mapped_column(sa.String(64))
    remark: Mapped[str] = mapped_column(sa.String(300), default="")
    excused_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    total: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    grade: Mapped[InspectionGrade | None] = mapped_column(Enumerated(InspectionGrade))
    subsidy_fen: Mapped[int | None] = mapped_column(sa.BigInteger)  # a year's, as it follows from the grade
    result_version: Mapped[int] = mapped_column(default=0)  # 1 when published; each correction adds one
    rectification: Mapped[RectificationStatus | None] = mapped_column(Enumerated(RectificationStatus))
    ordered_on: Mapped[date | None]
    ordered_by: Mapped[str | None] = mapped_column(sa.String(64))
    rectify_by: Mapped[date | None]
    resolved_on: Mapped[date | None]
    resolved_by: Mapped[str | None] = mapped_column(sa.String(64))
    resolved_reason: Mapped[str] = mapped_column(sa.String(200), default="")

    scores: Mapped[list[InspectionScore]] = relationship(order_by="InspectionScore.key")
    photos: Mapped[list[InspectionPhoto]] = relationship(
        order_by="InspectionPhoto.added_at, InspectionPhoto.id",
        primaryjoin="and_(StationInspection.id == InspectionPhoto.inspection_id, InspectionPhoto.removed_at.is_(None))",
        viewonly=True,
    )
    findings: Mapped[list[InspectionFinding]] = relationship(
        order_by="InspectionFinding.found_at, InspectionFinding.id"
    )
    results: Mapped[list[InspectionResult]] = relationship(order_by="InspectionResult.version")

    def score_of(self, key: str) -> InspectionScore | None:
        """What was given for a criterion, if anything."""
        return next((score for score in self.scores if score.key == key), None)


class InspectionScore(Model):
    """The points of one criterion: the township's, the county's, and what was corrected after publication."""

    __tablename__ = "inspection_score"
    __table_args__ = (sa.UniqueConstraint("inspection_id", "key"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    inspection_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station_inspection.id"))
    key: Mapped[str] = mapped_column(sa.String(64))
    township_points: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    township_remark: Mapped[str] = mapped_column(sa.String(300), default="")
    township_by: Mapped[str | None] = mapped_column(sa.String(64))
    township_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    county_points: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    county_remark: Mapped[str] = mapped_column(sa.String(300), default="")
    county_by: Mapped[str | None] = mapped_column(sa.String(64))
    county_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    corrected_points: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    part_count: Mapped[int | None]  # pieces present, people who know: counted on site
    whole_count: Mapped[int | None]
    suggested_points: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    suggested_from: Mapped[str] = mapped_column(sa.String(200), default="")  # the figures behind the suggestion

    @property
    def points(self) -> Decimal | None:
        """The points that count: corrected, else the county's, else the township's."""
        given = (self.corrected_points, self.county_points, self.township_points)
        return next((points for points in given if points is not None), None)


class InspectionPhoto(Model):
    """A photo taken on site, or of what was put right."""

    __tablename__ = "inspection_photo"
    __table_args__ = (sa.Index(None, "inspection_id"), sa.Index(None, "finding_id"))

    id: Mapped[uuid.UUID] = uuid_pk()
    inspection_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station_inspection.id"))
    finding_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("inspection_finding.id"))
    criterion_key: Mapped[str | None] = mapped_column(sa.String(64))
    shows_rectified: Mapped[bool] = mapped_column(default=False)  # of a finding: after it was put right
    upload_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("upload.id"))
    upload: Mapped[Upload] = relationship(lazy="joined")
    caption: Mapped[str] = mapped_column(sa.String(100))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(sa.String(64))
    added_role: Mapped[Role] = mapped_column(Enumerated(Role))  # only the same side may take it out again
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class InspectionFinding(FoundProblem, Model):
    """Something wrong at a running station, who puts it right and until when."""

    __tablename__ = "inspection_finding"
    __table_args__ = (sa.Index(None, "inspection_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    inspection_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station_inspection.id"))
    inspection: Mapped[StationInspection] = relationship(viewonly=True)
    criterion_key: Mapped[str | None] = mapped_column(sa.String(64))
    measure: Mapped[str] = mapped_column(sa.String(300), default="")

    photos: Mapped[list[InspectionPhoto]] = relationship(
        order_by="InspectionPhoto.added_at, InspectionPhoto.id",
        primaryjoin="and_(InspectionFinding.id == InspectionPhoto.finding_id, InspectionPhoto.removed_at.is_(None))",
        viewonly=True,
    )
    reinspections: Mapped[list[InspectionReinspection]] = relationship(
        order_by="InspectionReinspection.recorded_at, InspectionReinspection.id"
    )


@append_only()
class InspectionReinspection(Model):
    """A second look at a finding: good now, or not yet. What had been done by then is copied."""

    __tablename__ = "inspection_reinspection"
    __table_args__ = (sa.Index(None, "finding_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finding_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("inspection_finding.id"))
    measure: Mapped[str] = mapped_column(sa.String(300))
    rectified_on: Mapped[date]
    good: Mapped[bool]
    remark: Mapped[str] = mapped_column(sa.String(300))
    inspected_on: Mapped[date]
    inspector_name: Mapped[str] = mapped_column(sa.String(64))


@append_only()
class InspectionResult(Model):
    """What was published of a station: version 1 with the round, a further one for each correction, with its reason."""

    __tablename__ = "inspection_result"
    __table_args__ = (sa.UniqueConstraint("inspection_id", "version"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    inspection_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station_inspection.id"))
    version: Mapped[int]
    points: Mapped[dict[str, str]] = mapped_column(sa.JSON)  # criterion → points, as text: "7.5"
    total: Mapped[Decimal] = mapped_column(sa.Numeric(5, 1))
    grade: Mapped[InspectionGrade] = mapped_column(Enumerated(InspectionGrade))
    subsidy_fen: Mapped[int] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.String(300))
    actor_name: Mapped[str] = mapped_column(sa.String(64))
