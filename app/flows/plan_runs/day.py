"""A day's problem: what waits where, which vehicles are free, and what can't be planned, by name."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from logistics import service as logistics_service
from logistics.errors import PlanningFailed
from logistics.models import Tier, Vehicle
from logistics.planner import Customer, Fleet, Problem, Satellite
from logistics.planner.distance import great_circle
from logistics.service import Demand
from logistics.service.places import Place, serving
from stations import service as stations_service
from stations.models import StationKind

Capacities = Mapping[Tier, int]


@dataclass
class Day:
    """The day's problem and what its numbers stand for; ``left`` says in words what stays behind."""

    centre: Place
    satellites: list[Place]
    demand: Demand
    fleets: Mapping[Tier, Sequence[Vehicle]]
    customers: list[Place] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def problem(self, capacities: Capacities) -> Problem:
        """The two-echelon problem; distances in metres along the roads as estimated."""
        customers = tuple(Customer(self.down_to(v), self.demand.at_village[v.id], v.name) for v in self.customers)
        return Problem(
            trucks=_fleet(self.fleets[Tier.TOWNSHIP], capacities[Tier.TOWNSHIP]),
            freighters=_fleet(self.fleets[Tier.VILLAGE], capacities[Tier.VILLAGE]),
            satellites=tuple(Satellite(name=s.name) for s in self.satellites),
            customers=customers,
            first=metres([self.centre, *self.satellites]),
            second=metres([*self.satellites, *self.customers]),
        )

    def capacities(self) -> dict[Tier, int]:
        """What the smallest free vehicle of each tier holds."""
        return {tier: min((v.capacity_parcels for v in fleet), default=0) for tier, fleet in self.fleets.items()}

    def down_to(self, village: Place) -> int:
        """Parcels for a village, at the hub or at a township station."""
        return self.demand.at_hub[village.id] + self.waiting_at_townships[village.id]

    @property
    def waiting_at_townships(self) -> Counter[uuid.UUID]:
        """Parcels for each village that lie at some township station."""
        found: Counter[uuid.UUID] = Counter()
        for (_township, village), number in self.demand.at_township.items():
            found[village] += number
        return found


def metres(stations: Sequence[Place]) -> Any:
    """Road metres between stations, as the planner wants them."""
    return great_circle([(s.lon or 0.0, s.lat or 0.0) for s in stations]).astype(np.float64)


def _fleet(vehicles: Sequence[Vehicle], capacity: int) -> Fleet:
    """One class of vehicles: as many as there are, each taken to hold so much. Costs in fen per metre."""
    if not vehicles:
        return Fleet(0, 0)
    toll = sum(v.toll_fen for v in vehicles) / len(vehicles)
    fuel = sum(v.fuel_fen_per_km for v in vehicles) / len(vehicles) / 1000
    return Fleet(len(vehicles), capacity, cost_per_distance=fuel or 1.0, fixed_cost=toll)


def collect(centre: Place, day: date) -> Day:
    """What waits, and where; places that can't be served are left out by name.

    Raises PlanningFailed when the hub has no position.
    """
    if not centre.has_position:
        raise PlanningFailed(_l("县中心还没有位置，先在站点页填上经纬度。"))
    demand = logistics_service.waiting_demand(centre.code)
    satellites = [s for s in serving(centre.code, StationKind.TOWNSHIP_STATION) if s.has_position]
    fleets = {tier: logistics_service.free_vehicles(centre.code, day, tier) for tier in Tier}
    here = Day(centre, satellites, demand, fleets)
    points = {p.id: p for p in serving(centre.code, StationKind.VILLAGE_POINT)}
    for village_id in sorted({*demand.at_hub, *demand.at_village, *here.waiting_at_townships}):
        _admit(here, points.get(village_id), village_id)
    here.left += _upward_left(here)
    return here


def _admit(here: Day, village: Place | None, village_id: uuid.UUID) -> None:
    """Take a village on, or say why not."""
    if village is None or not village.has_position:
        name = stations_service.get_station(village_id).name
        reason = _("没有位置") if village is not None else _("现在没有营业")
        here.left.append(_("%(name)s：%(reason)s，包裹先不运。", name=name, reason=reason))
        return
    number, most = max(here.down_to(village), here.demand.at_village[village.id]), here.capacities()[Tier.VILLAGE]
    if most and number > most:
        here.left.append(_("%(name)s：%(n)s 件，一辆支线车装不下，请单独派车。", name=village.name, n=number))
        return
    here.customers.append(village)


def _upward_left(here: Day) -> list[str]:
    """Parcels going up from a township station ride when a truck comes anyway; else somebody has to know."""
    if here.customers:
        return []
    names = {s.id: s.name for s in here.satellites}
    return [
        _("%(name)s：%(n)s 件寄件等着去县里，今天没有下行的车。", name=names.get(i, ""), n=number)
        for i, number in here.demand.upward_at_township.items()
    ]
