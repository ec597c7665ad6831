"""Lots: opening and finding them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import in_scope, require_scope
from products import service as products_service
from products.models import Product, ProductStatus
from traceability.models import Lot, LotScan, LotStatus
from traceability.permissions import LOTS_RECORD
from traceability.rules import lot_codes

TRIES = 5  # two people may open a lot at the same moment; the second one takes the next number
GROWING = frozenset({ProductStatus.REVIEWED, ProductStatus.LISTED, ProductStatus.PAUSED})


@command
@idempotent
def open_lot(*, actor: Actor, request_id: uuid.UUID | None = None, product_id: uuid.UUID, plot: str = "") -> Lot:
    """Open a lot of a product, with a code of today; names of product, producer and place are copied.

    Raises NotFound outside the actor's scope, InvalidInput (field ``product_id``) before the product is reviewed.
    """
    actor.require(LOTS_RECORD)
    product = products_service.get_product(actor, product_id)
    if product.status not in GROWING:
        raise InvalidInput(_l("这个产品还没有审核通过，或者已经下架，不能开批次。"), field="product_id")
    lot = _insert(product, plot.strip())
    db.session.add(LotScan(lot_id=lot.id, count=0))
    audit.record(
        actor=actor,
        action="lots.opened",
        subject=lot,
        division_code=lot.division_code,
        text=f"开批次 {lot.code}：{lot.product_name}（{lot.producer_name}）",
    )
    return lot


def _insert(product: Product, plot: str) -> Lot:
    prefix, day = lot_codes.prefix_of(product.sku), clock.today()
    number = 1 + _lots_of_day(prefix, day)
    for further in range(TRIES):
        lot = _new_lot(product, plot, lot_codes.make(prefix, day, number + further))
        try:
            with db.session.begin_nested():
                db.session.add(lot)
                db.session.flush()
        except sa.exc.IntegrityError:
            continue
        return lot
    raise InvalidInput(_l("这会儿开批次的人太多，请再试一次。"))


def _lots_of_day(prefix: str, day: date) -> int:
    stem = lot_codes.day_stem(prefix, day)
    return db.session.scalar(sa.select(sa.func.count()).where(Lot.code.startswith(stem))) or 0


def _new_lot(product: Product, plot: str, code: str) -> Lot:
    return Lot(
        code=code,
        gtin=product.gtin,
        product_id=product.id,
        product_name=product.name,
        product_spec=product.spec,
        producer_id=product.producer_id,
        producer_code=product.producer.code,
        producer_name=product.producer.name,
        division_code=product.division_code,
        place_name=products_service.place_names([product])[product.division_code],
        plot=plot,
        quantity=Decimal(0),
        unit=product.unit,
        status=LotStatus.OPEN,
        created_at=clock.now(),
    )


def get_lot(actor: Actor, lot_id: uuid.UUID) -> Lot:
    """A lot in the actor's scope. Raises NotFound."""
    lot = db.session.get(Lot, lot_id)
    if lot is None:
        raise NotFound(_l("没有这个批次。"))
    require_scope(actor, lot.division_code)
    return lot


def find_lot_by_code(code: str) -> Lot | None:
    """By its code as typed, with or without spaces; None also when the check digit is wrong."""
    try:
        bare = lot_codes.check(code)
    except ValueError:
        return None
    return db.session.scalar(sa.select(Lot).where(Lot.code == bare))


def get_lot_by_code(actor: Actor, code: str) -> Lot:
    """By its code as typed, in the actor's scope. Raises NotFound."""
    lot = find_lot_by_code(code)
    if lot is None:
        raise NotFound(_l("没有这个批次。请对着标签再看一遍。"))
    require_scope(actor, lot.division_code)
    return lot


def find_by_gtin_lot(gtin: str, code: str) -> Lot | None:
    """The lot that a scanned label names, whoever asks."""
    return db.session.scalar(sa.select(Lot).where(Lot.gtin == gtin, Lot.code == code))


def list_lots(
    actor: Actor, *, q: str = "", status: LotStatus | None = None, township: str = "", month: str = ""
) -> sa.Select[Any]:
    """The query for lots in scope, newest first.

    ``q`` finds characters of code, product, producer, barcode; ``month`` ("2026-10") is the month of packing.
    """
    query = sa.select(Lot).where(in_scope(Lot.division_code, actor.scope_code))
    for word in q.split():
        columns = (Lot.code, Lot.product_name, Lot.producer_name, Lot.gtin)
        query = query.where(sa.or_(*(column.icontains(word, autoescape=True) for column in columns)))
    if status is not None:
        query = query.where(Lot.status == status)
    if township:
        query = query.where(in_scope(Lot.division_code, township))
    if month:
        first = clock.parse_month(month)
        query = query.where(Lot.packed_on >= first, Lot.packed_on < clock.next_month(first))
    return query.order_by(Lot.created_at.desc(), Lot.id.desc())


def all_lots(actor: Actor, **filters: Any) -> Sequence[Lot]:
    """All that :func:`list_lots` finds, for an export."""
    return db.session.scalars(list_lots(actor, **filters)).all()


def lots_of_producer(producer_id: uuid.UUID, *, limit: int) -> Sequence[Lot]:
    """A producer's latest lots."""
    query = sa.select(Lot).where(Lot.producer_id == producer_id).order_by(Lot.created_at.desc(), Lot.id.desc())
    return db.session.scalars(query.limit(limit)).all()


def lots_of_product(product_id: uuid.UUID, *, limit: int) -> Sequence[Lot]:
    """A product's latest packed lots."""
    query = sa.select(Lot).where(Lot.product_id == product_id, Lot.packed_on.is_not(None))
    return db.session.scalars(query.order_by(Lot.packed_on.desc(), Lot.id.desc()).limit(limit)).all()


def product_choices(actor: Actor) -> list[tuple[str, str]]:
    """``(id, words)`` of the products of which a lot may be opened, for a select field."""
    found = db.session.scalars(products_service.list_products(actor)).all()
    return [(str(p.id), f"{p.name} {p.spec} · {p.producer.name}") for p in found if p.status in GROWING]


def township_choices(actor: Actor) -> Sequence[tuple[str, str]]:
    """``(code, name)`` of the townships in scope."""
    return products_service.township_choices(actor)
