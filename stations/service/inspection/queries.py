"""Looking rounds and inspections up, and the rows from which their figures are made."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.core.access import Actor
from app.core.database import db
from app.core.scope import county_of, covers, in_scope, township_of
from stations.models import Division, Equipment, EquipmentUnit
from stations.models.inspection import (
    Aspect,
    InspectionFinding,
    InspectionGrade,
    InspectionPhoto,
    InspectionRound,
    InspectionScore,
    InspectionStatus,
    Measured,
    RectificationStatus,
    StationInspection,
    StationSelection,
)
from stations.rules import inspection as rules
from stations.rules import sampling
from stations.rules.inspection_figures import Counts, Inspected
from stations.service.inspection import gate
from stations.service.inspection.criteria import criteria_of
from stations.service.projects.application import payee_name

REVIEWED = StationInspection.status == InspectionStatus.REVIEWED


def query_rounds(actor: Actor) -> sa.Select[Any]:
    """Query: rows (round, stations, reviewed) of the actor's county, latest first; counted within their scope."""
    there = sa.and_(StationInspection.round_id == InspectionRound.id, gate.visible(actor))
    stations = sa.select(sa.func.count()).where(there).scalar_subquery()
    reviewed = sa.select(sa.func.count()).where(there, REVIEWED).scalar_subquery()
    query = sa.select(InspectionRound, stations.label("stations"), reviewed.label("reviewed"))
    county = actor.scope_code if covers(actor.scope_code, county_of(actor.scope_code)) else county_of(actor.scope_code)
    return query.where(in_scope(InspectionRound.county_code, county)).order_by(
        InspectionRound.starts_on.desc(), InspectionRound.id.desc()
    )


def all_rounds(actor: Actor) -> Sequence[InspectionRound]:
    """The rounds of the actor's county, latest first."""
    return [row[0] for row in db.session.execute(query_rounds(actor))]


@dataclass(frozen=True)
class InspectionFilter:
    """What the list of a round is narrowed to."""

    q: str = ""
    township: str = ""
    grade: InspectionGrade | None = None
    status: InspectionStatus | None = None
    rectification: RectificationStatus | None = None


def query_inspections(actor: Actor, round_id: uuid.UUID, f: InspectionFilter) -> sa.Select[Any]:
    """Query: the stations of a round that the actor sees, by place."""
    i = StationInspection
    query = sa.select(i).where(i.round_id == round_id, gate.visible(actor)).order_by(i.division_code, i.station_code)
    if f.q.strip():
        words = f.q.strip()
        columns = (i.station_name, i.township_name, i.station_code)
        query = query.where(sa.or_(*(column.contains(words, autoescape=True) for column in columns)))
    if f.township:
        query = query.where(in_scope(i.division_code, f.township))
    for column, wanted in ((i.grade, f.grade), (i.status, f.status), (i.rectification, f.rectification)):
        if wanted is not None:
            query = query.where(column == wanted)
    return query


def all_inspections(actor: Actor, round_id: uuid.UUID, f: InspectionFilter) -> Sequence[StationInspection]:
    """Every row of :func:`query_inspections` with its scores, for a sheet."""
    query = query_inspections(actor, round_id, f).options(selectinload(StationInspection.scores))
    return db.session.scalars(query).all()


def get_whole(actor: Actor, inspection_id: uuid.UUID) -> StationInspection:
    """An inspection with all that belongs to it loaded together. Raises NotFound."""
    gate.get_inspection(actor, inspection_id)
    loading = (
        selectinload(StationInspection.scores),
        selectinload(StationInspection.photos).joinedload(InspectionPhoto.upload),
        selectinload(StationInspection.findings).selectinload(InspectionFinding.reinspections),
        selectinload(StationInspection.results),
        joinedload(StationInspection.round),
    )
    return db.session.scalars(
        sa.select(StationInspection).where(StationInspection.id == inspection_id).options(*loading)
    ).one()


def inspections_of_station(actor: Actor, station_id: uuid.UUID) -> Sequence[StationInspection]:
    """The inspections of one station that the actor sees, latest round first."""
    query = (
        sa.select(StationInspection)
        .join(StationInspection.round)
        .where(StationInspection.station_id == station_id, gate.visible(actor))
        .options(joinedload(StationInspection.round))
        .order_by(InspectionRound.starts_on.desc(), StationInspection.id.desc())
    )
    return db.session.scalars(query).all()


def progress(actor: Actor, round_id: uuid.UUID) -> dict[InspectionStatus, int]:
    """How many stations of a round that the actor sees stand where; every status is named."""
    query = (
        sa.select(StationInspection.status, sa.func.count())
        .where(StationInspection.round_id == round_id, gate.visible(actor))
        .group_by(StationInspection.status)
    )
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {status: found.get(status, 0) for status in InspectionStatus}


def townships_of(actor: Actor, round_id: uuid.UUID) -> list[tuple[str, str]]:
    """(code, name) of the townships in which a round visits stations."""
    i = StationInspection
    query = sa.select(i.division_code, i.township_name).where(i.round_id == round_id, gate.visible(actor))
    found = {township_of(code): name for code, name in db.session.execute(query)}
    return sorted(found.items())


def stations_of_round(round_id: uuid.UUID | None) -> Sequence[uuid.UUID]:
    """The ids of the stations that a round visits."""
    return db.session.scalars(
        sa.select(StationInspection.station_id).where(StationInspection.round_id == round_id)
    ).all()


# -- figures -------------------------------------------------------------------------------------


def averages(actor: Actor, inspection_round: InspectionRound) -> list[tuple[Aspect, Decimal | None, Decimal]]:
    """(aspect, average over the reviewed stations that the actor sees, points there are)."""
    given = sa.func.coalesce(
        InspectionScore.corrected_points, InspectionScore.county_points, InspectionScore.township_points
    )
    there = StationInspection.round_id == inspection_round.id, gate.visible(actor), REVIEWED
    query = (
        sa.select(InspectionScore.key, sa.func.sum(given))
        .join(StationInspection, StationInspection.id == InspectionScore.inspection_id)
        .where(*there)
        .group_by(InspectionScore.key)
    )
    sums = {key: Decimal(str(total)) for key, total in db.session.execute(query) if total is not None}
    stations = db.session.scalar(sa.select(sa.func.count()).select_from(StationInspection).where(*there)) or 0
    return rules.aspect_averages(sums, stations, criteria_of(inspection_round))


def inspected_rows(actor: Actor, inspection_round: InspectionRound) -> list[Inspected]:
    """The reviewed stations of a round that the actor sees, as the rules of the figures take them."""
    counts = _counts(inspection_round)
    query = query_inspections(actor, inspection_round.id, InspectionFilter(status=InspectionStatus.REVIEWED))
    return [
        Inspected(
            id=i.id,
            name=i.station_name,
            place=i.township_name,
            grade=i.grade,
            rectification=i.rectification,
            equipment=counts.get((i.id, Measured.EQUIPMENT)),
            awareness=counts.get((i.id, Measured.AWARENESS)),
            satisfaction=counts.get((i.id, Measured.SATISFACTION)),
        )
        for i in db.session.scalars(query)
    ]


def _counts(inspection_round: InspectionRound) -> dict[tuple[uuid.UUID, Measured], Counts]:
    """What was counted on site, by inspection and what."""
    measured = {item.key: item.measure for item in criteria_of(inspection_round).items if item.counted_on_site}
    s = InspectionScore
    query = (
        sa.select(s.inspection_id, s.key, s.part_count, s.whole_count)
        .join(StationInspection, StationInspection.id == s.inspection_id)
        .where(StationInspection.round_id == inspection_round.id, s.key.in_(measured), s.whole_count.is_not(None))
    )
    return {(row[0], measured[row[1]]): (row[2] or 0, row[3]) for row in db.session.execute(query)}  # type: ignore[misc]


@dataclass(frozen=True)
class SubsidyLine:
    """What a station's grade comes to for a year, in fen, and which township government it would be paid to."""

    inspection: StationInspection
    payee: str
    fen: int


def subsidy_proposal(actor: Actor, inspection_round: InspectionRound) -> list[SubsidyLine]:
    """The proposal that follows from the grades, by place; stations without a result are left out."""
    query = query_inspections(actor, inspection_round.id, InspectionFilter(status=InspectionStatus.REVIEWED))
    rows = db.session.scalars(query).all()
    codes = {township_of(row.division_code) for row in rows}
    payees = {d.code: payee_name(d) for d in db.session.scalars(sa.select(Division).where(Division.code.in_(codes)))}
    return [SubsidyLine(row, payees.get(township_of(row.division_code), ""), row.subsidy_fen or 0) for row in rows]


def listed_pieces(station_id: uuid.UUID) -> int | None:
    """How many things the equipment lists of a station's projects name; None when they name nothing."""
    query = (
        sa.select(sa.func.count())
        .select_from(EquipmentUnit)
        .join(EquipmentUnit.equipment)
        .where(EquipmentUnit.station_id == station_id, Equipment.voided_at.is_(None))
    )
    return db.session.scalar(query) or None


# -- how the stations were chosen ----------------------------------------------------------------


@dataclass(frozen=True)
class Redrawn:
    """A sample drawn again: whether it is the one on record, and in which order it came."""

    agrees: bool
    keys: tuple[tuple[str, str], ...]  # (id, its key) in the order of the drawing, as far as drawn


def redraw_round(inspection_round: InspectionRound) -> Redrawn | None:
    """Draw a round's stations again and compare; None when they were not drawn."""
    if inspection_round.selection is not StationSelection.SAMPLE:
        return None
    stored = db.session.scalars(
        sa.select(StationInspection.station_id).where(StationInspection.round_id == inspection_round.id)
    ).all()
    seed, population = inspection_round.seed, inspection_round.population
    drawn = sampling.draw(population, len(stored), seed)
    same = {str(station_id) for station_id in stored} == set(drawn)
    agrees = same and sampling.agrees(population, inspection_round.population_sha256, seed, drawn)
    return Redrawn(agrees, tuple((one, sampling.key(seed, one)) for one in drawn))
