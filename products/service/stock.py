"""Stock: what is there, what is promised, and every change.

Promises and dispatches are conditional UPDATEs: the database decides in one statement whether enough is there, so two
buyers at once can't both get the last piece. Sums are rounded to three decimals inside the statement, because SQLite
keeps a NUMERIC as a binary fraction.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.format import qty
from app.core.idempotency import idempotent
from products.errors import OutOfStock
from products.models import MovementKind, Product, StockMovement
from products.permissions import STOCK_MANAGE
from products.service.products import get_product


def available(product: Product) -> Decimal:
    """What may still be promised, in the product's unit."""
    return product.stock_quantity - product.reserved_quantity


@command
def reserve_stock(*, product_id: uuid.UUID, quantity: Decimal) -> None:
    """Promise a quantity to somebody. Raises OutOfStock (field ``quantity``)."""
    free = Product.stock_quantity - Product.reserved_quantity
    changed = _change(
        product_id,
        _rounded(free - _positive(quantity)) >= 0,
        reserved_quantity=_rounded(Product.reserved_quantity + quantity),
    )
    if not changed:
        _refuse(product_id)


@command
def release_stock(*, product_id: uuid.UUID, quantity: Decimal) -> None:
    """Take a promise back. Raises InvalidInput when so much was not promised."""
    reserved = _rounded(Product.reserved_quantity - _positive(quantity))
    if not _change(product_id, reserved >= 0, reserved_quantity=reserved):
        raise InvalidInput(_l("没有留过这么多货。"), field="quantity")


@command
def dispatch_stock(
    *, actor: Actor, product_id: uuid.UUID, quantity: Decimal, reference: str, note: str = ""
) -> StockMovement:
    """Hand over what was promised: it leaves the stock and the promise ends. Raises OutOfStock."""
    stock = _rounded(Product.stock_quantity - _positive(quantity))
    reserved = _rounded(Product.reserved_quantity - quantity)
    if not _change(product_id, sa.and_(stock >= 0, reserved >= 0), stock_quantity=stock, reserved_quantity=reserved):
        _refuse(product_id)
    return _moved(actor, product_id, MovementKind.DISPATCHED, -quantity, reference, note)


@command
def return_stock(
    *, actor: Actor, product_id: uuid.UUID, quantity: Decimal, reference: str, note: str = ""
) -> StockMovement:
    """Goods that came back and can be sold again."""
    _change(product_id, sa.true(), stock_quantity=_rounded(Product.stock_quantity + _positive(quantity)))
    return _moved(actor, product_id, MovementKind.RETURNED, quantity, reference, note)


@command
@idempotent
def receive_stock(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    product: Product,
    quantity: Decimal,
    reference: str = "",
    note: str = "",
) -> StockMovement:
    """Take goods in, in the product's unit. Raises InvalidInput (field ``quantity``), NotFound outside the scope."""
    actor.require(STOCK_MANAGE)
    product = get_product(actor, product.id)
    _change(product.id, sa.true(), stock_quantity=_rounded(Product.stock_quantity + _positive(quantity)))
    _record(actor, product, f"“{product.name}”入库 {qty(quantity, product.unit)}")
    return _moved(actor, product.id, MovementKind.RECEIVED, quantity, reference, note)


@command
@idempotent
def adjust_stock(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    product: Product,
    kind: MovementKind,
    quantity: Decimal,
    note: str,
) -> StockMovement:
    """Bring the books in line with the shelf.

    COUNTED: ``quantity`` is what was counted, the difference is booked. DAMAGED: ``quantity`` is what is lost. Raises
    OutOfStock when less than the promised quantity would be left, InvalidInput for other kinds or without a note.
    """
    actor.require(STOCK_MANAGE)
    product = get_product(actor, product.id)
    if kind not in (MovementKind.COUNTED, MovementKind.DAMAGED):
        raise InvalidInput(_l("这里只记盘点和报损。"), field="kind")
    if not note.strip():
        raise InvalidInput(_l("请写一句为什么。"), field="note")
    db.session.refresh(product)
    difference = quantity - product.stock_quantity if kind is MovementKind.COUNTED else -_positive(quantity)
    left = _rounded(Product.stock_quantity + difference)
    same = Product.stock_quantity == product.stock_quantity  # nothing came or went since it was counted against
    if not _change(product.id, sa.and_(_rounded(left - Product.reserved_quantity) >= 0, same), stock_quantity=left):
        _refuse(product.id)
    _record(actor, product, f"“{product.name}”{kind.label} {qty(difference, product.unit)}：{note.strip()}")
    return _moved(actor, product.id, kind, difference, "", note.strip())


def list_movements(product_id: uuid.UUID, limit: int = 20) -> Sequence[StockMovement]:
    """The latest changes of a product's stock, newest first."""
    query = sa.select(StockMovement).where(StockMovement.product_id == product_id)
    return db.session.scalars(
        query.order_by(StockMovement.recorded_at.desc(), StockMovement.id.desc()).limit(limit)
    ).all()


def _positive(quantity: Decimal) -> Decimal:
    if quantity <= 0:
        raise InvalidInput(_l("数量要大于 0。"), field="quantity")
    return quantity


def _rounded(expression: Any) -> Any:
    return sa.func.round(expression, 3, type_=sa.Numeric(14, 3))


def _change(product_id: uuid.UUID, condition: Any, **values: Any) -> bool:
    """One conditional UPDATE; tells whether it took place. Products already loaded are refreshed when next read."""
    statement = sa.update(Product).where(Product.id == product_id, condition).values(**values)
    done: Any = db.session.execute(statement.execution_options(synchronize_session=False))
    loaded = db.session.identity_map.get(db.session.identity_key(Product, product_id))
    if loaded is not None:
        db.session.expire(loaded, ["stock_quantity", "reserved_quantity"])
    return bool(done.rowcount == 1)


def _refuse(product_id: uuid.UUID) -> None:
    product = db.session.get(Product, product_id)
    left = qty(available(product), product.unit) if product else "0"
    raise OutOfStock(_l("货不够：现在能用的只有 %(left)s。", left=left), field="quantity")


def _moved(
    actor: Actor, product_id: uuid.UUID, kind: MovementKind, quantity: Decimal, reference: str, note: str
) -> StockMovement:
    movement = StockMovement(
        id=ids.new_id(),
        recorded_at=clock.now(),
        product_id=product_id,
        kind=kind,
        quantity=quantity,
        reference=reference,
        note=note,
        actor_name=actor.name,
    )
    db.session.add(movement)
    return movement


def _record(actor: Actor, product: Product, text: str) -> None:
    audit.record(actor=actor, action="products.stock", subject=product, division_code=product.division_code, text=text)
