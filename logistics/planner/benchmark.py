"""The public two-echelon instance format (Breunig et al. 2016): read it, write its solutions.

Text; lines starting with `!` are comments; then trucks, freighters, depot with satellites, customers.
Distances are Euclidean on the file's coordinates, unrounded.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from flask_babel import gettext as _

from logistics.planner.problem import Customer, Fleet, Matrix, PlannerError, Problem, Satellite
from logistics.planner.solution import FreighterRoute, Solution, Stop, TruckTour

Line = tuple[int, str]


class BenchmarkError(PlannerError):
    """A file that is not a benchmark instance (or solution): line, if any, and reason."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        where = _("第 %(line)d 行：", line=line) if line else ""
        super().__init__(where + reason)
        self.line = line


def read_instance(path: Path) -> Problem:
    """The problem in the file. Raises BenchmarkError for anything that is not one."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise BenchmarkError(_("文件读不出来：%(reason)s", reason=error)) from error
    return parse_instance(text)


def parse_instance(text: str) -> Problem:
    """The problem in the text. Raises BenchmarkError for anything that is not one."""
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1)]
    lines = [(n, line) for n, line in lines if line and not line.startswith("!")]
    if len(lines) < 4:
        raise BenchmarkError(_("应有四段数据，实有 %(count)d 段", count=len(lines)))
    trucks = _fleet(lines[0], fields=4)
    freighters = _fleet(lines[1], fields=5)
    stores = _points(lines[2:3], (2, 3))
    people = _points(lines[3:], (3,))
    if len(stores) < 2:
        raise BenchmarkError(_("至少要有一个仓库和一个中转站"), lines[2][0])
    satellites = tuple(Satellite(handling_cost=h[0] if h else 0.0) for _l, _x, _y, *h in stores[1:])
    customers = tuple(Customer(delivery=_units(amount, line)) for line, _x, _y, amount in people)
    places = [(x, y) for _l, x, y, *_rest in stores + people]
    return Problem(
        trucks=trucks,
        freighters=freighters,
        satellites=satellites,
        customers=customers,
        first=_euclidean(places[: len(stores)]),
        second=_euclidean(places[1:]),
    )


def _fleet(line: Line, *, fields: int) -> Fleet:
    number, text = line
    values = _numbers(text.replace(" ", ""), number)
    if len(values) != fields:
        words = _("车辆一行应有 %(want)d 个数，实有 %(n)d 个", want=fields, n=len(values))
        raise BenchmarkError(words, number)
    per_satellite = _units(values.pop(0), number) if fields == 5 else None
    count, capacity, per_distance, fixed = values
    if per_distance < 0 or fixed < 0:
        raise BenchmarkError(_("费用不能是负数"), number)
    # Demands are whole, so a fraction of a unit of capacity is of no use.
    return Fleet(_units(count, number), math.floor(capacity), per_distance, fixed, per_satellite)


def _points(lines: list[Line], sizes: tuple[int, ...]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for number, text in lines:
        for word in text.split():
            values = _numbers(word, number)
            if len(values) not in sizes:
                raise BenchmarkError(_("「%(word)s」里的数不够或太多", word=word[:40]), number)
            found.append((number, *values))
    return found


def _numbers(text: str, line: int) -> list[float]:
    values = []
    for word in text.split(","):
        if not word:
            continue
        try:
            value = float(word)
        except ValueError:
            value = math.nan
        if not abs(value) < 1e9:  # beyond, squares and sums lose their digits
            raise BenchmarkError(_("「%(word)s」不是可用的数", word=word[:40]), line)
        values.append(value)
    return values


def _units(value: float, line: int) -> int:
    if value < 0 or value != int(value):
        raise BenchmarkError(_("「%(value)s」应是不小于零的整数", value=f"{value:g}"), line)
    return int(value)


def _euclidean(places: list[tuple[float, float]]) -> Matrix:
    points = np.array(places, dtype=np.float64).reshape(-1, 2)
    return np.asarray(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)), dtype=np.float64)


def solution_to_json(solution: Solution) -> dict[str, Any]:
    """The solution schema of the benchmark, numbers counted from 1; pick-ups only where there are any."""
    first = [{"stops": [_stop_to_json(stop) for stop in tour.stops]} for tour in solution.tours]
    second = [
        {"satellite": route.satellite + 1, "customers": [c + 1 for c in route.customers]} for route in solution.routes
    ]
    return {"first": first, "second": second}


def _stop_to_json(stop: Stop) -> dict[str, int]:
    plain = {"satellite": stop.satellite + 1, "amount": stop.delivery}
    return plain | {"pickup": stop.pickup} if stop.pickup else plain


def write_solution(path: Path, solution: Solution) -> None:
    """Write the solution schema as JSON. Raises OSError."""
    path.write_text(json.dumps(solution_to_json(solution)) + "\n", encoding="utf-8")


def solution_from_json(data: Any) -> Solution:
    """The solution in the schema. Raises BenchmarkError when it is malformed."""
    try:
        tours = tuple(
            TruckTour(tuple(Stop(s["satellite"] - 1, s["amount"], s.get("pickup", 0)) for s in tour["stops"]))
            for tour in data["first"]
        )
        routes = tuple(FreighterRoute(r["satellite"] - 1, tuple(c - 1 for c in r["customers"])) for r in data["second"])
    except (AttributeError, KeyError, TypeError) as error:
        raise BenchmarkError(_("方案的格式不对：%(reason)s", reason=error)) from error
    return Solution(tours, routes)
