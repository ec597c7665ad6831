"""The township's application."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from stations.forms.acceptance import ActionForm
from stations.forms.project import ApplicationForm, ReasonForm, RevisionForm
from stations.models import ProjectStatus
from stations.permissions import PROJECT_PREPARE, PROJECTS_READ
from stations.service import projects as service
from stations.views import bp
from stations.views.projects.tools import incoming, page, to_project


@bp.route("/stations/projects/new", methods=["GET", "POST"])
@requires(PROJECT_PREPARE)
def new_project() -> ResponseReturnValue:
    """Apply for the building of a station."""
    actor = current_actor()
    stations = service.list_stations_to_build(actor)
    form = ApplicationForm(station_id=request.args.get("station_id", type=uuid.UUID))
    form.station_id.choices = [(s.id, s.name) for s in stations]
    if "more" in request.form:
        form.add_rows()
    elif form.validate_on_submit():
        with form.catching():
            project = service.apply_project(
                actor=actor,
                request_id=form.request_id.data,
                station_id=form.station_id.data,
                purpose=form.purpose.data,
                builder_name=form.builder_name.data,
                builder_number=form.builder_number.data or "",
                applied_on=form.applied_on.data,
                lines=form.budget(),
                files=incoming(form),
            )
            flash(_("申请已交，编号 %(number)s。验收人员会来踏勘。", number=project.number))
            return to_project(project.id)
    return page("project_form.html", form, p=None, stations=stations)


@bp.route("/stations/projects/<uuid:project_id>/edit", methods=["GET", "POST"])
@requires(PROJECT_PREPARE)
def edit_project(project_id: uuid.UUID) -> ResponseReturnValue:
    """Change an application until somebody was on the site."""
    actor = current_actor()
    project = service.get_project(actor, project_id)
    if project.status is not ProjectStatus.APPLIED and request.method == "GET":
        return to_project(project_id)
    form = RevisionForm.of(project)
    if "more" in request.form:
        form.add_rows()
    elif form.validate_on_submit():
        with form.catching():
            service.revise_application(
                actor=actor,
                request_id=form.request_id.data,
                project_id=project_id,
                purpose=form.purpose.data,
                builder_name=form.builder_name.data,
                builder_number=form.builder_number.data or "",
                lines=form.budget(),
                files=incoming(form),
            )
            flash(_("申请已改。"))
            return to_project(project_id)
    return page("project_form.html", form, p=service.get_project(actor, project_id), stations=[])


@bp.route("/stations/projects/<uuid:project_id>/withdrawal", methods=["GET", "POST"])
@requires(PROJECT_PREPARE)
def withdraw_project(project_id: uuid.UUID) -> ResponseReturnValue:
    """Take a project back."""
    actor = current_actor()
    form = ReasonForm()
    if form.validate_on_submit():
        with form.catching():
            service.withdraw_project(
                actor=actor, request_id=form.request_id.data, project_id=project_id, reason=form.reason.data
            )
            flash(_("项目已撤回。"))
            return redirect(url_for("stations.list_projects"), 303)
    return page("project_withdraw.html", form, p=service.get_project(actor, project_id))


@bp.post("/stations/project-files/<uuid:file_id>/removal")
@requires(PROJECTS_READ)
def remove_project_file(file_id: uuid.UUID) -> ResponseReturnValue:
    """Take a wrong file out; the service tells who may."""
    form = ActionForm()
    file = service.remove_file(actor=current_actor(), request_id=form.request_id.data, file_id=file_id)
    flash(_("已撤下“%(name)s”。", name=file.upload.filename))
    return to_project(file.project_id)
