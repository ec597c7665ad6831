"""Issuing one report."""

from __future__ import annotations

import uuid

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.documents import IssuedDocument
from app.core.idempotency import idempotent
from app.flows.verification_reports.operation import operation_figures
from stations.permissions import ACCEPTANCE_DECIDE
from stations.service import acceptance as service


@command
@idempotent
def issue_report(*, actor: Actor, request_id: uuid.UUID | None, acceptance_id: uuid.UUID) -> IssuedDocument:
    """Freeze a decided acceptance with the figures of the trial run and issue its signed report.

    Raises NotFound, AcceptanceClosed while it is undecided or a valid report is out already, NoKey.
    """
    actor.require(ACCEPTANCE_DECIDE)
    acceptance = service.get_acceptance(actor, acceptance_id)
    figures = operation_figures(acceptance.station, clock.today()) if acceptance.station else None
    return service.issue_report(actor=actor, request_id=None, acceptance_id=acceptance_id, operation=figures)
