"""Handing a round on or back, putting the evaluation away, its reports."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from stations.forms.acceptance import ActionForm, ReasonForm
from stations.forms.evaluation import HandOnForm, SendBackForm
from stations.models.evaluation import EvaluationStatus, Round
from stations.permissions import EVALUATION_READ, EVALUATION_SCORE
from stations.rules import evaluation as rules
from stations.service import evaluation as service
from stations.views import bp
from stations.views.acceptance.tools import page


def _to_evaluation(evaluation_id: uuid.UUID, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("stations.show_evaluation", evaluation_id=evaluation_id, _anchor=anchor), 303)


@bp.route("/stations/evaluations/<uuid:evaluation_id>/next-round", methods=["GET", "POST"])
@requires(EVALUATION_READ)
def hand_on_evaluation(evaluation_id: uuid.UUID) -> ResponseReturnValue:
    """Finish the running round, or put a published evaluation away; the service tells who may."""
    actor = current_actor()
    evaluation = service.get_evaluation(actor, evaluation_id)
    of = rules.ROUND_OF.get(evaluation.status)
    actor.require(service.PERMISSION_OF[of] if of else EVALUATION_SCORE)
    if evaluation.status is EvaluationStatus.CLOSED:
        return _to_evaluation(evaluation_id)
    form = HandOnForm(signer=actor.name)
    if form.validate_on_submit():
        with form.catching():
            finish = service.close_evaluation if evaluation.status is EvaluationStatus.PUBLISHED else service.hand_on
            step = finish(
                actor=actor,
                request_id=form.request_id.data,
                evaluation_id=evaluation_id,
                opinion=form.opinion.data,
                signer=form.signer.data,
                acted_on=form.acted_on.data,
            )
            flash(_("已转到“%(status)s”。", status=step.new_status.label))
            return _to_evaluation(evaluation_id)
    table = rules.sheet(evaluation.leaves)
    return page(
        "evaluation_hand_on.html",
        form,
        e=evaluation,
        running=of,
        total=table.whole.score(of) if of else table.whole.score(Round.PROVINCE),
        left=rules.unscored(evaluation.leaves, of) if of else [],
        new=rules.NEXT.get(evaluation.status, EvaluationStatus.CLOSED),
        problems=service.open_problems(evaluation),
    )


@bp.route("/stations/evaluations/<uuid:evaluation_id>/return", methods=["GET", "POST"])
@requires(EVALUATION_READ)
def send_back_evaluation(evaluation_id: uuid.UUID) -> ResponseReturnValue:
    """Return the round before for correction; the service tells who may."""
    actor = current_actor()
    evaluation = service.get_evaluation(actor, evaluation_id)
    actor.require(service.PERMISSION_OF[rules.ROUND_OF.get(evaluation.status, Round.PROVINCE)])
    if evaluation.status not in rules.BACK:
        return _to_evaluation(evaluation_id)
    form = SendBackForm()
    if form.validate_on_submit():
        with form.catching():
            step = service.send_back(
                actor=actor,
                request_id=form.request_id.data,
                evaluation_id=evaluation_id,
                reason=form.reason.data,
                acted_on=form.acted_on.data,
            )
            flash(_("已退回“%(status)s”。", status=step.new_status.label))
            return _to_evaluation(evaluation_id)
    return page("evaluation_return.html", form, e=evaluation, new=rules.BACK.get(evaluation.status))


@bp.post("/stations/evaluations/<uuid:evaluation_id>/report")
@requires(EVALUATION_SCORE)
def issue_evaluation_report(evaluation_id: uuid.UUID) -> ResponseReturnValue:
    """Issue the signed report after the round that ended last."""
    form = ActionForm()
    report = service.issue_report(actor=current_actor(), request_id=form.request_id.data, evaluation_id=evaluation_id)
    flash(_("评价报告已签发，编号 %(number)s。", number=report.document.number))
    return _to_evaluation(evaluation_id, "reports")


@bp.post("/stations/evaluation-reports/<uuid:report_id>/withdrawal")
@requires(EVALUATION_SCORE)
def withdraw_evaluation_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """Declare a report void."""
    form = ReasonForm()
    report = service.withdraw_report(
        actor=current_actor(), request_id=form.request_id.data, report_id=report_id, reason=form.reason.data or ""
    )
    flash(_("评价报告已作废。"))
    return _to_evaluation(report.evaluation_id, "reports")
