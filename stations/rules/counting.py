"""Asset numbers and the three-way count: list = invoices = labels on site (county plan; DB33/T 982)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.ids import human_code
from stations.models import CountResult

MOST_PIECES = 500


def asset_number(station_code: str, serial: int) -> str:
    """The number on a label: the station's code without its check digit, four digits, a check digit.

    ``asset_number("421010016", 7)`` → ``"421010010007" + check digit``; the serial counts from 1.
    """
    return human_code(f"{station_code[:-1]}{serial:04d}")


def pieces(quantity: Decimal) -> int:
    """How many labels a quantity gets: one for each piece; one for all of what is measured (12.5 metres of cable).

    Raises InvalidInput at ``quantity`` for none, or for more pieces than anybody labels.
    """
    if quantity <= 0:
        raise InvalidInput(_l("数量要大于 0。"), field="quantity")
    if quantity != quantity.to_integral_value():
        return 1
    if quantity > MOST_PIECES:
        raise InvalidInput(_l("一行最多 %(most)s 件，请分成几行登记。", most=MOST_PIECES), field="quantity")
    return int(quantity)


@dataclass(frozen=True)
class Listed:
    """A line of the equipment list as the count needs it; ``results`` are the last counts of its labels."""

    name: str
    model: str
    unit: str
    quantity: Decimal
    invoiced: Decimal
    labels: int
    results: tuple[CountResult, ...]


@dataclass(frozen=True)
class Compared:
    """One line of the three-way count, and what is wrong with it, in words; no words when all three agree."""

    listed: Listed
    present: int
    damaged: int
    absent: int
    uncounted: int
    differences: tuple[object, ...]

    @property
    def agrees(self) -> bool:
        """Whether list, invoices and labels say the same."""
        return not self.differences


def compare(lines: Iterable[Listed]) -> list[Compared]:
    """The three-way count line by line. Damaged things are there, but said."""
    return [_compared(line) for line in lines]


def _compared(line: Listed) -> Compared:
    tally = {result: line.results.count(result) for result in CountResult}
    uncounted = line.labels - len(line.results)
    words: list[object] = []
    if line.invoiced != line.quantity:
        words.append(
            _l(
                "清单 %(listed)s %(unit)s，发票 %(invoiced)s %(unit)s",
                listed=f"{line.quantity.normalize():f}",
                invoiced=f"{line.invoiced.normalize():f}",
                unit=line.unit,
            )
        )
    if uncounted:
        words.append(_l("%(count)s 个标签还没有清点", count=uncounted))
    if tally[CountResult.ABSENT]:
        words.append(_l("%(count)s 个不在现场", count=tally[CountResult.ABSENT]))
    if tally[CountResult.DAMAGED]:
        words.append(_l("%(count)s 个损坏", count=tally[CountResult.DAMAGED]))
    return Compared(
        listed=line,
        present=tally[CountResult.PRESENT],
        damaged=tally[CountResult.DAMAGED],
        absent=tally[CountResult.ABSENT],
        uncounted=uncounted,
        differences=tuple(words),
    )


def unlisted(lines: Iterable[tuple[str, bool]]) -> list[str]:
    """The names of invoice lines that belong to no line of the list; takes (name, belongs) pairs."""
    return [name for name, belongs in lines if not belongs]


def share_present(last_results: Mapping[str, CountResult], listed: int) -> tuple[int, int]:
    """Indicator D6: (things that were there at their last check, things listed). Damaged ones are there."""
    there = sum(1 for result in last_results.values() if result is not CountResult.ABSENT)
    return there, listed
