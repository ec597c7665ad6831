"""The two-echelon problem as plain frozen data; knows neither database nor solver.

Trucks carry goods from one depot to satellites (township stations); freighters carry them from a
satellite to customers (village points) and return to the same satellite. Deliveries (down) and
pick-ups (up) ride in the same run: a vehicle starts with all its deliveries and ends with all its
pick-ups, and its load never exceeds its capacity in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


class PlannerError(Exception):
    """Base of what the planner refuses; `str()` is a sentence for people."""


class UnsolvableProblem(PlannerError):
    """The problem cannot be served as stated; `faults` names each reason."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("；".join(faults))
        self.faults = faults


class NoPlanFound(PlannerError):
    """The time was used up without a plan that keeps every limit."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Vehicles of one echelon: `count` at most, each of `capacity` units of goods.

    Costs are in the problem's own cost unit; `per_satellite` (freighters only) bounds how many may
    leave one satellite.
    """

    count: int
    capacity: int
    cost_per_distance: float = 1.0
    fixed_cost: float = 0.0
    per_satellite: int | None = None


@dataclass(frozen=True, slots=True)
class Satellite:
    """A transfer station; `handling_cost` is paid for each unit delivered or picked up through it."""

    handling_cost: float = 0.0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A village point with units of goods to bring and to fetch."""

    delivery: int
    pickup: int = 0
    name: str = ""


@dataclass(frozen=True, eq=False)
class Problem:
    """One planning problem.

    `first` holds the distances between the depot (row 0) and the satellites (rows 1…S);
    `second` between the satellites (rows 0…S-1) and the customers (rows S…S+N-1).
    Raises ValueError when a matrix has the wrong shape.
    """

    trucks: Fleet
    freighters: Fleet
    satellites: tuple[Satellite, ...]
    customers: tuple[Customer, ...]
    first: Matrix = field(repr=False)
    second: Matrix = field(repr=False)

    def __post_init__(self) -> None:
        sats, everyone = len(self.satellites), len(self.satellites) + len(self.customers)
        if self.first.shape != (sats + 1, sats + 1) or self.second.shape != (everyone, everyone):
            raise ValueError(f"matrix shapes {self.first.shape}, {self.second.shape} do not fit")

    @property
    def most_per_satellite(self) -> int:
        """How many freighters may leave one satellite."""
        limit = self.freighters.per_satellite
        return self.freighters.count if limit is None else min(limit, self.freighters.count)

    @property
    def total_delivery(self) -> int:
        """Units to bring to all customers."""
        return sum(c.delivery for c in self.customers)

    @property
    def total_pickup(self) -> int:
        """Units to fetch from all customers."""
        return sum(c.pickup for c in self.customers)


def faults(problem: Problem) -> list[str]:
    """Reasons, in words, why no plan can exist; empty when none is obvious."""
    found = _odd_numbers(problem)
    if not problem.customers:
        return found
    if not problem.satellites:
        return [*found, _("没有可用的中转站")]
    for label, fleet in ((_("干线车"), problem.trucks), (_("支线车"), problem.freighters)):
        found += _fleet_faults(label, fleet, problem)
    return found + _customer_faults(problem)


def _odd_numbers(problem: Problem) -> list[str]:
    matrices = (problem.first, problem.second)
    if all(bool(np.isfinite(m).all()) and bool((m >= 0).all()) for m in matrices):
        return []
    return [_("距离表中有负数或不是数的值")]


def _fleet_faults(label: str, fleet: Fleet, problem: Problem) -> list[str]:
    if fleet.count < 1 or fleet.capacity < 1:
        return [_("没有%(label)s可用", label=label)]
    if not isfinite(fleet.cost_per_distance) or fleet.cost_per_distance < 0:
        return [_("%(label)s的里程单价不对", label=label)]
    need = max(problem.total_delivery, problem.total_pickup)
    room = fleet.count * fleet.capacity
    if fleet is problem.freighters:
        room = min(fleet.count, problem.most_per_satellite * len(problem.satellites)) * fleet.capacity
    if need <= room:
        return []
    words = _("%(label)s全部装满也只能装 %(room)d，货有 %(need)d", label=label, room=room, need=need)
    return [words]


def _customer_faults(problem: Problem) -> list[str]:
    found = []
    for number, customer in enumerate(problem.customers, 1):
        name = customer.name or _("第 %(number)d 个村点", number=number)
        if customer.delivery < 0 or customer.pickup < 0:
            found.append(_("%(name)s的货量是负数", name=name))
        elif max(customer.delivery, customer.pickup) > problem.freighters.capacity:
            found.append(_("%(name)s的货量超过一辆支线车的装载量", name=name))
    return found
