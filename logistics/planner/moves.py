"""Where to look next: choices of freighters per satellite, and of truck tours, near a known one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from logistics.planner.first_level import EXACT, FirstLevel
from logistics.planner.loops import members
from logistics.planner.problem import Problem
from logistics.planner.selection import Tours

Counts = tuple[int, ...]
"""Freighters that may leave each satellite; 0 = closed."""

_SPARE = 2


class Openings:
    """Which satellites to open, and with how many freighters.

    Where freighters are as scarce as bin packing allows, their distribution over the satellites is
    what is searched; else a satellite is open, with as many as it could use, or closed.
    """

    def __init__(self, problem: Problem, first: FirstLevel) -> None:
        self._problem = problem
        self._first = first
        need = max(problem.total_delivery, problem.total_pickup)
        self.fewest = max(1, -(-need // problem.freighters.capacity))
        self.scarce = problem.freighters.count - self.fewest < _SPARE
        each = min(problem.most_per_satellite, self.fewest + _SPARE + self.fewest // 5)
        self._each = each

    def full(self, mask: int) -> Counts:
        """All freighters that satellites in the mask could use."""
        sats = range(len(self._problem.satellites))
        return tuple(self._each if mask >> sat & 1 else 0 for sat in sats)

    def first_choices(self, most: int) -> list[Counts]:
        """Promising openings to begin with, everything open among them."""
        everything = 2 ** len(self._problem.satellites) - 1
        if len(self._problem.satellites) > EXACT:
            return [self._fitted(everything)]
        masks = [m for m in range(1, everything) if sum(self.full(m)) >= self.fewest]
        masks.sort(key=self._estimate)
        return list(dict.fromkeys(self._fitted(mask) for mask in [everything, *masks[: most - 1]]))

    def near(self, counts: Counts) -> list[Counts]:
        """Openings one move away."""
        moves = self._shifted(counts) if self.scarce else self._toggled(counts)
        return [other for other in moves if sum(other) >= self.fewest]

    def _fitted(self, mask: int) -> Counts:
        return self.shared_out(self.full(mask)) if self.scarce else self.full(mask)

    def shared_out(self, counts: Counts) -> Counts:
        """The total of freighters dealt out in turn, none above `counts`."""
        dealt = [0] * len(counts)
        for turn in range(max(counts)):
            for sat, most in enumerate(counts):
                if turn < most and sum(dealt) < self._problem.freighters.count:
                    dealt[sat] += 1
        return tuple(dealt)

    def _toggled(self, counts: Counts) -> Iterator[Counts]:
        for sat, have in enumerate(counts):
            yield _changed(counts, {sat: 0 if have else self._each})
            for other, theirs in enumerate(counts):
                if have and not theirs:
                    yield _changed(counts, {sat: 0, other: self._each})

    def _shifted(self, counts: Counts) -> Iterator[Counts]:
        most = self._problem.most_per_satellite
        for sat, have in enumerate(counts):
            for other, theirs in enumerate(counts):
                for many in sorted({1, have}):
                    if sat != other and 0 < many <= have and theirs + many <= most:
                        yield _changed(counts, {sat: have - many, other: theirs + many})

    def _estimate(self, mask: int) -> float:
        """Rough cost with these satellites open: each customer pays its share of a direct way."""
        problem, sats = self._problem, members(mask)
        total = len(problem.satellites)
        miles = problem.second[sats, total:] * problem.freighters.cost_per_distance
        handling = np.array([problem.satellites[s].handling_cost for s in sats])[:, None]
        direct = 2 * miles / problem.freighters.capacity + handling
        share = np.array(self._first.share)[sats][:, None]
        units = np.array([max(c.delivery, c.pickup) for c in problem.customers])
        chosen = (direct + share).argmin(axis=0)
        amounts = [0] * total
        for sat, load in zip(chosen, units, strict=True):
            amounts[sats[sat]] += int(load)
        second = float((direct[chosen, np.arange(len(units))] * units).sum())
        return second + self._first.lower_bound(tuple(amounts))


def _changed(counts: Counts, new: dict[int, int]) -> Counts:
    return tuple(new.get(sat, have) for sat, have in enumerate(counts))


def tour_variants(tours: Tours, problem: Problem) -> list[Tours]:
    """Truck tours one move away: a satellite added, dropped, moved or swapped; a tour more or less."""
    need = max(problem.total_delivery, problem.total_pickup)
    found = set()
    for variant in _variants(tours, len(problem.satellites)):
        kept = tuple(sorted(mask for mask in variant if mask))
        room = len(kept) * problem.trucks.capacity
        if len(kept) <= problem.trucks.count and room >= need and kept != tours:
            found.add(kept)
    return sorted(found)


def _variants(tours: Tours, sats: int) -> Iterator[list[int]]:
    for sat in range(sats):
        yield [*tours, 1 << sat]
        for index in range(len(tours)):
            toggled = list(tours)
            toggled[index] ^= 1 << sat
            yield toggled
            yield from _taken_over(toggled, index, sat)
    for index in range(len(tours)):
        yield [mask for k, mask in enumerate(tours) if k != index]


def _taken_over(toggled: list[int], index: int, sat: int) -> Iterator[list[int]]:
    """Tour `index` has just gained or lost `sat`: another tour or satellite answers for it."""
    gained = toggled[index] >> sat & 1
    for other, mask in enumerate(toggled):
        if other != index and not gained:
            yield _with(toggled, other, mask | 1 << sat)
            for back in members(mask & ~(1 << sat)):
                moved = _with(toggled, other, mask & ~(1 << back) | 1 << sat)
                yield _with(moved, index, moved[index] | 1 << back)
    if gained:
        for gone in members(toggled[index] & ~(1 << sat)):
            yield _with(toggled, index, toggled[index] & ~(1 << gone))


def _with(masks: list[int], index: int, mask: int) -> list[int]:
    return [*masks[:index], mask, *masks[index + 1 :]]
