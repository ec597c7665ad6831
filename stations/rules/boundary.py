"""The outline of a county from a GeoJSON file (RFC 7946)."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask_babel import lazy_gettext as _l

from app.core.files import Problems, decode
from stations.rules.county_files import LATITUDES, LONGITUDES

Ring = list[list[float]]


class _Malformed(ValueError):
    """What is wrong with the geometry, in words."""


def parse_boundary(
    content: bytes, county_code: str | None, file: str = "boundary.geojson"
) -> tuple[dict[str, Any], Problems]:
    """The outline as one MultiPolygon geometry, and what is wrong with the file.

    Takes a Feature, a FeatureCollection, a Polygon or a MultiPolygon. Where the file names a code, it must be that of
    the county (``county_code`` None: not known, because the divisions are broken). Raises BrokenFiles when the file
    is not UTF-8.
    """
    text, problems = decode(content, file), Problems(file)
    outline: dict[str, Any] = {}
    try:
        found = json.loads(text, parse_constant=_no_constant)
        outline = {"type": "MultiPolygon", "coordinates": _polygons(found)}
        _check_code(found, county_code)
    except json.JSONDecodeError as error:
        problems.add(error.lineno, _l("不是完整的 JSON：第 %(column)s 个字符附近读不下去。", column=error.colno))
    except _Malformed as error:
        problems.add(None, error.args[0])
    except (RecursionError, ValueError):
        problems.add(None, _l("不是 GeoJSON。"))
    return outline, problems


def _no_constant(name: str) -> NoReturn:
    raise _Malformed(_l("坐标里有 %(name)s，不是数。", name=name))


def _polygons(found: Any) -> list[list[Ring]]:
    match found:
        case {"type": "FeatureCollection", "features": [*features]} if features:
            return [polygon for feature in features for polygon in _polygons(feature)]
        case {"type": "Feature", "geometry": {} as geometry}:
            return _polygons(geometry)
        case {"type": "Polygon", "coordinates": [*rings]}:
            return [_rings(rings)]
        case {"type": "MultiPolygon", "coordinates": [*polygons]} if polygons:
            return [_rings(rings) for rings in polygons]
    raise _Malformed(_l("应为 GeoJSON 的 Polygon 或 MultiPolygon（或含有它的 Feature）。"))


def _rings(rings: Any) -> list[Ring]:
    if not isinstance(rings, list) or not rings:
        raise _Malformed(_l("有一个多边形没有边界线。"))
    return [_ring(ring) for ring in rings]


def _ring(ring: Any) -> Ring:
    if not isinstance(ring, list) or len(ring) < 4:
        raise _Malformed(_l("一条边界线至少要有 4 个点。"))
    points = [_point(point) for point in ring]
    if points[0] != points[-1]:
        raise _Malformed(_l("边界线没有闭合：第一点和最后一点应相同。"))
    return points


def _point(point: Any) -> list[float]:
    match point:
        case [int() | float() as lon, int() | float() as lat, *_] if not isinstance(lon, bool) and not isinstance(
            lat, bool
        ):
            if LONGITUDES[0] <= lon <= LONGITUDES[1] and LATITUDES[0] <= lat <= LATITUDES[1]:
                return [float(lon), float(lat)]
            raise _Malformed(
                _l("坐标 %(lon)s, %(lat)s 不在中国范围内（经度在前，纬度在后）。", lon=str(lon)[:20], lat=str(lat)[:20])
            )
    raise _Malformed(_l("有一个点不是“经度, 纬度”两个数。"))


def _check_code(found: Any, county_code: str | None) -> None:
    named = found.get("properties") if isinstance(found, dict) else None
    code = named.get("code") if isinstance(named, dict) else None
    if code is not None and county_code is not None and str(code).ljust(12, "0")[:12] != county_code:
        raise _Malformed(_l("边界是 %(code)s 的，区划是 %(county)s 的。", code=str(code)[:20], county=county_code))
