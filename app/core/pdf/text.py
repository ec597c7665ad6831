"""Chinese lines: where they break, and blocks of them as flowables.

All text is plain text. reportlab's own paragraphs read markup, split Latin words and know one font; these do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, Self, cast

from reportlab.platypus import Flowable

from app.core.pdf import fonts
from app.core.pdf.canvas import PageCanvas

INK, SOFT, TEA, TEA_DEEP, TEA_WASH, LINE = "#1d2a24", "#5b6b63", "#1f6f4a", "#14513a", "#e8f2ec", "#d8d5c9"

_OPEN = "（《〈「『【〔［｛“‘"
_CLOSE = "，。、；：？！）》〉」』】〕］｝”’…—·％℃"
_WIDE = "\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_UNIT = re.compile(rf"[ ]+|[{_OPEN}]*(?:[^ {_WIDE}{_OPEN}{_CLOSE}]+|[^ ])?[{_CLOSE}]*")


class Line(str):
    """One line of a text; ``ends`` tells whether a line break or the end of the text ends it."""

    __slots__ = ("ends",)
    ends: bool

    def __new__(cls, text: str, *, ends: bool) -> Self:
        """The words without the spaces after them."""
        line = super().__new__(cls, text.rstrip())
        line.ends = ends
        return line


def break_lines(text: str, size: float, width: float, indent: float = 0) -> list[Line]:
    """The text in lines no wider than `width` points, the first shorter by `indent`.

    A Latin word or number stays whole, a line starts with no closing mark and ends with no opening one (避头尾). A
    line break in the text breaks the line.
    """
    lines: list[Line] = []
    for n, part in enumerate(fonts.clean(text).split("\n")):
        lines += _fill(part.strip(), size, width, 0 if n else indent)
    return lines


def balanced_lines(text: str, size: float, width: float) -> list[Line]:
    """Lines as :func:`break_lines` makes them, no more of them, but about as long as each other: for a heading.

    Two lines part at a space where that leaves neither shorter than half of the other.
    """
    lines = break_lines(text, size, width)
    parted = [text[: gap.start()] + "\n" + text[gap.end() :] for gap in re.finditer(" +", text)]
    even = [two for two in (break_lines(at, size, width) for at in parted) if _evenness(two, size) >= 0.5]
    if len(lines) == 2 and even:
        return max(even, key=lambda two: _evenness(two, size))
    while len(lines) > 1 and width > size:
        width -= size
        narrower = break_lines(text, size, width)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _evenness(lines: list[Line], size: float) -> float:
    """Shorter through longer of two lines; 0 of more or fewer."""
    widths = sorted(fonts.width(line, size) for line in lines)
    return widths[0] / widths[1] if len(widths) == 2 and widths[1] else 0.0


def _fill(text: str, size: float, width: float, indent: float) -> Iterator[Line]:
    line, room = "", width - indent
    for unit in _units(text, size, width - indent):
        unit_width = fonts.width(unit, size)
        if line and unit_width > room + 0.01 and unit.strip():
            yield Line(line, ends=False)
            line, room = "", width
        if line or unit.strip():
            line += unit
            room -= unit_width
    yield Line(line, ends=True)


def _units(text: str, size: float, width: float) -> Iterator[str]:
    """What must not be broken, except where one unit alone is wider than a line."""
    for unit in _UNIT.findall(text):
        if fonts.width(unit, size) <= width:
            yield unit
        else:
            yield from unit


@dataclass(frozen=True)
class Style:
    """How a block of text looks; sizes in points, `indent` in characters of the first line."""

    size: float = 10.5
    leading: float = 18
    colour: str = INK
    align: Literal["left", "right", "centre", "justify"] = "left"
    indent: float = 0
    bold: bool = False
    before: float = 0
    after: float = 0


def draw_line(
    canvas: PageCanvas, x: float, y: float, text: str, style: Style, room: float, *, last: bool = True
) -> None:
    """One line in a room `room` points wide. Justified text is spread over it unless it is the last of a paragraph."""
    canvas.setFont(fonts.current().name, style.size)
    canvas.setFillColor(style.colour)
    gap = room - fonts.width(text, style.size)
    spread = 0.0
    if style.align == "justify" and not last and len(text) > 1 and gap < room * 0.2:
        spread = gap / (len(text) - 1)
    x += {"right": gap, "centre": gap / 2}.get(style.align, 0)
    if not style.bold:
        canvas.drawString(x, y, text, charSpace=spread)
        return
    canvas.setStrokeColor(style.colour)  # the font has no bold: a thin outline of the same colour makes one
    canvas.setLineWidth(style.size * 0.028)
    canvas.drawString(x, y, text, mode=2, charSpace=spread)


class TextBlock(Flowable):
    """Plain text in lines; splits across pages without leaving one line alone (孤行)."""

    def __init__(self, text: str, style: Style, *, keep_with_next: bool = False) -> None:
        super().__init__()
        self.text = text
        self.style = style
        self.spaceBefore, self.spaceAfter = style.before, style.after
        self.keepWithNext = int(keep_with_next)
        self.lines: list[Line] | None = None
        self._broken_for = -1.0

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Breaks the lines for this width."""
        if self.lines is None or (self._broken_for not in {-1.0, width}):
            self.lines = break_lines(self.text, self.style.size, width, self.style.indent * self.style.size)
        self._broken_for = width
        self.width, self.height = width, len(self.lines) * self.style.leading
        return width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """What fits and the rest, at least two lines in each where there are four."""
        self.wrap(width, height)
        lines = self.lines or []
        fit = int((height + 0.01) / self.style.leading)
        if len(lines) - fit == 1 and fit > 2:
            fit -= 1
        if fit < min(2, len(lines)) or fit >= len(lines):
            return [] if fit < len(lines) else [self]
        return [self._part(lines[:fit], first=True), self._part(lines[fit:], first=False)]

    def _part(self, lines: list[Line], *, first: bool) -> TextBlock:
        style = self.style if first else replace(self.style, indent=0, before=0)
        part = TextBlock("", style)
        part.lines = lines
        return part

    def draw(self) -> None:
        """Line by line from the top."""
        canvas = cast(PageCanvas, self.canv)
        lines = self.lines or []
        size, leading = self.style.size, self.style.leading
        y = self.height - (leading + size) / 2 + size * 0.12
        for n, line in enumerate(lines):
            inset = self.style.indent * size if n == 0 else 0
            draw_line(canvas, inset, y, line, self.style, self.width - inset, last=line.ends)
            y -= leading
