"""Whether a position taken on site can be right. Degrees are WGS 84, as phones and cameras give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Any

from flask_babel import lazy_gettext as _l

from stations.errors import PositionDoubtful

EARTH_KM = 6371.0088  # mean radius, IUGG
FARTHEST_KM = 30  # the villages' own positions are estimates
Spot = tuple[float, float]  # longitude, latitude


def distance_km(one: Spot, other: Spot) -> float:
    """The distance along the ground (haversine)."""
    (lon, lat), (lon2, lat2) = (map(radians, spot) for spot in (one, other))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def inside(spot: Spot, boundary: Mapping[str, Any]) -> bool:
    """Whether a spot lies within a GeoJSON MultiPolygon; holes are outside."""
    return any(sum(_crosses(spot, ring) for ring in polygon) % 2 == 1 for polygon in boundary["coordinates"])


def _crosses(spot: Spot, ring: Sequence[Sequence[float]]) -> int:
    """How often a line from the spot to the east meets the ring: odd means inside."""
    lon, lat = spot
    times = 0
    for (x1, y1, *_a), (x2, y2, *_b) in pairwise(ring):
        if (y1 > lat) != (y2 > lat) and lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1):
            times += 1
    return times


def doubt(spot: Spot, boundary: Mapping[str, Any] | None, estimate: Spot | None) -> str:
    """What speaks against a position, in a sentence; empty when nothing does.

    ``estimate`` is where the station's division lies as far as is known.
    """
    if boundary is not None and not inside(spot, boundary):
        return str(_l("这个位置在本县边界以外。"))
    if estimate is None:
        return ""
    far = distance_km(spot, estimate)
    if far <= FARTHEST_KM:
        return ""
    return str(_l("这个位置离村里有 %(far)s 公里，超过 %(most)s 公里。", far=round(far), most=FARTHEST_KM))


def check_position(spot: Spot, boundary: Mapping[str, Any] | None, estimate: Spot | None, *, sure: bool) -> str:
    """Ask back about a position that can hardly be right; returns what was doubted when the person is sure.

    Raises PositionDoubtful at ``sure``.
    """
    why = doubt(spot, boundary, estimate)
    if why and not sure:
        raise PositionDoubtful(
            _l("%(why)s请核对经度、纬度有没有写反或写错；确实在这里，就勾选“位置没有错”再记一次。", why=why)
        )
    return why
