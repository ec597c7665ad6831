"""Findings of an inspection, what was done about them, and the second look."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import current_actor, requires
from stations.forms.acceptance import RectifyForm, ReinspectForm
from stations.forms.inspection import InspectionFindingForm
from stations.models.finding import FindingStatus
from stations.models.inspection import InspectionFinding
from stations.permissions import INSPECTIONS_READ, INSPECTIONS_RECTIFY, INSPECTIONS_REVIEW, INSPECTIONS_SCORE
from stations.service import inspection as service
from stations.views import bp
from stations.views.acceptance.tools import incoming, page
from stations.views.inspection.scoring import to_inspection


@bp.route("/stations/inspections/<uuid:inspection_id>/findings/new", methods=["GET", "POST"])
@requires(INSPECTIONS_SCORE)
def new_inspection_finding(inspection_id: uuid.UUID) -> ResponseReturnValue:
    """Write down a problem."""
    actor = current_actor()
    i = service.get_inspection(actor, inspection_id)
    criteria = service.criteria_of(i.round)
    form = InspectionFindingForm(
        criterion_key=request.args.get("key"),
        owner_name=i.station.manager_name,
        deadline=clock.today() + timedelta(days=criteria.rectify_days),
    ).offer(criteria.items)
    if form.validate_on_submit():
        with form.catching():
            service.add_inspection_finding(
                actor=actor,
                request_id=form.request_id.data,
                inspection_id=inspection_id,
                problem=form.problem.data or "",
                owner_name=form.owner_name.data or "",
                deadline=form.deadline.data,
                criterion_key=form.criterion_key.data,
                files=incoming(form),
            )
            flash(_("问题已记下。"))
            return to_inspection(inspection_id, "findings")
    return page("inspection_finding_new.html", form, i=i)


@bp.get("/stations/inspection-findings/<uuid:finding_id>")
@requires(INSPECTIONS_READ)
def show_inspection_finding(finding_id: uuid.UUID) -> ResponseReturnValue:
    """One problem, with the form for whoever is to act."""
    return _show(service.get_finding(current_actor(), finding_id))


@bp.post("/stations/inspection-findings/<uuid:finding_id>/rectification")
@requires(INSPECTIONS_RECTIFY)
def rectify_inspection_finding(finding_id: uuid.UUID) -> ResponseReturnValue:
    """The station or its township reports it as put right."""
    actor = current_actor()
    form = RectifyForm()
    if form.validate_on_submit():
        with form.catching():
            finding = service.rectify_finding(
                actor=actor,
                request_id=form.request_id.data,
                finding_id=finding_id,
                measure=form.measure.data,
                rectified_on=form.rectified_on.data,
                files=incoming(form),
            )
            flash(_("整改已报，等县里复查。"))
            return to_inspection(finding.inspection_id, "findings")
    return _show(service.get_finding(actor, finding_id), rectify=form)


@bp.post("/stations/inspection-findings/<uuid:finding_id>/reinspection")
@requires(INSPECTIONS_REVIEW)
def reinspect_inspection_finding(finding_id: uuid.UUID) -> ResponseReturnValue:
    """The inspector looks again."""
    actor = current_actor()
    form = ReinspectForm()
    if form.validate_on_submit():
        with form.catching():
            service.reinspect_finding(
                actor=actor,
                request_id=form.request_id.data,
                finding_id=finding_id,
                good=form.good.data == "yes",
                remark=form.remark.data or "",
                inspected_on=form.inspected_on.data,
            )
            flash(_("复查已记下。"))
            return redirect(url_for("stations.show_inspection_finding", finding_id=finding_id), 303)
    return _show(service.get_finding(actor, finding_id), reinspect=form)


def _show(
    finding: InspectionFinding, *, rectify: RectifyForm | None = None, reinspect: ReinspectForm | None = None
) -> ResponseReturnValue:
    actor, i = current_actor(), finding.inspection
    now = i.round.status in service.NOT_CLOSED
    station_acts = now and finding.status is FindingStatus.OPEN and actor.may(INSPECTIONS_RECTIFY)
    inspector_acts = now and finding.status is FindingStatus.RECTIFIED and actor.may(INSPECTIONS_REVIEW)
    return page(
        "inspection_finding.html",
        rectify or reinspect,
        i=i,
        finding=finding,
        item=service.criteria_of(i.round).item(finding.criterion_key or ""),
        rectify=rectify or (RectifyForm(formdata=None) if station_acts else None),
        reinspect=reinspect or (ReinspectForm(formdata=None) if inspector_acts else None),
        overdue=finding.is_overdue(clock.today()),
    )
