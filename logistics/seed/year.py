"""A year of parcels: they arrive daily, trucks and vans drive twice a week, people come for them within days."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.core import clock
from app.core.access import SYSTEM, Actor, Role
from app.core.command import command
from app.flows import counter
from logistics import service
from logistics.models import Picker
from logistics.rules.routing import township_for
from logistics.seed import people
from logistics.seed.round import Remembered, Round
from logistics.service import Arrival, Filters, HandOut, Manifest, Sending
from logistics.service.places import Place, as_place, county_scope
from stations import service as stations_service
from stations.models import SERVING, StationKind
from trade.service import carriers
from trade.service.places import places_at

ROUND_DAYS = (1, 4)  # Tuesday and Friday
_AT_ONCE = 7  # days in one transaction


@dataclass(frozen=True)
class YearFacts:
    """How many parcels the year saw, and in how many rounds."""

    down: int
    up: int
    rounds: int


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
    if service.list_parcels(SYSTEM, Filters(), 1):
        return None
    year = Year(actor, start, end, Random(seed), staff or {})  # noqa: S311  reproducible, no secret
    days = (end - start).days + 1
    year.spread(down, up)
    for n in range(0, days, _AT_ONCE):
        year.days(start + timedelta(days=n), min(_AT_ONCE, days - n))
        if progress:
            progress(min(n + _AT_ONCE, days), days)
    return YearFacts(year.down, year.up, year.rounds)


class Year:
    """The county day by day."""

    def __init__(self, actor: Actor, start: date, end: date, random: Random, staff: Mapping[uuid.UUID, Actor]) -> None:
        self.actor, self.start, self.end, self.random = actor, start, end, random
        stations = stations_service.list_stations(scope_code=county_scope())
        self.opened = {s.id: s.opened_on or s.status_since for s in stations if s.status in SERVING}
        self.staff = {
            s.id: staff.get(s.id) or _somebody(s.id, s.kind, s.manager_name, s.division_code) for s in stations
        }
        serving = [as_place(s) for s in stations if s.status in SERVING]
        self.hub = next(p for p in serving if p.kind is StationKind.COUNTY_CENTER)
        self.townships = [p for p in serving if p.kind is StationKind.TOWNSHIP_STATION]
        self.villages = {p.id: p for p in serving if p.kind is StationKind.VILLAGE_POINT}
        self.folk = {village: people.Village(random, n) for n, village in enumerate(self.villages)}
        self.through = {v.id: township_for(v, self.townships) for v in self.villages.values()}
        self.at_hub: list[Remembered] = []
        self.at_town: dict[uuid.UUID, list[Remembered]] = defaultdict(list)
        self.up_at_village: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        self.up_at_town: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        self.due: dict[date, list[Remembered]] = defaultdict(list)
        self.took_cash: set[uuid.UUID] = set()
        self.down = self.up = self.rounds = 0
        self.open_on: dict[date, list[Place]] = {}
        self.down_on: dict[date, int] = {}
        self.up_on: dict[date, int] = {}

    def spread(self, down: int, up: int) -> None:
        """So many parcels a day that they come to the totals: by season, and by how many points are open."""
        days = [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]
        for total, season, into in ((down, people.DOWN_SEASON, self.down_on), (up, people.UP_SEASON, self.up_on)):
            weights = [season[d.month - 1] * (0.2 + len(self.open(d))) * (0.6 + self.random.random()) for d in days]
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
        self.at(day, 7, self._arrive)
        if day.weekday() in ROUND_DAYS and (self.end - day).days >= 2 and self.open(day):
            self.rounds += 1
            Round(self, day).drive()
        self.at(day, 15, self._send_up)
        self.at(day, 18, self._pick_up)
        if day < self.end:  # on the last evening the couriers are still to come
            self.at(day, 18, self._pay_carriers, 30)
        if day == self.end:
            self.at(day, 8, self._leave_under_way)

    def at(self, day: date, hour: int, verb: Callable[[date], None], minute: int = 0) -> None:
        """Do something at that time of the day."""
        with clock.at(clock.at_local(day, hour, minute)):
            verb(day)

    def open(self, day: date) -> list[Place]:
        """Village points that serve on a day, and whose township station does too."""
        if day not in self.open_on:
            self.open_on[day] = self._opened_by(day)
        return self.open_on[day]

    def _opened_by(self, day: date) -> list[Place]:
        towns = {t.id for t in self.townships if self.opened[t.id] <= day}
        if not towns or self.opened[self.hub.id] > day:
            return []
        return [v for v in self.villages.values() if self.opened[v.id] <= day and self.town(v.id).id in towns]

    def town(self, village_id: uuid.UUID) -> Place:
        """The township station through which a village's parcels pass."""
        town = self.through[village_id]
        if town is None:
            raise LookupError("the county has no township station")
        return town

    def _drawn(self, day: date, number: int) -> list[Place]:
        villages = self.open(day)
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
            Remembered(i, village.id, who.phone, who.name) for i, (village, who) in zip(ids, drawn, strict=True)
        ]

    def _send_up(self, day: date) -> None:
        drawn = self._drawn(day, self.up_on[day])
        sendings = [self._sending(day, n, village) for n, village in enumerate(drawn)]
        for village, parcel_id in zip(drawn, counter.send_many(actor=self.actor, sendings=sendings), strict=True):
            self.up_at_village[village.id].append(parcel_id)
            self.took_cash.add(village.id)
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

    def manifest(
        self, sender: uuid.UUID, receiver: uuid.UUID, ids: Iterable[uuid.UUID], run_id: uuid.UUID | None
    ) -> Manifest:
        """What goes from one station to another, sent by who works there."""
        return Manifest(sender, receiver, tuple(ids), run_id, by=self.staff[sender])

    # -- out -----------------------------------------------------------------------------------------

    def _pick_up(self, day: date) -> None:
        together: dict[tuple[uuid.UUID, str], list[Remembered]] = defaultdict(list)
        for parcel in self.due.pop(day, []):
            together[parcel.village_id, parcel.phone].append(parcel)
        hand_outs = []
        for (village, _phone), parcels in together.items():
            picker = Picker.RELATIVE if self.random.random() < 0.2 else Picker.SELF
            name = self.random.choice(self.folk[village].people).name if picker is Picker.RELATIVE else ""
            ids = tuple(p.id for p in parcels)
            hand_outs.append(HandOut(ids, picker, name, station_id=village, by=self.staff[village]))
        if hand_outs:
            counter.pick_up_many(actor=self.actor, hand_outs=hand_outs)
            self.took_cash |= {village for village, _phone in together}

    def _pay_carriers(self, _day: date) -> None:
        """The couriers fetch what the counters took, so that the next day opens without it."""
        for place in sorted(places_at(self.took_cash).values(), key=lambda p: p.station_code):
            for due in carriers.owed(place):
                carriers.pay_carrier(
                    actor=self.staff[place.station_id], carrier=due.carrier.key, amount_fen=due.total_fen
                )
        self.took_cash.clear()

    def _leave_under_way(self, _day: date) -> None:
        """On the last morning something is on the road: hub → township, and township → its villages."""
        town = self.townships[0]
        going = [p.id for p in self.at_hub if self.town(p.village_id).id == town.id]
        manifests = [self.manifest(self.hub.id, town.id, going, None)] if going else []
        by_village: dict[uuid.UUID, list[uuid.UUID]] = defaultdict(list)
        for parcel in self.at_town.pop(town.id, []):
            by_village[parcel.village_id].append(parcel.id)
        manifests += [self.manifest(town.id, v, ids, None) for v, ids in by_village.items()]
        if manifests:
            service.send_manifests(actor=self.actor, manifests=manifests)


def _somebody(station_id: uuid.UUID, kind: StationKind, name: str, code: str) -> Actor:
    roles = {
        StationKind.COUNTY_CENTER: Role.COUNTY_ADMIN,
        StationKind.TOWNSHIP_STATION: Role.TOWNSHIP_MANAGER,
        StationKind.VILLAGE_POINT: Role.VILLAGE_OPERATOR,
    }
    return Actor(None, name or "值班员", roles.get(kind, Role.VILLAGE_OPERATOR), code, station_id)
