"""The plan against what stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from stations.models import BUILT, FINISHED, Measure, StationKind, StationStatus
from stations.rules.coverage import Coverage, Standing, meets, percent


@dataclass(frozen=True)
class Target:
    """One figure of a plan: a number of stations or a percentage of villages, due on a day.

    ``existing_before`` of the stations stood before the plan began.
    """

    measure: Measure
    amount: Decimal
    due_on: date
    existing_before: int = 0


@dataclass(frozen=True)
class TargetStatus:
    """How far a target is: ``built``, ``accepted``, ``operating`` count stations; ``reached`` of ``whole`` is judged.

    For a number of stations ``whole`` is the number planned; for a percentage it is the number of villages.
    """

    target: Target
    built: int
    accepted: int
    operating: int
    reached: int
    whole: int
    missing: tuple[str, ...]
    on: date

    @property
    def is_met(self) -> bool:
        """Whether the target is reached, compared exactly."""
        if self.target.measure.is_percentage:
            return meets(self.reached, self.whole, self.target.amount)
        return self.reached >= self.target.amount

    @property
    def is_late(self) -> bool:
        """Whether its day has passed without it."""
        return not self.is_met and self.on > self.target.due_on

    def to_dict(self) -> dict[str, Any]:
        """Figures for programs."""
        share = percent(self.reached, self.whole)
        return {
            "measure": self.target.measure.value,
            "target": f"{self.target.amount.normalize():f}",
            "due_on": self.target.due_on.isoformat(),
            "existing_before": self.target.existing_before,
            "built": self.built,
            "accepted": self.accepted,
            "operating": self.operating,
            "reached": self.reached,
            "of": self.whole,
            "percent": None if share is None else str(share),
            "met": self.is_met,
            "late": self.is_late,
            "missing": list(self.missing),
        }


def target_status(target: Target, coverage: Coverage, stations: Sequence[Standing]) -> TargetStatus:
    """Judge one target by the coverage and the stations of the same day."""
    kind = StationKind.TOWNSHIP_STATION if target.measure is Measure.TOWNSHIP_STATIONS else StationKind.VILLAGE_POINT
    by_status = Counter(station.status for station in stations if station.kind is kind)
    reached, whole, missing = _reached(target, coverage)
    return TargetStatus(
        target=target,
        built=sum(by_status[status] for status in FINISHED),
        accepted=sum(by_status[status] for status in BUILT),
        operating=by_status[StationStatus.OPERATING],
        reached=reached,
        whole=whole,
        missing=missing,
        on=coverage.on,
    )


def _reached(target: Target, coverage: Coverage) -> tuple[int, int, tuple[str, ...]]:
    villages = tuple(map(str, coverage.uncovered))
    match target.measure:
        case Measure.TOWNSHIP_STATIONS:
            return coverage.township_stations, int(target.amount), tuple(p.name for p in coverage.without_station)
        case Measure.VILLAGE_POINTS:
            return coverage.village_points, int(target.amount), villages
        case Measure.VILLAGE_COVERAGE:
            return coverage.covered_villages, coverage.villages, villages
        case Measure.KEY_VILLAGES:
            return coverage.key_covered, coverage.key_villages, tuple(map(str, coverage.uncovered_key))
