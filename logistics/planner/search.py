"""`solve`: the search over both echelons together, anytime, in one process or several."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask_babel import gettext as _

from logistics.planner.explorer import Best, Explorer
from logistics.planner.first_level import FirstLevel
from logistics.planner.problem import NoPlanFound, Problem, UnsolvableProblem, faults
from logistics.planner.second_level import Routes
from logistics.planner.solution import Solution, loads_of
from logistics.planner.team import Helper, Orders, helpers, work

_ROUNDS = 30  # in which processes work on their own between exchanges
_LAST = 0.04  # of the search: for the last choice
_NODES = 100  # of branch and bound
_SEEDS = 1000

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
    """The best plan found within `seconds`; the longer, the better.

    `iterations` bounds the work (steps of local search) of each of the `workers` processes: with it,
    and time enough, the same seed gives the same plan. `on_progress` receives the fraction done and
    the best cost so far (infinite while there is none); when `should_stop` says yes, the best so far
    is returned. Raises UnsolvableProblem before the search when the problem cannot be served, and
    NoPlanFound when the search ended without a plan.
    """
    wrong = faults(problem)
    if wrong:
        raise UnsolvableProblem(wrong)
    if not problem.customers:
        return Solution((), ())
    clock = _Clock(seconds, iterations, should_stop)
    # A choice is bounded by work, not by time, where the plan must not depend on the clock.
    nodes = None if iterations is None else _NODES
    explorer = Explorer(problem, seed * _SEEDS, nodes=nodes)
    team = helpers(problem, [seed * _SEEDS + n for n in range(1, workers)], nodes)
    try:
        _search(explorer, team, clock, on_progress or _nobody)
    finally:
        for helper in team:
            helper.close()
    return _assembled(problem, explorer.best.routes)


class _Clock:
    """How much of the search is done, by time or by work."""

    def __init__(self, seconds: float, iterations: int | None, should_stop: Callable[[], bool] | None) -> None:
        self._begin, self._seconds, self._iterations = time.monotonic(), seconds, iterations
        self._should_stop = should_stop
        self._stopped = False

    def keep_on(self) -> bool:
        """Whether nobody asked to stop."""
        self._stopped = self._stopped or (self._should_stop is not None and self._should_stop())
        return not self._stopped

    def left(self) -> float:
        """Seconds to go."""
        return self._begin + self._seconds - time.monotonic()

    def done(self, steps: int) -> float:
        """Fraction of the search that is over."""
        spent = 1 - self.left() / self._seconds if self._seconds > 0 else 1.0
        worked = steps / self._iterations if self._iterations else 0.0
        return max(0.0, min(1.0, max(spent, worked)))

    def orders(self, best: Best, routes: Routes) -> Orders:
        """One round's share of the time, or of the work."""
        part = self._seconds * (1 - _LAST) / _ROUNDS
        if self._iterations is None:
            return Orders(best, routes, min(part, self.left()), None)
        return Orders(best, routes, self.left(), max(1, self._iterations // _ROUNDS))


def _search(explorer: Explorer, team: list[Helper], clock: _Clock, tell: Progress) -> None:
    """Rounds of work, each followed by an exchange of findings; then a last choice."""
    explorer.turn(clock.keep_on)  # a first plan soon, however short the time
    tell(clock.done(explorer.steps), explorer.best.cost)
    while clock.keep_on() and clock.done(explorer.steps) < 1 - _LAST:
        orders = clock.orders(explorer.best, explorer.fresh_routes())
        for helper in team:
            helper.start(orders)
        work(explorer, clock.orders(Best(), ()), clock.keep_on)
        if not clock.keep_on():
            break
        for helper in team:
            explorer.learn(*helper.result())
        tell(clock.done(explorer.steps), explorer.best.cost)
    if clock.keep_on():
        explorer.finish(max(0.0, clock.left()))
    tell(1.0, explorer.best.cost)


def _nobody(_done: float, _cost: float) -> None:
    """Progress that nobody asked for."""


def _assembled(problem: Problem, routes: Routes) -> Solution:
    tours = FirstLevel(problem).tours(loads_of(problem, routes)) if routes else None
    if tours is None:
        raise NoPlanFound(_("在给定时间内没有找到可行的方案"))
    return Solution(tours, routes)
