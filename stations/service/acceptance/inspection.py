"""The inspector's part on site, the hub's waivers, and what is put right afterwards."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from stations.models.acceptance import (
    ACCEPTANCE_MOVES,
    Acceptance,
    AcceptanceItem,
    AcceptanceStatus,
    Finding,
    ItemResult,
    Reinspection,
)
from stations.models.finding import FindingStatus
from stations.permissions import ACCEPTANCE_DECIDE, ACCEPTANCE_INSPECT, ACCEPTANCE_PREPARE
from stations.rules import acceptance as rules
from stations.rules import findings
from stations.rules.dossier import check_score, check_sign, plain
from stations.rules.reasons import needed
from stations.service.acceptance import gate
from stations.service.acceptance.files import Incoming, attach
from stations.service.acceptance.trail import chinese, note


@command
@idempotent
def judge_item(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    item_id: uuid.UUID,
    result: ItemResult,
    remark: str = "",
    score: Decimal | None = None,
    files: Sequence[Incoming] = (),
    caption: str = "",
) -> AcceptanceItem:
    """Judge an item, with photos taken on site; one with points gets a score too. 缺 and 不符 need a remark.

    A sign with other words than required needs a remark to be 合格. Raises NotFound, AcceptanceClosed, InvalidInput at
    ``remark``, ``result``, ``score`` or ``files``.
    """
    actor.require(ACCEPTANCE_INSPECT)
    item = gate.get_item(actor, item_id)
    acceptance = gate.enter(actor, item.acceptance_id, rules.INSPECTABLE)
    if result is not ItemResult.QUALIFIED and not remark.strip():
        raise InvalidInput(_l("请写一句哪里不对，乡镇才知道怎么改。"), field="remark")
    kept_score = check_score(score, item.points, result)
    attach(actor, acceptance, files, caption=caption.strip() or item.label, item=item)
    if result is ItemResult.QUALIFIED and item.required and not item.has_evidence:
        raise InvalidInput(_l("这一项还没有%(what)s，不能判合格。", what=item.evidence.label), field="result")
    check_sign(item.sign, item.answer, result, remark)
    item.result, item.remark, item.score = result, remark.strip(), kept_score
    item.checker_name, item.judged_at = actor.name, clock.now()
    note(
        actor,
        acceptance,
        "item_judged",
        f"查验“{item.label}”：{chinese(result)}"
        + (f"，{plain(kept_score)} 分" if kept_score is not None else "")
        + (f"，{item.remark}" if remark else ""),
    )
    db.session.flush()
    return item


@command
@idempotent
def waive_item(*, actor: Actor, request_id: uuid.UUID | None, item_id: uuid.UUID, reason: str) -> AcceptanceItem:
    """The hub signs that a required item need not be there, and why. Raises InvalidInput at ``reason``."""
    actor.require(ACCEPTANCE_DECIDE)
    item = gate.get_item(actor, item_id)
    acceptance = gate.enter(actor, item.acceptance_id, rules.WAIVABLE)
    item.waived_reason, item.waived_by, item.waived_at = needed(reason), actor.name, clock.now()
    note(actor, acceptance, "item_waived", f"免除“{item.label}”：{item.waived_reason}")
    db.session.flush()
    return item


@command
@idempotent
def add_finding(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    acceptance_id: uuid.UUID,
    problem: str,
    owner_name: str,
    deadline: date,
    item_id: uuid.UUID | None = None,
) -> Finding:
    """Write down a problem, who puts it right and until when. Raises InvalidInput at the field."""
    actor.require(ACCEPTANCE_INSPECT)
    acceptance = gate.enter(actor, acceptance_id, rules.INSPECTABLE)
    rules.check_deadline(deadline, clock.today())
    if item_id is not None and item_id not in {item.id for item in acceptance.items}:
        raise InvalidInput(_l("这一项不在这份清单里。"), field="item_id")
    finding = Finding(
        acceptance_id=acceptance.id,
        item_id=item_id,
        problem=problem.strip(),
        owner_name=owner_name.strip(),
        deadline=deadline,
        status=FindingStatus.OPEN,
        found_at=clock.now(),
        found_by=actor.name,
    )
    db.session.add(finding)
    db.session.flush()
    note(
        actor,
        acceptance,
        "finding",
        f"记下问题：{finding.problem}（{finding.owner_name}，{deadline.isoformat()} 前改好）",
    )
    return finding


@command
@idempotent
def close_inspection(
    *, actor: Actor, request_id: uuid.UUID | None, acceptance_id: uuid.UUID, inspected_on: date
) -> Acceptance:
    """The visit is done; now the hub decides. Raises AcceptanceIncomplete, AcceptanceClosed, InvalidInput."""
    actor.require(ACCEPTANCE_INSPECT)
    acceptance = gate.enter(actor, acceptance_id, {AcceptanceStatus.SUBMITTED})
    rules.check_not_future(inspected_on, clock.today(), "inspected_on")
    if acceptance.submitted_at is not None:
        rules.check_order(clock.local(acceptance.submitted_at).date(), inspected_on, "inspected_on")
    rules.check_may_close_inspection(acceptance.items)
    ACCEPTANCE_MOVES.check(acceptance.status, AcceptanceStatus.INSPECTED)
    acceptance.status = AcceptanceStatus.INSPECTED
    acceptance.inspected_on, acceptance.inspected_by = inspected_on, actor.name
    note(actor, acceptance, "inspected", f"完成 {acceptance.subject_name} 的现场查验")
    db.session.flush()
    return acceptance


@command
@idempotent
def rectify(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    finding_id: uuid.UUID,
    measure: str,
    rectified_on: date,
    files: Sequence[Incoming] = (),
) -> Finding:
    """Who prepares reports a problem as put right, with photos.

    Raises Forbidden, IllegalMove, InvalidInput at the field.
    """
    actor.require(ACCEPTANCE_PREPARE)
    finding = gate.get_finding(actor, finding_id)
    gate.require_preparer(actor, gate.get_acceptance(actor, finding.acceptance_id).division_code)
    acceptance = gate.enter(actor, finding.acceptance_id, {AcceptanceStatus.RECTIFICATION})
    finding = db.session.get_one(Finding, finding_id, populate_existing=True)
    findings.check_put_right(finding, rectified_on, clock.today())
    attach(actor, acceptance, files, caption=f"整改后：{finding.problem}"[:100], finding=finding)
    if not finding.files:
        raise InvalidInput(_l("请传一张整改后的照片。"), field="files")
    finding.status, finding.measure = FindingStatus.RECTIFIED, measure.strip()
    finding.rectified_on, finding.rectified_by = rectified_on, actor.name
    note(actor, acceptance, "rectified", f"整改“{finding.problem}”：{finding.measure}")
    db.session.flush()
    return finding


@command
@idempotent
def reinspect(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    finding_id: uuid.UUID,
    good: bool,
    remark: str,
    inspected_on: date,
) -> Reinspection:
    """The inspector looks again: good closes the finding, otherwise it is open again and the remark says why."""
    actor.require(ACCEPTANCE_INSPECT)
    finding = gate.get_finding(actor, finding_id)
    acceptance = gate.enter(actor, finding.acceptance_id, {AcceptanceStatus.RECTIFICATION})
    finding = db.session.get_one(Finding, finding_id, populate_existing=True)
    becomes = findings.second_look(
        finding, good=good, remark=remark, on=inspected_on, today=clock.today(), field="inspected_on"
    )
    row = Reinspection(
        recorded_at=clock.now(),
        finding_id=finding.id,
        measure=finding.measure,
        rectified_on=finding.rectified_on,
        good=good,
        remark=remark.strip(),
        inspected_on=inspected_on,
        inspector_name=actor.name,
    )
    db.session.add(row)
    finding.status = becomes
    note(actor, acceptance, "reinspected", f"复验“{finding.problem}”：{'已改好，销号' if good else '没有改好'}")
    db.session.flush()
    return row
