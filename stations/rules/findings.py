"""Putting right what was found, and the second look at it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.errors import InvalidInput
from stations.models.finding import FINDING_MOVES, FindingStatus
from stations.rules.acceptance import check_not_future, check_order


class Problem(Protocol):
    """What the rules need to know of a problem."""

    @property
    def status(self) -> FindingStatus: ...  # noqa: D102
    @property
    def found_at(self) -> datetime: ...  # noqa: D102
    @property
    def rectified_on(self) -> date | None: ...  # noqa: D102


def check_put_right(problem: Problem, rectified_on: date, today: date) -> None:
    """An open problem is put right between the day it was found and today.

    Raises IllegalMove, InvalidInput at ``rectified_on``.
    """
    FINDING_MOVES.check(problem.status, FindingStatus.RECTIFIED)
    check_not_future(rectified_on, today, "rectified_on")
    check_order(clock.local(problem.found_at).date(), rectified_on, "rectified_on")


def second_look(problem: Problem, *, good: bool, remark: str, on: date, today: date, field: str) -> FindingStatus:
    """What a problem becomes by a second look on a day: closed, or open again with a word on what is lacking.

    Raises IllegalMove unless it was reported as put right, InvalidInput at ``field`` (the day) or ``remark``.
    """
    becomes = FindingStatus.CLOSED if good else FindingStatus.OPEN
    FINDING_MOVES.check(problem.status, becomes)
    check_not_future(on, today, field)
    check_order(problem.rectified_on, on, field)
    if not good and not remark.strip():
        raise InvalidInput(_l("请写一句还差什么。"), field="remark")
    return becomes
