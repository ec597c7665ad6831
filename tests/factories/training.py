"""Makers for training: sessions at every stage, people on their lists."""

from __future__ import annotations

import itertools
import uuid
from datetime import date, timedelta
from typing import Any

from app.core import clock
from app.core.access import Actor, Role
from tests.factories.stations import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE
from training import service
from training.models import Attendance, SessionStatus, Trainee, TraineeCategory, TrainingSession

TRAINER = Actor(uuid.UUID(int=11), "田世珍", Role.TRAINER, COUNTY)
TOWN_TRAINER = Actor(uuid.UUID(int=12), "罗建国", Role.TRAINER, TOWNSHIP)
OTHER_TRAINER = Actor(uuid.UUID(int=13), "黄文武", Role.TRAINER, OTHER_TOWNSHIP)
OPERATOR = Actor(uuid.UUID(int=14), "冉桂芳", Role.VILLAGE_OPERATOR, VILLAGE)
OFFICIAL = Actor(uuid.UUID(int=15), "白县长", Role.COUNTY_OFFICIAL, COUNTY)
DAY = date(2026, 5, 20)
_serial = itertools.count(1)


def create_session(**overrides: Any) -> TrainingSession:
    """A session in Longtan on 20 May 2026 at nine, planned a week before; its county must be there."""
    facts: dict[str, Any] = {
        "actor": TRAINER,
        "request_id": None,
        "course_name": "手机开网店入门",
        "hours": 4,
        "division_code": TOWNSHIP,
        "place": "镇政府三楼会议室",
        "teacher": "田世珍",
        "starts_at": clock.at_local(DAY, 9),
    } | overrides
    with clock.at(facts["starts_at"] - timedelta(days=7)):
        return service.plan_session(**facts)


def create_open_session(**overrides: Any) -> TrainingSession:
    """A session whose list is open; it was opened 20 minutes before it begins."""
    session = create_session(**overrides)
    return move(session, SessionStatus.OPEN)


def move(session: TrainingSession, status: SessionStatus, *, reason: str = "") -> TrainingSession:
    """The trainer moves a session around its beginning."""
    with clock.at(session.starts_at - timedelta(minutes=20)):
        return service.move_session(
            actor=TRAINER, request_id=None, session_id=session.id, new_status=status, reason=reason
        )


def create_attendance(session: TrainingSession, **overrides: Any) -> Attendance:
    """Somebody new on the list of an open session, ticked by the trainer as it begins."""
    n = next(_serial)
    facts: dict[str, Any] = {
        "actor": TRAINER,
        "request_id": None,
        "session_id": session.id,
        "name": f"冉大妹{n}",
        "phone": f"137{n:08d}",
        "division_code": VILLAGE,
        "category": TraineeCategory.FARMER,
    }
    with clock.at(session.starts_at):
        return service.sign_in(**(facts | overrides))


def create_trainee(**overrides: Any) -> Trainee:
    """Somebody who came to a session once."""
    return create_attendance(create_open_session(), **overrides).trainee
