"""Shortest truck round trips through sets of satellites (bit masks), remembered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from logistics.planner.problem import Fleet, Matrix

_EXACT = 10  # satellites; more would take too long


class Loops:
    """Round trips from the depot; up to ten stops exact, by dynamic programming (Held and Karp)."""

    def __init__(self, first: Matrix, trucks: Fleet) -> None:
        self._trucks = trucks
        self._way: list[list[float]] = first.tolist()
        self._far = self._way[0][1:]
        self._paths: dict[tuple[int, int], tuple[float, int]] = {}
        self._found: dict[int, tuple[float, tuple[int, ...]]] = {}
        self._costs: dict[int, float] = {0: 0.0}
        self._covers: dict[tuple[int, int], float] = {}

    def cost(self, mask: int) -> float:
        """Cost of the round trip: distance and one truck."""
        known = self._costs.get(mask)
        if known is None:
            length, _order = self._loop(mask)
            known = length * self._trucks.cost_per_distance + self._trucks.fixed_cost
            self._costs[mask] = known
        return known

    def order(self, mask: int) -> tuple[int, ...]:
        """Satellites of the mask in driving order."""
        return self._loop(mask)[1]

    def length(self, halts: Sequence[tuple[int, int]]) -> float:
        """Cost of a tour in the given order of (satellite, amount)."""
        path = [0, *(sat + 1 for sat, _amount in halts), 0]
        miles = sum(self._way[a][b] for a, b in pairwise(path))
        return miles * self._trucks.cost_per_distance + self._trucks.fixed_cost

    def cover(self, tours: int, mask: int) -> float:
        """Least cost of at least so many tours that together touch the mask, loads aside."""
        if tours <= 1 or not mask:
            return self.cost(mask)
        key = (tours, mask)
        if key not in self._covers:
            again = (tours - 1) * min(self.cost(1 << sat) for sat in members(mask))
            several = (
                self.cost(part) + self.cover(tours - 1, mask ^ part) for part in parts(mask) if part and part != mask
            )
            self._covers[key] = min(several, default=math.inf)
            self._covers[key] = min(self._covers[key], self.cost(mask) + again)
        return self._covers[key]

    def _loop(self, mask: int) -> tuple[float, tuple[int, ...]]:
        if mask not in self._found:
            few = mask.bit_count() <= _EXACT
            self._found[mask] = self._shortest(mask) if few else self._short(members(mask))
        return self._found[mask]

    def _short(self, sats: list[int]) -> tuple[float, tuple[int, ...]]:
        """A loop through many satellites: cheapest insertion, then reversals while they help."""
        path = [0, 0]
        for sat in sorted(sats, key=lambda s: -self._far[s]):
            at = min(range(1, len(path)), key=lambda k: self._detour(path[k - 1], sat + 1, path[k]))
            path.insert(at, sat + 1)
        while self._reversed(path):
            pass
        length = sum(self._way[a][b] for a, b in pairwise(path))
        return length, tuple(stop - 1 for stop in path[1:-1])

    def _detour(self, before: int, stop: int, after: int) -> float:
        return self._way[before][stop] + self._way[stop][after] - self._way[before][after]

    def _reversed(self, path: list[int]) -> bool:
        """Reverse the first stretch that makes the loop shorter; false when none does."""
        for first in range(1, len(path) - 2):
            for last in range(first + 1, len(path) - 1):
                turned = [*path[:first], *path[first : last + 1][::-1], *path[last + 1 :]]
                gain = sum(self._way[a][b] for a, b in pairwise(path))
                if sum(self._way[a][b] for a, b in pairwise(turned)) < gain - 1e-9:
                    path[:] = turned
                    return True
        return False

    def _shortest(self, mask: int) -> tuple[float, tuple[int, ...]]:
        last = min(members(mask), key=lambda sat: self._path(mask, sat)[0] + self._far[sat])
        length, order = self._path(mask, last)[0] + self._far[last], [last]
        while (before := self._path(mask, last)[1]) >= 0:
            mask ^= 1 << last
            last = before
            order.append(last)
        return length, tuple(reversed(order))

    def _path(self, mask: int, last: int) -> tuple[float, int]:
        """Shortest way from the depot through `mask` ending at `last`, and the halt before it."""
        key = (mask, last)
        if key not in self._paths:
            rest = mask ^ (1 << last)
            self._paths[key] = min(
                ((self._path(rest, s)[0] + self._way[s + 1][last + 1], s) for s in members(rest)),
                default=(self._far[last], -1),
            )
        return self._paths[key]


def members(mask: int) -> list[int]:
    """The satellites in the mask."""
    return [sat for sat in range(mask.bit_length()) if mask >> sat & 1]


def parts(mask: int) -> list[int]:
    """All subsets of the mask, itself first and the empty one last."""
    found, part = [mask], mask
    while part:
        part = (part - 1) & mask
        found.append(part)
    return found
