"""The rules of an earmarked fund's account, as pure functions over its entries. All sums are in fen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate
from typing import Protocol, TypeVar

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.money import format_fen
from stations.errors import NotEnoughMoney
from stations.models.fund import EntryKind, SpendingCategory

INCOMING = frozenset({EntryKind.ARRIVED, EntryKind.CLAWED_BACK})
OUTGOING = frozenset({EntryKind.PAID, EntryKind.RETURNED})


class Movement(Protocol):
    """What the rules need to know of an entry; ``amount_fen`` carries the sign."""

    @property
    def id(self) -> uuid.UUID: ...  # noqa: D102
    @property
    def day(self) -> date: ...  # noqa: D102
    @property
    def kind(self) -> EntryKind: ...  # noqa: D102
    @property
    def amount_fen(self) -> int: ...  # noqa: D102
    @property
    def category(self) -> SpendingCategory | None: ...  # noqa: D102
    @property
    def reverses_id(self) -> uuid.UUID | None: ...  # noqa: D102


M = TypeVar("M", bound=Movement)


def signed(kind: EntryKind, amount_fen: int) -> int:
    """A positive sum with the sign that its kind has in the account. Raises ValueError for a reversal."""
    if kind not in INCOMING | OUTGOING:
        raise ValueError(kind)
    return amount_fen if kind in INCOMING else -amount_fen


def effective(entries: Iterable[M]) -> list[M]:
    """The entries that count: without reversals and without what they took back."""
    known = list(entries)
    reversed_ids = {entry.reverses_id for entry in known}
    return [entry for entry in known if entry.reverses_id is None and entry.id not in reversed_ids]


def balance_fen(entries: Iterable[Movement]) -> int:
    """The balance is the sum of the entries, reversed ones and reversals included."""
    return sum(entry.amount_fen for entry in entries)


def lowest_from(entries: Iterable[Movement], day: date | None = None) -> int:
    """The lowest balance at the end of a day, from ``day`` on (from the first entry on without one).

    Counted over the entries that hold: a wrong one and its reversal cancel out on all days.
    """
    ordered = sorted(effective(entries), key=lambda entry: entry.day)
    running = list(zip(ordered, accumulate(entry.amount_fen for entry in ordered), strict=True))
    first = day or date.min
    before = [total for entry, total in running if entry.day <= first]
    ends = {entry.day: total for entry, total in running if entry.day > first}  # the last of a day stands
    starting = [before[-1] if before else 0] if day else []
    return min([*starting, *ends.values()], default=0)


def check_covered(entries: Iterable[Movement], day: date, amount_fen: int, field: str | None = None) -> None:
    """Raise NotEnoughMoney unless the fund holds the sum on that day and never falls below 0 after it."""
    left = lowest_from(entries, day)
    if amount_fen > left:
        words = _l(
            "专项资金余额不够：%(day)s 可用 %(left)s，要用 %(amount)s。",
            day=day.isoformat(),
            left=format_fen(max(0, left)),
            amount=format_fen(amount_fen),
        )
        raise NotEnoughMoney(words, field=field)


def check_positive(amount_fen: int, field: str = "amount") -> None:
    """Raise InvalidInput for a sum of 0 or less."""
    if amount_fen <= 0:
        raise InvalidInput(_l("金额要大于 0。"), field=field)


def check_may_reverse(entry: Movement, reversed_already: bool) -> None:
    """Raise InvalidInput for a reversal, or for what was reversed before."""
    if entry.kind is EntryKind.REVERSAL:
        raise InvalidInput(_l("冲正记录不能再冲正。请按正确的内容重新登记一笔。"))
    if reversed_already:
        raise InvalidInput(_l("这一笔已经冲正过了。"))


def total(entries: Iterable[Movement], *kinds: EntryKind, category: SpendingCategory | None = None) -> int:
    """What the effective entries of some kinds (and of a category) come to, as a positive sum."""
    found = (e for e in effective(entries) if e.kind in kinds and category in (None, e.category))
    return sum(abs(entry.amount_fen) for entry in found)


def net_paid(entries: Iterable[Movement], category: SpendingCategory | None = None) -> int:
    """What was paid, what was clawed back taken off; of one category when one is given."""
    known = list(entries)
    paid = total(known, EntryKind.PAID, category=category)
    return paid - total(known, EntryKind.CLAWED_BACK, category=category)


def by_month(entries: Iterable[Movement]) -> list[tuple[str, int, int, int]]:
    """(month, arrived, paid net of claw-backs, balance at its end), oldest first; empty months left out."""
    rows: dict[str, list[int]] = {}
    for entry in sorted(effective(entries), key=lambda e: e.day):
        sums = rows.setdefault(f"{entry.day:%Y-%m}", [0, 0, 0])
        sums[0] += entry.amount_fen if entry.kind is EntryKind.ARRIVED else 0
        sums[1] -= entry.amount_fen if entry.kind in (EntryKind.PAID, EntryKind.CLAWED_BACK) else 0
        sums[2] += entry.amount_fen
    balances = accumulate(sums[2] for sums in rows.values())
    return [(month, sums[0], sums[1], left) for (month, sums), left in zip(rows.items(), balances, strict=True)]


def problems_of(entries: Sequence[Movement]) -> list[str]:
    """What is wrong within an account: signs, reversals, a balance below 0 on some day."""
    found = [f"{entry.day} 的{_words(entry)}金额的正负不对" for entry in entries if not _sign_fits(entry)]
    known = {entry.id: entry for entry in entries}
    seen: set[uuid.UUID] = set()
    for entry in entries:
        if entry.reverses_id is not None:
            found += _reversal_problems(entry, known.get(entry.reverses_id), entry.reverses_id in seen)
            seen.add(entry.reverses_id)
    if (lowest := lowest_from(entries)) < 0:
        found.append(f"余额最低到过 {format_fen(lowest)}")
    return found


def _sign_fits(entry: Movement) -> bool:
    if entry.kind is EntryKind.REVERSAL:
        return entry.reverses_id is not None
    return entry.reverses_id is None and entry.amount_fen == signed(entry.kind, abs(entry.amount_fen)) != 0


def _reversal_problems(entry: Movement, target: Movement | None, twice: bool) -> list[str]:
    if target is None:
        return [f"{entry.day} 的冲正找不到原来的记录"]
    found = [f"{target.day} 的{_words(target)}被冲正了两次"] if twice else []
    if target.kind is EntryKind.REVERSAL:
        found.append(f"{entry.day} 的冲正冲的是另一笔冲正")
    if entry.amount_fen != -target.amount_fen:
        found.append(f"{entry.day} 的冲正和原来的金额不等")
    return found


def _words(entry: Movement) -> str:
    return f"“{entry.kind.label}”{format_fen(abs(entry.amount_fen))}"
