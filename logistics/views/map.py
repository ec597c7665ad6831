"""The routes of runs on the county's map."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from app.core.access import current_actor
from app.core.charts import SKY, TEA
from app.core.maps import Kind, MapLabel, MapPoint, Mark, Route, county_map
from app.core.scope import county_of
from logistics.models import Run, Tier
from logistics.service.places import Place, places
from stations import service as stations_service
from stations.models import Division, StationKind
from stations.permissions import STATIONS_READ
from stations.rules.outline import around

_KINDS = {
    StationKind.COUNTY_CENTER: ("center", Mark.DIAMOND, SKY, 6.5),
    StationKind.TOWNSHIP_STATION: ("township", Mark.SQUARE, "#14513a", 4.8),
    StationKind.VILLAGE_POINT: ("village", Mark.DOT, TEA, 3.0),
}
_TRUCK, _VAN = "#b0441a", "#4d7fa8"
_ONE = 1  # a single run is drawn close up


def draw_routes(runs: Sequence[Run], scope_code: str) -> Markup | None:
    """The runs' ways through their stations as SVG; None without runs or without an outline of the county."""
    shown = [run for run in runs if run.stops]
    county = _county(scope_code, shown)
    if county is None or county.boundary is None or not shown:
        return None
    known = places({i for run in shown for i in _ids(run)})
    routes = [route for route in (_route(run, known) for run in shown) if len(route.positions) > 1]
    points = [_point(place) for place in known.values() if place.has_position and place.kind in _KINDS]
    boundary = county.boundary
    if len(shown) == _ONE and points:
        boundary = around(boundary, [(p.lon, p.lat) for p in points])
    kinds = {name: Kind(str(kind.label), mark, colour, size) for kind, (name, mark, colour, size) in _KINDS.items()}
    there = {point.kind for point in points}
    drawing = county_map(
        boundary,
        points,
        {name: kind for name, kind in kinds.items() if name in there},
        labels=_labels(known, close=len(shown) == _ONE),
        routes=routes,
        width=480,
    )
    return Markup(drawing.to_svg(title=_("班车线路图"), desc=_("%(n)s 趟班车的线路，站点顺序见下表。", n=len(shown))))  # noqa: S704


def _county(scope_code: str, runs: Sequence[Run]) -> Division | None:
    code = runs[0].division_code if runs else scope_code
    return stations_service.find_division(county_of(code))


def _ids(run: Run) -> list[uuid.UUID]:
    return [run.start_station_id, *(stop.station_id for stop in run.stops), run.start_station_id]


def _route(run: Run, known: dict[uuid.UUID, Place]) -> Route:
    found = [known[i] for i in _ids(run)]
    positions = [(p.lon, p.lat) for p in found if p.lon is not None and p.lat is not None]
    return Route(positions, str(run.tier.label), _TRUCK if run.tier is Tier.TOWNSHIP else _VAN)


def _point(place: Place) -> MapPoint:
    return MapPoint(place.lon or 0.0, place.lat or 0.0, _KINDS[place.kind][0], place.name, _href(place))


def _href(place: Place) -> str | None:
    """The station's page, for those who may open it."""
    return url_for("stations.show_station", station_id=place.id) if current_actor().may(STATIONS_READ) else None


def _labels(known: dict[uuid.UUID, Place], *, close: bool) -> list[MapLabel]:
    """Names of the higher stations; close up also of the villages."""
    order = {StationKind.COUNTY_CENTER: 0, StationKind.TOWNSHIP_STATION: 1}
    wanted = [p for p in known.values() if p.has_position and (close or p.kind in order)]
    wanted.sort(key=lambda p: order.get(p.kind, 2))
    return [MapLabel(p.lon or 0.0, p.lat or 0.0, p.name) for p in wanted]
