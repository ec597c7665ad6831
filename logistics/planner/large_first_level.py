"""First echelon with many satellites: PyVRP over whole loads, split only where it must be."""

from __future__ import annotations

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, VehicleType
from pyvrp import solve as pyvrp_solve
from pyvrp.stop import MaxIterations

from logistics.planner.problem import Problem

ITERATIONS = 400
_SCALED_TO = 1_000_000
_HALVINGS = 4

Piece = tuple[int, int]
"""(satellite, amount)"""


def heuristic_tours(problem: Problem, amounts: tuple[int, ...]) -> tuple[tuple[Piece, ...], ...] | None:
    """Truck tours for the amounts, or None when none were found.

    A satellite that needs more than a truck gets full trucks of its own first; when the rest does not
    pack into the trucks left, pieces are halved until they do.
    """
    room = problem.trucks.capacity
    full: list[tuple[Piece, ...]] = []
    pieces: list[Piece] = []
    for sat, amount in enumerate(amounts):
        full += [((sat, room),)] * (amount // room)
        pieces += [(sat, amount % room)] if amount % room else []
    if not pieces:
        return tuple(full) if len(full) <= problem.trucks.count else None
    for _attempt in range(_HALVINGS):
        routes = _pack(problem, pieces, problem.trucks.count - len(full))
        if routes is not None:
            return (*full, *(_merged(route) for route in routes))
        pieces = [half for sat, amount in pieces for half in _halves(sat, amount)]
    return None


def _halves(sat: int, amount: int) -> list[Piece]:
    return [(sat, part) for part in (amount // 2, amount - amount // 2) if part]


def _merged(route: list[Piece]) -> tuple[Piece, ...]:
    """One halt for each satellite, at its first place in the route."""
    together: dict[int, int] = {}
    for sat, amount in route:
        together[sat] = together.get(sat, 0) + amount
    return tuple(together.items())


def _pack(problem: Problem, pieces: list[Piece], trucks: int) -> list[list[Piece]] | None:
    if trucks < 1:
        return None
    unit = _SCALED_TO / (float(problem.first.max()) or 1.0)
    matrix = np.rint(problem.first * unit).astype(np.int64)
    np.fill_diagonal(matrix, 0)
    per_distance = problem.trucks.cost_per_distance or 1.0
    vehicle = VehicleType(
        trucks,
        [problem.trucks.capacity],
        fixed_cost=round(problem.trucks.fixed_cost / per_distance * unit),
    )
    data = ProblemData(
        [Location(0, 0) for _row in matrix],
        [Client(sat + 1, [amount]) for sat, amount in pieces],
        [Depot(0)],
        [vehicle],
        [matrix],  # type: ignore[list-item]  # the stub misnames the array type
        [np.zeros_like(matrix)],  # type: ignore[list-item]
    )
    best = pyvrp_solve(data, MaxIterations(ITERATIONS), seed=1, collect_stats=False).best
    if not best.is_feasible():
        return None
    return [[pieces[a.idx] for a in route if a.is_client()] for route in best.routes()]
