"""Looking projects and equipment up."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.scope import in_scope
from stations.models import (
    AssetCheck,
    AssetCount,
    ConstructionProject,
    CountResult,
    Equipment,
    EquipmentUnit,
    Invoice,
    ProjectStatus,
    Station,
    StationKind,
)

NEVER = "never"  # a filter of the register: not counted yet


def query_projects(
    actor: Actor,
    *,
    text: str = "",
    status: ProjectStatus | None = None,
    kind: StationKind | None = None,
    township_code: str = "",
) -> sa.Select[Any]:
    """The list: (project, kind of station, invoiced fen), the newest application first; for ``paginate``."""
    invoiced = (
        sa.select(sa.func.coalesce(sa.func.sum(Invoice.amount_fen), 0))
        .where(Invoice.project_id == ConstructionProject.id, Invoice.voided_at.is_(None))
        .scalar_subquery()
    )
    query = (
        sa.select(ConstructionProject, Station.kind, sa.cast(invoiced, sa.BigInteger).label("invoiced_fen"))
        .join(ConstructionProject.station)
        .where(in_scope(ConstructionProject.division_code, actor.scope_code))
        .order_by(ConstructionProject.applied_on.desc(), ConstructionProject.number.desc())
    )
    if text.strip():
        P = ConstructionProject  # noqa: N806  a short name for the table
        columns = (P.station_name, P.place_name, P.builder_name, P.payee_name, P.number, P.approval_reference)
        query = query.where(sa.or_(*(column.icontains(text.strip(), autoescape=True) for column in columns)))
    if status is not None:
        query = query.where(ConstructionProject.status == status)
    if kind is not None:
        query = query.where(Station.kind == kind)
    if township_code:
        query = query.where(in_scope(ConstructionProject.division_code, township_code))
    return query


def list_projects(actor: Actor, **wanted: Any) -> list[tuple[ConstructionProject, StationKind, int]]:
    """All rows of :func:`query_projects`, for a sheet."""
    return [tuple(row) for row in db.session.execute(query_projects(actor, **wanted))]  # type: ignore[misc]


def list_assets(actor: Actor, **wanted: Any) -> list[Any]:
    """All rows of :func:`query_assets`, for a sheet."""
    return list(db.session.execute(query_assets(actor, **wanted)))


def projects_of_station(actor: Actor, station_id: uuid.UUID) -> Sequence[ConstructionProject]:
    """The projects of one station in scope, newest first."""
    query = sa.select(ConstructionProject).where(
        ConstructionProject.station_id == station_id, in_scope(ConstructionProject.division_code, actor.scope_code)
    )
    return db.session.scalars(query.order_by(ConstructionProject.number.desc())).all()


def query_assets(
    actor: Actor,
    *,
    text: str = "",
    kind: StationKind | None = None,
    township_code: str = "",
    found: str = "",
) -> sa.Select[Any]:
    """The register: (thing, line of the list, station, last result, last day, by whom), by place and number.

    ``found`` is the value of a CountResult, or ``never``; for ``paginate``.
    """
    result, day, who = (_last(column) for column in (AssetCount.result, AssetCount.checked_on, AssetCount.checked_by))
    query = (
        sa.select(EquipmentUnit, Equipment, Station, result.label("result"), day.label("day"), who.label("who"))
        .join(EquipmentUnit.equipment)
        .join(Station, Station.id == EquipmentUnit.station_id)
        .where(in_scope(EquipmentUnit.division_code, actor.scope_code), Equipment.voided_at.is_(None))
        .order_by(EquipmentUnit.division_code, EquipmentUnit.number)
    )
    if text.strip():
        like = (Equipment.name, Equipment.model, Station.name)
        words = [column.icontains(text.strip(), autoescape=True) for column in like]
        words.append(EquipmentUnit.number.startswith(text.replace(" ", ""), autoescape=True))
        query = query.where(sa.or_(*words))
    if kind is not None:
        query = query.where(Station.kind == kind)
    if township_code:
        query = query.where(in_scope(EquipmentUnit.division_code, township_code))
    if found == NEVER:
        return query.where(result.is_(None))
    return query.where(result == found) if found in {member.value for member in CountResult} else query


def equipment_present(scope_code: str) -> tuple[int, int]:
    """Indicator D6 for a scope: (things that were there at their last check, things listed).

    Damaged things are there. Only stations count where somebody checked; what was passed over there was not there.
    """
    checked = sa.select(AssetCheck.station_id).where(in_scope(AssetCheck.division_code, scope_code))
    listed = (
        sa.select(_last(AssetCount.result).label("result"))
        .select_from(EquipmentUnit)
        .join(EquipmentUnit.equipment)
        .where(EquipmentUnit.station_id.in_(checked), Equipment.voided_at.is_(None))
        .subquery()
    )
    there = listed.c.result.in_([CountResult.PRESENT, CountResult.DAMAGED])
    row = db.session.execute(sa.select(sa.func.count(sa.case((there, 1))), sa.func.count()).select_from(listed)).one()
    return row[0], row[1]


def equipment_on(scope_code: str, on: date) -> list[tuple[EquipmentUnit, Equipment, Station, AssetCount | None]]:
    """The things behind :func:`equipment_present` as known on a day: (thing, line of the list, station, last count).

    By place and number; without a count when those who checked the station passed it over.
    """
    checked = sa.select(AssetCheck.station_id).where(
        in_scope(AssetCheck.division_code, scope_code), AssetCheck.checked_on <= on
    )
    counts = (
        sa.select(AssetCount)
        .join(EquipmentUnit, EquipmentUnit.id == AssetCount.unit_id)
        .where(EquipmentUnit.station_id.in_(checked), AssetCount.checked_on <= on)
        .order_by(AssetCount.checked_on, AssetCount.recorded_at, AssetCount.id)
    )
    last = {count.unit_id: count for count in db.session.scalars(counts)}
    listed = (
        sa.select(EquipmentUnit, Equipment, Station)
        .join(EquipmentUnit.equipment)
        .join(Station, Station.id == EquipmentUnit.station_id)
        .where(EquipmentUnit.station_id.in_(checked), Equipment.voided_at.is_(None))
        .where(Equipment.added_at < clock.at_local(on + timedelta(days=1)))
        .order_by(EquipmentUnit.division_code, EquipmentUnit.number)
    )
    return [(unit, thing, station, last.get(unit.id)) for unit, thing, station in db.session.execute(listed)]


def _last(column: Any) -> Any:
    """A column of the count that holds for a thing; the same order as :func:`counting.last_counts`."""
    return (
        sa.select(column)
        .where(AssetCount.unit_id == EquipmentUnit.id)
        .order_by(AssetCount.checked_on.desc(), AssetCount.recorded_at.desc(), AssetCount.id.desc())
        .limit(1)
        .scalar_subquery()
    )
