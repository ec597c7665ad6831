"""The indicators of a fund, B1-B7, with the records behind each."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa

from app.core.database import db
from stations.models import ConstructionProject, ProjectStatus
from stations.models.fund import EntryKind, FundEntry, SubsidyFund
from stations.models.subsidy import Subsidy, SubsidyInstalment, SubsidyStatus
from stations.rules import public_money as rules
from stations.service.money import ledger, rulebook
from stations.service.money.queries import facts_of


def fund_indicators(fund: SubsidyFund, today: date) -> list[rules.Indicator]:
    """B1 to B7 of a fund, in order; B4 once for each share rule that holds."""
    facts, marks, paid = facts_of(fund), rulebook.marks(), payments_of(fund.id)
    return [
        rules.arrival_rate(facts, marks, today),
        rules.timeliness(facts, marks, today),
        rules.disbursement_rate(facts, marks, today),
        *rules.shares(facts, rulebook.share_rules(), today),
        rules.levered(_grants(fund.id)),
        rules.forbidden(paid),
        rules.paid_early(paid),
    ]


def find_indicator(fund: SubsidyFund, key: str, today: date) -> rules.Indicator | None:
    """One of them by its key; None when there is no such one."""
    return next((figure for figure in fund_indicators(fund, today) if figure.key == key), None)


def payments_of(fund_id: uuid.UUID) -> list[rules.Paid]:
    """The payments of a fund that hold, with what decides whether each was right."""
    query = (
        sa.select(
            FundEntry.id,
            FundEntry.day,
            FundEntry.purpose,
            SubsidyInstalment.before_acceptance,
            ConstructionProject.status,
            ConstructionProject.accepted_on,
        )
        .outerjoin(SubsidyInstalment, SubsidyInstalment.id == FundEntry.instalment_id)
        .outerjoin(Subsidy, Subsidy.id == SubsidyInstalment.subsidy_id)
        .outerjoin(ConstructionProject, ConstructionProject.id == Subsidy.project_id)
        .where(FundEntry.fund_id == fund_id, FundEntry.kind == EntryKind.PAID, ~ledger.is_reversed())
    )
    return [
        rules.Paid(
            id=entry_id,
            day=day,
            is_subsidy=status is not None,
            accepted_on=accepted_on if status is ProjectStatus.ACCEPTED else None,
            may_be_early=bool(early),
            clauses=rulebook.forbidden(purpose, day),
        )
        for entry_id, day, purpose, early, status, accepted_on in db.session.execute(query)
    ]


def _grants(fund_id: uuid.UUID) -> list[rules.Grant]:
    query = sa.select(Subsidy.id, Subsidy.approved_fen, Subsidy.own_fen).where(
        Subsidy.fund_id == fund_id, Subsidy.status != SubsidyStatus.CANCELLED
    )
    return [rules.Grant(*row) for row in db.session.execute(query)]
