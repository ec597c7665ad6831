"""`solve`: the search over both echelons together, anytime, on one or two processes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from flask_babel import gettext as _

from logistics.planner.explorer import Explorer
from logistics.planner.first_level import FirstLevel
from logistics.planner.problem import NoPlanFound, Problem, UnsolvableProblem, faults
from logistics.planner.second_level import Routes
from logistics.planner.solution import Solution, loads_of

Progress = Callable[[float, float], None]


def solve(
    problem: Problem,
    *,
    seconds: float = 60.0,
    seed: int = 0,
    iterations: int | None = None,
    workers: int = 1,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    wrong = faults(problem)
    if wrong:
        raise UnsolvableProblem(wrong)
    if not problem.customers:
        return Solution((), ())
    begin = time.monotonic()
    explorer = Explorer(problem, seed)

    def go_on() -> bool:
        if should_stop is not None and should_stop():
            return False
        spent = time.monotonic() - begin
        return spent < seconds and (iterations is None or explorer.steps < iterations)

    while go_on():
        explorer.turn(go_on)
        if on_progress is not None:
            on_progress(min(1.0, (time.monotonic() - begin) / seconds), explorer.best.cost)
    if math.isinf(explorer.best.cost):
        raise NoPlanFound(_("在给定时间内没有找到可行的方案"))
    return _assembled(problem, explorer.best.routes)


def _assembled(problem: Problem, routes: Routes) -> Solution:
    tours = FirstLevel(problem).tours(loads_of(problem, routes))
    if tours is None:
        raise NoPlanFound(_("在给定时间内没有找到可行的方案"))
    return Solution(tours, routes)
