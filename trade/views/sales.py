"""代卖: the form with its confirmation, the slip, and what is done with it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, ids
from app.core.access import Actor, current_actor, requires
from app.core.errors import DomainError
from app.core.money import format_fen
from trade.forms import SaleForm, VoidForm
from trade.models import SALE_MOVES, SaleService, SaleStatus, Villager
from trade.permissions import SERVICES_READ, SERVICES_RECORD
from trade.rules.services import sale_amount
from trade.service import own_place, services
from trade.service.villagers import NewPerson
from trade.views.blueprint import bp, form_page, request_id_of_button
from trade.views.persons import chosen_person, offer, registered


@bp.route("/sales/new", methods=["GET", "POST"])
@requires(SERVICES_RECORD)
def new_sale() -> ResponseReturnValue:
    """Sell for a farmer. The first time the button says the amount; the same amount once more stores it."""
    actor, amount_fen = current_actor(), None
    own_place(actor)
    form = _form(actor)
    if form.validate_on_submit():
        with form.catching():
            person = chosen_person(actor, form)
            amount_fen = sale_amount(form.quantity.data, form.price_fen.data)
            if person is not None and form.confirmed.data == str(amount_fen):
                sale = _record(actor, form, person)
                flash(_("记下了。"))
                return redirect(url_for("trade.show_sale", sale_id=sale.id), 303)
        amount_fen = None if form.errors else amount_fen
    form.confirmed.data = str(amount_fen or "")
    return form_page("trade/sale_form.html", form, amount_fen=amount_fen, last=services.last_sale(actor))


def _form(actor: Actor) -> SaleForm:
    try:
        like = services.get_sale(actor, uuid.UUID(request.args.get("like", "")))
    except (ValueError, DomainError):
        return SaleForm()
    facts: dict[str, object] = {name: getattr(like, name) for name in ("product_name", "unit", "price_fen", "buyer")}
    quantity = like.quantity.normalize()
    form = SaleForm(
        data=facts
        | {
            "person": like.farmer_name,
            "phone": like.farmer_phone,
            "quantity": f"{quantity:f}",
            "online": "yes" if like.online else "no",
        }
    )
    offer(form, like.villager_id, like.farmer_name, like.farmer_phone)
    return form


def _record(actor: Actor, form: SaleForm, person: Villager | NewPerson) -> SaleService:
    return services.record_sale(
        actor=actor,
        request_id=form.request_id.data,
        villager=registered(actor, form, person),
        product_name=form.product_name.data,
        quantity=form.quantity.data,
        unit=form.unit.data,
        price_fen=form.price_fen.data,
        online=form.online.data == "yes",
        pay_now=form.pay_now.data,
        lot_code=form.lot_code.data or "",
        buyer=form.buyer.data or "",
        note=form.note.data or "",
    )


@bp.get("/sales/<uuid:sale_id>")
@requires(SERVICES_READ)
def show_sale(sale_id: uuid.UUID) -> str:
    """The receipt, with what can be done next."""
    actor = current_actor()
    sale = services.get_sale(actor, sale_id)
    at_desk = actor.may(SERVICES_RECORD)
    allowed = SALE_MOVES.allowed(sale.status) if at_desk else frozenset()
    return render_template(
        "trade/sale.html",
        sale=sale,
        allowed={status.value for status in allowed},
        history=audit.history(sale),
        at_desk=at_desk,
        new_id=ids.new_id,
    )


@bp.post("/sales/<uuid:sale_id>/pay")
@requires(SERVICES_RECORD)
def pay_farmer(sale_id: uuid.UUID) -> ResponseReturnValue:
    """付农户."""
    sale = services.get_sale(current_actor(), sale_id)
    services.pay_farmer(actor=current_actor(), request_id=request_id_of_button(), sale=sale)
    flash(_("已记下付款。"))
    return redirect(url_for("trade.show_sale", sale_id=sale_id), 303)


@bp.route("/sales/<uuid:sale_id>/void", methods=["GET", "POST"])
@requires(SERVICES_RECORD)
def void_sale(sale_id: uuid.UUID) -> ResponseReturnValue:
    """作废, with the reason."""
    sale = services.get_sale(current_actor(), sale_id)
    form = VoidForm()
    if form.validate_on_submit():
        with form.catching():
            services.void_sale(
                actor=current_actor(), request_id=form.request_id.data, sale=sale, reason=form.reason.data
            )
            flash(_("已作废，钱款已冲回。"))
            return redirect(url_for("trade.show_sale", sale_id=sale_id), 303)
    paid = sale.status is SaleStatus.PAID
    return form_page(
        "trade/void.html",
        form,
        record=sale,
        what=sale.product_name,
        back=url_for("trade.show_sale", sale_id=sale_id),
        returned=_("从农户收回 %(money)s", money=format_fen(sale.amount_fen)) if paid else "",
    )
