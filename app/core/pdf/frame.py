"""The page frame all documents share: letterhead, number, QR code to check it by, page x of y."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, KeepTogether, PageTemplate
from reportlab.platypus import Frame as Place

from app.core.pdf import fonts
from app.core.pdf.canvas import PageCanvas
from app.core.pdf.graphics import draw_qr
from app.core.pdf.text import INK, LINE, SOFT, TEA, TEA_DEEP, Style, TextBlock, balanced_lines, break_lines, draw_line

A4 = (210 * mm, 297 * mm)
A4_LANDSCAPE = (297 * mm, 210 * mm)
_SHANGHAI = ZoneInfo("Asia/Shanghai")
one_at_a_time = threading.Lock()  # the fonts keep their reading position: two documents at once would mix


@dataclass(frozen=True)
class Frame:
    """What stands on every page. `issued_at` is aware; `verify_url` becomes the QR code of the first page.

    Pages narrower than 130 mm (slips, labels) get small margins and a letterhead of their size.
    """

    title: str
    issuer: str
    issued_at: datetime
    number: str = ""
    verify_url: str = ""
    footer_note: str = ""
    page_size: tuple[float, float] = A4

    def __post_init__(self) -> None:
        if self.issued_at.tzinfo is None:
            raise ValueError("issued_at needs a time zone")


@dataclass(frozen=True)
class _Sizes:
    """Measures of a page, in points."""

    side: float
    top: float
    bottom: float
    issuer: float
    title: float
    small: float
    qr: float


_WIDE = _Sizes(side=23 * mm, top=17 * mm, bottom=21 * mm, issuer=13.5, title=19, small=9, qr=25 * mm)
_SLIM = _Sizes(side=5 * mm, top=5 * mm, bottom=9 * mm, issuer=8.5, title=12, small=7.5, qr=22 * mm)


def render(frame: Frame, flowables: Sequence[Flowable]) -> bytes:
    """The PDF: the same frame and parts give the same bytes. Fonts are embedded, characters without one are listed."""
    out = io.BytesIO()
    with one_at_a_time:
        _Document(out, frame).build([*flowables, _MissingNotice()], canvasmaker=_canvas_maker(frame))
    return out.getvalue()


def _canvas_maker(frame: Frame) -> Any:
    local = frame.issued_at.astimezone(_SHANGHAI)

    def make(*args: Any, **kwargs: Any) -> PageCanvas:
        canvas = PageCanvas(*args, **kwargs)
        canvas.setDateFormatter(lambda *_: f"D:{local:%Y%m%d%H%M%S}+08'00'")
        return canvas

    return make


class _Document(BaseDocTemplate):
    """First page with the letterhead, the others with a line that says what they belong to."""

    def __init__(self, out: io.BytesIO, frame: Frame) -> None:
        width = frame.page_size[0]
        sizes = _WIDE if width >= 130 * mm else _SLIM
        super().__init__(
            out,
            pagesize=frame.page_size,
            title=fonts.clean(frame.title),
            author=fonts.clean(frame.issuer),
            subject=frame.number or None,
            creator="乡驿",
            producer="乡驿",
            lang="zh-CN",
            displayDocTitle=1,
            keepTogetherClass=_HeadingWithNext,
            initialFontName=fonts.current().name,
            invariant=1,
        )
        head = _Letterhead(frame, sizes)
        later_top = sizes.top + 9 * mm if sizes is _WIDE else sizes.top + 5 * mm
        self.addPageTemplates(
            [
                PageTemplate("first", [_place(frame, sizes, head.height)], head.draw, pagesize=frame.page_size),
                PageTemplate(
                    "later", [_place(frame, sizes, later_top)], _later_page(frame, sizes), pagesize=frame.page_size
                ),
            ]
        )
        self.pageTemplates[0].autoNextPageTemplate = "later"


class _HeadingWithNext(KeepTogether):
    """Headings and what follows them. Where that can begin below them it does: reportlab would start a new page."""

    _content: list[Flowable]

    def split(self, width: float, height: float) -> list[Flowable]:
        """The parts one by one where the last one splits in the room its headings leave, else as reportlab does."""
        *heads, last = self._content
        left = height - sum(head.wrapOn(self.canv, width, height)[1] + head.getSpaceBefore() for head in heads)
        left -= heads[-1].getSpaceAfter() if heads else 0
        if left > 0 and len(last.splitOn(self.canv, width, left - last.getSpaceBefore())) > 1:
            return [*heads, last]
        parts: list[Flowable] = super().split(width, height)
        return parts


def _place(frame: Frame, sizes: _Sizes, top: float) -> Place:
    width, height = frame.page_size
    room = height - top - sizes.bottom
    return Place(
        sizes.side,
        sizes.bottom,
        width - 2 * sizes.side,
        room,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )


class _Letterhead:
    """Issuer over a double line, the title between, number and date below it, the QR code on the right."""

    def __init__(self, frame: Frame, sizes: _Sizes) -> None:
        self.frame, self.sizes = frame, sizes
        self.wide = sizes is _WIDE
        self.room = frame.page_size[0] - 2 * sizes.side
        self.has_qr = bool(frame.verify_url)
        beside = 2 * (sizes.qr + 3 * mm) if self.wide and self.has_qr else 0
        self.title_lines: Sequence[str] = balanced_lines(frame.title, sizes.title, self.room - beside)
        day = frame.issued_at.astimezone(_SHANGHAI)
        issued = f"签发日期：{day.year}年{day.month}月{day.day}日"
        number = f"编号：{frame.number}" if frame.number else ""
        facts = f"{number}　　{issued}" if number else issued
        one_line = fonts.width(facts, sizes.small) <= self.room - beside
        self.facts = [facts] if one_line else [part for part in (number, issued) if part]
        self.rule = sizes.top + sizes.issuer + (4 * mm if self.wide else 1.5 * mm)
        self.height = self._below_rule() + self.rule + (6 * mm if self.wide else 2 * mm)

    def _below_rule(self) -> float:
        sizes = self.sizes
        words = len(self.title_lines) * sizes.title * 1.4 + len(self.facts) * sizes.small * 1.7 + sizes.title * 0.5
        if not self.has_qr:
            return words
        code = sizes.qr + sizes.small * 1.5
        return max(words, code) if self.wide else words + code

    def draw(self, canvas: Any, _doc: object) -> None:
        """The letterhead and the footer of the first page."""
        frame, sizes = self.frame, self.sizes
        canvas.saveState()
        x, top = sizes.side, frame.page_size[1]
        issuer = Style(size=sizes.issuer, colour=TEA_DEEP, bold=True)
        spacing = sizes.issuer * 0.25 if self.wide else 0
        _spaced(
            canvas, frame.page_size[0] / 2, top - sizes.top - sizes.issuer, frame.issuer, issuer, spacing, self.room
        )
        canvas.setStrokeColor(TEA)
        for offset, thickness in ((0.0, 1.6), (2.2, 0.5)) if self.wide else ((0.0, 0.8),):
            canvas.setLineWidth(thickness)
            canvas.line(x, top - self.rule - offset, x + self.room, top - self.rule - offset)
        y = self._words(canvas, x, top - self.rule - sizes.title * 0.5)
        if self.has_qr:
            self._code(canvas, y)
        _footer(canvas, frame, sizes)
        canvas.restoreState()

    def _words(self, canvas: PageCanvas, x: float, y: float) -> float:
        sizes = self.sizes
        words = len(self.title_lines) * sizes.title * 1.4 + len(self.facts) * sizes.small * 1.7
        if self.wide and self.has_qr:
            y -= max(0, (sizes.qr - words) / 2)  # short titles stand level with the code
        for line in self.title_lines:
            y -= sizes.title * 1.4
            draw_line(
                canvas, x, y + sizes.title * 0.3, line, Style(size=sizes.title, align="centre", bold=True), self.room
            )
        for line in self.facts:
            y -= sizes.small * 1.7
            draw_line(canvas, x, y, line, Style(size=sizes.small, colour=SOFT, align="centre"), self.room)
        return y

    def _code(self, canvas: PageCanvas, below: float) -> None:
        sizes = self.sizes
        page_width, page_height = self.frame.page_size
        if self.wide:
            x, y = page_width - sizes.side - sizes.qr + 2 * mm, page_height - self.rule - sizes.qr - 1.5 * mm
        else:
            x, y = (page_width - sizes.qr) / 2, below - sizes.qr - 2
        draw_qr(canvas, self.frame.verify_url, x, y, sizes.qr)
        canvas.linkURL(self.frame.verify_url, (x, y, x + sizes.qr, y + sizes.qr))
        words = Style(size=sizes.small - 1, colour=SOFT, align="centre")
        draw_line(canvas, x, y - sizes.small * 0.6, "扫码核验真伪", words, sizes.qr)


def _spaced(canvas: PageCanvas, x: float, y: float, text: str, style: Style, spacing: float, room: float) -> None:
    """Centred, letter-spaced words, made smaller where they would not fit."""
    wanted = fonts.width(text, style.size) + spacing * len(text)
    size = style.size * min(1, room / wanted) if wanted else style.size
    canvas.setFont(fonts.current().name, size)
    canvas.setFillColor(style.colour)
    canvas.setStrokeColor(style.colour)
    canvas.setLineWidth(size * 0.028)
    canvas.drawCentredString(x, y, text, mode=2, charSpace=spacing * size / style.size)


def _later_page(frame: Frame, sizes: _Sizes) -> Any:
    def draw(canvas: Any, _doc: object) -> None:
        canvas.saveState()
        width, height = frame.page_size
        room, y = width - 2 * sizes.side, height - sizes.top
        half = room / 2 - 6
        style = Style(size=sizes.small, colour=SOFT)
        draw_line(canvas, sizes.side, y, _shortened(frame.issuer, sizes.small, half), style, room)
        draw_line(
            canvas, sizes.side, y, _shortened(frame.title, sizes.small, half), replace(style, align="right"), room
        )
        _hairline(canvas, frame, sizes, y - 5)
        _footer(canvas, frame, sizes)
        canvas.restoreState()

    return draw


def _footer(canvas: PageCanvas, frame: Frame, sizes: _Sizes) -> None:
    """Number on the left, page x of y on the right, the note below on wide pages."""
    width = frame.page_size[0]
    room = width - 2 * sizes.side
    y = sizes.bottom - (9 * mm if sizes is _WIDE else 4.5 * mm)
    _hairline(canvas, frame, sizes, y + sizes.small + 3)
    style = Style(size=sizes.small - 0.5, colour=SOFT)
    total = fonts.width("共 99 页", style.size) + 8  # up to four digits fit
    draw_line(canvas, sizes.side, y, f"编号 {frame.number}" if frame.number else "", style, room)
    page = f"第 {canvas.getPageNumber()} 页"
    draw_line(canvas, sizes.side, y, page, replace(style, align="right"), room - total)
    canvas.total_pages(width - sizes.side, y, style.size)
    if frame.footer_note and sizes is _WIDE:
        note = _shortened(frame.footer_note, sizes.small - 1.5, room)
        draw_line(canvas, sizes.side, y - 12, note, Style(size=sizes.small - 1.5, colour=SOFT), room)


def _hairline(canvas: PageCanvas, frame: Frame, sizes: _Sizes, y: float) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.line(sizes.side, y, frame.page_size[0] - sizes.side, y)


def _shortened(text: str, size: float, room: float) -> str:
    lines = break_lines(text, size, room)
    return lines[0] if len(lines) == 1 else break_lines(text, size, room - size)[0] + "…"


class _MissingNotice(TextBlock):
    """The last part of every document: says which characters no font had. Nothing when there were none."""

    def __init__(self) -> None:
        super().__init__("", Style(size=8.5, leading=13, colour=INK))

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Everything before it has been drawn by now, so the list is complete."""
        lost = cast(PageCanvas, self.canv).missing
        if not lost:
            self.lines = []
            return width, 0
        listed = "；".join(f"U+{ord(char):04X}（见“{_around(char, text)}”）" for char, text in sorted(lost.items()))
        self.text = f"缺字说明：以下字符不在本系统字库内，文中以“{fonts.STAND_IN}”代替：{listed}。"
        return super().wrap(width, height)


def _around(char: str, text: str) -> str:
    """A few characters on either side, the missing ones as 〓."""
    at = text.index(char)
    piece = text[max(0, at - 6) : at + 7]
    return "".join(fonts.STAND_IN if fonts.missing(c) else c for c in piece)
