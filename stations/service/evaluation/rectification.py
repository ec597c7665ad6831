"""The rectification list (整改台账): problem, cause, measure, owner, deadline, proof, second look."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from stations.models.evaluation import EvaluationRecheck, EvaluationRectification
from stations.models.finding import FindingStatus
from stations.permissions import EVALUATION_REVIEW, EVALUATION_SCORE
from stations.rules import acceptance as common
from stations.rules import evaluation as rules
from stations.rules import findings
from stations.service.arriving import Incoming, keep_files
from stations.service.evaluation import gate
from stations.service.evaluation.gate import note


@command
@idempotent
def add_rectification(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    evaluation_id: uuid.UUID,
    problem: str,
    cause: str,
    measure: str,
    owner_name: str,
    deadline: date,
    leaf_id: uuid.UUID | None = None,
) -> EvaluationRectification:
    """Write a problem down: by the hub or the reviewer, until the evaluation is put away.

    Raises EvaluationClosed, InvalidInput at ``leaf_id`` or ``deadline``.
    """
    if not actor.may(EVALUATION_SCORE):
        actor.require(EVALUATION_REVIEW)
    evaluation = gate.enter(actor, evaluation_id, rules.NOT_OVER)
    common.check_deadline(deadline, clock.today())
    if leaf_id is not None and leaf_id not in {leaf.id for leaf in evaluation.leaves}:
        raise InvalidInput(_l("这项指标不在这次评价里。"), field="leaf_id")
    row = EvaluationRectification(
        evaluation_id=evaluation.id,
        leaf_id=leaf_id,
        problem=problem.strip(),
        cause=cause.strip(),
        measure=measure.strip(),
        owner_name=owner_name.strip(),
        deadline=deadline,
        status=FindingStatus.OPEN,
        found_at=clock.now(),
        found_by=actor.name,
    )
    db.session.add(row)
    db.session.flush()
    db.session.expire(evaluation, ["rectifications"])
    text = f"列入整改：{row.problem}（{row.owner_name}，{deadline.isoformat()} 前改好）"
    note(actor, evaluation, "problem_added", text)
    return row


@command
@idempotent
def report_rectified(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    rectification_id: uuid.UUID,
    result: str,
    rectified_on: date,
    files: Sequence[Incoming] = (),
) -> EvaluationRectification:
    """The hub reports a problem as put right, with one proof. Raises IllegalMove, InvalidInput at the field."""
    actor.require(EVALUATION_SCORE)
    row = gate.get_rectification(actor, rectification_id)
    evaluation = gate.enter(actor, row.evaluation_id, rules.NOT_OVER)
    row = db.session.get_one(EvaluationRectification, rectification_id, populate_existing=True)
    findings.check_put_right(row, rectified_on, clock.today())
    if len(files) != 1:
        raise InvalidInput(_l("请传一个整改证明文件（照片、PDF 或 XLSX）。"), field="file")
    (row.proof,) = keep_files(actor, files, evaluation.division_code, field="file")
    row.status, row.result = FindingStatus.RECTIFIED, result.strip()
    row.rectified_on, row.rectified_by = rectified_on, actor.name
    note(actor, evaluation, "rectified", f"整改“{row.problem}”：{row.result}")
    db.session.flush()
    return row


@command
@idempotent
def recheck(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    rectification_id: uuid.UUID,
    good: bool,
    remark: str,
    checked_on: date,
) -> EvaluationRecheck:
    """The reviewer looks again: good closes the problem, otherwise it is open again and the remark says why."""
    actor.require(EVALUATION_REVIEW)
    row = gate.get_rectification(actor, rectification_id)
    evaluation = gate.enter(actor, row.evaluation_id, rules.NOT_OVER)
    row = db.session.get_one(EvaluationRectification, rectification_id, populate_existing=True)
    becomes = findings.second_look(
        row, good=good, remark=remark, on=checked_on, today=clock.today(), field="checked_on"
    )
    look = EvaluationRecheck(
        recorded_at=clock.now(),
        rectification_id=row.id,
        result=row.result,
        rectified_on=row.rectified_on,
        proof_sha256=row.proof.sha256 if row.proof else "",
        good=good,
        remark=remark.strip(),
        checked_on=checked_on,
        checker_name=actor.name,
    )
    db.session.add(look)
    row.status = becomes
    note(actor, evaluation, "rechecked", f"复查“{row.problem}”：{'已改好，销号' if good else '没有改好'}")
    db.session.flush()
    db.session.expire(row, ["rechecks"])
    return look
