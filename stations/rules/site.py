"""Scoring a site: criteria come from data, points from the inspector."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from stations.models import StationKind


@dataclass(frozen=True)
class Criterion:
    """One thing to look at, with the most points it may get."""

    key: str
    label: str
    most: int
    hint: str = ""


@dataclass(frozen=True)
class CriteriaList:
    """The criteria for one kind of station; holds from a day until the day before ``valid_to``."""

    key: str
    kind: StationKind
    title: str
    valid_from: date
    pass_mark: int
    criteria: tuple[Criterion, ...]
    valid_to: date | None = None

    @property
    def most(self) -> int:
        """All points together."""
        return sum(criterion.most for criterion in self.criteria)


def criteria_for(lists: Iterable[CriteriaList], kind: StationKind, day: date) -> CriteriaList | None:
    """The list that holds for a kind of station on a day, or None."""
    holding = [
        one
        for one in lists
        if one.kind is kind and one.valid_from <= day and (one.valid_to is None or day < one.valid_to)
    ]
    return max(holding, key=lambda one: one.valid_from, default=None)


def check_points(criteria: CriteriaList, points: Mapping[str, int | None]) -> int:
    """The sum of the points. Raises InvalidInput at the criterion's key when it is missing, negative or too many."""
    total = 0
    for criterion in criteria.criteria:
        given = points.get(criterion.key)
        if given is None:
            raise InvalidInput(_l("“%(label)s”还没有打分。", label=criterion.label), field=criterion.key)
        if not 0 <= given <= criterion.most:
            words = _l("“%(label)s”打 0 到 %(most)s 分。", label=criterion.label, most=criterion.most)
            raise InvalidInput(words, field=criterion.key)
        total += given
    return total
