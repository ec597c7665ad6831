"""Prices and their history."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from app.core import audit
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.idempotency import idempotent
from app.core.money import format_fen
from products.models import PriceChange, Product
from products.permissions import PRODUCTS_REVIEW
from products.rules.prices import check_price
from products.service.products import get_product, price_row


@command
@idempotent
def set_price(*, actor: Actor, request_id: uuid.UUID | None = None, product: Product, price_fen: int) -> Product:
    """Change the price from now on; the same price again changes nothing. Raises InvalidInput (field ``price``)."""
    actor.require(PRODUCTS_REVIEW)
    product = get_product(actor, product.id)
    if check_price(price_fen) == product.price_fen:
        return product
    old, product.price_fen = product.price_fen, price_fen
    db.session.add(price_row(actor, product))
    audit.record(
        actor=actor,
        action="products.priced",
        subject=product,
        division_code=product.division_code,
        text=f"“{product.name}”的价格由 {format_fen(old)} 改为 {format_fen(price_fen)}",
        data={"old_fen": old, "new_fen": price_fen},
    )
    return product


def list_price_changes(product_id: uuid.UUID, limit: int = 20) -> Sequence[PriceChange]:
    """The price history, newest first."""
    query = sa.select(PriceChange).where(PriceChange.product_id == product_id)
    return db.session.scalars(query.order_by(PriceChange.recorded_at.desc(), PriceChange.id.desc()).limit(limit)).all()
