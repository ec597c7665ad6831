"""Looking evaluations up."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.core.access import Actor
from app.core.database import db
from app.core.scope import in_scope
from stations.models.evaluation import Evaluation, EvaluationLeaf, EvaluationRectification, EvaluationStatus, Round
from stations.models.publicity import Publicity
from stations.rules import evaluation as rules
from stations.service.evaluation.gate import get_evaluation


def query_evaluations(
    actor: Actor, *, text: str = "", status: EvaluationStatus | None = None
) -> sa.Select[tuple[Evaluation]]:
    """The evaluations in scope with their leaves, newest year first; ``text`` finds year, county or tree."""
    query = (
        sa.select(Evaluation)
        .where(in_scope(Evaluation.division_code, actor.scope_code))
        .options(selectinload(Evaluation.leaves), selectinload(Evaluation.rectifications))
        .order_by(Evaluation.year.desc(), Evaluation.id.desc())
    )
    for word in text.split():
        wanted = [Evaluation.county_name.icontains(word, autoescape=True)]
        wanted.append(Evaluation.tree_title.icontains(word, autoescape=True))
        if word.isdecimal():
            wanted.append(Evaluation.year == int(word[:6]))
        query = query.where(sa.or_(*wanted))
    return query if status is None else query.where(Evaluation.status == status)


def get_score_table(actor: Actor, evaluation_id: uuid.UUID) -> Evaluation:
    """An evaluation with leaves, evidence and rectification list loaded together. Raises NotFound."""
    get_evaluation(actor, evaluation_id)
    loading = (
        selectinload(Evaluation.leaves).selectinload(EvaluationLeaf.evidence),
        selectinload(Evaluation.rectifications).selectinload(EvaluationRectification.rechecks),
    )
    query = sa.select(Evaluation).where(Evaluation.id == evaluation_id).options(*loading)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def list_publicities_of(evaluation: Evaluation) -> list[Publicity]:
    """The postings of an evaluation's result, newest first."""
    query = sa.select(Publicity).where(Publicity.evaluation_id == evaluation.id)
    return list(db.session.scalars(query.order_by(Publicity.created_at.desc(), Publicity.id.desc())))


def list_rows(actor: Actor, **wanted: Any) -> list[list[Any]]:
    """All rows of :func:`query_evaluations` for a sheet: county, year, status, the three totals (with bonus), leaves
    scored in the round that runs or ended last, leaves, problems not closed.
    """
    return [_row(evaluation) for evaluation in db.session.scalars(query_evaluations(actor, **wanted))]


def _row(evaluation: Evaluation) -> list[Any]:
    whole = rules.sheet(evaluation.leaves).whole
    return [
        evaluation.county_name,
        evaluation.year,
        str(evaluation.status.label),
        *(whole.score(of) for of in Round),
        whole.scored[rules.ROUND_OF.get(evaluation.status, Round.PROVINCE)],
        whole.leaves,
        open_problems(evaluation),
    ]


def open_problems(evaluation: Evaluation) -> int:
    """How many lines of the rectification list are not closed."""
    return sum(1 for row in evaluation.rectifications if row.status.value != "closed")


def table_rows(evaluation: Evaluation) -> list[list[Any]]:
    """The score table for a sheet, leaf by leaf, then main sum, bonus and total: group, part, label, points, and for
    each round score and reason, number of evidence.
    """
    rows: list[list[Any]] = [
        [
            leaf.group,
            leaf.part,
            leaf.label,
            leaf.points,
            *(value for of in Round for value in (leaf.score(of), leaf.reason(of))),
            len(leaf.evidence),
        ]
        for leaf in evaluation.leaves
    ]
    found = rules.sheet(evaluation.leaves)
    for total in (found.main, found.bonus, found.whole):
        scores: list[Decimal | str | None] = []
        for of in Round:
            scores += [total.score(of), ""]
        rows.append([total.label, "", "", total.points, *scores, None])
    return rows
