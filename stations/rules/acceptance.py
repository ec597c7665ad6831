"""The rules of an acceptance, as pure functions: what is known comes in, nothing is looked up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.money import format_fen
from app.core.scope import covers
from stations.errors import AcceptanceIncomplete
from stations.models import Level
from stations.models.acceptance import AcceptanceStatus, Decision, Evidence, ItemResult
from stations.models.finding import FindingStatus
from stations.models.subject import Subject

_INVOICE_NUMBER = re.compile(r"\d{8}|\d{20}", re.ASCII)
_INVOICE_CODE = re.compile(r"\d{10}|\d{12}", re.ASCII)
MOST_PAGES = 9_999
_NAMED = 6  # how many missing things a message names before it only counts them

# Who may touch what in which status.
EDITABLE = frozenset({AcceptanceStatus.DRAFT, AcceptanceStatus.RECTIFICATION})
INSPECTABLE = frozenset({AcceptanceStatus.SUBMITTED, AcceptanceStatus.RECTIFICATION})
DECIDABLE = frozenset({AcceptanceStatus.INSPECTED, AcceptanceStatus.RECTIFICATION})
WAIVABLE = frozenset(AcceptanceStatus) - {AcceptanceStatus.PASSED, AcceptanceStatus.REFUSED}


@dataclass(frozen=True)
class TemplateItem:
    """One line of a checklist: ``sign`` are words that must stand on the wall, ``points`` the highest score."""

    key: str
    label: str
    evidence: Evidence
    source: str
    hint: str = ""
    required: bool = True
    amount: bool = False
    payment: bool = False
    sign: str = ""
    points: int | None = None

    def __post_init__(self) -> None:
        """Points, where there are any, are worth giving. Raises ValueError."""
        if self.points is not None and self.points < 1:
            raise ValueError(f"item {self.key} has {self.points} points")


@dataclass(frozen=True)
class Template:
    """A checklist for one subject; holds from a day until the day before ``valid_to``.

    ``pass_mark`` is the least score that passes, in percent of the points.
    """

    key: str
    subject: Subject
    title: str
    valid_from: date
    basis: tuple[str, ...]
    items: tuple[TemplateItem, ...]
    valid_to: date | None = None
    pass_mark: int | None = None

    def __post_init__(self) -> None:
        """Every item once, and a pass mark only over points. Raises ValueError."""
        if len({item.key for item in self.items}) != len(self.items):
            raise ValueError(f"checklist {self.key} has an item key twice")
        scored = any(item.points for item in self.items)
        if self.pass_mark is not None and not (scored and 0 < self.pass_mark <= 100):
            raise ValueError(f"checklist {self.key} can't have a pass mark of {self.pass_mark}")


class Item(Protocol):
    """What the rules need to know of a checklist item."""

    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def required(self) -> bool: ...  # noqa: D102
    @property
    def evidence(self) -> Evidence: ...  # noqa: D102
    @property
    def result(self) -> ItemResult | None: ...  # noqa: D102
    @property
    def is_waived(self) -> bool: ...  # noqa: D102
    @property
    def has_evidence(self) -> bool: ...  # noqa: D102


class Problem(Protocol):
    """What the rules need to know of a finding."""

    @property
    def status(self) -> FindingStatus: ...  # noqa: D102


def template_for(templates: Iterable[Template], subject: Subject | None, day: date) -> Template | None:
    """The checklist that holds for a subject on a day, or None."""
    holding = [
        t
        for t in templates
        if t.subject is subject and t.valid_from <= day and (t.valid_to is None or day < t.valid_to)
    ]
    return max(holding, key=lambda t: t.valid_from, default=None)


# -- completeness --------------------------------------------------------------------------------


def settled(item: Item) -> bool:
    """Whether an item stands in the way of nothing: judged 合格, or waived."""
    return item.is_waived or item.result is ItemResult.QUALIFIED


def blocking(items: Iterable[Item]) -> list[str]:
    """The labels of required items that are neither 合格 nor waived."""
    return [item.label for item in items if item.required and not settled(item)]


def check_may_submit(items: Iterable[Item]) -> None:
    """Raise AcceptanceIncomplete unless every required file and answer is there.

    Photos may still be taken by the inspector on site, so they are not asked for here.
    """
    gaps = [
        item.label
        for item in items
        if item.required and not item.is_waived and item.evidence is not Evidence.PHOTO and not item.has_evidence
    ]
    if gaps:
        raise AcceptanceIncomplete(
            _l("还缺 %(count)s 项必备资料：%(names)s。补齐后再报送。", count=len(gaps), names=_naming(gaps))
        )


def check_may_close_inspection(items: Iterable[Item]) -> None:
    """Raise AcceptanceIncomplete while a required item was not looked at."""
    left = [item.label for item in items if item.required and not item.is_waived and item.result is None]
    if left:
        raise AcceptanceIncomplete(_l("还有 %(count)s 项没有查验：%(names)s。", count=len(left), names=_naming(left)))


def check_decision(decision: Decision, items: Iterable[Item], findings: Sequence[Problem]) -> None:
    """A decision must follow from what was found.

    Raises AcceptanceIncomplete at ``decision``: passing needs every required item 合格 or waived and every finding
    closed (DOSSIERS.md 6); rectification needs something to rectify.
    """
    unfinished = [finding for finding in findings if finding.status is not FindingStatus.CLOSED]
    if decision is Decision.RECTIFICATION and not unfinished:
        raise AcceptanceIncomplete(
            _l("没有待整改的问题。要限期整改，请验收人员先记下问题、责任人和期限。"), field="decision"
        )
    if decision is not Decision.PASSED:
        return
    missing = blocking(items)
    if missing:
        words = _l("不能通过：还有 %(count)s 项必备资料不合格：%(names)s。", count=len(missing), names=_naming(missing))
        raise AcceptanceIncomplete(words, field="decision")
    if unfinished:
        words = _l("不能通过：还有 %(count)s 个问题没有销号。", count=len(unfinished))
        raise AcceptanceIncomplete(words, field="decision")


def _naming(labels: Sequence[str]) -> str:
    named = "、".join(labels[:_NAMED])
    return f"{named}……" if len(labels) > _NAMED else named


# -- dates, money, parties -----------------------------------------------------------------------


def check_not_future(day: date | None, today: date, field: str) -> None:
    """Raise InvalidInput for a date after today."""
    if day is not None and day > today:
        raise InvalidInput(_l("日期不能在今天（%(today)s）之后。", today=today.isoformat()), field=field)


def check_page_count(pages: int | None) -> None:
    """Raise InvalidInput at ``page_count`` for a number of pages that no paper has."""
    if pages is not None and not 1 <= pages <= MOST_PAGES:
        raise InvalidInput(_l("页数写 1 到 %(most)s 之间的整数。", most=MOST_PAGES), field="page_count")


def check_order(earlier: date | None, later: date, field: str) -> None:
    """Raise InvalidInput when something is dated before what it follows."""
    if earlier is not None and later < earlier:
        raise InvalidInput(_l("日期不能早于 %(day)s。", day=earlier.isoformat()), field=field)


def check_deadline(deadline: date, today: date) -> None:
    """Raise InvalidInput for a deadline that has passed already."""
    if deadline < today:
        raise InvalidInput(_l("期限要在今天（%(today)s）或以后。", today=today.isoformat()), field="deadline")


def check_within(amount_fen: int, already_fen: int, approved_fen: int, field: str = "amount") -> None:
    """Raise InvalidInput when a sum, with what is booked already (both fen), exceeds the approved budget."""
    if already_fen + amount_fen > approved_fen:
        left = format_fen(max(0, approved_fen - already_fen))
        words = _l("超出批复金额：批复 %(approved)s，还可以记 %(left)s。", approved=format_fen(approved_fen), left=left)
        raise InvalidInput(words, field=field)


def check_payee(payee_code: str, payee_level: Level | None, station_code: str) -> None:
    """Subsidies are paid to the township government of the station's own township (county plan); else InvalidInput."""
    if payee_level is not Level.TOWNSHIP:
        raise InvalidInput(_l("收款单位只能是乡镇人民政府（街道办事处）。"), field="payee_code")
    if not covers(payee_code, station_code):
        raise InvalidInput(_l("收款单位要是站点所在的乡镇。"), field="payee_code")


def check_invoice(number: str, code: str, amount_fen: int, tax_fen: int) -> None:
    """An invoice as the tax office numbers it, its tax below its sum (both fen).

    Eight-digit numbers go with a code of 10 or 12 digits; fully digital invoices (数电票) have 20 digits and no code.
    Raises InvalidInput at the field.
    """
    if not _INVOICE_NUMBER.fullmatch(number):
        raise InvalidInput(_l("发票号码是 8 位数字；数电票是 20 位数字。"), field="number")
    if len(number) == 20 and code:
        raise InvalidInput(_l("20 位号码的数电票没有发票代码，这里请空着。"), field="code")
    if len(number) == 8 and not _INVOICE_CODE.fullmatch(code):
        raise InvalidInput(_l("发票代码是 10 位或 12 位数字，印在发票左上角。"), field="code")
    if amount_fen <= 0:
        raise InvalidInput(_l("价税合计要大于 0。"), field="amount")
    if not 0 <= tax_fen < amount_fen:
        raise InvalidInput(_l("税额要小于价税合计 %(amount)s。", amount=format_fen(amount_fen)), field="tax")
