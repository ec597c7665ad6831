"""Inspections joined with trade: what the system counts itself, beside what the inspector judges; and the active rate.

The figures are those of the county month before the round begins, the same for every station, so that whoever is
visited late gains nothing by it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.idempotency import idempotent
from stations import service as stations_service
from stations.models import BUILT, Station, StationKind
from stations.models.inspection import InspectionRound, InspectionScore, Measured, StationInspection
from stations.rules import inspection as rules
from stations.rules.inspection import Criterion
from stations.rules.inspection_figures import SATISFIED_FROM, Share, Worked, active_rate
from stations.service import inspection as service
from stations.service import phone_checks
from stations.service.inspection import Suggestion
from trade import service as trade
from trade.service.worked import NOTHING, Work

COUNTED_KINDS = frozenset({StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT})


def month_before(day: date) -> tuple[date, date]:
    """The first and the last day of the month before the one in which a day lies."""
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def work_of(inspection: StationInspection) -> Work:
    """What the station recorded in the month before the round."""
    first, last = month_before(inspection.round.starts_on)
    found = trade.worked.work_of_stations(inspection.division_code, first, last, [inspection.station_id])
    return found.get(inspection.station_id, NOTHING)


def suggestion(
    inspection: StationInspection, item: Criterion, part: int | None = None, whole: int | None = None
) -> Suggestion | None:
    """What the figures would give for a criterion, with the figures in words; None where nothing is measured.

    ``part`` and ``whole`` are what was counted on site; without them phone checks may still say something of
    awareness and satisfaction.
    """
    if item.measure is None:
        return None
    if item.counted_on_site:
        if part is None or whole is None:
            return _by_phone(inspection, item)
        return Suggestion(rules.suggest(item, part, whole), f"现场清点 {part} / {whole}")
    return _by_records(inspection, item)


def _by_records(inspection: StationInspection, item: Criterion) -> Suggestion:
    month, done = f"{month_before(inspection.round.starts_on)[0]:%Y-%m}", work_of(inspection)
    if item.measure is Measured.LEDGER:
        told = f"{month}：{done.days} 天有业务，其中 {done.days_closed} 天做了日结"
        return Suggestion(rules.suggest(item, done.days_closed, done.days), told)
    figure, unit = (done.days, "天") if item.measure is Measured.ACTIVE_DAYS else (done.records, "笔")
    target = item.target or 0
    return Suggestion(rules.suggest(item, figure, target), f"{month}：{figure} {unit}，满分要 {target} {unit}")


def _by_phone(inspection: StationInspection, item: Criterion) -> Suggestion | None:
    answers = phone_checks.answers_at(inspection.station_id, inspection.round.starts_on - timedelta(days=90))
    if item.measure is Measured.AWARENESS:
        told = [person.knows for person in answers if person.knows is not None]
    elif item.measure is Measured.SATISFACTION:
        told = [person.satisfied >= SATISFIED_FROM for person in answers if person.satisfied is not None]
    else:
        return None
    if not told:
        return None
    return Suggestion(rules.suggest(item, sum(told), len(told)), f"电话抽查 {sum(told)} / {len(told)}")


@command
@idempotent
def save_score(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    inspection_id: uuid.UUID,
    key: str,
    points: Decimal,
    part_count: int | None = None,
    whole_count: int | None = None,
    **given: Any,
) -> InspectionScore:
    """``save_score`` of the inspections, with what the system would give and why kept beside the points."""
    inspection = service.get_inspection(actor, inspection_id)
    item = service.criteria_of(inspection.round).item(key)
    return service.save_score(
        actor=actor,
        request_id=None,  # claimed here: the figures may have moved when the same request arrives again
        inspection_id=inspection_id,
        key=key,
        points=points,
        part_count=part_count,
        whole_count=whole_count,
        suggestion=suggestion(inspection, item, part_count, whole_count) if item else None,
        **given,
    )


# -- D4 ------------------------------------------------------------------------------------------


def active_stations(actor: Actor, inspection_round: InspectionRound) -> Share:
    """D4 of the month before a round: accepted stations of the actor's scope that were busy ÷ all of them."""
    criteria = service.criteria_of(inspection_round)
    first, last = month_before(inspection_round.starts_on)
    return active_rate(worked_rows(actor.scope_code, first, last), criteria.active_records, criteria.active_days)


def worked_rows(scope_code: str, first: date, last: date) -> list[Worked]:
    """The township stations and village points that stood accepted on the last day, with what they recorded."""
    standing = _accepted_on(scope_code, last)
    done = trade.worked.work_of_stations(scope_code, first, last)
    places = stations_service.division_names({s.division_code[:9] + "000" for s in standing})
    return [
        Worked(
            id=station.id,
            name=station.name,
            place=places.get(station.division_code[:9] + "000", ""),
            records=done.get(station.id, NOTHING).records,
            days=done.get(station.id, NOTHING).days,
        )
        for station in standing
    ]


def _accepted_on(scope_code: str, day: date) -> Sequence[Station]:
    told = stations_service.stations_on(scope_code, min(day, clock.today()))
    return [station for station, status in told if status in BUILT and station.kind in COUNTED_KINDS]


__all__ = ["active_stations", "month_before", "save_score", "suggestion", "work_of", "worked_rows"]
