"""The township applies for a project, changes its mind, or takes it back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import county_of, in_scope, township_of
from stations.errors import ProjectClosed
from stations.models import (
    PROJECT_MOVES,
    PROJECT_OVER,
    ConstructionProject,
    Division,
    Level,
    ProjectBudgetLine,
    ProjectStage,
    ProjectStatus,
    Station,
    StationKind,
    StationStatus,
)
from stations.permissions import PROJECT_PREPARE
from stations.rules import acceptance as dates
from stations.rules import projects as rules
from stations.rules.reasons import needed
from stations.service.arriving import Incoming
from stations.service.finding import get_station
from stations.service.network import advance_station
from stations.service.projects import gate

KINDS = frozenset({StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT})


def list_stations_to_build(actor: Actor) -> Sequence[Station]:
    """The stations in scope for which a project may be applied for now."""
    busy = sa.select(ConstructionProject.station_id).where(ConstructionProject.status.not_in(PROJECT_OVER))
    query = (
        sa.select(Station)
        .where(in_scope(Station.division_code, actor.scope_code), Station.status.in_(rules.OPEN_FOR))
        .where(Station.kind.in_(KINDS), Station.id.not_in(busy))
        .order_by(Station.division_code, Station.name)
    )
    return db.session.scalars(query).all()


@command
@idempotent
def apply_project(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    station_id: uuid.UUID,
    purpose: str,
    builder_name: str,
    builder_number: str = "",
    applied_on: date,
    lines: Sequence[rules.BudgetLine],
    files: Sequence[Incoming] = (),
) -> ConstructionProject:
    """Apply for the building of a planned station; the payee is the government of its township.

    Raises StationNotFound, InvalidInput at the field, NotFunded at ``lines``, ProjectClosed when the station is
    built already or has an unfinished project.
    """
    actor.require(PROJECT_PREPARE)
    station = get_station(station_id, actor=actor)
    _check_free(station)
    dates.check_not_future(applied_on, clock.today(), "applied_on")
    dates.check_order(station.status_since, applied_on, "applied_on")
    rules.check_budget(lines, applied_on)
    payee = db.session.get(Division, township_of(station.division_code))
    dates.check_payee(payee.code if payee else "", payee.level if payee else None, station.division_code)
    project = ConstructionProject(
        number=_next_number(station),
        station=station,
        division_code=station.division_code,
        station_name=station.name,
        place_name=place_name(station.division_code),
        payee_code=township_of(station.division_code),
        payee_name=payee_name(payee) if payee else "",
        builder_name=builder_name.strip(),
        builder_number=rules.check_credit_code(builder_number, "builder_number"),
        purpose=purpose.strip(),
        status=ProjectStatus.APPLIED,
        applied_on=applied_on,
        asked_fen=sum(line.amount_fen for line in lines),
        is_key=station.division.is_key,
        created_at=clock.now(),
        created_by=actor.name,
        budget=_budget(lines),
    )
    try:
        with db.session.begin_nested():
            db.session.add(project)
    except sa.exc.IntegrityError:  # somebody applied at the same moment
        raise ProjectClosed(_l("这个站点已经有一个没办完的项目。"), field="station_id") from None
    gate.attach(actor, project, files, stage=ProjectStage.APPLICATION)
    gate.note(actor, project, "applied", f"申请建设 {station.name}，预算 {format_fen(project.asked_fen)}")
    return project


def _check_free(station: Station) -> None:
    if station.kind not in KINDS:
        raise InvalidInput(_l("乡镇只申请乡镇站和村级点的建设。"), field="station_id")
    if station.status not in rules.OPEN_FOR:
        words = _l("站点现在是“%(status)s”，不用再申请建设。", status=station.status.label)
        raise ProjectClosed(words, field="station_id")


def _next_number(station: Station) -> str:
    """The year and a running number; the county's row is locked, so that two townships don't get the same one."""
    db.session.get(Division, county_of(station.division_code), with_for_update={"key_share": True})
    prefix = str(clock.today().year)
    query = sa.select(sa.func.count()).select_from(ConstructionProject)
    given = db.session.scalar(query.where(ConstructionProject.number.startswith(prefix))) or 0
    return ids.serial_code(prefix, given + 1)


def _budget(lines: Sequence[rules.BudgetLine]) -> list[ProjectBudgetLine]:
    return [
        ProjectBudgetLine(
            position=n,
            category=line.category,
            name=line.name.strip(),
            model=line.model.strip(),
            quantity=line.quantity,
            unit=line.unit.strip(),
            unit_price_fen=line.unit_price_fen,
        )
        for n, line in enumerate(lines, 1)
    ]


@command
@idempotent
def revise_application(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    project_id: uuid.UUID,
    purpose: str,
    builder_name: str,
    builder_number: str = "",
    lines: Sequence[rules.BudgetLine],
    files: Sequence[Incoming] = (),
) -> ConstructionProject:
    """Change an application until somebody was on the site: purpose, builder, budget; files are added.

    Raises NotFound, ProjectClosed, InvalidInput and NotFunded as :func:`apply_project` does.
    """
    actor.require(PROJECT_PREPARE)
    project = gate.enter(actor, project_id, {ProjectStatus.APPLIED})
    rules.check_budget(lines, project.applied_on)
    before = project.asked_fen
    for line in project.budget:
        db.session.delete(line)
    db.session.flush()
    project.budget = _budget(lines)
    project.purpose, project.builder_name = purpose.strip(), builder_name.strip()
    project.builder_number = rules.check_credit_code(builder_number, "builder_number")
    project.asked_fen = sum(line.amount_fen for line in lines)
    gate.attach(actor, project, files, stage=ProjectStage.APPLICATION)
    text = f"修改 {project.station_name} 的建设申请，预算 {format_fen(before)} → {format_fen(project.asked_fen)}"
    gate.note(actor, project, "revised", text)
    db.session.flush()
    return project


@command
@idempotent
def withdraw_project(
    *, actor: Actor, request_id: uuid.UUID | None, project_id: uuid.UUID, reason: str
) -> ConstructionProject:
    """Take a project back before it is completed; a station whose site was approved is only planned again.

    Raises NotFound, ProjectClosed, InvalidInput at ``reason``.
    """
    actor.require(PROJECT_PREPARE)
    project = gate.enter(actor, project_id, rules.WITHDRAWABLE)
    PROJECT_MOVES.check(project.status, ProjectStatus.WITHDRAWN)
    project.status, project.closed_reason = ProjectStatus.WITHDRAWN, needed(reason)
    if project.station.status is StationStatus.SITE_APPROVED:
        advance_station(
            actor=actor,
            station_id=project.station_id,
            new_status=StationStatus.PLANNED,
            effective_on=clock.today(),
            reason=f"撤回建设项目 {project.number}：{project.closed_reason}"[:200],
            field="reason",
        )
    gate.note(actor, project, "withdrawn", f"撤回 {project.station_name} 的建设项目：{project.closed_reason}")
    db.session.flush()
    return project


def payee_name(township: Division) -> str:
    """``龙潭镇`` → ``龙潭镇人民政府``; a subdistrict has an office instead."""
    return township.name + ("办事处" if township.name.endswith("街道") else "人民政府")


def place_name(code: str) -> str:
    """County, township and village as they are called today."""
    names: list[str] = []
    division = db.session.get(Division, code)
    while division is not None and division.level in (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE):
        names.append(division.short_name)
        division = db.session.get(Division, division.parent_code) if division.parent_code else None
    return " ".join(reversed(names))
