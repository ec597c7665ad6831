"""Distance providers: great circle times a detour factor, or a matrix file. Metres."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from flask_babel import gettext as _
from numpy.typing import NDArray

from logistics.planner.problem import PlannerError

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
DETOUR = 1.4  # road over straight line; mountain counties lie higher, set it from own runs


class DistanceFileError(PlannerError):
    """A matrix file that cannot be used: says where and why."""


def great_circle(points: Sequence[tuple[float, float]], detour: float = DETOUR) -> NDArray[np.int64]:
    """Whole metres between all (longitude, latitude) points in degrees, times `detour`.

    Haversine formula on a sphere. Raises ValueError for a position that is no position.
    """
    degrees = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(degrees).all() or (np.abs(degrees) > (180, 90)).any():
        raise ValueError("longitude or latitude out of range")
    lon, lat = np.radians(degrees).T
    half = (
        np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
        + np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin((lon[:, None] - lon[None, :]) / 2) ** 2
    )
    metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    whole: NDArray[np.int64] = np.rint(metres * detour).astype(np.int64)
    return whole


def read_matrix(path: Path, size: int) -> NDArray[np.int64]:
    """A `size`×`size` matrix of metres from a comma-separated file without header.

    Raises DistanceFileError with the line and the reason.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = [row for row in csv.reader(lines) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DistanceFileError(_("距离表读不出来：%(reason)s", reason=error)) from error
    if len(rows) != size:
        words = _("距离表应有 %(size)d 行，实有 %(rows)d 行", size=size, rows=len(rows))
        raise DistanceFileError(words)
    return np.array([_row(number, row, size) for number, row in enumerate(rows, 1)], dtype=np.int64)


def _row(number: int, row: list[str], size: int) -> list[int]:
    if len(row) != size:
        words = _("第 %(line)d 行应有 %(size)d 个数，实有 %(n)d 个", line=number, size=size, n=len(row))
        raise DistanceFileError(words)
    return [_metres(number, cell) for cell in row]


def _metres(number: int, cell: str) -> int:
    try:
        metres = round(float(cell))
    except (ValueError, OverflowError):
        metres = -1
    if not 0 <= metres <= 40_100_000:  # around the earth
        raise DistanceFileError(_("第 %(line)d 行「%(cell)s」不是距离（米）", line=number, cell=cell))
    return metres
