"""One round of the trucks and vans: out in the morning, and back with what goes up."""

from __future__ import annotations

import itertools
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from logistics import service
from logistics.models import Tier
from logistics.planner.distance import great_circle
from logistics.service import Receipt, RunPlan, StopPlan
from logistics.service.places import Place

if TYPE_CHECKING:
    from logistics.seed.year import Year

_PER_TRUCK = 7  # township stations on one tour
_DELAYS = (0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 9)  # days on the shelf
Ids = dict[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Remembered:
    """What the seed remembers of a parcel."""

    id: uuid.UUID
    village_id: uuid.UUID
    phone: str
    name: str


Groups = dict[uuid.UUID, list[Remembered]]


class Round:
    """A day on which the vehicles drive. Station → run, and station → handover, are kept between the hours."""

    def __init__(self, year: Year, day: date) -> None:
        self.year, self.day = year, day
        self.trucks: Ids = {}
        self.vans: Ids = {}
        self.truck_ids: list[uuid.UUID] = []
        self.van_ids: list[uuid.UUID] = []
        self.down_on_trucks: Ids = {}
        self.down_on_vans: Ids = {}
        self.up_on_trucks: Ids = {}
        self.up_on_vans: Ids = {}
        self.up_riding: list[uuid.UUID] = []

    def drive(self) -> None:
        """Hour by hour."""
        hours = (
            (7, 30, self.confirm),
            (8, 10, self.load_trucks),
            (10, 0, self.count_at_townships),
            (10, 40, self.load_vans),
            (13, 0, self.count_at_villages),
            (16, 0, self.vans_are_back),
            (17, 0, self.trucks_are_back),
        )
        for hour, minute, verb in hours:
            self.year.at(self.day, hour, lambda _day, verb=verb: verb(), minute)  # type: ignore[misc]

    # -- planning --------------------------------------------------------------------------------------

    def confirm(self) -> None:
        """The day's runs by the timetable."""
        tours, vans = self._tours(), self._van_tours()
        ids = service.propose_runs(actor=self.year.actor, day=self.day, plans=[*tours, *vans])
        service.confirm_runs(actor=self.year.actor, run_ids=ids)
        self.truck_ids, self.van_ids = ids[: len(tours)], ids[len(tours) :]
        self.trucks, self.vans = _by_stop(self.truck_ids, tours), _by_stop(self.van_ids, vans)

    def _tours(self) -> list[RunPlan]:
        year, waiting = self.year, defaultdict[uuid.UUID, int](int)
        for parcel in year.at_hub:
            waiting[year.town(parcel.village_id).id] += 1
        wanted = [t for t in year.townships if waiting[t.id] or year.up_at_town[t.id]]
        groups = [wanted[n : n + _PER_TRUCK] for n in range(0, len(wanted), _PER_TRUCK)]
        return [
            _plan(Tier.TOWNSHIP, year.hub, g, [(waiting[t.id], len(year.up_at_town[t.id])) for t in g]) for g in groups
        ]

    def _van_tours(self) -> list[RunPlan]:
        year, down = self.year, defaultdict[uuid.UUID, int](int)
        for parcel in [*year.at_hub, *(p for parcels in year.at_town.values() for p in parcels)]:
            down[parcel.village_id] += 1
        wanted = sorted(set(down) | {village for village, ids in year.up_at_village.items() if ids})
        plans = []
        for town in year.townships:
            stops = [year.villages[v] for v in wanted if year.town(v).id == town.id]
            if stops:
                loads = [(down[v.id], len(year.up_at_village[v.id])) for v in stops]
                plans.append(_plan(Tier.VILLAGE, town, stops, loads))
        return plans

    # -- down ------------------------------------------------------------------------------------------

    def load_trucks(self) -> None:
        """Everything at the hub goes."""
        year = self.year
        service.start_runs(actor=year.actor, run_ids=self.truck_ids)
        groups = _grouped(year.at_hub, lambda parcel: year.town(parcel.village_id).id)
        self.down_on_trucks = self._send({(year.hub.id, town): _ids(g) for town, g in groups.items()}, self.trucks)
        year.at_hub = []
        for town, parcels in groups.items():
            year.at_town[town] += parcels

    def count_at_townships(self) -> None:
        """The truck is counted, and takes along what waits to go up."""
        year = self.year
        self._receive({handover: town for town, handover in self.down_on_trucks.items()})
        up = {town: ids for town, ids in year.up_at_town.items() if ids and town in self.trucks}
        self.up_on_trucks = self._send({(town, year.hub.id): ids for town, ids in up.items()}, self.trucks)
        self.up_riding = [parcel for ids in up.values() for parcel in ids]
        for town in up:
            del year.up_at_town[town]

    def load_vans(self) -> None:
        """The vans leave; on the last round one township keeps its parcels for the last morning."""
        year = self.year
        service.start_runs(actor=year.actor, run_ids=self.van_ids)
        kept = year.townships[0].id if (year.end - self.day).days < 5 else None
        going = [parcel for town in list(year.at_town) if town != kept for parcel in year.at_town.pop(town)]
        groups = _grouped(going, lambda parcel: parcel.village_id)
        self.down_on_vans = self._send({(year.town(v).id, v): _ids(g) for v, g in groups.items()}, self.vans)
        for parcel in going:
            year.due[self.day + timedelta(days=year.random.choice(_DELAYS))].append(parcel)

    # -- and up ----------------------------------------------------------------------------------------

    def count_at_villages(self) -> None:
        """Parcels go on the shelves; the van takes along what villagers send."""
        year = self.year
        self._receive({handover: village for village, handover in self.down_on_vans.items()})
        up = {village: ids for village, ids in year.up_at_village.items() if ids and village in self.vans}
        self.up_on_vans = self._send({(v, year.town(v).id): ids for v, ids in up.items()}, self.vans)

    def vans_are_back(self) -> None:
        """What was sent lies at the township station until the next truck."""
        year = self.year
        self._receive({handover: year.town(village).id for village, handover in self.up_on_vans.items()})
        for village in self.up_on_vans:
            year.up_at_town[year.town(village).id] += year.up_at_village.pop(village)

    def trucks_are_back(self) -> None:
        """The hub counts, and gives the parcels to their carriers."""
        year = self.year
        self._receive(dict.fromkeys(self.up_on_trucks.values(), year.hub.id))
        service.finish_runs(actor=year.actor, run_ids=[*self.truck_ids, *self.van_ids])
        if self.up_riding:
            service.dispatch(actor=year.actor, parcel_ids=self.up_riding)

    # -- handing over ----------------------------------------------------------------------------------

    def _send(self, loads: Mapping[tuple[uuid.UUID, uuid.UUID], list[uuid.UUID]], runs: Ids) -> Ids:
        """Send what goes from one station to another; the handovers by the station that is a stop of the run."""
        stops = [receiver if receiver in runs else sender for sender, receiver in loads]
        manifests = [
            self.year.manifest(sender, receiver, ids, runs[stop])
            for stop, ((sender, receiver), ids) in zip(stops, loads.items(), strict=True)
        ]
        return dict(zip(stops, service.send_manifests(actor=self.year.actor, manifests=manifests), strict=True))

    def _receive(self, handovers: Mapping[uuid.UUID, uuid.UUID]) -> None:
        """Receipts by whoever works at the receiving station."""
        receipts = [Receipt(handover, by=self.year.staff[station]) for handover, station in handovers.items()]
        service.receive_manifests(actor=self.year.actor, receipts=receipts)


def _grouped(
    parcels: Iterable[Remembered], key: Callable[[Remembered], uuid.UUID]
) -> dict[uuid.UUID, list[Remembered]]:
    groups: dict[uuid.UUID, list[Remembered]] = defaultdict(list)
    for parcel in parcels:
        groups[key(parcel)].append(parcel)
    return groups


def _ids(parcels: Iterable[Remembered]) -> list[uuid.UUID]:
    return [parcel.id for parcel in parcels]


def _by_stop(ids: Sequence[uuid.UUID], plans: Sequence[RunPlan]) -> Ids:
    return {stop.station_id: run for run, plan in zip(ids, plans, strict=True) for stop in plan.stops}


def _plan(tier: Tier, start: Place, halts: Sequence[Place], loads: Sequence[tuple[int, int]]) -> RunPlan:
    """A tour from the nearest to the nearest of the rest."""
    points = [(p.lon or 0.0, p.lat or 0.0) for p in (start, *halts)]
    metres = great_circle(points)
    left, path = set(range(1, len(points))), [0]
    while left:
        nearest = min(left, key=lambda n: (int(metres[path[-1], n]), n))
        left.remove(nearest)
        path.append(nearest)
    stops = tuple(StopPlan(halts[n - 1].id, *loads[n - 1]) for n in path[1:])
    around = [*path, 0]
    legs = tuple(int(metres[a, b]) for a, b in itertools.pairwise(around))
    return RunPlan(tier, start.id, stops, legs)
