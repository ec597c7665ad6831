"""The hub's list of postings, posting, concluding, withdrawing."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor, current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from stations.forms.publicity import ConcludeForm, PostForm, WithdrawForm
from stations.models.evaluation import EvaluationStatus
from stations.models.publicity import PublicityStatus, PublicitySubject
from stations.permissions import PUBLICITY_POST, PUBLICITY_READ
from stations.rules import publicity as rules
from stations.service import evaluation as evaluations
from stations.service import publicity as service
from stations.views import asked, bp
from stations.views.acceptance.tools import incoming, page

DEFINITION = _l("天数：第一天和最后一天都算。异议：公示期内收到的件数。办结要等公示期满、异议全部答复。")


def _wanted() -> dict[str, Any]:
    return {
        "text": request.args.get("q", ""),
        "subject": asked.member(PublicitySubject, "subject"),
        "status": asked.member(PublicityStatus, "status"),
    }


@bp.get("/stations/publicities")
@requires(PUBLICITY_READ)
def list_publicities() -> ResponseReturnValue:
    """All postings in scope with their objections."""
    actor, wanted = current_actor(), _wanted()
    return page(
        "publicity_list.html",
        page=paginate(service.query_publicities(actor, **wanted), request.args.get("page", 1, int)),
        wanted=wanted,
        subjects=PublicitySubject.choices(),
        statuses=PublicityStatus.choices(),
        definition=DEFINITION,
        may_post=actor.may(PUBLICITY_POST),
    )


@bp.get("/stations/publicities/export")
@requires(PUBLICITY_READ)
def export_publicities() -> Response:
    """The same list, all pages, as XLSX."""
    columns = [
        Column(_("公示")),
        Column(_("种类")),
        Column(_("依据文号")),
        Column(_("第一天"), "date"),
        Column(_("最后一天"), "date"),
        Column(_("天数"), "int"),
        Column(_("状态")),
        Column(_("异议（件）"), "int"),
        Column(_("未答复（件）"), "int"),
        Column(_("办结日期"), "date"),
        Column(_("结果")),
    ]
    rows = service.export_rows(current_actor(), **_wanted())
    content = write_xlsx(_("公示"), columns, rows, [str(DEFINITION)], at=clock.now())
    return asked.hand_out(content, f"{_('公示')}-{clock.today().isoformat()}.xlsx")


@bp.route("/stations/publicities/new", methods=["GET", "POST"])
@requires(PUBLICITY_POST)
def new_publicity() -> ResponseReturnValue:
    """Post something."""
    actor, today = current_actor(), clock.today()
    rule = rules.rule_for(service.posting_rules(), today)
    form = PostForm(
        subject=request.args.get("subject"),
        evaluation_id=request.args.get("evaluation_id"),
        ends_on=rules.earliest_end(today, rule),
    ).offer(_published(actor))
    if form.validate_on_submit():
        with form.catching():
            row = service.post(
                actor=actor,
                request_id=form.request_id.data,
                subject=PublicitySubject(form.subject.data),
                evaluation_id=_chosen(form.evaluation_id.data),
                title=form.title.data,
                text=form.text.data,
                reference=form.reference.data or "",
                places=form.places.data,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                files=incoming(form),
            )
            flash(_("已发布公示，谁都看得到。"))
            return redirect(url_for("stations.show_publicity", publicity_id=row.id), 303)
    return page("publicity_new.html", form, rule=rule)


def _published(actor: Actor) -> list[Any]:
    """The evaluations whose result may be posted."""
    published = evaluations.query_evaluations(actor, status=EvaluationStatus.PUBLISHED)
    return list(paginate(published).items)


def _chosen(value: str | None) -> uuid.UUID | None:
    """The id that was chosen; one that is none is nobody's."""
    if not value:
        return None
    try:
        return uuid.UUID(value)
    except ValueError:
        return uuid.UUID(int=0)


@bp.get("/stations/publicities/<uuid:publicity_id>")
@requires(PUBLICITY_READ)
def show_publicity(publicity_id: uuid.UUID) -> ResponseReturnValue:
    """A posting with its objections, and what the hub does next."""
    return _show(publicity_id)


@bp.post("/stations/publicities/<uuid:publicity_id>/conclusion")
@requires(PUBLICITY_POST)
def conclude_publicity(publicity_id: uuid.UUID) -> ResponseReturnValue:
    """The days are over: conclude, and issue the note of the result."""
    form = ConcludeForm()
    if form.validate_on_submit():
        with form.catching():
            row = service.conclude(
                actor=current_actor(),
                request_id=form.request_id.data,
                publicity_id=publicity_id,
                remark=form.remark.data or "",
            )
            flash(_("公示已办结：%(conclusion)s", conclusion=row.conclusion))
            return redirect(url_for("stations.show_publicity", publicity_id=publicity_id), 303)
    return _show(publicity_id, conclusion=form)


@bp.post("/stations/publicities/<uuid:publicity_id>/withdrawal")
@requires(PUBLICITY_POST)
def withdraw_publicity(publicity_id: uuid.UUID) -> ResponseReturnValue:
    """Take a posting back."""
    form = WithdrawForm()
    if form.validate_on_submit():
        with form.catching():
            service.withdraw(
                actor=current_actor(),
                request_id=form.request_id.data,
                publicity_id=publicity_id,
                reason=form.reason.data,
            )
            flash(_("公示已撤回，公示页上写明了原因。"))
            return redirect(url_for("stations.show_publicity", publicity_id=publicity_id), 303)
    return _show(publicity_id, withdrawal=form)


def _show(
    publicity_id: uuid.UUID, *, conclusion: ConcludeForm | None = None, withdrawal: WithdrawForm | None = None
) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    row = service.get_publicity(actor, publicity_id)
    acts = actor.may(PUBLICITY_POST) and row.status is PublicityStatus.OPEN
    ready = acts and today > row.ends_on and not row.open_objections
    return page(
        "publicity_show.html",
        conclusion or withdrawal,
        p=row,
        days=rules.days_posted(row.starts_on, row.ends_on),
        today=today,
        conclusion=conclusion or (ConcludeForm(formdata=None) if ready else None),
        withdrawal=withdrawal or (WithdrawForm(formdata=None) if acts else None),
        standing=rules.conclusion(row.objections),
        acts=acts,
        history=[(entry.text, entry.actor_name, entry.recorded_at) for entry in audit.history(row)],
        new_id=ids.new_id,
    )
