"""Invoices and equipment of an acceptance."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from stations.forms.acceptance import EquipmentForm, InvoiceForm, ReasonForm
from stations.permissions import ACCEPTANCE_PREPARE, ACCEPTANCE_READ
from stations.rules import acceptance as rules
from stations.service import acceptance as service
from stations.views import bp
from stations.views.acceptance.tools import page


@bp.route("/stations/acceptances/<uuid:acceptance_id>/invoices", methods=["GET", "POST"])
@requires(ACCEPTANCE_READ)
def acceptance_invoices(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """The money: invoices booked, and the form for the next one. The service tells who may add."""
    actor = current_actor()
    form = InvoiceForm()
    if form.validate_on_submit():
        with form.catching():
            service.add_invoice(
                actor=actor,
                request_id=form.request_id.data,
                acceptance_id=acceptance_id,
                number=form.number.data,
                code=form.code.data or "",
                issued_on=form.issued_on.data,
                seller=form.seller.data,
                amount_fen=form.amount.data,
                tax_fen=form.tax.data,
            )
            flash(_("发票已登记。"))
            return _back("stations.acceptance_invoices", acceptance_id)
    return _money_page("acceptance_invoices.html", form, acceptance_id)


@bp.route("/stations/acceptances/<uuid:acceptance_id>/equipment", methods=["GET", "POST"])
@requires(ACCEPTANCE_READ)
def acceptance_equipment(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """The equipment list, and the form for the next line."""
    actor = current_actor()
    form = EquipmentForm()
    if form.validate_on_submit():
        with form.catching():
            service.add_equipment(
                actor=actor,
                request_id=form.request_id.data,
                acceptance_id=acceptance_id,
                name=form.name.data,
                model=form.model.data or "",
                quantity=form.quantity.data,
                unit=form.unit.data,
                amount_fen=form.amount.data,
                asset_label=form.asset_label.data or "",
            )
            flash(_("设备已登记。"))
            return _back("stations.acceptance_equipment", acceptance_id)
    return _money_page("acceptance_equipment.html", form, acceptance_id)


@bp.post("/stations/acceptance-invoices/<uuid:invoice_id>/void")
@requires(ACCEPTANCE_PREPARE)
def void_acceptance_invoice(invoice_id: uuid.UUID) -> ResponseReturnValue:
    """Strike an invoice out, with the reason."""
    form = ReasonForm()
    invoice = service.void_invoice(
        actor=current_actor(), request_id=form.request_id.data, invoice_id=invoice_id, reason=form.reason.data or ""
    )
    flash(_("发票已作废。"))
    return _back("stations.acceptance_invoices", invoice.acceptance_id)


@bp.post("/stations/acceptance-equipment/<uuid:equipment_id>/void")
@requires(ACCEPTANCE_PREPARE)
def void_acceptance_equipment(equipment_id: uuid.UUID) -> ResponseReturnValue:
    """Strike a thing off the list, with the reason."""
    form = ReasonForm()
    thing = service.void_equipment(
        actor=current_actor(), request_id=form.request_id.data, equipment_id=equipment_id, reason=form.reason.data or ""
    )
    flash(_("这一行设备已作废。"))
    return _back("stations.acceptance_equipment", thing.acceptance_id)


def _money_page(template: str, form: InvoiceForm | EquipmentForm, acceptance_id: uuid.UUID) -> ResponseReturnValue:
    actor = current_actor()
    acceptance = service.get_acceptance(actor, acceptance_id)
    return page(
        template,
        form,
        a=acceptance,
        may_edit=actor.may(ACCEPTANCE_PREPARE) and acceptance.status in rules.EDITABLE,
        void=ReasonForm(formdata=None),
        tax_fen=sum(invoice.tax_fen for invoice in acceptance.valid_invoices),
    )


def _back(endpoint: str, acceptance_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for(endpoint, acceptance_id=acceptance_id), 303)
