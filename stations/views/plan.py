"""The plan: what is to stand, what stands, what is missing; and the form that sets it."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import current_actor, requires
from app.core.scope import county_of
from stations import service
from stations.forms.plan import PlanForm
from stations.permissions import PLAN_SET, STATIONS_READ
from stations.service.plans import targets_of
from stations.views import bp


@bp.get("/stations/plan")
@requires(STATIONS_READ)
def show_plan() -> str:
    """The county's newest plan against what stands."""
    actor = current_actor()
    return render_template("stations/plan.html", status=service.plan_status(actor=actor), may_plan=actor.may(PLAN_SET))


@bp.route("/stations/plan/edit", methods=["GET", "POST"])
@requires(PLAN_SET)
def edit_plan() -> ResponseReturnValue:
    """Set the plan of a year; the form begins with the newest one."""
    actor, form = current_actor(), PlanForm()
    county = county_of(actor.scope_code)
    if form.validate_on_submit():
        with form.catching():
            service.set_plan(
                actor=actor,
                request_id=form.request_id.data,
                county_code=county,
                year=form.year.data,
                name=form.name.data,
                targets=form.targets,
            )
            flash(_("计划已记下。"))
            return redirect(url_for("stations.show_plan"), 303)
    elif not form.is_submitted():
        _fill(form, county)
    return render_template("stations/plan_form.html", form=form), 422 if form.errors else 200


def _fill(form: PlanForm, county: str) -> None:
    plan = service.find_plan(county)
    form.year.data = plan.year if plan else clock.today().year
    form.name.data = plan.name if plan else _("%(year)s 年农村电商服务站点建设计划", year=form.year.data)
    if plan:
        form.fill(targets_of(plan))
