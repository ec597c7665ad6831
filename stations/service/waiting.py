"""What waits for a person in the work on stations: each as a count and where to find it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.access import Actor, Permission
from app.core.database import db
from app.core.scope import county_of, in_scope
from stations import permissions as may
from stations.models import ConstructionProject, ProjectStatus
from stations.models.acceptance import Acceptance, AcceptanceStatus, Finding
from stations.models.finding import FindingStatus
from stations.models.inspection import (
    InspectionFinding,
    InspectionRound,
    InspectionStatus,
    RoundStatus,
    StationInspection,
)
from stations.models.publicity import Objection, ObjectionStatus
from stations.models.subsidy import InstalmentStatus, Subsidy, SubsidyInstalment


@dataclass(frozen=True)
class Waiting:
    """So many things of one kind wait for this person; ``kind`` and ``status`` name the list that shows them."""

    label: Any
    count: int
    kind: str
    status: str = ""


@dataclass(frozen=True)
class _Duty:
    """Who sees to something, what it is called, how it is counted and where it is listed."""

    permission: Permission
    label: Any
    query: Callable[[str], sa.Select[Any]]
    kind: str
    status: str = ""
    own: bool = False  # what is prepared: the county's by the hub, a township's by the township


def _projects(status: ProjectStatus) -> Callable[[str], sa.Select[Any]]:
    def query(scope: str) -> sa.Select[Any]:
        model = ConstructionProject
        return _count(model).where(model.status == status, in_scope(model.division_code, scope))

    return query


def _acceptances(status: AcceptanceStatus) -> Callable[[str], sa.Select[Any]]:
    def query(scope: str) -> sa.Select[Any]:
        return _count(Acceptance).where(Acceptance.status == status, in_scope(Acceptance.division_code, scope))

    return query


def _to_decide(scope: str) -> sa.Select[Any]:
    """Inspected, or put right to the last problem."""
    unfinished = sa.exists().where(Finding.acceptance_id == Acceptance.id, Finding.status != FindingStatus.CLOSED)
    ready = sa.or_(
        Acceptance.status == AcceptanceStatus.INSPECTED,
        sa.and_(Acceptance.status == AcceptanceStatus.RECTIFICATION, ~unfinished),
    )
    return _count(Acceptance).where(ready, in_scope(Acceptance.division_code, scope))


def _findings(status: FindingStatus) -> Callable[[str], sa.Select[Any]]:
    def query(scope: str) -> sa.Select[Any]:
        found = _count(Finding).join(Acceptance, Acceptance.id == Finding.acceptance_id)
        return found.where(
            Finding.status == status,
            Acceptance.status == AcceptanceStatus.RECTIFICATION,
            in_scope(Acceptance.division_code, scope),
        )

    return query


def _instalments(status: InstalmentStatus) -> Callable[[str], sa.Select[Any]]:
    def query(scope: str) -> sa.Select[Any]:
        found = _count(SubsidyInstalment).join(Subsidy, Subsidy.id == SubsidyInstalment.subsidy_id)
        return found.where(SubsidyInstalment.status == status, in_scope(Subsidy.division_code, scope))

    return query


def _to_confirm(scope: str) -> sa.Select[Any]:
    found = _count(SubsidyInstalment).join(Subsidy, Subsidy.id == SubsidyInstalment.subsidy_id)
    return found.where(
        SubsidyInstalment.status == InstalmentStatus.PAID,
        SubsidyInstalment.received_on.is_(None),
        in_scope(Subsidy.division_code, scope),
    )


def _inspection_problems(status: FindingStatus) -> Callable[[str], sa.Select[Any]]:
    def query(scope: str) -> sa.Select[Any]:
        found = _count(InspectionFinding).join(
            StationInspection, StationInspection.id == InspectionFinding.inspection_id
        )
        return found.where(InspectionFinding.status == status, in_scope(StationInspection.division_code, scope))

    return query


def _inspections(status: InspectionStatus) -> Callable[[str], sa.Select[Any]]:
    def query(scope: str) -> sa.Select[Any]:
        found = _count(StationInspection).join(InspectionRound, InspectionRound.id == StationInspection.round_id)
        return found.where(
            StationInspection.status == status,
            InspectionRound.status == RoundStatus.RUNNING,
            in_scope(StationInspection.division_code, scope),
        )

    return query


def _objections(scope: str) -> sa.Select[Any]:
    return _count(Objection).where(Objection.status == ObjectionStatus.OPEN, in_scope(Objection.division_code, scope))


def _of_scope(duty: _Duty, scope: str) -> sa.Select[Any]:
    """Of what is prepared, the hub sees only the county's own: a township's is that township's."""
    query = duty.query(scope)
    return query.where(Acceptance.division_code == scope) if duty.own and scope == county_of(scope) else query


def _count(model: Any) -> sa.Select[Any]:
    return sa.select(sa.func.count()).select_from(model)


_P, _A, _F = ProjectStatus, AcceptanceStatus, FindingStatus
DUTIES: tuple[_Duty, ...] = (
    _Duty(may.PROJECT_SCORE, _l("项目等踏勘"), _projects(_P.APPLIED), "projects", _P.APPLIED),
    _Duty(may.PROJECT_APPROVE, _l("项目等批复"), _projects(_P.SCORED), "projects", _P.SCORED),
    _Duty(may.PROJECT_PREPARE, _l("项目批了，等开工"), _projects(_P.APPROVED), "projects", _P.APPROVED),
    _Duty(may.PROJECT_PREPARE, _l("项目在建，等完工"), _projects(_P.BUILDING), "projects", _P.BUILDING),
    _Duty(may.ACCEPTANCE_PREPARE, _l("验收资料在整理"), _acceptances(_A.DRAFT), "acceptances", _A.DRAFT, own=True),
    _Duty(may.ACCEPTANCE_INSPECT, _l("等现场查验"), _acceptances(_A.SUBMITTED), "acceptances", _A.SUBMITTED),
    _Duty(may.ACCEPTANCE_DECIDE, _l("等验收决定"), _to_decide, "acceptances"),
    _Duty(may.ACCEPTANCE_PREPARE, _l("问题等整改"), _findings(_F.OPEN), "acceptances", _A.RECTIFICATION, own=True),
    _Duty(may.ACCEPTANCE_INSPECT, _l("整改好了，等复验"), _findings(_F.RECTIFIED), "acceptances", _A.RECTIFICATION),
    _Duty(may.SUBSIDY_GRANT, _l("补助申请等审核"), _instalments(InstalmentStatus.REQUESTED), "subsidies"),
    _Duty(may.SUBSIDY_PAY, _l("补助等支付"), _instalments(InstalmentStatus.APPROVED), "subsidies"),
    _Duty(may.SUBSIDY_CONFIRM, _l("补助到账等确认"), _to_confirm, "subsidies"),
    _Duty(may.INSPECTIONS_SCORE, _l("站点等巡检"), _inspections(InspectionStatus.PENDING), "rounds"),
    _Duty(may.INSPECTIONS_REVIEW, _l("巡检等复核"), _inspections(InspectionStatus.TOWNSHIP_SCORED), "rounds"),
    _Duty(may.INSPECTIONS_RECTIFY, _l("巡检问题等整改"), _inspection_problems(_F.OPEN), "rounds"),
    _Duty(may.INSPECTIONS_REVIEW, _l("巡检问题等复验"), _inspection_problems(_F.RECTIFIED), "rounds"),
    _Duty(may.PUBLICITY_POST, _l("异议等答复"), _objections, "objections", ObjectionStatus.OPEN),
)


def waiting_for(actor: Actor) -> list[Waiting]:
    """What this person may see to now, within their scope; nothing that is not there."""
    due = [(duty, _of_scope(duty, actor.scope_code).scalar_subquery()) for duty in DUTIES if actor.may(duty.permission)]
    if not due:
        return []
    counts: Iterable[int] = db.session.execute(sa.select(*(query for _duty, query in due))).one()
    return [
        Waiting(duty.label, count, duty.kind, duty.status)
        for (duty, _query), count in zip(due, counts, strict=True)
        if count
    ]
