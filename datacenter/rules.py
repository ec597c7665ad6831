"""Pure rules of statistics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

MONTHS_SHOWN = 12
FIRST_MONTH = "2000-01"  # nothing was counted before; an earlier month in an address is a slip


@dataclass(frozen=True)
class Figures:
    """The figures of one row of the month table.

    Amounts in fen; None means not due: nothing stood there that could have reported. The measures are defined in
    ``datacenter/data/definitions.toml`` and are never added to each other.
    """

    stations: int | None = None
    sale_fen: int | None = None
    sale_online_fen: int | None = None
    purchase_fen: int | None = None
    retail_fen: int | None = None
    parcels_down: int | None = None
    parcels_up: int | None = None


NAMES = tuple(f.name for f in fields(Figures))


def due(reported: Figures, standing: bool, at_end: int, *, retail: bool = True) -> Figures:
    """What a division or a station shows: zero where it had nothing to report, None where nothing was due.

    ``standing``: whether anything stood on any day of the month; ``at_end``: how many stations on its last day.
    Retail belongs to producers, not to stations: without stations it is shown where there was any, and a station's
    own row (``retail`` False) has none.
    """
    known = {name: getattr(reported, name) for name in NAMES}
    if standing or any(value for name, value in known.items() if name != "retail_fen"):
        known = {name: value or 0 for name, value in known.items()} | {"stations": at_end}
    else:
        known = dict.fromkeys(NAMES) | {"retail_fen": reported.retail_fen or None}
    return Figures(**known | ({} if retail else {"retail_fen": None}))


def total(rows: Iterable[Figures]) -> Figures:
    """The sum of a column over its rows; None only where no row had anything due."""
    rows = list(rows)
    sums: dict[str, int | None] = {}
    for name in NAMES:
        known = [value for row in rows if (value := getattr(row, name)) is not None]
        sums[name] = sum(known) if known else None
    return Figures(**sums)


def months_until(last: date, count: int = MONTHS_SHOWN) -> list[str]:
    """The ``count`` months up to that of ``last``, oldest first, as ``"2026-10"``."""
    number = last.year * 12 + last.month - 1
    return [f"{n // 12:04d}-{n % 12 + 1:02d}" for n in range(number - count + 1, number + 1)]


def year_before(month: str) -> str:
    """``"2026-10"`` → ``"2025-10"``."""
    return f"{int(month[:4]) - 1:04d}{month[4:]}"


def in_chinese(month: str) -> str:
    """``"2026-10"`` → ``"2026年10月"``: documents are Chinese whatever the reader's language."""
    return f"{int(month[:4])}年{int(month[5:])}月"


@dataclass(frozen=True)
class Definition:
    """What a figure means, from a day on."""

    key: str
    name: str
    name_en: str
    text: str
    text_en: str
    valid_from: date


def definitions_on(day: date, every: Sequence[Definition]) -> list[Definition]:
    """Of each key the definition that holds on a day, in the order of the list."""
    newest: dict[str, Definition] = {}
    for definition in every:
        known = newest.get(definition.key)
        if definition.valid_from <= day and (known is None or known.valid_from <= definition.valid_from):
            newest[definition.key] = definition
    return list(newest.values())
