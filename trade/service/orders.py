"""Orders: taken in, packed, dispatched, completed, cancelled. Stock is joined in ``app.flows.orders``."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, InvalidInput, NotFound
from app.core.money import format_fen
from app.core.scope import in_scope, require_scope
from trade.models.ledger import TransactionCode
from trade.models.orders import ORDER_MOVES, Channel, Order, OrderKind, OrderLine, OrderStatus
from trade.permissions import ORDERS_MANAGE
from trade.rules import orders as rules
from trade.rules.ledger import Shares, SubAccount
from trade.rules.orders import LineFacts
from trade.rules.services import phone_tail, void_reason
from trade.service import hot, ledger


@dataclass(frozen=True)
class Buyer:
    """Who bought and where it goes. Shown masked except where the parcel is packed."""

    name: str
    phone: str
    province: str
    address: str = ""


@dataclass(frozen=True)
class Taken:
    """How an order was taken: the channel with its own number, the kind, whether it is paid and whose it is."""

    channel: Channel
    channel_number: str | None = None
    kind: OrderKind = OrderKind.RETAIL
    paid: bool = True
    by_staff: bool = False


@command
def take_in(*, actor: Actor, buyer: Buyer, taken: Taken, lines: Sequence[LineFacts], freight_fen: int = 0) -> Order:
    """Write an order with its lines and its payment; the caller has reserved the stock.

    Amounts in fen. Raises InvalidInput without lines, Conflict (field ``channel_number``) when the channel's number
    is known already.
    """
    actor.require(ORDERS_MANAGE)
    if not lines:
        raise InvalidInput(_l("订单里至少要有一样东西。"), field="lines")
    _refuse_known(taken)
    order = hot.insert_one(Order, _row(actor, buyer, taken, lines, freight_fen))
    hot.insert(OrderLine, [_line(order.id, n, line) for n, line in enumerate(lines, start=1)])
    hot.write(Order, OrderLine)
    if taken.paid:
        _book_paid(actor, order)
    _record(actor, "placed", order, f"{taken.channel.label}订单 {order.number}，{format_fen(order.total_fen)}")
    return order


_ORDER: Any = Order.__table__
_KNOWN = sa.select(_ORDER.c.number).where(
    _ORDER.c.channel == sa.bindparam("of_channel"), _ORDER.c.channel_number == sa.bindparam("its_number")
)


def _refuse_known(taken: Taken) -> None:
    keys = {"of_channel": taken.channel, "its_number": taken.channel_number}
    number = hot.run(_KNOWN, keys).scalar() if taken.channel_number else None
    if number:
        raise Conflict(_l("这个平台单号已经记过了，订单号 %(number)s。", number=number), field="channel_number")


def _row(actor: Actor, buyer: Buyer, taken: Taken, lines: Sequence[LineFacts], freight_fen: int) -> dict[str, Any]:
    goods, now = rules.goods_total(lines), clock.now()
    return {
        "id": ids.new_id(),
        "number": ids.random_code(11),
        "channel": taken.channel,
        "channel_number": taken.channel_number or None,
        "kind": taken.kind,
        "by_staff": taken.by_staff,
        "status": OrderStatus.PLACED,
        "division_code": rules.common_division(line.division_code for line in lines),
        "buyer_name": buyer.name.strip(),
        "buyer_phone": buyer.phone,
        "province": buyer.province.strip(),
        "address": buyer.address.strip(),
        "goods_fen": goods,
        "freight_fen": freight_fen,
        "total_fen": goods + freight_fen,
        "waybill": "",
        "operator_id": actor.id,
        "operator_name": actor.name,
        "placed_at": now,
        "paid_at": now if taken.paid else None,
        "packed_at": None,
        "dispatched_at": None,
        "completed_at": None,
        "cancelled_at": None,
        "cancel_reason": "",
    }


def _line(order_id: uuid.UUID, position: int, line: LineFacts) -> dict[str, Any]:
    return asdict(line) | {
        "id": ids.new_id(),
        "order_id": order_id,
        "position": position,
        "amount_fen": line.amount_fen,
    }


@command
def pay(*, actor: Actor, order: Order) -> Order:
    """The channel confirms that the buyer paid. Raises Conflict when that was recorded before."""
    _may_change(actor, order)
    unpaid = sa.update(_ORDER).where(
        _ORDER.c.id == order.id, _ORDER.c.paid_at.is_(None), _ORDER.c.cancelled_at.is_(None)
    )
    if hot.run(unpaid.values(paid_at=clock.now())).rowcount != 1:
        raise Conflict(_l("这张订单已经收过款，或者已经取消。"))
    db.session.refresh(order)
    _book_paid(actor, order)
    _record(actor, "paid", order, f"订单 {order.number} 收款 {format_fen(order.total_fen)}")
    return order


@command
def pack(*, actor: Actor, order: Order) -> Order:
    """The goods are packed. Raises IllegalMove, ChangedMeanwhile, NotFound when it is outside the scope."""
    _may_change(actor, order)
    hot.move(order, ORDER_MOVES, OrderStatus.PACKED, packed_at=clock.now())
    _record(actor, "packed", order, f"订单 {order.number} 已打包")
    return order


@command
def dispatch(*, actor: Actor, order: Order, waybill: str = "") -> Order:
    """The parcel left: goods and freight are earned, each producer is owed their lines. Raises as :func:`pack`."""
    _may_change(actor, order)
    hot.move(order, ORDER_MOVES, OrderStatus.DISPATCHED, dispatched_at=clock.now(), waybill=waybill.strip())
    amounts: dict[str, int | Shares] = {
        "total": order.total_fen,
        "goods": rules.producer_shares(line_facts(order)),
        "freight": order.freight_fen,
    }
    entry = ledger.posting(TransactionCode.ORDER_DISPATCHED, amounts, _subs(order))
    ledger.post(actor, _reference(order, "发货"), [entry])
    _record(actor, "dispatched", order, f"订单 {order.number} 已发货{f'，运单 {waybill}' if waybill else ''}")
    return order


@command
def complete(*, actor: Actor, order: Order) -> Order:
    """The buyer has it. Raises as :func:`pack`."""
    _may_change(actor, order)
    hot.move(order, ORDER_MOVES, OrderStatus.COMPLETED, completed_at=clock.now())
    _record(actor, "completed", order, f"订单 {order.number} 已完成")
    return order


@command
def cancel(*, actor: Actor, order: Order, reason: str) -> Order:
    """Call an order off before it leaves; money that came in is booked back.

    The caller releases the stock. Raises ReasonMissing (field ``reason``) and as :func:`pack`.
    """
    _may_change(actor, order)
    why = void_reason(reason)[:200]
    hot.move(order, ORDER_MOVES, OrderStatus.CANCELLED, cancelled_at=clock.now(), cancel_reason=why)
    ledger.reverse(actor, _reference(order, f"取消：{why}"))
    _record(actor, "cancelled", order, f"订单 {order.number} 取消：{why}")
    return order


def _may_change(actor: Actor, order: Order) -> None:
    actor.require(ORDERS_MANAGE)
    require_scope(actor, order.division_code)


def _subs(order: Order) -> dict[str, SubAccount]:
    return {
        "channel": SubAccount(order.channel.value, str(order.channel.label)),
        "order": SubAccount(str(order.id), order.number),
    }


def _reference(order: Order, memo: str) -> ledger.Reference:
    return ledger.Reference(Order.__tablename__, order.id, order.division_code, None, f"{order.number} {memo}")


def _book_paid(actor: Actor, order: Order) -> None:
    entry = ledger.posting(TransactionCode.ORDER_PAID, {"total": order.total_fen}, _subs(order))
    ledger.post(actor, _reference(order, "收款"), [entry])


def _record(actor: Actor, action: str, order: Order, text: str) -> None:
    audit.record(actor=actor, action=f"orders.{action}", subject=order, division_code=order.division_code, text=text)


# -- finding --------------------------------------------------------------------------------------


def get_order(actor: Actor, order_id: uuid.UUID) -> Order:
    """An order in the actor's scope. Raises NotFound."""
    order = db.session.get(Order, order_id)
    if order is None:
        raise NotFound(_l("没有这张订单。"))
    require_scope(actor, order.division_code)
    return order


def line_facts(order: Order) -> list[LineFacts]:
    """An order's lines as facts."""
    names = LineFacts.__dataclass_fields__
    return [LineFacts(**{name: getattr(line, name) for name in names}) for line in order.lines]


@dataclass(frozen=True)
class OrderFilter:
    """What a list of orders is narrowed to; days are the county's, both included."""

    q: str = ""
    channel: Channel | None = None
    status: OrderStatus | None = None
    township: str = ""
    since: date | None = None
    until: date | None = None


def list_orders(actor: Actor, f: OrderFilter) -> sa.Select[Any]:
    """Query: orders in scope with their lines, newest first; ``q`` finds numbers, buyers, phone tails and products."""
    query = sa.select(Order).options(selectinload(Order.lines)).where(in_scope(Order.division_code, actor.scope_code))
    if f.q.strip():
        query = query.where(_found(f.q.strip()))
    if f.channel:
        query = query.where(Order.channel == f.channel)
    if f.status:
        query = query.where(Order.status == f.status)
    if f.township:
        query = query.where(in_scope(Order.division_code, f.township))
    if f.since:
        query = query.where(Order.placed_at >= clock.day_bounds(f.since)[0])
    if f.until:
        query = query.where(Order.placed_at < clock.day_bounds(f.until)[1])
    return query.order_by(Order.placed_at.desc(), Order.id.desc())


def all_orders(actor: Actor, f: OrderFilter) -> Sequence[Order]:
    """Every order of :func:`list_orders`, for a sheet."""
    return db.session.scalars(list_orders(actor, f)).all()


def _found(q: str) -> sa.ColumnElement[bool]:
    bare = q.replace(" ", "")
    ways = [
        Order.number == bare,
        Order.channel_number == q,
        Order.waybill == q,
        Order.buyer_name.contains(q, autoescape=True),
        Order.id.in_(sa.select(OrderLine.order_id).where(OrderLine.product_name.contains(q, autoescape=True))),
    ]
    tail = phone_tail(q)
    return sa.or_(*ways, Order.buyer_phone.like(f"%{tail}")) if tail else sa.or_(*ways)
