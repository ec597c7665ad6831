"""Orders: the list, the order's page, taking one in, sending it, calling it off."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from app.core import audit, clock, ids
from app.core import format as formats
from app.core.access import Actor, current_actor, requires
from app.core.errors import InvalidInput
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.core.web import send_bytes
from app.flows import orders as flows
from app.flows.orders import Wanted
from trade.forms import CancelForm, DispatchForm, OrderForm
from trade.models import ORDER_MOVES, Channel, Order, OrderKind, OrderStatus
from trade.permissions import LEDGER_READ, ORDERS_MANAGE, ORDERS_READ
from trade.service import ledger, orders, township_choices
from trade.service.orders import Buyer, OrderFilter, Taken
from trade.views.blueprint import (
    day_argument,
    form_page,
    orders_bp,
    request_id_of_button,
    search_argument,
    township_argument,
)


def _filter() -> OrderFilter:
    channel, status = request.args.get("channel", ""), request.args.get("status", "")
    return OrderFilter(
        q=search_argument(),
        channel=Channel(channel) if channel in set(Channel) else None,
        status=OrderStatus(status) if status in set(OrderStatus) else None,
        township=township_argument(),
        since=day_argument("since"),
        until=day_argument("until"),
    )


@orders_bp.get("")
@requires(ORDERS_READ)
def list_orders() -> str:
    """Orders in scope: search, filters, pages; buyers masked."""
    actor, chosen = current_actor(), _filter()
    return render_template(
        "orders/list.html",
        page=paginate(orders.list_orders(actor, chosen), request.args.get("page", 1, type=int)),
        chosen=chosen,
        channels=Channel.choices(),
        statuses=OrderStatus.choices(),
        townships=township_choices(actor),
        may_manage=actor.may(ORDERS_MANAGE),
    )


@orders_bp.get("/export.xlsx")
@requires(ORDERS_READ)
def export_orders() -> Response:
    """The list with its filters, whole, one row for each order."""
    found = orders.all_orders(current_actor(), _filter())
    content = write_xlsx(_("订单"), _columns(), (_cells(order) for order in found), at=clock.now())
    return send_bytes(content, f"orders-{clock.today():%Y%m%d}.xlsx")


def _columns() -> list[Column]:
    return [
        Column(_("订单号")),
        Column(_("下单时间"), "moment"),
        Column(_("渠道")),
        Column(_("平台单号")),
        Column(_("零售/批发")),
        Column(_("买家")),
        Column(_("电话")),
        Column(_("寄往")),
        Column(pgettext("one", "产品")),
        Column(_("货款（元）"), "fen"),
        Column(_("运费（元）"), "fen"),
        Column(_("合计（元）"), "fen"),
        Column(_("状态")),
        Column(_("运单号")),
        Column(_("自己人下单")),
    ]


def _cells(order: Order) -> list[object]:
    goods = "；".join(f"{line.product_name} {formats.qty(line.quantity, line.unit)}" for line in order.lines)
    head = [order.number, order.placed_at, str(order.channel.label), order.channel_number or "", str(order.kind.label)]
    who = [masked_name(order.buyer_name), formats.phone(order.buyer_phone), order.province, goods]
    money = [order.goods_fen, order.freight_fen, order.total_fen]
    return [*head, *who, *money, str(order.status.label), order.waybill, _("是") if order.by_staff else ""]


def masked_name(name: str) -> str:
    """``陈建国`` → ``陈**``: enough to tell orders apart on a list."""
    return name[:1] + "*" * min(2, max(1, len(name) - 1)) if name else ""


orders_bp.add_app_template_filter(masked_name, "buyer")


@orders_bp.get("/<uuid:order_id>")
@requires(ORDERS_READ)
def show_order(order_id: uuid.UUID) -> str:
    """One order. The buyer is shown in full only to those who pack it, while it is to be packed."""
    actor = current_actor()
    order = orders.get_order(actor, order_id)
    manages = actor.may(ORDERS_MANAGE)
    allowed = ORDER_MOVES.allowed(order.status) if manages else frozenset()
    return render_template(
        "orders/show.html",
        order=order,
        allowed={status.value for status in allowed},
        open_buyer=manages and order.status in (OrderStatus.PLACED, OrderStatus.PACKED),
        history=audit.history(order),
        booked=ledger.list_for_reference(Order.__tablename__, order.id) if actor.may(LEDGER_READ) else [],
        dispatch_form=DispatchForm(formdata=None),
        grouped=ids.grouped(order.number),
        may_pay=manages and order.paid_at is None and order.status is not OrderStatus.CANCELLED,
        new_id=ids.new_id,
    )


@orders_bp.route("/new", methods=["GET", "POST"])
@requires(ORDERS_MANAGE)
def new_order() -> ResponseReturnValue:
    """Take an order in by hand."""
    actor, form = current_actor(), OrderForm()
    if form.validate_on_submit():
        with form.catching():
            order = _place(actor, form)
            flash(_("订单记下了，货已留好。"))
            return redirect(url_for("orders.show_order", order_id=order.id), 303)
    return form_page("orders/form.html", form, products=flows.products_on_sale(actor))


def _place(actor: Actor, form: OrderForm) -> Order:
    taken = Taken(
        Channel(form.channel.data),
        (form.channel_number.data or "").strip() or None,
        OrderKind(form.kind.data),
        paid=form.paid.data,
        by_staff=form.by_staff.data,
    )
    buyer = Buyer(form.buyer_name.data, form.buyer_phone.data, form.province.data, form.address.data or "")
    return flows.place_order(
        actor=actor,
        request_id=form.request_id.data,
        buyer=buyer,
        taken=taken,
        lines=_wanted(actor, form),
        freight_fen=form.freight_fen.data or 0,
    )


def _wanted(actor: Actor, form: OrderForm) -> list[Wanted]:
    wanted = []
    for row in form.lines:
        typed, quantity = (row.product.data or "").strip(), row.quantity.data
        if not typed and quantity is None:
            continue
        if not typed or quantity is None:
            raise InvalidInput(_("每一行都要有产品和数量。"), field="lines")
        wanted.append(Wanted(flows.find_on_sale(actor, typed).id, quantity, row.price_fen.data))
    return wanted


@orders_bp.post("/<uuid:order_id>/pack")
@requires(ORDERS_MANAGE)
def pack_order(order_id: uuid.UUID) -> ResponseReturnValue:
    """已打包."""
    return _done(order_id, flows.pack_order, _("已打包，等发货。"))


@orders_bp.post("/<uuid:order_id>/complete")
@requires(ORDERS_MANAGE)
def complete_order(order_id: uuid.UUID) -> ResponseReturnValue:
    """已完成."""
    return _done(order_id, flows.complete_order, _("订单已完成。"))


@orders_bp.post("/<uuid:order_id>/pay")
@requires(ORDERS_MANAGE)
def pay_order(order_id: uuid.UUID) -> ResponseReturnValue:
    """收款."""
    return _done(order_id, flows.pay_order, _("收款记下了。"))


def _done(order_id: uuid.UUID, verb: Any, words: str) -> ResponseReturnValue:
    order = orders.get_order(current_actor(), order_id)
    verb(actor=current_actor(), request_id=request_id_of_button(), order=order)
    flash(words)
    return redirect(url_for("orders.show_order", order_id=order_id), 303)


@orders_bp.post("/<uuid:order_id>/dispatch")
@requires(ORDERS_MANAGE)
def dispatch_order(order_id: uuid.UUID) -> ResponseReturnValue:
    """发货, with the waybill when there is one."""
    order = orders.get_order(current_actor(), order_id)
    form = DispatchForm()
    if not form.validate_on_submit():
        raise InvalidInput(_("运单号太长了。"))
    flows.dispatch_order(
        actor=current_actor(), request_id=form.request_id.data, order=order, waybill=form.waybill.data or ""
    )
    flash(_("已发货。"))
    return redirect(url_for("orders.show_order", order_id=order_id), 303)


@orders_bp.route("/<uuid:order_id>/cancel", methods=["GET", "POST"])
@requires(ORDERS_MANAGE)
def cancel_order(order_id: uuid.UUID) -> ResponseReturnValue:
    """取消, with the reason."""
    order = orders.get_order(current_actor(), order_id)
    form = CancelForm()
    if form.validate_on_submit():
        with form.catching():
            flows.cancel_order(
                actor=current_actor(), request_id=form.request_id.data, order=order, reason=form.reason.data
            )
            flash(_("订单已取消，货已放回，钱款已冲回。"))
            return redirect(url_for("orders.show_order", order_id=order_id), 303)
    return form_page("orders/cancel.html", form, order=order)
