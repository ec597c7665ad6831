"""The county's plan: what is to stand, and by when. Targets are data, never code."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum


class Measure(LabelEnum):
    """What a target counts. The first two are numbers of stations, the others percentages of villages."""

    TOWNSHIP_STATIONS = "township_stations", _l("乡镇综合服务站（个）")
    VILLAGE_POINTS = "village_points", _l("村级服务点（个）")
    VILLAGE_COVERAGE = "village_coverage", _l("行政村覆盖率（%）")
    KEY_VILLAGES = "key_villages", _l("重点村覆盖率（%）")

    @property
    def is_percentage(self) -> bool:
        """Whether the target is a percentage of villages rather than a number of stations."""
        return self in (Measure.VILLAGE_COVERAGE, Measure.KEY_VILLAGES)


class Pace(LabelEnum):
    """How a target stands against its time."""

    MET = "met", _l("已达到"), "good"
    ON_TRACK = "on_track", _l("按进度"), "good"
    BEHIND = "behind", _l("落后"), "wait"
    LATE = "late", _l("逾期未达到"), "bad"


class Plan(Model):
    """The plan of a county for a year."""

    __tablename__ = "plan"
    __table_args__ = (sa.UniqueConstraint("county_code", "year"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    county_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    year: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(100))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    targets: Mapped[list[PlanTarget]] = relationship(
        order_by="PlanTarget.position", cascade="all, delete-orphan", lazy="selectin"
    )


class PlanTarget(Model):
    """One figure of a plan: a number of stations or a percentage, a day, and what stood before the plan began."""

    __tablename__ = "plan_target"
    __table_args__ = (sa.UniqueConstraint("plan_id", "measure"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    plan_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("plan.id"))
    position: Mapped[int]
    measure: Mapped[Measure] = mapped_column(Enumerated(Measure))
    amount: Mapped[Decimal] = mapped_column(sa.Numeric(9, 2))
    due_on: Mapped[date]
    existing_before: Mapped[int] = mapped_column(default=0)
    milestones: Mapped[list[PlanMilestone]] = relationship(
        order_by="PlanMilestone.due_on", cascade="all, delete-orphan", lazy="selectin"
    )


class PlanMilestone(Model):
    """How much of a target is to be there on a day before its end (98 by January, 180 by March)."""

    __tablename__ = "plan_milestone"
    __table_args__ = (sa.UniqueConstraint("target_id", "due_on"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    target_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("plan_target.id"))
    due_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(sa.Numeric(9, 2))
