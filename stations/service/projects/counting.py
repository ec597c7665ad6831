"""Counting labelled things on site, and what list, invoices and labels say together."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from stations.models import (
    AssetCheck,
    AssetCount,
    ConstructionProject,
    CountResult,
    Equipment,
    EquipmentUnit,
    Station,
)
from stations.permissions import ASSETS_COUNT
from stations.rules import acceptance as dates
from stations.rules import counting as rules
from stations.service.finding import get_station


@command
@idempotent
def count_assets(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    station_id: uuid.UUID,
    checked_on: date,
    counted: Sequence[rules.Counted],
) -> AssetCheck:
    """Keep what was found of the labels of a station, all or some of them; later counts replace what these say.

    Raises StationNotFound, InvalidInput at ``checked_on``, ``numbers`` (a label that is not this station's) or
    ``counted`` (nothing counted).
    """
    actor.require(ASSETS_COUNT)
    station = get_station(station_id, actor=actor)
    dates.check_not_future(checked_on, clock.today(), "checked_on")
    if not counted:
        raise InvalidInput(_l("还没有勾选或输入任何标签。"), field="numbers")
    units = _units(station, counted)
    check = AssetCheck(
        id=ids.new_id(),
        recorded_at=clock.now(),
        station_id=station.id,
        division_code=station.division_code,
        checked_on=checked_on,
        checked_by=actor.name,
    )
    db.session.add(check)
    db.session.flush()
    db.session.add_all(_row(check, units[one.number].id, one) for one in counted)
    tally = {result: sum(1 for one in counted if one.result is result) for result in CountResult}
    audit.record(
        actor=actor,
        action="stations.assets_counted",
        subject=station,
        division_code=station.division_code,
        text=f"清点 {station.name} 的设备：在 {tally[CountResult.PRESENT]}，不在 {tally[CountResult.ABSENT]}，"
        f"损坏 {tally[CountResult.DAMAGED]}",
    )
    db.session.flush()
    return check


def _units(station: Station, counted: Sequence[rules.Counted]) -> dict[str, EquipmentUnit]:
    """The station's labelled things by number; a foreign, struck out or unknown number is refused."""
    units = {unit.number: unit for unit in units_of_station(station.id)}
    strange = [one.number for one in counted if one.number not in units]
    if strange:
        words = _l("标签 %(number)s 不是%(station)s的在册设备。", number=ids.grouped(strange[0]), station=station.name)
        raise InvalidInput(words, field="numbers")
    return units


def _row(check: AssetCheck, unit_id: uuid.UUID, one: rules.Counted) -> AssetCount:
    return AssetCount(
        recorded_at=check.recorded_at,
        check_id=check.id,
        unit_id=unit_id,
        checked_on=check.checked_on,
        result=one.result,
        remark=one.remark.strip(),
        checked_by=check.checked_by,
    )


def units_of_station(station_id: uuid.UUID) -> Sequence[EquipmentUnit]:
    """The things of a station that are on the list now, by number."""
    query = (
        sa.select(EquipmentUnit)
        .join(EquipmentUnit.equipment)
        .where(EquipmentUnit.station_id == station_id, Equipment.voided_at.is_(None))
        .order_by(EquipmentUnit.number)
    )
    return db.session.scalars(query).all()


def last_counts(unit_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, AssetCount]:
    """The count that holds for each thing: that of the latest day, of several on one day the one written last."""
    query = (
        sa.select(AssetCount)
        .where(AssetCount.unit_id.in_(unit_ids))
        .order_by(AssetCount.checked_on, AssetCount.recorded_at, AssetCount.id)
    )
    return {row.unit_id: row for row in db.session.scalars(query)}


@dataclass(frozen=True)
class ThreeWay:
    """List, invoices and labels of a project side by side, and invoice lines that belong to nothing on the list."""

    lines: list[rules.Compared]
    unlisted: list[str]

    @property
    def agrees(self) -> bool:
        """Whether there is a list and all three say the same."""
        return bool(self.lines) and not self.unlisted and all(line.agrees for line in self.lines)


def three_way(project: ConstructionProject) -> ThreeWay:
    """The three-way count of a project as it stands now."""
    listed = project.listed
    counts = last_counts([unit.id for thing in listed for unit in thing.units])
    invoiced: dict[uuid.UUID | None, Decimal] = defaultdict(Decimal)
    stray = []
    known = {thing.id for thing in listed}
    for invoice in project.valid_invoices:
        for line in invoice.lines:
            invoiced[line.equipment_id] += line.quantity
            if line.equipment_id not in known:
                stray.append(line.name)
    return ThreeWay(rules.compare(_listed(thing, invoiced[thing.id], counts) for thing in listed), stray)


def _listed(thing: Equipment, invoiced: Decimal, counts: dict[uuid.UUID, AssetCount]) -> rules.Listed:
    return rules.Listed(
        name=thing.name,
        model=thing.model,
        unit=thing.unit,
        quantity=thing.quantity,
        invoiced=invoiced,
        labels=len(thing.units),
        results=tuple(counts[unit.id].result for unit in thing.units if unit.id in counts),
    )


def find_asset(text: str) -> EquipmentUnit | None:
    """The thing with the number on its label, typed with or without blanks; None when there is none."""
    try:
        number = ids.check_code(text)
    except ValueError:
        return None
    return db.session.scalars(sa.select(EquipmentUnit).where(EquipmentUnit.number == number)).one_or_none()


def asset_history(unit: EquipmentUnit) -> Sequence[AssetCount]:
    """What was found of a thing, newest first."""
    query = sa.select(AssetCount).where(AssetCount.unit_id == unit.id)
    return db.session.scalars(
        query.order_by(AssetCount.checked_on.desc(), AssetCount.recorded_at.desc(), AssetCount.id.desc())
    ).all()
