"""Orders touch two domains: the catalogue's stock and the trade's books move in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from products import service as products
from products.models import Product, ProductStatus
from trade.models import Order
from trade.permissions import ORDERS_MANAGE
from trade.rules.orders import LineFacts
from trade.service import orders
from trade.service.orders import Buyer, Taken


@dataclass(frozen=True)
class Wanted:
    """A product and how many units of it, at the price of the catalogue unless another was agreed (fen per unit)."""

    product_id: uuid.UUID
    quantity: Decimal
    price_fen: int | None = None


@command
@idempotent
def place_order(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    buyer: Buyer,
    taken: Taken,
    lines: Sequence[Wanted],
    freight_fen: int = 0,
) -> Order:
    """Take an order in: stock is reserved, facts are copied, money is booked. Amounts in fen.

    Raises OutOfStock (field ``quantity``), InvalidInput for a product that is not on sale, Conflict when the
    channel's number is known already.
    """
    actor.require(ORDERS_MANAGE)
    facts = [_facts(want) for want in lines]
    for line in _one_by_one(facts):
        products.reserve_stock(product_id=line.product_id, quantity=line.quantity)
    return orders.take_in(actor=actor, buyer=buyer, taken=taken, lines=facts, freight_fen=freight_fen)


def _facts(want: Wanted) -> LineFacts:
    product = _on_sale(want.product_id)
    return LineFacts(
        product_id=product.id,
        sku=product.sku,
        product_name=product.name,
        spec=product.spec,
        unit=product.unit,
        produce_level=product.produce_level,
        price_fen=product.price_fen if want.price_fen is None else want.price_fen,
        quantity=want.quantity,
        producer_id=product.producer_id,
        producer_name=product.producer.name,
        division_code=product.division_code,
    )


def _on_sale(product_id: uuid.UUID) -> Product:
    product = products.find_product(product_id)
    if product is None or product.status is not ProductStatus.LISTED:
        raise InvalidInput(_l("这个产品没有上架，不能下单。"), field="lines")
    return product


def products_on_sale(actor: Actor) -> Sequence[Product]:
    """What the actor can put on an order: the listed products of their scope."""
    listed = products.list_products(actor, status=ProductStatus.LISTED)
    return db.session.scalars(listed).all()


def find_on_sale(actor: Actor, typed: str) -> Product:
    """The listed product that was typed by number, or by a name that only one has.

    Raises InvalidInput (field ``lines``) naming the candidates.
    """
    number = typed.split(" ")[0]
    found = list(db.session.scalars(products.list_products(actor, q=typed, status=ProductStatus.LISTED).limit(6)))
    found = found or list(
        db.session.scalars(products.list_products(actor, q=number, status=ProductStatus.LISTED).limit(6))
    )
    exact = [p for p in found if p.sku in (typed, number)] or [p for p in found if p.name == typed]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        raise InvalidInput(_l("没有上架的产品叫“%(typed)s”。", typed=typed), field="lines")
    names = "、".join(f"{p.sku} {p.name}" for p in found[:5])
    raise InvalidInput(_l("“%(typed)s”有好几种，请写货号：%(names)s", typed=typed, names=names), field="lines")


def _one_by_one(lines: Iterable[LineFacts]) -> list[LineFacts]:
    """In the same order for everybody, so that two orders for the same products never wait for each other."""
    return sorted(lines, key=lambda line: line.product_id)


@command
@idempotent
def cancel_order(*, actor: Actor, request_id: uuid.UUID | None = None, order: Order, reason: str) -> Order:
    """Call an order off: its stock is free again, its money is booked back. Raises IllegalMove, ReasonMissing."""
    orders.cancel(actor=actor, order=order, reason=reason)
    for line in _one_by_one(orders.line_facts(order)):
        products.release_stock(product_id=line.product_id, quantity=line.quantity)
    return order


@command
@idempotent
def dispatch_order(*, actor: Actor, request_id: uuid.UUID | None = None, order: Order, waybill: str = "") -> Order:
    """The parcel leaves: the goods leave the stock and the producers are owed. Raises IllegalMove, OutOfStock."""
    orders.dispatch(actor=actor, order=order, waybill=waybill)
    for line in _one_by_one(orders.line_facts(order)):
        products.dispatch_stock(actor=actor, product_id=line.product_id, quantity=line.quantity, reference=order.number)
    return order


@command
@idempotent
def pack_order(*, actor: Actor, request_id: uuid.UUID | None = None, order: Order) -> Order:
    """The goods are packed. Raises IllegalMove, ChangedMeanwhile."""
    return orders.pack(actor=actor, order=order)


@command
@idempotent
def complete_order(*, actor: Actor, request_id: uuid.UUID | None = None, order: Order) -> Order:
    """The buyer has it. Raises IllegalMove, ChangedMeanwhile."""
    return orders.complete(actor=actor, order=order)


@command
@idempotent
def pay_order(*, actor: Actor, request_id: uuid.UUID | None = None, order: Order) -> Order:
    """The channel confirms the payment. Raises Conflict when it was recorded before."""
    return orders.pay(actor=actor, order=order)
