"""Plan a day and store the proposals."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.access import Actor
from app.core.money import fen_to_yuan
from app.flows.plan_runs import plans as planning
from app.flows.plan_runs.day import Day, collect
from logistics import planner
from logistics import service as logistics_service
from logistics.errors import PlanningFailed
from logistics.models import Run, RunStatus, Tier
from logistics.permissions import RUNS_PLAN
from logistics.service import RunPlan
from logistics.service.places import county_scope, hub

SEED = 1
PROBES = (0.12, 0.12, 0.12)  # shares of the time for plans that only tell how long the runs get
Progress = Callable[[float, float], None]


@dataclass(frozen=True)
class PlanResult:
    """What was planned: the proposals, and what stays behind with the reason in words."""

    day: date
    runs: tuple[Run, ...] = ()
    left: tuple[str, ...] = ()
    message: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Figures for programs; distances in kilometres, money in yuan as text."""
        return {
            "date": self.day.isoformat(),
            "runs": len(self.runs),
            "township_runs": sum(run.tier is Tier.TOWNSHIP for run in self.runs),
            "village_runs": sum(run.tier is Tier.VILLAGE for run in self.runs),
            "villages": len({s.station_id for r in self.runs if r.tier is Tier.VILLAGE for s in r.stops}),
            "parcels_down": sum(run.deliver_count for run in self.runs if run.tier is Tier.VILLAGE),
            "parcels_up": sum(run.collect_count for run in self.runs if run.tier is Tier.VILLAGE),
            "distance_km": sum(run.distance_m or 0 for run in self.runs) // 1000,
            "cost_yuan": fen_to_yuan(sum(run.cost_fen for run in self.runs)),
            "left": list(self.left),
            "message": self.message,
            "routes": [_route(run) for run in self.runs],
        }


def _route(run: Run) -> dict[str, Any]:
    stops = [{"station": stop.station_name, "down": stop.deliver_count, "up": stop.collect_count} for stop in run.stops]
    return {"tier": run.tier.value, "from": run.start_name, "vehicle": run.plate, "stops": stops}


def plan_runs(
    *,
    actor: Actor,
    day: date,
    seconds: float,
    request_id: uuid.UUID | None = None,
    seed: int = SEED,
    iterations: int | None = None,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> PlanResult:
    """Plan the runs of a day over the parcels that wait, and store them as proposals.

    ``iterations`` bounds the search by work instead of time, so that the same seed gives the same plan. Raises
    PlanningFailed, in words, when the fleet can't carry what waits or the day's runs are confirmed already.
    """
    actor.require(RUNS_PLAN)
    centre = hub(county_scope())
    _refuse_confirmed(actor, day)
    here = collect(centre, day)
    if not here.customers:
        nothing = "" if here.left else _("没有等着运的包裹，今天不用排班。")
        return PlanResult(day, left=tuple(here.left), message=nothing)
    effort = _Effort(seconds, seed, iterations, on_progress, should_stop)
    plans = _plans_that_fit(here, effort)
    ids = logistics_service.propose_runs(actor=actor, day=day, plans=plans, seed=seed)
    runs = {run.id: run for run in logistics_service.list_runs(actor, day)}
    left = [*here.left, *planning.left_behind(here, plans)]
    return PlanResult(day, tuple(runs[i] for i in ids), tuple(left))


def _refuse_confirmed(actor: Actor, day: date) -> None:
    taken = (RunStatus.CONFIRMED, RunStatus.UNDERWAY)
    standing = [run for run in logistics_service.list_runs(actor, day) if run.status in taken]
    if standing:
        raise PlanningFailed(_l("这一天已经排定了 %(n)s 趟班车。要重排请先取消还没发车的。", n=len(standing)))


@dataclass(frozen=True)
class _Effort:
    """How long, or how much, to search; and who wants to know."""

    seconds: float
    seed: int
    iterations: int | None
    on_progress: Progress | None
    should_stop: Callable[[], bool] | None

    def solve(self, problem: planner.Problem, done: float, share: float) -> planner.Solution:
        """Search for that share of the time. Raises PlannerError."""
        return planner.solve(
            problem,
            seconds=self.seconds * share,
            seed=self.seed,
            iterations=self.iterations,
            on_progress=lambda part, cost: self._report(done + share * part, cost),
            should_stop=self.should_stop,
        )

    def _report(self, part: float, cost: float) -> None:
        if self.on_progress is not None:
            self.on_progress(part, cost)


def _plans_that_fit(here: Day, effort: _Effort) -> list[RunPlan]:
    """Plan, see how long the runs get, and plan again with fewer parcels to a vehicle until they fit into a day."""
    capacities, done = here.capacities(), 0.0
    for share in PROBES:
        found = planning.plans_of(here, _solved(effort, here.problem(capacities), done, share))
        done += share
        shorter = planning.tightened(here, found, capacities)
        if shorter == capacities:
            break
        capacities = shorter
    return planning.plans_of(here, _solved(effort, here.problem(capacities), done, 1 - done))


def _solved(effort: _Effort, problem: planner.Problem, done: float, share: float) -> planner.Solution:
    try:
        return effort.solve(problem, done, share)
    except planner.PlannerError as error:
        raise PlanningFailed(str(error)) from error
