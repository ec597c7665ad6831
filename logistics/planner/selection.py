"""One choice among all harvested routes for given truck tours: a set partitioning model (HiGHS).

minimise   cost of the chosen freighter routes
such that  every customer is on one route, freighter limits hold, and what leaves a satellite fits
           into the room that the given truck tours have for it.

With the tours given, the linear relaxation is solved in milliseconds and is a sharp forecast of
what these tours can lead to with the routes known; its duals are the right prices per unit of
goods for the next run of the second level.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from logistics.planner.loops import members
from logistics.planner.pool import PooledRoute
from logistics.planner.problem import Problem
from logistics.planner.second_level import Routes

_MOST_KEPT = 15_000
_TOLERANCE = 1e-6
_INF = highspy.kHighsInf

Tours = tuple[int, ...]
"""Truck tours as bit masks of the satellites they visit, sorted."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the relaxation says.

    Least second-level cost; its duals (price per unit from each satellite in the lead direction, per
    route); freighters per satellite rounded up; reduced cost of each route.
    """

    bound: float
    prices: tuple[float, ...]
    route_prices: tuple[float, ...]
    counts: tuple[int, ...]
    reduced: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one choice may take."""

    seconds: float
    nodes: int | None = None


class Selector:
    """The model over all routes offered so far, solved again and again for other truck tours.

    Columns: amount of each truck at each satellite, freighters of each satellite, then the routes.
    Rows: customers, freighters of each satellite, all freighters, goods of each satellite (lead
    direction, then the other if there is one), room of each truck, least freighters for sets of tours.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._trucks, self._sats = problem.trucks.count, len(problem.satellites)
        self._ways = 2 if problem.total_delivery and problem.total_pickup else 1
        self._down = problem.total_delivery >= problem.total_pickup
        self._units = max(problem.total_delivery, problem.total_pickup)
        self._count_row = len(problem.customers)
        self._total_row = self._count_row + self._sats
        self._goods_row = self._total_row + 1
        self._room_row = self._goods_row + self._ways * self._sats
        self._least_row = self._room_row + self._trucks
        self._tour_sets = _subsets(self._trucks)
        self._counts = self._trucks * self._sats
        self._first_route = self._counts + self._sats
        self._routes: list[PooledRoute] = []
        self._merit = np.zeros(0)
        self._model = self._empty()

    def _empty(self) -> highspy.Highs:
        model = highspy.Highs()  # type: ignore[no-untyped-call]
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        for low, high in self._row_bounds():
            model.addRow(low, high, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        for truck in range(self._trucks):
            for sat in range(self._sats):
                rows = [self._goods_row + sat + way * self._sats for way in range(self._ways)]
                entries = [(row, -1.0) for row in rows] + [(self._room_row + truck, 1.0)]
                _add_column(model, 0.0, entries)
        for sat in range(self._sats):
            most = float(self._problem.most_per_satellite)
            _add_column(model, most, [(self._count_row + sat, -1.0), (self._total_row, 1.0)])
        return model

    def _row_bounds(self) -> list[tuple[float, float]]:
        fleet = self._problem.freighters
        return [
            *[(1.0, 1.0)] * self._count_row,
            *[(0.0, 0.0)] * self._sats,
            (float(self._fewest(self._units)), float(fleet.count)),
            *[(-_INF, 0.0)] * (self._ways * self._sats),
            *[(0.0, float(self._problem.trucks.capacity))] * self._trucks,
            *[(0.0, _INF)] * len(self._tour_sets),
        ]

    def _fewest(self, units: int) -> int:
        return max(0, -(-units // self._problem.freighters.capacity))

    def add(self, routes: Sequence[PooledRoute]) -> None:
        """Offer more routes."""
        entries = [self._entries(pooled) for pooled in routes]
        ends = np.cumsum([0, *map(len, entries)])
        flat = [entry for column in entries for entry in column]
        count = len(routes)
        self._model.addCols(
            count,
            np.array([p.cost for p in routes]),
            np.zeros(count),
            np.full(count, _INF),
            len(flat),
            ends[:-1].astype(np.int32),
            np.array([row for row, _value in flat], dtype=np.int32),
            np.array([value for _row, value in flat], dtype=np.float64),
        )
        self._routes.extend(routes)
        self._merit = np.append(self._merit, np.full(count, np.inf))

    def _entries(self, pooled: PooledRoute) -> list[tuple[int, float]]:
        sat = pooled.route.satellite
        goods = (pooled.delivery, pooled.pickup) if self._down else (pooled.pickup, pooled.delivery)
        entries = [(customer, 1.0) for customer in pooled.route.customers]
        entries.append((self._count_row + sat, 1.0))
        for way in range(self._ways):
            entries.append((self._goods_row + sat + way * self._sats, float(goods[way])))
        return entries

    def forecast(self, tours: Tours) -> Forecast | None:
        """Solve the relaxation for the tours; None when the routes known cannot do it."""
        self._open(tours)
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._model.getSolution()
        reduced = np.array(solution.col_dual)[self._first_route :]
        used = np.array(solution.col_value)[self._counts : self._first_route]
        counts = tuple(int(n) for n in np.ceil(used - _TOLERANCE))
        self._merit = np.minimum(self._merit, reduced)
        bound = self._model.getInfo().objective_function_value
        rows = -np.array(solution.row_dual)
        prices = np.maximum(rows[self._goods_row : self._goods_row + self._sats], 0.0)
        route_prices = rows[self._count_row : self._total_row]
        return Forecast(bound, tuple(prices.tolist()), tuple(route_prices.tolist()), counts, reduced)

    def _open(self, tours: Tours) -> None:
        """Let the trucks visit the satellites of the tours, and demand the freighters this takes."""
        upper = np.zeros((self._trucks, self._sats))
        for truck, mask in enumerate(tours):
            upper[truck, members(mask)] = _INF
        columns = np.arange(self._counts, dtype=np.int32)
        self._model.changeColsBounds(self._counts, columns, np.zeros(self._counts), upper.ravel())
        for row, chosen in enumerate(self._tour_sets, self._least_row):
            self._demand(row, [mask for truck, mask in enumerate(tours) if chosen >> truck & 1], len(tours))

    def _demand(self, row: int, some: list[int], tours: int) -> None:
        """What the other tours cannot carry leaves from satellites on `some`: in so many freighters."""
        union = 0
        for mask in some:
            union |= mask
        left = self._units - (tours - len(some)) * self._problem.trucks.capacity
        for sat in range(self._sats):
            self._model.changeCoeff(row, self._counts + sat, float(union >> sat & 1))
        self._model.changeRowBounds(row, float(self._fewest(left)) if some else 0.0, _INF)

    def choose(self, tours: Tours, forecast: Forecast, below: float, limits: Limits) -> Routes | None:
        """A good whole choice for the tours that costs less than `below`, if one was found.

        Begins with the few routes of least reduced cost and takes more while that is quickly
        answered.
        """
        useful = int((forecast.reduced <= below - forecast.bound).sum())
        order = np.argsort(forecast.reduced, kind="stable")
        count, begin, found = 2 * self._count_row + 50, time.monotonic(), None
        while True:
            few = Selector(self._problem)
            few.add([self._routes[k] for k in order[: min(count, useful)]])
            routes = few._decide(tours, below, limits)
            found = routes or found
            spent = time.monotonic() - begin
            if routes is not None or count >= useful or spent > limits.seconds / 3:
                return found
            count *= 2

    def _decide(self, tours: Tours, below: float, limits: Limits) -> Routes | None:
        model, count = self._model, self._sats + len(self._routes)
        self._open(tours)
        columns = np.arange(self._counts, self._counts + count, dtype=np.int32)
        model.changeColsIntegrality(count, columns, np.full(count, highspy.HighsVarType.kInteger))
        model.setOptionValue("objective_bound", below)
        model.setOptionValue("mip_rel_gap", 1e-6)
        model.setOptionValue("time_limit", limits.seconds)
        if limits.nodes is not None:
            model.setOptionValue("mip_max_nodes", limits.nodes)
        model.run()
        if model.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        chosen = np.array(model.getSolution().col_value)[self._first_route :] > 0.5
        return tuple(p.route for p, taken in zip(self._routes, chosen, strict=True) if taken)

    def trim(self) -> None:
        """Forget the routes that no relaxation came near to using."""
        if len(self._routes) <= _MOST_KEPT:
            return
        order = np.argsort(self._merit, kind="stable")[: _MOST_KEPT // 2]
        kept, merit = [self._routes[k] for k in order], self._merit[order]
        self._model, self._routes, self._merit = self._empty(), [], np.zeros(0)
        self.add(kept)
        self._merit = merit


def _add_column(model: highspy.Highs, upper: float, entries: list[tuple[int, float]]) -> None:
    rows = np.array([row for row, _value in entries], dtype=np.int32)
    model.addCol(0.0, 0.0, upper, len(entries), rows, np.array([value for _row, value in entries]))


def _subsets(trucks: int) -> list[int]:
    """Sets of tours to demand freighters of: all, or with many trucks only single tours."""
    return list(range(1, 2**trucks)) if trucks <= 5 else [1 << truck for truck in range(trucks)]
