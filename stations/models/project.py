"""A construction project: what a township government applied for, what was approved, and how far it is."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves
from stations.models.network import Station


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
    approved_fen: Mapped[int | None] = mapped_column(sa.BigInteger)
    approved_on: Mapped[date | None]
    approval_reference: Mapped[str] = mapped_column(sa.String(100), default="")
    started_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)  # grows with every change
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))
