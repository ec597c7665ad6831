"""The part of a county's outline that lies around some places: a township's map shows the township."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Position = tuple[float, float]
Ring = list[Position]
MARGIN, LEAST_MARGIN = 0.12, 0.02  # of the span; degrees


def around(boundary: Mapping[str, Any], positions: Sequence[Position]) -> dict[str, Any]:
    """A MultiPolygon cut to the rectangle around the positions, with a margin; whole when nothing would be left."""
    west, east = _stretched([lon for lon, _lat in positions])
    south, north = _stretched([lat for _lon, lat in positions])
    cut = []
    for polygon in boundary["coordinates"]:
        rings = [_cut(ring, west, east, south, north) for ring in polygon]
        if rings[0]:
            cut.append([[list(position) for position in (*ring, ring[0])] for ring in rings if ring])
    return {"type": "MultiPolygon", "coordinates": cut or boundary["coordinates"]}


def _stretched(values: Sequence[float]) -> tuple[float, float]:
    margin = max((max(values) - min(values)) * MARGIN, LEAST_MARGIN)
    return min(values) - margin, max(values) + margin


def _cut(ring: Iterable[Sequence[float]], west: float, east: float, south: float, north: float) -> Ring:
    """Sutherland and Hodgman's clipping (1974), one side of the rectangle after the other."""
    left: Ring = [(position[0], position[1]) for position in ring]
    for axis, limit, sign in ((0, west, 1), (0, east, -1), (1, south, 1), (1, north, -1)):
        left = _cut_side(left, axis, limit, sign)
    return left


def _cut_side(ring: Ring, axis: int, limit: float, sign: int) -> Ring:
    """What lies on one side of a line: beyond the limit for sign 1, below it for -1."""
    kept: Ring = []
    for before, here in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
        inside = (here[axis] - limit) * sign >= 0
        if inside != ((before[axis] - limit) * sign >= 0):
            kept.append(_crossing(before, here, axis, limit))
        if inside:
            kept.append(here)
    return kept


def _crossing(before: Position, here: Position, axis: int, limit: float) -> Position:
    share = (limit - before[axis]) / (here[axis] - before[axis])
    other = before[1 - axis] + share * (here[1 - axis] - before[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)
