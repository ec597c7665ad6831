"""A year of lots, made by the services: opened, harvested in season, packed with a certificate where one is due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from app.core import clock, ids
from app.core.access import Actor
from app.core.command import command
from products import service as products_service
from products.models import ProduceLevel, Product
from traceability import service
from traceability.models import CertificateBasis
from traceability.rules.certificates import wording_on

# Months of harvest by words in the name, else by category; what is in neither is made all year.
SEASONS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("茶油", (10, 11, 12)), ("米", (9, 10)), ("荞", (9, 10)), ("红茶", (4, 5)), ("绿茶", (3, 4)), ("藤茶", (4, 5, 6)),
    ("花椒", (6, 7, 8)), ("蜂", (5, 6, 7, 8)), ("玉米", (7, 8)), ("萝卜", (10, 11, 12)), ("辣椒", (7, 8, 9)),
    ("柚", (10, 11)), ("橙", (11, 12)), ("猕猴桃", (9, 10)), ("桃", (6, 7)), ("羊肚菌", (3, 4)), ("薯", (10, 11, 12)),
    ("腊", (12, 1, 2)), ("香肠", (12, 1)), ("天麻", (11, 12)), ("黄精", (9, 10, 11)), ("白术", (10, 11)),
)  # fmt: skip
PLOTS = ("1 号田", "3 号田", "12 号田", "后山坡地", "河边地", "寨脚园子", "老林坪", "大堰塘")
NOTES = ("人工采摘，当天运回", "晴天收的，当天晾晒", "村里十二户一起收", "", "", "")
BASES = (
    [CertificateBasis.CONTROLLED] * 5 + [CertificateBasis.SELF_TESTED] * 3 + [CertificateBasis.LABORATORY_TESTED] * 2
)


@dataclass(frozen=True)
class _Plan:
    opened: date
    harvested: date
    packed: date
    product: Product
    pieces: int


@command
def seed_lots(*, actor: Actor, first_day: date, last_day: date, random: Random, lots: int = 60) -> int:
    """Make about ``lots`` lots between two days, in the order of the calendar; returns how many.

    What lies after ``last_day`` has not happened yet: such lots stay open or unpacked. Made again, it changes nothing.
    """
    products = [p for p in products_service.all_products(actor) if p.status in service.GROWING]
    if not products:
        return 0
    plans = [_plan(random.choice(products), first_day, last_day, random) for _ in range(lots)]
    plans.sort(key=lambda plan: (plan.opened, plan.product.sku, plan.harvested))
    for number, plan in enumerate(plans):
        _make(actor, plan, number, last_day, random)
    return len(plans)


def _plan(product: Product, first_day: date, last_day: date, random: Random) -> _Plan:
    pieces = random.randrange(8, 120) * 10
    days = [first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1)]
    season = _season(product)
    harvested = random.choice([day for day in days if day.month in season] or days)
    opened = max(first_day, harvested - timedelta(days=random.randrange(5, 40)))
    return _Plan(opened, harvested, harvested + timedelta(days=random.randrange(1, 12)), product, pieces)


def _season(product: Product) -> tuple[int, ...]:
    return next((months for word, months in SEASONS if word in product.name), tuple(range(1, 13)))


def _make(actor: Actor, plan: _Plan, number: int, last_day: date, random: Random) -> None:
    plot, note, basis = random.choice(PLOTS), random.choice(NOTES), random.choice(BASES)
    with clock.at(clock.at_local(plan.opened, 9, number % 60)):
        key = ids.derived_id("lot", number)
        lot = service.open_lot(actor=actor, request_id=key, product_id=plan.product.id, plot=plot)
    if plan.harvested > last_day:
        return
    with clock.at(clock.at_local(plan.harvested, 17, number % 60)):
        service.record_harvest(
            actor=actor,
            request_id=ids.derived_id("harvest", number),
            lot=lot,
            harvested_on=plan.harvested,
            note=note,
            **_harvest(plan),
        )
    if plan.packed > last_day:
        return
    with clock.at(clock.at_local(plan.packed, 16, number % 60)):
        service.record_packing(
            actor=actor,
            request_id=ids.derived_id("packing", number),
            lot=lot,
            packed_on=plan.packed,
            quantity=Decimal(plan.pieces),
            basis=basis if _certified(plan) else None,
        )


def _harvest(plan: _Plan) -> dict[str, Any]:
    """What must be harvested for the pieces: by the weight of one, a tenth more for what is sorted out."""
    match = re.match(r"([\d.]+)(千克|克|毫升)", plan.product.spec)
    if match is None:
        return {"quantity": Decimal(plan.pieces), "unit": "件"}
    kilograms = Decimal(match[1]) / (1 if match[2] == "千克" else 1000) * plan.pieces * Decimal("1.1")
    return {"quantity": kilograms.quantize(Decimal("0.1")), "unit": "千克"}


def _certified(plan: _Plan) -> bool:
    return plan.product.produce_level is ProduceLevel.PRIMARY and wording_on(plan.packed) is not None
