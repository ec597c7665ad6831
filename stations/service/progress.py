"""The plan against what stands, and against time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.core import clock
from app.core.access import Actor
from app.core.scope import county_of
from stations.models import Measure, Plan, StationKind, StationStatus
from stations.rules.coverage import Uncovered
from stations.rules.history import History
from stations.rules.mergers import township_on
from stations.rules.plan import (
    Milestone,
    Target,
    TargetStatus,
    course,
    expected_number,
    plain,
    reached_by,
    target_status,
)
from stations.service.coverage import network_history
from stations.service.divisions import get_county
from stations.service.mergers import merged_on
from stations.service.plans import find_plan, targets_of


@dataclass(frozen=True)
class PlanStatus:
    """The plan against what stands; no targets when there is no plan."""

    plan: Plan | None
    on: date
    targets: tuple[TargetStatus, ...]

    def to_dict(self) -> dict[str, Any]:
        """Figures for programs."""
        return {
            "plan": self.plan.name if self.plan else None,
            "year": self.plan.year if self.plan else None,
            "on": self.on.isoformat(),
            "targets": [target.to_dict() for target in self.targets],
        }

    def to_text(self) -> str:
        """The same in words, a paragraph for each target."""
        if self.plan is None:
            return "还没有计划。"
        return "\n\n".join([f"{self.plan.name}，截至 {self.on.isoformat()}", *map(_told, self.targets)])


def _told(status: TargetStatus) -> str:
    target = status.target
    of = f"{status.reached} / {status.whole}"
    lines = [
        f"{target.measure.label}：{status.pace.label}" + (f" {status.behind_by}" if status.behind_by else ""),
        f"  目标 {plain(target.amount)}（{target.due_on.isoformat()}），达到 {of}，今天应到 {status.expected}",
    ]
    if not target.measure.is_percentage:
        lines.append(f"  建成 {status.built}，验收 {status.accepted}，运营 {status.operating}")
    if target.milestones:
        steps = "，".join(f"{m.due_on.isoformat()} {plain(m.amount)}" for m in target.milestones)
        lines.append(f"  分阶段 {steps}")
    if status.missing and not status.is_met:
        lines.append(f"  还缺 {len(status.missing)} 处：" + "、".join(map(str, status.missing)))
    return "\n".join(lines)


def plan_status(*, actor: Actor, year: int | None = None, on: date | None = None) -> PlanStatus:
    """The county's plan for a year (its newest) against what stands on a day (today). Raises NoCounty."""
    on = on or clock.today()
    county = _county(actor)
    plan = find_plan(county, year)
    if plan is None:
        return PlanStatus(None, on, ())
    return PlanStatus(plan, on, _judged(plan, network_history(county), on))


def _county(actor: Actor) -> str:
    return get_county().code if actor.everything else county_of(actor.scope_code)


def _judged(plan: Plan, history: History, on: date) -> tuple[TargetStatus, ...]:
    coverage, standing = history.coverage(plan.county_code, "", on), history.standings(on)
    begins = date(plan.year, 1, 1)
    return tuple(target_status(target, coverage, standing, begins) for target in targets_of(plan))


@dataclass(frozen=True)
class Step:
    """A milestone, or the end of a target, and what was reached on its day; None when that day is still to come."""

    milestone: Milestone
    wanted: int
    reached: int | None


@dataclass(frozen=True)
class Course:
    """A target over its year: month by month what should be there and what was; its steps."""

    status: TargetStatus
    days: tuple[date, ...]
    expected: tuple[int, ...]
    reached: tuple[int | None, ...]
    steps: tuple[Step, ...]


def plan_course(*, actor: Actor, year: int | None = None, on: date | None = None) -> tuple[PlanStatus, list[Course]]:
    """The plan's status on a day (today), and each target over the plan's year. Raises NoCounty."""
    on = on or clock.today()
    county = _county(actor)
    plan = find_plan(county, year)
    if plan is None:
        return PlanStatus(None, on, ()), []
    history = network_history(county)
    status = PlanStatus(plan, on, _judged(plan, history, on))
    days = month_ends(plan.year)
    ends = {step.due_on for target in status.targets for step in _steps(target.target)}
    counted = {
        day: history.coverage(county, "", min(day, on)) for day in {*days, *ends} if day <= on or _is_month_of(day, on)
    }
    reached = {
        measure: {day: reached_by(measure, coverage) for day, coverage in counted.items()} for measure in Measure
    }
    return status, [_course(target, days, reached[target.target.measure], on) for target in status.targets]


def month_ends(year: int) -> tuple[date, ...]:
    """The day before the year, and the last day of each of its months."""
    firsts = [date(year, month, 1) for month in range(1, 13)]
    return (*(first - timedelta(days=1) for first in firsts), date(year, 12, 31))


def _is_month_of(day: date, on: date) -> bool:
    return (day.year, day.month) == (on.year, on.month) and day == clock.next_month(on.replace(day=1)) - timedelta(1)


def _steps(target: Target) -> list[Milestone]:
    return [*target.milestones, Milestone(target.due_on, target.amount)]


def _course(status: TargetStatus, days: tuple[date, ...], reached: dict[date, int], on: date) -> Course:
    points = course(status.target, status.begins_on)
    steps = tuple(
        Step(
            milestone,
            expected_number(points, milestone.due_on, status.per_unit),
            reached.get(milestone.due_on) if milestone.due_on <= on else None,
        )
        for milestone in _steps(status.target)
    )
    expected = tuple(expected_number(points, day, status.per_unit) for day in days)
    return Course(status, days, expected, tuple(reached.get(day) for day in days), steps)


@dataclass(frozen=True)
class Missing:
    """A place without what the plan wants there, and how far the station that is coming is, if one is."""

    place: Uncovered
    coming: StationStatus | None


def missing_places(
    *, actor: Actor, measure: Measure, on: date | None = None, q: str = "", township: str | None = None
) -> list[Missing]:
    """What a measure still lacks on a day (today), within the actor's scope; ``q`` is part of a name."""
    on = on or clock.today()
    scope = get_county().code if actor.everything else actor.scope_code
    history = network_history(county_of(scope))
    coverage = history.coverage(scope, "", on)
    target, merged = Target(measure, Decimal(0), on), merged_on(on)
    kind = StationKind.TOWNSHIP_STATION if measure is Measure.TOWNSHIP_STATIONS else StationKind.VILLAGE_POINT
    coming = {
        station.division_code: station.status
        for station in history.standings(on)
        if station.kind is kind and station.status is not StationStatus.CLOSED
    }
    return [
        Missing(place, coming.get(place.code))
        for place in target_status(target, coverage, ()).missing
        if q in str(place) and (township is None or township_on(place.code, merged) == township)
    ]


__all__ = ["Course", "Missing", "PlanStatus", "Step", "missing_places", "plan_course", "plan_status"]
