"""Invoices and equipment of a project."""

from __future__ import annotations

import uuid

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import Actor, current_actor, requires
from stations.forms.project import EquipmentForm, InvoiceForm, ReasonForm
from stations.models import ConstructionProject
from stations.permissions import PROJECT_PREPARE, PROJECTS_READ
from stations.rules import projects as rules
from stations.service import projects as service
from stations.views import bp
from stations.views.projects.tools import page, to_project

INVOICES, EQUIPMENT = "stations.list_project_invoices", "stations.list_project_equipment"


def may_buy(actor: Actor, project: ConstructionProject) -> bool:
    """Whether this person may book contracts, invoices and equipment now; a dossier handed in is refused on sending."""
    return actor.may(PROJECT_PREPARE) and project.status in rules.BUYING


@bp.route("/stations/projects/<uuid:project_id>/invoices", methods=["GET", "POST"])
@requires(PROJECTS_READ)
def list_project_invoices(project_id: uuid.UUID) -> ResponseReturnValue:
    """The invoices booked, and the form for the next one. The service tells who may add."""
    actor = current_actor()
    project = service.get_project(actor, project_id)
    form = InvoiceForm()
    form.contract_id.choices = [("", _("没有合同"))] + [
        (c.id, f"{c.number} {c.counterparty}") for c in project.valid_contracts
    ]
    if form.validate_on_submit():
        with form.catching():
            service.add_invoice(
                actor=actor,
                request_id=form.request_id.data,
                project_id=project_id,
                number=form.number.data,
                code=form.code.data or "",
                issued_on=form.issued_on.data,
                seller=form.seller.data,
                amount_fen=form.amount.data,
                tax_fen=form.tax.data,
                contract_id=form.contract_id.data,
            )
            flash(_("发票已登记。"))
            return to_project(project_id, INVOICES)
    project = service.get_project(actor, project_id)
    return page(
        "project_invoices.html",
        form,
        p=project,
        may_edit=may_buy(actor, project),
        void=ReasonForm(formdata=None),
        tax_fen=sum(invoice.tax_fen for invoice in project.valid_invoices),
    )


@bp.route("/stations/projects/<uuid:project_id>/equipment", methods=["GET", "POST"])
@requires(PROJECTS_READ)
def list_project_equipment(project_id: uuid.UUID) -> ResponseReturnValue:
    """The equipment list, and the form for the next line."""
    actor = current_actor()
    form = EquipmentForm()
    if form.validate_on_submit():
        with form.catching():
            service.add_equipment(
                actor=actor,
                request_id=form.request_id.data,
                project_id=project_id,
                name=form.name.data,
                model=form.model.data or "",
                quantity=form.quantity.data,
                unit=form.unit.data,
                amount_fen=form.amount.data,
            )
            flash(_("设备已登记。"))
            return to_project(project_id, EQUIPMENT)
    project = service.get_project(actor, project_id)
    return page(
        "project_equipment.html", form, p=project, may_edit=may_buy(actor, project), void=ReasonForm(formdata=None)
    )


@bp.post("/stations/project-invoices/<uuid:invoice_id>/void")
@requires(PROJECT_PREPARE)
def void_project_invoice(invoice_id: uuid.UUID) -> ResponseReturnValue:
    """Strike an invoice out, with the reason."""
    form = ReasonForm()
    invoice = service.void_invoice(
        actor=current_actor(), request_id=form.request_id.data, invoice_id=invoice_id, reason=form.reason.data or ""
    )
    flash(_("发票已作废。"))
    return to_project(invoice.project_id, INVOICES)


@bp.post("/stations/project-equipment/<uuid:equipment_id>/void")
@requires(PROJECT_PREPARE)
def void_project_equipment(equipment_id: uuid.UUID) -> ResponseReturnValue:
    """Strike a thing off the list, with the reason."""
    form = ReasonForm()
    thing = service.void_equipment(
        actor=current_actor(), request_id=form.request_id.data, equipment_id=equipment_id, reason=form.reason.data or ""
    )
    flash(_("这一行设备已作废。"))
    return to_project(thing.project_id, EQUIPMENT)
