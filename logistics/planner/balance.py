"""Make freighter routes fit given truck tours: move and exchange customers between satellites.

When trucks run full, the goods through the satellites must add up almost to the unit. The second
level alone does not see that; here the cheapest moves that lessen the overload of the tours are
made until nothing is over.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from logistics.planner.problem import Problem
from logistics.planner.second_level import Routes
from logistics.planner.selection import Tours
from logistics.planner.solution import FreighterRoute, peak_load

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST_MOVES = 25
_NEVER = 1e18


class Balance:
    """Repairs plans whose satellites ask more than the given tours can carry."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._sats = len(problem.satellites)
        self._miles = problem.second * problem.freighters.cost_per_distance
        self._down = np.array([c.delivery for c in problem.customers], dtype=np.int64)
        self._up = np.array([c.pickup for c in problem.customers], dtype=np.int64)
        lead = problem.total_delivery >= problem.total_pickup
        self._units = self._down if lead else self._up

    def repaired(self, routes: Routes, tours: Tours, worth: float) -> Routes | None:
        """Routes the tours can supply, near the given ones; None when no such were found.

        `worth`: what a unit of overload may cost at first; it doubles while nothing helps.
        """
        work = [[r.satellite, *r.customers] for r in routes]
        limits = _Limits(tours, self._sats, self._problem.trucks.capacity)
        for _move in range(_MOST_MOVES):
            state = _State(work, self._sats, self._units)
            over = limits.overload(state.goods)
            if over == 0:
                return self._checked(work)
            if not self._improve(work, state, limits, worth):
                worth *= 3
        return None

    def _checked(self, work: list[list[int]]) -> Routes | None:
        room = self._problem.freighters.capacity
        routes = tuple(FreighterRoute(sat, tuple(rest)) for sat, *rest in work if rest)
        for route in routes:
            halts = [(int(self._down[c]), int(self._up[c])) for c in route.customers]
            if peak_load(halts) > room:
                return None
        return routes

    def _improve(self, work: list[list[int]], state: _State, limits: _Limits, worth: float) -> bool:
        swap, swap_pair = self._best_exchange(state, limits, worth)
        move, move_pair = self._best_move(work, state, limits, worth)
        if min(swap, move) >= worth * limits.overload(state.goods):
            return False
        if swap <= move:
            one, other = swap_pair
            state.put(work, one, other)
        else:
            customer, (route, place) = move_pair
            left = work[state.route[customer]]
            del left[left.index(customer, 1)]  # number 0 of a route is its satellite
            work[route].insert(place, customer)
        return True

    def _best_exchange(
        self, state: _State, limits: _Limits, worth: float
    ) -> tuple[float, tuple[int, int]]:
        """Least cost plus worth of the overload left, and the two customers exchanged."""
        s, miles = self._sats, self._miles
        stay = miles[state.before, np.arange(s, len(miles))] + miles[np.arange(s, len(miles)), state.after]
        come = miles[state.before][:, s:] + miles[s:, state.after].T - stay[:, None]
        delta = come + come.T
        lighter = self._units[:, None] - self._units[None, :]  # leaves the first one's satellite
        delta = delta + worth * limits.after(state.goods, state.sat, state.sat, lighter)
        fits = state.room(self._down, self._up, self._problem.freighters.capacity)
        bad = (state.sat[:, None] == state.sat[None, :]) | ~fits | ~fits.T
        delta[bad] = _NEVER
        one, other = divmod(int(delta.argmin()), len(delta))
        return float(delta[one, other]), (one, other)

    def _best_move(
        self, work: list[list[int]], state: _State, limits: _Limits, worth: float
    ) -> tuple[float, tuple[int, tuple[int, int]]]:
        """The same for one customer moved between two stops of another satellite's route."""
        s, miles = self._sats, self._miles
        own = np.arange(s, len(miles))
        leave = miles[state.before, own] + miles[own, state.after] - miles[state.before, state.after]
        arcs = [(k, p) for k, route in enumerate(work) for p in range(1, len(route) + 1)]
        ends = [_arc(work[k], p, s) for k, p in arcs]
        before, after = (np.array(side) for side in zip(*ends, strict=True))
        delta = miles[before][:, s:] + miles[s:, after].T - miles[before, after][:, None] - leave[None, :]
        target = np.array([work[k][0] for k, _p in arcs])
        goes = np.broadcast_to(self._units[:, None], (len(self._units), len(arcs)))
        over = limits.after(state.goods, state.sat, target, goes)
        delta = delta + worth * over.T
        loads = np.array([[self._down[r[1:]].sum(), self._up[r[1:]].sum()] for r in work])
        room = self._problem.freighters.capacity - loads[[k for k, _p in arcs]]
        bad = (room[:, :1] < self._down[None, :]) | (room[:, 1:] < self._up[None, :])
        bad |= target[:, None] == state.sat[None, :]
        delta[bad] = _NEVER
        arc, customer = divmod(int(delta.argmin()), delta.shape[1])
        return float(delta[arc, customer]), (customer, arcs[arc])


def _arc(route: list[int], place: int, sats: int) -> tuple[int, int]:
    before = route[0] if place == 1 else sats + route[place - 1]
    after = route[0] if place == len(route) else sats + route[place]
    return before, after


class _State:
    """Where each customer is: satellite, route, the stops before and after."""

    def __init__(self, work: list[list[int]], sats: int, units: Ints) -> None:
        count = len(units)
        self.sat, self.route = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        self.before, self.after = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        for number, (home, *rest) in enumerate(work):
            self.sat[rest], self.route[rest] = home, number
            self.before[rest] = [home, *(sats + c for c in rest[:-1])]
            self.after[rest] = [*(sats + c for c in rest[1:]), home]
        self.goods = np.bincount(self.sat, weights=units, minlength=sats).astype(np.int64)

    def room(self, down: Ints, up: Ints, capacity: int) -> NDArray[np.bool_]:
        """[i, j]: whether j fits into the route of i in place of i."""
        fits = np.ones((len(down), len(down)), dtype=np.bool_)
        for goods in (down, up):
            load = np.bincount(self.route, weights=goods)[self.route] - goods
            fits &= load[:, None] + goods[None, :] <= capacity
        return fits

    def put(self, work: list[list[int]], one: int, other: int) -> None:
        """Exchange two customers of different routes."""
        first, second = work[self.route[one]], work[self.route[other]]
        here, there = first.index(one, 1), second.index(other, 1)
        first[here], second[there] = other, one


class _Limits:
    """How much goods may leave the satellites that only some of the tours visit."""

    def __init__(self, tours: Tours, sats: int, capacity: int) -> None:
        self._member = np.zeros((2 ** len(tours), sats), dtype=np.int64)
        self._most = np.zeros(2 ** len(tours), dtype=np.int64)
        for chosen in range(2 ** len(tours)):
            for sat in range(sats):
                visits = sum(1 << k for k, mask in enumerate(tours) if mask >> sat & 1)
                self._member[chosen, sat] = visits & ~chosen == 0
            self._most[chosen] = chosen.bit_count() * capacity

    def overload(self, goods: Ints) -> int:
        """Units over, summed over all sets of tours."""
        return int(np.maximum(self._member @ goods - self._most, 0).sum())

    def after(self, goods: Ints, source: Ints, target: Ints, units: Ints) -> Floats:
        """[i, j]: overload after `units[i, j]` went from satellite source[i] to target[j]."""
        load = self._member @ goods - self._most
        total = np.zeros(units.shape)
        for member, over in zip(self._member, load, strict=True):
            change = member[target][None, :] - member[source][:, None]
            total += np.maximum(over + change * units, 0)
        return total
