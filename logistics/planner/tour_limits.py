"""What given truck tours can carry to the satellites, loads split as needed."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST = 80


class TourLimits:
    """How much goods may leave the satellites that only some of the tours visit."""

    def __init__(self, tours: Sequence[int], sats: int, capacity: int) -> None:
        self.member = np.zeros((2 ** len(tours), sats), dtype=np.int64)
        self.most = np.zeros(2 ** len(tours), dtype=np.int64)
        for chosen in range(2 ** len(tours)):
            for sat in range(sats):
                visits = sum(1 << k for k, mask in enumerate(tours) if mask >> sat & 1)
                self.member[chosen, sat] = visits & ~chosen == 0
            self.most[chosen] = chosen.bit_count() * capacity

    def overload(self, goods: Ints) -> int:
        """Units over, summed over all sets of tours."""
        return int(np.maximum(self.member @ goods - self.most, 0).sum())

    def after(self, goods: Ints, source: Ints, target: Ints, units: Ints) -> Floats:
        """[i, j]: overload after `units[i, j]` went from satellite source[i] to target[j]."""
        load = self.member @ goods - self.most
        total = np.zeros(units.shape)
        for member, over in zip(self.member, load, strict=True):
            change = member[target][None, :] - member[source][:, None]
            total += np.maximum(over + change * units, 0)
        return total


class TourBook:
    """Sets of truck tours worth remembering; finds the cheapest that can carry given amounts."""

    def __init__(self, sats: int, trucks: int, capacity: int) -> None:
        self._sats, self._capacity, self._sets = sats, capacity, 2**trucks
        self._costs: dict[Sequence[int], float] = {}
        self._limits: dict[Sequence[int], TourLimits] = {}
        self._table: tuple[Floats, Ints, Ints] | None = None

    def note(self, tours: tuple[int, ...], cost: float) -> None:
        """Remember tours; the dearest are forgotten when there are many."""
        if tours in self._costs:
            return
        self._costs[tours] = cost
        self._limits[tours] = TourLimits(tours, self._sats, self._capacity)
        if len(self._costs) > _MOST:
            dearest = max(self._costs, key=lambda known: self._costs[known])
            del self._costs[dearest], self._limits[dearest]
        self._table = None

    def cheapest(self, amounts: Sequence[int]) -> float:
        """Cost of the cheapest remembered tours that can carry the amounts, else infinity."""
        if not self._costs:
            return math.inf
        costs, member, most = self._table = self._table or self._stacked()
        fits = (member @ np.array(amounts) <= most).all(axis=1)
        return float(costs[fits].min(initial=math.inf))

    def _stacked(self) -> tuple[Floats, Ints, Ints]:
        member = np.zeros((len(self._costs), self._sets, self._sats), dtype=np.int64)
        most = np.zeros((len(self._costs), self._sets), dtype=np.int64)
        for row, tours in enumerate(self._costs):
            limits = self._limits[tours]
            member[row, : len(limits.most)] = limits.member
            most[row, : len(limits.most)] = limits.most
        return np.array(list(self._costs.values())), member, most
