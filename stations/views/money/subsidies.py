"""Subsidies: list, sheet, granting one, one at a glance, taking a grant back, claw-back."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import Response, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor, current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column
from stations.forms.money import ClawBackForm, GrantForm, WhyForm
from stations.models import StationKind
from stations.models.subsidy import InstalmentStatus, Subsidy, SubsidyInstalment, SubsidyStatus
from stations.permissions import (
    FUND_READ,
    SUBSIDY_CONFIRM,
    SUBSIDY_GRANT,
    SUBSIDY_PAY,
    SUBSIDY_READ,
    SUBSIDY_REQUEST,
)
from stations.rules import subsidy as rules
from stations.rules.public_money import Indicator
from stations.service import money as service
from stations.service.acceptance import list_payees
from stations.service.projects import get_project
from stations.views import asked, bp
from stations.views.money.tools import page, paper, sheet, to

DEFINITION = _l(
    "标准：项目批复当日有效的补助标准；核定：不超过标准和项目批复金额；已付、追回不含冲正的。合计不含已取消的补助。"
)


def _behind(actor: Actor) -> Indicator | None:
    """The figure of a fund that the list is to explain, for those who may see the fund."""
    fund_id, key = request.args.get("fund", type=uuid.UUID), request.args.get("behind", "")
    if fund_id is None or not actor.may(FUND_READ):
        return None
    figure = service.find_indicator(service.get_fund(actor, fund_id), key, clock.today())
    return figure if figure is not None and figure.register == "subsidies" else None


def _wanted(behind: Indicator | None) -> dict[str, Any]:
    """The filters of the address line; a value that isn't known is no filter."""
    return {
        "text": request.args.get("q", ""),
        "status": asked.member(SubsidyStatus, "status"),
        "kind": asked.member(StationKind, "kind"),
        "township_code": asked.code("township") or "",
        "step": asked.member(InstalmentStatus, "step"),
        "among": behind.records if behind is not None else None,
    }


@bp.get("/stations/subsidies")
@requires(SUBSIDY_READ)
def list_subsidies() -> ResponseReturnValue:
    """The subsidies in scope."""
    actor = current_actor()
    behind = _behind(actor)
    wanted = _wanted(behind)
    kinds = {standard.kind for standard in service.standards()}
    return page(
        "subsidy_list.html",
        page=paginate(service.query_subsidies(actor, **wanted), request.args.get("page", 1, int)),
        wanted=wanted,
        behind=behind,
        sums=service.subsidy_sums(actor, **wanted),
        statuses=SubsidyStatus.choices(),
        steps=[(step.value, step.label) for step in InstalmentStatus if step is not InstalmentStatus.PAID],
        kinds=[(kind.value, kind.label) for kind in StationKind if kind in kinds],
        townships=[(d.code, d.short_name) for d in list_payees(actor)],
        definition=DEFINITION,
        may_grant=actor.may(SUBSIDY_GRANT),
    )


@bp.get("/stations/subsidies/export")
@requires(SUBSIDY_READ)
def export_subsidies() -> Response:
    """The same list, all pages, as XLSX."""
    actor = current_actor()
    rows = service.subsidy_rows(actor, **_wanted(_behind(actor)))
    columns = [
        Column(_("编号")),
        Column(_("所在地")),
        Column(_("站点")),
        Column(_("类型")),
        Column(_("类别")),
        Column(_("收款单位")),
        Column(_("状态")),
        Column(_("下一笔")),
        Column(_("标准（元）"), "fen"),
        Column(_("核定（元）"), "fen"),
        Column(_("已付（元）"), "fen"),
        Column(_("追回（元）"), "fen"),
        Column(_("自筹（元）"), "fen"),
        Column(_("核定日期"), "date"),
        Column(_("最近支付"), "date"),
        Column(_("核定文号")),
    ]
    return sheet(_("建设补助"), columns, rows, str(DEFINITION))


@bp.get("/stations/subsidies/new")
@requires(SUBSIDY_GRANT)
def choose_subsidy_project() -> ResponseReturnValue:
    """Which approved project is to be granted its subsidy."""
    projects = service.list_grantable(current_actor())
    return page("subsidy_choose.html", projects=[(p, service.find_standard(p)) for p in projects])


@bp.route("/stations/projects/<uuid:project_id>/subsidy/new", methods=["GET", "POST"])
@requires(SUBSIDY_GRANT)
def new_subsidy(project_id: uuid.UUID) -> ResponseReturnValue:
    """Grant a project its subsidy."""
    actor, form = current_actor(), GrantForm()
    project = get_project(actor, project_id)
    standard = service.find_standard(project)
    form.fund_id.choices = [(fund.id, f"{fund.year} {fund.name}") for fund, _came, _left in service.list_funds(actor)]
    if form.validate_on_submit():
        with form.catching():
            subsidy = service.grant_subsidy(
                actor=actor,
                request_id=form.request_id.data,
                project_id=project_id,
                fund_id=form.fund_id.data,
                approved_fen=form.approved.data,
                own_fen=form.own.data or 0,
                own_source=form.own_source.data or "",
                reference=form.reference.data,
                granted_on=form.granted_on.data,
            )
            flash(_("补助已核定。到了拨付的时候，由乡镇申请。"))
            return to("show_subsidy", subsidy_id=subsidy.id)
    elif not form.is_submitted() and standard is not None:
        form.approved.data = min(standard.amount_fen, project.approved_fen or 0)
    return page("subsidy_new.html", form, project=project, standard=standard)


@bp.get("/stations/subsidies/<uuid:subsidy_id>")
@requires(SUBSIDY_READ)
def show_subsidy(subsidy_id: uuid.UUID) -> ResponseReturnValue:
    """A subsidy with its instalments, and what is missing before the next may be paid."""
    actor = current_actor()
    s = service.get_subsidy(actor, subsidy_id)
    available = service.available_fen(s.fund_id)
    return page(
        "subsidy_show.html",
        s=s,
        back_fen=service.back_fen(s.id),
        parts=[(p, _gaps(s, p, available), _may(actor, s, p), _steps(p)) for p in s.instalments],
        entries=service.entries_of_subsidy(s),
        may_cancel=actor.may(SUBSIDY_GRANT) and s.status is SubsidyStatus.GRANTED,
        may_claw_back=actor.may(SUBSIDY_PAY) and s.paid_fen > service.back_fen(s.id),
        sees_fund=actor.may(FUND_READ),
        history=[(entry.text, entry.actor_name, entry.recorded_at) for entry in audit.history(s)],
    )


def _gaps(s: Subsidy, part: SubsidyInstalment, available_fen: int) -> list[str]:
    if s.is_over or part.status is InstalmentStatus.PAID:
        return []
    return rules.missing(part, s.project, available_fen)


def _may(actor: Actor, s: Subsidy, part: SubsidyInstalment) -> dict[str, bool]:
    """What this person may do with an instalment as it stands."""
    reached = rules.payable_from(part, s.project) is not None
    allowed = {
        "request": actor.may(SUBSIDY_REQUEST) and part.status is InstalmentStatus.PLANNED and reached,
        "approve": actor.may(SUBSIDY_GRANT) and part.status is InstalmentStatus.REQUESTED,
        "pay": actor.may(SUBSIDY_PAY) and part.status is InstalmentStatus.APPROVED and reached,
        "confirm": actor.may(SUBSIDY_CONFIRM) and part.status is InstalmentStatus.PAID and part.received_on is None,
    }
    return {what: may and not s.is_over for what, may in allowed.items()}


def _steps(part: SubsidyInstalment) -> list[tuple[str, str | None, date]]:
    """(what, who, when) of an instalment so far."""
    steps = [
        (_("申请"), part.requested_by, part.requested_on),
        (_("审核同意"), part.approved_by, part.approved_on),
        (_("支付，凭证号 %(voucher)s", voucher=part.voucher), part.paid_by, part.paid_on),
        (_("乡镇确认收到"), part.received_by, part.received_on),
    ]
    return [(what, who, when) for what, who, when in steps if when is not None]


@bp.route("/stations/subsidies/<uuid:subsidy_id>/cancellation", methods=["GET", "POST"])
@requires(SUBSIDY_GRANT)
def cancel_subsidy(subsidy_id: uuid.UUID) -> ResponseReturnValue:
    """Take back a grant of which nothing was paid."""
    actor, form = current_actor(), WhyForm()
    if form.validate_on_submit():
        with form.catching():
            service.cancel_subsidy(
                actor=actor, request_id=form.request_id.data, subsidy_id=subsidy_id, reason=form.reason.data
            )
            flash(_("补助已取消。"))
            return to("show_subsidy", subsidy_id=subsidy_id)
    return page("subsidy_cancel.html", form, s=service.get_subsidy(actor, subsidy_id))


@bp.route("/stations/subsidies/<uuid:subsidy_id>/claw-backs/new", methods=["GET", "POST"])
@requires(SUBSIDY_PAY)
def claw_back_subsidy(subsidy_id: uuid.UUID) -> ResponseReturnValue:
    """Money of a subsidy came back."""
    actor, form = current_actor(), ClawBackForm()
    if form.validate_on_submit():
        with form.catching():
            service.claw_back(
                actor=actor,
                request_id=form.request_id.data,
                subsidy_id=subsidy_id,
                amount_fen=form.amount.data,
                received_on=form.received_on.data,
                reason=form.reason.data,
                document=form.document.data,
                file=paper(form),
            )
            flash(_("追回已登记，回到专项资金账上。"))
            return to("show_subsidy", subsidy_id=subsidy_id)
    s = service.get_subsidy(actor, subsidy_id)
    return page("subsidy_claw_back.html", form, s=s, back_fen=service.back_fen(s.id), today=clock.today())
