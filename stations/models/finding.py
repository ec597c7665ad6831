"""Something wrong that was found, whoever looked: at an acceptance, in an inspection round, in an evaluation."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Enumerated, UTCDateTime
from app.core.labels import LabelEnum
from app.core.moves import Moves


class FindingStatus(LabelEnum):
    """How far a finding is put right."""

    OPEN = "open", _l("待整改"), "bad"
    RECTIFIED = "rectified", _l("已整改，待复验"), "wait"
    CLOSED = "closed", _l("已销号"), "good"


_F = FindingStatus
FINDING_MOVES = Moves({_F.OPEN: {_F.RECTIFIED}, _F.RECTIFIED: {_F.CLOSED, _F.OPEN}})


class FoundProblem:
    """The problem, who puts it right and until when, and how far that is."""

    problem: Mapped[str] = mapped_column(sa.String(300))
    owner_name: Mapped[str] = mapped_column(sa.String(64))
    deadline: Mapped[date]
    status: Mapped[FindingStatus] = mapped_column(Enumerated(FindingStatus))
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    found_by: Mapped[str] = mapped_column(sa.String(64))
    rectified_on: Mapped[date | None]
    rectified_by: Mapped[str | None] = mapped_column(sa.String(64))

    def is_overdue(self, today: date) -> bool:
        """Whether it should have been put right by now."""
        return self.status is FindingStatus.OPEN and self.deadline < today
