"""The one way into an evaluation: scope, status and version are checked where they can't change under us."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.scope import require_scope
from stations.errors import EvaluationClosed
from stations.models.evaluation import Evaluation, EvaluationLeaf, EvaluationRectification, EvaluationStatus


def get_evaluation(actor: Actor, evaluation_id: uuid.UUID) -> Evaluation:
    """By id. Raises NotFound, also for one outside the actor's scope."""
    evaluation = db.session.get(Evaluation, evaluation_id)
    if evaluation is None:
        raise NotFound(_l("没有找到这次绩效评价。"))
    require_scope(actor, evaluation.division_code)
    return evaluation


def get_leaf(actor: Actor, leaf_id: uuid.UUID) -> EvaluationLeaf:
    """An indicator by id. Raises NotFound."""
    leaf = db.session.get(EvaluationLeaf, leaf_id)
    if leaf is None:
        raise NotFound(_l("没有找到这项指标。"))
    get_evaluation(actor, leaf.evaluation_id)
    return leaf


def get_rectification(actor: Actor, rectification_id: uuid.UUID) -> EvaluationRectification:
    """A problem on the rectification list by id. Raises NotFound."""
    row = db.session.get(EvaluationRectification, rectification_id)
    if row is None:
        raise NotFound(_l("没有找到这个问题。"))
    get_evaluation(actor, row.evaluation_id)
    return row


def enter(actor: Actor, evaluation_id: uuid.UUID, allowed: Collection[EvaluationStatus]) -> Evaluation:
    """Take hold of an evaluation to change it; its version grows.

    The conditional UPDATE holds the row until the command ends, so that what is checked after it stays true. Raises
    NotFound, EvaluationClosed when its status is not among ``allowed``.
    """
    get_evaluation(actor, evaluation_id)
    change = (
        sa.update(Evaluation)
        .where(Evaluation.id == evaluation_id, Evaluation.status.in_(allowed))
        .values(version=Evaluation.version + 1)
        .execution_options(synchronize_session=False)
    )
    done = db.session.execute(change)
    evaluation = db.session.get_one(Evaluation, evaluation_id, populate_existing=True)
    if cast("sa.CursorResult[Any]", done).rowcount != 1:
        raise EvaluationClosed(_l("这次评价现在是“%(status)s”，不能这样做。", status=evaluation.status.label))
    return evaluation


def note(actor: Actor, evaluation: Evaluation, verb: str, text: str, **data: Any) -> None:
    """Write down what was done to an evaluation, in a Chinese sentence."""
    audit.record(
        actor=actor,
        action=f"stations.evaluation_{verb}",
        subject=evaluation,
        division_code=evaluation.division_code,
        text=text,
        data=data,
    )
