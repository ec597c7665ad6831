"""Coverage: how much of the county the network reaches.

Villages are counted, not points: two points in one village cover it once, and a point covers a neighbouring village
only where its acceptance names it (就近覆盖). Key villages (重点村、脱贫村) have a denominator of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from stations.models import BUILT, Level, StationKind, StationStatus
from stations.rules.mergers import lies_in, township_on


@dataclass(frozen=True)
class Place:
    """A division as coverage sees it."""

    code: str
    name: str
    level: Level
    is_key: bool = False


@dataclass(frozen=True)
class Standing:
    """A station on the day in question: where, what, in which status, and which further villages it serves by name."""

    division_code: str
    kind: StationKind
    status: StationStatus
    neighbours: tuple[str, ...] = ()


@dataclass(frozen=True)
class Uncovered:
    """A village that no point covers, or a township without a station (then it is its own township)."""

    code: str
    name: str
    township_code: str
    township: str
    is_key: bool

    def __str__(self) -> str:
        return self.name if self.code == self.township_code else f"{self.township} {self.name}"


@dataclass(frozen=True)
class TownshipCoverage:
    """One line of the table by township."""

    code: str
    name: str
    has_station: bool
    villages: int
    covered: int
    points: int


@dataclass(frozen=True)
class Coverage:
    """What the network reaches on a day, within a scope."""

    on: date
    name: str
    townships: int
    villages: int
    township_stations: int
    village_points: int
    covered_townships: int
    covered_villages: int
    key_villages: int
    key_covered: int
    uncovered: tuple[Uncovered, ...]
    without_station: tuple[Place, ...]
    by_township: tuple[TownshipCoverage, ...]

    @property
    def uncovered_key(self) -> list[Uncovered]:
        """The key villages among the uncovered."""
        return [village for village in self.uncovered if village.is_key]

    def to_dict(self) -> dict[str, Any]:
        """Figures for programs; percentages as text with one decimal, None where there is nothing to divide by."""
        return {
            "name": self.name,
            "on": self.on.isoformat(),
            "townships": self.townships,
            "villages": self.villages,
            "township_stations": self.township_stations,
            "village_points": self.village_points,
            "covered_townships": self.covered_townships,
            "township_coverage_percent": _text(percent(self.covered_townships, self.townships)),
            "covered_villages": self.covered_villages,
            "village_coverage_percent": _text(percent(self.covered_villages, self.villages)),
            "key_villages": self.key_villages,
            "key_covered": self.key_covered,
            "key_coverage_percent": _text(percent(self.key_covered, self.key_villages)),
            "uncovered": [str(village) for village in self.uncovered],
            "townships_without_station": [place.name for place in self.without_station],
        }


def percent(part: int, whole: int) -> Decimal | None:
    """``238`` of ``278`` → ``Decimal("85.6")``, rounded half up; None of nothing."""
    if not whole:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def meets(part: int, whole: int, target: Decimal) -> bool:
    """Whether ``part`` of ``whole`` is at least ``target`` percent; compared exactly, never by the rounded figure.

    238 of 280 meets 85 %, 238 of 281 does not. Of nothing, everything is reached.
    """
    return part * 100 >= target * whole


def covered_codes(stations: Iterable[Standing]) -> set[str]:
    """The villages that some built village point covers: its own, and the neighbours it names."""
    covered: set[str] = set()
    for station in _built(stations, StationKind.VILLAGE_POINT):
        covered.update((station.division_code, *station.neighbours))
    return covered


def measure(
    *,
    name: str,
    places: Sequence[Place],
    stations: Sequence[Standing],
    on: date,
    scope: str,
    township_names: Mapping[str, str],
    merged: Mapping[str, str] | None = None,
) -> Coverage:
    """Coverage of the divisions in ``places`` by all ``stations``: a point next door counts where it names a village.

    ``stations`` may reach beyond the scope; only those standing inside it are counted as stations of it. ``merged``
    says where merged townships are on that day.
    """
    merged = merged or {}
    covered = covered_codes(stations)
    standing = [s for s in stations if lies_in(s.division_code, scope, merged)]
    points = [s.division_code for s in _built(standing, StationKind.VILLAGE_POINT)]
    townships = [place for place in places if place.level is Level.TOWNSHIP]
    villages = [place for place in places if place.level is Level.VILLAGE]
    stationed = [s.division_code for s in _built(standing, StationKind.TOWNSHIP_STATION)]
    inside = {place.code: township_on(place.code, merged) for place in places}
    key = [village for village in villages if village.is_key]
    return Coverage(
        on=on,
        name=name,
        townships=len(townships),
        villages=len(villages),
        township_stations=len(stationed),
        village_points=len(points),
        covered_townships=len({township.code for township in townships} & set(stationed)),
        covered_villages=sum(village.code in covered for village in villages),
        key_villages=len(key),
        key_covered=sum(village.code in covered for village in key),
        uncovered=tuple(_uncovered(v, inside[v.code], township_names) for v in villages if v.code not in covered),
        without_station=tuple(township for township in townships if township.code not in set(stationed)),
        by_township=tuple(_by_township(townships, set(stationed), covered, _counted(inside, villages, points, merged))),
    )


def _built(stations: Iterable[Standing], kind: StationKind) -> Iterable[Standing]:
    return (station for station in stations if station.kind is kind and station.status in BUILT)


def _uncovered(village: Place, township: str, names: Mapping[str, str]) -> Uncovered:
    return Uncovered(village.code, village.name, township, names.get(township, ""), village.is_key)


def _counted(
    inside: Mapping[str, str], villages: Sequence[Place], points: Sequence[str], merged: Mapping[str, str]
) -> dict[str, tuple[list[str], int]]:
    """For each township its villages and the number of its points."""
    counted: dict[str, tuple[list[str], int]] = {}
    for village in villages:
        own, there = counted.get(inside[village.code], ([], 0))
        counted[inside[village.code]] = ([*own, village.code], there)
    for code in points:
        township = township_on(code, merged)
        own, there = counted.get(township, ([], 0))
        counted[township] = (own, there + 1)
    return counted


def _by_township(
    townships: Sequence[Place], stationed: set[str], covered: set[str], counted: Mapping[str, tuple[list[str], int]]
) -> Iterable[TownshipCoverage]:
    for township in townships:
        own, points = counted.get(township.code, ([], 0))
        yield TownshipCoverage(
            code=township.code,
            name=township.name,
            has_station=township.code in stationed,
            villages=len(own),
            covered=sum(code in covered for code in own),
            points=points,
        )


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
