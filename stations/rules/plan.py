"""The plan against what stands, and against time."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from stations.models import BUILT, FINISHED, Measure, Pace, StationKind, StationStatus
from stations.rules.coverage import Coverage, Standing, Uncovered, meets, percent

Point = tuple[date, Decimal]


@dataclass(frozen=True)
class Milestone:
    """How much of a target is to be there on a day before its end, in the target's own unit."""

    due_on: date
    amount: Decimal


@dataclass(frozen=True)
class Target:
    """One figure of a plan: a number of stations or a percentage of villages, due on a day.

    ``existing_before`` of the stations stood before the plan began; ``milestones`` lie between then and the day.
    """

    measure: Measure
    amount: Decimal
    due_on: date
    existing_before: int = 0
    milestones: tuple[Milestone, ...] = ()


def check_milestones(target: Target, begins_on: date) -> None:
    """Raise InvalidInput unless the milestones climb, day by day, from what stood before to the target."""
    field = f"{target.measure.value}_milestones"
    days = [*(milestone.due_on for milestone in target.milestones), target.due_on]
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise InvalidInput(_l("分阶段的日期要一个比一个晚，都早于最后的日期。"), field=field)
    if target.milestones and days[0] < begins_on:
        raise InvalidInput(_l("日期不能早于 %(day)s。", day=begins_on.isoformat()), field=field)
    amounts = [Decimal(target.existing_before), *(m.amount for m in target.milestones), target.amount]
    if any(later < earlier for earlier, later in pairwise(amounts)):
        raise InvalidInput(_l("分阶段的数不能比前面的少，也不能超过最后的目标。"), field=field)
    if not target.measure.is_percentage and any(amount != amount.to_integral_value() for amount in amounts):
        raise InvalidInput(_l("站点数应为整数。"), field=field)


def course(target: Target, begins_on: date) -> list[Point]:
    """The points through which a target is to go: what stood when the plan began, its milestones, its end."""
    points = {milestone.due_on: milestone.amount for milestone in target.milestones} | {target.due_on: target.amount}
    if begins_on < min(points):
        points[begins_on] = Decimal(target.existing_before)
    return sorted(points.items())


def expected(points: Sequence[Point], on: date) -> Fraction:
    """How much is to be there on a day: on the straight line between the points around it, exactly."""
    after = bisect_right([day for day, _amount in points], on)
    if after == 0:
        return Fraction(points[0][1])
    if after == len(points):
        return Fraction(points[-1][1])
    (first, amount), (last, wanted) = points[after - 1], points[after]
    return Fraction(amount) + (Fraction(wanted) - Fraction(amount)) * Fraction((on - first).days, (last - first).days)


def expected_number(points: Sequence[Point], on: date, per_percent: Fraction) -> int:
    """The same as a whole number of stations or villages; ``per_percent`` of them make one unit of the target.

    Between two points a part of a station is not asked for yet; at a point, and after it, all of it is.
    """
    reached = [amount for day, amount in points if day <= on]
    least = ceil(Fraction(reached[-1]) * per_percent) if reached else 0
    return max(least, floor(expected(points, on) * per_percent))


@dataclass(frozen=True)
class TargetStatus:
    """How far a target is: ``built``, ``accepted``, ``operating`` count stations; ``reached`` of ``whole`` is judged.

    For a number of stations ``whole`` is the number planned; for a percentage it is the number of villages.
    """

    target: Target
    built: int
    accepted: int
    operating: int
    reached: int
    whole: int
    missing: tuple[Uncovered, ...]
    on: date
    begins_on: date

    @property
    def is_met(self) -> bool:
        """Whether the target is reached, compared exactly."""
        if self.target.measure.is_percentage:
            return meets(self.reached, self.whole, self.target.amount)
        return self.reached >= self.target.amount

    @property
    def is_late(self) -> bool:
        """Whether its day has passed without it."""
        return not self.is_met and self.on > self.target.due_on

    @property
    def expected(self) -> int:
        """How many stations, or villages, should be there by the day."""
        return expected_number(course(self.target, self.begins_on), self.on, self.per_unit)

    @property
    def expected_percent(self) -> Decimal | None:
        """For a percentage: how many percent should be reached by the day, rounded down; None for a number."""
        if not self.target.measure.is_percentage:
            return None
        exact = expected(course(self.target, self.begins_on), self.on)
        return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.1"), ROUND_DOWN)

    @property
    def per_unit(self) -> Fraction:
        """How many stations, or villages, make one unit of the target: 1, or a hundredth of the villages."""
        return Fraction(self.whole, 100) if self.target.measure.is_percentage else Fraction(1)

    @property
    def behind_by(self) -> int:
        """How many stations, or villages, are missing to what should be there by the day; 0 when none."""
        return max(0, self.expected - self.reached)

    @property
    def pace(self) -> Pace:
        """Met, late, behind or on track."""
        if self.is_met:
            return Pace.MET
        if self.is_late:
            return Pace.LATE
        return Pace.BEHIND if self.behind_by else Pace.ON_TRACK

    def to_dict(self) -> dict[str, Any]:
        """Figures for programs."""
        share = percent(self.reached, self.whole)
        return {
            "measure": self.target.measure.value,
            "target": plain(self.target.amount),
            "due_on": self.target.due_on.isoformat(),
            "existing_before": self.target.existing_before,
            "milestones": [{"due_on": m.due_on.isoformat(), "target": plain(m.amount)} for m in self.target.milestones],
            "built": self.built,
            "accepted": self.accepted,
            "operating": self.operating,
            "reached": self.reached,
            "of": self.whole,
            "percent": None if share is None else str(share),
            "expected": self.expected,
            "expected_percent": None if self.expected_percent is None else str(self.expected_percent),
            "behind_by": self.behind_by,
            "state": self.pace.value,
            "met": self.is_met,
            "late": self.is_late,
            "missing": [str(place) for place in self.missing],
        }


def plain(amount: Decimal) -> str:
    """``Decimal("238.00")`` → ``238``."""
    return f"{amount.normalize():f}"


def target_status(
    target: Target, coverage: Coverage, stations: Sequence[Standing], begins_on: date | None = None
) -> TargetStatus:
    """Judge one target by the coverage and the stations of the same day; the plan begins with its year."""
    kind = StationKind.TOWNSHIP_STATION if target.measure is Measure.TOWNSHIP_STATIONS else StationKind.VILLAGE_POINT
    by_status = Counter(station.status for station in stations if station.kind is kind)
    reached, whole, missing = _judged(target, coverage)
    return TargetStatus(
        target=target,
        built=sum(by_status[status] for status in FINISHED),
        accepted=sum(by_status[status] for status in BUILT),
        operating=by_status[StationStatus.OPERATING],
        reached=reached,
        whole=whole,
        missing=missing,
        on=coverage.on,
        begins_on=begins_on or date(target.due_on.year, 1, 1),
    )


def reached_by(measure: Measure, coverage: Coverage) -> int:
    """The number of stations, or of villages, that a measure counts."""
    return {
        Measure.TOWNSHIP_STATIONS: coverage.township_stations,
        Measure.VILLAGE_POINTS: coverage.village_points,
        Measure.VILLAGE_COVERAGE: coverage.covered_villages,
        Measure.KEY_VILLAGES: coverage.key_covered,
    }[measure]


def _judged(target: Target, coverage: Coverage) -> tuple[int, int, tuple[Uncovered, ...]]:
    reached = reached_by(target.measure, coverage)
    match target.measure:
        case Measure.TOWNSHIP_STATIONS:
            missing = tuple(Uncovered(p.code, p.name, p.code, p.name, p.is_key) for p in coverage.without_station)
            return reached, int(target.amount), missing
        case Measure.VILLAGE_POINTS:
            return reached, int(target.amount), coverage.uncovered
        case Measure.VILLAGE_COVERAGE:
            return reached, coverage.villages, coverage.uncovered
        case Measure.KEY_VILLAGES:
            return reached, coverage.key_villages, tuple(coverage.uncovered_key)
