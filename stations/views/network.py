"""Pages of the stations: list, one station, registering, editing, moving."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock
from app.core.access import Actor, current_actor, requires
from app.core.ids import grouped
from app.core.pagination import paginate
from app.core.scope import covers, township_of
from app.core.sheets import Column, write_xlsx
from stations import service
from stations.forms.network import EditForm, MoveForm, StationForm
from stations.models import Division, Level, Station, StationKind, StationStatus
from stations.permissions import (
    ACCEPTANCE_READ,
    STATIONS_EDIT,
    STATIONS_MANAGE,
    STATIONS_PHONE,
    STATIONS_READ,
)
from stations.rules.network import moves_by_hand
from stations.service.acceptance import list_of_station, may_prepare
from stations.views import asked, bp


@bp.get("/stations")
@requires(STATIONS_READ)
def list_stations() -> str:
    """Stations within the person's scope: search, filters, pages."""
    actor, filters = current_actor(), _filters()
    page = paginate(service.stations_query(scope_code=actor.scope_code, **filters), request.args.get("page", 1, int))
    return render_template(
        "stations/list.html",
        page=page,
        filters=filters,
        townships=service.list_divisions(Level.TOWNSHIP, actor.scope_code),
        township_names=_township_names(page.items),
        kinds=StationKind.choices(),
        statuses=StationStatus.choices(),
        may_manage=actor.may(STATIONS_MANAGE),
    )


def _filters() -> dict[str, Any]:
    return {
        "q": request.args.get("q", "").strip()[:64],
        "kind": asked.member(StationKind, "kind"),
        "status": asked.member(StationStatus, "status"),
        "township": asked.code("township"),
    }


def _township_names(stations: Any) -> dict[str, str]:
    return service.division_names({township_of(station.division_code) for station in stations})


@bp.get("/stations/export.xlsx")
@requires(STATIONS_READ)
def export_stations() -> Response:
    """The same list, all of it, as a sheet."""
    actor = current_actor()
    stations = service.list_stations(scope_code=actor.scope_code, **_filters())
    names = _township_names(stations)
    columns = [
        Column(_("编号")),
        Column(_("名称")),
        Column(_("类型")),
        Column(_("乡镇")),
        Column(_("村")),
        Column(_("区划代码")),
        Column(_("状态")),
        Column(_("状态开始"), "date"),
        Column(_("开业"), "date"),
        Column(_("计划前已建"), "text"),
        Column(_("负责人")),
        Column(_("地址")),
        Column(_("面积（平方米）"), "int"),
    ]
    rows = [
        (
            station.code,
            station.name,
            str(station.kind.label),
            names.get(township_of(station.division_code), ""),
            station.division.short_name if station.division.level is Level.VILLAGE else "",
            station.division_code,
            str(station.status.label),
            station.status_since,
            station.opened_on,
            _("是") if station.built_before_plan else _("否"),
            station.manager_name,
            station.address,
            station.area_m2,
        )
        for station in stations
    ]
    return asked.hand_out(write_xlsx(_("站点"), columns, rows, at=clock.now()), f"stations-{clock.today():%Y%m%d}.xlsx")


@bp.get("/stations/<uuid:station_id>")
@requires(STATIONS_READ)
def show_station(station_id: uuid.UUID) -> str:
    """One station: details, moves, what happened to it."""
    actor = current_actor()
    station = service.get_station(station_id, actor=actor)
    moves = moves_by_hand(station.status, station.built_before_plan) if actor.may(STATIONS_MANAGE) else []
    return render_template(
        "stations/station.html",
        station=station,
        code=grouped(station.code, 3),
        standing_in=service.division_name(station.division_code),
        villages=service.served_villages(station) if station.kind is StationKind.VILLAGE_POINT else [],
        moves=moves,
        status_history=service.status_history(station),
        history=audit.history(station)[:30],
        phone_shown=actor.may(STATIONS_PHONE) or actor.station_id == station.id,
        may_edit=actor.may(STATIONS_EDIT),
        acceptances=list_of_station(actor, station.id) if actor.may(ACCEPTANCE_READ) else [],
        may_prepare=may_prepare(actor, station.division_code) and station.status is StationStatus.SELF_INSPECTED,
    )


@bp.route("/stations/new", methods=["GET", "POST"])
@requires(STATIONS_MANAGE)
def new_station() -> ResponseReturnValue:
    """Register a station: the township is chosen first, then the village in it."""
    actor, township = current_actor(), _township_asked(current_actor())
    form = StationForm()
    form.division_code.choices = _places(township) if township else []
    if township and request.method == "POST" and form.validate():
        with form.catching():
            station = service.register_station(
                actor=actor,
                request_id=form.request_id.data,
                kind=StationKind(form.kind.data),
                division_code=form.division_code.data,
                name=form.name.data or "",
                details=form.details,
                built_before_plan=form.built_before_plan.data,
                planned_on=form.planned_on.data,
                reason=form.reason.data,
            )
            flash(_("已登记，编号 %(code)s。", code=grouped(station.code, 3)))
            return redirect(url_for("stations.show_station", station_id=station.id), 303)
    elif township and request.method == "GET":
        form.kind.data = (
            StationKind.COUNTY_CENTER if township.level is Level.COUNTY else StationKind.VILLAGE_POINT
        ).value
    page = render_template("stations/new.html", form=form, township=township, townships=_townships(actor))
    return page, 422 if form.errors else 200


def _township_asked(actor: Actor) -> Division | None:
    division = service.find_division(asked.code("township") or "")
    return division if division is not None and covers(actor.scope_code, division.code) else None


def _townships(actor: Actor) -> list[Division]:
    counties = service.list_divisions(Level.COUNTY, actor.scope_code)
    return [*counties, *service.list_divisions(Level.TOWNSHIP, actor.scope_code)]


def _places(above: Division) -> list[tuple[str, str]]:
    """The villages of a township, those without a point first in sight; then the township itself."""
    if above.level is not Level.TOWNSHIP:
        return [(above.code, above.short_name)]
    pointed = {s.division_code for s in service.list_stations(scope_code=above.code, kind=StationKind.VILLAGE_POINT)}
    villages = service.list_divisions(Level.VILLAGE, above.code)
    told = [(v.code, v.short_name + (_("（已有服务点）") if v.code in pointed else "")) for v in villages]
    return [*sorted(told, key=lambda place: place[0] in pointed), (above.code, above.short_name)]


@bp.route("/stations/<uuid:station_id>/edit", methods=["GET", "POST"])
@requires(STATIONS_EDIT)
def edit_station(station_id: uuid.UUID) -> ResponseReturnValue:
    """Change a station's details."""
    station = service.get_station(station_id, actor=current_actor())
    form = EditForm(obj=station)
    if form.validate_on_submit():
        with form.catching():
            service.edit_station(
                actor=current_actor(),
                request_id=form.request_id.data,
                station_id=station_id,
                name=form.name.data,
                details=form.details,
            )
            flash(_("已记下。"))
            return redirect(url_for("stations.show_station", station_id=station_id), 303)
    return render_template("stations/edit.html", form=form, station=station), 422 if form.errors else 200


@bp.route("/stations/<uuid:station_id>/move", methods=["GET", "POST"])
@requires(STATIONS_MANAGE)
def move_station(station_id: uuid.UUID) -> ResponseReturnValue:
    """Move a station to another status."""
    station = service.get_station(station_id, actor=current_actor())
    form = MoveForm()
    form.new_status.choices = [(s.value, s.label) for s in moves_by_hand(station.status, station.built_before_plan)]
    if form.validate_on_submit():
        with form.catching():
            moved = service.move_station(
                actor=current_actor(),
                request_id=form.request_id.data,
                station_id=station_id,
                new_status=StationStatus(form.new_status.data),
                effective_on=form.effective_on.data,
                reason=form.reason.data,
            )
            flash(_("现在是“%(status)s”。", status=moved.status.label))
            return redirect(url_for("stations.show_station", station_id=station_id), 303)
    elif request.method == "GET":
        form.new_status.data = request.args.get("to")
    return _move_page(form, station), 422 if form.errors else 200


def _move_page(form: MoveForm, station: Station) -> str:
    return render_template("stations/move.html", form=form, station=station)
