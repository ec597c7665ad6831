"""First echelon: the cheapest truck tours for given loads at the satellites, supply split allowed.

Up to `EXACT` loaded satellites the answer is optimal when distances keep the triangle inequality
(great circles and Euclidean distances do): then an optimal plan exists whose tours share satellites
only along a forest, so one can be peeled off tour by tour, each peeled tour being full and sharing
one satellite at most with the rest. Beyond, PyVRP is asked.

A satellite with deliveries and pick-ups is taken to need max(down, up) of a truck's room; that keeps
every tour within capacity at every moment and is exact where goods flow mostly one way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from operator import mul

from logistics.planner.large_first_level import heuristic_tours
from logistics.planner.loops import Loops
from logistics.planner.loops import members as _members
from logistics.planner.loops import parts as _parts
from logistics.planner.problem import Problem
from logistics.planner.solution import Loads, Stop, TruckTour

EXACT = 10
_KEPT = 200_000
_KNOWN = 30

Amounts = tuple[int, ...]
Halts = tuple[tuple[int, int], ...]
"""(satellite, room taken) of one tour, in driving order."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Cost of the truck tours and the tours themselves."""

    cost: float
    tours: tuple[Halts, ...]


IMPOSSIBLE = Plan(math.inf, ())
_NOTHING = Plan(0.0, ())


class FirstLevel:
    """Answers, and remembers, what it costs to bring given loads to the satellites."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._trucks = problem.trucks
        self._loops = Loops(problem.first, problem.trucks)
        away = problem.first[0, 1:] * (2 * problem.trucks.cost_per_distance / problem.trucks.capacity)
        self.share: tuple[float, ...] = tuple(float(x) for x in away)
        self._plans: dict[tuple[Amounts, int], Plan] = {}
        self._dearer: dict[tuple[Amounts, int], float] = {}
        self._large: dict[int, list[Plan]] = {}

    def fewest_trucks(self, units: int) -> int:
        """Trucks needed if goods could be poured."""
        return -(-units // self._trucks.capacity)

    def lower_bound(self, amounts: Amounts) -> float:
        """No tours for these amounts cost less.

        Each unit pays its share of a full truck's way, and so many tours must touch all satellites.
        """
        mask, fewest = _mask(amounts), self.fewest_trucks(sum(amounts))
        share: float = sum(map(mul, self.share, amounts)) + fewest * self._trucks.fixed_cost
        if mask.bit_count() > EXACT:
            return share
        return max(share, self._loops.cover(fewest, mask))

    def plan(self, amounts: Amounts, budget: float = math.inf) -> Plan:
        """The cheapest tours; IMPOSSIBLE when the trucks cannot carry it, or not below `budget`."""
        if len(self._plans) + len(self._dearer) > _KEPT:
            self._plans.clear()
            self._dearer.clear()
        if _mask(amounts).bit_count() > EXACT:
            return self._plan_large(amounts)
        if self.lower_bound(amounts) >= budget:
            return IMPOSSIBLE
        return self._peel(amounts, self._trucks.count, budget)

    def tours(self, loads: Loads) -> tuple[TruckTour, ...] | None:
        """Tours that bring and fetch `loads`, or None when the trucks cannot."""
        plan = self.plan(room_needed(loads))
        if math.isinf(plan.cost):
            return None
        left = [list(load) for load in loads]
        tours = (TruckTour(tuple(_unload(left[s], s, room) for s, room in halts)) for halts in plan.tours)
        return tuple(tours)

    def loop_cost(self, mask: int) -> float:
        """Cost of one truck's shortest round trip through the satellites in the bit mask."""
        return self._loops.cost(mask)

    def _peel(self, amounts: Amounts, trucks: int, budget: float) -> Plan:
        """Cheapest tours below the budget: no satellite is shared, or one full tour shares one."""
        total = sum(amounts)
        if total > trucks * self._trucks.capacity:
            return IMPOSSIBLE
        if total <= self._trucks.capacity:
            return self._single(amounts, _mask(amounts))
        key = (amounts, trucks)
        if key in self._plans:
            return self._plans[key]
        if budget <= self._dearer.get(key, 0.0):
            return IMPOSSIBLE
        found = self._branch(amounts, trucks, budget)
        if math.isinf(found.cost) and budget < math.inf:
            self._dearer[key] = budget
        else:
            self._plans[key] = found
        return found

    def _branch(self, amounts: Amounts, trucks: int, budget: float) -> Plan:
        sums = _sums(amounts)
        best = self._whole(amounts, sums, _mask(amounts), trucks, budget)
        options = sorted(self._shares(amounts, sums, min(budget, best.cost)))
        for bound, mask, sat, over in options:
            limit = min(budget, best.cost)
            if bound >= limit:
                break
            taken, left = _divide(amounts, mask, sat, over)
            here = self._single(taken, mask)
            rest = self._peel(left, trucks - 1, limit - here.cost)
            best = _cheaper(best, here, rest)
        return best if best.cost < budget else IMPOSSIBLE

    def _whole(self, amounts: Amounts, sums: dict[int, int], mask: int, trucks: int, budget: float) -> Plan:
        """Cheapest tours over the mask when each satellite is supplied by one truck."""
        if not mask:
            return _NOTHING
        if sums[mask] > trucks * self._trucks.capacity:
            return IMPOSSIBLE
        best, lowest = IMPOSSIBLE, mask & -mask
        for part in _parts(mask ^ lowest):
            part |= lowest
            if sums[part] > self._trucks.capacity:
                continue
            cost, rest = self._loops.cost(part), mask ^ part
            limit = min(budget, best.cost)
            if cost + self._loops.cover(self.fewest_trucks(sums[rest]), rest) < limit:
                others = self._whole(amounts, sums, rest, trucks - 1, limit - cost)
                best = _cheaper(best, self._single(amounts, part), others)
        return best

    def _shares(self, amounts: Amounts, sums: dict[int, int], limit: float) -> Iterator[tuple[float, int, int, int]]:
        """Full tours that leave part of one satellite's goods: (bound on all tours, mask, satellite, rest)."""
        everything = _mask(amounts)
        trucks = self.fewest_trucks(sums[everything]) - 1
        for mask, load in sums.items():
            over = load - self._trucks.capacity
            if over <= 0:
                continue
            here = self._loops.cost(mask)
            if here + self._loops.cover(trucks, everything ^ mask) >= limit:
                continue
            for sat in _members(mask):
                if amounts[sat] > over:
                    bound = here + self._loops.cover(trucks, everything ^ mask | 1 << sat)
                    if bound < limit:
                        yield bound, mask, sat, over

    def _single(self, amounts: Amounts, mask: int) -> Plan:
        if not mask:
            return _NOTHING
        halts = tuple((sat, amounts[sat]) for sat in self._loops.order(mask))
        return Plan(self._loops.cost(mask), (halts,))

    def remember(self, tours: tuple[int, ...]) -> None:
        """Consider these tours, where no satellite is shared, for other amounts too."""
        union = 0
        for mask in tours:
            if union & mask:
                return
            union |= mask
        if union.bit_count() > EXACT:
            halts = tuple(tuple((sat, 0) for sat in self._loops.order(mask)) for mask in tours)
            self._know(union, Plan(sum(map(self._loops.cost, tours)), halts))

    def _know(self, mask: int, plan: Plan) -> None:
        known = self._large.setdefault(mask, [])
        known.append(plan)
        known.sort(key=lambda p: p.cost)
        del known[_KNOWN:]

    def _plan_large(self, amounts: Amounts) -> Plan:
        """Tours known to fit are used again before new ones are searched."""
        for plan in self._large.get(_mask(amounts), []):
            again = _refill(plan, amounts, self._trucks.capacity)
            if again is not None:
                return again
        tours = heuristic_tours(self._problem, amounts)
        if tours is None:
            return IMPOSSIBLE
        plan = Plan(sum(self._loops.length(halts) for halts in tours), tours)
        self._know(_mask(amounts), plan)
        return plan


def room_needed(loads: Loads) -> Amounts:
    """Room on trucks each satellite needs: the larger of goods down and up."""
    return tuple(max(load) for load in loads)


def _unload(left: list[int], sat: int, room: int) -> Stop:
    down, up = min(left[0], room), min(left[1], room)
    left[0] -= down
    left[1] -= up
    return Stop(sat, down, up)


def _refill(plan: Plan, amounts: Amounts, room: int) -> Plan | None:
    """The same tours with other amounts, where no satellite is shared and all still fit."""
    sats = [sat for halts in plan.tours for sat, _room in halts]
    if len(set(sats)) < len(sats):
        return None
    tours = tuple(tuple((sat, amounts[sat]) for sat, _room in halts) for halts in plan.tours)
    fits = all(sum(amount for _sat, amount in halts) <= room for halts in tours)
    return Plan(plan.cost, tours) if fits else None


def _mask(amounts: Amounts) -> int:
    return sum(1 << sat for sat, load in enumerate(amounts) if load)


def _sums(amounts: Amounts) -> dict[int, int]:
    """Load of every set of loaded satellites."""
    sums = {0: 0}
    for sat, load in enumerate(amounts):
        if load:
            sums |= {mask | 1 << sat: total + load for mask, total in sums.items()}
    return sums


def _divide(amounts: Amounts, mask: int, sat: int, over: int) -> tuple[Amounts, Amounts]:
    """What the tour over `mask` takes when it leaves `over` units at `sat`, and all that is left."""
    taken = (*amounts[:sat], amounts[sat] - over, *amounts[sat + 1 :])
    left = [0 if mask >> s & 1 else load for s, load in enumerate(amounts)]
    left[sat] = over
    return taken, tuple(left)


def _cheaper(best: Plan, tour: Plan, rest: Plan) -> Plan:
    cost = tour.cost + rest.cost
    return Plan(cost, tour.tours + rest.tours) if cost < best.cost else best
