"""The list of acceptances, starting one, and its overview."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor, current_actor, requires
from app.core.documents import DocumentStatus, IssuedDocument
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.flows import verification_reports
from stations.forms.acceptance import ActionForm, OpenForm
from stations.models import Level
from stations.models.acceptance import Acceptance, AcceptanceStatus
from stations.models.subject import Subject
from stations.permissions import (
    ACCEPTANCE_DECIDE,
    ACCEPTANCE_INSPECT,
    ACCEPTANCE_PREPARE,
    ACCEPTANCE_READ,
    DOSSIER_OPEN,
)
from stations.rules import acceptance as rules
from stations.rules.dossier import total_score
from stations.service import acceptance as service
from stations.views import asked, bp
from stations.views.acceptance.tools import page, to_acceptance, wanted

DEFINITION = _l(
    "进度：已查验或经签字免除的项数 / 清单项数。未销号问题：待整改和待复验的问题数。"
    "得分：有打分项的清单才有，免除的项不计入满分。批复金额只有建设项目才有。"
)


@bp.get("/stations/acceptances")
@requires(ACCEPTANCE_READ)
def list_acceptances() -> ResponseReturnValue:
    """All acceptances in scope."""
    actor, filters = current_actor(), wanted()
    found = paginate(service.query_acceptances(actor, **filters), request.args.get("page", 1, int))
    return page(
        "acceptance_list.html",
        page=found,
        wanted=filters,
        owners=_owners(actor),
        statuses=AcceptanceStatus.choices(),
        subjects=Subject.choices(),
        definition=DEFINITION,
        may_prepare=actor.may(ACCEPTANCE_PREPARE) and bool(service.list_ready_projects(actor)),
        may_open=actor.may(DOSSIER_OPEN),
        decided=verification_reports.count_decided(actor, **filters) if actor.may(ACCEPTANCE_DECIDE) else 0,
        new_id=ids.new_id,
    )


def _owners(actor: Actor) -> list[tuple[str, Any]]:
    """Whose dossiers can be asked for: those of the county itself, those in a township."""
    found = service.list_owners(actor)
    return [(d.code, _("全县的") if d.level is Level.COUNTY else d.short_name) for d in found]


@bp.get("/stations/acceptances/export")
@requires(ACCEPTANCE_READ)
def export_acceptances() -> Response:
    """The same list, all pages, as XLSX."""
    rows = service.export_rows(current_actor(), **wanted())
    columns = [
        Column(_("名称")),
        Column(_("所在地")),
        Column(_("类型")),
        Column(_("年度")),
        Column(_("状态")),
        Column(_("已查验（项）"), "int"),
        Column(_("清单（项）"), "int"),
        Column(_("未销号问题（个）"), "int"),
        Column(_("得分"), "quantity"),
        Column(_("满分"), "int"),
        Column(_("批复金额（元）"), "fen"),
        Column(_("报送日期"), "date"),
        Column(_("收款单位")),
        Column(_("建设主体")),
        Column(_("查验日期"), "date"),
        Column(_("决定日期"), "date"),
    ]
    content = write_xlsx(_("验收"), columns, rows, [str(DEFINITION)], at=clock.now())
    name = f"{_('验收')}-{clock.today().isoformat()}.xlsx"
    return asked.hand_out(content, name)


@bp.route("/stations/acceptances/new", methods=["GET", "POST"])
@requires(ACCEPTANCE_PREPARE)
def new_acceptance() -> ResponseReturnValue:
    """Start the acceptance of a project."""
    actor = current_actor()
    projects = service.list_ready_projects(actor)
    form = OpenForm(project_id=request.args.get("project_id", type=uuid.UUID))
    form.project_id.choices = [(p.id, f"{p.station_name}（{p.status.label}）") for p in projects]
    if form.validate_on_submit():
        with form.catching():
            opened = service.open_acceptance(
                actor=actor, request_id=form.request_id.data, project_id=form.project_id.data
            )
            flash(_("已开始验收。请照清单一项一项补资料。"))
            return redirect(url_for("stations.list_acceptance_items", acceptance_id=opened.id), 303)
    return page("acceptance_new.html", form, projects=projects)


@bp.get("/stations/acceptances/<uuid:acceptance_id>")
@requires(ACCEPTANCE_READ)
def show_acceptance(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """Where an acceptance stands, and what the person may do next."""
    actor = current_actor()
    acceptance = service.get_checklist(actor, acceptance_id)
    report = service.find_report(acceptance)
    return page(
        "acceptance_show.html",
        a=acceptance,
        may=_may(actor, acceptance, report),
        blocking=rules.blocking(acceptance.items),
        total=total_score(acceptance.items, acceptance.pass_mark),
        paid_fen=service.paid_fen(acceptance),
        report=report,
        history=[(entry.text, entry.actor_name, entry.recorded_at) for entry in audit.history(acceptance)],
        today=clock.today(),
        new_id=ids.new_id,
    )


def _may(actor: Actor, a: Acceptance, report: IssuedDocument | None) -> dict[str, bool]:
    """What this person may do with an acceptance in this state."""
    prepares = service.may_prepare(actor, a.division_code)
    inspects, decides = actor.may(ACCEPTANCE_INSPECT), actor.may(ACCEPTANCE_DECIDE)
    valid = report is not None and report.status is DocumentStatus.VALID
    return {
        "submit": prepares and a.status is AcceptanceStatus.DRAFT,
        "rectify": prepares and a.status is AcceptanceStatus.RECTIFICATION,
        "inspect": inspects and a.status in rules.INSPECTABLE,
        "close": inspects and a.status is AcceptanceStatus.SUBMITTED,
        "decide": decides and a.status in rules.DECIDABLE,
        "issue": decides and a.is_over and not valid,
        "withdraw": decides and valid,
    }


@bp.post("/stations/acceptances/<uuid:acceptance_id>/submission")
@requires(ACCEPTANCE_PREPARE)
def submit_acceptance(acceptance_id: uuid.UUID) -> ResponseReturnValue:
    """Hand the dossier in; what is missing is said on the page it came from."""
    form = ActionForm()
    service.submit(actor=current_actor(), request_id=form.request_id.data, acceptance_id=acceptance_id)
    flash(_("已报送。验收人员会来现场查验。"))
    return to_acceptance(acceptance_id)
