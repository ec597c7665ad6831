"""The steps after the application: site, approval, start, completion."""

from __future__ import annotations

import uuid

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from stations.forms.project import ApprovalForm, CompletionForm, ReasonForm, RefusalForm, StartForm, site_form
from stations.models import BudgetCategory
from stations.permissions import PROJECT_APPROVE, PROJECT_PREPARE, PROJECT_SCORE
from stations.service import projects as service
from stations.views import bp
from stations.views.projects.tools import incoming, page, to_project


@bp.route("/stations/projects/<uuid:project_id>/site", methods=["GET", "POST"])
@requires(PROJECT_SCORE)
def score_site(project_id: uuid.UUID) -> ResponseReturnValue:
    """Points for the site, standing on it."""
    actor = current_actor()
    project = service.get_project(actor, project_id)
    form = site_form(service.criteria_of(project))
    if form.validate_on_submit():
        with form.catching():
            visit = service.score_site(
                actor=actor,
                request_id=form.request_id.data,
                project_id=project_id,
                visited_on=form.visited_on.data,
                points=form.points(),
                remarks=form.remarks(),
                opinion=form.opinion.data,
                files=incoming(form),
            )
            flash(_("踏勘已记下：%(points)s / %(most)s 分。", points=visit.points, most=visit.most))
            return to_project(project_id)
    return page("project_site.html", form, p=service.get_project(actor, project_id), criteria=form.criteria)


@bp.route("/stations/projects/<uuid:project_id>/approval", methods=["GET", "POST"])
@requires(PROJECT_APPROVE)
def approve_project(project_id: uuid.UUID) -> ResponseReturnValue:
    """Approve, by category."""
    actor = current_actor()
    project = service.get_project(actor, project_id)
    asked = service.asked(project)
    form = ApprovalForm(
        version=project.version,
        equipment=asked[BudgetCategory.EQUIPMENT],
        refurbishment=asked[BudgetCategory.REFURBISHMENT],
    )
    if form.validate_on_submit():
        with form.catching():
            service.approve_project(
                actor=actor,
                request_id=form.request_id.data,
                project_id=project_id,
                version=form.version.data or 0,
                equipment_fen=form.equipment.data,
                refurbishment_fen=form.refurbishment.data,
                reference=form.reference.data,
                approved_on=form.approved_on.data,
            )
            flash(_("已批复。"))
            return to_project(project_id)
        project = _as_it_is_now(form, project_id)
    return page("project_approval.html", form, p=project, asked=service.asked(project))


@bp.route("/stations/projects/<uuid:project_id>/refusal", methods=["GET", "POST"])
@requires(PROJECT_APPROVE)
def refuse_project(project_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse, with the reason."""
    actor = current_actor()
    project = service.get_project(actor, project_id)
    form = RefusalForm(version=project.version)
    if form.validate_on_submit():
        with form.catching():
            service.refuse_project(
                actor=actor,
                request_id=form.request_id.data,
                project_id=project_id,
                version=form.version.data or 0,
                reason=form.reason.data,
            )
            flash(_("已不予批准，乡镇会看到原因。"))
            return to_project(project_id)
        project = _as_it_is_now(form, project_id)
    return page("project_refusal.html", form, p=project)


def _as_it_is_now(form: ApprovalForm | RefusalForm, project_id: uuid.UUID) -> object:
    """The page shows the present state after a refusal: what is decided next is decided on that."""
    project = service.get_project(current_actor(), project_id)
    form.version.raw_data, form.version.data = None, project.version
    return project


@bp.route("/stations/projects/<uuid:project_id>/start", methods=["GET", "POST"])
@requires(PROJECT_PREPARE)
def start_building(project_id: uuid.UUID) -> ResponseReturnValue:
    """Builders are on the site."""
    actor = current_actor()
    form = StartForm()
    if form.validate_on_submit():
        with form.catching():
            service.start_building(
                actor=actor,
                request_id=form.request_id.data,
                project_id=project_id,
                started_on=form.started_on.data,
            )
            flash(_("已登记开工，站点改为“建设中”。"))
            return to_project(project_id)
    return page("project_start.html", form, p=service.get_project(actor, project_id))


@bp.route("/stations/projects/<uuid:project_id>/completion", methods=["GET", "POST"])
@requires(PROJECT_PREPARE)
def complete_project(project_id: uuid.UUID) -> ResponseReturnValue:
    """Done, and looked at by the township itself."""
    actor = current_actor()
    form = CompletionForm()
    if form.validate_on_submit():
        with form.catching():
            service.complete_project(
                actor=actor,
                request_id=form.request_id.data,
                project_id=project_id,
                completed_on=form.completed_on.data,
                report=form.report.data,
                files=incoming(form),
            )
            flash(_("已登记完工自查，站点改为“已自查”。"))
            return to_project(project_id)
    project = service.get_project(actor, project_id)
    return page("project_completion.html", form, p=project, three=service.three_way(project))


@bp.route("/stations/projects/<uuid:project_id>/rework", methods=["GET", "POST"])
@requires(PROJECT_PREPARE)
def rework_project(project_id: uuid.UUID) -> ResponseReturnValue:
    """Back to building."""
    actor = current_actor()
    form = ReasonForm()
    if form.validate_on_submit():
        with form.catching():
            service.rework_project(
                actor=actor, request_id=form.request_id.data, project_id=project_id, reason=form.reason.data
            )
            flash(_("已登记返工，改好后再登记完工自查。"))
            return to_project(project_id)
    return page("project_rework.html", form, p=service.get_project(actor, project_id))
