"""A plan of both echelons: its cost, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import gettext as _

from logistics.planner.problem import Fleet, Matrix, Problem


@dataclass(frozen=True, slots=True)
class Stop:
    """A truck's halt at a satellite (counted from 0): units set down and units taken up."""

    satellite: int
    delivery: int
    pickup: int = 0


@dataclass(frozen=True, slots=True)
class TruckTour:
    """Depot → stops → depot."""

    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class FreighterRoute:
    """Satellite → customers → the same satellite (all counted from 0)."""

    satellite: int
    customers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of a plan by part, in the problem's cost unit."""

    first: float
    second: float
    handling: float

    @property
    def total(self) -> float:
        """Sum of the parts."""
        return self.first + self.second + self.handling


@dataclass(frozen=True, slots=True)
class Solution:
    """Truck tours and freighter routes."""

    tours: tuple[TruckTour, ...]
    routes: tuple[FreighterRoute, ...]


Loads = tuple[tuple[int, int], ...]
"""Units delivered and picked up through each satellite."""


def loads_of(problem: Problem, routes: Iterable[FreighterRoute]) -> Loads:
    """Goods down and up through each satellite."""
    down = [0] * len(problem.satellites)
    up = [0] * len(problem.satellites)
    for route in routes:
        for number in route.customers:
            down[route.satellite] += problem.customers[number].delivery
            up[route.satellite] += problem.customers[number].pickup
    return tuple(zip(down, up, strict=True))


def cost(problem: Problem, solution: Solution) -> Cost:
    """What the plan costs: distance, fixed cost per vehicle used, handling at satellites."""
    sats = len(problem.satellites)
    first = [_round_trip(problem.first, 0, [s.satellite + 1 for s in t.stops]) for t in solution.tours]
    second = [_round_trip(problem.second, r.satellite, [sats + c for c in r.customers]) for r in solution.routes]
    through = loads_of(problem, solution.routes)
    handling = sum(s.handling_cost * (down + up) for s, (down, up) in zip(problem.satellites, through, strict=True))
    return Cost(_fleet_cost(problem.trucks, first), _fleet_cost(problem.freighters, second), handling)


def _fleet_cost(fleet: Fleet, lengths: Sequence[float]) -> float:
    return sum(lengths) * fleet.cost_per_distance + len(lengths) * fleet.fixed_cost


def _round_trip(matrix: Matrix, home: int, visits: Sequence[int]) -> float:
    path = [home, *visits, home]
    return sum(float(matrix[a, b]) for a, b in pairwise(path))


def violations(problem: Problem, solution: Solution) -> list[str]:
    """Every limit the plan breaks, in words; empty when it may be driven."""
    outside = _unknown_places(problem, solution)
    if outside:
        return outside
    return [
        *_customers_once(problem, solution),
        *_freighters_fit(problem, solution),
        *_trucks_fit(problem, solution),
        *_satellites_balance(problem, solution),
    ]


def _unknown_places(problem: Problem, solution: Solution) -> list[str]:
    found = []
    sats, customers = range(len(problem.satellites)), range(len(problem.customers))
    for number, route in enumerate(solution.routes, 1):
        if route.satellite not in sats or any(c not in customers for c in route.customers):
            found.append(_("第 %(number)d 条支线里有不认识的点", number=number))
    for number, tour in enumerate(solution.tours, 1):
        if any(s.satellite not in sats for s in tour.stops):
            found.append(_("第 %(number)d 条干线里有不认识的点", number=number))
    return found


def _customers_once(problem: Problem, solution: Solution) -> list[str]:
    visits = Counter(c for route in solution.routes for c in route.customers)
    return [
        _("第 %(number)d 个村点去了 %(times)d 次", number=n + 1, times=visits[n])
        for n in range(len(problem.customers))
        if visits[n] != 1
    ]


def peak_load(changes: Sequence[tuple[int, int]]) -> int:
    """Highest load of a vehicle that sets down and takes up `changes` in this order."""
    load = highest = sum(down for down, _up in changes)
    for down, up in changes:
        load += up - down
        highest = max(highest, load)
    return highest


def _freighters_fit(problem: Problem, solution: Solution) -> list[str]:
    found = []
    fleet = problem.freighters
    for number, route in enumerate(solution.routes, 1):
        served = [problem.customers[c] for c in route.customers]
        if not served:
            found.append(_("第 %(number)d 条支线是空的", number=number))
        elif peak_load([(c.delivery, c.pickup) for c in served]) > fleet.capacity:
            found.append(_("第 %(number)d 条支线超载", number=number))
    if len(solution.routes) > fleet.count:
        found.append(_("支线用车 %(used)d 辆，只有 %(count)d 辆", used=len(solution.routes), count=fleet.count))
    for sat, used in sorted(Counter(r.satellite for r in solution.routes).items()):
        if used > problem.most_per_satellite:
            found.append(_("第 %(number)d 个中转站发车 %(used)d 辆，超过上限", number=sat + 1, used=used))
    return found


def _trucks_fit(problem: Problem, solution: Solution) -> list[str]:
    found = []
    fleet = problem.trucks
    for number, tour in enumerate(solution.tours, 1):
        halts = [s.satellite for s in tour.stops]
        if not halts or len(set(halts)) < len(halts):
            found.append(_("第 %(number)d 条干线是空的，或两次停靠同一站", number=number))
        if any(min(s.delivery, s.pickup) < 0 or s.delivery + s.pickup == 0 for s in tour.stops):
            found.append(_("第 %(number)d 条干线有不装不卸的停靠", number=number))
        if peak_load([(s.delivery, s.pickup) for s in tour.stops]) > fleet.capacity:
            found.append(_("第 %(number)d 条干线超载", number=number))
    if len(solution.tours) > fleet.count:
        found.append(_("干线用车 %(used)d 辆，只有 %(count)d 辆", used=len(solution.tours), count=fleet.count))
    return found


def _satellites_balance(problem: Problem, solution: Solution) -> list[str]:
    down: Counter[int] = Counter()
    up: Counter[int] = Counter()
    for stop in (s for tour in solution.tours for s in tour.stops):
        down[stop.satellite] += stop.delivery
        up[stop.satellite] += stop.pickup
    return [
        _("第 %(number)d 个中转站干线与支线的货量对不上", number=sat + 1)
        for sat, through in enumerate(loads_of(problem, solution.routes))
        if through != (down[sat], up[sat])
    ]
