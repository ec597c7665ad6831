"""The planner's solution as runs, and runs that fit into a working day."""

from __future__ import annotations

import itertools
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from app.flows.plan_runs.day import Capacities, Day, metres
from logistics import planner
from logistics.models import Tier
from logistics.planner import Solution
from logistics.rules.driving import driving_time
from logistics.rules.limits import limits
from logistics.service import RunPlan, StopPlan
from logistics.service.places import Place

_SPARE = 1.15  # fleet capacity that must remain above what waits, so that a plan exists


def tightened(here: Day, plans: Iterable[RunPlan], capacities: Capacities) -> dict[Tier, int]:
    """Smaller capacities where the longest run does not fit into a working day; the same where it does.

    The planner knows loads, not hours: fewer parcels on a vehicle mean fewer stops and a shorter way.
    """
    found = dict(capacities)
    for tier in Tier:
        runs = [plan for plan in plans if plan.tier is tier]
        longest = max((hours_of(plan) for plan in runs), default=timedelta())
        if longest > limits().working_day:
            fullest = max(_load(plan) for plan in runs)
            wanted = int(min(found[tier], fullest) * (limits().working_day / longest))
            found[tier] = min(found[tier], max(wanted, _least(here, tier)))
    return found


def hours_of(plan: RunPlan) -> timedelta:
    """How long a run takes, back included."""
    return driving_time(plan.legs_m, len(plan.stops), limits())


def _load(plan: RunPlan) -> int:
    return max(sum(stop.deliver_count for stop in plan.stops), sum(stop.collect_count for stop in plan.stops), 1)


def _least(here: Day, tier: Tier) -> int:
    """No smaller than the fullest village, and than what the fleet must carry together."""
    down, up = [here.down_to(v) for v in here.customers], [here.demand.at_village[v.id] for v in here.customers]
    together = max(sum(down), sum(up)) / max(1, len(here.fleets[tier]))
    return max(int(together * _SPARE) + 1, *(down if tier is Tier.VILLAGE else [1]), *up)


def plans_of(here: Day, solution: Solution) -> list[RunPlan]:
    """The runs of both tiers, in the order of the solution: trucks, then vans."""
    first = metres([here.centre, *here.satellites])
    second = metres([*here.satellites, *here.customers])
    plans = []
    loads = _TruckLoads(here)
    for tour in solution.tours:
        stops = tuple(loads.stop(here.satellites[stop.satellite], stop) for stop in tour.stops)
        path = [0, *(stop.satellite + 1 for stop in tour.stops), 0]
        plans.append(RunPlan(Tier.TOWNSHIP, here.centre.id, stops, _legs(first, path)))
    for route in solution.routes:
        start = here.satellites[route.satellite]
        stops = tuple(_village_stop(here, start, here.customers[n]) for n in route.customers)
        path = [route.satellite, *(len(here.satellites) + n for n in route.customers), route.satellite]
        plans.append(RunPlan(Tier.VILLAGE, start.id, stops, _legs(second, path)))
    return plans


class _TruckLoads:
    """The planner's loads at the townships, less what lies there already, plus what waits there to go up.

    Two trucks may serve one township: what is there is counted once.
    """

    def __init__(self, here: Day) -> None:
        self.there: Counter[uuid.UUID] = Counter()
        for (township, _village), number in here.demand.at_township.items():
            self.there[township] += number
        self.upward = Counter(here.demand.upward_at_township)

    def stop(self, halt: Place, stop: planner.Stop) -> StopPlan:
        """One halt of a truck."""
        already = min(self.there[halt.id], stop.delivery)
        self.there[halt.id] -= already
        return StopPlan(halt.id, stop.delivery - already, stop.pickup + self.upward.pop(halt.id, 0))


def _village_stop(here: Day, start: Place, village: Place) -> StopPlan:
    """What really rides on this run: from the hub, and what lies at the very station the run starts from."""
    down = here.demand.at_hub[village.id] + here.demand.at_township[start.id, village.id]
    return StopPlan(village.id, down, here.demand.at_village[village.id])


def _legs(between: Any, path: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(between[a, b]) for a, b in itertools.pairwise(path))


def left_behind(here: Day, plans: Sequence[RunPlan]) -> list[str]:
    """What the plan leaves: parcels at another township than the run starts from, and runs that are too long."""
    names = {place.id: place.name for place in (*here.satellites, *here.customers, here.centre)}
    served = {stop.station_id: plan for plan in plans if plan.tier is Tier.VILLAGE for stop in plan.stops}
    elsewhere = [
        _(
            "%(name)s：%(n)s 件在%(at)s，今天的车从%(start)s走，请就近转交。",
            name=names[village],
            n=number,
            at=names.get(township, ""),
            start=names[served[village].start_station_id],
        )
        for (township, village), number in here.demand.at_township.items()
        if village in served and served[village].start_station_id != township
    ]
    late = [plan for plan in plans if hours_of(plan) > limits().working_day]
    return elsewhere + [
        _(
            "%(start)s出发去%(first)s等 %(n)s 站的车要跑 %(hours)s 小时，请分给两辆车。",
            start=names[plan.start_station_id],
            first=names[plan.stops[0].station_id],
            n=len(plan.stops),
            hours=-(-hours_of(plan) // timedelta(hours=1)),
        )
        for plan in late
    ]
