"""The county's product library as a file (products.csv): read and checked whole, before anything is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core import files
from app.core.errors import InvalidInput
from app.core.files import BrokenFiles, Problems, Row
from app.core.money import yuan_to_fen
from products.rules.gtin import normalise
from products.rules.prices import check_price

# The columns with the longest value that the tables take.
COLUMNS = {
    "sku": 32, "gtin": 18, "name": 100, "category": 32, "spec": 64, "unit": 16, "price_yuan": 16, "producer": 100,
    "producer_division": 12, "certification": 64, "shelf_life_days": 5, "storage": 64,
}  # fmt: skip
MAY_BE_EMPTY = frozenset({"certification", "shelf_life_days", "storage"})
COPIED = ("sku", "name", "category", "spec", "unit", "producer", "certification", "storage")


@dataclass(frozen=True)
class LibraryRow:
    """A checked line of the file."""

    line: int
    sku: str
    gtin: str
    name: str
    category: str
    spec: str
    unit: str
    price_fen: int
    producer: str
    division_code: str
    certification: str
    shelf_life_days: int | None
    storage: str


def read(path: Path, villages: Collection[str]) -> list[LibraryRow]:
    """All rows of a products.csv. ``villages`` are the division codes that exist.

    Raises BrokenFiles naming every problem with its line: encoding, columns, empty or too long values, numbers that
    are none, wrong check digits, unknown villages, numbers that occur twice.
    """
    lines, problems = files.parse_table(files.read_bytes(path), path.name, list(COLUMNS))
    rows = [row for line in lines if (row := _checked(line, villages, problems)) is not None]
    _find_repeated(rows, problems)
    if problems.found:
        raise BrokenFiles(sorted(problems.found, key=lambda problem: problem.line or 0))
    return rows


def _checked(line: Row, villages: Collection[str], problems: Problems) -> LibraryRow | None:
    before = len(problems.found)
    for reason in _shape(line):
        problems.add(line.line, reason)
    gtin, price, days = _gtin(line, problems), _price(line, problems), _days(line, problems)
    if line["producer_division"] and line["producer_division"] not in villages:
        problems.add(line.line, _l("没有这个村：%(code)s", code=line["producer_division"]))
    if len(problems.found) > before:
        return None
    copied = {name: line[name] for name in COPIED}
    return LibraryRow(
        line.line, gtin=gtin, price_fen=price, shelf_life_days=days, division_code=line["producer_division"], **copied
    )


def _shape(line: Row) -> Iterator[Any]:
    for name, longest in COLUMNS.items():
        if not line[name] and name not in MAY_BE_EMPTY:
            yield _l("%(column)s 是空的", column=name)
        elif len(line[name]) > longest:
            yield _l("%(column)s 太长，最多 %(most)s 个字", column=name, most=longest)


def _gtin(line: Row, problems: Problems) -> str:
    try:
        return normalise(line["gtin"]) if line["gtin"] else ""
    except InvalidInput as error:
        problems.add(line.line, error.message)
        return ""


def _price(line: Row, problems: Problems) -> int:
    if not line["price_yuan"]:
        return 0
    try:
        return check_price(yuan_to_fen(line["price_yuan"]))
    except InvalidInput as error:
        problems.add(line.line, error.message)
    except ValueError:
        problems.add(line.line, _l("价钱不是最多两位小数的数：%(text)s", text=line["price_yuan"]))
    return 0


def _days(line: Row, problems: Problems) -> int | None:
    text = line["shelf_life_days"]
    if not text:
        return None
    if text.isascii() and text.isdecimal() and int(text):
        return int(text)
    problems.add(line.line, _l("保质期天数不是正整数：%(text)s", text=text))
    return None


def _find_repeated(rows: list[LibraryRow], problems: Problems) -> None:
    for column in ("sku", "gtin"):
        first: dict[str, int] = {}
        for row in rows:
            value = getattr(row, column)
            if value in first:
                reason = _l("%(column)s %(value)s 和第 %(line)s 行重复", column=column, value=value, line=first[value])
                problems.add(row.line, reason)
            first.setdefault(value, row.line)
