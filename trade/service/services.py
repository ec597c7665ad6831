"""代买 and 代卖: recording, moving on, taking back, finding."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor, Role
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.format import qty
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import require_scope
from products.models import ProduceLevel, Producer, Product
from trade.models.ledger import TransactionCode as Code
from trade.models.services import (
    PURCHASE_MOVES,
    SALE_MOVES,
    PurchaseService,
    PurchaseStatus,
    SaleService,
    SaleStatus,
    Villager,
)
from trade.permissions import SERVICES_RECORD
from trade.rules import services as rules
from trade.rules.ledger import SubAccount
from trade.service import hot, ledger
from trade.service.numbers import next_number
from trade.service.places import Place, own_place, place_at

Record = TypeVar("Record", PurchaseService, SaleService)


def _facts(actor: Actor, place: Place, now: datetime, note: str) -> dict[str, Any]:
    """What every record carries by itself: operator, station, time, number."""
    day = clock.local(now).date()
    number = next_number(place.station_id, day)
    return {
        "id": ids.new_id(),
        "receipt_code": rules.receipt_code(place.station_code, day, number),
        "day": day,
        "number": number,
        "recorded_at": now,
        "station_id": place.station_id,
        "station_name": place.station_name,
        "division_code": place.division_code,
        "division_name": place.division_name,
        "operator_id": actor.id,
        "operator_name": actor.name,
        "note": note.strip(),
        "voided_at": None,
        "void_reason": "",
    }


def _required(text: str, field: str) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise InvalidInput(_l("这里要填。"), field=field)
    return plain


# -- 代买 -----------------------------------------------------------------------------------------


@command
@idempotent
def record_purchase(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    villager: Villager,
    item: str,
    pieces: int,
    price_fen: int,
    freight_fen: int = 0,
    deposit_fen: int = 0,
    platform: str = "",
    note: str = "",
) -> PurchaseService:
    """Buy something for a villager at the actor's station: amounts in fen, ``price_fen`` per piece.

    Raises InvalidInput (fields ``item``, ``pieces``, ``deposit_fen``), NoStation, Forbidden.
    """
    actor.require(SERVICES_RECORD)
    place = own_place(actor)
    total_fen = rules.purchase_total(pieces, price_fen, freight_fen, deposit_fen)
    row = {
        "villager_id": villager.id,
        "villager_name": villager.name,
        "villager_phone": villager.phone or "",
        "item": _required(item, "item"),
        "pieces": pieces,
        "price_fen": price_fen,
        "freight_fen": freight_fen,
        "deposit_fen": deposit_fen,
        "total_fen": total_fen,
        "platform": platform.strip(),
        "status": PurchaseStatus.ORDERED,
        "arrived_at": None,
        "signed_at": None,
    }
    purchase = hot.insert_one(PurchaseService, _facts(actor, place, clock.now(), note) | row)
    _book(actor, purchase, place, Code.PURCHASE_ORDERED, Code.PURCHASE_DEPOSIT)
    _record(actor, "purchase_ordered", purchase, f"代买 {purchase.item} {pieces} 件，{format_fen(purchase.total_fen)}")
    return purchase


@command
@idempotent
def arrive_purchase(*, actor: Actor, request_id: uuid.UUID | None = None, purchase: PurchaseService) -> PurchaseService:
    """The goods are at the station. Raises IllegalMove, ChangedMeanwhile, NotFound when it is another station's."""
    _may_change(actor, purchase)
    hot.move(purchase, PURCHASE_MOVES, PurchaseStatus.ARRIVED, arrived_at=clock.now())
    _record(actor, "purchase_arrived", purchase, f"代买 {purchase.item} 到站")
    return purchase


@command
@idempotent
def sign_purchase(*, actor: Actor, request_id: uuid.UUID | None = None, purchase: PurchaseService) -> PurchaseService:
    """The villager took the goods and paid the rest in cash (签收确认表). Raises as :func:`arrive_purchase`."""
    _may_change(actor, purchase)
    now = clock.now()
    hot.move(purchase, PURCHASE_MOVES, PurchaseStatus.SIGNED, signed_at=now, arrived_at=purchase.arrived_at or now)
    _book(actor, purchase, place_at(purchase.station_id), Code.PURCHASE_SIGNED)
    _record(actor, "purchase_signed", purchase, f"代买 {purchase.item} 已签收，收 {format_fen(purchase.rest_fen)}")
    return purchase


@command
@idempotent
def void_purchase(
    *, actor: Actor, request_id: uuid.UUID | None = None, purchase: PurchaseService, reason: str
) -> PurchaseService:
    """Take a 代买 back, with its money. Raises ReasonMissing (field ``reason``) and as :func:`arrive_purchase`."""
    _void(actor, purchase, PURCHASE_MOVES, PurchaseStatus.VOIDED, reason)
    _record(actor, "purchase_voided", purchase, f"作废代买 {purchase.item}：{purchase.void_reason}")
    return purchase


# -- 代卖 -----------------------------------------------------------------------------------------


@command
@idempotent
def record_sale(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    villager: Villager | None = None,
    producer: Producer | None = None,
    product_name: str,
    quantity: Decimal,
    unit: str,
    price_fen: int,
    online: bool,
    pay_now: bool = False,
    product: Product | None = None,
    lot_code: str = "",
    buyer: str = "",
    note: str = "",
) -> SaleService:
    """Sell a farmer's product at the actor's station: ``price_fen`` per unit; the farmer is a villager or a producer.

    With ``pay_now`` the farmer has the money at once. Raises InvalidInput (fields ``person``, ``product_name``,
    ``quantity``, ``unit``, ``price_fen``), NoStation, Forbidden.
    """
    actor.require(SERVICES_RECORD)
    place, now = own_place(actor), clock.now()
    row = {
        **_farmer(villager, producer),
        "product_id": product.id if product else None,
        "product_name": _required(product_name, "product_name"),
        "produce_level": product.produce_level if product else ProduceLevel.PRIMARY,
        "lot_code": lot_code.strip(),
        "quantity": quantity,
        "unit": _required(unit, "unit"),
        "price_fen": price_fen,
        "amount_fen": rules.sale_amount(quantity, price_fen),
        "online": online,
        "buyer": buyer.strip(),
        "status": SaleStatus.PAID if pay_now else SaleStatus.RECORDED,
        "paid_at": now if pay_now else None,
    }
    sale = hot.insert_one(SaleService, _facts(actor, place, now, note) | row)
    _book(actor, sale, place, Code.SALE_RECORDED, *([Code.FARMER_PAID] if pay_now else []))
    done = "已付农户" if pay_now else "应付农户"
    text = f"代卖 {sale.product_name} {qty(quantity, sale.unit)}，{done} {format_fen(sale.amount_fen)}"
    _record(actor, "sale_recorded", sale, text)
    return sale


def _farmer(villager: Villager | None, producer: Producer | None) -> dict[str, Any]:
    person = villager or producer
    if person is None:
        raise InvalidInput(_l("请写是哪位农户。"), field="person")
    return {
        "villager_id": villager.id if villager else None,
        "producer_id": producer.id if producer else None,
        "farmer_name": person.name,
        "farmer_phone": person.phone or "",
    }


@command
@idempotent
def pay_farmer(*, actor: Actor, request_id: uuid.UUID | None = None, sale: SaleService) -> SaleService:
    """付农户: the farmer got the money in cash. Raises IllegalMove, ChangedMeanwhile, NotFound."""
    _may_change(actor, sale)
    hot.move(sale, SALE_MOVES, SaleStatus.PAID, paid_at=clock.now())
    _book(actor, sale, place_at(sale.station_id), Code.FARMER_PAID)
    _record(actor, "farmer_paid", sale, f"付农户 {sale.farmer_name} {format_fen(sale.amount_fen)}")
    return sale


@command
@idempotent
def void_sale(*, actor: Actor, request_id: uuid.UUID | None = None, sale: SaleService, reason: str) -> SaleService:
    """Take a 代卖 back; money that was paid is booked back too. Raises ReasonMissing and as :func:`pay_farmer`."""
    _void(actor, sale, SALE_MOVES, SaleStatus.VOIDED, reason)
    _record(actor, "sale_voided", sale, f"作废代卖 {sale.product_name}：{sale.void_reason}")
    return sale


# -- both ---------------------------------------------------------------------------------------


def _may_change(actor: Actor, record: PurchaseService | SaleService) -> None:
    actor.require(SERVICES_RECORD)
    require_visible(actor, record)


def _void(actor: Actor, record: Any, moves: Any, status: Any, reason: str) -> None:
    _may_change(actor, record)
    why = rules.void_reason(reason)[:200]
    hot.move(record, moves, status, voided_at=clock.now(), void_reason=why)
    ledger.reverse(actor, _reference(record, f"作废：{why}"))


def _reference(record: PurchaseService | SaleService, memo: str) -> ledger.Reference:
    return ledger.Reference(
        record.__tablename__, record.id, record.division_code, record.station_id, f"{record.receipt_code} {memo}"
    )


def _book(actor: Actor, record: PurchaseService | SaleService, place: Place, *codes: Code) -> None:
    if isinstance(record, PurchaseService):
        amounts = {"total": record.total_fen, "deposit": record.deposit_fen, "rest": record.rest_fen}
        person, memo = SubAccount(str(record.villager_id), record.villager_name), record.item
        platform = record.platform
    else:
        amounts = {"amount": record.amount_fen}
        person, memo = (
            SubAccount(str(record.villager_id or record.producer_id), record.farmer_name),
            record.product_name,
        )
        platform = ""
    subs = {
        "station": place.sub_account,
        "person": person,
        "platform": SubAccount(platform or "-", platform or "未写平台"),
    }
    ledger.post(actor, _reference(record, memo), [ledger.posting(code, amounts, subs) for code in codes])


def _record(actor: Actor, action: str, record: PurchaseService | SaleService, text: str) -> None:
    audit.record(
        actor=actor,
        action=f"trade.{action}",
        subject=record,
        division_code=record.division_code,
        text=text,
        data={"receipt": record.receipt_code},
    )


def require_visible(actor: Actor, record: PurchaseService | SaleService) -> None:
    """Raise NotFound unless the record lies in the actor's scope and, for an operator, at the own station."""
    require_scope(actor, record.division_code)
    if actor.role is Role.VILLAGE_OPERATOR and record.station_id != actor.station_id:
        raise NotFound(_l("没有找到这条记录。"))


def _get(actor: Actor, model: type[Record], record_id: uuid.UUID) -> Record:
    found = db.session.get(model, record_id)
    if found is None:
        raise NotFound(_l("没有找到这条记录。"))
    require_visible(actor, found)
    return found


def get_purchase(actor: Actor, purchase_id: uuid.UUID) -> PurchaseService:
    """A 代买 that the actor may see. Raises NotFound."""
    return _get(actor, PurchaseService, purchase_id)


def get_sale(actor: Actor, sale_id: uuid.UUID) -> SaleService:
    """A 代卖 that the actor may see. Raises NotFound."""
    return _get(actor, SaleService, sale_id)


def _latest(actor: Actor, model: type[Record]) -> Record | None:
    query = sa.select(model).where(model.station_id == actor.station_id, model.voided_at.is_(None))
    return db.session.scalar(query.order_by(model.day.desc(), model.number.desc()).limit(1))


def last_purchase(actor: Actor) -> PurchaseService | None:
    """The station's latest 代买 that stands: what 照上次 repeats."""
    return _latest(actor, PurchaseService)


def last_sale(actor: Actor) -> SaleService | None:
    """The station's latest 代卖 that stands: what 照上次 repeats."""
    return _latest(actor, SaleService)


def open_purchases_of(actor: Actor, villager_id: uuid.UUID) -> Sequence[PurchaseService]:
    """What was bought for a villager at the actor's station and is not signed for yet, oldest first."""
    query = sa.select(PurchaseService).where(
        PurchaseService.villager_id == villager_id, PurchaseService.status.in_(rules.OPEN_PURCHASES)
    )
    if actor.station_id is not None:
        query = query.where(PurchaseService.station_id == actor.station_id)
    return db.session.scalars(query.order_by(PurchaseService.recorded_at)).all()
