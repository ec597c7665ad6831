"""A believable year: the domains' seeds in the order in which they depend on each other.

Every row is made by the services that people use, with the clock set to the day on which it happens. The same seed
number on the same day gives the same year; made again it changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random

import sqlalchemy as sa
from tqdm import tqdm

from accounts import service as accounts_service
from app.core import audit, clock, ids, seals
from app.core.access import SYSTEM, Actor, Role
from app.core.audit import AuditEntry
from app.core.command import command
from app.core.database import db
from app.core.scope import township_of
from app.core.secrets import derive
from app.flows.load_county import load_county
from app.flows.orders import products_on_sale
from app.seed.stations import ACCEPTANCE_DAYS, StationWork
from datacenter import service as datacenter_service
from datacenter.rules import months_until
from logistics import seed as logistics_seed
from products import seed as products_seed
from products import service as products_service
from stations import service as stations_service
from stations.models import Station, StationKind
from stations.seed import network as stations_seed
from traceability import seed as traceability_seed
from trade import seed as trade_seed
from trade.models import Villager
from training import seed as training_seed

DAYS = 365
PARCELS_DOWN, PARCELS_UP = 3_600, 600
STATION_DAYS = 4  # points that record something on a day, beside the one whose operator has a login
REPORTS = 3  # months whose report is issued
VILLAGERS = 6  # whom a point knows by name
ORDERS_A_DAY = 3
ORDER_SEASON = (1.3, 0.7, 0.6, 0.8, 1.0, 1.0, 0.9, 0.8, 1.3, 1.4, 1.5, 1.2)  # harvest and the festivals
# Cheap hashes: hundreds of accounts are made at once; each is hashed anew, at full strength, at its first login.
CHEAP_HASHES = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}


@dataclass(frozen=True)
class DemoLogin:
    """Somebody who can log in."""

    role: str
    login: str
    password: str
    name: str


@dataclass(frozen=True)
class Year:
    """The year that is made: its days, its number, and the instant after which nothing has happened yet."""

    number: int
    first_day: date
    last_day: date
    until: datetime

    def random(self, what: str) -> Random:
        """The chance of one part of the year, independent of the others."""
        return Random(f"{self.number}:{what}")  # noqa: S311  a drawing of examples, not a secret


def year_until(number: int, last_day: date, days: int = DAYS) -> Year:
    """The days that end with ``last_day``: a year of them."""
    return Year(number, last_day - timedelta(days=days - 1), last_day, clock.at_local(last_day, 17, 45))


def password_for(login: str) -> str:
    """The demonstration's password of a login: always the same on one installation, different on every other."""
    return derive(f"demo-{login}").hex()[:12]


def make(*, seed: int, directory: Path, last_day: date | None = None) -> list[DemoLogin]:
    """Make the demonstration from a county's folder; returns who can log in.

    ``last_day`` is the last day of the year that is made: yesterday unless given. A demonstration that was made
    before is left as it is.
    """
    year = year_until(seed, last_day or clock.today() - timedelta(days=1))
    if not _made():
        _Maker(year, directory).run()
    return _logins()


def make_trade(*, seed: int, directory: Path, last_day: date, days: int) -> None:
    """Only the network, the products and the trade of some days: for measuring."""
    maker = _Maker(year_until(seed, last_day, days), directory)
    for part in (maker._county, maker._network, maker._staff, maker._products, maker._lots, maker._trade):
        part()


def _made() -> bool:
    """Whether the demonstration is there, whole: the mark is its last entry in the audit trail."""
    return db.session.scalar(sa.select(AuditEntry.id).where(AuditEntry.action == MARK)) is not None


MARK = "demo.made"
PEOPLE = (
    (Role.COUNTY_OFFICIAL, "official", "周科长"),
    (Role.TRAINER, "trainer", "田世珍"),
    (Role.DRIVER, "driver", "罗建国"),
    (Role.INSPECTOR, "inspector", "谭春梅"),
)


@dataclass(frozen=True)
class _Point:
    """A village point, who works there, and since when."""

    opened_on: date
    actor: Actor
    is_home: bool


class _Maker:
    """The making of one year, part by part."""

    def __init__(self, year: Year, directory: Path) -> None:
        self.year, self.directory = year, directory
        self.staff: dict[uuid.UUID, Actor] = {}
        self.stations: Sequence[Station] = []
        self.people: dict[Role, Actor] = {}
        self.hub = SYSTEM

    def run(self) -> None:
        """Every part in order, with a bar that says what is being made."""
        parts = (
            ("行政区划与产品资源库", self._county),
            ("站点网络", self._network),
            ("人员", self._staff),
            ("产品上架", self._products),
            ("批次", self._lots),
            ("代买代卖与订单", self._trade),
            ("包裹与班车", self._parcels),
            ("培训", self._training),
            ("建设、验收、补助和考核", self._station_work),
            ("月报", self._reports),
            ("封存", self._seal),
        )
        with tqdm(parts, bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} {elapsed}") as bar:
            for label, part in bar:
                bar.set_description(label)
                part()

    def _county(self) -> None:
        with clock.at(clock.at_local(self.year.first_day - timedelta(days=10), 9)):
            load_county(actor=SYSTEM, directory=self.directory)
            self.hub = self._person(Role.COUNTY_ADMIN, "hub", "县中心管理员", stations_service.get_county().code)

    def _network(self) -> None:
        stations_seed.seed_plan(actor=self.hub, year=self.year.last_day.year)
        self.left = stations_seed.left_to_accept()
        self.stations = stations_seed.open_network(
            actor=self.hub,
            first_day=self.year.first_day,
            last_day=self.year.last_day - timedelta(days=ACCEPTANCE_DAYS),
            left_to_accept=self.left,
        )

    def _staff(self) -> None:
        """An account for everybody; the first of each kind has the short login that the demonstration prints."""
        county = stations_service.get_county().code
        with clock.at(clock.at_local(self.year.first_day - timedelta(days=9), 10)):
            for role, login, name in PEOPLE:
                self.people[role] = self._person(role, login, name, county)
        home = _home(self.stations)
        self._station_staff(home)
        producer = products_service.all_products(self.hub)[0].producer
        with clock.at(clock.at_local(self.year.first_day, 11)):
            name = "田德全"
            self.people[Role.PRODUCER] = self._person(Role.PRODUCER, "producer", name, producer.division_code)

    @command
    def _station_staff(self, home: dict[StationKind, Station]) -> None:
        roles = {
            StationKind.TOWNSHIP_STATION: (Role.TOWNSHIP_MANAGER, "township"),
            StationKind.VILLAGE_POINT: (Role.VILLAGE_OPERATOR, "village"),
        }
        for station in self.stations:
            if station.kind not in roles:
                self.staff[station.id] = replace(self.hub, station_id=station.id)
                continue
            role, word = roles[station.kind]
            login = word if home[station.kind] is station else f"{word[0]}{station.division_code}"
            with clock.at(clock.at_local(min(station.opened_on or self.year.last_day, self.year.last_day), 8)):
                self.staff[station.id] = self._person(
                    role, login, station.manager_name, station.division_code, station.id
                )

    def _person(self, role: Role, login: str, name: str, scope_code: str, station_id: uuid.UUID | None = None) -> Actor:
        made = accounts_service.create_user(
            actor=SYSTEM,
            request_id=ids.derived_id("person", login),
            login=login,
            name=name,
            role=role,
            scope_code=scope_code,
            station_id=station_id,
            password=password_for(login),
            must_change_password=False,
        )
        actor: Actor = made.user.actor
        return actor

    def _products(self) -> None:
        products_seed.seed_products(
            actor=self.hub,
            first_day=self.year.first_day,
            last_day=self.year.last_day,
            random=self.year.random("products"),
        )

    def _lots(self) -> None:
        traceability_seed.seed_lots(
            actor=self.hub,
            first_day=self.year.first_day,
            last_day=self.year.last_day,
            random=self.year.random("lots"),
        )

    def _trade(self) -> None:
        """Day by day: stock is kept up, orders come in, some of the open points record what they did."""
        rng = self.year.random("trade")
        home = _home(self.stations)[StationKind.VILLAGE_POINT]
        points = [
            _Point(s.opened_on, self.staff[s.id], s is home)
            for s in self.stations
            if s.kind is StationKind.VILLAGE_POINT and s.opened_on
        ]
        count = (self.year.last_day - self.year.first_day).days + 1
        days = [self.year.first_day + timedelta(days=n) for n in range(count)]
        for _month, some in groupby(days, key=lambda day: day.replace(day=1)):
            self._trade_month(list(some), points, rng)

    @command
    def _trade_month(self, days: Sequence[date], points: Sequence[_Point], rng: Random) -> None:
        folk: dict[uuid.UUID | None, Sequence[Villager]] = {}
        for n, day in enumerate(days):
            self._orders(day, rng)
            open_points = [p for p in points if p.opened_on <= day]
            chosen = rng.sample(open_points, min(STATION_DAYS, len(open_points)))
            for point in chosen + [p for p in open_points if p.is_home and n % 2 and p not in chosen]:
                if point.actor.station_id not in folk:
                    with clock.at(clock.at_local(day, 8, 30)):
                        folk[point.actor.station_id] = trade_seed.people(actor=point.actor, rng=rng, count=VILLAGERS)
                plan = trade_seed.DayPlan(day, rng.choice((0, 1, 1, 2, 2)), rng.choice((1, 2, 2, 3)), self.year.until)
                trade_seed.record_day(actor=point.actor, rng=rng, plan=plan, folk=folk[point.actor.station_id])

    def _orders(self, day: date, rng: Random) -> None:
        products_seed.keep_in_stock(actor=self.hub, random=rng, day=day)
        now = clock.at_local(day, 8)
        catalogue = [p for p in products_on_sale(self.hub) if p.listed_at and p.listed_at <= now]
        count = round(ORDERS_A_DAY * ORDER_SEASON[day.month - 1] * rng.uniform(0.5, 1.5)) if catalogue else 0
        trade_seed.record_orders(
            actor=self.hub, rng=rng, day=day, count=count, catalogue=catalogue, until=self.year.until
        )

    def _parcels(self) -> None:
        driver = self.people[Role.DRIVER]
        with clock.at(clock.at_local(self.year.first_day, 8)):
            logistics_seed.seed_fleet(self.hub, [(driver.id, driver.name)] if driver.id else [])
        logistics_seed.seed_year(
            SYSTEM,
            start=self.year.first_day,
            end=self.year.last_day,
            seed=self.year.number,
            down=PARCELS_DOWN,
            up=PARCELS_UP,
            staff=self.staff,
        )

    def _training(self) -> None:
        training_seed.seed_training(
            actor=self.people[Role.TRAINER],
            first_day=self.year.first_day + timedelta(days=14),
            last_day=self.year.last_day - timedelta(days=3),
            random=self.year.random("training"),
        )

    def _station_work(self) -> None:
        StationWork(
            hub=self.hub,
            inspector=self.people[Role.INSPECTOR],
            staff=self.staff,
            stations=self.stations,
            last_day=self.year.last_day,
            home=_home(self.stations)[StationKind.VILLAGE_POINT],
        ).make(self.left)

    def _reports(self) -> None:
        """The hub issues the reports of the last months that have ended, on the fifth of the month after."""
        for month in months_until(self.year.last_day, REPORTS + 1)[:-1]:
            fifth = clock.next_month(clock.parse_month(month)).replace(day=5)
            if fifth <= self.year.last_day:
                with clock.at(clock.at_local(fifth, 10)):
                    datacenter_service.issue_report(actor=self.hub, month=month)

    def _seal(self) -> None:
        with clock.at(self.year.until):
            seals.make()
            self._finish()

    @command
    def _finish(self) -> None:
        county = stations_service.get_county()
        text = f"做好演示数据：{self.year.first_day} 到 {self.year.last_day}，种子 {self.year.number}"
        audit.record(actor=SYSTEM, action=MARK, subject=county, division_code=county.code, text=text)


def _home(stations: Sequence[Station]) -> dict[StationKind, Station]:
    """The township station that opened first, and the first point in its township: where the demo's people work."""
    first = min(
        (s for s in stations if s.kind is StationKind.TOWNSHIP_STATION and s.opened_on),
        key=lambda s: (s.opened_on, s.division_code),
    )
    points = [s for s in stations if s.kind is StationKind.VILLAGE_POINT and s.opened_on]
    near = [s for s in points if township_of(s.division_code) == first.division_code]
    point = min(near or points, key=lambda s: (s.opened_on, s.division_code))
    return {StationKind.TOWNSHIP_STATION: first, StationKind.VILLAGE_POINT: point}


LOGINS = ("hub", "official", "township", "village", "trainer", "driver", "producer", "inspector")


def _logins() -> list[DemoLogin]:
    users = [user for login in LOGINS if (user := accounts_service.find_user(login)) is not None]
    return [DemoLogin(user.role.value, user.login, password_for(user.login), user.name) for user in users]
