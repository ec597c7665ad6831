"""The network of a believable year, made by the services: plan, key villages, stations from planning to operation.

What a county's files don't tell is invented here and deterministic: which villages are key, who runs a station, when
it was built. The key flags of the demo are no statement about real villages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.scope import township_of
from stations import service
from stations.models import Division, Level, Measure, Plan, Station, StationKind, StationStatus
from stations.rules.plan import Milestone, Target

LIFE = (
    (StationStatus.SITE_APPROVED, "乡镇政府选址，县商务局批复"),
    (StationStatus.UNDER_CONSTRUCTION, "进场施工，采购设备"),
    (StationStatus.SELF_INSPECTED, "乡镇自查，材料齐全"),
    (StationStatus.ACCEPTED, "县验收组现场验收通过"),
    (StationStatus.TRIAL, "开门试运行"),
    (StationStatus.OPERATING, "试运行正常，正式运营"),
)
# Days between the steps of a station's life; the last two are short, because people wait for the doors to open.
DAYS_BETWEEN = {
    StationKind.VILLAGE_POINT: (6, 9, 18, 5, 4, 10),
    StationKind.TOWNSHIP_STATION: (10, 14, 40, 9, 6, 15),
    StationKind.COUNTY_CENTER: (15, 20, 60, 14, 7, 20),
}
SURNAMES = "冉田彭杨白石李陈张王向吴黄罗谭"
GIVEN = ("桂芳", "大山", "秀英", "光明", "小琴", "建国", "兴旺", "春梅", "德全", "红霞", "永福", "玉兰", "文武", "世珍")
HOURS = ("每天 8:30–18:00", "每天 8:00–17:30", "逢场天 8:00–18:00，平日 9:00–17:00")
KEY_DAYS_BEFORE = 365  # the list of key villages is older than the plan
KEY_EVERY = 4  # one covered village in four is marked as key


@dataclass(frozen=True)
class _Step:
    """Something that happens to a station on a day; steps are done in the order of their days."""

    day: date
    order: int
    status: StationStatus | None
    reason: str


@dataclass(frozen=True)
class _Site:
    """A station that is to be: where, what, and the days of its life."""

    division: Division
    kind: StationKind
    first_day: date
    before_plan: bool
    number: int


def seed_plan(*, actor: Actor, year: int) -> Plan:
    """The plan of the reference county for a year: 20 township stations by its end, 238 points by the end of May.

    98 of the points stood before. A county with fewer townships or villages gets as many as it has, 85 % of its
    villages at least.
    """
    county = service.get_county()
    townships = len(service.list_divisions(Level.TOWNSHIP, county.code))
    villages = len(service.list_divisions(Level.VILLAGE, county.code))
    points = min(238, _share(villages, 856))
    stations, before = min(20, _share(townships, 513)), min(98, _share(points, 412))
    targets = [
        Target(
            Measure.TOWNSHIP_STATIONS,
            Decimal(stations),
            date(year, 12, 31),
            milestones=(Milestone(date(year, 6, 30), Decimal(stations * 2 // 5)),),
        ),
        Target(
            Measure.VILLAGE_POINTS,
            Decimal(points),
            date(year, 5, 31),
            before,
            (
                Milestone(date(year, 1, 31), Decimal(before)),
                Milestone(date(year, 3, 31), Decimal(before + (points - before) * 82 // 140)),
            ),
        ),
        Target(Measure.VILLAGE_COVERAGE, Decimal(85), date(year, 12, 31)),
        Target(Measure.KEY_VILLAGES, Decimal(100), date(year, 12, 31)),
    ]
    name = f"{county.short_name} {year} 年农村电商服务站点建设计划"
    return service.set_plan(
        actor=actor, request_id=None, county_code=county.code, year=year, name=name, targets=targets
    )


def _share(whole: int, per_thousand: int) -> int:
    """That share of a number, rounded up."""
    return -(-whole * per_thousand // 1000)


def open_network(
    *,
    actor: Actor,
    first_day: date,
    last_day: date,
    points_by: date | None = None,
    left_to_accept: Collection[str] = (),
) -> list[Station]:
    """Open the stations of the newest plan, each in its own village, between two days; returns all of them.

    The county centre and the points that stood before the plan open before ``first_day``, the other points by
    ``points_by`` (the plan's day where it lies within, else five twelfths of the way), township stations until
    shortly before ``last_day``. Moves the clock itself. Key villages are marked among the covered ones. A station in
    one of the divisions ``left_to_accept`` stays planned: project and acceptance are to be made by their own services.
    Running it again adds nothing.
    """
    county = service.get_county()
    plan = service.find_plan(county.code)
    wanted = {target.measure: target for target in plan.targets} if plan else {}
    townships = service.list_divisions(Level.TOWNSHIP, county.code)
    villages = service.list_divisions(Level.VILLAGE, county.code)
    points = wanted[Measure.VILLAGE_POINTS]
    covered = _covered(townships, villages, int(points.amount))
    until = points_by or (
        points.due_on if first_day < points.due_on <= last_day else first_day + (last_day - first_day) * 5 // 12
    )
    chosen = _populous(townships, villages, int(wanted[Measure.TOWNSHIP_STATIONS].amount))
    sites = [
        _Site(county, StationKind.COUNTY_CENTER, first_day - timedelta(days=400), True, 0),
        *_points(covered, points.existing_before, first_day, until),
        *_townships(chosen, first_day, last_day),
    ]
    key = [village.code for village in covered[::KEY_EVERY]]
    return _build(actor=actor, sites=sites, key=key, first_day=first_day, left_to_accept=left_to_accept)


def left_to_accept() -> tuple[str, str]:
    """Two places whose station is walked from its project: the last township of the plan, and a village of it."""
    last = _last_to_open()
    county = service.get_county()
    plan = service.find_plan(county.code)
    points = next(int(t.amount) for t in (plan.targets if plan else ()) if t.measure is Measure.VILLAGE_POINTS)
    townships = service.list_divisions(Level.TOWNSHIP, county.code)
    covered = _covered(townships, service.list_divisions(Level.VILLAGE, county.code), points)
    return last, [village.code for village in covered if township_of(village.code) == last][-1]


def _last_to_open() -> str:
    county = service.get_county()
    plan = service.find_plan(county.code)
    wanted = {target.measure: int(target.amount) for target in plan.targets} if plan else {}
    townships = service.list_divisions(Level.TOWNSHIP, county.code)
    villages = service.list_divisions(Level.VILLAGE, county.code)
    return _populous(townships, villages, wanted[Measure.TOWNSHIP_STATIONS])[-1].code


def _populous(townships: Sequence[Division], villages: Sequence[Division], count: int) -> list[Division]:
    """The townships with the most villages, by code."""
    size: dict[str, int] = defaultdict(int)
    for village in villages:
        size[township_of(village.code)] += 1
    return sorted(sorted(townships, key=lambda t: (-size[t.code], t.code))[:count], key=lambda t: t.code)


def _covered(townships: Sequence[Division], villages: Sequence[Division], count: int) -> list[Division]:
    """All villages but the most remote, of which a township leaves out a third at the most."""
    seats = {township.code: township for township in townships}
    left_out: dict[str, list[str]] = defaultdict(list)
    size: dict[str, int] = defaultdict(int)
    for village in villages:
        size[township_of(village.code)] += 1
    missing = len(villages) - count
    for village in sorted(villages, key=lambda v: (-_distance(v, seats[township_of(v.code)]), v.code)):
        there = left_out[township_of(village.code)]
        if missing > 0 and len(there) < max(1, size[township_of(village.code)] // 3):
            there.append(village.code)
            missing -= 1
    remote = {code for codes in left_out.values() for code in codes}
    return [village for village in villages if village.code not in remote]


def _distance(one: Division, other: Division) -> float:
    if None in (one.lon, one.lat, other.lon, other.lat):
        return 0.0
    return ((one.lon - other.lon) * 0.88) ** 2 + (one.lat - other.lat) ** 2  # type: ignore[operator]


def _points(covered: Sequence[Division], before: int, first_day: date, until: date) -> Iterable[_Site]:
    """Points township by township: the first of each are the old ones, the others follow until the day."""
    nth: dict[str, int] = defaultdict(int)
    order = []
    for village in covered:
        nth[township_of(village.code)] += 1
        order.append((nth[township_of(village.code)], village))
    old = {village.code for _n, village in sorted(order, key=lambda item: (item[0], item[1].code))[:before]}
    life = timedelta(days=sum(DAYS_BETWEEN[StationKind.VILLAGE_POINT]))
    new = [village for village in covered if village.code not in old]
    room = max((until - life - first_day).days, 0)
    for number, village in enumerate(covered, start=1):
        if village.code in old:
            begin = first_day - life - timedelta(days=20 + number * 3 % 330)
        else:
            begin = first_day + timedelta(days=new.index(village) * room // max(len(new) - 1, 1))
        yield _Site(village, StationKind.VILLAGE_POINT, begin, village.code in old, number)


def _townships(chosen: Sequence[Division], first_day: date, last_day: date) -> Iterable[_Site]:
    life = timedelta(days=sum(DAYS_BETWEEN[StationKind.TOWNSHIP_STATION]))
    room = max((last_day - timedelta(days=20) - life - first_day).days, 0)
    for n, township in enumerate(chosen):
        begin = first_day + timedelta(days=n * room // max(len(chosen) - 1, 1))
        yield _Site(township, StationKind.TOWNSHIP_STATION, begin, False, 1000 + n)


@command
def _build(
    *, actor: Actor, sites: Sequence[_Site], key: Sequence[str], first_day: date, left_to_accept: Collection[str]
) -> list[Station]:
    """One transaction: every step of every station, in the order of the days on which it happened."""
    with clock.at(clock.at_local(first_day, 9)):
        service.mark_key(
            actor=actor,
            codes=key,
            reason="演示数据：按代码选出，不是真实名单",
            effective_on=first_day - timedelta(days=KEY_DAYS_BEFORE),
        )
    standing = {(s.division_code, s.kind): s for s in service.list_stations(scope_code=service.get_county().code)}
    missing = [site for site in sites if (site.division.code, site.kind) not in standing]
    steps = sorted(
        ((step, site) for site in missing for step in _life(site, site.division.code in left_to_accept)),
        key=lambda pair: (pair[0].day, pair[0].order, pair[1].division.code),
    )
    for day, todays in groupby(steps, key=lambda pair: pair[0].day):
        with clock.at(clock.at_local(day, 9)):
            _do(actor, list(todays), standing)
    return [standing[site.division.code, site.kind] for site in sites]


def _do(actor: Actor, todays: Sequence[tuple[_Step, _Site]], standing: dict[tuple[str, StationKind], Station]) -> None:
    """What happens on one day: registrations, then moves."""
    moves = []
    for step, site in todays:
        where = (site.division.code, site.kind)
        if step.status is None:
            standing[where] = _register(actor, site)
        else:
            moves.append(service.Move(standing[where].id, step.status, step.day, step.reason))
    if moves:
        service.move_stations(actor=actor, moves=moves)


def _life(site: _Site, stops_planned: bool) -> Iterable[_Step]:
    yield _Step(site.first_day, 0, None, "")
    if stops_planned:
        return
    day = site.first_day
    for order, ((status, reason), days) in enumerate(zip(LIFE, DAYS_BETWEEN[site.kind], strict=True), start=1):
        day += timedelta(days=days)
        yield _Step(day, order, status, reason)


def _register(actor: Actor, site: _Site) -> Station:
    n = site.number
    manager = SURNAMES[n * 7 % len(SURNAMES)] + GIVEN[n * 5 % len(GIVEN)]
    details = service.StationDetails(
        address=f"{service.division_name(site.division.code)}便民服务中心旁",
        manager_name=manager,
        phone=f"1580000{n:04d}",
        opening_hours=HOURS[n % len(HOURS)],
        area_m2={StationKind.VILLAGE_POINT: 30 + n % 7 * 5}.get(site.kind, 160 + n % 5 * 20),
    )
    return service.register_station(
        actor=actor,
        request_id=None,
        kind=site.kind,
        division_code=site.division.code,
        details=details,
        built_before_plan=site.before_plan,
        reason="计划前已建，补登记" if site.before_plan else "",
    )
