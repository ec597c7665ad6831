"""One indicator to a page: what it asks, its evidence, and the score of whoever's turn it is."""

from __future__ import annotations

import uuid

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import ids
from app.core.access import Actor, current_actor, requires
from app.core.forms import BaseForm
from stations.forms.acceptance import ActionForm
from stations.forms.evaluation import DocumentForm, LinkForm, ScoreForm
from stations.models.evaluation import EvaluationLeaf, Round
from stations.permissions import EVALUATION_READ
from stations.rules import evaluation as rules
from stations.service import evaluation as service
from stations.service.acceptance import Incoming
from stations.views import bp
from stations.views.acceptance.tools import page


@bp.get("/stations/evaluation-leaves/<uuid:leaf_id>")
@requires(EVALUATION_READ)
def show_evaluation_leaf(leaf_id: uuid.UUID) -> ResponseReturnValue:
    """The indicator."""
    return _show(leaf_id)


@bp.post("/stations/evaluation-leaves/<uuid:leaf_id>/score")
@requires(EVALUATION_READ)
def score_evaluation_leaf(leaf_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the score, on to the next; the service tells whose turn it is."""
    actor, form = current_actor(), ScoreForm()
    if form.validate_on_submit():
        with form.catching():
            leaf = service.score_leaf(
                actor=actor,
                request_id=form.request_id.data,
                leaf_id=leaf_id,
                of=Round(form.of.data),
                score=form.score.data,
                reason=form.reason.data or "",
            )
            if form.score.data is None:
                flash(_("“%(leaf)s”还没有打分，说明先存着。", leaf=leaf.label))
                return redirect(url_for("stations.show_evaluation_leaf", leaf_id=leaf_id), 303)
            flash(_("已记下“%(leaf)s”：%(score)s 分。", leaf=leaf.label, score=rules.plain(form.score.data)))
            return _next(actor, leaf, Round(form.of.data))
    return _show(leaf_id, score=form)


def _next(actor: Actor, leaf: EvaluationLeaf, of: Round) -> ResponseReturnValue:
    """On to the next indicator without a score, or back to the table when every one has its own."""
    evaluation = service.get_evaluation(actor, leaf.evaluation_id)
    left = [other for other in evaluation.leaves if other.score(of) is None]
    after = [other for other in left if other.position > leaf.position] or left
    if after:
        return redirect(url_for("stations.show_evaluation_leaf", leaf_id=after[0].id), 303)
    return redirect(url_for("stations.show_evaluation", evaluation_id=evaluation.id), 303)


@bp.post("/stations/evaluation-leaves/<uuid:leaf_id>/links")
@requires(EVALUATION_READ)
def add_evaluation_link(leaf_id: uuid.UUID) -> ResponseReturnValue:
    """Point at a record inside the system."""
    form = LinkForm().offer(service.registers())
    if form.validate_on_submit():
        with form.catching():
            row = service.add_link(
                actor=current_actor(),
                request_id=form.request_id.data,
                leaf_id=leaf_id,
                title=form.name,
                path=form.target,
            )
            flash(_("已放上“%(title)s”。", title=row.title))
            return _back(leaf_id)
    return _show(leaf_id, link=form)


@bp.post("/stations/evaluation-leaves/<uuid:leaf_id>/documents")
@requires(EVALUATION_READ)
def add_evaluation_document(leaf_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a document."""
    form = DocumentForm()
    if form.validate_on_submit():
        with form.catching():
            row = service.add_document(
                actor=current_actor(),
                request_id=form.request_id.data,
                leaf_id=leaf_id,
                title=form.title.data or "",
                dated_on=form.dated_on.data,
                file=Incoming.read(form.file.data.filename or "", form.file.data.stream),
            )
            flash(_("已放上“%(title)s”。", title=row.title))
            return _back(leaf_id)
    return _show(leaf_id, document=form)


@bp.post("/stations/evaluation-evidence/<uuid:evidence_id>/removal")
@requires(EVALUATION_READ)
def remove_evaluation_evidence(evidence_id: uuid.UUID) -> ResponseReturnValue:
    """Take wrong evidence out; the service tells who may."""
    form = ActionForm()
    row = service.remove_evidence(actor=current_actor(), request_id=form.request_id.data, evidence_id=evidence_id)
    flash(_("已撤下“%(title)s”。", title=row.title))
    return _back(row.leaf_id)


def _back(leaf_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("stations.show_evaluation_leaf", leaf_id=leaf_id, _anchor="evidence"), 303)


def _show(
    leaf_id: uuid.UUID,
    *,
    score: ScoreForm | None = None,
    link: LinkForm | None = None,
    document: DocumentForm | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    leaf = service.get_leaf(actor, leaf_id)
    evaluation = service.get_evaluation(actor, leaf.evaluation_id)
    of = rules.ROUND_OF.get(evaluation.status)
    turn = of is not None and actor.may(service.PERMISSION_OF[of])
    if score is None and turn and of is not None:
        score = ScoreForm.offering(leaf, of, rules.round_before(of))
    if service.may_add(actor, evaluation.status):
        link = link or LinkForm(formdata=None).offer(service.registers())
        document = document or DocumentForm(formdata=None)
    counted = of or Round.PROVINCE
    before, after = _neighbours(evaluation.leaves, leaf)
    body = page(
        "evaluation_leaf.html",
        e=evaluation,
        leaf=leaf,
        running=of,
        score=score,
        link=link,
        document=document,
        before=before,
        after=after,
        rounds=list(Round),
        scored=sum(1 for other in evaluation.leaves if other.score(counted) is not None),
        may_add=service.may_add(actor, evaluation.status),
        plain=rules.plain,
        new_id=ids.new_id,
    )
    return _refused(body, (score, link, document))


def _refused(body: ResponseReturnValue, forms: tuple[BaseForm | None, ...]) -> ResponseReturnValue:
    wrong = request.method == "POST" and any(form is not None and form.errors for form in forms)
    return (body[0], 422) if wrong else body  # type: ignore[index,return-value]


def _neighbours(
    leaves: list[EvaluationLeaf], leaf: EvaluationLeaf
) -> tuple[EvaluationLeaf | None, EvaluationLeaf | None]:
    before = [other for other in leaves if other.position < leaf.position]
    after = [other for other in leaves if other.position > leaf.position]
    return (before[-1] if before else None), (after[0] if after else None)
