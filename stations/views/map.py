"""The map of the network: stations by what they are, uncovered villages by another shape."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from app.core.charts import PERSIMMON, SKY, TEA
from app.core.drawing import Drawing
from app.core.maps import Kind, MapLabel, MapPoint, Mark, county_map
from app.core.scope import county_of
from stations import service
from stations.models import BUILT, Division, Level, Station, StationKind, StationStatus
from stations.rules.coverage import Coverage
from stations.rules.outline import around

GOLD, TEA_DEEP = "#8a6a12", "#14513a"
SIZE: dict[str, float] = {"width": 480, "label_size": 11}  # shown 300 pixels wide on a phone, 720 on a desk
ENDED = frozenset({StationStatus.CLOSED, StationStatus.SUSPENDED})


def draw_map(scope_code: str, coverage: Coverage, on: date) -> Drawing | None:
    """The scope's stations and uncovered villages in the outline of the county; None without an outline.

    A station without a position of its own stands where its division does.
    """
    county = service.find_division(county_of(scope_code))
    if county is None or county.boundary is None:
        return None
    places = {place.code: place for place in service.list_divisions(scope_code=scope_code, on=on)}
    names = service.names_of(places, on)
    points = [*_stations(scope_code, places, on), *_uncovered(coverage, places)]
    if scope_code == county.code or not points:
        return county_map(
            county.boundary, points, _kinds(points), labels=_labels(places, names, Level.TOWNSHIP), **SIZE
        )
    near = around(county.boundary, [(point.lon, point.lat) for point in points])
    return county_map(near, points, _kinds(points), labels=_labels(places, names, Level.VILLAGE), **SIZE)


def _kinds(points: Sequence[MapPoint]) -> dict[str, Kind]:
    """Every class of points that is there, the few that matter most first: they lie on top."""
    every = {
        "center": Kind(_("县级公共服务中心"), Mark.DIAMOND, SKY, 6.5),
        "township": Kind(_("乡镇综合服务站"), Mark.SQUARE, TEA_DEEP, 4.8),
        "uncovered": Kind(_("未覆盖的村"), Mark.TRIANGLE, PERSIMMON, 4.2),
        "stopped": Kind(_("停业、关闭"), Mark.CROSS, PERSIMMON, 4),
        "building": Kind(_("规划、建设中"), Mark.RING, GOLD, 3.6),
        "liaison": Kind(_("联络点"), Mark.DIAMOND, TEA, 3.2),
        "point": Kind(_("村级服务点"), Mark.DOT, TEA, 3),
    }
    there = {point.kind for point in points}
    return {name: kind for name, kind in every.items() if name in there}


def _kind_of(station: Station, status: StationStatus) -> str:
    if status in ENDED:
        return "stopped"
    if status not in BUILT:
        return "building"
    return {
        StationKind.COUNTY_CENTER: "center",
        StationKind.TOWNSHIP_STATION: "township",
        StationKind.VILLAGE_POINT: "point",
        StationKind.LIAISON_POINT: "liaison",
    }[station.kind]


def _stations(scope_code: str, places: dict[str, Division], on: date) -> Iterable[MapPoint]:
    stations = service.stations_on(scope_code, on)
    names = service.station_names_on([station.id for station, _status in stations], on)
    for station, status in stations:
        own = station.lon is not None and station.lat is not None
        at = station if own else places.get(station.division_code)
        if at is not None and at.lon is not None and at.lat is not None:
            url = url_for("stations.show_station", station_id=station.id)
            yield MapPoint(at.lon, at.lat, _kind_of(station, status), names.get(station.id, station.name), url)


def _uncovered(coverage: Coverage, places: dict[str, Division]) -> Iterable[MapPoint]:
    for village in coverage.uncovered:
        place = places[village.code]
        if place.lon is not None and place.lat is not None:
            yield MapPoint(place.lon, place.lat, "uncovered", str(village))


def _labels(places: dict[str, Division], names: dict[str, str], level: Level) -> list[MapLabel]:
    return [
        MapLabel(place.lon, place.lat, names[place.code])
        for place in places.values()
        if place.level is level and place.lon is not None and place.lat is not None
    ]
