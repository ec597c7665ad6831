"""Through which township station a village's parcels pass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol, TypeVar

from app.core.scope import township_of


class Located(Protocol):
    """A station as routing sees it."""

    @property
    def code(self) -> str:
        """Its division code."""
        ...

    @property
    def lon(self) -> float | None:
        """Longitude in degrees."""
        ...

    @property
    def lat(self) -> float | None:
        """Latitude in degrees."""
        ...


P = TypeVar("P", bound=Located)


def township_for(village: Located, townships: Sequence[P]) -> P | None:
    """The station of the village's own township, else the nearest one; None when there is none at all."""
    own = township_of(village.code)
    for station in townships:
        if station.code == own:
            return station
    placed = [station for station in townships if station.lon is not None and station.lat is not None]
    if village.lon is None or village.lat is None or not placed:
        return townships[0] if townships else None
    return min(placed, key=lambda station: (_apart(village, station), station.code))


def _apart(a: Located, b: Located) -> float:
    """Square of the distance in degrees of latitude: good enough to compare within one county."""
    if a.lon is None or a.lat is None or b.lon is None or b.lat is None:
        return math.inf
    east = (a.lon - b.lon) * math.cos(math.radians(a.lat))
    return east**2 + (a.lat - b.lat) ** 2
