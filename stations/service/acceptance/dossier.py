"""Putting a dossier together and handing it in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.idempotency import idempotent
from stations.errors import AcceptanceClosed
from stations.models import ProjectStatus
from stations.models.acceptance import (
    ACCEPTANCE_MOVES,
    Acceptance,
    AcceptanceItem,
    AcceptanceStatus,
    Evidence,
)
from stations.permissions import ACCEPTANCE_PREPARE
from stations.rules import acceptance as rules
from stations.service.acceptance import gate
from stations.service.acceptance.files import Incoming, attach
from stations.service.acceptance.trail import note


@command
@idempotent
def record_evidence(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    item_id: uuid.UUID,
    files: Sequence[Incoming] = (),
    caption: str = "",
    answer: str = "",
    dated_on: date | None = None,
    issuer: str = "",
    amount_fen: int | None = None,
    page_count: int | None = None,
) -> AcceptanceItem:
    """Put files and facts to a checklist item; files are added to those there, the facts replace what was there.

    Without a ``page_count`` the pages are those that the files tell. A payment (银行凭证) may also follow after the
    acceptance was passed. Raises NotFound, Forbidden to whom it isn't to prepare, AcceptanceClosed, InvalidInput at
    the field.
    """
    actor.require(ACCEPTANCE_PREPARE)
    item = gate.get_item(actor, item_id)
    late = {AcceptanceStatus.PASSED} if item.is_payment else set()
    gate.require_preparer(actor, gate.get_acceptance(actor, item.acceptance_id).division_code)
    acceptance = gate.enter(actor, item.acceptance_id, rules.EDITABLE | late)
    rules.check_not_future(dated_on, clock.today(), "dated_on")
    rules.check_page_count(page_count)
    if amount_fen is not None and item.has_amount and acceptance.approved_fen is not None:
        rules.check_within(amount_fen, 0, acceptance.approved_fen)
    attach(actor, acceptance, files, caption=caption.strip() or item.label, item=item)
    item.dated_on, item.issuer, item.page_count = dated_on, issuer.strip(), page_count
    item.amount_fen = amount_fen if item.has_amount else None
    if item.evidence is Evidence.TEXT:
        item.answer = answer.strip()
    text = f"补充 {acceptance.subject_name} 验收资料“{item.label}”" + (f"，文件 {len(files)} 个" if files else "")
    note(actor, acceptance, "evidence", text)
    db.session.flush()
    return item


@command
@idempotent
def submit(*, actor: Actor, request_id: uuid.UUID | None, acceptance_id: uuid.UUID) -> Acceptance:
    """Hand the dossier in. Raises AcceptanceIncomplete naming what is missing, AcceptanceClosed, Forbidden."""
    actor.require(ACCEPTANCE_PREPARE)
    project = gate.hold_project(actor, acceptance_id)
    gate.require_preparer(actor, gate.get_acceptance(actor, acceptance_id).division_code)
    acceptance = gate.enter(actor, acceptance_id, {AcceptanceStatus.DRAFT})
    rules.check_may_submit(acceptance.items)
    if project is not None and project.status is not ProjectStatus.COMPLETED:
        raise AcceptanceClosed(_l("项目还没有完工自查。先在项目页面登记完工，再报送验收。"))
    ACCEPTANCE_MOVES.check(acceptance.status, AcceptanceStatus.SUBMITTED)
    acceptance.status = AcceptanceStatus.SUBMITTED
    acceptance.submitted_at, acceptance.submitted_by = clock.now(), actor.name
    note(actor, acceptance, "submitted", f"报送 {acceptance.subject_name} 的验收资料")
    db.session.flush()
    return acceptance
