"""The hub decides, and hands out the verification report."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core import clock, documents
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.documents import IssuedDocument
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from stations.errors import AcceptanceClosed
from stations.models.acceptance import (
    ACCEPTANCE_MOVES,
    ACCEPTANCE_OVER,
    Acceptance,
    AcceptanceDecision,
    AcceptanceStatus,
    Decision,
)
from stations.permissions import ACCEPTANCE_DECIDE
from stations.rules import acceptance as rules
from stations.rules.dossier import check_pass_mark, total_score
from stations.rules.reasons import needed
from stations.service import projects, verification_report
from stations.service.acceptance import gate
from stations.service.acceptance.frozen import freeze, photo_loader
from stations.service.acceptance.trail import chinese, note

BECOMES = {
    Decision.PASSED: AcceptanceStatus.PASSED,
    Decision.RECTIFICATION: AcceptanceStatus.RECTIFICATION,
    Decision.REFUSED: AcceptanceStatus.REFUSED,
}


@command
@idempotent
def decide(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    acceptance_id: uuid.UUID,
    version: int,
    decision: Decision,
    opinion: str,
    township_signer: str,
    bureau_signer: str,
    third_party: str = "",
    third_party_signer: str = "",
    decided_on: date,
) -> AcceptanceDecision:
    """Decide on an acceptance as it stood at ``version``; passing also moves a project and its station on.

    Raises Conflict when somebody changed or decided it meanwhile, AcceptanceIncomplete at ``decision`` (also below the
    pass mark),
    AcceptanceClosed, InvalidInput at the field, IllegalMove when the project is not completed.
    """
    actor.require(ACCEPTANCE_DECIDE)
    project = gate.hold_project(actor, acceptance_id)
    acceptance = gate.enter(actor, acceptance_id, rules.DECIDABLE, version=version)
    rules.check_not_future(decided_on, clock.today(), "decided_on")
    rules.check_order(acceptance.inspected_on, decided_on, "decided_on")
    if bool(third_party.strip()) != bool(third_party_signer.strip()):
        raise InvalidInput(_l("第三方机构和签字人要一起填，没有委托第三方就都空着。"), field="third_party_signer")
    rules.check_decision(decision, acceptance.items, acceptance.findings)
    check_pass_mark(decision, total_score(acceptance.items, acceptance.pass_mark))
    ACCEPTANCE_MOVES.check(acceptance.status, BECOMES[decision])
    row = AcceptanceDecision(
        recorded_at=clock.now(),
        acceptance_id=acceptance.id,
        version=version,
        decision=decision,
        opinion=opinion.strip(),
        township_signer=township_signer.strip(),
        bureau_signer=bureau_signer.strip(),
        third_party=third_party.strip(),
        third_party_signer=third_party_signer.strip(),
        decided_on=decided_on,
        actor_name=actor.name,
    )
    db.session.add(row)
    acceptance.status, acceptance.decided_on = BECOMES[decision], decided_on
    note(
        actor, acceptance, "decided", f"对 {acceptance.subject_name} 的验收作出决定：{chinese(decision)}。{row.opinion}"
    )
    if decision is Decision.PASSED and project is not None:
        projects.accept_project(actor, project, decided_on)
    db.session.flush()
    db.session.expire(acceptance, ["decisions"])
    return row


@command
@idempotent
def issue_report(
    *, actor: Actor, request_id: uuid.UUID | None, acceptance_id: uuid.UUID, operation: dict[str, Any] | None = None
) -> IssuedDocument:
    """Freeze a decided acceptance and issue its signed report; ``operation`` are the figures of the trial run.

    Raises AcceptanceClosed while it is undecided or a valid report is out already, NoKey.
    """
    actor.require(ACCEPTANCE_DECIDE)
    acceptance = gate.enter(actor, acceptance_id, ACCEPTANCE_OVER)
    current = find_report(acceptance)
    if current is not None and current.status is documents.DocumentStatus.VALID:
        raise AcceptanceClosed(_l("验收报告已经签发，编号 %(number)s。要重发请先作废。", number=current.number))
    frozen = freeze(acceptance, operation)
    document = documents.issue(
        actor=actor,
        kind="acceptance",
        title=verification_report.title_of(acceptance.subject_name),
        division_code=acceptance.division_code,
        frozen=frozen,
        build=lambda issue: verification_report.build(frozen, issue, photo_loader()),
    )
    acceptance.document_id = document.id
    note(actor, acceptance, "report_issued", f"签发 {acceptance.subject_name} 验收报告 {document.number}")
    db.session.flush()
    return document


@command
@idempotent
def withdraw_report(*, actor: Actor, request_id: uuid.UUID | None, acceptance_id: uuid.UUID, reason: str) -> Acceptance:
    """Declare the report void, e.g. to issue it again with the payment in it. Raises AcceptanceClosed, InvalidInput."""
    actor.require(ACCEPTANCE_DECIDE)
    acceptance = gate.enter(actor, acceptance_id, ACCEPTANCE_OVER)
    current = find_report(acceptance)
    if current is None:
        raise AcceptanceClosed(_l("还没有签发验收报告。"))
    documents.withdraw(actor=actor, document=current, reason=needed(reason))
    note(actor, acceptance, "report_withdrawn", f"作废验收报告 {current.number}：{reason.strip()}")
    db.session.flush()
    return acceptance


def find_report(acceptance: Acceptance) -> IssuedDocument | None:
    """The report that was issued last, valid or withdrawn."""
    return documents.get_document(acceptance.document_id) if acceptance.document_id else None
