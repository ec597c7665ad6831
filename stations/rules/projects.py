"""The rules of a construction project, as pure functions: what is known comes in, nothing is looked up."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from stdnum.cn import uscc

from app.core.errors import InvalidInput
from app.core.money import format_fen, times
from stations.errors import NotFunded
from stations.models import BudgetCategory, ProjectStatus, StationStatus
from stations.rules import negative_list

MOST_LINES = 100
# For which stations a project may be applied for: planned ones, and those whose earlier project was given up.
OPEN_FOR = frozenset({StationStatus.PLANNED, StationStatus.SITE_APPROVED, StationStatus.UNDER_CONSTRUCTION})
SCORABLE = frozenset({ProjectStatus.APPLIED, ProjectStatus.SCORED})
REFUSABLE = SCORABLE
WITHDRAWABLE = SCORABLE | {ProjectStatus.APPROVED, ProjectStatus.BUILDING}
# From the approval until the acceptance contracts are signed and things are bought.
BUYING = frozenset({ProjectStatus.APPROVED, ProjectStatus.BUILDING, ProjectStatus.COMPLETED})
ACCEPTABLE = frozenset({ProjectStatus.BUILDING, ProjectStatus.COMPLETED})


@dataclass(frozen=True)
class BudgetLine:
    """A line of a budget as it is asked for; the price in fen for one unit."""

    category: BudgetCategory
    name: str
    model: str
    quantity: Decimal
    unit: str
    unit_price_fen: int

    @property
    def amount_fen(self) -> int:
        """Quantity times price, rounded half up to whole fen."""
        return times(self.unit_price_fen, self.quantity)


@dataclass(frozen=True)
class InvoicedThing:
    """A line of an invoice: what it is called there, how many, and which line of the equipment list that is."""

    name: str
    quantity: Decimal
    equipment_id: uuid.UUID | None = None


def check_budget(lines: Sequence[BudgetLine], day: date) -> None:
    """Raise InvalidInput at ``lines`` for an empty or endless budget or a line without a sum, NotFunded for a line
    that the negative list of the day names.
    """
    if not lines:
        raise InvalidInput(_l("请至少写一行预算。"), field="lines")
    if len(lines) > MOST_LINES:
        raise InvalidInput(_l("预算最多 %(most)s 行。", most=MOST_LINES), field="lines")
    for n, line in enumerate(lines, 1):
        if line.quantity <= 0 or line.unit_price_fen <= 0:
            raise InvalidInput(_l("第 %(n)s 行“%(name)s”：数量和单价都要大于 0。", n=n, name=line.name), field="lines")
        try:
            check_funded(f"{line.name} {line.model}", day, "lines")
        except NotFunded as error:
            words = _l("第 %(n)s 行“%(name)s”：%(why)s", n=n, name=line.name, why=error.message)
            raise NotFunded(words, field="lines") from None


def check_funded(text: str, day: date, field: str) -> None:
    """Raise NotFunded at the field, naming word and source, when the negative list of the day has a word of the text."""
    found = negative_list.hits(text, day)
    if found:
        hit = found[0]
        raise NotFunded(
            _l(
                "“%(word)s”属于“%(category)s”，不能用补助资金（%(source)s）。",
                word=hit.word,
                category=hit.category,
                source=hit.source,
            ),
            field=field,
        )


def sums(lines: Iterable[BudgetLine]) -> dict[BudgetCategory, int]:
    """What the lines come to, in fen, by category; every category is there."""
    totals = dict.fromkeys(BudgetCategory, 0)
    for line in lines:
        totals[line.category] += line.amount_fen
    return totals


def check_approval(approved: Mapping[BudgetCategory, int], asked: Mapping[BudgetCategory, int]) -> None:
    """Raise InvalidInput at the category's field when more is approved than was asked for, or nothing at all (fen)."""
    for category, fen in approved.items():
        if not 0 <= fen <= asked[category]:
            words = _l("%(what)s最多批 %(most)s（申请数）。", what=category.label, most=format_fen(asked[category]))
            raise InvalidInput(words, field=category.value)
    if not sum(approved.values()):
        raise InvalidInput(_l("批复金额要大于 0。不批的话请用“不予批准”。"), field=BudgetCategory.EQUIPMENT.value)


def check_under_contract(amount_fen: int, already_fen: int, contract_fen: int) -> None:
    """Raise InvalidInput at ``amount`` when an invoice, with those before it, exceeds its contract (all fen)."""
    if already_fen + amount_fen > contract_fen:
        left = format_fen(max(0, contract_fen - already_fen))
        words = _l("超出合同金额：合同 %(sum)s，还可以开 %(left)s。", sum=format_fen(contract_fen), left=left)
        raise InvalidInput(words, field="amount")


def check_credit_code(number: str, field: str) -> str:
    """A unified social credit code (GB 32100) in its plain form; empty stays empty. Raises InvalidInput."""
    plain = uscc.compact(number).upper()
    if plain and not uscc.is_valid(plain):
        raise InvalidInput(_l("统一社会信用代码是 18 位，这个号码的校验不对，请照营业执照再核对一遍。"), field=field)
    return plain
