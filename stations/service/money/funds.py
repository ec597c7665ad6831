"""Funds, and the movements of their money that belong to no subsidy and no contract."""

from __future__ import annotations

import uuid
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import county_of
from stations.models.fund import EntryKind, FundEntry, SpendingCategory, SubsidyFund
from stations.permissions import FUND_BOOK
from stations.rules import fund as rules
from stations.rules.reasons import needed
from stations.service.arriving import Incoming
from stations.service.money import ledger


@command
@idempotent
def create_fund(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    year: int,
    name: str,
    document: str,
    planned_fen: int,
    due_on: date,
) -> SubsidyFund:
    """Open the account of an earmarked fund of the actor's county; ``planned_fen`` is what the paper allots, in fen.

    Raises InvalidInput at ``planned``, Conflict at ``name`` when the county has a fund of that year and name.
    """
    actor.require(FUND_BOOK)
    rules.check_positive(planned_fen, "planned")
    fund = SubsidyFund(
        county_code=county_of(actor.scope_code),
        year=year,
        name=name.strip(),
        document=document.strip(),
        planned_fen=planned_fen,
        due_on=due_on,
        created_at=clock.now(),
        created_by=actor.name,
    )
    try:
        with db.session.begin_nested():
            db.session.add(fund)
    except sa.exc.IntegrityError:
        raise Conflict(_l("%(year)s 年已经有同名的专项资金。", year=year), field="name") from None
    text = f"建立 {year} 年专项资金“{fund.name}”（{fund.document}），计划 {format_fen(planned_fen)}"
    audit.record(actor=actor, action="stations.fund_created", subject=fund, division_code=fund.county_code, text=text)
    return fund


@command
@idempotent
def book_arrival(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    fund_id: uuid.UUID,
    day: date,
    amount_fen: int,
    party_name: str,
    document: str,
    file: Incoming | None = None,
) -> FundEntry:
    """Money came in from ``party_name`` under a paper's number. Raises NotFound, InvalidInput at the field."""
    actor.require(FUND_BOOK)
    fund = ledger.take(actor, fund_id)
    return ledger.book(
        actor,
        fund,
        kind=EntryKind.ARRIVED,
        day=day,
        day_field="day",
        amount_fen=amount_fen,
        party_name=party_name,
        purpose="专项资金到账",
        document=document,
        file=file,
    )


@command
@idempotent
def pay_out(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    fund_id: uuid.UUID,
    day: date,
    amount_fen: int,
    category: SpendingCategory,
    party_name: str,
    purpose: str,
    voucher: str,
    file: Incoming | None = None,
) -> FundEntry:
    """Pay for something that is neither a station's subsidy nor the operator's fee.

    Raises NotFound, InvalidInput at the field, NotFunded at ``purpose``, NotEnoughMoney at ``amount``.
    """
    actor.require(FUND_BOOK)
    fund = ledger.take(actor, fund_id)
    ledger.check_voucher(fund.id, voucher)
    return ledger.book(
        actor,
        fund,
        kind=EntryKind.PAID,
        day=day,
        day_field="day",
        amount_fen=amount_fen,
        category=category,
        party_name=party_name,
        purpose=needed(purpose, "purpose"),
        document=voucher,
        file=ledger.needed_file(file, _l("请传银行凭证的照片或扫描件。")),
    )


@command
@idempotent
def return_to_treasury(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    fund_id: uuid.UUID,
    day: date,
    amount_fen: int,
    reason: str,
    document: str,
    file: Incoming | None = None,
) -> FundEntry:
    """Give money back that wasn't used (结余上缴). Raises NotFound, InvalidInput, NotEnoughMoney at ``amount``."""
    actor.require(FUND_BOOK)
    fund = ledger.take(actor, fund_id)
    return ledger.book(
        actor,
        fund,
        kind=EntryKind.RETURNED,
        day=day,
        day_field="day",
        amount_fen=amount_fen,
        party_name="县国库",
        purpose=needed(reason),
        document=document,
        file=file,
    )
