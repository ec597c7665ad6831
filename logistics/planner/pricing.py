"""New freighter routes near good ones: one customer in, out or exchanged, or another satellite.

Column generation by neighbourhood: a variant is worth keeping when its reduced cost under the
duals of the relaxation is small, that is, when it could be part of a plan close to the bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistics.planner.problem import Problem
from logistics.planner.solution import FreighterRoute

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Duals:
    """Worth of serving each customer, and price of a route and of a unit from each satellite."""

    customers: Floats
    routes: Floats
    deliveries: Floats
    pickups: Floats


class Neighbourhood:
    """Makes variants of routes and prices them."""

    def __init__(self, problem: Problem) -> None:
        self._sats = len(problem.satellites)
        self._miles = problem.second * problem.freighters.cost_per_distance
        self._fixed = problem.freighters.fixed_cost
        self._capacity = problem.freighters.capacity
        self._handling = np.array([s.handling_cost for s in problem.satellites])
        self._down = np.array([c.delivery for c in problem.customers], dtype=np.float64)
        self._up = np.array([c.pickup for c in problem.customers], dtype=np.float64)

    def variants(
        self, routes: list[FreighterRoute], duals: Duals, below: float, open_sats: list[int]
    ) -> list[FreighterRoute]:
        """Variants of the routes with reduced cost at most `below`."""
        found: list[FreighterRoute] = []
        for route in routes:
            for sat in open_sats:
                found += self._of(sat, route.customers, duals, below, here=sat == route.satellite)
        return found

    def _of(
        self, sat: int, customers: tuple[int, ...], duals: Duals, below: float, *, here: bool
    ) -> Iterator[FreighterRoute]:
        worth = self._worth(sat, duals)
        bases = [customers]
        if here and len(customers) > 1:
            bases += [customers[:k] + customers[k + 1 :] for k in range(len(customers))]
        for base in bases:
            value = self._length(sat, base) + self._fixed + duals.routes[sat] - worth[list(base)].sum()
            if value <= below and (base is not customers or not here):
                yield FreighterRoute(sat, base)
            if here:
                yield from self._inserted(sat, base, value - worth, below)

    def _worth(self, sat: int, duals: Duals) -> Floats:
        """What serving each customer from the satellite is worth beyond the way."""
        per_down = self._handling[sat] + duals.deliveries[sat]
        per_up = self._handling[sat] + duals.pickups[sat]
        return np.asarray(duals.customers - per_down * self._down - per_up * self._up)

    def _length(self, sat: int, customers: tuple[int, ...]) -> float:
        path = [sat, *(self._sats + c for c in customers), sat]
        return float(self._miles[path[:-1], path[1:]].sum())

    def _inserted(
        self, sat: int, base: tuple[int, ...], value: Floats, below: float
    ) -> Iterator[FreighterRoute]:
        """The base with each fitting customer at its best place, where that is cheap enough."""
        path = np.array([sat, *(self._sats + c for c in base), sat])
        before, after = path[:-1], path[1:]
        detour = (
            self._miles[before, self._sats :]
            + self._miles[self._sats :, after].T
            - self._miles[before, after][:, None]
        )
        place = detour.argmin(axis=0)
        cheap = detour[place, np.arange(len(place))] + value <= below
        members = list(base)
        cheap &= self._down + self._down[members].sum() <= self._capacity
        cheap &= self._up + self._up[members].sum() <= self._capacity
        cheap[members] = False
        for customer in np.flatnonzero(cheap):
            at = int(place[customer])
            yield FreighterRoute(sat, (*base[:at], int(customer), *base[at:]))
