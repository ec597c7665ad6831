"""The product library and the catalogue."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import contains_eager, joinedload

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import in_scope, require_scope
from products.errors import AlreadyUsed
from products.models import (
    PRODUCT_MOVES,
    PriceChange,
    ProduceLevel,
    Producer,
    Product,
    ProductStatus,
)
from products.permissions import PRODUCTS_EDIT, PRODUCTS_REVIEW
from products.rules.gtin import normalise
from products.rules.levels import categories
from products.rules.prices import check_price
from products.service import places


@dataclass(frozen=True)
class ProductFacts:
    """What describes a product; the price and the status have verbs of their own."""

    sku: str
    gtin: str
    name: str
    category: str
    spec: str
    unit: str
    produce_level: ProduceLevel
    certification: str = ""
    shelf_life_days: int | None = None
    storage: str = ""
    low_stock: Decimal = Decimal(0)


@command
@idempotent
def register_product(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    producer: Producer,
    facts: ProductFacts,
    price_fen: int,
    division_code: str | None = None,
) -> Product:
    """Put a product into the library, as a draft.

    ``division_code`` is where it comes from, by default the producer's village. Raises InvalidGtin, InvalidInput
    (price), AlreadyUsed (field ``sku`` or ``gtin``), NotFound outside the actor's scope.
    """
    actor.require(PRODUCTS_EDIT)
    division_code = division_code or producer.division_code
    require_scope(actor, division_code)
    product = Product(
        **_checked(facts),
        producer=producer,
        division_code=division_code,
        price_fen=check_price(price_fen),
        status=ProductStatus.DRAFT,
        stock_quantity=Decimal(0),
        reserved_quantity=Decimal(0),
        created_at=clock.now(),
    )
    db.session.add(product)
    db.session.flush()
    db.session.add(price_row(actor, product))
    _record(
        actor,
        product,
        "products.registered",
        f"登记产品“{product.name}”（{product.spec}），价格 {format_fen(product.price_fen)}",
    )
    return product


@command
def update_product(*, actor: Actor, product: Product, facts: ProductFacts) -> Product:
    """Correct what describes a product. Raises like :func:`register_product`."""
    actor.require(PRODUCTS_EDIT)
    product = get_product(actor, product.id)
    checked = _checked(facts, keeping=product.id)
    changed = [name for name, value in checked.items() if getattr(product, name) != value]
    for name in changed:
        setattr(product, name, checked[name])
    if changed:
        _record(actor, product, "products.updated", f"修改产品“{product.name}”的资料", changed=changed)
    return product


@command
def move_product(*, actor: Actor, product: Product, status: ProductStatus, reason: str = "") -> Product:
    """Move a product along its life: review, list, pause, delist.

    Taking it off (paused, delisted, back to draft) needs a reason: InvalidInput at ``reason``. Raises IllegalMove.
    """
    actor.require(PRODUCTS_REVIEW)
    product = get_product(actor, product.id)
    PRODUCT_MOVES.check(product.status, status)
    if status in NEEDS_REASON and not reason.strip():
        raise InvalidInput(_l("请写一句为什么。"), field="reason")
    old, product.status = product.status, status
    if status is ProductStatus.LISTED:
        product.listed_at = clock.now()
    because = f"：{reason.strip()}" if reason.strip() else ""
    text = f"“{product.name}”由{old.label}改为{status.label}{because}"
    _record(actor, product, "products.moved", text, old=old.value, new=status.value)
    return product


NEEDS_REASON = frozenset({ProductStatus.PAUSED, ProductStatus.DELISTED, ProductStatus.DRAFT})


def _checked(facts: ProductFacts, keeping: uuid.UUID | None = None) -> dict[str, Any]:
    """The facts as they are stored. Raises InvalidGtin or AlreadyUsed."""
    values = asdict(facts) | {"gtin": normalise(facts.gtin), "sku": facts.sku.strip()}
    for field, words in (("sku", _l("这个货号已经有产品用了。")), ("gtin", _l("这个商品条码已经有产品用了。"))):
        query = sa.select(Product.id).where(getattr(Product, field) == values[field])
        owner = db.session.scalar(query)
        if owner is not None and owner != keeping:
            raise AlreadyUsed(words, field=field)
    return values


def price_row(actor: Actor, product: Product) -> PriceChange:
    """The row of the price history for the product's present price."""
    return PriceChange(
        recorded_at=clock.now(), product_id=product.id, price_fen=product.price_fen, actor_name=actor.name
    )


def _record(actor: Actor, product: Product, action: str, text: str, **data: Any) -> None:
    audit.record(actor=actor, action=action, subject=product, division_code=product.division_code, text=text, data=data)


def find_product(product_id: uuid.UUID) -> Product | None:
    """By id, whoever asks: for the public pages."""
    return db.session.get(Product, product_id, options=[joinedload(Product.producer)])


def get_product(actor: Actor, product_id: uuid.UUID) -> Product:
    """A product in the actor's scope, with its producer. Raises NotFound."""
    product = find_product(product_id)
    if product is None:
        raise NotFound(_l("没有这个产品。"))
    require_scope(actor, product.division_code)
    return product


def find_product_by_gtin(gtin14: str) -> Product | None:
    """By the 14-digit GTIN."""
    return db.session.scalar(sa.select(Product).where(Product.gtin == gtin14).options(joinedload(Product.producer)))


def list_products(
    actor: Actor,
    *,
    q: str = "",
    category: str = "",
    status: ProductStatus | None = None,
    township: str = "",
) -> sa.Select[Any]:
    """The query for products in scope with their producers; ``q`` finds parts of name, number, barcode, producer."""
    query = _with_producer().where(in_scope(Product.division_code, actor.scope_code))
    query = _searched(query, q)
    if category:
        query = query.where(Product.category == category)
    if status is not None:
        query = query.where(Product.status == status)
    if township:
        query = query.where(in_scope(Product.division_code, township))
    return query.order_by(Product.sku, Product.id)


def all_products(actor: Actor, **filters: Any) -> Sequence[Product]:
    """All that :func:`list_products` finds, for an export."""
    return db.session.scalars(list_products(actor, **filters)).all()


def _with_producer() -> sa.Select[Any]:
    return sa.select(Product).join(Product.producer).options(contains_eager(Product.producer))


def _searched(query: sa.Select[Any], q: str) -> sa.Select[Any]:
    for word in q.split():
        columns = (Product.name, Product.sku, Product.gtin, Producer.name)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    return query


def catalogue(*, q: str = "", category: str = "") -> sa.Select[Any]:
    """The query for the public catalogue: listed products only, the newest first."""
    query = _searched(_with_producer().where(Product.status == ProductStatus.LISTED), q)
    if category:
        query = query.where(Product.category == category)
    return query.order_by(Product.listed_at.desc(), Product.id.desc())


def listed_products(*, limit: int | None = None) -> Sequence[Product]:
    """The listed products with their producers, the newest first."""
    return db.session.scalars(catalogue().limit(limit)).all()


def products_of_producer(producer_id: uuid.UUID) -> Sequence[Product]:
    """All of a producer's products, the ones on sale first."""
    on_sale = sa.case((Product.status == ProductStatus.LISTED, 0), else_=1)
    query = sa.select(Product).where(Product.producer_id == producer_id).order_by(on_sale, Product.sku)
    return db.session.scalars(query).all()


def category_choices() -> list[str]:
    """The categories in use, and those that have rules."""
    used = db.session.scalars(sa.select(Product.category).distinct().order_by(Product.category))
    return list(dict.fromkeys([*categories(), *used]))


def township_choices(actor: Actor) -> Sequence[tuple[str, str]]:
    """``(code, name)`` of the townships in scope."""
    return places.township_choices(actor)


def place_names(products: Sequence[Any]) -> Mapping[str, str]:
    """``{division code: "龙潭镇 花莲村"}`` for rows that have a ``division_code``."""
    return places.place_names(row.division_code for row in products)


def suggest_sku() -> str:
    """The number after the highest one of the library, e.g. ``YY0041``; ``P0001`` for an empty library."""
    highest = db.session.scalar(sa.select(sa.func.max(Product.sku)).where(Product.sku.regexp_match("^[A-Z]+[0-9]+$")))
    prefix = (highest or "P").rstrip("0123456789")
    digits = (highest or "P0000").removeprefix(prefix)
    return f"{prefix}{int(digits) + 1:0{len(digits)}d}"
