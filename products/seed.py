"""A year of the product library, made by the services: products come on sale, prices change, stock is kept up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from app.core import clock, ids
from app.core.access import Actor
from app.core.command import command
from products import service
from products.models import Product, ProductStatus

FROM_THE_START = 0.6  # of the library is on sale on the first day; the rest comes during the year
PAUSE_REASONS = ("过季了", "断货，等下一批", "包装改版")


@command
@command
def seed_products(*, actor: Actor, first_day: date, last_day: date, random: Random) -> int:
    """List the reviewed products over the year, with some stock, a few price changes and a pause; returns how many.

    Products that are not waiting to be listed are left as they are: made again, it changes nothing.
    """
    waiting = service.all_products(actor, status=ProductStatus.REVIEWED)
    days = sorted(_day(first_day, last_day, random) for _ in waiting)
    order = random.sample(list(waiting), k=len(waiting))
    for day, product in zip(days, order, strict=True):
        with clock.at(clock.at_local(day, 9, random.randrange(60))):
            service.move_product(actor=actor, product=product, status=ProductStatus.LISTED)
            _receive(actor, product, random, day)
        _change_price(actor, product, random, day, last_day)
    _pause_one(actor, order, random, last_day)
    return len(order)


def _day(first_day: date, last_day: date, random: Random) -> date:
    if random.random() < FROM_THE_START:
        return first_day
    return first_day + timedelta(days=random.randrange(max(1, (last_day - first_day).days)))


def _change_price(actor: Actor, product: Product, random: Random, listed: date, last_day: date) -> None:
    left = (last_day - listed).days
    if left < 60 or random.random() > 0.25:
        return
    day = listed + timedelta(days=random.randrange(30, left))
    with clock.at(clock.at_local(day, 10)):
        price = product.price_fen * random.choice((92, 95, 105, 108, 112)) // 1000 * 10
        service.set_price(actor=actor, product=product, price_fen=price)


def _pause_one(actor: Actor, products: Sequence[Product], random: Random, last_day: date) -> None:
    if len(products) < 10:
        return
    with clock.at(clock.at_local(last_day - timedelta(days=20), 15)):
        reason = random.choice(PAUSE_REASONS)
        service.move_product(actor=actor, product=products[-1], status=ProductStatus.PAUSED, reason=reason)


def _receive(actor: Actor, product: Product, random: Random, day: date) -> None:
    service.receive_stock(
        actor=actor,
        request_id=ids.derived_id("stock", product.sku, day.isoformat()),
        product=product,
        quantity=Decimal(random.randrange(10, 40) * 10),
        reference=f"入库 {day:%Y%m%d}",
    )


@command
def keep_in_stock(*, actor: Actor, random: Random, day: date, least: int = 60) -> int:
    """Take goods in wherever less than ``least`` is free: to be called for each day before its orders."""
    received = 0
    for product in service.all_products(actor, status=ProductStatus.LISTED):
        if service.available(product) < least:
            with clock.at(clock.at_local(day, 7, 30)):
                _receive(actor, product, random, day)
            received += 1
    return received
