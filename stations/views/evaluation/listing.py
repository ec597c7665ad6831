"""The list of evaluations, beginning one, and the score table."""

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
from stations.forms.evaluation import YearForm
from stations.models.evaluation import Evaluation, EvaluationStatus, Round
from stations.permissions import EVALUATION_READ, EVALUATION_REVIEW, EVALUATION_SCORE, PUBLICITY_POST
from stations.rules import evaluation as rules
from stations.service import evaluation as service
from stations.views import asked, bp
from stations.views.acceptance.tools import page

DEFINITION = _l(
    "总分 = 各指标得分之和，含加分（满分 100，加分最多 10）；没有打分的指标不计分。"
    "进度：正在进行的一轮已打分的指标数 / 指标数。"
)


def _wanted() -> dict[str, Any]:
    return {"text": request.args.get("q", ""), "status": asked.member(EvaluationStatus, "status")}


@bp.get("/stations/evaluations")
@requires(EVALUATION_READ)
def list_evaluations() -> ResponseReturnValue:
    """All evaluations in scope."""
    actor, wanted = current_actor(), _wanted()
    found = paginate(service.query_evaluations(actor, **wanted), request.args.get("page", 1, int))
    rows = [(e, rules.sheet(e.leaves).whole, _running(e), service.open_problems(e)) for e in found.items]
    return page(
        "evaluation_list.html",
        page=found,
        rows=rows,
        rounds=list(Round),
        wanted=wanted,
        statuses=EvaluationStatus.choices(),
        definition=DEFINITION,
        may_open=actor.may(EVALUATION_SCORE),
    )


def _running(evaluation: Evaluation) -> Round:
    return rules.ROUND_OF.get(evaluation.status, Round.PROVINCE)


@bp.get("/stations/evaluations/export")
@requires(EVALUATION_READ)
def export_evaluations() -> Response:
    """The same list, all pages, as XLSX."""
    columns = [
        Column(_("县")),
        Column(_("年度"), "int"),
        Column(_("状态")),
        Column(_("自评总分"), "quantity"),
        Column(_("县级复核总分"), "quantity"),
        Column(_("省级评价总分"), "quantity"),
        Column(_("已打分（项）"), "int"),
        Column(_("指标（项）"), "int"),
        Column(_("未销号问题（个）"), "int"),
    ]
    rows = service.list_rows(current_actor(), **_wanted())
    content = write_xlsx(_("绩效评价"), columns, rows, [str(DEFINITION)], at=clock.now())
    return asked.hand_out(content, f"{_('绩效评价')}-{clock.today().isoformat()}.xlsx")


@bp.route("/stations/evaluations/new", methods=["GET", "POST"])
@requires(EVALUATION_SCORE)
def new_evaluation() -> ResponseReturnValue:
    """Begin the self-evaluation of a year."""
    form = YearForm()
    if form.validate_on_submit():
        with form.catching():
            opened = service.open_evaluation(
                actor=current_actor(), request_id=form.request_id.data, year=form.year.data or 0
            )
            flash(_("已开始自评。请一项一项打分、放材料，随时可以停下再来。"))
            return redirect(url_for("stations.show_evaluation", evaluation_id=opened.id), 303)
    return page("evaluation_new.html", form)


@bp.get("/stations/evaluations/<uuid:evaluation_id>")
@requires(EVALUATION_READ)
def show_evaluation(evaluation_id: uuid.UUID) -> ResponseReturnValue:
    """Where an evaluation stands: the score table by level, the rectification list, reports, what to do next."""
    actor = current_actor()
    evaluation = service.get_score_table(actor, evaluation_id)
    table = rules.sheet(evaluation.leaves)
    of = rules.ROUND_OF.get(evaluation.status)
    return page(
        "evaluation_show.html",
        e=evaluation,
        table=table,
        running=of,
        scored=table.whole.scored[of or Round.PROVINCE],
        next_leaf=_next_leaf(evaluation, of),
        rounds=list(Round),
        may=_may(actor, evaluation, of),
        back_to=rules.BACK.get(evaluation.status),
        reports=evaluation.reports,
        publicities=service.list_publicities_of(evaluation),
        history=[(entry.text, entry.actor_name, entry.recorded_at) for entry in audit.history(evaluation)[:30]],
        today=clock.today(),
        new_id=ids.new_id,
        definition=DEFINITION,
    )


def _next_leaf(evaluation: Evaluation, of: Round | None) -> uuid.UUID | None:
    """The first leaf without a score in the running round."""
    if of is None:
        return None
    return next((leaf.id for leaf in evaluation.leaves if leaf.score(of) is None), None)


def _may(actor: Actor, e: Evaluation, of: Round | None) -> dict[str, bool]:
    """What this person may do with an evaluation in this state."""
    after = rules.round_done(e.status)
    turn = of is not None and actor.may(service.PERMISSION_OF[of])
    back = e.status in rules.BACK and actor.may(service.PERMISSION_OF[of or Round.PROVINCE])
    either = actor.may(EVALUATION_SCORE) or actor.may(EVALUATION_REVIEW)
    return {
        "score": turn,
        "send_back": back,
        "add_problem": either and e.status in rules.NOT_OVER,
        "issue": actor.may(EVALUATION_SCORE) and after is not None and service.find_valid(e, after) is None,
        "withdraw": actor.may(EVALUATION_SCORE),
        "close": actor.may(EVALUATION_SCORE) and e.status is EvaluationStatus.PUBLISHED,
        "post": actor.may(PUBLICITY_POST) and e.status is EvaluationStatus.PUBLISHED,
    }


@bp.get("/stations/evaluations/<uuid:evaluation_id>/export")
@requires(EVALUATION_READ)
def export_evaluation(evaluation_id: uuid.UUID) -> Response:
    """The score table as XLSX, with numbers."""
    evaluation = service.get_score_table(current_actor(), evaluation_id)
    columns = [
        Column(_("一级指标")),
        Column(_("二级指标")),
        Column(_("指标")),
        Column(_("分值"), "quantity"),
        Column(_("自评分"), "quantity"),
        Column(_("自评说明")),
        Column(_("县级复核分"), "quantity"),
        Column(_("县级复核理由")),
        Column(_("省级评价分"), "quantity"),
        Column(_("省级评价理由")),
        Column(_("材料（份）"), "int"),
    ]
    content = write_xlsx(
        _("评分表"), columns, service.table_rows(evaluation), [evaluation.title, str(DEFINITION)], at=clock.now()
    )
    return asked.hand_out(content, f"{evaluation.title}-{clock.today().isoformat()}.xlsx")
