"""One choice among all harvested routes for given truck tours: a set partitioning model (HiGHS).

minimise   cost of the chosen freighter routes
such that  every customer is on one route, freighter limits hold, and what leaves a satellite fits
           into the room that the given truck tours have for it.

With the tours given, the linear relaxation is solved in milliseconds and is a sharp forecast of
what these tours can lead to with the routes known; its duals are the right prices per unit of
goods for the next run of the second level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from logistics.planner.loops import members
from logistics.planner.pool import PooledRoute
from logistics.planner.problem import Problem
from logistics.planner.second_level import Routes

_MOST_IN_CHOICE = 3000
_MOST_KEPT = 15_000

Tours = tuple[int, ...]
"""Truck tours as bit masks of the satellites they visit, sorted."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Least second-level cost of the relaxation and its duals: per unit at satellites, per route."""

    bound: float
    prices: tuple[float, ...]
    route_price: float
    reduced: NDArray[np.float64]


class Selector:
    """The model over all routes offered so far, solved again and again for other truck tours."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._routes: list[PooledRoute] = []
        self._merit = np.zeros(0)
        self._both_ways = bool(problem.total_delivery and problem.total_pickup)
        self._down = problem.total_delivery >= problem.total_pickup
        self._model = self._empty()

    # rows: customers, all freighters, freighters per satellite, supply (lead direction),
    # supply (other direction), room of each truck; columns: amount of each truck at each satellite

    @property
    def _sats(self) -> int:
        return len(self._problem.satellites)

    @property
    def _total_row(self) -> int:
        return len(self._problem.customers)

    def _supply_row(self, sat: int) -> int:
        return self._total_row + 1 + self._sats + sat

    def _first_room_row(self) -> int:
        return self._supply_row(0) + self._sats * (2 if self._both_ways else 1)

    def _empty(self) -> highspy.Highs:
        """The rows, and the columns of what each truck brings to each satellite (all closed)."""
        model = highspy.Highs()
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        for low, high in self._row_bounds():
            model.addRow(low, high, 0, np.zeros(0, dtype=np.int32), np.zeros(0))
        for truck in range(self._problem.trucks.count):
            for sat in range(self._sats):
                rows, values = self._supply_entries(truck, sat)
                model.addCol(0.0, 0.0, 0.0, len(rows), rows, values)
        return model

    def _row_bounds(self) -> list[tuple[float, float]]:
        fleet, inf = self._problem.freighters, highspy.kHighsInf
        supply = (-inf, 0.0)
        return [
            *[(1.0, 1.0)] * self._total_row,
            (0.0, fleet.count),
            *[(0.0, float(self._problem.most_per_satellite))] * self._sats,
            *[supply] * self._sats * (2 if self._both_ways else 1),
            *[(0.0, float(self._problem.trucks.capacity))] * self._problem.trucks.count,
        ]

    def _supply_entries(self, truck: int, sat: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        rows, values = [self._supply_row(sat)], [-1.0]
        if self._both_ways:
            rows.append(self._supply_row(sat) + self._sats)
            values.append(-1.0)
        rows.append(self._first_room_row() + truck)
        return np.array(rows, dtype=np.int32), np.array([*values, 1.0])

    def add(self, routes: Sequence[PooledRoute]) -> None:
        """Offer more routes."""
        starts, rows, values = [], [], []
        for pooled in routes:
            starts.append(len(rows))
            for row, value in self._entries(pooled):
                rows.append(row)
                values.append(value)
        count = len(routes)
        self._model.addCols(
            count,
            np.array([p.cost for p in routes]),
            np.zeros(count),
            np.full(count, highspy.kHighsInf),
            len(rows),
            np.array(starts, dtype=np.int32),
            np.array(rows, dtype=np.int32),
            np.array(values, dtype=np.float64),
        )
        self._routes.extend(routes)
        self._merit = np.append(self._merit, np.full(count, np.inf))

    def _entries(self, pooled: PooledRoute) -> list[tuple[int, float]]:
        sat = pooled.route.satellite
        lead, other = (pooled.delivery, pooled.pickup) if self._down else (pooled.pickup, pooled.delivery)
        entries = [(customer, 1.0) for customer in pooled.route.customers]
        entries += [(self._total_row, 1.0), (self._total_row + 1 + sat, 1.0)]
        entries.append((self._supply_row(sat), float(lead)))
        if self._both_ways:
            entries.append((self._supply_row(sat) + self._sats, float(other)))
        return entries

    def forecast(self, tours: Tours) -> Forecast | None:
        """Solve the relaxation for the tours; None when the routes known cannot do it."""
        self._open(self._model, tours)
        self._model.run()
        if self._model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._model.getSolution()
        duals = np.array(solution.row_dual)
        reduced = np.array(solution.col_dual)[self._amounts :]
        self._merit = np.minimum(self._merit, reduced)
        supply = self._supply_row(0)
        prices = tuple(max(0.0, -float(d)) for d in duals[supply : supply + self._sats])
        bound = self._model.getInfo().objective_function_value
        return Forecast(bound, prices, max(0.0, -float(duals[self._total_row])), reduced)

    @property
    def _amounts(self) -> int:
        return self._problem.trucks.count * self._sats

    def _open(self, model: highspy.Highs, tours: Tours) -> None:
        upper = np.zeros((self._problem.trucks.count, self._sats))
        for truck, mask in enumerate(tours):
            upper[truck, members(mask)] = highspy.kHighsInf
        count = self._amounts
        indices = np.arange(count, dtype=np.int32)
        model.changeColsBounds(count, indices, np.zeros(count), upper.ravel())

    def choose(
        self, tours: Tours, forecast: Forecast, below: float, *, seconds: float, nodes: int | None = None
    ) -> Routes | None:
        """The cheapest whole choice for the tours that costs less than `below`, if one was found."""
        few = np.flatnonzero(forecast.reduced <= below - forecast.bound)
        if len(few) > _MOST_IN_CHOICE:
            few = few[np.argsort(forecast.reduced[few], kind="stable")[:_MOST_IN_CHOICE]]
        routes = [self._routes[k] for k in few]
        whole = Selector(self._problem)
        whole.add(routes)
        return whole._decide(tours, below, seconds, nodes)

    def _decide(self, tours: Tours, below: float, seconds: float, nodes: int | None) -> Routes | None:
        model, count = self._model, len(self._routes)
        self._open(model, tours)
        columns = np.arange(self._amounts, self._amounts + count, dtype=np.int32)
        integer = np.full(count, highspy.HighsVarType.kInteger)
        model.changeColsIntegrality(count, columns, integer)
        model.setOptionValue("objective_bound", below)
        model.setOptionValue("mip_rel_gap", 1e-6)
        model.setOptionValue("time_limit", seconds)
        if nodes is not None:
            model.setOptionValue("mip_max_nodes", nodes)
        model.run()
        if model.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        chosen = np.array(model.getSolution().col_value)[self._amounts :] > 0.5
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
