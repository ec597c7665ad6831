"""Makers for products: divisions, producers, products, stock, reports."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from app.core import clock, ids
from app.core.access import SYSTEM, Actor, Role
from app.core.command import command
from app.core.database import db
from products import service
from products.models import ProblemReport, ProduceLevel, Producer, ProducerKind, Product, ProductStatus
from products.rules.gtin import check_digit
from stations.models import Division, Level

COUNTY, TOWNSHIP, VILLAGE = "500242000000", "500242101000", "500242101201"
OTHER_TOWNSHIP, OTHER_VILLAGE = "500242209000", "500242209203"
_PLACES = {
    COUNTY: ("酉阳县", Level.COUNTY, None),
    TOWNSHIP: ("龙潭镇", Level.TOWNSHIP, COUNTY),
    VILLAGE: ("包家村", Level.VILLAGE, TOWNSHIP),
    OTHER_TOWNSHIP: ("花田乡", Level.TOWNSHIP, COUNTY),
    OTHER_VILLAGE: ("何家岩村", Level.VILLAGE, OTHER_TOWNSHIP),
}
_serial = itertools.count(1)


def actor(role: Role = Role.COUNTY_ADMIN, scope_code: str = COUNTY) -> Actor:
    """Somebody who acts, without a login."""
    return Actor(None, "王桂芳", role, scope_code)


@command
def create_divisions() -> None:
    """A county with two townships of one village each."""
    for code, (name, level, parent) in _PLACES.items():
        if db.session.get(Division, code) is None:
            place = Division(
                code=code,
                name=name,
                short_name=name,
                level=level,
                parent_code=parent,
                is_key=False,
                valid_from=date(2020, 1, 1),
            )
            db.session.add(place)
            db.session.flush()


def new_gtin() -> str:
    """A GTIN-14 that was not used before, with the prefix for examples."""
    digits = f"0952600{next(_serial):06d}"
    return digits + check_digit(digits)


@command
def create_producer(**overrides: Any) -> Producer:
    """A cooperative in a village."""
    create_divisions()
    facts = {
        "code": ids.random_code(),
        "name": f"龙潭油茶专业合作社{next(_serial)}",
        "kind": ProducerKind.COOPERATIVE,
        "division_code": VILLAGE,
        "phone": "13812341234",
        "created_at": clock.now(),
    }
    producer = Producer(**(facts | overrides))
    db.session.add(producer)
    return producer


@command
def create_product(*, stock: int | str = 0, **overrides: Any) -> Product:
    """A bottle of tea oil on sale; ``stock`` is received through the service."""
    producer = overrides.pop("producer", None) or create_producer()
    facts = {
        "sku": f"YY{next(_serial):06d}",
        "gtin": new_gtin(),
        "name": "酉阳山茶油",
        "category": "粮油",
        "spec": "500毫升/瓶",
        "unit": "瓶",
        "price_fen": 9800,
        "produce_level": ProduceLevel.ONCE_PROCESSED,
        "shelf_life_days": 540,
        "producer": producer,
        "division_code": producer.division_code,
        "status": ProductStatus.LISTED,
        "stock_quantity": Decimal(0),
        "reserved_quantity": Decimal(0),
        "listed_at": clock.now(),
        "created_at": clock.now(),
    }
    product = Product(**(facts | overrides))
    db.session.add(product)
    db.session.flush()
    if Decimal(stock):
        service.receive_stock(actor=SYSTEM, product=product, quantity=Decimal(stock))
    return product


def create_problem(**overrides: Any) -> ProblemReport:
    """A report without a login."""
    facts = {"producer": None, "text": "这不是我家的油", "phone": "13812341234", "lot_code": "YY261018018"}
    facts |= overrides
    return service.report_problem(**(facts | {"producer": facts["producer"] or create_producer()}))
