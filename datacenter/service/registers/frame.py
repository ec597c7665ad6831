"""What a register is, and how its figure comes from its lines: a number can't differ from the list behind it."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

from app.core.access import Actor, Permission
from app.core.errors import NotFound
from app.core.scope import covers
from app.core.sheets import Column

FILE = Path(__file__).resolve().parents[2] / "data" / "indicators.toml"


@dataclass(frozen=True)
class Asked:
    """For whom and for when: the first and the last day. What stands is taken as it was on the last day."""

    actor: Actor
    scope_code: str
    first: date
    last: date


@dataclass(frozen=True)
class Evidence:
    """What a line leads to: the kind of record and its id; the page knows the address."""

    kind: str
    id: Any


@dataclass(frozen=True)
class Line:
    """One line of a register: its cells as the columns name them, and whether it counts in the numerator.

    ``due`` False: what the line asks for has its day still to come, so that nothing is missed yet.
    """

    cells: tuple[Any, ...]
    division_code: str
    counts: bool = True
    evidence: Evidence | None = None
    due: bool = True


@dataclass(frozen=True)
class Figure:
    """An indicator's figure: ``part`` of ``whole`` (None: a plain number), in ``unit`` (``fen``: an amount in fen).

    ``due`` False: the day by which the target is to be reached is still to come.
    """

    part: int
    whole: int | None = None
    unit: Any = ""
    due: bool = True


@dataclass(frozen=True)
class Indicator:
    """An indicator as the data file defines it from a day on.

    ``target`` is in percent where the figure is a share, else a number in the figure's own unit.
    """

    key: str
    name: str
    name_en: str
    valid_from: date
    text: str
    text_en: str
    source: str
    valid_to: date | None = None
    target: int | None = None
    limit: Literal["at_least", "at_most"] = "at_least"
    target_source: str = ""
    settings: dict[str, int] = field(default_factory=dict)

    def is_met(self, figure: Figure) -> bool | None:
        """Whether the target is kept, compared exactly.

        None where none is set, there is nothing to divide by, or it is missed before its day.
        """
        if self.target is None or (figure.whole is not None and figure.whole <= 0):
            return None
        whole = figure.whole
        part, wanted = (figure.part, self.target) if whole is None else (figure.part * 100, self.target * whole)
        met = part <= wanted if self.limit == "at_most" else part >= wanted
        return met if met or figure.due else None


Lines = Callable[[Asked, Indicator], Iterable[Line]]
Count = Callable[[Sequence[Line]], Figure]


def share(lines: Sequence[Line]) -> Figure:
    """Lines that count, of all lines."""
    return Figure(sum(line.counts for line in lines), len(lines))


def number(unit: Any) -> Count:
    """How many lines count, as a plain number with its unit."""
    return lambda lines: Figure(sum(line.counts for line in lines), None, unit)


def total(cell: int, unit: Any) -> Count:
    """The sum of a column over the lines that count; ``unit="fen"`` for money."""
    return lambda lines: Figure(_sum(cell, (line for line in lines if line.counts)), None, unit)


def ratio(part: int, whole: int, unit: Any = "fen") -> Count:
    """The sum of a column over the lines that count, of the sum of a column over all lines; blank cells add nothing."""

    def count(lines: Sequence[Line]) -> Figure:
        counting = (line for line in lines if line.counts)
        return Figure(_sum(part, counting), _sum(whole, lines), unit, all(line.due for line in lines))

    return count


def _sum(cell: int, lines: Iterable[Line]) -> int:
    return int(sum(line.cells[cell] or 0 for line in lines))


@dataclass(frozen=True)
class Register:
    """The list behind an indicator."""

    key: str
    columns: tuple[Column, ...]
    lines: Lines
    figure: Count
    counting: Any  # what it means that a line counts, as a filter says it
    monthly: bool  # whether it is about a month rather than about a day
    permission: Permission | None  # who may read it, beside those who may read statistics at all

    @property
    def judges(self) -> bool:
        """Whether its lines are told apart by whether they count."""
        return self.counting is not COUNTED


COUNTED = _l("计入")
REGISTERS: dict[str, Register] = {}


def register(
    key: str,
    *columns: Column,
    figure: Count = share,
    counting: Any = COUNTED,
    monthly: bool = False,
    permission: Permission | None = None,
) -> Callable[[Lines], Lines]:
    """Declare the function below as the lines of an indicator."""

    def declare(lines: Lines) -> Lines:
        REGISTERS[key] = Register(key, columns, lines, figure, counting, monthly, permission)
        return lines

    return declare


@functools.cache
def _every() -> tuple[Indicator, ...]:
    return tuple(Indicator(**entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["indicator"])


def indicators(on: date) -> list[Indicator]:
    """The indicators that hold on a day and have a register, in the order of the file."""
    return [
        i for i in _every() if i.key in REGISTERS and i.valid_from <= on and (i.valid_to is None or on < i.valid_to)
    ]


def readable(actor: Actor, on: date) -> list[Indicator]:
    """Those of them whose register the actor may read."""
    return [i for i in indicators(on) if (wanted := REGISTERS[i.key].permission) is None or actor.may(wanted)]


def get_register(key: str, on: date) -> tuple[Indicator, Register]:
    """An indicator with its register. Raises NotFound."""
    found = next((i for i in indicators(on) if i.key == key), None)
    if found is None:
        raise NotFound(_l("没有这个指标。"))
    return found, REGISTERS[key]


def lines_of(key: str, asked: Asked) -> list[Line]:
    """All lines of a register. Raises NotFound, Forbidden for who may not read it."""
    indicator, found = get_register(key, asked.last)
    if found.permission is not None:
        asked.actor.require(found.permission)
    return list(found.lines(asked, indicator))


def select(lines: Iterable[Line], *, q: str = "", place: str = "", counts: bool | None = None) -> list[Line]:
    """The lines that hold the words, lie in the place and count or don't, as asked."""
    words = q.strip().casefold()
    return [
        line
        for line in lines
        if (not words or any(words in str(cell).casefold() for cell in line.cells))
        and (not place or covers(place, line.division_code))
        and (counts is None or line.counts is counts)
    ]
