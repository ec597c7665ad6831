"""Second echelon: PyVRP's local search over freighter routes, the first echelon folded in as prices.

Goods through a satellite are charged a price per unit, put on the way into each customer, so that
the many-depot routing problem knows roughly what the trucks will cost. What a candidate truly costs
is decided by the caller.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyvrp import (
    Client,
    CostEvaluator,
    Depot,
    Location,
    ProblemData,
    RandomNumberGenerator,
    Route,
    Solution,
    VehicleType,
)
from pyvrp.search import (
    OPERATORS,
    LocalSearch,
    NeighbourhoodParams,
    PerturbationManager,
    PerturbationParams,
    compute_neighbours,
)

from logistics.planner.problem import Problem
from logistics.planner.solution import FreighterRoute, Loads

_SCALED_TO = 5_000_000
_NEIGHBOURS = 40
_HISTORY = 200

_TINY = 1e-9
_WATCHED = 50  # candidates between changes of the penalty

Routes = tuple[FreighterRoute, ...]
FirstCost = Callable[[Loads, float], float]
"""Cost of the first level for given loads, or infinity where it is not below a budget."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What one run assumes of each satellite.

    Freighters (0 = closed), price per unit through it, and a charge on each of its routes beyond
    the fixed cost (a reward where negative).
    """

    counts: tuple[int, ...]
    prices: tuple[float, ...]
    route_prices: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A local optimum: its cost with prices in it, and the PyVRP solution."""

    priced: float
    solution: Solution


class SecondLevel:
    """The routing problem between satellites and customers, ready to be run under any setting."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        fleet = problem.freighters
        self._miles = problem.second * fleet.cost_per_distance
        highest = float(self._miles.max(initial=0.0)) + fleet.fixed_cost
        self._unit = _SCALED_TO / (highest or 1.0)
        self._locations = [Location(0, 0) for _row in problem.second]
        sats = len(problem.satellites)
        self._clients = [Client(sats + n, [c.delivery], [c.pickup]) for n, c in enumerate(problem.customers)]
        self._down = np.array([c.delivery for c in problem.customers], dtype=np.float64)
        self._up = np.array([c.pickup for c in problem.customers], dtype=np.float64)
        self.down = problem.total_delivery >= problem.total_pickup
        self.overload = _Overload(self._typical_penalty())
        self._lead = self._down if self.down else self._up  # what prices are charged on

    def run(self, setting: Setting, start: Routes, seed: int, perturb: int) -> Run:
        """A run from `start` (routes of closed satellites move to the cheapest open one)."""
        return Run(self, setting, start, seed, perturb)

    def data(self, setting: Setting) -> tuple[ProblemData, list[int]]:
        """PyVRP's problem under the setting, and the satellite behind each vehicle type."""
        fleet, sats = self.problem.freighters, len(self.problem.satellites)
        fixed = round(fleet.fixed_cost * self._unit)
        lowest = self.shift(setting)
        home = [sat for sat, count in enumerate(setting.counts) if count]
        matrices: list[Any] = []  # the stub misnames the array type
        types = []
        for profile, sat in enumerate(home):
            handling = self.problem.satellites[sat].handling_cost
            charge = setting.prices[sat] * self._lead + handling * (self._down + self._up)
            miles = self._miles.copy()
            miles[:, sats:] += charge[None, :] + lowest
            miles[sat, sats:] += setting.route_prices[sat] if setting.route_prices else 0.0
            matrix = np.rint(miles * self._unit).astype(np.int64)
            np.fill_diagonal(matrix, 0)
            matrices.append(np.maximum(matrix, 0))
            types.append(
                VehicleType(
                    setting.counts[sat],
                    [fleet.capacity],
                    start_depot=profile,
                    end_depot=profile,
                    fixed_cost=fixed,
                    profile=profile,
                )
            )
        idle: Any = np.zeros_like(matrices[0])
        depots = [Depot(sat) for sat in home]
        durations = [idle] * len(home)
        data = ProblemData(self._locations, self._clients, depots, types, matrices, durations)
        return data, home

    def shift(self, setting: Setting) -> float:
        """Put on every customer alike, so that no reward makes a way negative."""
        return max(0.0, -min(setting.route_prices, default=0.0))

    def in_cost(self, scaled: int) -> float:
        """PyVRP's integer cost in the problem's cost unit."""
        return scaled / self._unit

    def _typical_penalty(self) -> float:
        """Overload of a customer's load costs a few typical ways."""
        ways = self._miles[self._miles > 0]  # neighbours who live in one place must not make it nothing
        typical = (float(np.median(ways)) if ways.size else 1.0) * self._unit
        units = float(np.mean(np.maximum(self._down, self._up))) or 1.0
        return max(1.0, 10 * typical / units)


class _Overload:
    """The penalty per unit over a freighter's capacity, in step with what the runs see.

    About six of ten candidates should fit: fewer, and the search wastes time on plans that cannot be
    driven; more, and it misses those on the other side of them.
    """

    def __init__(self, start: float) -> None:
        self._start, self._value = start, start
        self._seen = self._fitting = 0
        self._judge = CostEvaluator([start], 1.0, 1.0)

    def judge(self) -> CostEvaluator:
        """PyVRP's view of the present penalty."""
        return self._judge

    def saw(self, solution: Solution) -> None:
        """Take note of one candidate."""
        self._seen += 1
        self._fitting += not solution.has_excess_load()
        if self._seen == _WATCHED:
            factor = 1.5 if self._fitting < 0.55 * _WATCHED else 0.9 if self._fitting > 0.65 * _WATCHED else 1
            self._value = min(max(self._value * factor, self._start / 100), self._start * 100)
            self._judge = CostEvaluator([self._value], 1.0, 1.0)
            self._seen = self._fitting = 0


class Run:
    """Iterated local search under one setting; `step()` yields each new local optimum."""

    def __init__(self, level: SecondLevel, setting: Setting, start: Routes, seed: int, perturb: int) -> None:
        self._level = level
        self.setting = setting
        self._data, self._home = level.data(setting)
        self._rng = RandomNumberGenerator(seed)
        neighbours = compute_neighbours(self._data, NeighbourhoodParams(num_neighbours=_NEIGHBOURS))
        shake = PerturbationManager(PerturbationParams(1, perturb))
        self._search = LocalSearch(self._data, self._rng, neighbours, shake)
        for operator in OPERATORS:
            if operator.supports(self._data):
                self._search.add_operator(operator(self._data))
        first = self._start(start)
        self._now = self._search(first, level.overload.judge(), exhaustive=True)
        self.done = 0

    def _start(self, start: Routes) -> Solution:
        if not start:
            return Solution.make_random(self._data, self._rng)
        left = list(self.setting.counts)
        routes: list[Route] = []
        for route in start:
            home = self._nearest_home(route, left)
            if home is not None:
                left[self._home[home]] -= 1
                routes.append(Route(self._data, list(route.customers), home))
        return Solution(self._data, routes)

    def _nearest_home(self, route: FreighterRoute, left: list[int]) -> int | None:
        """The vehicle type to drive the route: of its own satellite, else of the cheapest open one."""
        if left[route.satellite]:
            return self._home.index(route.satellite)
        free = [home for home, sat in enumerate(self._home) if left[sat]]
        if not free:
            return None
        visits = list(route.customers)
        return min(free, key=lambda home: Route(self._data, visits, home).distance_cost())

    def steps(self, iterations: int, go_on: Callable[[], bool], first: FirstCost | None = None) -> Iterator[Candidate]:
        """Up to `iterations` steps of late-acceptance search (Burke and Bykov 2017).

        Candidates are accepted by their cost with prices in it, or by what they truly cost where
        `first` tells the cost of the first level for given loads.
        """
        overload = self._level.overload
        judge, now = overload.judge(), self._now
        cost = self._value(now, judge, first, math.inf)
        late = [cost] * min(_HISTORY, 1 + iterations // 4)
        yield self._candidate(now)
        for step in range(iterations):
            if not go_on():
                break
            self.done += 1
            judge = overload.judge()
            new = self._search(now, judge, exhaustive=False)
            overload.saw(new)
            place = step % len(late)
            if new != now:
                yield self._candidate(new)
                new_cost = self._value(new, judge, first, max(late[place], cost) + _TINY)
                if new_cost < late[place] or new_cost <= cost:
                    now, cost = new, new_cost
            late[place] = min(late[place], cost)

    def _value(self, solution: Solution, judge: CostEvaluator, first: FirstCost | None, budget: float) -> float:
        priced = self._level.in_cost(judge.penalised_cost(solution))
        if first is None:
            return priced
        candidate = Candidate(priced, solution)
        loads = self.room_used(candidate)
        plain = priced - self.charges(candidate, loads)
        return plain + first(loads, budget - plain)

    def _candidate(self, solution: Solution) -> Candidate:
        if not solution.is_feasible():
            return Candidate(float("inf"), solution)
        whole = solution.distance_cost() + solution.fixed_vehicle_cost()
        return Candidate(self._level.in_cost(whole), solution)

    def room_used(self, candidate: Candidate) -> Loads:
        """Goods down and up through each satellite."""
        used = [[0, 0] for _sat in self.setting.counts]
        for route in candidate.solution.routes():
            sat = used[self._home[route.vehicle_type()]]
            sat[0] += route.delivery()[0]
            sat[1] += route.pickup()[0]
        return tuple((down, up) for down, up in used)

    def charges(self, candidate: Candidate, loads: Loads) -> float:
        """The part of the candidate's cost that is only the setting's prices."""
        lead = 0 if self._level.down else 1
        goods = sum(p * load[lead] for p, load in zip(self.setting.prices, loads, strict=True))
        shift = self._level.shift(self.setting) * candidate.solution.num_clients()
        if not self.setting.route_prices:
            return goods + shift
        homes = (self._home[route.vehicle_type()] for route in candidate.solution.routes())
        return goods + shift + sum(self.setting.route_prices[sat] for sat in homes)

    def routes(self, candidate: Candidate) -> Routes:
        """The candidate's freighter routes."""
        return tuple(
            FreighterRoute(self._home[route.vehicle_type()], tuple(a.idx for a in route if a.is_client()))
            for route in candidate.solution.routes()
        )
