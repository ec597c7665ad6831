"""The equipment list of a project, and the numbers of the things on it."""

from __future__ import annotations

import uuid
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import NotFound
from app.core.idempotency import idempotent
from stations.models import ConstructionProject, Equipment, EquipmentUnit
from stations.permissions import PROJECT_PREPARE
from stations.rules import acceptance as checks
from stations.rules import counting
from stations.rules import projects as rules
from stations.rules.reasons import needed
from stations.service.projects import gate


@command
@idempotent
def add_equipment(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    project_id: uuid.UUID,
    name: str,
    model: str,
    quantity: Decimal,
    unit: str,
    amount_fen: int,
) -> Equipment:
    """Put a thing on the equipment list; every piece gets an asset number. ``amount_fen``: for the whole quantity.

    Raises NotFound, ProjectClosed, InvalidInput and NotFunded at the field.
    """
    actor.require(PROJECT_PREPARE)
    project = gate.enter_to_buy(actor, project_id)
    rules.check_funded(f"{name} {model}", clock.today(), "name")
    checks.check_within(amount_fen, project.listed_fen, project.budget_fen)
    pieces = counting.pieces(quantity)
    thing = Equipment(
        project_id=project.id,
        name=name.strip(),
        model=model.strip(),
        quantity=quantity,
        unit=unit.strip(),
        amount_fen=amount_fen,
        added_at=clock.now(),
        added_by=actor.name,
        units=_units(project, pieces),
    )
    db.session.add(thing)
    db.session.flush()
    db.session.expire(project, ["equipment"])
    text = f"登记设备 {thing.name} {quantity.normalize():f} {thing.unit}，资产标签 {pieces} 个"
    gate.note(actor, project, "equipment_added", text)
    return thing


def _units(project: ConstructionProject, pieces: int) -> list[EquipmentUnit]:
    """New labels: the station's code and a running number. A number that was given once is never given again."""
    query = sa.select(sa.func.count()).select_from(EquipmentUnit).where(EquipmentUnit.station_id == project.station_id)
    given = db.session.scalar(query) or 0
    return [
        EquipmentUnit(
            number=counting.asset_number(project.station.code, given + n),
            station_id=project.station_id,
            division_code=project.division_code,
        )
        for n in range(1, pieces + 1)
    ]


@command
@idempotent
def void_equipment(*, actor: Actor, request_id: uuid.UUID | None, equipment_id: uuid.UUID, reason: str) -> Equipment:
    """Strike a thing off the equipment list with its labels; the row stays with the reason."""
    actor.require(PROJECT_PREPARE)
    thing = db.session.get(Equipment, equipment_id)
    if thing is None or thing.voided_at is not None:
        raise NotFound(_l("没有找到这件设备。"))
    project = gate.enter_to_buy(actor, thing.project_id)
    thing.voided_at, thing.voided_reason = clock.now(), needed(reason)
    gate.note(actor, project, "equipment_voided", f"作废设备 {thing.name}：{thing.voided_reason}")
    db.session.flush()
    return thing
