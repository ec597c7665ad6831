"""Opening an evaluation, scoring its leaves, handing the rounds on and back."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock, documents
from app.core.access import Actor, Permission
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, InvalidInput
from app.core.idempotency import idempotent
from app.core.scope import county_of, require_scope
from stations.errors import EvaluationClosed, EvaluationIncomplete
from stations.models.evaluation import (
    EVALUATION_MOVES,
    Evaluation,
    EvaluationLeaf,
    EvaluationStatus,
    EvaluationStep,
    Round,
)
from stations.models.publicity import Publicity, PublicityStatus
from stations.permissions import EVALUATION_REVIEW, EVALUATION_SCORE
from stations.rules import acceptance as common
from stations.rules import evaluation as rules
from stations.rules.reasons import needed
from stations.rules.score_tree import tree_for
from stations.service.acceptance.trail import chinese
from stations.service.divisions import get_county, get_division
from stations.service.evaluation import gate
from stations.service.evaluation.gate import note
from stations.service.evaluation.trees import trees

PERMISSION_OF: dict[Round, Permission] = {
    Round.SELF: EVALUATION_SCORE,
    Round.COUNTY: EVALUATION_REVIEW,
    Round.PROVINCE: EVALUATION_SCORE,  # the hub's hand writes down what the province gave
}


@command
@idempotent
def open_evaluation(*, actor: Actor, request_id: uuid.UUID | None, year: int) -> Evaluation:
    """Begin the self-evaluation of a year with the tree that holds on its last day.

    Raises InvalidInput at ``year``, Conflict when that year's evaluation is there already, NoCounty.
    """
    actor.require(EVALUATION_SCORE)
    rules.check_year(year, clock.today())
    county = get_county() if actor.everything else get_division(county_of(actor.scope_code))
    require_scope(actor, county.code)
    tree = tree_for(trees(), date(year, 12, 31))
    if tree is None:
        raise InvalidInput(_l("%(year)s 年没有评分表。", year=year), field="year")
    evaluation = Evaluation(
        division_code=county.code,
        county_name=county.name,
        year=year,
        tree_key=tree.key,
        tree_title=tree.title,
        tree_basis=list(tree.basis),
        status=EvaluationStatus.SELF,
        opened_at=clock.now(),
        opened_by=actor.name,
    )
    try:
        with db.session.begin_nested():
            db.session.add(evaluation)
    except sa.exc.IntegrityError:
        raise Conflict(_l("%(year)s 年度的绩效评价已经有了。", year=year), field="year") from None
    for position, leaf in enumerate(tree.leaves, 1):
        facts = {name: getattr(leaf, name) for name in _COPIED}
        row = EvaluationLeaf(evaluation_id=evaluation.id, position=position, wanted=list(leaf.evidence), **facts)
        db.session.add(row)
    db.session.flush()
    note(actor, evaluation, "opened", f"开始 {evaluation.title}，用《{tree.title}》")
    return evaluation


_COPIED = ("key", "group", "part", "label", "explanation", "standard", "points", "is_bonus", "site_check")


@command
@idempotent
def score_leaf(
    *, actor: Actor, request_id: uuid.UUID | None, leaf_id: uuid.UUID, of: Round, score: Decimal | None, reason: str
) -> EvaluationLeaf:
    """Give a leaf its points in the round that is running. Without a score the reason is kept as a draft.

    Raises EvaluationClosed when another round is running, InvalidInput at ``score`` (between 0 and the leaf's points,
    in halves) or ``reason`` (a review that differs from the round before says why).
    """
    actor.require(PERMISSION_OF[of])
    leaf = gate.get_leaf(actor, leaf_id)
    evaluation = gate.enter(actor, leaf.evaluation_id, {s for s, r in rules.ROUND_OF.items() if r is of})
    leaf = db.session.get_one(EvaluationLeaf, leaf_id, populate_existing=True)
    if score is not None:
        _check(leaf, of, score, reason)
    name = of.value
    facts: dict[str, Any] = {"score": score, "reason": reason.strip(), "by": actor.name, "at": clock.now()}
    for fact, value in facts.items():
        setattr(leaf, f"{name}_{fact}", value)
    given = "先记说明，没有打分" if score is None else f"{rules.plain(score)} / {rules.plain(leaf.points)} 分"
    words = f"{chinese(of)}“{leaf.label}”：{given}"
    note(actor, evaluation, "scored", f"{words}。{reason.strip()}" if reason.strip() else words)
    db.session.flush()
    return leaf


def _check(leaf: EvaluationLeaf, of: Round, score: Decimal, reason: str) -> None:
    rules.check_score(score, leaf.points)
    before = rules.round_before(of)
    if before is None:
        rules.check_self_reason(score, leaf.points, reason)
    else:
        rules.check_reason(score, leaf.score(before), reason)


@command
@idempotent
def hand_on(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    evaluation_id: uuid.UUID,
    opinion: str,
    signer: str,
    acted_on: date,
) -> EvaluationStep:
    """Finish the running round: to the county's review, to the province's, to publication.

    Raises EvaluationIncomplete while a leaf has no score, EvaluationClosed, InvalidInput at ``acted_on``, Forbidden.
    """
    evaluation = gate.get_evaluation(actor, evaluation_id)
    old = evaluation.status
    of = rules.ROUND_OF.get(old)
    if of is None:
        raise EvaluationClosed(_l("这次评价现在是“%(status)s”，不能这样做。", status=old.label))
    actor.require(PERMISSION_OF[of])
    evaluation = gate.enter(actor, evaluation_id, {old})
    rules.check_all_scored(evaluation.leaves, of)
    rules.check_all_reasons(evaluation.leaves, of)
    score = rules.sheet(evaluation.leaves).whole.score(of)
    step = _move(actor, evaluation, rules.NEXT[old], opinion, signer, acted_on, score)
    text = f"{chinese(of)}完成，总分 {rules.plain(score or Decimal(0))}，转“{chinese(step.new_status)}”"
    note(actor, evaluation, "handed_on", text)
    return step


@command
@idempotent
def send_back(
    *, actor: Actor, request_id: uuid.UUID | None, evaluation_id: uuid.UUID, reason: str, acted_on: date
) -> EvaluationStep:
    """Return a round for correction; valid reports of the round that opens again are withdrawn.

    Raises EvaluationClosed, EvaluationIncomplete while its result is posted, InvalidInput at ``reason`` or
    ``acted_on``, Forbidden.
    """
    evaluation = gate.get_evaluation(actor, evaluation_id)
    old = evaluation.status
    if old not in rules.BACK:
        raise EvaluationClosed(_l("这次评价现在是“%(status)s”，不能这样做。", status=old.label))
    actor.require(PERMISSION_OF[rules.ROUND_OF.get(old, Round.PROVINCE)])
    evaluation = gate.enter(actor, evaluation_id, {old})
    _check_not_posted(evaluation)
    new, why = rules.BACK[old], needed(reason)
    for report in evaluation.reports:
        if report.is_valid and report.after is rules.ROUND_OF[new]:
            documents.withdraw(actor=actor, document=report.document, reason=f"退回修改：{why}"[:200])
    step = _move(actor, evaluation, new, why, actor.name, acted_on, None)
    note(actor, evaluation, "sent_back", f"退回“{chinese(new)}”修改：{why}")
    return step


@command
@idempotent
def close_evaluation(
    *, actor: Actor, request_id: uuid.UUID | None, evaluation_id: uuid.UUID, opinion: str, signer: str, acted_on: date
) -> EvaluationStep:
    """Put a published evaluation away (归档).

    Raises EvaluationIncomplete while a problem is not closed or its posting is not concluded, EvaluationClosed.
    """
    actor.require(EVALUATION_SCORE)
    evaluation = gate.enter(actor, evaluation_id, {EvaluationStatus.PUBLISHED})
    rules.check_may_close(evaluation.rectifications)
    _check_not_posted(evaluation)
    step = _move(actor, evaluation, EvaluationStatus.CLOSED, opinion, signer, acted_on, None)
    note(actor, evaluation, "closed", f"{evaluation.title} 归档")
    return step


def _check_not_posted(evaluation: Evaluation) -> None:
    posted = Publicity.evaluation_id == evaluation.id, Publicity.status == PublicityStatus.OPEN
    title = db.session.scalars(sa.select(Publicity.title).where(*posted).limit(1)).first()
    if title is not None:
        raise EvaluationIncomplete(_l("公示“%(title)s”还没有办结。请先办结，或者撤回。", title=title))


def _move(
    actor: Actor,
    evaluation: Evaluation,
    new: EvaluationStatus,
    opinion: str,
    signer: str,
    acted_on: date,
    score: Decimal | None,
) -> EvaluationStep:
    common.check_not_future(acted_on, clock.today(), "acted_on")
    last = evaluation.steps[-1].acted_on if evaluation.steps else clock.local(evaluation.opened_at).date()
    common.check_order(last, acted_on, "acted_on")
    EVALUATION_MOVES.check(evaluation.status, new)
    step = EvaluationStep(
        recorded_at=clock.now(),
        evaluation_id=evaluation.id,
        old_status=evaluation.status,
        new_status=new,
        opinion=opinion.strip(),
        signer=signer.strip(),
        acted_on=acted_on,
        score=score,
        actor_name=actor.name,
    )
    db.session.add(step)
    evaluation.status = new
    db.session.flush()
    db.session.expire(evaluation, ["steps"])
    return step
