"""The plan: what is to stand, what stands, what is missing; and the form that sets it."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.core import clock
from app.core.access import current_actor, requires
from app.core.charts import Series, exact, line_chart
from app.core.format import day as format_day
from app.core.pagination import paginate_list
from app.core.scope import county_of
from app.core.sheets import Column, write_xlsx
from stations import service
from stations.forms.plan import PlanForm
from stations.models import Level, Measure
from stations.permissions import PLAN_SET, STATIONS_READ
from stations.service.plans import targets_of
from stations.service.progress import Course, Missing
from stations.views import asked, bp


@bp.get("/stations/plan")
@requires(STATIONS_READ)
def show_plan() -> str:
    """The county's newest plan, or a year's, against what stands and against time, today or on a past day."""
    actor, on = current_actor(), asked.past_day("on")
    status, courses = service.plan_course(actor=actor, year=asked.year(), on=on)
    return render_template(
        "stations/plan.html",
        status=status,
        courses=[(course, _chart(course)) for course in courses],
        years=service.plan_years(county_of(actor.scope_code)),
        past=on < clock.today(),
        may_plan=actor.may(PLAN_SET),
    )


def _chart(course: Course) -> Markup:
    """The plan and what stood, month by month."""
    series = [Series(_("实际"), course.reached), Series(_("计划"), course.expected)]
    labels = [_("年初"), *(_("%(n)s 月", n=day.month) for day in course.days[1:])]
    unit = _("村") if course.status.target.measure.is_percentage else _("个")
    drawing = line_chart(series, labels, unit=unit, number=exact)
    title = _("%(measure)s：计划与实际", measure=course.status.target.measure.label)
    return Markup(drawing.to_svg(title=title, desc=_("逐月数字见下表。")))  # noqa: S704  escaped there


@bp.get("/stations/plan/missing")
@requires(STATIONS_READ)
def list_missing() -> str:
    """The places that a measure of the plan still lacks, by name, within the person's scope."""
    actor, on = current_actor(), asked.past_day("on")
    return render_template(
        "stations/plan_missing.html",
        page=paginate_list(_missing(), request.args.get("page", 1, int)),
        measure=_measure(),
        measures=Measure.choices(),
        q=asked.words(),
        township=asked.code("township"),
        townships=service.list_divisions(Level.TOWNSHIP, actor.scope_code, on),
        on=on,
        past=on < clock.today(),
    )


def _measure() -> Measure:
    return asked.member(Measure, "measure") or Measure.VILLAGE_POINTS


def _missing() -> list[Missing]:
    return service.missing_places(
        actor=current_actor(),
        measure=_measure(),
        on=asked.past_day("on"),
        q=asked.words(),
        township=asked.code("township"),
    )


@bp.get("/stations/plan/missing.xlsx")
@requires(STATIONS_READ)
def export_missing() -> Response:
    """The same places as a sheet."""
    on, measure = asked.past_day("on"), _measure()
    columns = [Column(_("乡镇")), Column(_("名称")), Column(_("区划代码")), Column(_("重点")), Column(_("进展"))]
    rows = [
        (
            one.place.township,
            one.place.name,
            one.place.code,
            _("是") if one.place.is_key else _("否"),
            str(one.coming.label) if one.coming else _("还没有站点"),
        )
        for one in _missing()
    ]
    notes = [_("%(measure)s，截至 %(day)s 还缺的。", measure=measure.label, day=format_day(on))]
    content = write_xlsx(_("还缺的名单"), columns, rows, notes, at=clock.now())
    return asked.hand_out(content, f"missing-{measure.value}-{on:%Y%m%d}.xlsx".replace("_", "-"))


@bp.route("/stations/plan/edit", methods=["GET", "POST"])
@requires(PLAN_SET)
def edit_plan() -> ResponseReturnValue:
    """Set the plan of a year; the form begins with the one of ``year``, else with the newest."""
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
    plan = service.find_plan(county, asked.year()) or service.find_plan(county)
    form.year.data = plan.year if plan else clock.today().year
    form.name.data = plan.name if plan else _("%(year)s 年农村电商服务站点建设计划", year=form.year.data)
    if plan:
        form.fill(targets_of(plan))
