"""One line of search: run the second level under promising settings, price what comes out with the
first, harvest routes, and now and then choose among all of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np

from logistics.planner.balance import Balance
from logistics.planner.first_level import FirstLevel, Plan, room_needed
from logistics.planner.moves import Counts, Openings, tour_variants
from logistics.planner.pool import RoutePool
from logistics.planner.problem import Problem
from logistics.planner.second_level import Candidate, Routes, Run, SecondLevel, Setting
from logistics.planner.selection import Limits, Selector, Tours
from logistics.planner.solution import loads_of

GoOn = Callable[[], bool]

_STEPS = 1000  # of local search in one visit
_VISITS_BETWEEN_CHOICES = 4
_VARIANTS = 24
_GAP = 1.004  # whole choices cost this much more than the relaxation, roughly
_EPSILON = 1e-7
_REPAIRS = 5


@dataclass(slots=True)
class Place:
    """Truck tours with an opening of satellites: what is known of them."""

    tours: Tours
    counts: Counts
    best: float = math.inf
    routes: Routes = ()
    forecast: float = math.inf
    prices: tuple[float, ...] = ()
    route_prices: tuple[float, ...] = ()
    narrow: Counts = ()
    state: Routes = ()
    visits: int = 0
    tried: float = math.inf

    @property
    def promise(self) -> float:
        """What the place is likely good for."""
        return min(self.best, self.forecast * (_GAP + 0.0005 * self.visits))


@dataclass(frozen=True, slots=True)
class Best:
    """Cost and freighter routes of the best plan."""

    cost: float = math.inf
    routes: Routes = ()


class Explorer:
    """Keeps the places known and the best plan; `turn()` improves on them.

    Work is a function of the seed and of what was learnt from others; only `go_on` brings in time.
    """

    def __init__(self, problem: Problem, seed: int, *, nodes: int | None = None) -> None:
        self.problem = problem
        self.best = Best()
        self.steps = 0
        self._random = Random(seed)
        self._first = FirstLevel(problem)
        self._second = SecondLevel(problem)
        self._pool = RoutePool(problem)
        self._balance = Balance(problem)
        self._selector = Selector(problem)
        self._openings = Openings(problem, self._first)
        self._waiting = self._openings.first_choices(12)
        self._probed: set[Counts] = set()
        self._places: dict[tuple[Tours, Counts], Place] = {}
        self._nodes = nodes
        self._turns = 0

    # -- what others may ask and tell ---------------------------------------------------------

    def fresh_routes(self) -> Routes:
        """Routes found since last asked."""
        return self._pool.fresh()

    def learn(self, best: Best, routes: Routes) -> None:
        """Take over another explorer's findings."""
        self._pool.add(routes, own=False)
        if best.cost < self.best.cost - _EPSILON:
            self._weigh(best.routes, None)

    def turn(self, go_on: GoOn) -> None:
        """One piece of work: a run of the second level, or a choice among the routes."""
        self._turns += 1
        if self._turns % _VISITS_BETWEEN_CHOICES == 0 and self._places and not self._waiting:
            self._choose(go_on)
        else:
            self._visit(go_on)

    def finish(self, seconds: float) -> None:
        """A last choice with everything known."""
        self._refresh()
        for place in self._ranked()[:3]:
            self._forecast(place)
            self._try(place, seconds / 2)

    # -- visits -------------------------------------------------------------------------------

    def _visit(self, go_on: GoOn) -> None:
        if self._waiting:
            counts = self._waiting.pop(0)
            self._run(Setting(counts, self._first.share), self._start(counts), go_on)
            self._probed.add(counts)
            return
        place = self._pick()
        if place is None or self._random.random() < 0.2:
            self._probe(place, go_on)
            return
        place.visits += 1
        counts = place.counts
        if place.narrow and self._random.random() < 0.67:
            spare = self._random.randrange(2)
            most = self.problem.most_per_satellite
            counts = tuple(min(n + spare, most) if n else 0 for n in place.narrow)
        draw = self._random.random()
        if place.prices and draw < 0.5:
            setting = Setting(counts, self._shaken(place.prices), place.route_prices if draw < 0.2 else ())
        elif draw < 0.75:
            setting = Setting(counts, tuple(0.0 for _s in counts))
        else:
            setting = Setting(counts, self._shaken(()))
        self._run(setting, self._onward(place), go_on, place)

    def _onward(self, place: Place) -> Routes:
        """Where to go on at a place: its best plan, or what the last visit left."""
        if place.routes and (not place.state or self._random.random() < 0.5):
            return place.routes
        return place.state or self._start(place.counts)

    def _probe(self, place: Place | None, go_on: GoOn) -> None:
        """Look at an opening not seen before, near a good one."""
        known = place.counts if place else self._openings.first_choices(1)[0]
        near = [counts for counts in self._openings.near(known) if counts not in self._probed]
        counts = self._random.choice(near) if near else known
        self._probed.add(counts)
        prices = self._shaken(place.prices if place and self._random.random() < 0.5 else ())
        self._run(Setting(counts, prices), self._start(counts), go_on)

    def _pick(self) -> Place | None:
        ranked = self._ranked()
        if self._random.random() < 0.6:
            ranked = [place for place in ranked if place.routes]
            ranked.sort(key=lambda place: place.best)
        if not ranked:
            return None
        return ranked[min(int(self._random.expovariate(0.6)), len(ranked) - 1)]

    def _ranked(self) -> list[Place]:
        return sorted(self._places.values(), key=lambda place: place.promise)

    def _shaken(self, prices: tuple[float, ...]) -> tuple[float, ...]:
        prices = prices or self._first.share
        spread = self._random.choice((0.0, 0.2, 0.5))
        noise = [math.exp(self._random.gauss(0.0, spread)) for _price in prices]
        extra = [self._random.random() * spread * 0.1 * share for share in self._first.share]
        return tuple(p * n + e for p, n, e in zip(prices, noise, extra, strict=True))

    def _start(self, counts: Counts) -> Routes:
        """Routes of the known place whose satellites are most like these."""
        known = [place for place in self._places.values() if place.routes]
        if not known or self._random.random() < 0.1:
            return ()
        return min(known, key=lambda place: (_unlike(place.counts, counts), place.best)).routes

    def _run(self, setting: Setting, start: Routes, go_on: GoOn, place: Place | None = None) -> None:
        shake = self._random.choice((5, 10, 25))
        run = self._second.run(setting, start, self._random.randrange(2**31), shake)
        lowest, judged = math.inf, 0
        unfit: dict[float, Candidate] = {}
        truly = self._first.cost if self._random.random() < 0.85 else None
        steps = _STEPS * 2 ** min(place.visits, 2) if place else _STEPS // 2
        for candidate in run.steps(steps, go_on, truly):
            judged += 1
            if candidate.priced < lowest * 1.004 + _EPSILON:
                lowest = min(lowest, candidate.priced)
                self._judge(run, candidate)
                unfit[candidate.priced] = candidate
            elif judged % 2 == 0 and candidate.priced < lowest * 1.03:
                self._pool.add(run.routes(candidate))
        self.steps += run.done
        if place is not None and unfit:
            place.state = run.routes(unfit[min(unfit)])
            for priced in sorted(unfit)[:_REPAIRS]:
                self._repair(run.routes(unfit[priced]), place.tours)

    def _repair(self, routes: Routes, tours: Tours) -> None:
        """Make good routes fit the truck tours they were searched for."""
        if self._pool.cost(routes) + self._tour_cost(tours) >= self.best.cost:
            return
        worth = self.best.cost / max(self.problem.total_delivery, self.problem.total_pickup)
        repaired = self._balance.repaired(routes, tours, worth)
        if repaired is not None:
            self._pool.add(repaired)
            self._weigh(repaired, None)

    def _judge(self, run: Run, candidate: Candidate) -> None:
        """Keep a candidate's routes when they may be of use, and itself when it leads."""
        if candidate.solution.num_routes() > self.problem.freighters.count:
            return
        loads = run.room_used(candidate)
        cost = candidate.priced - run.charges(candidate, loads)
        bound = cost + self._first.lower_bound(room_needed(loads))
        if bound < self.best.cost * 1.03:
            routes = run.routes(candidate)
            self._pool.add(routes)
            if bound < self.best.cost * 1.01:
                self._weigh(routes, run.setting.counts)

    def _weigh(self, routes: Routes, counts: Counts | None) -> None:
        """True cost of freighter routes; remember them where their truck tours lead."""
        amounts = room_needed(loads_of(self.problem, routes))
        second = self._pool.cost(routes)
        budget = self.best.cost * 1.01 - second
        plan = self._first.plan(amounts, budget)
        if math.isinf(plan.cost):
            return
        place = self._place(_tours_of(plan), counts)
        cost = second + plan.cost
        if cost < place.best - _EPSILON:
            place.best, place.routes = cost, routes
        if cost < self.best.cost - _EPSILON:
            self.best = Best(cost, routes)

    def _place(self, tours: Tours, counts: Counts | None = None) -> Place:
        if counts is None or not self._openings.scarce:
            union = 0
            for mask in tours:
                union |= mask
            counts = self._openings.full(union)
        key = (tours, counts)
        if key not in self._places:
            self._places[key] = Place(tours, counts)
        return self._places[key]

    # -- choices ------------------------------------------------------------------------------

    def _choose(self, go_on: GoOn) -> None:
        """Forecast the leading places and variants of one; choose where it may pay."""
        self._refresh()
        leading = self._ranked()[:5]
        parent = leading[min(int(self._random.expovariate(0.8)), len(leading) - 1)]
        variants = tour_variants(parent.tours, self.problem)
        chosen = self._random.sample(variants, min(_VARIANTS, len(variants)))
        for tours in chosen:
            if go_on():
                self._consider(tours)
        for place in self._ranked()[:5]:
            if go_on():
                self._forecast(place)
                self._try(place, 0.7)

    def _refresh(self) -> None:
        self._selector.trim()
        self._selector.add(self._pool.unselected())

    def _consider(self, tours: Tours) -> None:
        """Keep truck tours as a place when the relaxation says they may be near the best."""
        cost = self._tour_cost(tours)
        if cost >= self.best.cost:
            return
        forecast = self._selector.forecast(tours)
        if forecast is not None and (cost + forecast.bound) * _GAP < self.best.cost * 1.01:
            place = self._place(tours)
            place.forecast = cost + forecast.bound

    def _forecast(self, place: Place) -> None:
        forecast = self._selector.forecast(place.tours)
        if forecast is not None:
            place.forecast = self._tour_cost(place.tours) + forecast.bound
            duals = forecast.duals
            lead = duals.deliveries if self._second.down else duals.pickups
            place.prices = tuple(np.maximum(lead, 0.0).tolist())
            place.route_prices = tuple(duals.routes.tolist())
            if not self._openings.scarce:
                place.narrow = forecast.counts

    def _try(self, place: Place, seconds: float) -> None:
        """Choose whole routes for the place's tours, unless it was tried with the same forecast."""
        if place.forecast >= min(self.best.cost, place.tried - 0.001*self.best.cost) - _EPSILON:
            return
        if place.forecast < self.best.cost*0.985: return
        place.tried = place.forecast
        forecast = self._selector.forecast(place.tours)
        if forecast is None:
            return
        below = self.best.cost - self._tour_cost(place.tours)
        limits = Limits(seconds, self._nodes)
        routes = self._selector.choose(place.tours, forecast, below, limits)
        if routes is not None:
            self._weigh(routes, None)

    def _tour_cost(self, tours: Tours) -> float:
        return sum(self._first.loop_cost(mask) for mask in tours)


def _tours_of(plan: Plan) -> Tours:
    return tuple(sorted(sum(1 << sat for sat, _room in halts) for halts in plan.tours))


def _unlike(some: Counts, other: Counts) -> int:
    return sum(bool(a) != bool(b) for a, b in zip(some, other, strict=True))
