"""Does the ledger hold? Every transaction balances, and the general ledger equals the sum of its sub-ledgers."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.database import db
from app.core.scope import in_scope
from trade.models.ledger import Account, LedgerEntry, LedgerTransaction
from trade.models.orders import Order, OrderStatus
from trade.models.services import PurchaseService, SaleService
from trade.rules import ledger as rules
from trade.rules.ledger import Line, SubAccount
from trade.rules.services import OPEN_PURCHASES, OPEN_SALES

WHOLE_COUNTRY = "000000000000"


@dataclass(frozen=True)
class Problem:
    """Something in the books that does not hold: what, a sentence, and the transaction when it is one."""

    what: str  # unbalanced | empty | legs | orphan | sub-ledger | fund
    text: Any
    transaction_id: uuid.UUID | None = None

    def __str__(self) -> str:
        return f"{self.what}: {self.text}"


def check(scope_code: str = WHOLE_COUNTRY) -> list[Problem]:
    """Everything that does not hold in the books of a scope; an empty list is what it should be."""
    return [*_transactions(scope_code), *_orphans(scope_code), *_registers(scope_code)]


def _transactions(scope_code: str) -> Iterator[Problem]:
    """Every transaction has entries, they balance, and they stand where its code declares."""
    query = (
        sa.select(
            LedgerTransaction.id,
            LedgerTransaction.code,
            LedgerTransaction.reverses_id,
            LedgerEntry.account,
            LedgerEntry.debit_fen,
            LedgerEntry.credit_fen,
        )
        .outerjoin(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(in_scope(LedgerTransaction.division_code, scope_code))
        .order_by(LedgerTransaction.id)
        .execution_options(yield_per=5000)
    )
    current: list[Any] = []
    for row in db.session.execute(query):
        if current and current[0].id != row.id:
            yield from _one(current)
            current = []
        current.append(row)
    if current:
        yield from _one(current)


def _one(rows: list[Any]) -> Iterator[Problem]:
    first = rows[0]
    lines = [Line(r.account, SubAccount("", ""), r.debit_fen, r.credit_fen) for r in rows if r.account is not None]
    if not lines:
        yield Problem("empty", _l("%(code)s：没有分录", code=first.code.label), first.id)
    elif not rules.balanced(lines):
        debit, credit = sum(x.debit_fen for x in lines), sum(x.credit_fen for x in lines)
        text = _l("%(code)s：借方 %(d)s 分，贷方 %(c)s 分", code=first.code.label, d=debit, c=credit)
        yield Problem("unbalanced", text, first.id)
    elif not rules.fits(first.code, lines, reversal=first.reverses_id is not None):
        yield Problem("legs", _l("%(code)s：分录的科目或方向不对", code=first.code.label), first.id)


def _orphans(scope_code: str) -> Iterator[Problem]:
    query = (
        sa.select(LedgerEntry.id, LedgerEntry.transaction_id)
        .outerjoin(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(
            in_scope(LedgerEntry.division_code, scope_code),
            sa.or_(LedgerTransaction.id.is_(None), LedgerTransaction.division_code != LedgerEntry.division_code),
        )
    )
    for _entry, transaction in db.session.execute(query):
        yield Problem("orphan", _l("分录不属于任何一笔账"), transaction)


# -- the general ledger against the registers -----------------------------------------------------

_PAID_NOT_SENT = sa.and_(Order.paid_at.is_not(None), Order.status.in_((OrderStatus.PLACED, OrderStatus.PACKED)))
_SENT_NOT_PAID = sa.and_(Order.paid_at.is_(None), Order.dispatched_at.is_not(None))

# What an account's sub-ledgers must come to, by the records themselves: (whose, sum of fen, which records).
REGISTERS: dict[Account, tuple[Any, Any, Any, Any]] = {
    Account.PURCHASES_IN_TRANSIT: (
        PurchaseService.division_code,
        PurchaseService.villager_id,
        PurchaseService.total_fen,
        PurchaseService.status.in_(OPEN_PURCHASES),
    ),
    Account.VILLAGER_DEPOSITS: (
        PurchaseService.division_code,
        PurchaseService.villager_id,
        PurchaseService.deposit_fen,
        PurchaseService.status.in_(OPEN_PURCHASES),
    ),
    Account.FARMER_PAYABLE: (
        SaleService.division_code,
        sa.func.coalesce(SaleService.villager_id, SaleService.producer_id),
        SaleService.amount_fen,
        SaleService.status.in_(OPEN_SALES),
    ),
    Account.ORDER_ADVANCES: (
        Order.division_code,
        Order.id,
        sa.case((Order.paid_at.is_(None), -Order.total_fen), else_=Order.total_fen),
        sa.or_(_PAID_NOT_SENT, _SENT_NOT_PAID),
    ),
}


def _registers(scope_code: str) -> Iterator[Problem]:
    """The books of each person, order by order, against what the records say is open."""
    for account, (division, whose, fen, still_open) in REGISTERS.items():
        query = sa.select(whose, sa.func.sum(fen)).where(still_open, in_scope(division, scope_code)).group_by(whose)
        due = {str(key): int(total) for key, total in db.session.execute(query) if total}
        yield from compare(account, _booked(account, scope_code), due)


def compare(account: Account, booked: Mapping[str, int], due: Mapping[str, int]) -> Iterator[Problem]:
    """Every sub-ledger whose books say another sum than its records; fen by key, 0 where one is missing."""
    for key in sorted(due.keys() | booked.keys()):
        if due.get(key, 0) != booked.get(key, 0):
            yield _differs(account, key, booked.get(key, 0), due.get(key, 0))


def _booked(account: Account, scope_code: str) -> dict[str, int]:
    query = (
        sa.select(LedgerEntry.sub_account, sa.func.sum(LedgerEntry.debit_fen), sa.func.sum(LedgerEntry.credit_fen))
        .where(LedgerEntry.account == account, in_scope(LedgerEntry.division_code, scope_code))
        .group_by(LedgerEntry.sub_account)
    )
    sums = {key: rules.balance(account, int(d), int(c)) for key, d, c in db.session.execute(query)}
    return {key: fen for key, fen in sums.items() if fen}


def _differs(account: Account, key: str, booked: int, due: int) -> Problem:
    text = _l(
        "%(account)s 分户 %(key)s：账上 %(booked)s 分，台账 %(due)s 分",
        account=account.label,
        key=key,
        booked=booked,
        due=due,
    )
    return Problem("sub-ledger", text)
