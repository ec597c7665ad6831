"""Makers for trade: a station with its operator, villagers, records of services, catalogue products, orders."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import UserAccount
from app.core import clock, ids
from app.core.access import SYSTEM, Actor, Role
from app.core.command import command
from app.core.database import db
from app.flows.orders import Wanted, place_order
from products.models import ProduceLevel, Producer, ProducerKind, Product, ProductStatus
from stations.models import Division, Level, Station, StationKind, StationStatus
from trade.models import Channel, Order, PurchaseService, SaleService, Villager
from trade.service.orders import Buyer, Taken
from trade.service.services import record_purchase, record_sale
from trade.service.villagers import register_villager

COUNTY, TOWNSHIP, VILLAGE = "500242000000", "500242101000", "500242101201"
OTHER_TOWNSHIP, OTHER_VILLAGE = "500242102000", "500242102201"
_NAMES = {COUNTY: "酉阳县", TOWNSHIP: "龙潭镇", VILLAGE: "花莲村", OTHER_TOWNSHIP: "麻旺镇", OTHER_VILLAGE: "长河村"}


@command
def _keep(thing: Any) -> Any:
    db.session.add(thing)
    return thing


def ensure_division(code: str = VILLAGE) -> Division:
    """A division with everything above it."""
    found = db.session.get(Division, code)
    if found is not None:
        return found
    parent = {12: None, 6: COUNTY, 3: code[:9] + "000"}
    zeros = 12 if code == COUNTY else 6 if code.endswith("000") else 3
    above = parent[zeros]
    if above is not None:
        ensure_division(above)
    level = {12: Level.COUNTY, 6: Level.TOWNSHIP, 3: Level.VILLAGE}[zeros]
    name = _NAMES.get(code, code)
    return _keep(
        Division(
            code=code,
            name=name,
            short_name=name,
            level=level,
            parent_code=above,
            valid_from=date(2020, 1, 1),
            is_key=False,
        )
    )


def create_station(division_code: str = VILLAGE, **overrides: Any) -> Station:
    """A village point that serves people."""
    division = ensure_division(division_code)
    facts: dict[str, Any] = {
        "code": ids.random_code(8),
        "name": f"{division.short_name}服务点",
        "kind": StationKind.VILLAGE_POINT,
        "status": StationStatus.OPERATING,
        "status_since": date(2025, 1, 1),
        "division_code": division_code,
        "created_at": clock.now(),
    }
    return _keep(Station(**(facts | overrides)))


def create_user(role: Role, scope_code: str = COUNTY, **overrides: Any) -> UserAccount:
    """A person who may log in at once."""
    facts: dict[str, Any] = {
        "login": f"u{uuid.uuid4().hex[:10]}",
        "name": "王桂芳",
        "role": role,
        "scope_code": scope_code,
        "password_hash": "-",
        "must_change_password": False,
        "totp_confirmed_at": clock.now() if role is Role.COUNTY_ADMIN else None,
        "created_at": clock.now(),
    }
    return _keep(UserAccount(**(facts | overrides)))


def create_operator(division_code: str = VILLAGE, **overrides: Any) -> UserAccount:
    """The operator of a new village point."""
    station = create_station(division_code)
    return create_user(Role.VILLAGE_OPERATOR, division_code, station_id=station.id, **overrides)


def operator_actor(division_code: str = VILLAGE) -> Actor:
    """A new village point's operator, as somebody who acts."""
    return create_operator(division_code).actor


def create_villager(actor: Actor, **overrides: Any) -> Villager:
    """张秀英 in the register of the actor's station."""
    return register_villager(actor=actor, **({"name": "张秀英", "phone": "13812341234"} | overrides))


def create_purchase(actor: Actor, villager: Villager | None = None, **overrides: Any) -> PurchaseService:
    """A washing machine, bought for a villager with a deposit of 200 yuan."""
    facts: dict[str, Any] = {
        "item": "洗衣机",
        "pieces": 1,
        "price_fen": 129_900,
        "deposit_fen": 20_000,
        "platform": "京东",
    }
    return record_purchase(actor=actor, villager=villager or create_villager(actor), **(facts | overrides))


def create_sale(actor: Actor, villager: Villager | None = None, **overrides: Any) -> SaleService:
    """Sixty eggs at 1.50 yuan."""
    facts: dict[str, Any] = {
        "product_name": "土鸡蛋",
        "quantity": Decimal(60),
        "unit": "枚",
        "price_fen": 150,
        "online": False,
    }
    who = villager or create_villager(actor, name="李大山", phone="13900000002")
    return record_sale(actor=actor, villager=who, **(facts | overrides))


def create_product(division_code: str = VILLAGE, *, stock: int = 100, **overrides: Any) -> Product:
    """A bottle of tea oil on sale, with its own cooperative."""
    ensure_division(division_code)
    producer = overrides.pop("producer", None) or _keep(
        Producer(
            code=ids.random_code(8),
            name="龙潭油茶专业合作社",
            kind=ProducerKind.COOPERATIVE,
            division_code=division_code,
            created_at=clock.now(),
        )
    )
    facts: dict[str, Any] = {
        "sku": f"T{uuid.uuid4().hex[:8]}",
        "gtin": ids.random_code(13),
        "name": "酉阳山茶油",
        "category": "粮油",
        "spec": "500毫升/瓶",
        "unit": "瓶",
        "price_fen": 9_800,
        "produce_level": ProduceLevel.ONCE_PROCESSED,
        "producer_id": producer.id,
        "division_code": division_code,
        "status": ProductStatus.LISTED,
        "stock_quantity": Decimal(stock),
        "reserved_quantity": Decimal(0),
        "created_at": clock.now(),
    }
    return _keep(Product(**(facts | overrides)))


BUYER = Buyer("陈先生", "13700001111", "浙江省", "杭州市西湖区某路 1 号")


def create_order(*lines: tuple[Product, int], actor: Actor = SYSTEM, **overrides: Any) -> Order:
    """An order of the given products (by default two bottles of a new one), taken on Taobao and paid."""
    wanted = lines or ((create_product(), 2),)
    facts: dict[str, Any] = {"buyer": BUYER, "taken": Taken(Channel.TAOBAO), "freight_fen": 800}
    return place_order(actor=actor, lines=[Wanted(p.id, Decimal(n)) for p, n in wanted], **(facts | overrides))
