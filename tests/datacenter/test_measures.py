"""Each figure of the month table against records made by the services of trade and logistics."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from app.core import clock
from app.core.access import SYSTEM, Actor
from app.core.database import db
from app.flows.counter import send
from app.flows.orders import cancel_order
from datacenter import service
from datacenter.rules import Figures
from datacenter.service import ReceiptFilter, ReceiptKind
from datacenter.service.statistics import MonthTable, Row
from stations import service as stations_service
from stations.models import StationStatus
from tests.factories import trade
from tests.factories.datacenter import (
    COUNTY,
    HUB,
    MONTH,
    OTHER_TOWNSHIP,
    Counter,
    create_counter,
)
from tests.factories.logistics import carry, create_parcel, create_shelved, sending
from tests.factories.stations import (
    OTHER_SECOND_VILLAGE,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_station,
    create_status_change,
)
from trade.models import Channel, OrderKind
from trade.service import services
from trade.service.orders import Taken

NOON = clock.at_local(date(2026, 10, 15), 12)
NOW = clock.at_local(date(2026, 11, 22), 9)


def table(month: str = MONTH, code: str | None = None) -> MonthTable:
    with clock.at(NOW):
        return service.month_table(HUB, month, code)


def figures(code: str = TOWNSHIP, month: str = MONTH) -> Figures:
    return next(row.figures for row in table(month).rows if row.code == code)


def row_of(counter: Counter, month: str = MONTH) -> Row:
    found = table(month, counter.station.division_code[:9] + "000")
    return next(row for row in found.rows if row.station_id == counter.station.id)


def sell(counter: Counter, price_fen: int = 100, at: datetime = NOON, **more: Any) -> Any:
    with clock.at(at):
        return trade.create_sale(counter.operator, **({"quantity": 1, "price_fen": price_fen} | more))


def buy(counter: Counter, price_fen: int = 100, at: datetime = NOON, **more: Any) -> Any:
    with clock.at(at):
        return trade.create_purchase(counter.operator, **({"price_fen": price_fen, "deposit_fen": 0} | more))


# -- one measure after the other ------------------------------------------------------------------


def test_sold_for_farmers_paid_or_due_without_what_was_voided(counters: list[Counter]) -> None:
    town, point, *_ = counters
    sell(point, 1000)
    sell(point, 2000, pay_now=True, online=True)
    sell(town, 400)
    with clock.at(NOON):
        services.void_sale(actor=point.operator, sale=sell(point, 7000, online=True), reason="记错")
        services.void_sale(actor=point.operator, sale=sell(point, 9000, pay_now=True), reason="记错")
    assert (figures().sale_fen, figures().sale_online_fen) == (3400, 2000)
    assert row_of(point).figures == Figures(1, 3000, 2000, 0, None, 0, 0)


def test_bought_for_villagers_with_freight_without_what_was_voided(counters: list[Counter]) -> None:
    point = counters[1]
    buy(point, 1000, pieces=3, freight_fen=800, deposit_fen=500)
    with clock.at(NOON):
        services.sign_purchase(actor=point.operator, purchase=buy(point, 200))
        services.void_purchase(actor=point.operator, purchase=buy(point, 5000), reason="记错")
    assert figures().purchase_fen == 3 * 1000 + 800 + 200


FIRST, LAST = clock.month_bounds(MONTH)


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (FIRST - timedelta(seconds=1), False),
        (FIRST, True),
        (LAST - timedelta(seconds=1), True),
        (LAST, False),
    ],
)
def test_a_month_begins_and_ends_at_midnight_in_shanghai(counters: list[Counter], at: datetime, counts: bool) -> None:
    point = counters[1]
    product = trade.create_product(VILLAGE)
    sell(point, 100, at)
    buy(point, 100, at)
    with clock.at(at):
        create_shelved(point.operator, point.station)
        send(actor=point.operator, request_id=None, sending=sending())
        trade.create_order((product, 1))
    one = Figures(2 + 1, 100, 0, 100, 9800, 1, 1)
    assert figures() == (one if counts else Figures(3, *[0] * 6))


@pytest.mark.parametrize("channel", list(Channel))
def test_retail_is_what_was_ordered_online(counters: list[Counter], channel: Channel) -> None:
    product = trade.create_product(VILLAGE)
    with clock.at(NOON):
        trade.create_order((product, 3), taken=Taken(channel), freight_fen=1200)
    assert figures().retail_fen == (0 if channel is Channel.OFFLINE else 3 * 9800)


@pytest.mark.parametrize(
    ("taken", "counted"),
    [
        (Taken(Channel.TAOBAO), True),
        (Taken(Channel.TAOBAO, paid=False), True),
        (Taken(Channel.TAOBAO, kind=OrderKind.WHOLESALE), False),
        (Taken(Channel.TAOBAO, by_staff=True), False),
        (Taken(Channel.OFFLINE), False),
    ],
)
def test_retail_leaves_out_wholesale_and_staff_whatever_the_payment(
    counters: list[Counter], taken: Taken, counted: bool
) -> None:
    product = trade.create_product(VILLAGE)
    with clock.at(NOON):
        trade.create_order((product, 1), taken=taken)
    assert figures().retail_fen == (9800 if counted else 0)


def test_retail_leaves_out_what_was_cancelled_even_later(counters: list[Counter]) -> None:
    product = trade.create_product(VILLAGE)
    with clock.at(NOON):
        order = trade.create_order((product, 1))
    assert figures().retail_fen == 9800
    with clock.at(NOW):
        cancel_order(actor=SYSTEM, order=order, reason="不要了")
    assert figures().retail_fen == 0


def test_an_order_from_two_townships_is_split_by_producer(counters: list[Counter]) -> None:
    ours, theirs = trade.create_product(VILLAGE), trade.create_product(OTHER_VILLAGE, price_fen=500)
    with clock.at(NOON):
        trade.create_order((ours, 2), (theirs, 3))
    assert (figures().retail_fen, figures(OTHER_TOWNSHIP).retail_fen, table().total.retail_fen) == (19600, 1500, 21100)


def test_what_a_producer_of_the_county_sold_stands_in_a_line_of_its_own(counters: list[Counter]) -> None:
    with clock.at(NOON):
        trade.create_order((trade.create_product(COUNTY), 1))
    assert figures(COUNTY) == Figures(retail_fen=9800)
    assert [row.name for row in table().rows] == ["龙潭镇", "麻旺镇", "县本级"]
    assert table().total.retail_fen == 9800


def test_parcels_are_counted_at_the_village_once(counters: list[Counter]) -> None:
    town, point, second, _other = counters
    hub = create_station(division_code=COUNTY, kind="county_center", name="县中心")
    with clock.at(NOON):
        parcel = create_parcel(point.station)
        carry(hub, town.station, parcel)
        assert figures().parcels_down == 0  # it has not reached the village yet
        carry(town.station, point.station, parcel)
        create_shelved(second.operator, second.station)
        send(actor=second.operator, request_id=None, sending=sending())
    assert (figures().parcels_down, figures().parcels_up) == (2, 1)
    assert (row_of(point).figures.parcels_down, row_of(second).figures.parcels_down) == (1, 1)
    assert row_of(second).figures.parcels_up == 1


# -- what stood, what was due ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moves", "stations", "is_due"),
    [
        ([("planned", date(2026, 1, 1))], None, False),
        ([("accepted", date(2026, 10, 31))], 1, True),
        ([("accepted", date(2026, 11, 1))], None, False),
        ([("operating", date(2026, 1, 1)), ("closed", date(2026, 10, 1))], None, False),
        ([("operating", date(2026, 1, 1)), ("closed", date(2026, 10, 2))], 0, True),
        (
            [("operating", date(2026, 1, 1)), ("suspended", date(2026, 9, 1)), ("operating", date(2026, 10, 31))],
            1,
            True,
        ),
        ([("operating", date(2026, 1, 1)), ("suspended", date(2026, 11, 1))], 1, True),
        ([("accepted", date(2026, 10, 5)), ("closed", date(2026, 10, 5))], None, False),
        ([("accepted", date(2026, 10, 5)), ("trial", date(2026, 10, 5)), ("operating", date(2026, 10, 9))], 1, True),
    ],
)
def test_zero_is_reported_and_a_dash_was_not_due(
    counters: list[Counter], moves: list[tuple[str, date]], stations: int | None, is_due: bool
) -> None:
    """In a township of its own, whose only station moves like that."""
    mawang = counters[3].station
    create_status_change(station_id=mawang.id, new_status=StationStatus.CLOSED, effective_on=date(2025, 4, 1))
    (status, since), *later = moves
    station = create_station(division_code=OTHER_SECOND_VILLAGE, status=StationStatus(status), since=since)
    for status, day in later:
        create_status_change(station_id=station.id, new_status=StationStatus(status), effective_on=day)
    found = figures(OTHER_TOWNSHIP)
    assert found.stations == stations
    assert found == (Figures(stations, *[0] * 6) if is_due else Figures())
    listed = table(code=OTHER_TOWNSHIP)
    assert [row.station_id for row in listed.rows] == ([station.id, None] if is_due else [])
    assert listed.total == found


def test_the_county_centre_and_liaison_points_are_no_stations_of_the_plan(counters: list[Counter]) -> None:
    create_station(division_code=COUNTY, kind="county_center")
    create_station(division_code=VILLAGE, kind="liaison_point")
    assert (figures().stations, table().total.stations) == (3, 4)


def test_a_station_that_was_closed_keeps_what_it_recorded(counters: list[Counter]) -> None:
    point = counters[3]
    sell(point, 900)
    create_status_change(station_id=point.station.id, new_status=StationStatus.CLOSED, effective_on=date(2026, 9, 1))
    assert figures(OTHER_TOWNSHIP) == Figures(0, 900, 0, 0, 0, 0, 0)
    assert row_of(point).figures == Figures(0, 900, 0, 0, None, 0, 0)


def test_year_on_year_and_the_months_before(counters: list[Counter]) -> None:
    point = counters[1]
    for month, fen in ((date(2025, 10, 3), 1000), (date(2026, 3, 31), 50), (date(2026, 10, 31), 1182)):
        sell(point, fen, clock.at_local(month, 23))
    assert (table().year_before.sale_fen, table().total.sale_fen) == (1000, 1182)
    assert table(code=TOWNSHIP).year_before == table().year_before
    months = service.trend(COUNTY, MONTH)
    assert [m.month for m in months] == [f"2025-{n:02d}" for n in (11, 12)] + [f"2026-{n:02d}" for n in range(1, 11)]
    assert (months[-1].sale_fen, months[-1].sale_before_fen) == (1182, 1000)
    assert (months[4].sale_fen, months[3].sale_fen) == (50, 0)
    # the first station stood in March 2025: before it nothing was due
    assert [m.sale_before_fen for m in months[:5]] == [None, None, None, None, 0]


# -- everything at once, against a plain count --------------------------------------------------------


class Plain:
    """The same county, counted by hand while it is made."""

    def __init__(self) -> None:
        self.stations: dict[Any, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.retail: dict[str, int] = defaultdict(int)

    def add(self, counter: Counter, **amounts: int) -> None:
        for name, amount in amounts.items():
            self.stations[counter.station.id][name] += amount

    def figures(self, counters: list[Counter], retail_fen: int | None) -> Figures:
        mine = [self.stations[counter.station.id] for counter in counters]

        def total(name: str) -> int:
            return sum(one[name] for one in mine)

        return Figures(
            len(counters),
            total("sale"),
            total("online"),
            total("purchase"),
            retail_fen,
            total("down"),
            total("up"),
        )


def a_year_of_anything(counters: list[Counter], chance: random.Random) -> Plain:
    """Some hundred records around the month's ends; counted when they fall into it."""
    plain = Plain()
    products = [
        trade.create_product(code, stock=10_000, price_fen=chance.randint(1, 9999))
        for code in (VILLAGE, SECOND_VILLAGE, OTHER_VILLAGE, OTHER_SECOND_VILLAGE)
    ]
    villagers = {c.station.id: trade.create_villager(c.operator) for c in counters}
    for _ in range(60):
        at = FIRST + timedelta(hours=chance.randint(-24 * 12, 24 * 43))
        one(plain, chance.choice(counters), villagers, products, at, chance)
    return plain


def one(plain: Plain, counter: Counter, villagers: Any, products: Any, at: datetime, chance: random.Random) -> None:
    counts = int(FIRST <= at < LAST)
    fen, who, voided = chance.randint(1, 500_000), villagers[counter.station.id], chance.random() < 0.25
    kind = chance.choice(("sale", "purchase", "down", "up", "order"))
    if kind in ("down", "up") and counter.station.kind != "village_point":
        kind = "sale"
    with clock.at(at):
        if kind == "sale":
            online = chance.random() < 0.5
            sale = sell(counter, fen, at, villager=who, online=online, pay_now=chance.random() < 0.5)
            if voided:
                services.void_sale(actor=counter.operator, sale=sale, reason="记错了")
            else:
                plain.add(counter, sale=fen * counts, online=fen * counts * online)
        elif kind == "purchase":
            freight = chance.randint(0, 900)
            purchase = buy(counter, fen, at, villager=who, freight_fen=freight)
            if voided:
                services.void_purchase(actor=counter.operator, purchase=purchase, reason="记错了")
            else:
                plain.add(counter, purchase=(fen + freight) * counts)
        elif kind == "down":
            create_shelved(counter.operator, counter.station)
            plain.add(counter, down=counts)
        elif kind == "up":
            send(actor=counter.operator, request_id=None, sending=sending())
            plain.add(counter, up=counts)
        else:
            order(plain, products, counts, chance, cancelled=voided)


def order(plain: Plain, products: Any, counts: int, chance: random.Random, *, cancelled: bool) -> None:
    lines = [(product, chance.randint(1, 5)) for product in chance.sample(products, chance.randint(1, 3))]
    taken = Taken(chance.choice(list(Channel)), kind=chance.choice(list(OrderKind)), by_staff=chance.random() < 0.2)
    made = trade.create_order(*lines, taken=taken)
    if cancelled:
        cancel_order(actor=SYSTEM, order=made, reason="不要了")
    elif taken.channel is not Channel.OFFLINE and taken.kind is OrderKind.RETAIL and not taken.by_staff:
        for product, pieces in lines:
            plain.retail[product.division_code[:9]] += product.price_fen * pieces * counts


@pytest.mark.parametrize("seed", range(4))
def test_drilling_down_every_sum_equals_the_row_above(counters: list[Counter], seed: int) -> None:
    plain = a_year_of_anything(counters, random.Random(seed))
    county = table()
    for code in (TOWNSHIP, OTHER_TOWNSHIP):
        own = [c for c in counters if c.station.division_code.startswith(code[:9])]
        township, row = table(code=code), next(row for row in county.rows if row.code == code)
        assert row.figures == plain.figures(own, plain.retail[code[:9]])
        # the township's page adds up to its row of the county's
        assert township.total == row.figures
        for counter in own:
            check_receipts(counter, plain)
    assert county.total == plain.figures(counters, sum(plain.retail.values()))


def check_receipts(counter: Counter, plain: Plain) -> None:
    """The receipts of a station, one by one, make its row."""
    shown = row_of(counter).figures
    assert shown == plain.figures([counter], None)
    with clock.at(NOW):
        assert service.station_figures(HUB, MONTH, counter.station.id) == shown
        rows = service.rows_of_receipts(HUB, MONTH, counter.station.id, ReceiptFilter())

    def counted(kind: ReceiptKind) -> list[Any]:
        return [r for r in rows if r.kind == kind and not r.voided]

    assert sum(r.amount_fen for r in counted(ReceiptKind.SALE)) == shown.sale_fen
    assert sum(r.amount_fen for r in counted(ReceiptKind.SALE) if r.online) == shown.sale_online_fen
    assert sum(r.amount_fen for r in counted(ReceiptKind.PURCHASE)) == shown.purchase_fen
    assert len(counted(ReceiptKind.DOWN)) == shown.parcels_down
    assert len(counted(ReceiptKind.UP)) == shown.parcels_up


# -- receipts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "found"),
    [
        (ReceiptFilter(), 4),
        (ReceiptFilter(ReceiptKind.SALE), 1),
        (ReceiptFilter(ReceiptKind.DOWN), 1),
        (ReceiptFilter(q="洗衣"), 1),
        (ReceiptFilter(q="李大山"), 1),
        (ReceiptFilter(ReceiptKind.UP, q="李大山"), 0),
        (ReceiptFilter(q="%"), 0),
    ],
)
def test_receipts_are_searched_and_narrowed(counters: list[Counter], f: ReceiptFilter, found: int) -> None:
    point = counters[1]
    sell(point)
    buy(point)
    with clock.at(NOON):
        create_shelved(point.operator, point.station)
        send(actor=point.operator, request_id=None, sending=sending())
    assert len(service.rows_of_receipts(HUB, MONTH, point.station.id, f)) == found


def test_a_new_counter_is_seen_at_once(counters: list[Counter]) -> None:
    before = table().total.stations
    create_counter(OTHER_SECOND_VILLAGE)
    db.session.expire_all()
    assert table().total.stations == (before or 0) + 1


def test_a_township_that_was_merged_later_changes_no_past_month(counters: list[Counter]) -> None:
    sell(counters[1], 100)
    sell(counters[3], 700)
    before = [table(code=code) for code in (COUNTY, TOWNSHIP, OTHER_TOWNSHIP)]
    stations_service.merge_division(
        actor=SYSTEM, code=OTHER_TOWNSHIP, into_code=TOWNSHIP, effective_on=clock.today(), reason="渝府〔2026〕8 号"
    )
    assert [table(code=code) for code in (COUNTY, TOWNSHIP, OTHER_TOWNSHIP)] == before


def test_nobody_reads_beyond_the_own_scope(counters: list[Counter]) -> None:
    from app.core.errors import NotFound

    manager: Actor = counters[0].operator
    with clock.at(NOW):
        service.month_table(manager, MONTH, TOWNSHIP)
        for code in (OTHER_TOWNSHIP, COUNTY):
            with pytest.raises(NotFound):
                service.month_table(manager, MONTH, code)
        with pytest.raises(NotFound):
            service.receipts(manager, MONTH, counters[3].station.id)
