"""The equipment register, one labelled thing, and counting on site."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import current_actor, find_actor, public, requires
from app.core.errors import NotFound
from app.core.ids import grouped
from app.core.pagination import paginate
from app.core.scope import covers
from app.core.sheets import Column, write_xlsx
from stations import service as network
from stations.forms.assets import SeenForm, count_form
from stations.models import CountResult, EquipmentUnit, StationKind
from stations.permissions import ASSETS_COUNT, PROJECTS_READ
from stations.rules.counting import Counted
from stations.service import acceptance as acceptances
from stations.service import projects as service
from stations.views import asked, bp
from stations.views.projects.tools import page, to_project

DEFINITION = _l("一行是一件贴有资产标签的设备。最近清点：最后一次现场清点的结果。")


def _wanted() -> dict[str, Any]:
    return {
        "text": request.args.get("q", "").strip()[:64],
        "kind": asked.member(StationKind, "kind"),
        "township_code": asked.code("township") or "",
        "found": request.args.get("found", ""),
    }


@bp.get("/stations/assets")
@requires(PROJECTS_READ)
def list_assets() -> ResponseReturnValue:
    """Every labelled thing in scope."""
    actor, wanted = current_actor(), _wanted()
    there, listed = service.equipment_present(actor.scope_code)
    return page(
        "asset_list.html",
        page=paginate(service.query_assets(actor, **wanted), request.args.get("page", 1, int)),
        wanted=wanted,
        there=there,
        listed=listed,
        townships=[(d.code, d.short_name) for d in acceptances.list_payees(actor)],
        kinds=StationKind.choices(),
        results=[*CountResult.choices(), (service.NEVER, _("没有清点过"))],
        definition=DEFINITION,
    )


@bp.get("/stations/assets/export")
@requires(PROJECTS_READ)
def export_assets() -> Response:
    """The same register, all pages, as XLSX."""
    columns = [
        Column(_("资产标签号")),
        Column(_("设备")),
        Column(_("型号")),
        Column(_("站点")),
        Column(_("类型")),
        Column(_("登记日期"), "date"),
        Column(_("最近清点")),
        Column(_("清点日期"), "date"),
        Column(_("清点人")),
    ]
    rows = [
        [
            unit.number,
            thing.name,
            thing.model,
            station.name,
            str(station.kind.label),
            clock.local(thing.added_at).date(),
            str(result.label) if result else "",
            day,
            who or "",
        ]
        for unit, thing, station, result, day, who in service.list_assets(current_actor(), **_wanted())
    ]
    content = write_xlsx(_("设备台账"), columns, rows, [str(DEFINITION)], at=clock.now())
    return asked.hand_out(content, f"{_('设备台账')}-{clock.today().isoformat()}.xlsx")


@bp.get("/stations/assets/<digits:number>")
@public
def show_asset(number: str) -> ResponseReturnValue:
    """What the code on a label opens: the thing for those in whose scope it lies, for others whose it is."""
    return _asset(_found(number))


def _found(number: str) -> EquipmentUnit:
    unit = service.find_asset(number)
    if unit is None:
        raise NotFound(_l("没有这个资产标签号，请对着标签再看一遍。"))
    return unit


def _asset(unit: EquipmentUnit, form: SeenForm | None = None) -> ResponseReturnValue:
    actor = find_actor()
    station = network.get_station(unit.station_id)
    inside = actor is not None and covers(actor.scope_code, unit.division_code)
    if not inside:
        return page("asset_public.html", number=grouped(unit.number), station=station, county=network.get_county())
    assert actor is not None  # noqa: S101  that is what inside says
    may_count = actor.may(ASSETS_COUNT) and unit.equipment.voided_at is None
    return page(
        "asset_show.html",
        form or (SeenForm(formdata=None) if may_count else None),
        unit=unit,
        number=grouped(unit.number),
        station=station,
        counts=service.asset_history(unit),
        project_shown=actor.may(PROJECTS_READ),
        may_count=may_count,
    )


@bp.post("/stations/assets/<digits:number>/count")
@requires(ASSETS_COUNT)
def count_asset(number: str) -> ResponseReturnValue:
    """One thing, seen on site after scanning its label."""
    unit = _found(number)
    form = SeenForm()
    if form.validate_on_submit():
        with form.catching():
            result = CountResult(form.result.data)
            service.count_assets(
                actor=current_actor(),
                request_id=form.request_id.data,
                station_id=unit.station_id,
                checked_on=clock.today(),
                counted=[Counted(unit.number, result, form.remark.data or "")],
            )
            flash(_("已记下“%(name)s”：%(result)s。扫下一个标签。", name=unit.equipment.name, result=result.label))
            return redirect(url_for("stations.show_asset", number=unit.number), 303)
        unit = _found(number)
    return _asset(unit, form)


@bp.route("/stations/projects/<uuid:project_id>/count", methods=["GET", "POST"])
@requires(ASSETS_COUNT)
def count_project_assets(project_id: uuid.UUID) -> ResponseReturnValue:
    """Go through the labels of a project's station."""
    actor = current_actor()
    project = service.get_project(actor, project_id)
    units = service.units_of_station(project.station_id)
    form = count_form(units, {unit.number: f"{unit.equipment.name} {grouped(unit.number)}" for unit in units})
    if form.validate_on_submit():
        with form.catching():
            counted = form.counted()
            service.count_assets(
                actor=actor,
                request_id=form.request_id.data,
                station_id=project.station_id,
                checked_on=form.checked_on.data,
                counted=counted,
            )
            flash(_("已记下 %(count)s 件的清点结果。", count=len(counted)))
            return to_project(project_id)
        project, units = service.get_project(actor, project_id), service.units_of_station(project.station_id)
    counts = service.last_counts([unit.id for unit in units])
    return page("asset_count.html", form, p=project, units=units, counts=counts)
