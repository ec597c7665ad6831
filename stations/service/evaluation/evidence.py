"""What shows a leaf's score: links to records, documents."""

from __future__ import annotations

import uuid
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import Forbidden, NotFound
from app.core.idempotency import idempotent
from stations.models.evaluation import (
    Evaluation,
    EvaluationEvidence,
    EvaluationLeaf,
    EvaluationStatus,
    EvidenceKind,
)
from stations.permissions import EVALUATION_REVIEW, EVALUATION_SCORE
from stations.rules import acceptance as common
from stations.rules import evaluation as rules
from stations.service.arriving import Incoming, keep_files
from stations.service.evaluation import gate
from stations.service.evaluation.gate import note


@command
@idempotent
def add_link(
    *, actor: Actor, request_id: uuid.UUID | None, leaf_id: uuid.UUID, title: str, path: str
) -> EvaluationEvidence:
    """Point at a record inside the system. Raises InvalidInput at ``path`` unless it begins with one "/"."""
    leaf = _take(actor, leaf_id)
    path = path.strip()
    rules.check_path(path)
    return _store(actor, leaf, kind=EvidenceKind.LINK, title=title.strip() or path[:100], path=path)


@command
@idempotent
def add_document(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    leaf_id: uuid.UUID,
    title: str,
    dated_on: date | None,
    file: Incoming,
) -> EvaluationEvidence:
    """Keep a document with its title and date. Raises InvalidInput at ``file`` or ``dated_on``."""
    leaf = _take(actor, leaf_id)
    common.check_not_future(dated_on, clock.today(), "dated_on")
    (upload,) = keep_files(actor, [file], leaf_county(leaf), field="file")
    title = title.strip() or upload.filename[:100]
    return _store(actor, leaf, kind=EvidenceKind.DOCUMENT, title=title, dated_on=dated_on, upload=upload)


@command
@idempotent
def remove_evidence(*, actor: Actor, request_id: uuid.UUID | None, evidence_id: uuid.UUID) -> EvaluationEvidence:
    """Take wrong evidence out; its row stays, marked. Nobody takes out the other side's. Raises NotFound, Forbidden."""
    row = db.session.get(EvaluationEvidence, evidence_id)
    if row is None or row.removed_at is not None:
        raise NotFound(_l("没有找到这份材料。"))
    leaf = _take(actor, row.leaf_id)
    if row.added_role is not actor.role and not actor.everything:
        raise Forbidden(_l("只能撤下自己一方放的材料。"))
    row.removed_at = clock.now()
    _note(actor, leaf, "evidence_removed", f"从“{leaf.label}”撤下材料“{row.title}”")
    db.session.flush()
    db.session.expire(leaf, ["evidence"])
    return row


def may_add(actor: Actor, status: EvaluationStatus) -> bool:
    """Whether this person may put evidence in now: the hub while scores are open, the reviewer in the own round."""
    if actor.may(EVALUATION_SCORE):
        return status in rules.SCORING
    return actor.may(EVALUATION_REVIEW) and status is EvaluationStatus.COUNTY_REVIEW


def leaf_county(leaf: EvaluationLeaf) -> str:
    """The code of the county whose evaluation a leaf belongs to."""
    return db.session.get_one(Evaluation, leaf.evaluation_id).division_code


def _take(actor: Actor, leaf_id: uuid.UUID) -> EvaluationLeaf:
    if not actor.may(EVALUATION_SCORE):
        actor.require(EVALUATION_REVIEW)
    leaf = gate.get_leaf(actor, leaf_id)
    gate.enter(actor, leaf.evaluation_id, {s for s in EvaluationStatus if may_add(actor, s)})
    return leaf


def _store(actor: Actor, leaf: EvaluationLeaf, **facts: object) -> EvaluationEvidence:
    row = EvaluationEvidence(leaf_id=leaf.id, added_at=clock.now(), added_by=actor.name, added_role=actor.role, **facts)
    db.session.add(row)
    db.session.flush()
    db.session.expire(leaf, ["evidence"])
    _note(actor, leaf, "evidence_added", f"给“{leaf.label}”放材料“{row.title}”")
    return row


def _note(actor: Actor, leaf: EvaluationLeaf, verb: str, text: str) -> None:
    note(actor, gate.get_evaluation(actor, leaf.evaluation_id), verb, text)
