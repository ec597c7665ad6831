"""The parts an official paper is put together from. Each returns a flowable; every text is plain text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Table

from app.core.drawing import Drawing
from app.core.pdf import fonts
from app.core.pdf.canvas import PageCanvas
from app.core.pdf.graphics import DrawingFlowable, Photo, QrCode
from app.core.pdf.tables import Column, Fitted, facts, table
from app.core.pdf.text import INK, SOFT, TEA_DEEP, Style, TextBlock, draw_line

__all__ = [
    "Column",
    "chart",
    "definition",
    "facts",
    "heading",
    "keep_together",
    "page_break",
    "para",
    "photo",
    "photo_grid",
    "qr",
    "signature_lines",
    "table",
]

_HEADINGS = (
    Style(size=13.5, leading=20, colour=TEA_DEEP, bold=True, before=13, after=5),
    Style(size=11.5, leading=17, colour=INK, bold=True, before=9, after=4),
    Style(size=10.5, leading=16, colour=SOFT, bold=True, before=7, after=3),
)
_PARA = Style(size=10.5, leading=18, align="justify", after=5)
_DEFINITION = Style(size=8.5, leading=13, colour=SOFT, align="justify", before=2, after=8)


class _Heading(TextBlock):
    """A heading that also stands in the outline."""

    level = 0

    def split(self, _width: float, _height: float) -> list[Flowable]:
        """Never: a heading moves to the next page as a whole."""
        return []

    def draw(self) -> None:
        """The words, and a bookmark to them."""
        cast(PageCanvas, self.canv).bookmark(" ".join(self.lines or [self.text]), self.level)
        super().draw()


def heading(text: str, level: int = 1) -> Flowable:
    """A heading of level 1, 2 or 3 that keeps with what follows and stands in the bookmarks."""
    block = _Heading(text, _HEADINGS[level - 1], keep_with_next=True)
    block.level = level - 1
    return block


def para(text: str, *, indent: bool = True) -> Flowable:
    """A paragraph; the first line is two characters in, as Chinese prose is set."""
    return TextBlock(text, replace(_PARA, indent=2 if indent else 0))


def definition(text: str) -> Flowable:
    """The small note below a table that says what its figures mean (口径)."""
    return TextBlock(text, _DEFINITION)


def photo(content: bytes, caption: str = "", *, max_height_mm: float = 90) -> Flowable:
    """One photo (JPEG, PNG, WebP) with its caption; a broken file leaves a box that says so."""
    return Photo(content, caption, max_height=max_height_mm * mm)


def photo_grid(photos: Sequence[tuple[bytes, str]], *, columns: int = 2, max_height_mm: float = 62) -> Flowable:
    """Photos with captions side by side; a row of photos stays on one page."""
    cells: list[Flowable | str] = [
        Photo(content, caption, max_height=max_height_mm * mm) for content, caption in photos
    ]
    cells += [""] * (-len(cells) % columns)
    rows = [cells[n : n + columns] for n in range(0, len(cells), columns)]
    style = [
        ("FONT", (0, 0), (-1, -1), fonts.current().name),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    return Fitted(lambda width: Table(rows or [[""]], colWidths=[width / columns] * columns, style=style))


def qr(text: str, size_mm: float = 25, caption: str = "") -> Flowable:
    """A QR code, `size_mm` wide with its quiet zone. Below 20 mm a cheap phone has trouble with a long address."""
    return QrCode(text, size_mm * mm, caption)


def chart(drawing: Drawing, caption: str = "") -> Flowable:
    """A chart or map over the whole width."""
    return DrawingFlowable(drawing, math.inf, caption)


def page_break() -> Flowable:
    """The next part starts on a new page."""
    return PageBreak()


def keep_together(parts: Sequence[Flowable]) -> Flowable:
    """Parts that stand on one page when one page can hold them; their heading goes in with them."""
    return KeepTogether(list(parts))


class _SignatureLines(Flowable):
    """Two roles to a row: a line to sign on and, below it, a place for the date."""

    row_height = 21 * mm

    def __init__(self, roles: Sequence[str]) -> None:
        super().__init__()
        self.roles = roles
        self.spaceBefore, self.spaceAfter = 10, 8

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Narrow paper gets one role per row."""
        self.across = 2 if width > 100 * mm else 1
        self.width, self.height = width, -(-len(self.roles) // self.across) * self.row_height
        return self.width, self.height

    def draw(self) -> None:
        """Role, line, date."""
        for n, role in enumerate(self.roles):
            row, column = divmod(n, self.across)
            self._one(role, column * self.width / self.across, self.height - (row + 1) * self.row_height + 4 * mm)

    def _one(self, role: str, x: float, y: float) -> None:
        canvas = cast(PageCanvas, self.canv)
        room = self.width / self.across - 6 * mm
        style = Style(size=10)
        draw_line(canvas, x, y + 8 * mm, f"{role}（签字）：", style, room)
        start = x + fonts.width(f"{role}（签字）：", style.size)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.5)
        canvas.line(start, y + 8 * mm - 3, max(start, x + room), y + 8 * mm - 3)
        draw_line(canvas, x, y, "日期：　　　　年　　　月　　　日", replace(style, colour=SOFT), room)


def signature_lines(roles: Sequence[str]) -> Flowable:
    """A line to sign on for each role (验收组长, 乡镇经办人 …), with a place for the date."""
    return _SignatureLines(roles)
