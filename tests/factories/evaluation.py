"""Evaluations at every stage, for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.core import clock
from app.core.access import Actor
from stations.models.evaluation import Evaluation, EvaluationLeaf, EvaluationRectification, EvaluationStep, Round
from stations.service import evaluation as service
from tests.factories.acceptance import HUB, INSPECTOR, create_places, paper

WHO = {Round.SELF: HUB, Round.COUNTY: INSPECTOR, Round.PROVINCE: HUB}


def create_evaluation(**overrides: Any) -> Evaluation:
    """Last year's, just begun."""
    create_places()
    facts = {"actor": HUB, "request_id": None, "year": clock.today().year - 1}
    return service.open_evaluation(**(facts | overrides))


def score(leaf: EvaluationLeaf, of: Round = Round.SELF, **overrides: Any) -> EvaluationLeaf:
    """Full points but a half, with a reason."""
    facts = {
        "actor": WHO[of],
        "request_id": None,
        "leaf_id": leaf.id,
        "of": of,
        "score": leaf.points - Decimal("0.5"),
        "reason": "材料齐全，个别记录不完整",
    }
    return service.score_leaf(**(facts | overrides))


def score_all(evaluation: Evaluation, of: Round, **overrides: Any) -> Evaluation:
    """Every leaf in one round."""
    for leaf in list(evaluation.leaves):
        score(leaf, of, **overrides)
    return service.get_evaluation(HUB, evaluation.id)


def hand_on(evaluation: Evaluation, actor: Actor, **overrides: Any) -> EvaluationStep:
    """Finish the running round today."""
    facts = {
        "actor": actor,
        "request_id": None,
        "evaluation_id": evaluation.id,
        "opinion": "同意",
        "signer": actor.name,
        "acted_on": clock.today(),
    }
    return service.hand_on(**(facts | overrides))


def create_after(last: Round) -> Evaluation:
    """An evaluation whose rounds up to ``last`` are done."""
    evaluation = create_evaluation()
    for of in list(Round)[: list(Round).index(last) + 1]:
        evaluation = score_all(evaluation, of)
        hand_on(evaluation, WHO[of])
    return service.get_evaluation(HUB, evaluation.id)


def create_rectification(evaluation: Evaluation, **overrides: Any) -> EvaluationRectification:
    """An open problem, due today."""
    facts = {
        "actor": INSPECTOR,
        "request_id": None,
        "evaluation_id": evaluation.id,
        "problem": "督导记录缺第三季度",
        "cause": "没有专人归档",
        "measure": "补齐记录，每季度末检查一次",
        "owner_name": "彭国栋",
        "deadline": clock.today(),
    }
    return service.add_rectification(**(facts | overrides))


def put_right(row: EvaluationRectification, **overrides: Any) -> EvaluationRectification:
    """Reported as done today, with a paper."""
    facts = {
        "actor": HUB,
        "request_id": None,
        "rectification_id": row.id,
        "result": "记录已补齐",
        "rectified_on": clock.today(),
        "files": [paper("督导记录")],
    }
    return service.report_rectified(**(facts | overrides))
