"""Courses, sessions, the people trained, who was there."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves


class SessionStatus(LabelEnum):
    """Where a session stands."""

    PLANNED = "planned", _l("已排期"), "wait"
    OPEN = "open", _l("签到中"), "good"
    CLOSED = "closed", _l("已结束"), "plain"
    CANCELLED = "cancelled", _l("已取消"), "bad"


_S = SessionStatus
SESSION_MOVES = Moves({_S.PLANNED: {_S.OPEN, _S.CANCELLED}, _S.OPEN: {_S.CLOSED}, _S.CLOSED: {_S.OPEN}})


class TraineeCategory(LabelEnum):
    """Whom the training is for; the plan counts them apart."""

    OPERATOR = "operator", _l("站点人员")
    FARMER = "farmer", _l("农户")
    COOPERATIVE = "cooperative", _l("合作社、企业")
    CADRE = "cadre", _l("乡村干部")
    YOUTH = "youth", _l("返乡青年")
    OTHER = "other", _l("其他")


class Course(Model):
    """What is taught."""

    __tablename__ = "course"

    id: Mapped[uuid.UUID] = uuid_pk()
    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    hours: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class TrainingSession(Model):
    """One holding of a course, with the code people sign in by."""

    __tablename__ = "training_session"
    __table_args__ = (sa.Index(None, "division_code", "starts_at"), sa.Index(None, "starts_at"))

    id: Mapped[uuid.UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    course_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("course.id"))
    course: Mapped[Course] = relationship()
    course_name: Mapped[str] = mapped_column(sa.String(100))  # as it was called that day
    division_code: Mapped[str] = mapped_column(sa.String(12))
    place: Mapped[str] = mapped_column(sa.String(100))
    teacher: Mapped[str] = mapped_column(sa.String(64))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    hours: Mapped[int]
    status: Mapped[SessionStatus] = mapped_column(Enumerated(SessionStatus))
    status_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Trainee(Model):
    """A person who was trained: known by name and phone, counted once however often they come."""

    __tablename__ = "trainee"
    __table_args__ = (sa.UniqueConstraint("phone", "name"), sa.Index(None, "division_code"))

    id: Mapped[uuid.UUID] = uuid_pk()
    name: Mapped[str] = mapped_column(sa.String(64))
    phone: Mapped[str] = mapped_column(sa.String(20))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    category: Mapped[TraineeCategory] = mapped_column(Enumerated(TraineeCategory))
    from_poor_household: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Attendance(Model):
    """A person at a session: one person-time. Struck out with a reason, never deleted."""

    __tablename__ = "attendance"
    __table_args__ = (
        sa.Index(
            "uq_attendance_live",
            "session_id",
            "trainee_id",
            unique=True,
            sqlite_where=sa.text("struck_at IS NULL"),
            postgresql_where=sa.text("struck_at IS NULL"),
        ),
        sa.Index(None, "trainee_id"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    session_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("training_session.id"))
    session: Mapped[TrainingSession] = relationship()
    trainee_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("trainee.id"))
    trainee: Mapped[Trainee] = relationship()
    signed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    signed_by: Mapped[str] = mapped_column(sa.String(64))  # themselves by code, or who ticked them
    struck_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    struck_reason: Mapped[str | None] = mapped_column(sa.String(200))
