"""The indicators D4, D6, D7 and D8 over plain rows: each with numerator, denominator and the list behind it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stations.models.inspection import InspectionGrade, RectificationStatus

Counts = tuple[int, int] | None  # (part, whole) as counted on site; None when nobody counted


@dataclass(frozen=True)
class Inspected:
    """What one station's inspection says."""

    id: uuid.UUID
    name: str
    place: str
    grade: InspectionGrade | None
    rectification: RectificationStatus | None
    equipment: Counts = None
    awareness: Counts = None
    satisfaction: Counts = None


@dataclass(frozen=True)
class Worked:
    """What one accepted station recorded in a month."""

    id: uuid.UUID
    name: str
    place: str
    records: int
    days: int


@dataclass(frozen=True)
class Line:
    """A line of the list behind a figure. ``part`` and ``whole`` are None when nothing was counted there."""

    id: uuid.UUID
    name: str
    place: str
    part: int | None
    whole: int | None
    counted: bool


@dataclass(frozen=True)
class Share:
    """A figure: ``numerator`` ÷ ``denominator``, and the lines they are the sums of."""

    numerator: int
    denominator: int
    lines: tuple[Line, ...]


def active_rate(rows: Sequence[Worked], least_records: int, least_days: int) -> Share:
    """D4: stations with at least so many records on at least so many days of the month ÷ accepted stations.

    A line's ``part`` is its records, ``whole`` its days.
    """
    lines = tuple(
        Line(r.id, r.name, r.place, r.records, r.days, r.records >= least_records and r.days >= least_days)
        for r in rows
    )
    return Share(sum(line.counted for line in lines), len(lines), lines)


def equipment_rate(rows: Sequence[Inspected]) -> Share:
    """D6: pieces of equipment present ÷ listed at the check; stations where nobody counted are listed, not counted."""
    return _summed(rows, lambda row: row.equipment)


def awareness(rows: Sequence[Inspected]) -> Share:
    """D8: villagers asked on site who know of the station ÷ asked. The denominator is the sample size."""
    return _summed(rows, lambda row: row.awareness)


def satisfaction(rows: Sequence[Inspected]) -> Share:
    """D8: villagers asked on site who are satisfied ÷ asked. The denominator is the sample size."""
    return _summed(rows, lambda row: row.satisfaction)


def grades(rows: Sequence[Inspected]) -> dict[InspectionGrade, int]:
    """D7: how many stations have which grade; every grade is named, also one that nobody has."""
    found = Counter(row.grade for row in rows if row.grade is not None)
    return {grade: found[grade] for grade in InspectionGrade}


def rectified_rate(rows: Sequence[Inspected]) -> Share:
    """D7: stations whose rectification was found good ÷ stations for which it was ordered."""
    return _of_ordered(rows, RectificationStatus.PASSED)


def closed_stations(rows: Sequence[Inspected]) -> Share:
    """D7: stations closed after a rectification that failed ÷ stations for which it was ordered."""
    return _of_ordered(rows, RectificationStatus.FAILED)


def _of_ordered(rows: Sequence[Inspected], wanted: RectificationStatus) -> Share:
    lines = tuple(
        Line(row.id, row.name, row.place, None, None, row.rectification is wanted)
        for row in rows
        if row.rectification is not None
    )
    return Share(sum(line.counted for line in lines), len(lines), lines)


def _summed(rows: Sequence[Inspected], counts: Callable[[Inspected], Counts]) -> Share:
    lines = tuple(_line(row, counts(row)) for row in rows)
    return Share(sum(line.part or 0 for line in lines), sum(line.whole or 0 for line in lines), lines)


def _line(row: Inspected, counts: Counts) -> Line:
    part, whole = counts or (None, None)
    return Line(row.id, row.name, row.place, part, whole, counts is not None)


# -- phone checks --------------------------------------------------------------------------------


@dataclass(frozen=True)
class PhoneFigures:
    """What a phone check found. ``population`` is among how many, ``drawn`` how many were drawn.

    ``reached``, ``knows``, ``attended`` and ``satisfied`` are (numerator, denominator); the denominator of the last
    three is n, the sample that answered. ``mean`` is the sum of the points 1 … 5 over the same n.
    """

    population: int
    drawn: int
    reached: tuple[int, int]
    knows: tuple[int, int]
    attended: tuple[int, int]
    satisfied: tuple[int, int]
    points: tuple[int, int]


SATISFIED_FROM = 4  # of 5: satisfied and very satisfied


def phone_figures(population: int, people: Sequence[Any]) -> PhoneFigures:
    """The figures of a phone check over the people drawn (``result``, ``knows``, ``attended``, ``satisfied``).

    Reached ÷ called (at least one attempt); verified rate G5 = attended ÷ reached that were asked; awareness and
    satisfaction ÷ those who answered.
    """
    called = [p for p in people if p.result is not None]
    reached = [p for p in called if p.result == "reached"]
    knows = [p.knows for p in reached if p.knows is not None]
    attended = [p.attended for p in reached if p.attended is not None]
    points = [p.satisfied for p in reached if p.satisfied is not None]
    return PhoneFigures(
        population=population,
        drawn=len(people),
        reached=(len(reached), len(called)),
        knows=(sum(knows), len(knows)),
        attended=(sum(attended), len(attended)),
        satisfied=(sum(1 for p in points if p >= SATISFIED_FROM), len(points)),
        points=(sum(points), len(points)),
    )
