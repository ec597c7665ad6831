"""The two-echelon search around both levels."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import numpy as np

from logistics.planner.first_level import EXACT, FirstLevel, room_needed
from logistics.planner.pool import RoutePool
from flask_babel import gettext as _
from logistics.planner.problem import NoPlanFound, Problem, UnsolvableProblem, faults
from logistics.planner.second_level import Candidate, Routes, Run, SecondLevel, Setting
from logistics.planner.solution import Solution, loads_of

Counts = tuple[int, ...]
GoOn = Callable[[], bool]


@dataclass(slots=True)
class Place:
    """What is known of one choice of freighters per satellite."""

    counts: Counts
    best: float = math.inf
    routes: Routes = ()
    visits: int = 0
    prices: tuple[float, ...] = ()


@dataclass(slots=True)
class Found:
    """Best plan so far."""

    cost: float = math.inf
    routes: Routes = ()


class Explorer:
    """Runs the second level under many settings and prices the outcome with the first."""

    def __init__(self, problem: Problem, seed: int) -> None:
        self.problem = problem
        self.random = Random(seed)
        self.first = FirstLevel(problem)
        self.second = SecondLevel(problem)
        self.pool = RoutePool(problem)
        self.best = Found()
        self.places: dict[Counts, Place] = {}
        self.iterations = 0
        fleet = problem.freighters
        need = max(problem.total_delivery, problem.total_pickup)
        self.fewest = max(1, -(-need // fleet.capacity))
        self.tight = fleet.count - self.fewest <= 1
        self.base = [
            2 * float(problem.first[0, s + 1]) * problem.trucks.cost_per_distance / problem.trucks.capacity
            for s in range(len(problem.satellites))
        ]
        self.log: Callable[[str], None] = lambda _text: None

    # -- one run ---------------------------------------------------------------------------

    def visit(self, counts: Counts, iterations: int, go_on: GoOn) -> Place:
        """Run the second level once under `counts` and remember the outcome."""
        place = self.places.setdefault(counts, Place(counts))
        prices = self._prices(place)
        start = place.routes or self._nearest_start(counts)
        run = self.second.run(Setting(counts, prices), start, self.random.randrange(2**31), self._shake())
        place.visits += 1
        lowest = math.inf
        for step, candidate in enumerate(run.steps(iterations, go_on)):
            if candidate.priced < lowest * 1.005 + 1e-9:
                lowest = min(lowest, candidate.priced)
                self._judge(run, candidate, place)
            elif step % 4 == 0 and candidate.priced < lowest * 1.03 and place.best < self.best.cost*1.02:
                self.pool.add(run.routes(candidate))
        self.iterations += iterations
        return place

    def _shake(self) -> int:
        return self.random.choice((5, 10, 25))

    def _prices(self, place: Place) -> tuple[float, ...]:
        base = place.prices or self.base
        if place.visits == 0:
            return tuple(self.base)
        spread = self.random.choice((0.0, 0.2, 0.5))
        return tuple(max(0.0, b * math.exp(self.random.gauss(0, spread))) for b in base)

    def _nearest_start(self, counts: Counts) -> Routes:
        known = [p for p in self.places.values() if p.routes]
        if not known:
            return ()
        gap = lambda p: sum((a > 0) != (b > 0) for a, b in zip(p.counts, counts))
        return min(known, key=lambda p: (gap(p), p.best)).routes

    def _judge(self, run: Run, candidate: Candidate, place: Place) -> None:
        """True cost of a candidate; keep its routes and, where it leads, itself."""
        if math.isinf(candidate.priced) or candidate.solution.num_routes() > self.problem.freighters.count:
            return
        loads = tuple(run.room_used(candidate))
        amounts = room_needed(loads)
        lead = self._units(loads)
        plain = candidate.priced - sum(p * u for p, u in zip(run.setting.prices, lead))
        routes = None
        bar = max(place.best, 1.02 * self.best.cost)
        if plain + self.first.lower_bound(amounts) >= bar:
            return
        routes = run.routes(candidate)
        self.pool.add(routes)
        if plain + self.first.lower_bound(amounts) >= place.best:
            return
        cost = plain + self.first.plan(amounts, place.best - plain).cost
        if cost < place.best - 1e-7:
            place.best, place.routes = cost, routes
        if cost < self.best.cost - 1e-7:
            self.best = Found(cost, routes)
            self.log(f"{cost:.2f} {place.counts}")

    def _units(self, loads: tuple[tuple[int, int], ...]) -> list[int]:
        down = self.problem.total_delivery >= self.problem.total_pickup
        return [d if down else u for d, u in loads]

    # -- which run next --------------------------------------------------------------------

    def next_counts(self) -> Counts:
        ranked = sorted(self.places.values(), key=lambda p: p.best)
        index = min(int(self.random.expovariate(1 / 1.5)), len(ranked) - 1)
        place = ranked[index]
        if self.random.random() < 0.5:
            fresh = [c for c in self._neighbours(place.counts) if c not in self.places]
            if fresh:
                return self.random.choice(fresh)
        return place.counts

    def _neighbours(self, counts: Counts) -> list[Counts]:
        return self._shifted(counts) if self.tight else self._toggled(counts)

    def _toggled(self, counts: Counts) -> list[Counts]:
        found = []
        room = self.full_counts()
        for s in range(len(counts)):
            flip = tuple((0 if c else room[t]) if t == s else c for t, c in enumerate(counts))
            found.append(flip)
            if counts[s]:
                for t in range(len(counts)):
                    if not counts[t]:
                        swap = list(flip)
                        swap[t] = room[t]
                        found.append(tuple(swap))
        return [c for c in found if self._enough(c)]

    def _enough(self, counts: Counts) -> bool:
        return sum(counts) >= self.fewest

    def _shifted(self, counts: Counts) -> list[Counts]:
        most = self.problem.most_per_satellite
        found = []
        for s, have in enumerate(counts):
            for t in range(len(counts)):
                for k in {1, have}:
                    if s != t and 0 < k <= have and counts[t] + k <= most:
                        moved = list(counts)
                        moved[s] -= k
                        moved[t] += k
                        found.append(tuple(moved))
        return found

    def full_counts(self) -> Counts:
        each = min(self.problem.most_per_satellite, self.fewest + 2 + self.fewest // 5)
        return (each,) * len(self.problem.satellites)

    def seeds(self) -> list[Counts]:
        sats = len(self.problem.satellites)
        full = self.full_counts()
        if sats > EXACT + 3:
            return [full]
        options = []
        for mask in range(1, 2**sats):
            counts = tuple(c if mask >> s & 1 else 0 for s, c in enumerate(full))
            if self._enough(counts):
                options.append((self._estimate(mask), counts))
        options.sort()
        if self.tight:
            return [self._spread(c) for _e, c in options[:20]]
        return [c for _e, c in options[:20]]

    def _estimate(self, mask: int) -> float:
        sats = len(self.problem.satellites)
        open_ = [s for s in range(sats) if mask >> s & 1]
        units = self.second.priced_units()
        miles = self.problem.second[:sats, sats:] * self.problem.freighters.cost_per_distance
        per_unit = 2 * miles / self.problem.freighters.capacity + np.array(self.base)[:, None]
        per_unit += np.array([s.handling_cost for s in self.problem.satellites])[:, None]
        chosen = per_unit[open_].argmin(axis=0)
        amounts = [0] * sats
        for c, k in enumerate(chosen):
            amounts[open_[k]] += int(units[c])
        second = float(((per_unit[open_].min(axis=0) - np.array(self.base)[open_][chosen]) * units).sum())
        return second + self.first.lower_bound(tuple(amounts))

    def _spread(self, counts: Counts) -> Counts:
        out = [0] * len(counts)
        left = self.problem.freighters.count
        while left:
            progress = False
            for s, c in enumerate(counts):
                if left and out[s] < c:
                    out[s] += 1
                    left -= 1
                    progress = True
            if not progress:
                break
        return tuple(out)


def solve(
    problem: Problem,
    *,
    seconds: float = 60.0,
    seed: int = 0,
    iterations: int | None = None,
    workers: int = 1,
    on_progress: Callable[[float, float], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """The best plan found; raises UnsolvableProblem or NoPlanFound."""
    wrong = faults(problem)
    if wrong:
        raise UnsolvableProblem(wrong)
    if not problem.customers:
        return Solution((), ())
    begin = time.monotonic()
    explorer = Explorer(problem, seed)

    def go_on() -> bool:
        spent = time.monotonic() - begin
        if should_stop is not None and should_stop():
            return False
        return spent < seconds and (iterations is None or explorer.iterations < iterations)

    def report() -> None:
        if on_progress is not None:
            on_progress(min(1.0, (time.monotonic() - begin) / seconds), explorer.best.cost)

    for counts in explorer.seeds():
        if go_on():
            explorer.visit(counts, 200, go_on)
            report()
    while go_on():
        explorer.visit(explorer.next_counts(), 500, go_on)
        report()
    tours = explorer.first.tours(loads_of(problem, explorer.best.routes))
    if math.isinf(explorer.best.cost) or tours is None:
        raise NoPlanFound(_("在给定时间内没有找到可行的方案"))
    return Solution(tours, explorer.best.routes)
