"""Villages next door that a point serves because its acceptance says so (就近覆盖)."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import Actor, current_actor, requires
from app.core.errors import NotFound
from app.core.format import day
from app.core.scope import county_of, township_of
from stations import service
from stations.forms.profile import NeighbourForm, StopServingForm
from stations.models import Level, Station
from stations.permissions import STATIONS_MANAGE
from stations.service.acceptance import list_of_station
from stations.views import bp


@bp.route("/stations/<uuid:station_id>/neighbours/new", methods=["GET", "POST"])
@requires(STATIONS_MANAGE)
def serve_village(station_id: uuid.UUID) -> ResponseReturnValue:
    """Name a village that a point covers as well."""
    actor, form = current_actor(), NeighbourForm()
    station = service.get_station(station_id, actor=actor)
    form.offer(_villages(station), _acceptances(actor, station))
    if form.validate_on_submit():
        with form.catching():
            link = service.serve_village(
                actor=actor,
                request_id=form.request_id.data,
                station_id=station_id,
                village_code=form.village_code.data,
                valid_from=form.valid_from.data,
                reason=form.reason.data,
                acceptance_id=form.acceptance,
            )
            flash(_("已记下就近覆盖%(name)s。", name=link.village.short_name))
            return redirect(url_for("stations.show_station", station_id=station_id, _anchor="villages"), 303)
    body = render_template("stations/neighbour.html", form=form, station=station, link=None)
    return body, 422 if form.errors else 200


def _villages(station: Station) -> dict[str, list[tuple[str, Any]]]:
    """The villages of the county by township, those of the station's own township first."""
    county = county_of(station.division_code)
    towns = service.list_divisions(Level.TOWNSHIP, county)
    villages = service.list_divisions(Level.VILLAGE, county)
    own = station.division_code
    towns = sorted(towns, key=lambda town: (town.code != township_of(own), town.code))
    grouped = {
        town.short_name: [(v.code, v.short_name) for v in villages if v.parent_code == town.code and v.code != own]
        for town in towns
    }
    return {town: places for town, places in grouped.items() if places}


def _acceptances(actor: Actor, station: Station) -> list[tuple[str, str]]:
    return [(str(a.id), f"{a.template_title} · {day(a.opened_at)}") for a in list_of_station(actor, station.id)]


@bp.route("/stations/<uuid:station_id>/neighbours/<division:village_code>/stop", methods=["GET", "POST"])
@requires(STATIONS_MANAGE)
def stop_serving(station_id: uuid.UUID, village_code: str) -> ResponseReturnValue:
    """The point no longer covers a neighbour."""
    actor, form = current_actor(), StopServingForm()
    station = service.get_station(station_id, actor=actor)
    link = service.find_service(station, village_code)
    if form.validate_on_submit():
        with form.catching():
            ended = service.stop_serving(
                actor=actor,
                request_id=form.request_id.data,
                station_id=station_id,
                village_code=village_code,
                valid_to=form.valid_to.data,
                reason=form.reason.data,
            )
            flash(_("已记下不再覆盖%(name)s。", name=ended.village.short_name))
            return redirect(url_for("stations.show_station", station_id=station_id, _anchor="villages"), 303)
    if link is None:
        raise NotFound(_("这个点没有就近覆盖这个村。"))
    body = render_template("stations/neighbour.html", form=form, station=station, link=link)
    return body, 422 if form.errors else 200
