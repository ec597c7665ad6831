"""From the approval to the building: started, completed, accepted; the station follows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.money import format_fen
from stations.errors import ProjectClosed
from stations.models import (
    PROJECT_MOVES,
    BudgetCategory,
    ConstructionProject,
    ProjectStage,
    ProjectStatus,
    StationStatus,
)
from stations.permissions import PROJECT_APPROVE, PROJECT_PREPARE
from stations.rules import acceptance as dates
from stations.rules import projects as rules
from stations.rules.reasons import needed
from stations.service.arriving import Incoming
from stations.service.network import advance_station
from stations.service.projects import gate

_ORDER = list(StationStatus)


@command
@idempotent
def approve_project(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    project_id: uuid.UUID,
    version: int,
    equipment_fen: int,
    refurbishment_fen: int,
    reference: str,
    approved_on: date,
) -> ConstructionProject:
    """Approve a project whose site passed, as it stood at ``version``; the sums in fen, each at most what was asked.

    Raises NotFound, Conflict, ProjectClosed, InvalidInput at the field.
    """
    actor.require(PROJECT_APPROVE)
    project = gate.enter(actor, project_id, {ProjectStatus.SCORED}, version=version)
    PROJECT_MOVES.check(project.status, ProjectStatus.APPROVED)
    visit = project.visit
    if visit is None or not visit.is_passed:
        raise InvalidInput(_l("选址没有达到及格分，不能批复。可以请验收人员再踏勘一次，或者不予批准。"))
    dates.check_not_future(approved_on, clock.today(), "approved_on")
    dates.check_order(visit.visited_on, approved_on, "approved_on")
    approved = {BudgetCategory.EQUIPMENT: equipment_fen, BudgetCategory.REFURBISHMENT: refurbishment_fen}
    rules.check_approval(approved, asked(project))
    project.approved_equipment_fen, project.approved_refurbishment_fen = equipment_fen, refurbishment_fen
    project.approved_fen = equipment_fen + refurbishment_fen
    project.approval_reference = needed(reference, "reference")
    project.approved_on = approved_on
    project.is_key = project.station.division.is_key
    _become(actor, project, ProjectStatus.APPROVED, approved_on, "approved_on", f"批复 {project.approval_reference}")
    text = f"批复 {project.station_name} 建设项目 {format_fen(project.approved_fen)}，{project.approval_reference}"
    gate.note(actor, project, "approved", text)
    db.session.flush()
    return project


def asked(project: ConstructionProject) -> Mapping[BudgetCategory, int]:
    """What was asked for, in fen, by category."""
    totals = dict.fromkeys(BudgetCategory, 0)
    for line in project.budget:
        totals[line.category] += line.amount_fen
    return totals


@command
@idempotent
def refuse_project(
    *, actor: Actor, request_id: uuid.UUID | None, project_id: uuid.UUID, version: int, reason: str
) -> ConstructionProject:
    """Refuse an application, with the reason. Raises NotFound, Conflict, ProjectClosed, InvalidInput at ``reason``."""
    actor.require(PROJECT_APPROVE)
    project = gate.enter(actor, project_id, rules.REFUSABLE, version=version)
    PROJECT_MOVES.check(project.status, ProjectStatus.REFUSED)
    project.status, project.closed_reason = ProjectStatus.REFUSED, needed(reason)
    gate.note(actor, project, "refused", f"不予批准 {project.station_name} 的建设项目：{project.closed_reason}")
    db.session.flush()
    return project


@command
@idempotent
def start_building(
    *, actor: Actor, request_id: uuid.UUID | None, project_id: uuid.UUID, started_on: date
) -> ConstructionProject:
    """The builders are on the site. Raises NotFound, ProjectClosed, InvalidInput and WrongDay at ``started_on``."""
    actor.require(PROJECT_PREPARE)
    project = gate.enter(actor, project_id, {ProjectStatus.APPROVED})
    dates.check_not_future(started_on, clock.today(), "started_on")
    dates.check_order(project.approved_on, started_on, "started_on")
    project.started_on = started_on
    _become(actor, project, ProjectStatus.BUILDING, started_on, "started_on", f"项目 {project.number} 开工")
    gate.note(actor, project, "started", f"{project.station_name} 开工，施工单位 {project.builder_name}")
    db.session.flush()
    return project


@command
@idempotent
def complete_project(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    project_id: uuid.UUID,
    completed_on: date,
    report: str,
    files: Sequence[Incoming],
) -> ConstructionProject:
    """The building is done and the township has looked at it itself (自查), with photos.

    Raises NotFound, ProjectClosed, InvalidInput and WrongDay at the field.
    """
    actor.require(PROJECT_PREPARE)
    project = gate.enter(actor, project_id, {ProjectStatus.BUILDING})
    dates.check_not_future(completed_on, clock.today(), "completed_on")
    dates.check_order(project.started_on, completed_on, "completed_on")
    project.self_inspection = report.strip()
    if not project.self_inspection:
        raise InvalidInput(_l("请写自查情况。"), field="report")
    gate.attach(actor, project, files, stage=ProjectStage.SELF_INSPECTION)
    if not any(file.stage is ProjectStage.SELF_INSPECTION for file in project.files):
        raise InvalidInput(_l("请传至少一张完工后的照片。"), field="files")
    project.completed_on = completed_on
    _become(actor, project, ProjectStatus.COMPLETED, completed_on, "completed_on", "乡镇自查合格")
    gate.note(actor, project, "completed", f"{project.station_name} 完工并自查：{project.self_inspection}")
    db.session.flush()
    return project


@command
@idempotent
def rework_project(
    *, actor: Actor, request_id: uuid.UUID | None, project_id: uuid.UUID, reason: str
) -> ConstructionProject:
    """Something has to be built again: back from completed to building, and the station with it.

    Not while an acceptance lies with the inspector or the hub. Raises NotFound, ProjectClosed, InvalidInput.
    """
    actor.require(PROJECT_PREPARE)
    gate.enter(actor, project_id, {ProjectStatus.COMPLETED})
    project = gate.enter_to_buy(actor, project_id)
    PROJECT_MOVES.check(project.status, ProjectStatus.BUILDING)
    project.status = ProjectStatus.BUILDING
    why = needed(reason)
    if project.station.status is StationStatus.SELF_INSPECTED:
        advance_station(
            actor=actor,
            station_id=project.station_id,
            new_status=StationStatus.UNDER_CONSTRUCTION,
            effective_on=clock.today(),
            reason=f"返工：{why}"[:200],
            field="reason",
        )
    gate.note(actor, project, "reworked", f"{project.station_name} 返工：{why}")
    db.session.flush()
    return project


def accept_project(actor: Actor, project: ConstructionProject, accepted_on: date) -> None:
    """The acceptance was passed: project and station are accepted. The caller holds the project's row.

    Raises IllegalMove unless it is completed, WrongDay at ``decided_on``.
    """
    project.accepted_on = accepted_on
    project.version += 1
    _become(actor, project, ProjectStatus.ACCEPTED, accepted_on, "decided_on", "验收合格")
    gate.note(actor, project, "accepted", f"{project.station_name} 验收合格，项目办结")


GIVEN_UP = frozenset({StationStatus.SUSPENDED, StationStatus.CLOSED})
FOLLOWS = {
    ProjectStatus.APPROVED: StationStatus.SITE_APPROVED,
    ProjectStatus.BUILDING: StationStatus.UNDER_CONSTRUCTION,
    ProjectStatus.COMPLETED: StationStatus.SELF_INSPECTED,
    ProjectStatus.ACCEPTED: StationStatus.ACCEPTED,
}


def _become(
    actor: Actor, project: ConstructionProject, status: ProjectStatus, on: date, field: str, reason: str
) -> None:
    """Move the project, and its station unless that is so far already (it was moved by hand before)."""
    PROJECT_MOVES.check(project.status, status)
    if project.station.status in GIVEN_UP:
        raise ProjectClosed(_l("站点现在是“%(status)s”，项目不能再往下办。", status=project.station.status.label))
    project.status = status
    follows = FOLLOWS[status]
    if _ORDER.index(project.station.status) < _ORDER.index(follows):
        advance_station(
            actor=actor,
            station_id=project.station_id,
            new_status=follows,
            effective_on=on,
            reason=reason[:200],
            field=field,
        )
