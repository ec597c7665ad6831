"""What is not in order: shortages, parcels that go back."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import Actor, current_actor, requires
from app.core.format import fen
from app.core.pagination import paginate
from app.flows import counter
from logistics import service
from logistics.forms import ReturnForm, SettleForm
from logistics.models import Parcel, ParcelException, ParcelStatus
from logistics.permissions import PARCELS_SETTLE
from logistics.views.blueprint import form_page, page_number, parcels_bp
from logistics.views.listing import parcel_page


@parcels_bp.get("/exceptions")
@requires(PARCELS_SETTLE)
def list_exceptions() -> str:
    """Shortages, the most urgent first."""
    every = request.args.get("all") == "1"
    page = paginate(service.exceptions_query(current_actor(), open_only=not every), page_number())
    return render_template("parcels/exceptions.html", page=page, every=every, today=clock.today())


@parcels_bp.get("/exceptions/<uuid:exception_id>")
@requires(PARCELS_SETTLE)
def show_exception(exception_id: uuid.UUID) -> ResponseReturnValue:
    """One shortage, and how it ended."""
    actor = current_actor()
    return _exception_page(actor, service.get_exception(actor, exception_id))


@parcels_bp.post("/exceptions/<uuid:exception_id>")
@requires(PARCELS_SETTLE)
def settle_exception(exception_id: uuid.UUID) -> ResponseReturnValue:
    """Found, or given up."""
    actor = current_actor()
    exception = service.get_exception(actor, exception_id)
    form = _form(actor, exception)
    if form.validate_on_submit():
        with form.catching():
            settled = _settle(actor, form, exception_id)
            flash(_("记下了：%(how)s。", how=settled.status.label))
            return redirect(url_for("parcels.show_parcel", parcel_id=settled.parcel_id), 303)
    return _exception_page(actor, exception, form)


def _settle(actor: Actor, form: SettleForm, exception_id: uuid.UUID) -> ParcelException:
    note = form.note.data or ""
    if form.outcome.data == "lost":
        return service.settle_lost(actor=actor, request_id=form.request_id.data, exception_id=exception_id, reason=note)
    return service.settle_found(
        actor=actor,
        request_id=form.request_id.data,
        exception_id=exception_id,
        at_receiver=form.outcome.data == "receiver",
        note=note,
    )


def _form(actor: Actor, exception: ParcelException) -> SettleForm:
    handover = service.get_handover(actor, exception.handover_id)
    form = SettleForm()
    form.outcome.choices = [
        ("receiver", _("找到了，在%(at)s", at=handover.to_name)),
        ("sender", _("找到了，还在%(at)s", at=handover.from_name)),
        ("lost", _("确认丢失")),
    ]
    return form


def _exception_page(actor: Actor, exception: ParcelException, form: SettleForm | None = None) -> ResponseReturnValue:
    return form_page(
        "parcels/exception.html",
        form or _form(actor, exception),
        exception=exception,
        handover=service.get_handover(actor, exception.handover_id),
        today=clock.today(),
    )


@parcels_bp.post("/<uuid:parcel_id>/return")
@requires(PARCELS_SETTLE)
def return_parcel(parcel_id: uuid.UUID) -> ResponseReturnValue:
    """Give a parcel back, with the reason."""
    actor, form = current_actor(), ReturnForm()
    parcel = service.get_parcel(actor, parcel_id)
    done = _returned(parcel)
    if form.validate_on_submit():
        with form.catching():
            counter.return_parcel(
                actor=actor, request_id=form.request_id.data, parcel_id=parcel_id, reason=form.reason.data
            )
            flash(done)
            return redirect(url_for("parcels.show_parcel", parcel_id=parcel_id), 303)
    facts = parcel_page(actor, parcel, form)
    return render_template("parcels/show.html", **facts), 422


def _returned(parcel: Parcel) -> str:
    """What to tell; read before the parcel goes, since then it no longer says that it never left the counter."""
    if parcel.status is ParcelStatus.ACCEPTED_AT_VILLAGE and parcel.freight_fen:
        return _("已退回。请把运费 %(money)s 还给寄件人。", money=fen(parcel.freight_fen))
    return _("已退回。")
