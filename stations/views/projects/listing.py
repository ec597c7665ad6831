"""The list of projects, its sheet, and one project's overview."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor, Role, current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from stations.models import ConstructionProject, ProjectStatus, StationKind
from stations.models.acceptance import Acceptance
from stations.permissions import (
    ASSETS_COUNT,
    PROJECT_APPROVE,
    PROJECT_PREPARE,
    PROJECT_SCORE,
    PROJECTS_READ,
    SUBSIDY_GRANT,
    SUBSIDY_READ,
)
from stations.rules import projects as rules
from stations.rules.subsidy import GRANTABLE
from stations.service import acceptance as acceptances
from stations.service import money
from stations.service import projects as service
from stations.views import asked, bp
from stations.views.projects.tools import may_buy, page

DEFINITION = _l(
    "申请金额：预算各行数量 × 单价之和。批复金额：县级批复的设备购置与装修改造之和。发票合计：未作废发票的价税合计。"
)
KINDS = (StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT)


def _wanted() -> dict[str, Any]:
    """The filters of the address line; a value that isn't known is no filter."""
    return {
        "text": request.args.get("q", "").strip()[:64],
        "status": asked.member(ProjectStatus, "status"),
        "kind": asked.member(StationKind, "kind"),
        "township_code": asked.code("township") or "",
    }


@bp.get("/stations/projects")
@requires(PROJECTS_READ)
def list_projects() -> ResponseReturnValue:
    """All projects in scope."""
    actor, wanted = current_actor(), _wanted()
    found = paginate(service.query_projects(actor, **wanted), request.args.get("page", 1, int))
    return page(
        "project_list.html",
        page=found,
        wanted=wanted,
        townships=[(d.code, d.short_name) for d in acceptances.list_payees(actor)],
        statuses=ProjectStatus.choices(),
        kinds=[(kind.value, kind.label) for kind in KINDS],
        definition=DEFINITION,
        may_apply=actor.may(PROJECT_PREPARE),
    )


@bp.get("/stations/projects/export")
@requires(PROJECTS_READ)
def export_projects() -> Response:
    """The same list, all pages, as XLSX."""
    columns = [
        Column(_("项目编号")),
        Column(_("站点")),
        Column(_("所在地")),
        Column(_("类型")),
        Column(_("状态")),
        Column(_("申请日期"), "date"),
        Column(_("申请金额（元）"), "fen"),
        Column(_("批复金额（元）"), "fen"),
        Column(_("发票合计（元）"), "fen"),
        Column(_("批复文号")),
        Column(_("批复日期"), "date"),
        Column(_("开工日期"), "date"),
        Column(_("自查日期"), "date"),
        Column(_("验收日期"), "date"),
        Column(_("收款单位")),
        Column(_("建设主体")),
    ]
    rows = [
        _row(project, kind, invoiced) for project, kind, invoiced in service.list_projects(current_actor(), **_wanted())
    ]
    content = write_xlsx(_("建设项目"), columns, rows, [str(DEFINITION)], at=clock.now())
    return asked.hand_out(content, f"{_('建设项目')}-{clock.today().isoformat()}.xlsx")


def _row(p: ConstructionProject, kind: StationKind, invoiced_fen: int) -> list[Any]:
    return [
        p.number,
        p.station_name,
        p.place_name,
        str(kind.label),
        str(p.status.label),
        p.applied_on,
        p.asked_fen,
        p.approved_fen,
        invoiced_fen,
        p.approval_reference,
        p.approved_on,
        p.started_on,
        p.completed_on,
        p.accepted_on,
        p.payee_name,
        p.builder_name,
    ]


@bp.get("/stations/projects/<uuid:project_id>")
@requires(PROJECTS_READ)
def show_project(project_id: uuid.UUID) -> ResponseReturnValue:
    """Where a project stands, and what the person may do next."""
    actor = current_actor()
    project = service.get_project(actor, project_id)
    dossiers = acceptances.list_of_project(actor, project_id)
    subsidy = money.find_subsidy(project.id) if actor.may(SUBSIDY_READ) else None
    what, role = _next(project, dossiers)
    return page(
        "project_show.html",
        p=project,
        acceptances=dossiers,
        subsidy=subsidy,
        may_grant=actor.may(SUBSIDY_GRANT) and project.status in GRANTABLE and (subsidy is None or subsidy.is_over),
        next_what=what,
        next_who=role.label if role else None,
        mine=role is not None and actor.role is role,
        may=_may(actor, project, dossiers),
        asked=service.asked(project),
        three=service.three_way(project),
        history=[(entry.text, entry.actor_name, entry.recorded_at) for entry in audit.history(project)],
        today=clock.today(),
        new_id=ids.new_id,
    )


def _next(project: ConstructionProject, dossiers: Any) -> tuple[object, Role | None]:
    """What is next and whose turn it is; once a dossier is open, the acceptance says so."""
    if dossiers and not dossiers[0].is_over:
        return _l("验收正在办：%(status)s", status=dossiers[0].status.label), None
    return rules.NEXT.get(project.status, (None, None))


def _may(actor: Actor, p: ConstructionProject, dossiers: Any) -> dict[str, bool]:
    """What this person may do with a project in this state."""
    prepares, scores, approves = (actor.may(one) for one in (PROJECT_PREPARE, PROJECT_SCORE, PROJECT_APPROVE))
    unfinished = next((one for one in dossiers if not one.is_over), None)
    return {
        "revise": prepares and p.status is ProjectStatus.APPLIED,
        "score": scores and p.status in rules.SCORABLE,
        "approve": approves and p.status is ProjectStatus.SCORED,
        "refuse": approves and p.status in rules.REFUSABLE,
        "start": prepares and p.status is ProjectStatus.APPROVED,
        "complete": prepares and p.status is ProjectStatus.BUILDING,
        "withdraw": prepares and p.status in rules.WITHDRAWABLE and unfinished is None,
        "buy": may_buy(actor, p, unfinished),
        "rework": may_buy(actor, p, unfinished) and p.status is ProjectStatus.COMPLETED,
        "count": actor.may(ASSETS_COUNT),
        "accept": _may_accept(actor, p, unfinished),
    }


def _may_accept(actor: Actor, p: ConstructionProject, unfinished: Acceptance | None) -> bool:
    return acceptances.may_prepare(actor, p.division_code) and p.status in rules.ACCEPTABLE and unfinished is None
