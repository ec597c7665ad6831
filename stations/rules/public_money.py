"""The indicators of public money, B1-B7 of the county's list, over plain rows.

Each has its numerator, its denominator and the records behind it. Marks and share rules are data and come in. Sums are
in fen; comparisons are made on whole numbers, never on rounded percentages.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

from stations.models.fund import EntryKind, SpendingCategory
from stations.rules import fund as account

SPENT = (EntryKind.PAID, EntryKind.CLAWED_BACK)


@dataclass(frozen=True)
class ShareRule:
    """What part of the money must (at least) or may (at most) go to a category."""

    key: str
    title: str
    category: SpendingCategory
    limit: Literal["at_least", "at_most"]
    percent: int
    base: Literal["paid", "planned"]
    document: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class Mark:
    """From which percentage on an indicator is reached."""

    indicator: str
    percent: int
    document: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class FundFacts:
    """A fund as the indicators see it."""

    planned_fen: int
    due_on: date
    entries: Sequence[account.Movement]


@dataclass(frozen=True)
class Grant:
    """A subsidy that was not cancelled: what was granted, and what others put in beside it."""

    id: uuid.UUID
    approved_fen: int
    own_fen: int


@dataclass(frozen=True)
class Paid:
    """A payment that holds, with what decides whether it came too early or for a forbidden purpose.

    ``accepted_on`` None: not accepted (any more). ``may_be_early``: the standard allows it before acceptance.
    ``clauses``: those of the negative list that its purpose hits.
    """

    id: uuid.UUID
    day: date
    is_subsidy: bool
    accepted_on: date | None = None
    may_be_early: bool = False
    clauses: tuple[str, ...] = ()

    @property
    def is_early(self) -> bool:
        """Whether a subsidy was paid before its station was accepted, without leave."""
        if not self.is_subsidy or self.may_be_early:
            return False
        return self.accepted_on is None or self.day < self.accepted_on


@dataclass(frozen=True)
class Indicator:
    """One figure with its fraction. ``good`` None: nothing to judge, or not due yet."""

    key: str
    label: Any
    numerator: int
    denominator: int
    is_money: bool
    good: bool | None
    wanted: Any
    document: str
    records: tuple[uuid.UUID, ...]
    register: Literal["entries", "subsidies"] = "entries"


def holding(rules: Iterable[Any], day: date) -> list[Any]:
    """The rules (shares or marks) that hold on a day."""
    return [rule for rule in rules if rule.valid_from <= day and (rule.valid_to is None or day < rule.valid_to)]


def mark_for(marks: Iterable[Mark], indicator: str, day: date) -> Mark | None:
    """The mark of an indicator on a day: the newest; None without one."""
    fitting = [mark for mark in holding(marks, day) if mark.indicator == indicator]
    return max(fitting, key=lambda mark: mark.valid_from, default=None)


def reaches(numerator: int, denominator: int, percent: int) -> bool:
    """Whether numerator ÷ denominator is at least so many percent, exactly. Nothing of nothing reaches nothing."""
    return denominator > 0 and numerator * 100 >= percent * denominator


def obeys(rule: ShareRule, numerator: int, denominator: int) -> bool | None:
    """Whether a share keeps the rule, exactly; None while there is nothing to take a share of."""
    if denominator <= 0:
        return None
    part, whole = numerator * 100, rule.percent * denominator
    return part >= whole if rule.limit == "at_least" else part <= whole


def arrival_rate(fund: FundFacts, marks: Iterable[Mark], today: date) -> Indicator:
    """B1: arrived ÷ planned. Short of the mark is wrong only after the day it was due."""
    found = _of_kind(fund, EntryKind.ARRIVED)
    return _rate("B1", _l("资金到位率"), _sum(found), fund.planned_fen, marks, today, found, due=fund.due_on)


def timeliness(fund: FundFacts, marks: Iterable[Mark], today: date) -> Indicator:
    """B2: arrived by the day it was due ÷ planned."""
    found = [entry for entry in _of_kind(fund, EntryKind.ARRIVED) if entry.day <= fund.due_on]
    return _rate("B2", _l("资金到位及时率"), _sum(found), fund.planned_fen, marks, today, found, due=fund.due_on)


def disbursement_rate(fund: FundFacts, marks: Iterable[Mark], today: date) -> Indicator:
    """B3: paid, claw-backs taken off, ÷ arrived."""
    found = _of_kind(fund, *SPENT)
    arrived = account.total(fund.entries, EntryKind.ARRIVED)
    return _rate("B3", _l("资金支付率"), account.net_paid(fund.entries), arrived, marks, today, found)


def shares(fund: FundFacts, rules: Iterable[ShareRule], today: date) -> list[Indicator]:
    """B4: each share rule that holds, with spent on the category ÷ its base."""
    spent = account.net_paid(fund.entries)
    return [_share(rule, fund, spent if rule.base == "paid" else fund.planned_fen) for rule in holding(rules, today)]


def _share(rule: ShareRule, fund: FundFacts, base_fen: int) -> Indicator:
    part = account.net_paid(fund.entries, rule.category)
    found = [entry for entry in _of_kind(fund, *SPENT) if entry.category is rule.category]
    sign = "≥" if rule.limit == "at_least" else "≤"
    label = _l("用于“%(what)s”的比例", what=rule.category.label)
    wanted = f"{sign} {rule.percent} %"
    good = obeys(rule, part, base_fen)
    return Indicator(f"B4-{rule.key}", label, part, base_fen, True, good, wanted, rule.document, _ids(found))


def levered(grants: Sequence[Grant]) -> Indicator:
    """B5: own and social money ÷ granted subsidy."""
    own, granted = sum(g.own_fen for g in grants), sum(g.approved_fen for g in grants)
    with_own = tuple(g.id for g in grants if g.own_fen)
    return Indicator("B5", _l("带动自筹和社会资金"), own, granted, True, None, "", "", with_own, "subsidies")


def forbidden(payments: Sequence[Paid]) -> Indicator:
    """B6: payments whose purpose is on the negative list; must be none."""
    hit = tuple(p.id for p in payments if p.clauses)
    return Indicator("B6", _l("触碰负面清单"), len(hit), len(payments), False, not hit, "= 0", "", hit)


def paid_early(payments: Sequence[Paid]) -> Indicator:
    """B7: subsidies paid before acceptance without the standard's leave; must be none."""
    asked = [p for p in payments if p.is_subsidy]
    early = tuple(p.id for p in asked if p.is_early)
    return Indicator("B7", _l("验收前支付"), len(early), len(asked), False, not early, "= 0", "", early)


def _rate(
    key: str,
    label: Any,
    part: int,
    whole: int,
    marks: Iterable[Mark],
    today: date,
    found: Sequence[account.Movement],
    due: date | None = None,
) -> Indicator:
    mark = mark_for(marks, key, today)
    good = None if mark is None or whole <= 0 else reaches(part, whole, mark.percent)
    if good is False and due is not None and today <= due:
        good = None
    wanted = f"≥ {mark.percent} %" if mark else ""
    return Indicator(key, label, part, whole, True, good, wanted, mark.document if mark else "", _ids(found))


def _of_kind(fund: FundFacts, *kinds: EntryKind) -> list[account.Movement]:
    return [entry for entry in account.effective(fund.entries) if entry.kind in kinds]


def _sum(entries: Sequence[account.Movement]) -> int:
    return sum(entry.amount_fen for entry in entries)


def _ids(entries: Sequence[account.Movement]) -> tuple[uuid.UUID, ...]:
    return tuple(entry.id for entry in entries)
