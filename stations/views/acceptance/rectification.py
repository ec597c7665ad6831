"""Findings, what was done about them, and the second look."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import current_actor, requires
from stations.forms.acceptance import FindingForm, InspectedForm, RectifyForm, ReinspectForm
from stations.models.acceptance import AcceptanceStatus, Finding
from stations.models.finding import FindingStatus
from stations.permissions import ACCEPTANCE_INSPECT, ACCEPTANCE_PREPARE, ACCEPTANCE_READ
from stations.service import acceptance as service
from stations.views import bp
from stations.views.acceptance.tools import incoming, page, to_acceptance


@bp.route("/stations/acceptances/<uuid:acceptance_id>/findings/new", methods=["GET", "POST"])
@requires(ACCEPTANCE_INSPECT)
def new_finding(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """Write down a problem."""
    actor = current_actor()
    acceptance = service.get_acceptance(actor, acceptance_id)
    form = FindingForm(item_id=request.args.get("item_id")).offer(acceptance.items)
    if form.validate_on_submit():
        with form.catching():
            service.add_finding(
                actor=actor,
                request_id=form.request_id.data,
                acceptance_id=acceptance_id,
                item_id=uuid.UUID(form.item_id.data) if form.item_id.data else None,
                problem=form.problem.data,
                owner_name=form.owner_name.data,
                deadline=form.deadline.data,
            )
            flash(_("问题已记下。"))
            return to_acceptance(acceptance_id, "findings")
    return page("acceptance_finding_new.html", form, a=acceptance)


@bp.route("/stations/acceptances/<uuid:acceptance_id>/inspection", methods=["GET", "POST"])
@requires(ACCEPTANCE_INSPECT)
def close_inspection(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """The visit is done."""
    actor = current_actor()
    form = InspectedForm()
    if form.validate_on_submit():
        with form.catching():
            service.close_inspection(
                actor=actor,
                request_id=form.request_id.data,
                acceptance_id=acceptance_id,
                inspected_on=form.inspected_on.data,
            )
            flash(_("查验完成，已交县里决定。"))
            return to_acceptance(acceptance_id)
    return page("acceptance_inspected.html", form, a=service.get_acceptance(actor, acceptance_id))


@bp.get("/stations/findings/<uuid:finding_id>")
@requires(ACCEPTANCE_READ)
def show_finding(finding_id: uuid.UUID) -> ResponseReturnValue:
    """One problem, with the form for whoever is to act."""
    return _show(service.get_finding(current_actor(), finding_id))


@bp.post("/stations/findings/<uuid:finding_id>/rectification")
@requires(ACCEPTANCE_PREPARE)
def rectify_finding(finding_id: uuid.UUID) -> ResponseReturnValue:
    """The township reports it as put right."""
    actor = current_actor()
    form = RectifyForm()
    if form.validate_on_submit():
        with form.catching():
            finding = service.rectify(
                actor=actor,
                request_id=form.request_id.data,
                finding_id=finding_id,
                measure=form.measure.data,
                rectified_on=form.rectified_on.data,
                files=incoming(form),
            )
            flash(_("整改已报，等验收人员复验。"))
            return to_acceptance(finding.acceptance_id, "findings")
    return _show(service.get_finding(actor, finding_id), rectify=form)


@bp.post("/stations/findings/<uuid:finding_id>/reinspection")
@requires(ACCEPTANCE_INSPECT)
def reinspect_finding(finding_id: uuid.UUID) -> ResponseReturnValue:
    """The inspector looks again."""
    actor = current_actor()
    form = ReinspectForm()
    if form.validate_on_submit():
        with form.catching():
            service.reinspect(
                actor=actor,
                request_id=form.request_id.data,
                finding_id=finding_id,
                good=form.good.data == "yes",
                remark=form.remark.data or "",
                inspected_on=form.inspected_on.data,
            )
            flash(_("复验已记下。"))
            return redirect(url_for("stations.show_finding", finding_id=finding_id), 303)
    return _show(service.get_finding(actor, finding_id), reinspect=form)


def _show(
    finding: Finding, *, rectify: RectifyForm | None = None, reinspect: ReinspectForm | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    a = service.get_acceptance(actor, finding.acceptance_id)
    now = a.status is AcceptanceStatus.RECTIFICATION
    township_acts = now and finding.status is FindingStatus.OPEN and service.may_prepare(actor, a.division_code)
    inspector_acts = now and finding.status is FindingStatus.RECTIFIED and actor.may(ACCEPTANCE_INSPECT)
    return page(
        "acceptance_finding.html",
        rectify or reinspect,
        a=a,
        finding=finding,
        rectify=rectify or (RectifyForm(formdata=None) if township_acts else None),
        reinspect=reinspect or (ReinspectForm(formdata=None) if inspector_acts else None),
        overdue=finding.is_overdue(clock.today()),
    )
