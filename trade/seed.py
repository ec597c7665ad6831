"""Believable trade for the demo, made by calling the real services day by day, in the order of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

import sqlalchemy as sa

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.flows.orders import Wanted, cancel_order, dispatch_order, place_order
from products.models import Product
from trade.models import Channel, Order, OrderKind, PurchaseService, SaleService, TransactionCode, Villager
from trade.service import day as days
from trade.service import hot, orders, own_place, services, villagers
from trade.service.numbers import last_number
from trade.service.orders import Buyer, Taken

SURNAMES = "冉田杨彭白石陈张李王刘吴罗何向黄周谭龚蔡"
GIVEN = (
    "秀英",
    "桂芳",
    "大山",
    "明华",
    "正国",
    "玉兰",
    "光荣",
    "春梅",
    "世平",
    "长生",
    "应珍",
    "天顺",
    "小翠",
    "昌明",
    "仁贵",
    "素芬",
)
# 代买: item, price in yuan from … to, platform
GOODS = (
    ("洗衣机", 699, 1499, "京东"),
    ("电饭煲", 129, 299, "拼多多"),
    ("羽绒服", 159, 399, "淘宝"),
    ("保温杯", 29, 79, "拼多多"),
    ("复合肥", 128, 185, "京东"),
    ("农膜", 45, 90, "拼多多"),
    ("孩子书包", 49, 129, "淘宝"),
    ("手机", 799, 1599, "京东"),
    ("取暖器", 99, 269, "京东"),
    ("运动鞋", 89, 259, "淘宝"),
    ("奶粉", 158, 289, "京东"),
    ("LED 灯泡", 12, 39, "拼多多"),
)
# 代卖: product, unit, price in fen from … to, quantity from … to, months
PRODUCE = (
    ("土鸡蛋", "枚", 130, 180, 30, 150, range(1, 13)),
    ("土鸡", "只", 9_800, 14_800, 1, 5, range(1, 13)),
    ("腊肉", "斤", 2_800, 4_200, 5, 30, (12, 1, 2)),
    ("春笋", "斤", 300, 600, 20, 100, (3, 4, 5)),
    ("高山茶叶", "斤", 12_000, 26_000, 1, 6, (4, 5)),
    ("土蜂蜜", "斤", 6_000, 9_000, 2, 15, (6, 7, 8, 9)),
    ("李子", "斤", 250, 500, 30, 200, (6, 7)),
    ("板栗", "斤", 600, 1_000, 20, 80, (9, 10)),
    ("猕猴桃", "斤", 350, 700, 30, 150, (9, 10)),
    ("新米", "斤", 400, 800, 50, 200, (9, 10, 11)),
    ("红薯粉", "斤", 800, 1_300, 10, 50, (11, 12, 1)),
    ("干辣椒", "斤", 1_200, 2_000, 5, 40, (8, 9, 10)),
)
PROVINCES = (
    "重庆市",
    "重庆市",
    "重庆市",
    "四川省",
    "广东省",
    "浙江省",
    "江苏省",
    "上海市",
    "北京市",
    "湖北省",
    "贵州省",
)
CHANNELS = (Channel.TAOBAO, Channel.TAOBAO, Channel.PINDUODUO, Channel.DOUYIN, Channel.P832, Channel.JD, Channel.OWN)
VOID_REASONS = ("乡亲不要了", "记错了数量", "平台没有货了")
CANCEL_REASONS = ("买家退单", "地址送不到", "买家拍错了")
FLOAT_FEN, DRAWER_FULL_FEN = 100_000, 500_000


@dataclass(frozen=True)
class DayPlan:
    """How much a station does on a day, and the instant after which nothing has happened yet."""

    day: date
    purchases: int
    sales: int
    until: datetime
    close: bool = True


def people(*, actor: Actor, rng: Random, count: int) -> list[Villager]:
    """The station's villagers; registers ``count`` of them the first time."""
    place = own_place(actor)
    known = db.session.scalars(sa.select(Villager).where(Villager.station_id == place.station_id)).all()
    return list(known) or _register(actor, rng, count)


@command
def _register(actor: Actor, rng: Random, count: int) -> list[Villager]:
    names = {rng.choice(SURNAMES) + rng.choice(GIVEN) for _ in range(count)}
    place = own_place(actor)
    return [
        villagers.add_villager(
            actor, place, name=name, phone=_phone(rng) if rng.random() < 0.85 else None, consent=True
        )
        for name in sorted(names)
    ]


def _phone(rng: Random) -> str:
    return f"1{rng.choice('3578')}{rng.randrange(10**9):09d}"


@command
def record_day(*, actor: Actor, rng: Random, plan: DayPlan, folk: Sequence[Villager]) -> int:
    """One station's day: its records with what became of them, and 日结. Returns how many records were made.

    Call it for ascending days. A day on which the station recorded anything is left as it is.
    """
    place = own_place(actor)
    if last_number(place.station_id, plan.day):
        return 0
    todo = [_buy] * plan.purchases + [_sell] * plan.sales
    rng.shuffle(todo)
    with (
        hot.gathering(),
        db.session.no_autoflush,
    ):  # what is read here never depends on the audit entries that wait to be written
        for n, kind in enumerate(todo):
            minutes = n * 420 // len(todo) + rng.randrange(9)
            kind(actor, rng, plan, folk, clock.at_local(plan.day, 9) + timedelta(minutes=minutes))
        _end_of_day(actor, rng, plan, place.station_code)
    return len(todo)


def _buy(actor: Actor, rng: Random, plan: DayPlan, folk: Sequence[Villager], moment: datetime) -> None:
    item, low, high, platform = rng.choice(GOODS)
    price = rng.randint(low, high) * 100 - rng.choice((0, 0, 10, 100))
    pieces = 1 if price > 20_000 else rng.randint(1, 3)
    with clock.at(moment):
        purchase = services.record_purchase(
            actor=actor,
            villager=rng.choice(folk),
            item=item,
            pieces=pieces,
            price_fen=price,
            freight_fen=rng.choice((0, 0, 0, 600, 1_000)),
            deposit_fen=price * pieces // 5 // 100 * 100 if price > 30_000 else 0,
            platform=platform,
        )
    _follow_purchase(actor, rng, plan, purchase, moment)


def _follow_purchase(actor: Actor, rng: Random, plan: DayPlan, purchase: PurchaseService, moment: datetime) -> None:
    """Most are signed for within a week; a few are called off."""
    arrival = moment + timedelta(days=rng.randint(2, 4))
    if arrival > plan.until:
        return
    with clock.at(arrival):
        if rng.random() < 0.03:
            services.void_purchase(actor=actor, purchase=purchase, reason=rng.choice(VOID_REASONS))
            return
        services.arrive_purchase(actor=actor, purchase=purchase)
    taken = arrival + timedelta(hours=rng.choice((1, 3, 24, 48)))
    if taken <= plan.until:
        with clock.at(taken):
            services.sign_purchase(actor=actor, purchase=purchase)


def _sell(actor: Actor, rng: Random, plan: DayPlan, folk: Sequence[Villager], moment: datetime) -> None:
    season = [p for p in PRODUCE if plan.day.month in p[6]]
    name, unit, low, high, least, most, _months = rng.choice(season)
    now = rng.random() < 0.6
    with clock.at(moment):
        sale = services.record_sale(
            actor=actor,
            villager=rng.choice(folk),
            product_name=name,
            quantity=Decimal(rng.randint(least, most)),
            unit=unit,
            price_fen=rng.randint(low // 10, high // 10) * 10,
            online=rng.random() < 0.35,
            pay_now=now,
        )
    later = moment + timedelta(days=rng.randint(1, 7))
    if not now and later <= plan.until:
        _follow_sale(actor, rng, sale, later)


def _follow_sale(actor: Actor, rng: Random, sale: SaleService, later: datetime) -> None:
    with clock.at(later):
        if rng.random() < 0.04:
            services.void_sale(actor=actor, sale=sale, reason=rng.choice(VOID_REASONS))
        else:
            services.pay_farmer(actor=actor, sale=sale)


def _end_of_day(actor: Actor, rng: Random, plan: DayPlan, station_code: str) -> None:
    """Cash from or to the centre as the drawer needs it, then the count; one in forty is a little short."""
    evening = clock.at_local(plan.day, 17, 40)
    if evening > plan.until:
        return
    with clock.at(evening):
        drawer = days.cash_day(station_code, plan.day).expected_fen
        if drawer < 0:
            amount = -(drawer // FLOAT_FEN) * FLOAT_FEN
            days.move_cash(actor=actor, code=TransactionCode.FLOAT_RECEIVED, amount_fen=amount)
            drawer += amount
        elif drawer > DRAWER_FULL_FEN:
            amount = drawer // FLOAT_FEN * FLOAT_FEN - FLOAT_FEN
            days.move_cash(actor=actor, code=TransactionCode.CASH_HANDED_IN, amount_fen=amount)
            drawer -= amount
        if plan.close:
            short = rng.choice((100, 200, 500)) if rng.random() < 0.025 and drawer > 500 else 0
            days.close_day(actor=actor, day=plan.day, counted_fen=drawer - short, note="找零差错" if short else "")


# -- orders ---------------------------------------------------------------------------------------


@command
def record_orders(
    *, actor: Actor, rng: Random, day: date, count: int, catalogue: Sequence[Product], until: datetime
) -> int:
    """A day's orders for listed products, with what became of them. Returns how many were made.

    A day whose orders are there already is left as it is. The caller sees to it that stock is there.
    """
    if not count or _known(f"{day:%Y%m%d}-1"):
        return 0
    with hot.gathering(), db.session.no_autoflush:
        for n in range(1, count + 1):
            moment = clock.at_local(day, 8) + timedelta(minutes=n * 780 // count)
            with clock.at(moment):
                order = _order(actor, rng, f"{day:%Y%m%d}-{n}", catalogue)
            _follow_order(actor, rng, order, moment, until)
    return count


def _known(channel_number: str) -> bool:
    return db.session.scalar(sa.select(Order.id).where(Order.channel_number == channel_number)) is not None


def _order(actor: Actor, rng: Random, channel_number: str, catalogue: Sequence[Product]) -> Order:
    wholesale = rng.random() < 0.05
    kind = OrderKind.WHOLESALE if wholesale else OrderKind.RETAIL
    most = 30 if wholesale else 2
    chosen = rng.sample(catalogue, k=rng.choice((1, 1, 1, 2)) if len(catalogue) > 1 else 1)
    buyer = Buyer(rng.choice(SURNAMES) + rng.choice(("先生", "女士")), _phone(rng), rng.choice(PROVINCES))
    return place_order(
        actor=actor,
        buyer=buyer,
        taken=Taken(rng.choice(CHANNELS), channel_number, kind, by_staff=rng.random() < 0.01),
        lines=[Wanted(p.id, Decimal(rng.randint(most // 2 or 1, most))) for p in chosen],
        freight_fen=rng.choice((0, 0, 600, 800, 1_200)),
    )


def _follow_order(actor: Actor, rng: Random, order: Order, moment: datetime, until: datetime) -> None:
    packed = moment + timedelta(hours=rng.randint(2, 20))
    if packed > until:
        return
    with clock.at(packed):
        if rng.random() < 0.03:
            cancel_order(actor=actor, order=order, reason=rng.choice(CANCEL_REASONS))
            return
        orders.pack(actor=actor, order=order)
    _send_order(actor, rng, order, packed + timedelta(hours=rng.randint(1, 12)), until)


def _send_order(actor: Actor, rng: Random, order: Order, sent: datetime, until: datetime) -> None:
    if sent > until:
        return
    with clock.at(sent):
        dispatch_order(actor=actor, order=order, waybill=f"YT{rng.randrange(10**12):012d}")
    received = sent + timedelta(days=rng.randint(2, 6))
    if received <= until:
        with clock.at(received):
            orders.complete(actor=actor, order=order)
