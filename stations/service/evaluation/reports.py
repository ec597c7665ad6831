"""The signed report of an evaluation: one valid report after each round."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l

from app.core import clock, documents
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import NotFound
from app.core.idempotency import idempotent
from stations.errors import EvaluationClosed
from stations.models.evaluation import Evaluation, EvaluationReport, EvaluationStatus, Round
from stations.permissions import EVALUATION_SCORE
from stations.rules import evaluation as rules
from stations.rules.reasons import needed
from stations.service import evaluation_report
from stations.service.evaluation import gate
from stations.service.evaluation.frozen import freeze
from stations.service.evaluation.gate import note
from stations.service.evaluation.queries import get_score_table

_NAMES = {Round.SELF: "自评报告", Round.COUNTY: "县级复核报告", Round.PROVINCE: "报告"}


@command
@idempotent
def issue_report(*, actor: Actor, request_id: uuid.UUID | None, evaluation_id: uuid.UUID) -> EvaluationReport:
    """Freeze the evaluation after the round that ended last and issue its signed report.

    Raises EvaluationClosed during the self-evaluation, or while a valid report after that round is out; NoKey.
    """
    actor.require(EVALUATION_SCORE)
    gate.enter(actor, evaluation_id, frozenset(EvaluationStatus) - {EvaluationStatus.SELF})
    evaluation = get_score_table(actor, evaluation_id)
    after = rules.round_done(evaluation.status) or Round.SELF
    current = find_valid(evaluation, after)
    if current is not None:
        number = current.document.number
        raise EvaluationClosed(_l("这一轮的报告已经签发，编号 %(number)s。要重发请先作废。", number=number))
    frozen = freeze(evaluation, after)
    title = f"{evaluation.title}{_NAMES[after]}"
    document = documents.issue(
        actor=actor,
        kind="evaluation",
        title=title,
        division_code=evaluation.division_code,
        frozen=frozen,
        build=lambda issue: evaluation_report.build(frozen, title, issue),
    )
    report = EvaluationReport(evaluation_id=evaluation.id, after=after, document_id=document.id, issued_at=clock.now())
    db.session.add(report)
    note(actor, evaluation, "report_issued", f"签发《{title}》{document.number}")
    db.session.flush()
    db.session.expire(evaluation, ["reports"])
    return report


@command
@idempotent
def withdraw_report(
    *, actor: Actor, request_id: uuid.UUID | None, report_id: uuid.UUID, reason: str
) -> EvaluationReport:
    """Declare a report void. Raises NotFound, InvalidInput at ``reason``, IllegalMove when it is void already."""
    actor.require(EVALUATION_SCORE)
    report = db.session.get(EvaluationReport, report_id)
    if report is None:
        raise NotFound(_l("没有找到这份报告。"))
    evaluation = gate.enter(actor, report.evaluation_id, frozenset(EvaluationStatus))
    documents.withdraw(actor=actor, document=report.document, reason=needed(reason))
    note(actor, evaluation, "report_withdrawn", f"作废报告 {report.document.number}：{reason.strip()}")
    db.session.flush()
    return report


def find_valid(evaluation: Evaluation, after: Round | None) -> EvaluationReport | None:
    """The valid report after a round, or None."""
    return next((row for row in evaluation.reports if row.after is after and row.is_valid), None)
