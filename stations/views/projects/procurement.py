"""Contracts, invoices and equipment of a project."""

from __future__ import annotations

import uuid

from flask import Response, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import ids
from app.core.access import current_actor, requires
from app.core.forms import BaseForm
from stations.forms.project import ContractForm, EquipmentForm, InvoiceForm, ReasonForm, choices, invoiced_form
from stations.models import ConstructionProject, ContractKind
from stations.permissions import PROJECT_PREPARE, PROJECTS_READ
from stations.service import acceptance as acceptances
from stations.service import projects as service
from stations.views import bp
from stations.views.projects.tools import incoming, may_buy, page, to_project

CONTRACTS = "stations.list_project_contracts"
INVOICES = "stations.list_project_invoices"
EQUIPMENT = "stations.list_project_equipment"


def _page(template: str, form: BaseForm, project_id: uuid.UUID) -> ResponseReturnValue:
    """A list with the form for the next line below it."""
    actor = current_actor()
    project = service.get_project(actor, project_id)
    unfinished = next((one for one in acceptances.list_of_project(actor, project_id) if not one.is_over), None)
    return page(template, form, p=project, may_edit=may_buy(actor, project, unfinished), new_id=ids.new_id)


@bp.route("/stations/projects/<uuid:project_id>/contracts", methods=["GET", "POST"])
@requires(PROJECTS_READ)
def list_project_contracts(project_id: uuid.UUID) -> ResponseReturnValue:
    """The contracts, and the form for the next one. The service tells who may add."""
    form = ContractForm()
    if form.validate_on_submit():
        with form.catching():
            service.add_contract(
                actor=current_actor(),
                request_id=form.request_id.data,
                project_id=project_id,
                number=form.number.data,
                kind=ContractKind(form.kind.data),
                subject=form.subject.data,
                counterparty=form.counterparty.data,
                counterparty_number=form.counterparty_number.data or "",
                signed_on=form.signed_on.data,
                amount_fen=form.amount.data,
                files=incoming(form),
            )
            flash(_("合同已登记。"))
            return to_project(project_id, CONTRACTS)
    return _page("project_contracts.html", form, project_id)


@bp.route("/stations/projects/<uuid:project_id>/invoices", methods=["GET", "POST"])
@requires(PROJECTS_READ)
def list_project_invoices(project_id: uuid.UUID) -> ResponseReturnValue:
    """The invoices booked, and the form for the next one. The service tells who may add."""
    form = _invoice_form(service.get_project(current_actor(), project_id))
    if form.validate_on_submit():
        with form.catching():
            service.add_invoice(
                actor=current_actor(),
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
            flash(_("发票已登记。请接着写明这张发票买了哪些设备。"))
            return to_project(project_id, INVOICES)
    return _page("project_invoices.html", form, project_id)


def _invoice_form(project: ConstructionProject) -> InvoiceForm:
    form = InvoiceForm()
    form.contract_id.choices = choices(
        [(c.id, f"{c.number} {c.counterparty}") for c in project.valid_contracts], _("没有合同")
    )
    return form


@bp.route("/stations/project-invoices/<uuid:invoice_id>/things", methods=["GET", "POST"])
@requires(PROJECT_PREPARE)
def edit_invoiced_things(invoice_id: uuid.UUID) -> ResponseReturnValue:
    """Which lines of the equipment list an invoice bought."""
    actor = current_actor()
    invoice = service.get_invoice(actor, invoice_id)
    form = invoiced_form(invoice.project, invoice)
    if form.validate_on_submit():
        with form.catching():
            service.set_invoice_lines(
                actor=actor, request_id=form.request_id.data, invoice_id=invoice_id, lines=form.things()
            )
            flash(_("已写明这张发票买了什么。"))
            return to_project(invoice.project_id, INVOICES)
        invoice = service.get_invoice(actor, invoice_id)
    return page("project_invoice_things.html", form, p=invoice.project, invoice=invoice)


@bp.route("/stations/projects/<uuid:project_id>/equipment", methods=["GET", "POST"])
@requires(PROJECTS_READ)
def list_project_equipment(project_id: uuid.UUID) -> ResponseReturnValue:
    """The equipment list, and the form for the next line."""
    form = EquipmentForm()
    if form.validate_on_submit():
        with form.catching():
            thing = service.add_equipment(
                actor=current_actor(),
                request_id=form.request_id.data,
                project_id=project_id,
                name=form.name.data,
                model=form.model.data or "",
                quantity=form.quantity.data,
                unit=form.unit.data,
                amount_fen=form.amount.data,
            )
            flash(_("设备已登记，发了 %(count)s 个资产标签号。", count=len(thing.units)))
            return to_project(project_id, EQUIPMENT)
    return _page("project_equipment.html", form, project_id)


@bp.get("/stations/projects/<uuid:project_id>/labels")
@requires(PROJECTS_READ)
def print_asset_labels(project_id: uuid.UUID) -> Response:
    """The asset labels as PDF, 24 to a sheet."""
    project = service.get_project(current_actor(), project_id)
    content = service.label_sheet(project)
    name = f"labels-{project.number}.pdf"
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


@bp.post("/stations/project-contracts/<uuid:contract_id>/void")
@requires(PROJECT_PREPARE)
def void_project_contract(contract_id: uuid.UUID) -> ResponseReturnValue:
    """Strike a contract out, with the reason."""
    form = ReasonForm()
    contract = service.void_contract(
        actor=current_actor(), request_id=form.request_id.data, contract_id=contract_id, reason=form.reason.data or ""
    )
    flash(_("合同已作废。"))
    return to_project(contract.project_id, CONTRACTS)


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
