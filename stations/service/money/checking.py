"""Does the account agree with what the subsidies and the contract say? Everything is computed anew."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from app.core.access import SYSTEM
from app.core.database import db
from app.core.money import format_fen
from app.core.scope import in_scope
from stations.models import Division, Level
from stations.models.fund import EntryKind, FundEntry, SubsidyFund
from stations.models.operator_contract import OperatorContract, OperatorInstalment, OperatorInstalmentStatus
from stations.models.subsidy import InstalmentStatus, Subsidy, SubsidyInstalment, SubsidyStatus
from stations.rules import fund as rules
from stations.rules.subsidy import status_after
from stations.service.money import figures, ledger


def check_funds(scope_code: str = SYSTEM.scope_code) -> list[str]:
    """What is wrong with the earmarked funds of a scope, as Chinese sentences; an empty list when all agrees."""
    funds = sa.select(SubsidyFund).where(in_scope(SubsidyFund.county_code, scope_code))
    return [
        f"专项资金“{fund.name}”（{fund.year}）：{problem}"
        for fund in db.session.scalars(funds.order_by(SubsidyFund.year, SubsidyFund.name, SubsidyFund.id))
        for problem in _problems(fund)
    ]


def _problems(fund: SubsidyFund) -> list[str]:
    entries = ledger.entries_of(fund.id)
    holding = rules.effective(entries)
    found = rules.problems_of(entries)
    loading = (selectinload(Subsidy.instalments), selectinload(Subsidy.project))
    for subsidy in db.session.scalars(sa.select(Subsidy).where(Subsidy.fund_id == fund.id).options(*loading)):
        mine = [entry for entry in holding if entry.subsidy_id == subsidy.id]
        found += [f"{subsidy.station_name}的补助{problem}" for problem in _subsidy_problems(subsidy, mine)]
    for contract in db.session.scalars(sa.select(OperatorContract).where(OperatorContract.fund_id == fund.id)):
        found += [f"运营合同 {contract.number} {problem}" for problem in _contract_problems(contract, holding)]
    return found + _strays(holding) + _wrong_payments(fund.id, entries)


def _subsidy_problems(subsidy: Subsidy, entries: Sequence[FundEntry]) -> list[str]:
    paid, back = rules.total(entries, EntryKind.PAID), rules.total(entries, EntryKind.CLAWED_BACK)
    found = []
    if sum(part.amount_fen for part in subsidy.instalments) != subsidy.approved_fen:
        found.append(f"各期之和不等于核定金额 {format_fen(subsidy.approved_fen)}")
    if subsidy.approved_fen > min(subsidy.standard_fen, subsidy.project.approved_fen or 0):
        found.append("核定金额超过标准或项目批复金额")
    if paid > subsidy.approved_fen or back > paid:
        found.append(f"已付 {format_fen(paid)}、追回 {format_fen(back)} 和核定金额不符")
    cancelled = subsidy.status is SubsidyStatus.CANCELLED and not paid
    if not cancelled and subsidy.status is not status_after(subsidy.approved_fen, paid, back):
        found.append(f"的状态“{subsidy.status.label}”和收支不符")
    payee = db.session.get(Division, subsidy.payee_code)
    if payee is None or payee.level is not Level.TOWNSHIP:
        found.append("收款单位不是乡镇人民政府")
    return found + _instalment_problems(subsidy.instalments, entries, InstalmentStatus.PAID, "instalment_id")


def _contract_problems(contract: OperatorContract, entries: Sequence[FundEntry]) -> list[str]:
    parts = contract.instalments
    mine = [entry for entry in entries if entry.operator_instalment_id in {part.id for part in parts}]
    return _instalment_problems(parts, mine, OperatorInstalmentStatus.PAID, "operator_instalment_id")


def _instalment_problems(
    parts: Iterable[SubsidyInstalment | OperatorInstalment], entries: Sequence[FundEntry], paid: str, field: str
) -> list[str]:
    """Each paid instalment has one payment of its sum, each other one none."""
    found = []
    for part in parts:
        amounts = [-e.amount_fen for e in entries if getattr(e, field) == part.id and e.kind is EntryKind.PAID]
        if amounts != ([part.amount_fen] if part.status == paid else []):
            said = "已支付" if part.status == paid else "未支付"
            found.append(
                f"第 {part.position} 期记为{said} {format_fen(part.amount_fen)}，账上支付 {len(amounts)} 笔不符"
            )
    return found


def _strays(entries: Iterable[FundEntry]) -> list[str]:
    """Claw-backs that belong to no subsidy."""
    lost = [e for e in entries if e.kind is EntryKind.CLAWED_BACK and e.subsidy_id is None]
    return [f"{e.day} 的追回 {format_fen(e.amount_fen)} 不属于任何补助" for e in lost]


def _wrong_payments(fund_id: uuid.UUID, entries: Sequence[FundEntry]) -> list[str]:
    """Payments before acceptance without leave, and for what the negative list forbids."""
    words = {e.id: f"{e.day} 付给{e.party_name} {format_fen(-e.amount_fen)}" for e in entries}
    paid = figures.payments_of(fund_id)
    early = [f"{words[p.id]} 在验收之前" for p in paid if p.is_early]
    return early + [f"{words[p.id]} 触碰负面清单：{'；'.join(p.clauses)}" for p in paid if p.clauses]
