"""代买: the form, the slip, and what is done with it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, ids
from app.core.access import Actor, current_actor, requires
from app.core.errors import DomainError
from app.core.money import format_fen
from trade.forms import PurchaseForm, VoidForm
from trade.models import PURCHASE_MOVES, PurchaseService, PurchaseStatus
from trade.permissions import SERVICES_READ, SERVICES_RECORD
from trade.rules.services import purchase_total
from trade.service import own_place, services
from trade.views.blueprint import bp, form_page, request_id_of_button
from trade.views.persons import chosen_person, offer, registered


@bp.route("/purchases/new", methods=["GET", "POST"])
@requires(SERVICES_RECORD)
def new_purchase() -> ResponseReturnValue:
    """Buy something for a villager; ``?like=<id>`` repeats an earlier one."""
    actor = current_actor()
    own_place(actor)
    form = _form(actor)
    if form.validate_on_submit():
        with form.catching():
            purchase = _record(actor, form)
            if purchase is not None:
                flash(_("记下了，已下单。"))
                return redirect(url_for("trade.show_purchase", purchase_id=purchase.id), 303)
    return form_page("trade/purchase_form.html", form, last=services.last_purchase(actor))


def _form(actor: Actor) -> PurchaseForm:
    try:
        like = services.get_purchase(actor, uuid.UUID(request.args.get("like", "")))
    except (ValueError, DomainError):
        return PurchaseForm()
    facts: dict[str, object] = {name: getattr(like, name) for name in ("item", "pieces", "price_fen", "platform")}
    form = PurchaseForm(
        data=facts
        | {"person": like.villager_name, "phone": like.villager_phone, "freight_fen": like.freight_fen or None}
    )
    offer(form, like.villager_id, like.villager_name, like.villager_phone)
    return form


def _record(actor: Actor, form: PurchaseForm) -> PurchaseService | None:
    freight_fen, deposit_fen = form.freight_fen.data or 0, form.deposit_fen.data or 0
    person = chosen_person(actor, form)
    purchase_total(form.pieces.data, form.price_fen.data, freight_fen, deposit_fen)  # before anybody is registered
    if person is None:
        return None
    return services.record_purchase(
        actor=actor,
        request_id=form.request_id.data,
        villager=registered(actor, form, person),
        item=form.item.data,
        pieces=form.pieces.data,
        price_fen=form.price_fen.data,
        freight_fen=freight_fen,
        deposit_fen=deposit_fen,
        platform=form.platform.data or "",
        note=form.note.data or "",
    )


@bp.get("/purchases/<uuid:purchase_id>")
@requires(SERVICES_READ)
def show_purchase(purchase_id: uuid.UUID) -> str:
    """The slip, with what can be done next and what else waits for the same villager."""
    actor = current_actor()
    purchase = services.get_purchase(actor, purchase_id)
    at_desk = actor.may(SERVICES_RECORD)
    allowed = PURCHASE_MOVES.allowed(purchase.status) if at_desk else frozenset()
    others = services.open_purchases_of(actor, purchase.villager_id) if at_desk else []
    return render_template(
        "trade/purchase.html",
        purchase=purchase,
        allowed={status.value for status in allowed},
        others=[p for p in others if p.id != purchase.id],
        history=audit.history(purchase),
        at_desk=at_desk,
        new_id=ids.new_id,
    )


@bp.post("/purchases/<uuid:purchase_id>/arrive")
@requires(SERVICES_RECORD)
def arrive_purchase(purchase_id: uuid.UUID) -> ResponseReturnValue:
    """到站."""
    purchase = services.get_purchase(current_actor(), purchase_id)
    services.arrive_purchase(actor=current_actor(), request_id=request_id_of_button(), purchase=purchase)
    flash(_("已记下到站。"))
    return redirect(url_for("trade.show_purchase", purchase_id=purchase_id), 303)


@bp.post("/purchases/<uuid:purchase_id>/sign")
@requires(SERVICES_RECORD)
def sign_purchase(purchase_id: uuid.UUID) -> ResponseReturnValue:
    """签收."""
    purchase = services.get_purchase(current_actor(), purchase_id)
    services.sign_purchase(actor=current_actor(), request_id=request_id_of_button(), purchase=purchase)
    flash(_("已签收。"))
    return redirect(url_for("trade.show_purchase", purchase_id=purchase_id), 303)


@bp.route("/purchases/<uuid:purchase_id>/void", methods=["GET", "POST"])
@requires(SERVICES_RECORD)
def void_purchase(purchase_id: uuid.UUID) -> ResponseReturnValue:
    """作废, with the reason."""
    purchase = services.get_purchase(current_actor(), purchase_id)
    form = VoidForm()
    if form.validate_on_submit():
        with form.catching():
            services.void_purchase(
                actor=current_actor(), request_id=form.request_id.data, purchase=purchase, reason=form.reason.data
            )
            flash(_("已作废，钱款已冲回。"))
            return redirect(url_for("trade.show_purchase", purchase_id=purchase_id), 303)
    paid_fen = purchase.total_fen if purchase.status is PurchaseStatus.SIGNED else purchase.deposit_fen
    return form_page(
        "trade/void.html",
        form,
        record=purchase,
        what=purchase.item,
        back=url_for("trade.show_purchase", purchase_id=purchase_id),
        returned=_("退给乡亲 %(money)s", money=format_fen(paid_fen)) if paid_fen else "",
    )
