"""Good freighter routes seen during the search, each customer set once per satellite."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from logistics.planner.problem import Problem
from logistics.planner.solution import FreighterRoute


@dataclass(frozen=True, slots=True)
class PooledRoute:
    """A route, what it costs (handling included), and the goods down and up on it."""

    route: FreighterRoute
    cost: float
    delivery: int
    pickup: int


Key = tuple[int, frozenset[int]]


class RoutePool:
    """Keeps the cheapest order of every (satellite, customer set) offered."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._miles = (problem.second * problem.freighters.cost_per_distance).tolist()
        self._kept: dict[Key, PooledRoute] = {}
        self._seen: set[FreighterRoute] = set()

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, routes: Iterable[FreighterRoute]) -> None:
        """Offer routes; ones seen before cost next to nothing."""
        for route in routes:
            if route not in self._seen:
                self._seen.add(route)
                self._keep(route)

    def _keep(self, route: FreighterRoute) -> None:
        key = (route.satellite, frozenset(route.customers))
        new = self._priced(route)
        old = self._kept.get(key)
        if old is None or new.cost < old.cost:
            self._kept[key] = new

    def _priced(self, route: FreighterRoute) -> PooledRoute:
        sats = len(self._problem.satellites)
        path = [route.satellite, *(sats + c for c in route.customers), route.satellite]
        miles = sum(self._miles[a][b] for a, b in zip(path, path[1:], strict=False))
        served = [self._problem.customers[c] for c in route.customers]
        down, up = sum(c.delivery for c in served), sum(c.pickup for c in served)
        handling = self._problem.satellites[route.satellite].handling_cost * (down + up)
        return PooledRoute(route, miles + self._problem.freighters.fixed_cost + handling, down, up)

    def routes(self) -> list[PooledRoute]:
        """All kept routes."""
        return list(self._kept.values())
