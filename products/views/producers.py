"""Producers and their cards."""

from __future__ import annotations

import uuid

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit
from app.core.access import current_actor, requires
from app.core.pagination import paginate
from app.core.web import send_bytes
from products import service
from products.forms import ProducerEditForm, ProducerForm
from products.models import ProducerKind
from products.permissions import PRODUCTS_EDIT, PRODUCTS_READ
from products.service.card import card_pdf
from products.views.blueprint import bp
from products.views.tabs import tabs


@bp.get("/producers")
@requires(PRODUCTS_READ)
def list_producers() -> str:
    """Producers: search, filters, pages."""
    actor = current_actor()
    kind, township = request.args.get("kind", ""), request.args.get("township", "")
    chosen = {
        "q": request.args.get("q", "").strip()[:100],
        "kind": ProducerKind(kind) if kind in ProducerKind._value2member_map_ else None,
        "township": township if len(township) == 12 and township.isdecimal() else "",
    }
    page = paginate(service.list_producers(actor, **chosen), request.args.get("page", 1, type=int))
    return render_template(
        "products/producers.html",
        tabs=tabs("list_producers"),
        page=page,
        places=service.place_names(page.items),
        chosen=chosen,
        kinds=ProducerKind.choices(),
        townships=service.township_choices(actor),
        may_edit=actor.may(PRODUCTS_EDIT),
    )


@bp.route("/producers/new", methods=["GET", "POST"])
@requires(PRODUCTS_EDIT)
def new_producer() -> ResponseReturnValue:
    """Register a producer."""
    form = ProducerForm()
    form.division_code.choices = service.village_choices(current_actor())
    if form.validate_on_submit():
        with form.catching():
            producer = service.register_producer(
                actor=current_actor(),
                request_id=form.request_id.data,
                name=form.name.data,
                kind=form.kind.data,
                division_code=form.division_code.data,
                phone=form.phone.data or "",
            )
            flash(_("已登记。可以打印卡片给生产者。"))
            return redirect(url_for("products.show_producer", producer_id=producer.id), 303)
    return render_template("products/producer_form.html", form=form, producer=None), 422 if form.errors else 200


@bp.get("/producers/<uuid:producer_id>")
@requires(PRODUCTS_READ)
def show_producer(producer_id: uuid.UUID) -> str:
    """One producer with the products."""
    actor = current_actor()
    producer = service.get_producer(actor, producer_id)
    return render_template(
        "products/producer.html",
        producer=producer,
        origin=service.place_names([producer])[producer.division_code],
        products=service.products_of_producer(producer.id),
        history=audit.history(producer)[:20],
        may_edit=actor.may(PRODUCTS_EDIT),
    )


@bp.route("/producers/<uuid:producer_id>/edit", methods=["GET", "POST"])
@requires(PRODUCTS_EDIT)
def edit_producer(producer_id: uuid.UUID) -> ResponseReturnValue:
    """Correct a producer's facts."""
    producer = service.get_producer(current_actor(), producer_id)
    form = ProducerEditForm(obj=producer)
    if form.validate_on_submit():
        with form.catching():
            service.update_producer(
                actor=current_actor(),
                producer=producer,
                name=form.name.data,
                kind=form.kind.data,
                phone=form.phone.data or "",
            )
            flash(_("已修改。"))
            return redirect(url_for("products.show_producer", producer_id=producer.id), 303)
    return render_template("products/producer_form.html", form=form, producer=producer), 422 if form.errors else 200


@bp.get("/producers/<uuid:producer_id>/card.pdf")
@requires(PRODUCTS_READ)
def producer_card(producer_id: uuid.UUID) -> Response:
    """The producer's card to print: name, code, QR to the farmer's page."""
    producer = service.get_producer(current_actor(), producer_id)
    url = f"{current_app.config['BASE_URL']}/farmer/{producer.code}"
    content = card_pdf(producer, service.place_names([producer])[producer.division_code], url)
    return send_bytes(content, f"card-{producer.code}.pdf")
