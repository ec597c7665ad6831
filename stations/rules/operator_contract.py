"""The rules of the operator's contract: contract years, instalments, what is expected by now, jobs.

Pure functions; days and sums (fen) come in.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.money import share_fen, times
from stations.errors import NotPayable
from stations.models.operator_contract import PRIORITY_GROUPS, JobGroup, OperatorInstalmentStatus

LONGEST_YEARS = 5


@dataclass(frozen=True)
class TemplateDuty:
    """A duty as the template has it: so much in a contract year."""

    key: str
    label: str
    unit: str
    target: Decimal
    hint: str = ""


@dataclass(frozen=True)
class TemplateInstalment:
    """A part of the yearly fee: after so many months, so many percent, from that score on."""

    title: str
    months: int
    share: int
    required_score: int


@dataclass(frozen=True)
class OperatorTemplate:
    """What a contract is to ask of the operator; holds from a day until the day before ``valid_to``."""

    key: str
    title: str
    valid_from: date
    document: str
    annual_fee_fen: int
    jobs_target: int
    duties: tuple[TemplateDuty, ...]
    instalments: tuple[TemplateInstalment, ...]
    valid_to: date | None = None


@dataclass(frozen=True)
class Due:
    """An instalment of a contract, as it is planned when the contract is recorded."""

    title: str
    due_on: date
    amount_fen: int
    required_score: int


@dataclass(frozen=True)
class DutyProgress:
    """A duty in a contract year: wanted, done so far, and the share of the time that has passed."""

    label: str
    unit: str
    target: Decimal
    done: Decimal
    elapsed_days: int
    all_days: int

    @property
    def expected(self) -> Decimal:
        """What should be done by now, in proportion to the time; one decimal, for showing."""
        return (self.target * self.elapsed_days / self.all_days).quantize(Decimal("0.1"))

    @property
    def is_behind(self) -> bool:
        """Whether less is done than the time that passed asks for; compared exactly."""
        return Fraction(self.done) * self.all_days < Fraction(self.target) * self.elapsed_days


class Job(Protocol):
    """What the rules need to know of a job."""

    @property
    def group(self) -> JobGroup: ...  # noqa: D102
    @property
    def from_day(self) -> date: ...  # noqa: D102
    @property
    def to_day(self) -> date | None: ...  # noqa: D102


# -- the term --------------------------------------------------------------------------------------


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the month's last day where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def contract_years(starts_on: date, ends_on: date) -> list[tuple[date, date]]:
    """(first day, last day) of each contract year; the last one may be shorter."""
    years, n = [], 0
    while (first := add_months(starts_on, 12 * n)) <= ends_on:
        years.append((first, min(add_months(starts_on, 12 * (n + 1)) - timedelta(days=1), ends_on)))
        n += 1
    return years


def year_of(starts_on: date, ends_on: date, day: date) -> tuple[date, date]:
    """The contract year in which a day lies; the first before the contract begins, the last after its end."""
    years = contract_years(starts_on, ends_on)
    return next(((first, last) for first, last in years if first <= day <= last), years[0 if day < starts_on else -1])


def check_term(starts_on: date, ends_on: date) -> None:
    """Raise InvalidInput at ``ends_on`` for a term that ends before it begins, or is longer than five years."""
    if ends_on <= starts_on:
        raise InvalidInput(_l("到期日要晚于开始日 %(day)s。", day=starts_on.isoformat()), field="ends_on")
    if ends_on >= add_months(starts_on, 12 * LONGEST_YEARS):
        raise InvalidInput(_l("合同期最长 %(years)s 年。", years=LONGEST_YEARS), field="ends_on")


# -- the fee ---------------------------------------------------------------------------------------


def plan_instalments(
    starts_on: date, ends_on: date, annual_fee_fen: int, parts: Sequence[TemplateInstalment]
) -> list[Due]:
    """The instalments of the whole term; a year's parts sum to its fee, a shorter last year is paid by days."""
    dues = []
    for n, (first, last) in enumerate(contract_years(starts_on, ends_on), 1):
        whole = (add_months(first, 12) - first).days
        days = (last - first).days + 1
        fee = annual_fee_fen if days == whole else times(annual_fee_fen, Decimal(days) / whole)
        for part, amount in zip(parts, share_fen(fee, [p.share for p in parts]), strict=True):
            due_on = min(add_months(first, part.months) - timedelta(days=1), last)
            dues.append(Due(f"第 {n} 年{part.title}", due_on, amount, part.required_score))
    return dues


def check_assessment(score: int, assessed_on: date, due_on: date) -> None:
    """Raise InvalidInput for a score outside 0-100, or an assessment before the period is over."""
    if not 0 <= score <= 100:
        raise InvalidInput(_l("得分请写 0 到 100 的整数。"), field="score")
    if assessed_on <= due_on:
        words = _l("这一期到 %(day)s 才结束，之后才能考核。", day=due_on.isoformat())
        raise InvalidInput(words, field="assessed_on")


def status_after_assessment(score: int, required: int) -> OperatorInstalmentStatus:
    """Reached the contract's score, or not."""
    return OperatorInstalmentStatus.ASSESSED if score >= required else OperatorInstalmentStatus.BELOW


def check_fee_payable(status: OperatorInstalmentStatus, score: int | None, required: int) -> None:
    """Raise NotPayable unless the assessment reached the contract's score."""
    if status is OperatorInstalmentStatus.PLANNED:
        raise NotPayable(_l("这一期还没有考核，考核达标后才能支付。"))
    if status is not OperatorInstalmentStatus.ASSESSED:
        words = _l("考核得分 %(score)s，没有达到合同要求的 %(required)s 分，不能支付。", score=score, required=required)
        raise NotPayable(words)


# -- duties and jobs -------------------------------------------------------------------------------


def duty_progress(
    label: str, unit: str, target: Decimal, amounts: Iterable[Decimal], year: tuple[date, date], today: date
) -> DutyProgress:
    """Where a duty stands in a contract year; today counts as passed."""
    first, last = year
    all_days = (last - first).days + 1
    elapsed = min(max((today - first).days + 1, 0), all_days)
    return DutyProgress(label, unit, target, sum(amounts, Decimal(0)), elapsed, all_days)


def held_on(jobs: Iterable[Job], day: date) -> tuple[int, int]:
    """(jobs held on a day, those of them in a priority group)."""
    held = [job for job in jobs if job.from_day <= day and (job.to_day is None or job.to_day >= day)]
    return len(held), sum(1 for job in held if job.group in PRIORITY_GROUPS)


def masked(name: str) -> str:
    """``冉桂芳`` → ``冉**``: how a person's name stands in a list."""
    return name[:1] + "*" * max(1, len(name) - 1)
