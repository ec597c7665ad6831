"""The county's runs of a day: stations' positions and waiting parcels go to the planner, its plan becomes proposals."""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import jobs, uploads
from app.core.access import Actor
from app.core.command import command
from app.core.idempotency import idempotent
from app.core.money import fen_to_yuan
from app.core.uploads import Upload
from logistics import planner
from logistics import service as logistics_service
from logistics.errors import PlanningFailed
from logistics.models import Run, RunStatus, Tier, Vehicle
from logistics.permissions import RUNS_PLAN
from logistics.planner import Customer, Fleet, Problem, Satellite, Solution
from logistics.planner.distance import great_circle
from logistics.service import Demand, RunPlan, StopPlan
from logistics.service.places import Place, county_scope, hub, serving
from stations import service as stations_service
from stations.models import StationKind

SEED = 1


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


@dataclass
class _Day:
    """The day's problem and what its numbers stand for."""

    centre: Place
    satellites: list[Place]
    customers: list[Place]
    demand: Demand
    trucks: Sequence[Vehicle]
    vans: Sequence[Vehicle]
    left: list[str] = field(default_factory=list)

    def problem(self) -> Problem:
        """The two-echelon problem; distances in metres along the roads as estimated."""
        waits = _waiting_at_townships(self.demand)
        customers = tuple(
            Customer(self.demand.at_hub[v.id] + waits[v.id], self.demand.at_village[v.id], v.name)
            for v in self.customers
        )
        return Problem(
            trucks=_fleet(self.trucks),
            freighters=_fleet(self.vans),
            satellites=tuple(Satellite(name=s.name) for s in self.satellites),
            customers=customers,
            first=self.metres([self.centre, *self.satellites]),
            second=self.metres([*self.satellites, *self.customers]),
        )

    @staticmethod
    def metres(stations: Sequence[Place]) -> Any:
        """Road metres between stations, as the planner wants them."""
        return great_circle([(s.lon or 0.0, s.lat or 0.0) for s in stations]).astype(np.float64)


def plan_runs(
    *,
    actor: Actor,
    day: date,
    seconds: float,
    request_id: uuid.UUID | None = None,
    seed: int = SEED,
    iterations: int | None = None,
    on_progress: Callable[[float, float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> PlanResult:
    """Plan the runs of a day over the parcels that wait, and store them as proposals.

    Raises PlanningFailed, in words, when the fleet can't carry what waits or the day's runs are confirmed already.
    ``request_id`` is accepted for callers that repeat: planning again only replaces the proposals.
    """
    actor.require(RUNS_PLAN)
    centre = hub(county_scope())
    _refuse_confirmed(actor, day)
    here = _collect(centre, day)
    if not here.customers:
        nothing = "" if here.left else _("没有等着运的包裹，今天不用排班。")
        return PlanResult(day, left=tuple(here.left), message=nothing)
    try:
        solution = planner.solve(
            here.problem(),
            seconds=seconds,
            seed=seed,
            iterations=iterations,
            on_progress=on_progress,
            should_stop=should_stop,
        )
    except planner.PlannerError as error:
        raise PlanningFailed(str(error)) from error
    plans = _plans(here, solution)
    ids = logistics_service.propose_runs(actor=actor, day=day, plans=plans, seed=seed)
    runs = {run.id: run for run in logistics_service.list_runs(actor, day)}
    return PlanResult(day, tuple(runs[i] for i in ids), tuple(here.left))


def _refuse_confirmed(actor: Actor, day: date) -> None:
    standing = [
        run
        for run in logistics_service.list_runs(actor, day)
        if run.status in (RunStatus.CONFIRMED, RunStatus.UNDERWAY)
    ]
    if standing:
        raise PlanningFailed(_l("这一天已经排定了 %(n)s 趟班车。要重排请先取消还没发车的。", n=len(standing)))


def _collect(centre: Place, day: date) -> _Day:
    """What waits, and where; places that can't be served are left out by name."""
    demand = logistics_service.waiting_demand(centre.code)
    satellites = [s for s in serving(centre.code, StationKind.TOWNSHIP_STATION) if s.has_position]
    vans = logistics_service.free_vehicles(centre.code, day, Tier.VILLAGE)
    trucks = logistics_service.free_vehicles(centre.code, day, Tier.TOWNSHIP)
    here = _Day(centre, satellites, [], demand, trucks, vans)
    if not centre.has_position:
        raise PlanningFailed(_l("县中心还没有位置，先在站点页填上经纬度。"))
    wanted = {*demand.at_hub, *demand.at_village, *(village for _t, village in demand.at_township)}
    points = {p.id: p for p in serving(centre.code, StationKind.VILLAGE_POINT)}
    most = min((v.capacity_parcels for v in vans), default=0)
    for village_id in sorted(wanted):
        _admit(here, points.get(village_id), village_id, most)
    here.left += _upward_left(here)
    return here


def _admit(here: _Day, village: Place | None, village_id: uuid.UUID, most: int) -> None:
    """Take a village on, or say why not."""
    if village is None or not village.has_position:
        name = stations_service.get_station(village_id).name
        reason = _("没有位置") if village is not None else _("现在没有营业")
        here.left.append(_("%(name)s：%(reason)s，包裹先不运。", name=name, reason=reason))
        return
    down = here.demand.at_hub[village.id] + _waiting_at_townships(here.demand)[village.id]
    if most and max(down, here.demand.at_village[village.id]) > most:
        words = _("%(name)s：%(n)s 件，一辆支线车装不下，请单独派车。", name=village.name, n=down)
        here.left.append(words)
        return
    here.customers.append(village)


def _waiting_at_townships(demand: Demand) -> Counter[uuid.UUID]:
    found: Counter[uuid.UUID] = Counter()
    for (_township, village), number in demand.at_township.items():
        found[village] += number
    return found


def _upward_left(here: _Day) -> list[str]:
    """Parcels going up from a township station ride when a truck comes anyway; else somebody has to know."""
    if here.customers or not here.demand.upward_at_township:
        return []
    names = {s.id: s.name for s in here.satellites}
    return [
        _("%(name)s：%(n)s 件寄件等着去县里，今天没有下行的车。", name=names.get(i, ""), n=number)
        for i, number in here.demand.upward_at_township.items()
    ]


def _fleet(vehicles: Sequence[Vehicle]) -> Fleet:
    """One class of vehicles: as many as there are, each taken as small as the smallest. Costs in fen per metre."""
    if not vehicles:
        return Fleet(0, 0)
    toll = sum(v.toll_fen for v in vehicles) / len(vehicles)
    fuel = sum(v.fuel_fen_per_km for v in vehicles) / len(vehicles) / 1000
    smallest = min(v.capacity_parcels for v in vehicles)
    return Fleet(len(vehicles), smallest, cost_per_distance=fuel or 1.0, fixed_cost=toll)


def _plans(here: _Day, solution: Solution) -> list[RunPlan]:
    first = here.metres([here.centre, *here.satellites])
    second = here.metres([*here.satellites, *here.customers])
    offset = len(here.satellites)
    served: dict[uuid.UUID, Place] = {}
    plans = []
    for route in solution.routes:
        start = here.satellites[route.satellite]
        villages = [here.customers[n] for n in route.customers]
        served |= {village.id: start for village in villages}
        stops = tuple(_village_stop(here, start, village) for village in villages)
        path = [route.satellite, *(offset + n for n in route.customers), route.satellite]
        plans.append(RunPlan(Tier.VILLAGE, start.id, stops, _legs(second, path)))
    for tour in solution.tours:
        halts = [here.satellites[stop.satellite] for stop in tour.stops]
        stops = tuple(_township_stop(here, halt, stop) for halt, stop in zip(halts, tour.stops, strict=True))
        path = [0, *(stop.satellite + 1 for stop in tour.stops), 0]
        plans.append(RunPlan(Tier.TOWNSHIP, here.centre.id, stops, _legs(first, path)))
    here.left += _elsewhere(here, served)
    return plans


def _village_stop(here: _Day, start: Place, village: Place) -> StopPlan:
    """What really rides on this run: from the hub, and what lies at the very station the run starts from."""
    down = here.demand.at_hub[village.id] + here.demand.at_township[start.id, village.id]
    return StopPlan(village.id, down, here.demand.at_village[village.id])


def _township_stop(here: _Day, halt: Place, stop: planner.Stop) -> StopPlan:
    """The planner's loads, less what lies at the township already, plus what waits there to go up."""
    there = sum(n for (township, _village), n in here.demand.at_township.items() if township == halt.id)
    return StopPlan(halt.id, max(0, stop.delivery - there), stop.pickup + here.demand.upward_at_township[halt.id])


def _legs(metres: Any, path: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(metres[a, b]) for a, b in itertools.pairwise(path))


def _elsewhere(here: _Day, served: dict[uuid.UUID, Place]) -> list[str]:
    """Parcels that lie at one township station while the plan serves their village from another."""
    names = {s.id: s.name for s in here.satellites}
    villages = {v.id: v.name for v in here.customers}
    return [
        _(
            "%(name)s：%(n)s 件在%(at)s，今天的车从%(start)s走，请就近转交。",
            name=villages[village],
            n=number,
            at=names.get(township, ""),
            start=served[village].name,
        )
        for (township, village), number in here.demand.at_township.items()
        if village in served and served[village].id != township
    ]


# -- as a job ----------------------------------------------------------------------------------------


@command
@idempotent
def start_planning(*, actor: Actor, request_id: uuid.UUID | None, day: date, seconds: int) -> jobs.Job:
    """Plan a day as a job; its result is the day's run sheets as one PDF."""
    actor.require(RUNS_PLAN)
    label = _("排 %(day)s 的班车", day=day.isoformat())
    return jobs.start(actor, "logistics.plan_runs", label, day=day.isoformat(), seconds=seconds)


@jobs.kind("logistics.plan_runs", _l("排班车"))
def _plan_as_job(progress: jobs.Progress, *, day: str, seconds: int) -> Upload | None:
    """Plan; the person may stop and keeps the best plan found so far."""

    def report(done: float, _cost: float) -> None:
        progress.step(round(done * 95), 100, _("正在比较线路"))

    result = plan_runs(actor=progress.actor, day=date.fromisoformat(day), seconds=seconds, on_progress=report)
    if not result.runs:
        raise PlanningFailed(" ".join((result.message, *result.left)).strip())
    return _keep_sheets(progress.actor, result)


@command
def _keep_sheets(actor: Actor, result: PlanResult) -> Upload:
    county = stations_service.get_county()
    content = logistics_service.run_sheets(result.runs, county.name)
    name = f"班车运行单-{result.day.isoformat()}.pdf"
    return uploads.store(actor, content, name, uploads.PDF, county.code)
