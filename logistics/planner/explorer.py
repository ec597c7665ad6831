"""One line of search, round after round.

Run the second level under promising settings, price what comes out with the first, harvest routes,
and now and then choose among all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from logistics.planner.first_level import Amounts, FirstLevel, Plan, room_needed
from logistics.planner.moves import Counts, Openings, tour_variants
from logistics.planner.pool import RoutePool
from logistics.planner.problem import Problem
from logistics.planner.second_level import Candidate, Routes, Run, SecondLevel, Setting
from logistics.planner.selection import Limits, Selector, Tours
from logistics.planner.solution import Loads, loads_of
from logistics.planner.tour_limits import TourBook

GoOn = Callable[[], bool]

_STEPS = 1000  # of local search in one visit
_VISITS_BETWEEN_CHOICES = 4
_VARIANTS = 24
_ANEW = 0.35  # of the visits start from nothing, up to 100 customers
_PROBES = 0.12  # of the visits look at openings not seen before
_CHOICE_SECONDS = 0.7
_LAST_PLACES = 3
_GAP = 1.004  # whole choices cost this much more than the relaxation, roughly
_EPSILON = 1e-7
_WIDE = 0.015  # of the cost: beyond, a choice would not end in time
_FRESH = 0.001  # of the cost: a forecast better by so much is worth a new choice
_BOOKED = 8  # trucks, for which sets of tours are tabled
_FEW = 6  # satellites, for which exact tours take no time


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
        self._random = Random(seed)  # noqa: S311 - a search, not a secret
        self._first = FirstLevel(problem)
        self._second = SecondLevel(problem)
        self._pool = RoutePool(problem)
        trucks = problem.trucks
        self._book: TourBook | None = None
        if trucks.count <= _BOOKED:
            self._book = TourBook(len(problem.satellites), trucks.count, trucks.capacity)
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
        if self._places and seconds > 0:
            self._refresh()
            for place in self._ranked()[:_LAST_PLACES]:
                self._forecast(place)
                self._try(place, min(_CHOICE_SECONDS, seconds / _LAST_PLACES))

    # -- visits -------------------------------------------------------------------------------

    def _visit(self, go_on: GoOn) -> None:
        if self._waiting:
            counts = self._waiting.pop(0)
            self._run(Setting(counts, self._first.share), self._start(counts), go_on)
            self._probed.add(counts)
            return
        place = self._pick()
        if place is None or self._random.random() < _PROBES:
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
        """Where to go on at a place: its best plan, what the last visit left, or all anew."""
        # With many customers one visit is too short to get anywhere from nothing.
        anew = _ANEW * min(1.0, (100 / len(self.problem.customers)) ** 2)
        draw = self._random.random()
        if draw < anew:
            return ()
        if place.routes and (not place.state or draw < (1 + anew) / 2):
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
        lowest = math.inf
        best: Candidate | None = None
        truly = self._first_cost if self._random.random() < 0.85 else None
        steps = _STEPS * 2 ** min(place.visits, 2) if place else _STEPS // 2
        for number, candidate in enumerate(run.steps(steps, go_on, truly)):
            if candidate.priced < lowest * 1.004 + _EPSILON:
                if candidate.priced < lowest:
                    lowest, best = candidate.priced, candidate
                self._judge(run, candidate)
            elif number % 3 == 0 and candidate.priced < lowest * 1.03:
                self._pool.add(run.routes(candidate))
        self.steps += run.done
        if place is not None and best is not None:
            place.state = run.routes(best)

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
            if bound < self.best.cost * 1.005:
                self._weigh(routes, run.setting.counts)

    def _weigh(self, routes: Routes, counts: Counts | None) -> None:
        """True cost of freighter routes; remember them where their truck tours lead."""
        amounts = room_needed(loads_of(self.problem, routes))
        second = self._pool.cost(routes)
        budget = self.best.cost * 1.01 - second
        if counts is not None and not self._may_pay(amounts, budget):
            return
        plan = self._first.plan(amounts, budget)
        if math.isinf(plan.cost):
            return
        place = self._place(_tours_of(plan), counts)
        cost = second + plan.cost
        if cost < place.best - _EPSILON:
            place.best, place.routes = cost, routes
        if cost < self.best.cost - _EPSILON:
            self.best = Best(cost, routes)

    def _first_cost(self, loads: Loads, budget: float) -> float:
        amounts = room_needed(loads)
        if self._book is None or math.isinf(budget) or sum(map(bool, amounts)) <= _FEW:
            return self._first.plan(amounts, budget).cost
        return self._book.cheapest(amounts)

    def _may_pay(self, amounts: Amounts, budget: float) -> bool:
        """Whether to work out the exact tours; with many satellites that takes its time."""
        if self._book is None or sum(map(bool, amounts)) <= _FEW or math.isinf(budget):
            return True
        return self._book.cheapest(amounts) < budget or self._random.random() < 0.03

    def _place(self, tours: Tours, counts: Counts | None = None) -> Place:
        if counts is None or not self._openings.scarce:
            union = 0
            for mask in tours:
                union |= mask
            counts = self._openings.full(union)
        key = (tours, counts)
        if key not in self._places:
            self._places[key] = Place(tours, counts)
            self._first.remember(tours)
            if self._book is not None:
                self._book.note(tours, self._tour_cost(tours))
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
        tries = 0
        for place in self._ranked()[:5]:
            if go_on():
                self._forecast(place)
                if tries < 1 and self._try(place, _CHOICE_SECONDS):
                    tries += 1

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
            place.prices, place.route_prices = forecast.prices, forecast.route_prices
            if not self._openings.scarce:
                place.narrow = forecast.counts

    def _try(self, place: Place, seconds: float) -> bool:
        """Choose whole routes for the place's tours, unless that was tried or is hopeless."""
        best = self.best.cost
        if not best * (1 - _WIDE) < place.forecast < min(best, place.tried - _FRESH * best):
            return False
        forecast = self._selector.forecast(place.tours)
        if forecast is None:
            return False
        place.tried = place.forecast
        below = best - self._tour_cost(place.tours)
        routes = self._selector.choose(place.tours, forecast, below, Limits(seconds, self._nodes))
        if routes is not None:
            self._weigh(routes, None)
        return True

    def _tour_cost(self, tours: Tours) -> float:
        return sum(self._first.loop_cost(mask) for mask in tours)


def _tours_of(plan: Plan) -> Tours:
    return tuple(sorted(sum(1 << sat for sat, _room in halts) for halts in plan.tours))


def _unlike(some: Counts, other: Counts) -> int:
    return sum(bool(a) != bool(b) for a, b in zip(some, other, strict=True))
