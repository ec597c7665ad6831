"""A year of parcels: they arrive daily, trucks and vans drive twice a week, people come for them within days."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.core import clock
from app.core.access import SYSTEM, Actor, Role
from app.core.command import command
from logistics import service
from logistics.models import Picker, Tier
from logistics.planner.distance import great_circle
from logistics.rules.routing import township_for
from logistics.seed import people
from logistics.service import Arrival, Filters, HandOut, Manifest, Receipt, RunPlan, Sending, StopPlan
from logistics.service.places import Place, as_place, county_scope
from stations import service as stations_service
from stations.models import SERVING, StationKind

ROUND_DAYS = (1, 4)  # Tuesday and Friday
_DELAYS = (0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 9)  # days on the shelf
_AT_ONCE = 7  # days in one transaction
_PER_TRUCK = 7  # township stations on one tour


@dataclass(frozen=True)
class YearFacts:
    """How many parcels the year saw, and in how many rounds."""

    down: int
    up: int
    rounds: int


@dataclass(frozen=True)
class _Parcel:
    """What the seed remembers of a parcel."""

    id: uuid.UUID
    village_id: uuid.UUID
    phone: str
    name: str


def seed_year(
    actor: Actor,
    *,
    start: date,
    end: date,
    seed: int,
    down: int = 12_000,
    up: int = 2_000,
    staff: Mapping[uuid.UUID, Actor] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> YearFacts | None:
    """Let ``down`` and ``up`` parcels move from ``start`` to ``end`` (a day without rounds, so that some still wait).

    ``staff`` says who acts at a station. Does nothing, and returns None, when there are parcels already.
    """
    from app.core.pagination import paginate

    if paginate(service.parcels_query(SYSTEM, Filters()), 1, 1).total:
        return None
    year = _Year(actor, start, end, Random(seed), staff or {})
    days = (end - start).days + 1
    year.spread(down, up)
    for n in range(0, days, _AT_ONCE):
        year.days(start + timedelta(days=n), min(_AT_ONCE, days - n))
        if progress:
            progress(min(n + _AT_ONCE, days), days)
    return YearFacts(year.down, year.up, year.rounds)


class _Year:
    """The county day by day."""

    def __init__(
        self, actor: Actor, start: date, end: date, random: Random, staff: Mapping[uuid.UUID, Actor]
    ) -> None:
        self.actor, self.start, self.end, self.random = actor, start, end, random
        stations = stations_service.list_stations(scope_code=county_scope())
        self.opened = {s.id: s.opened_on or s.status_since for s in stations if s.status in SERVING}
        self.staff = {s.id: staff.get(s.id) or _somebody(s.id, s.kind, s.manager_name, s.division_code) for s in stations}
        serving = [as_place(s) for s in stations if s.status in SERVING]
        self.hub = next(p for p in serving if p.kind is StationKind.COUNTY_CENTER)
        self.townships = [p for p in serving if p.kind is StationKind.TOWNSHIP_STATION]
        self.villages = {p.id: p for p in serving if p.kind is StationKind.VILLAGE_POINT}
        self.folk = {village: people.Village(random, n) for n, village in enumerate(self.villages)}
        self.through = {v.id: township_for(v, self.townships) for v in self.villages.values()}
        self.at_hub: list[_Parcel] = []
        self.at_town: dict[uuid.UUID, list[_Parcel]] = defaultdict(list)
        self.up_at_village: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        self.up_at_town: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        self.up_on_trucks: list[uuid.UUID] = []
        self.up_riding: list[uuid.UUID] = []
        self.due: dict[date, list[_Parcel]] = defaultdict(list)
        self.down = self.up = self.rounds = 0
        self.down_on: dict[date, int] = {}
        self.up_on: dict[date, int] = {}

    def spread(self, down: int, up: int) -> None:
        """So many parcels a day that they come to the totals: by season, and by how many points are open."""
        days = [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]
        for total, season, into in ((down, people.DOWN_SEASON, self.down_on), (up, people.UP_SEASON, self.up_on)):
            weights = [season[d.month - 1] * (0.2 + len(self._open(d))) * (0.6 + self.random.random()) for d in days]
            whole, given, passed = sum(weights), 0, 0.0
            for day, weight in zip(days, weights, strict=True):
                passed += weight
                into[day] = round(total * passed / whole) - given
                given += into[day]

    @command
    def days(self, first: date, number: int) -> None:
        """Some days in one transaction."""
        for n in range(number):
            self.day(first + timedelta(days=n))

    def day(self, day: date) -> None:
        """One day of the county."""
        self._at(day, 7, self._arrive)
        if day.weekday() in ROUND_DAYS and (self.end - day).days >= 2:
            self._round(day)
        self._at(day, 15, self._send_up)
        self._at(day, 18, self._pick_up)
        if day == self.end:
            self._at(day, 8, self._leave_under_way)

    def _at(self, day: date, hour: int, verb: Callable[[date], None], minute: int = 0) -> None:
        with clock.at(clock.at_local(day, hour, minute)):
            verb(day)

    def _open(self, day: date) -> list[Place]:
        """Village points that serve on a day, and whose township station does too."""
        towns = {t.id for t in self.townships if self.opened[t.id] <= day}
        if not towns or self.opened[self.hub.id] > day:
            return []
        return [v for v in self.villages.values() if self.opened[v.id] <= day and self._town(v.id).id in towns]

    def _town(self, village_id: uuid.UUID) -> Place:
        town = self.through[village_id]
        if town is None:
            raise LookupError("the county has no township station")
        return town

    def _drawn(self, day: date, number: int) -> list[Place]:
        villages = self._open(day)
        if not villages:
            return []
        return self.random.choices(villages, [self.folk[v.id].weight for v in villages], k=number)

    # -- in ------------------------------------------------------------------------------------------

    def _arrive(self, day: date) -> None:
        drawn = [(v, self.random.choice(self.folk[v.id].people)) for v in self._drawn(day, self.down_on[day])]
        rows = [
            Arrival(
                people.waybill(self.random, day, n),
                village.id,
                person_name=who.name,
                person_phone=who.phone,
                size=people.size(self.random),
                cod_fen=people.cod_fen(self.random),
                is_cold=self.random.random() < 0.01,
                is_fragile=self.random.random() < 0.05,
            )
            for n, (village, who) in enumerate(drawn)
        ]
        ids = service.register_arrivals(actor=self.actor, rows=rows)
        self.down += len(ids)
        self.at_hub += [
            _Parcel(i, village.id, who.phone, who.name) for i, (village, who) in zip(ids, drawn, strict=True)
        ]

    def _send_up(self, day: date) -> None:
        drawn = self._drawn(day, self.up_on[day])
        sendings = [self._sending(day, n, village) for n, village in enumerate(drawn)]
        for village, parcel_id in zip(drawn, service.accept_many(actor=self.actor, sendings=sendings), strict=True):
            self.up_at_village[village.id].append(parcel_id)
        self.up += len(drawn)

    def _sending(self, day: date, n: int, village: Place) -> Sending:
        who, weight = self.random.choice(self.folk[village.id].people), people.weight_kg(self.random)
        return Sending(
            who.name,
            who.phone,
            people.town(self.random),
            weight,
            people.freight_fen(weight),
            goods_checked=True,
            waybill_number=people.waybill(self.random, day, 50_000 + n),
            size=people.size(self.random),
            station_id=village.id,
            by=self.staff[village.id],
        )

    # -- rounds --------------------------------------------------------------------------------------

    def _round(self, day: date) -> None:
        """Trucks in the morning, vans before noon, and back with what goes up."""
        if not self._open(day):
            return
        self.rounds += 1
        tours, vans = self._tours(day), self._vans()
        ids: list[uuid.UUID] = []

        def leave(_day: date) -> None:
            plans = [*tours, *vans]
            ids.extend(service.propose_runs(actor=self.actor, day=day, plans=plans))
            service.confirm_runs(actor=self.actor, run_ids=ids)

        self._at(day, 7, leave, 30)
        trucks = self._by_stop(ids[: len(tours)], tours)
        vans_by_stop = self._by_stop(ids[len(tours) :], vans)
        self._at(day, 8, lambda _d: service.start_runs(actor=self.actor, run_ids=ids[: len(tours)]))
        down, riding = self._load_trucks(day, trucks)
        self._unload_at_townships(day, down, riding, trucks)
        if vans:
            self._drive_vans(day, ids[len(tours) :], vans_by_stop)
        self._back_at_hub(day, ids)

    def _tours(self, day: date) -> list[RunPlan]:
        open_now = [t for t in self.townships if self.opened[t.id] <= day]
        waiting: dict[uuid.UUID, int] = defaultdict(int)
        for parcel in self.at_hub:
            waiting[self._town(parcel.village_id).id] += 1
        wanted = [t for t in open_now if waiting[t.id] or self.up_at_town[t.id]]
        groups = [wanted[n : n + _PER_TRUCK] for n in range(0, len(wanted), _PER_TRUCK)]
        return [
            _plan(Tier.TOWNSHIP, self.hub, g, [(waiting[t.id], len(self.up_at_town[t.id])) for t in g]) for g in groups
        ]

    def _vans(self) -> list[RunPlan]:
        down: dict[uuid.UUID, int] = defaultdict(int)
        for parcel in [*self.at_hub, *(p for parcels in self.at_town.values() for p in parcels)]:
            down[parcel.village_id] += 1
        wanted = {v for v, n in down.items() if n} | {v for v, ids in self.up_at_village.items() if ids}
        plans = []
        for town in self.townships:
            stops = [self.villages[v] for v in sorted(wanted) if self._town(v).id == town.id]
            if stops:
                loads = [(down[v.id], len(self.up_at_village[v.id])) for v in stops]
                plans.append(_plan(Tier.VILLAGE, town, stops, loads))
        return plans

    @staticmethod
    def _by_stop(ids: Sequence[uuid.UUID], plans: Sequence[RunPlan]) -> dict[uuid.UUID, uuid.UUID]:
        return {stop.station_id: run for run, plan in zip(ids, plans, strict=True) for stop in plan.stops}

    def _load_trucks(
        self, day: date, trucks: Mapping[uuid.UUID, uuid.UUID]
    ) -> tuple[dict[uuid.UUID, list[_Parcel]], dict[uuid.UUID, uuid.UUID]]:
        groups: dict[uuid.UUID, list[_Parcel]] = defaultdict(list)
        for parcel in self.at_hub:
            groups[self._town(parcel.village_id).id].append(parcel)
        self.at_hub = []
        sent: dict[uuid.UUID, uuid.UUID] = {}

        def load(_day: date) -> None:
            manifests = [self._manifest(self.hub.id, t, [p.id for p in g], trucks[t]) for t, g in groups.items()]
            sent.update(zip(groups, service.send_manifests(actor=self.actor, manifests=manifests), strict=True))

        self._at(day, 8, load, 10)
        return groups, sent

    def _unload_at_townships(
        self,
        day: date,
        down: Mapping[uuid.UUID, list[_Parcel]],
        riding: Mapping[uuid.UUID, uuid.UUID],
        trucks: Mapping[uuid.UUID, uuid.UUID],
    ) -> None:
        """The truck is counted, and takes along what waits to go up."""

        def unload(_day: date) -> None:
            self._receive(riding)
            up = {t: ids for t, ids in self.up_at_town.items() if ids and t in trucks}
            manifests = [self._manifest(t, self.hub.id, ids, trucks[t]) for t, ids in up.items()]
            self.up_on_trucks = service.send_manifests(actor=self.actor, manifests=manifests)
            self.up_riding = [parcel for ids in up.values() for parcel in ids]
            for town in up:
                del self.up_at_town[town]

        self._at(day, 10, unload)
        for town, parcels in down.items():
            self.at_town[town] += parcels

    def _drive_vans(self, day: date, van_ids: Sequence[uuid.UUID], vans: Mapping[uuid.UUID, uuid.UUID]) -> None:
        last = (self.end - day).days < 5  # the last round: one township keeps its parcels for the last morning
        kept = {self.townships[0].id} if last else set()
        by_village: dict[uuid.UUID, list[_Parcel]] = defaultdict(list)
        for town in list(self.at_town):
            if town not in kept:
                for parcel in self.at_town.pop(town):
                    by_village[parcel.village_id].append(parcel)
        riding: dict[uuid.UUID, uuid.UUID] = {}
        upward: dict[uuid.UUID, uuid.UUID] = {}

        def load(_day: date) -> None:
            service.start_runs(actor=self.actor, run_ids=van_ids)
            manifests = [
                self._manifest(self._town(v).id, v, [p.id for p in parcels], vans[v])
                for v, parcels in by_village.items()
            ]
            riding.update(zip(by_village, service.send_manifests(actor=self.actor, manifests=manifests), strict=True))

        def unload(_day: date) -> None:
            self._receive(riding)
            up = {v: ids for v, ids in self.up_at_village.items() if ids and v in vans}
            manifests = [self._manifest(v, self._town(v).id, ids, vans[v]) for v, ids in up.items()]
            upward.update(zip(up, service.send_manifests(actor=self.actor, manifests=manifests), strict=True))

        def back(_day: date) -> None:
            self._receive(upward, at_town=True)
            for village in upward:
                self.up_at_town[self._town(village).id] += self.up_at_village.pop(village)

        self._at(day, 10, load, 40)
        self._at(day, 13, unload)
        self._at(day, 16, back)
        for parcels in by_village.values():
            for parcel in parcels:
                self.due[day + timedelta(days=self.random.choice(_DELAYS))].append(parcel)

    def _back_at_hub(self, day: date, run_ids: Sequence[uuid.UUID]) -> None:
        def unload(_day: date) -> None:
            service.receive_manifests(actor=self.actor, receipts=[Receipt(h) for h in self.up_on_trucks])
            service.finish_runs(actor=self.actor, run_ids=run_ids)
            if self.up_riding:
                service.dispatch(actor=self.actor, parcel_ids=self.up_riding)

        self._at(day, 17, unload)

    def _manifest(
        self, sender: uuid.UUID, receiver: uuid.UUID, ids: Iterable[uuid.UUID], run_id: uuid.UUID | None
    ) -> Manifest:
        return Manifest(sender, receiver, tuple(ids), run_id, by=self.staff[sender])

    def _receive(self, riding: Mapping[uuid.UUID, uuid.UUID], *, at_town: bool = False) -> None:
        """Receipts by whoever works at the station: the key, or the township of the village that is the key."""
        receipts = [
            Receipt(handover, by=self.staff[self._town(station).id if at_town else station])
            for station, handover in riding.items()
        ]
        service.receive_manifests(actor=self.actor, receipts=receipts)

    # -- out -----------------------------------------------------------------------------------------

    def _pick_up(self, day: date) -> None:
        together: dict[tuple[uuid.UUID, str], list[_Parcel]] = defaultdict(list)
        for parcel in self.due.pop(day, []):
            together[parcel.village_id, parcel.phone].append(parcel)
        hand_outs = []
        for (village, _phone), parcels in together.items():
            picker = Picker.RELATIVE if self.random.random() < 0.2 else Picker.SELF
            name = self.random.choice(self.folk[village].people).name if picker is Picker.RELATIVE else ""
            ids = tuple(p.id for p in parcels)
            hand_outs.append(HandOut(ids, picker, name, station_id=village, by=self.staff[village]))
        if hand_outs:
            service.pick_up_many(actor=self.actor, hand_outs=hand_outs)

    def _leave_under_way(self, _day: date) -> None:
        """On the last morning something is on the road: hub → township, and township → its villages."""
        town = self.townships[0]
        going = [p.id for p in self.at_hub if self._town(p.village_id).id == town.id]
        manifests = [self._manifest(self.hub.id, town.id, going, None)] if going else []
        by_village: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for parcel in self.at_town.pop(town.id, []):
            by_village[parcel.village_id].append(parcel.id)
        manifests += [self._manifest(town.id, v, ids, None) for v, ids in by_village.items()]
        if manifests:
            service.send_manifests(actor=self.actor, manifests=manifests)


def _somebody(station_id: uuid.UUID, kind: StationKind, name: str, code: str) -> Actor:
    roles = {
        StationKind.COUNTY_CENTER: Role.COUNTY_ADMIN,
        StationKind.TOWNSHIP_STATION: Role.TOWNSHIP_MANAGER,
        StationKind.VILLAGE_POINT: Role.VILLAGE_OPERATOR,
    }
    return Actor(None, name or "值班员", roles.get(kind, Role.VILLAGE_OPERATOR), code, station_id)


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
    legs = tuple(int(metres[a, b]) for a, b in zip(around, around[1:], strict=False))
    return RunPlan(tier, start.id, stops, legs)
