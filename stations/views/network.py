"""Pages of the stations: list, one station, registering, editing, moving."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock
from app.core.access import Actor, Role, current_actor, requires
from app.core.ids import grouped
from app.core.pagination import paginate
from app.core.scope import covers
from app.core.sheets import write_xlsx
from stations import service
from stations.forms.network import EditForm, MoveForm, StationForm
from stations.models import Division, Level, Station, StationKind, StationStatus
from stations.permissions import (
    ACCEPTANCE_READ,
    INSPECTIONS_READ,
    PROJECT_PREPARE,
    PROJECTS_READ,
    STATIONS_EDIT,
    STATIONS_LOCATE,
    STATIONS_MANAGE,
    STATIONS_PHONE,
    STATIONS_READ,
)
from stations.rules.network import moves_by_hand
from stations.service.acceptance import has_checklist, list_of_station
from stations.service.inspection import inspections_of_station
from stations.service.projects import projects_of_station
from stations.views import asked, bp, sheets


@bp.get("/stations")
@requires(STATIONS_READ)
def list_stations() -> str:
    """Stations within the person's scope, today or on a past day: search, filters, pages."""
    actor, filters, on = current_actor(), _filters(), asked.past_day("on")
    query = service.stations_on_query(on=on, scope_code=actor.scope_code, **filters)
    page = paginate(query, request.args.get("page", 1, int))
    return render_template(
        "stations/list.html",
        page=page,
        stations=service.listed_on(page.items, on),
        filters=filters,
        on=on,
        past=on < clock.today(),
        townships=service.list_divisions(Level.TOWNSHIP, actor.scope_code, on),
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


@bp.get("/stations/export.xlsx")
@requires(STATIONS_READ)
def export_stations() -> Response:
    """The same list, all of it, as a sheet, with what each station is like."""
    actor, on = current_actor(), asked.past_day("on")
    stations = service.list_stations_on(on=on, scope_code=actor.scope_code, **_filters())
    content = write_xlsx(
        _("站点"), sheets.station_columns(), sheets.station_rows(stations, on), sheets.station_notes(on), at=clock.now()
    )
    return asked.hand_out(content, f"stations-{on:%Y%m%d}.xlsx")


@bp.get("/stations/<uuid:station_id>")
@requires(STATIONS_READ)
def show_station(station_id: uuid.UUID) -> str:
    """One station: details, moves, what happened to it."""
    actor = current_actor()
    station = service.get_station(station_id, actor=actor)
    moves = _moves(station) if actor.may(STATIONS_MANAGE) else []
    return render_template(
        "stations/station.html",
        station=station,
        code=grouped(station.code, 3),
        standing_in=service.division_name(station.division_code),
        served=service.served_links(station) if station.kind is StationKind.VILLAGE_POINT else [],
        profile=service.profiles_on([station.id], clock.today())[station.id],
        positions=service.positions_of(station),
        partners=service.partners_of(station),
        offers=service.offers_of(station),
        premises=service.premises_of(station),
        may_manage=actor.may(STATIONS_MANAGE),
        by_acceptance=has_checklist(station.kind),
        may_locate=actor.may(STATIONS_LOCATE) and not _other_operators(actor, station),
        moves=moves,
        status_history=service.status_history(station),
        history=audit.history(station)[:30],
        phone_shown=actor.may(STATIONS_PHONE) or actor.station_id == station.id,
        may_edit=actor.may(STATIONS_EDIT),
        acceptances=list_of_station(actor, station.id) if actor.may(ACCEPTANCE_READ) else [],
        projects=projects_of_station(actor, station.id) if actor.may(PROJECTS_READ) else [],
        may_apply=actor.may(PROJECT_PREPARE) and station.status is StationStatus.PLANNED,
        inspections=inspections_of_station(actor, station.id) if actor.may(INSPECTIONS_READ) else [],
        inspection_scores_shown=actor.role is not Role.VILLAGE_OPERATOR,
    )


def _moves(station: Station) -> list[StationStatus]:
    return moves_by_hand(station.status, station.built_before_plan or not has_checklist(station.kind))


def _other_operators(actor: Actor, station: Station) -> bool:
    return actor.role is Role.VILLAGE_OPERATOR and actor.station_id != station.id


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
                sure=form.sure.data,
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
    form.new_status.choices = [(s.value, s.label) for s in _moves(station)]
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
