"""The rectification list: problems, what was done, the second look."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import current_actor, requires
from stations.forms.evaluation import RecheckForm, RectificationForm, RectifiedForm
from stations.models.finding import FindingStatus
from stations.permissions import EVALUATION_READ, EVALUATION_REVIEW, EVALUATION_SCORE
from stations.rules import evaluation as rules
from stations.service import evaluation as service
from stations.service.acceptance import Incoming
from stations.views import bp
from stations.views.acceptance.tools import page


@bp.route("/stations/evaluations/<uuid:evaluation_id>/problems/new", methods=["GET", "POST"])
@requires(EVALUATION_READ)
def new_evaluation_problem(evaluation_id: uuid.UUID) -> ResponseReturnValue:
    """Write a problem down: the hub or the reviewer."""
    actor = current_actor()
    if not actor.may(EVALUATION_SCORE):
        actor.require(EVALUATION_REVIEW)
    evaluation = service.get_evaluation(actor, evaluation_id)
    form = RectificationForm(leaf_id=request.args.get("leaf_id")).offer(evaluation.leaves)
    if form.validate_on_submit():
        with form.catching():
            service.add_rectification(
                actor=actor,
                request_id=form.request_id.data,
                evaluation_id=evaluation_id,
                leaf_id=_chosen(form.leaf_id.data),
                problem=form.problem.data,
                cause=form.cause.data,
                measure=form.measure.data,
                owner_name=form.owner_name.data,
                deadline=form.deadline.data,
            )
            flash(_("问题已列入整改台账。"))
            return redirect(url_for("stations.show_evaluation", evaluation_id=evaluation_id, _anchor="problems"), 303)
    return page("evaluation_problem_new.html", form, e=evaluation)


def _chosen(value: str | None) -> uuid.UUID | None:
    """The id that was chosen; one that is none is nobody's."""
    if not value:
        return None
    try:
        return uuid.UUID(value)
    except ValueError:
        return uuid.UUID(int=0)


@bp.get("/stations/evaluation-problems/<uuid:rectification_id>")
@requires(EVALUATION_READ)
def show_evaluation_problem(rectification_id: uuid.UUID) -> ResponseReturnValue:
    """One problem, with the form for whoever is to act."""
    return _show(rectification_id)


@bp.post("/stations/evaluation-problems/<uuid:rectification_id>/result")
@requires(EVALUATION_SCORE)
def report_evaluation_problem(rectification_id: uuid.UUID) -> ResponseReturnValue:
    """The hub reports it as put right."""
    form = RectifiedForm()
    if form.validate_on_submit():
        with form.catching():
            service.report_rectified(
                actor=current_actor(),
                request_id=form.request_id.data,
                rectification_id=rectification_id,
                result=form.result.data,
                rectified_on=form.rectified_on.data,
                files=[Incoming.read(file.filename or "", file.stream) for file in form.file.data or []],
            )
            flash(_("整改已报，等复查。"))
            return redirect(url_for("stations.show_evaluation_problem", rectification_id=rectification_id), 303)
    return _show(rectification_id, rectified=form)


@bp.post("/stations/evaluation-problems/<uuid:rectification_id>/recheck")
@requires(EVALUATION_REVIEW)
def recheck_evaluation_problem(rectification_id: uuid.UUID) -> ResponseReturnValue:
    """The reviewer looks again."""
    form = RecheckForm()
    if form.validate_on_submit():
        with form.catching():
            service.recheck(
                actor=current_actor(),
                request_id=form.request_id.data,
                rectification_id=rectification_id,
                good=form.good.data == "yes",
                remark=form.remark.data or "",
                checked_on=form.checked_on.data,
            )
            flash(_("复查已记下。"))
            return redirect(url_for("stations.show_evaluation_problem", rectification_id=rectification_id), 303)
    return _show(rectification_id, recheck=form)


def _show(
    rectification_id: uuid.UUID, *, rectified: RectifiedForm | None = None, recheck: RecheckForm | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    row = service.get_rectification(actor, rectification_id)
    e = service.get_evaluation(actor, row.evaluation_id)
    now = e.status in rules.NOT_OVER
    hub_acts = now and row.status is FindingStatus.OPEN and actor.may(EVALUATION_SCORE)
    reviewer_acts = now and row.status is FindingStatus.RECTIFIED and actor.may(EVALUATION_REVIEW)
    return page(
        "evaluation_problem.html",
        rectified or recheck,
        e=e,
        row=row,
        rectified=rectified or (RectifiedForm(formdata=None) if hub_acts else None),
        recheck=recheck or (RecheckForm(formdata=None) if reviewer_acts else None),
        overdue=row.is_overdue(clock.today()),
    )
