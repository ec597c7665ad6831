"""Label stock: how sheets of stickers are divided. The measures are data, in millimetres."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data" / "label_sheets.toml"
QUIET_MODULES = 4  # ISO/IEC 18004: four modules of white on each side of a QR code
SMALLEST_MODULE_MM = 0.38  # below that, cheap phones and 200 dpi prints begin to fail


@dataclass(frozen=True)
class Sheet:
    """A sheet of stickers. ``code`` is the side of the QR code with its quiet zone; all measures in millimetres."""

    name: str
    label: str
    label_en: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    left: float
    top: float
    width: float
    height: float
    gap_x: float
    gap_y: float
    code: float

    @property
    def per_page(self) -> int:
        """How many stickers a page has."""
        return self.columns * self.rows

    def places(self, count: int, first: int = 1) -> Iterator[tuple[int, float, float]]:
        """``(page from 0, left, bottom)`` of ``count`` stickers, row by row, from sticker ``first`` of page 0 on."""
        for n in range(first - 1, first - 1 + count):
            page, place = divmod(n, self.per_page)
            row, column = divmod(place, self.columns)
            x = self.left + column * (self.width + self.gap_x)
            y = self.page_height - self.top - (row + 1) * self.height - row * self.gap_y
            yield page, x, y


@cache
def sheets() -> dict[str, Sheet]:
    """All stock by name, in the order of the data file."""
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["sheet"]
    return {entry["name"]: Sheet(**entry) for entry in entries}
