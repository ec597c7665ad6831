"""What people without a login report about a producer's goods."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import in_scope, require_scope
from products.models import PROBLEM_MOVES, ProblemReport, ProblemStatus, Producer
from products.permissions import PROBLEMS_READ


@command
@idempotent
def report_problem(
    *,
    request_id: uuid.UUID | None = None,
    producer: Producer,
    text: str,
    lot_code: str = "",
    name: str = "",
    phone: str = "",
) -> ProblemReport:
    """Keep a report by anybody. Raises InvalidInput (field ``text``) when it says nothing."""
    if len(text.strip()) < 2:
        raise InvalidInput(_l("请写一两句话：什么地方不对？"), field="text")
    report = ProblemReport(
        created_at=clock.now(),
        producer=producer,
        lot_code=lot_code[:20],
        text=text.strip()[:500],
        name=name.strip()[:64],
        phone=phone,
        division_code=producer.division_code,
        status=ProblemStatus.OPEN,
    )
    db.session.add(report)
    db.session.flush()
    return report


def list_problems(actor: Actor, *, status: ProblemStatus | None = None, q: str = "") -> sa.Select[Any]:
    """The query for reports in scope with their producers, newest first."""
    query = sa.select(ProblemReport).where(in_scope(ProblemReport.division_code, actor.scope_code))
    if status is not None:
        query = query.where(ProblemReport.status == status)
    for word in q.split():
        query = query.where(
            sa.or_(
                ProblemReport.text.icontains(word, autoescape=True),
                ProblemReport.lot_code == word,
                ProblemReport.producer.has(Producer.name.icontains(word, autoescape=True)),
            )
        )
    return query.options(joinedload(ProblemReport.producer)).order_by(
        ProblemReport.created_at.desc(), ProblemReport.id.desc()
    )


def get_problem(actor: Actor, report_id: uuid.UUID) -> ProblemReport:
    """A report in scope. Raises NotFound."""
    report = db.session.get(ProblemReport, report_id)
    if report is None:
        raise NotFound(_l("没有这条反映。"))
    require_scope(actor, report.division_code)
    return report


@command
def close_problem(*, actor: Actor, report: ProblemReport, answer: str) -> ProblemReport:
    """Note what was done about a report. Raises InvalidInput (field ``answer``), IllegalMove when it is closed."""
    actor.require(PROBLEMS_READ)
    report = get_problem(actor, report.id)
    PROBLEM_MOVES.check(report.status, ProblemStatus.CLOSED)
    if not answer.strip():
        raise InvalidInput(_l("请写清怎么处理的。"), field="answer")
    report.status, report.answer = ProblemStatus.CLOSED, answer.strip()[:500]
    report.closed_at, report.closed_by = clock.now(), actor.name
    audit.record(
        actor=actor,
        action="products.problem_closed",
        subject=report,
        division_code=report.division_code,
        text=f"处理对“{report.producer.name}”的反映：{report.answer}",
    )
    return report
