"""Posting to the books and reading them; ``trade.service.checks`` tells whether they are right."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock, ids
from app.core.access import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.scope import in_scope, require_scope
from trade.models.ledger import Account, LedgerEntry, LedgerTransaction, TransactionCode
from trade.rules import ledger as rules
from trade.rules.ledger import Line, Shares, SubAccount
from trade.service import hot
from trade.service.checks import Problem as Problem
from trade.service.checks import check as check


@dataclass(frozen=True)
class Reference:
    """The record a posting belongs to, and where: what an entry leads back to."""

    table: str
    id: uuid.UUID
    division_code: str
    station_id: uuid.UUID | None
    memo: str


@dataclass(frozen=True)
class Posting:
    """A transaction that is to be written, with its balanced lines."""

    code: TransactionCode
    lines: tuple[Line, ...]
    reverses_id: uuid.UUID | None = None


def posting(code: TransactionCode, amounts: Mapping[str, int | Shares], subs: Mapping[str, SubAccount]) -> Posting:
    """A posting of that code; see ``trade.rules.ledger.entries_for``."""
    return Posting(code, rules.entries_for(code, amounts, subs))


def post(
    actor: Actor, reference: Reference, postings: Iterable[Posting], *, day: date | None = None
) -> list[uuid.UUID]:
    """Write transactions with their entries, in two statements; those whose amounts are all 0 are left out.

    ``day`` is the county day to which they belong, by default today; the time of writing is never another than now.
    Returns the transactions' ids.
    """
    return post_many([(actor, reference, p) for p in postings], day=day)


def post_many(items: Iterable[tuple[Actor, Reference, Posting]], *, day: date | None = None) -> list[uuid.UUID]:
    """As :func:`post`, for several people's work on several records: two statements, however many."""
    when = {"recorded_at": clock.now(), "day": day or clock.today()}
    due = [(ids.new_id(), actor, reference, p) for actor, reference, p in items if p.lines]
    hot.insert(LedgerTransaction, [when | _transaction(actor, ref, key, p) for key, actor, ref, p in due])
    hot.insert(LedgerEntry, [when | _entry(ref, key, line) for key, _actor, ref, p in due for line in p.lines])
    return [key for key, _actor, _reference, _posting in due]


def _transaction(actor: Actor, ref: Reference, key: uuid.UUID, p: Posting) -> dict[str, Any]:
    return {
        "id": key,
        "code": p.code,
        "station_id": ref.station_id,
        "division_code": ref.division_code,
        "reference_table": ref.table,
        "reference_id": ref.id,
        "reverses_id": p.reverses_id,
        "actor_name": actor.name,
        "memo": ref.memo[:200],
    }


def _entry(ref: Reference, key: uuid.UUID, line: Line) -> dict[str, Any]:
    return {
        "id": ids.new_id(),
        "transaction_id": key,
        "division_code": ref.division_code,
        "account": line.account,
        "sub_account": line.sub.key,
        "sub_name": line.sub.name,
        "debit_fen": line.debit_fen,
        "credit_fen": line.credit_fen,
    }


def reverse(actor: Actor, reference: Reference, *, day: date | None = None) -> int:
    """Take back everything posted for a record that is not taken back yet, by mirrored transactions.

    Returns how many were reversed.
    """
    hot.write(LedgerTransaction, LedgerEntry)
    standing = _standing(reference)
    entries = entries_of([t.id for t in standing])
    post(
        actor,
        reference,
        [Posting(t.code, tuple(_line(e).mirrored for e in entries[t.id]), reverses_id=t.id) for t in standing],
        day=day,
    )
    return len(standing)


def _standing(reference: Reference) -> Sequence[LedgerTransaction]:
    reversal = sa.orm.aliased(LedgerTransaction)
    return db.session.scalars(
        sa.select(LedgerTransaction)
        .outerjoin(reversal, reversal.reverses_id == LedgerTransaction.id)
        .where(
            LedgerTransaction.reference_table == reference.table,
            LedgerTransaction.reference_id == reference.id,
            LedgerTransaction.reverses_id.is_(None),
            reversal.id.is_(None),
        )
        .order_by(LedgerTransaction.recorded_at, LedgerTransaction.id)
    ).all()


def entries_of(transactions: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[LedgerEntry]]:
    """The entries of several transactions, by transaction."""
    found: dict[uuid.UUID, list[LedgerEntry]] = {key: [] for key in transactions}
    query = sa.select(LedgerEntry).where(LedgerEntry.transaction_id.in_(transactions)).order_by(LedgerEntry.id)
    for entry in db.session.scalars(query):
        found[entry.transaction_id].append(entry)
    return found


def _line(entry: LedgerEntry) -> Line:
    return Line(entry.account, SubAccount(entry.sub_account, entry.sub_name), entry.debit_fen, entry.credit_fen)


def get_transaction(actor: Actor, transaction_id: uuid.UUID) -> LedgerTransaction:
    """A transaction in the actor's scope. Raises NotFound."""
    found = db.session.get(LedgerTransaction, transaction_id)
    if found is None:
        raise NotFound(_l("没有这笔账。"))
    require_scope(actor, found.division_code)
    return found


def list_for_reference(table: str, reference_id: uuid.UUID) -> Sequence[LedgerTransaction]:
    """The transactions of a record, oldest first."""
    return db.session.scalars(
        sa.select(LedgerTransaction)
        .where(LedgerTransaction.reference_table == table, LedgerTransaction.reference_id == reference_id)
        .order_by(LedgerTransaction.recorded_at, LedgerTransaction.id)
    ).all()


# -- reading the books ----------------------------------------------------------------------------


@dataclass(frozen=True)
class AccountRow:
    """A line of the trial balance, or of an account's sub-ledgers. Amounts in fen."""

    account: Account
    sub_account: str
    name: Any
    debit_fen: int
    credit_fen: int

    @property
    def balance_fen(self) -> int:
        """Positive on the side where the account grows."""
        return rules.balance(self.account, self.debit_fen, self.credit_fen)


_SUMS = (
    sa.cast(sa.func.coalesce(sa.func.sum(LedgerEntry.debit_fen), 0), sa.BigInteger),
    sa.cast(sa.func.coalesce(sa.func.sum(LedgerEntry.credit_fen), 0), sa.BigInteger),
)


def trial_balance(scope_code: str, until: date | None = None) -> list[AccountRow]:
    """Turnover and balance of every account of the chart (general ledger), up to the end of a day."""
    query = sa.select(LedgerEntry.account, *_SUMS).where(in_scope(LedgerEntry.division_code, scope_code))
    if until is not None:
        query = query.where(LedgerEntry.day <= until)
    sums = {account: (int(d), int(c)) for account, d, c in db.session.execute(query.group_by(LedgerEntry.account))}
    return [AccountRow(a, "", a.label, *sums.get(a, (0, 0))) for a in rules.CHART]


def sub_ledgers(account: Account, scope_code: str) -> sa.Select[Any]:
    """Query: an account's sub-ledgers as rows (sub_account, sub_name, debit_fen, credit_fen), busiest first."""
    debit, credit = _SUMS[0].label("debit_fen"), _SUMS[1].label("credit_fen")
    return (
        sa.select(LedgerEntry.sub_account, sa.func.max(LedgerEntry.sub_name).label("sub_name"), debit, credit)
        .where(LedgerEntry.account == account, in_scope(LedgerEntry.division_code, scope_code))
        .group_by(LedgerEntry.sub_account)
        .order_by((debit + credit).desc(), LedgerEntry.sub_account)
    )


def account_entries(account: Account, scope_code: str, sub_account: str = "") -> sa.Select[Any]:
    """Query: an account's detail ledger as rows (entry, transaction), newest first."""
    query = (
        sa.select(LedgerEntry, LedgerTransaction)
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(LedgerEntry.account == account, in_scope(LedgerEntry.division_code, scope_code))
        .order_by(LedgerEntry.recorded_at.desc(), LedgerEntry.id.desc())
    )
    return query.where(LedgerEntry.sub_account == sub_account) if sub_account else query


def _turnover() -> sa.Select[Any]:
    day, entry = sa.bindparam("day", type_=sa.Date), LedgerEntry.__table__.c
    parts = (
        sa.case((entry.day < day, entry.debit_fen - entry.credit_fen), else_=0),
        sa.case((entry.day == day, entry.debit_fen), else_=0),
        sa.case((entry.day == day, entry.credit_fen), else_=0),
    )
    return sa.select(*(sa.func.coalesce(sa.func.sum(part), 0) for part in parts)).where(
        entry.account == sa.bindparam("account"), entry.sub_account == sa.bindparam("sub_account"), entry.day <= day
    )


_TURNOVER = _turnover()


def turnover(account: Account, sub_account: str, day: date) -> tuple[int, int, int]:
    """A sub-ledger on a day: debits less credits of all days before, then that day's debits and credits; in fen."""
    hot.write(LedgerTransaction, LedgerEntry)
    found = hot.run(_TURNOVER, {"account": account, "sub_account": sub_account, "day": day})
    before, came, went = found.one()
    return int(before), int(came), int(went)
