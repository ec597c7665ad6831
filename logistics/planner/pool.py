"""Good freighter routes seen during the search, each customer set once per satellite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from logistics.planner.problem import Problem
from logistics.planner.solution import FreighterRoute


@dataclass(frozen=True, slots=True)
class PooledRoute:
    """A route, what it costs (handling included), and the goods down and up on it."""

    route: FreighterRoute
    cost: float
    delivery: int
    pickup: int


_SEEN = 400_000

Key = tuple[int, frozenset[int]]


class RoutePool:
    """Keeps the cheapest order of every (satellite, customer set) offered."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._miles = (problem.second * problem.freighters.cost_per_distance).tolist()
        self._kept: dict[Key, PooledRoute] = {}
        self._seen: dict[FreighterRoute, PooledRoute] = {}
        self._fresh: list[FreighterRoute] = []
        self._unselected: list[PooledRoute] = []

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, routes: Iterable[FreighterRoute], *, own: bool = True) -> None:
        """Offer routes (`own`: found here, to be told to others); ones seen before cost nothing."""
        for route in routes:
            if route not in self._seen:
                self._keep(route, own)

    def _keep(self, route: FreighterRoute, own: bool) -> None:
        if len(self._seen) > _SEEN:
            self._seen.clear()
        key = (route.satellite, frozenset(route.customers))
        new = self._seen[route] = self._priced(route)
        old = self._kept.get(key)
        if old is None or new.cost < old.cost - 1e-9:
            self._kept[key] = new
            self._unselected.append(new)
            if own:
                self._fresh.append(route)

    def cost(self, routes: Iterable[FreighterRoute]) -> float:
        """What the routes cost together."""
        return sum((self._seen.get(route) or self._priced(route)).cost for route in routes)

    def fresh(self) -> tuple[FreighterRoute, ...]:
        """Own routes kept since last asked."""
        fresh, self._fresh = tuple(self._fresh), []
        return fresh

    def unselected(self) -> list[PooledRoute]:
        """Routes kept since last asked, from anybody."""
        unselected, self._unselected = self._unselected, []
        return unselected

    def _priced(self, route: FreighterRoute) -> PooledRoute:
        sats = len(self._problem.satellites)
        path = [route.satellite, *(sats + c for c in route.customers), route.satellite]
        miles = sum(self._miles[a][b] for a, b in pairwise(path))
        served = [self._problem.customers[c] for c in route.customers]
        down, up = sum(c.delivery for c in served), sum(c.pickup for c in served)
        handling = self._problem.satellites[route.satellite].handling_cost * (down + up)
        return PooledRoute(route, miles + self._problem.freighters.fixed_cost + handling, down, up)
