"""An evaluation as plain data: what its report is made from, and nothing else is.

Only strings, whole numbers, lists and dictionaries, so that the data has one spelling and one hash. Scores are strings
(``"2.5"``, empty without one). Of people it holds the names of those who scored and signed; no telephone.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from stations.models.evaluation import (
    Evaluation,
    EvaluationEvidence,
    EvaluationLeaf,
    EvaluationRectification,
    EvaluationStep,
    Round,
)
from stations.rules import evaluation as rules
from stations.service.acceptance.trail import chinese

SCHEMA = "evaluation-1"


def freeze(evaluation: Evaluation, after: Round) -> dict[str, Any]:
    """The evaluation and all that belongs to it after a round, in fixed order; later rounds' drafts are left out."""
    rounds = list(Round)[: list(Round).index(after) + 1]
    table = rules.sheet(evaluation.leaves)
    return {
        "schema": SCHEMA,
        "evaluation": str(evaluation.id),
        "issuer": f"{evaluation.county_name}电子商务公共服务中心",
        "county": evaluation.county_name,
        "division_code": evaluation.division_code,
        "year": evaluation.year,
        "after": chinese(after),
        "rounds": [chinese(of) for of in rounds],
        "status": chinese(evaluation.status),
        "basis": {"tree": evaluation.tree_title, "key": evaluation.tree_key, "texts": list(evaluation.tree_basis)},
        "groups": [
            {
                **_sum(group.total, rounds),
                "bonus": group.is_bonus,
                "parts": [
                    {**_sum(part.total, rounds), "leaves": [leaf.key for leaf in part.leaves]}  # type: ignore[attr-defined]
                    for part in group.parts
                ],
            }
            for group in table.groups
        ],
        "totals": [_sum(total, rounds) for total in (table.main, table.bonus, table.whole)],
        "leaves": [_leaf(leaf, rounds) for leaf in evaluation.leaves],
        "rectifications": [_rectification(row) for row in evaluation.rectifications],
        "steps": [_step(row) for row in evaluation.steps],
    }


def _score(value: Decimal | None) -> str:
    return "" if value is None else rules.plain(value)


def _sum(total: rules.Sum, rounds: list[Round]) -> dict[str, Any]:
    scores = [_score(total.score(of)) for of in rounds]
    return {"label": total.label, "points": rules.plain(total.points), "scores": scores}


def _leaf(leaf: EvaluationLeaf, rounds: list[Round]) -> dict[str, Any]:
    return {
        "position": leaf.position,
        "key": leaf.key,
        "group": leaf.group,
        "part": leaf.part,
        "label": leaf.label,
        "explanation": leaf.explanation,
        "standard": leaf.standard,
        "points": rules.plain(leaf.points),
        "site_check": leaf.site_check,
        "scores": [_score(leaf.score(of)) for of in rounds],
        "reasons": [leaf.reason(of) for of in rounds],
        "evidence": [_evidence(row) for row in leaf.evidence],
    }


def _evidence(row: EvaluationEvidence) -> dict[str, Any]:
    return {
        "kind": chinese(row.kind),
        "title": row.title,
        "path": row.path,
        "on": _day(row.dated_on),
        "sha256": row.upload.sha256 if row.upload else "",
    }


def _rectification(row: EvaluationRectification) -> dict[str, Any]:
    return {
        "problem": row.problem,
        "leaf": row.leaf.label if row.leaf else "",
        "cause": row.cause,
        "measure": row.measure,
        "owner": row.owner_name,
        "deadline": _day(row.deadline),
        "status": chinese(row.status),
        "result": row.result,
        "rectified": _day(row.rectified_on),
        "proof": row.proof.sha256 if row.proof else "",
        "rechecks": [
            {
                "result": look.result,
                "rectified": _day(look.rectified_on),
                "on": _day(look.checked_on),
                "good": look.good,
                "remark": look.remark,
                "checker": look.checker_name,
            }
            for look in row.rechecks
        ],
    }


def _step(row: EvaluationStep) -> dict[str, Any]:
    return {
        "from": chinese(row.old_status),
        "to": chinese(row.new_status),
        "on": _day(row.acted_on),
        "opinion": row.opinion,
        "signer": row.signer,
        "score": _score(row.score),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
