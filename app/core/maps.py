"""A map of the county: its boundary, its places, its routes. Small enough for a village line, the same on paper.

Degrees become pixels by the equirectangular projection with the longitude shortened by the cosine of the middle
latitude: over one county (1–2°) that is off by less than the width of a line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from app.core.charts import GRID, INK, PERSIMMON, SKY, SOFT, TEA, TEA_WASH
from app.core.drawing import Drawing, Point, text_width

Position = tuple[float, float]
Box = tuple[float, float, float, float]


class Mark(Enum):
    """The shape of a point: colour is never its only sign."""

    DOT = "dot"
    RING = "ring"
    SQUARE = "square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    CROSS = "cross"


@dataclass(frozen=True)
class Kind:
    """One class of points: its word in the legend, its shape, colour and size (half the width in pixels)."""

    label: str
    mark: Mark
    colour: str = TEA
    size: float = 4


@dataclass(frozen=True)
class MapPoint:
    """A place in degrees (WGS 84): its kind, what it is called, and where it leads when there is a page for it."""

    lon: float
    lat: float
    kind: str
    title: str
    href: str | None = None


@dataclass(frozen=True)
class MapLabel:
    """A name written beside a place; where two names would overlap, the earlier one stands."""

    lon: float
    lat: float
    text: str


@dataclass(frozen=True)
class Route:
    """A way through positions (lon, lat); `colour` None takes the next of three, each with its own dash."""

    positions: Sequence[Position]
    title: str
    colour: str | None = None


_ROUTE_LOOKS = ((PERSIMMON, ()), (SKY, (8, 4)), ("#8a6a12", (2, 4)))
_SIDES: tuple[tuple[float, float], ...] = ((1, 0), (-1, 0), (0, -1), (0, 1))


def county_map(
    boundary: Mapping[str, Any],
    points: Sequence[MapPoint],
    kinds: Mapping[str, Kind],
    *,
    labels: Sequence[MapLabel] = (),
    routes: Sequence[Route] = (),
    width: float = 640,
    label_size: float = 11,
) -> Drawing:
    """The county from a GeoJSON Feature, FeatureCollection or (Multi)Polygon, as high as its shape asks for.

    Every kind stands in the legend with the number of its points. ValueError when the boundary has no polygon,
    KeyError when a point's kind is not among `kinds`.
    """
    polygons = list(_polygons(boundary))
    if not polygons:
        raise ValueError("the boundary has no polygon")
    outline = [position for polygon in polygons for ring in polygon for position in ring]
    seen = outline + [(p.lon, p.lat) for p in points] + [position for route in routes for position in route.positions]
    project, height = _projection(seen, width)
    legend = _legend(points, kinds, routes, width)
    drawing = Drawing(width, height + legend.height)
    for polygon in polygons:
        drawing.polygon([map(project, ring) for ring in polygon], TEA_WASH, stroke=SOFT, width=1.2)
    _draw_routes(drawing, routes, project)
    taken = [_draw_point(drawing, point, kinds[point.kind], project) for point in _by_kind(points, kinds)]
    _draw_labels(drawing, labels, project, taken, label_size)
    drawing.place(legend, 0, height)
    return drawing


def _polygons(geometry: Mapping[str, Any]) -> Iterator[list[list[Position]]]:
    match geometry.get("type"):
        case "FeatureCollection":
            for feature in geometry["features"]:
                yield from _polygons(feature)
        case "Feature":
            yield from _polygons(geometry["geometry"])
        case "Polygon":
            yield _rings(geometry["coordinates"])
        case "MultiPolygon":
            yield from map(_rings, geometry["coordinates"])


def _rings(coordinates: Iterable[Iterable[Sequence[float]]]) -> list[list[Position]]:
    return [[(position[0], position[1]) for position in ring] for ring in coordinates]


def _projection(
    seen: Sequence[Position], width: float, margin: float = 12
) -> tuple[Callable[[Position], Point], float]:
    west, east = min(lon for lon, _ in seen), max(lon for lon, _ in seen)
    south, north = min(lat for _, lat in seen), max(lat for _, lat in seen)
    shorten = math.cos(math.radians((south + north) / 2))
    scale = (width - 2 * margin) / (((east - west) * shorten) or 1)

    def project(position: Position) -> Point:
        lon, lat = position
        return margin + (lon - west) * shorten * scale, margin + (north - lat) * scale

    return project, (north - south) * scale + 2 * margin


def _by_kind(points: Sequence[MapPoint], kinds: Mapping[str, Kind]) -> list[MapPoint]:
    """The kinds named first lie on top: they are the few that matter most."""
    order = {kind: n for n, kind in enumerate(kinds)}
    return sorted(points, key=lambda point: -order[point.kind])


def _draw_routes(drawing: Drawing, routes: Sequence[Route], project: Callable[[Position], Point]) -> None:
    for n, route in enumerate(routes):
        colour, dash = _route_look(n, route)
        drawing.polyline(map(project, route.positions), colour, width=2.5, dash=dash, title=route.title)


def _route_look(n: int, route: Route) -> tuple[str, tuple[float, ...]]:
    colour, dash = _ROUTE_LOOKS[n % len(_ROUTE_LOOKS)]
    return route.colour or colour, dash


def _draw_point(drawing: Drawing, point: MapPoint, kind: Kind, project: Callable[[Position], Point]) -> Box:
    x, y = project((point.lon, point.lat))
    _draw_mark(drawing, x, y, kind, f"{point.title} · {kind.label}", point.href)
    return x - kind.size, y - kind.size, x + kind.size, y + kind.size


def _draw_mark(
    drawing: Drawing, x: float, y: float, kind: Kind, title: str | None = None, href: str | None = None
) -> None:
    size, colour = kind.size, kind.colour
    if kind.mark is Mark.DOT:
        drawing.circle((x, y), size, colour, href=href, title=title, stroke="#ffffff")
    elif kind.mark is Mark.RING:
        drawing.circle((x, y), size - 0.7, "#ffffff", stroke=colour, stroke_width=1.6, href=href, title=title)
    elif kind.mark is Mark.SQUARE:
        drawing.rect(x - size, y - size, 2 * size, 2 * size, colour, href=href, title=title, stroke="#ffffff")
    else:
        corners = [(x + dx * size, y + dy * size) for dx, dy in _CORNERS[kind.mark]]
        drawing.polygon([corners], colour, href=href, title=title, stroke="#ffffff")


_CORNERS: dict[Mark, tuple[Point, ...]] = {
    Mark.DIAMOND: ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
    Mark.TRIANGLE: ((0, -1.3), (1.2, 0.9), (-1.2, 0.9)),
    Mark.CROSS: (
        *((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4)),
        *((0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
    ),
}


def _draw_labels(
    drawing: Drawing,
    labels: Sequence[MapLabel],
    project: Callable[[Position], Point],
    taken: list[Box],
    size: float,
) -> None:
    """Each name to the right, left, above or below its place, where it covers no name; points may show through."""
    names: list[Box] = []
    for label in labels:
        x, y = project((label.lon, label.lat))
        boxes = [_label_box(x, y, side, text_width(label.text, size), size) for side in _SIDES]
        free = [b for b in boxes if _inside(b, drawing) and not any(_overlap(b, name) for name in names)]
        if free:
            # what must be covered is the smallest
            box = min(free, key=lambda b: sum((p[2] - p[0]) ** 2 for p in taken if _overlap(b, p)))
            names.append(box)
            drawing.text(box[0], box[3] - size * 0.2, label.text, size=size, colour=INK, halo="#ffffff")


def _label_box(x: float, y: float, side: tuple[float, float], width: float, size: float) -> Box:
    centre_x, centre_y = x + side[0] * (width / 2 + 8), y + side[1] * (size / 2 + 8)
    return centre_x - width / 2, centre_y - size / 2, centre_x + width / 2, centre_y + size / 2


def _inside(box: Box, drawing: Drawing) -> bool:
    return box[0] >= 0 and box[1] >= 0 and box[2] <= drawing.width and box[3] <= drawing.height


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _legend(points: Sequence[MapPoint], kinds: Mapping[str, Kind], routes: Sequence[Route], width: float) -> Drawing:
    """Kinds with their counts and routes with their names, in as many lines as they need."""
    legend = Drawing(width, 0)
    x, y = 14.0, 18.0
    entries = [(f"{kind.label} {sum(p.kind == name for p in points)}", name) for name, kind in kinds.items()]
    looks = {route.title: _route_look(n, route) for n, route in reversed(list(enumerate(routes)))}
    titles = list(dict.fromkeys(route.title for route in routes))  # routes of one title are one entry
    for text, name in [*entries, *((title, None) for title in titles)]:
        room = 16 + text_width(text, 12) + 22 + (0 if name else 20)
        if x > 14 and x + room > width:
            x, y = 14.0, y + 20
        if name is not None:
            _draw_mark(legend, x, y - 4, kinds[name])
        else:
            colour, dash = looks[text]
            legend.line((x - 6, y - 4), (x + 24, y - 4), colour, width=2.5, dash=dash)
        legend.text(x + (12 if name is not None else 30), y, text, size=12, colour=INK)
        x += room
    legend.line((0, 1), (width, 1), GRID)
    legend.height = y + 8 if kinds or routes else 0
    return legend
