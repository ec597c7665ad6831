"""Tables: long lists of strings, and the two-column block of facts of an official form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reportlab.platypus import Flowable, LongTable

from app.core.pdf import fonts
from app.core.pdf.text import INK, LINE, TEA_DEEP, TEA_WASH, Style, TextBlock, break_lines

_SIZE, _LEADING, _PAD = 9.0, 13.0, 5.0
_SAMPLE = 400
_MOST_LINES = 16  # a taller row goes on as another row, so that any text fits on any paper


@dataclass(frozen=True)
class Column:
    """A column: its heading, the side its text stands on, its share of the width, whether it wraps.

    Without a `weight` it is as wide as its content asks for; `wrap` marks columns of long text: they give way first.
    """

    label: str
    align: Literal["left", "right", "centre"] = "left"
    weight: float | None = None
    wrap: bool = False


class Fitted(Flowable):
    """A flowable that is built when the width of its place is known."""

    def __init__(self, build: Callable[[float], Flowable], *, before: float = 4, after: float = 8) -> None:
        super().__init__()
        self._build = build
        self._built: tuple[float, Flowable] | None = None
        self.spaceBefore, self.spaceAfter = before, after

    def _at(self, width: float) -> Flowable:
        if self._built is None or self._built[0] != width:
            self._built = (width, self._build(width))
        return self._built[1]

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As the flowable inside."""
        self.width, self.height = width, self._at(width).wrapOn(self.canv, width, height)[1]
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """As the flowable inside."""
        return self._at(width).splitOn(self.canv, width, height)

    def draw(self) -> None:
        """As the flowable inside."""
        self._at(self.width).drawOn(self.canv, 0, 0)


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    *,
    total: Sequence[str] | None = None,
    empty: str = "（无记录）",
) -> Flowable:
    """A ruled table over as many pages as it needs, its heading on each. `total` is a last row that stands out.

    A text too wide for its column wraps inside it, marked or not: nothing is cut and nothing overlaps. ValueError when
    a row has not one text per column.
    """
    for row in [*rows, *([total] if total else [])]:
        if len(row) != len(columns):
            raise ValueError(f"the table has {len(columns)} columns, a row has {len(row)}")
    return Fitted(lambda width: _build(columns, rows, total, empty, width))


def _build(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], total: Sequence[str] | None, empty: str, width: float
) -> Flowable:
    widths = _widths(columns, [*rows[:_SAMPLE], *([total] if total else [])], width)
    heading = [_cell(c.label, w, c.align, TEA_DEEP, bold=True) for c, w in zip(columns, widths, strict=True)]
    data = [heading]
    continued: list[int] = []
    for row in rows:
        pieces = _pieces([_cell(text, w, c.align) for text, c, w in zip(row, columns, widths, strict=True)], widths)
        continued += range(len(data), len(data) + len(pieces) - 1)
        data += pieces
    if total:
        data.append([_cell(t, w, c.align, INK, bold=True) for t, c, w in zip(total, columns, widths, strict=True)])
    if not rows:
        data.insert(1, [empty, *[""] * (len(columns) - 1)])
    style = _style(columns, len(data), has_total=bool(total))
    style += [("SPAN", (0, 1), (-1, 1)), ("ALIGN", (0, 1), (-1, 1), "LEFT")] if not rows else []
    style += [("LINEBELOW", (0, n), (-1, n), 0.6, "#ffffff") for n in continued]
    return LongTable(data, colWidths=widths, style=style, repeatRows=1, rowHeights=_heights(data), spaceAfter=8)


def _widths(columns: Sequence[Column], sample: Sequence[Sequence[str]], width: float) -> list[float]:
    """Weighted columns take their share, the others what they need; long columns give and take the difference."""
    shares = sum(column.weight or 0 for column in columns)
    natural = [_natural(column, [row[n] for row in sample]) for n, column in enumerate(columns)]
    if shares:
        free = width - sum(need for need, column in zip(natural, columns, strict=True) if not column.weight)
        wanted = [free * c.weight / shares if c.weight else need for need, c in zip(natural, columns, strict=True)]
        if free > width * 0.2:
            return wanted
    spare = width - sum(natural)
    takers = [n for n, column in enumerate(columns) if column.wrap] or list(range(len(columns)))
    if spare >= 0:
        return [need + (spare / len(takers) if n in takers else 0) for n, need in enumerate(natural)]
    return _shrunk(columns, natural, takers, -spare, width)


def _natural(column: Column, texts: Sequence[str]) -> float:
    needs = [fonts.width(line, _SIZE) for text in texts for line in text.split("\n")]
    head = fonts.width(column.label, _SIZE)
    content = max(needs, default=0)
    return max(head, min(content, 160) if column.wrap else content) + 2 * _PAD + 1


def _shrunk(
    columns: Sequence[Column], natural: Sequence[float], takers: Sequence[int], excess: float, width: float
) -> list[float]:
    """The long columns give way down to their heading or six characters; is that not enough, all columns shrink."""
    least = {n: max(6 * _SIZE, fonts.width(columns[n].label, _SIZE)) + 2 * _PAD + 1 for n in takers}
    give = {n: max(natural[n] - least[n], 0) for n in takers}
    room = sum(give.values())
    if room >= excess:
        return [need - give.get(n, 0) / room * excess for n, need in enumerate(natural)]
    whole = sum(natural)
    return [need * width / whole for need in natural]


def _cell(
    text: str, width: float, align: Literal["left", "right", "centre"], colour: str = INK, *, bold: bool = False
) -> str | TextBlock:
    """A bare string where it fits on one line in the first font (seven times as fast), else a block that wraps."""
    if not bold and "\n" not in text and fonts.plain(text) and fonts.width(text, _SIZE) <= width - 2 * _PAD:
        return text
    return TextBlock(text, Style(size=_SIZE, leading=_LEADING, colour=colour, align=align, bold=bold))


def _pieces(row: list[str | TextBlock], widths: Sequence[float]) -> list[list[str | TextBlock]]:
    """The row, cut into several where a cell has more lines than a row may have."""
    blocks = {n: cell for n, cell in enumerate(row) if isinstance(cell, TextBlock)}
    cut = {n: _chunks(block.text, widths[n] - 2 * _PAD) for n, block in blocks.items()}
    count = max((len(chunks) for chunks in cut.values()), default=1)
    if count == 1:
        return [row]
    pieces: list[list[str | TextBlock]] = [[cell if m == 0 else "" for cell in row] for m in range(count)]
    for n, chunks in cut.items():
        for m, chunk in enumerate(chunks):
            pieces[m][n] = TextBlock(chunk, blocks[n].style)
    return pieces


def _chunks(text: str, width: float) -> list[str]:
    lines = break_lines(text, _SIZE, width)
    return ["\n".join(lines[n : n + _MOST_LINES]) for n in range(0, len(lines), _MOST_LINES)]


def _heights(data: Sequence[Sequence[str | TextBlock]]) -> list[float | None]:
    """Rows of bare strings are all alike; the others are measured."""
    plain = _LEADING + _PAD
    return [plain if all(isinstance(cell, str) for cell in row) else None for row in data]


def _style(columns: Sequence[Column], length: int, *, has_total: bool) -> list[Any]:
    """The three-line table of official papers (三线表) with light lines between rows."""
    sides = {"left": "LEFT", "right": "RIGHT", "centre": "CENTER"}
    style: list[Any] = [
        ("FONT", (0, 0), (-1, -1), fonts.current().name, _SIZE, _LEADING),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
        ("TOPPADDING", (0, 0), (-1, -1), _PAD / 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), _PAD / 2),
        ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
        ("BACKGROUND", (0, 0), (-1, 0), TEA_WASH),
        ("LINEABOVE", (0, 0), (-1, 0), 1.1, INK),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, INK),
        ("LINEBELOW", (0, length - 1), (-1, length - 1), 1.1, INK),
    ]
    style += [("ALIGN", (n, 0), (n, -1), sides[column.align]) for n, column in enumerate(columns)]
    if has_total:
        style.append(("LINEABOVE", (0, length - 1), (-1, length - 1), 0.6, INK))
        style.append(("NOSPLIT", (0, length - 2), (-1, length - 1)))  # a total never stands on a page of its own
    return style


def facts(pairs: Sequence[tuple[str, str]], *, per_row: int = 2) -> Flowable:
    """Labels and values in a ruled block, `per_row` pairs side by side; a long value takes the whole row."""
    return Fitted(lambda width: _facts(pairs, per_row, width))


def _facts(pairs: Sequence[tuple[str, str]], per_row: int, width: float) -> Flowable:
    label_width = max((fonts.width(label, _SIZE) for label, _ in pairs), default=0) + 2 * _PAD + 2
    label_width = min(label_width, width * 0.28)
    per_row = max(1, min(per_row, int(width / (label_width + 60))))
    value_width = width / per_row - label_width
    rows = _fact_rows(pairs, per_row, value_width * 1.6, width - label_width - 2 * _PAD)
    label_style, value_style = Style(size=_SIZE, leading=_LEADING, colour=TEA_DEEP), Style(size=_SIZE, leading=_LEADING)
    data: list[list[Any]] = []
    for row in rows:
        blocks = [(TextBlock(label, label_style), TextBlock(value, value_style)) for label, value in row]
        data.append([cell for pair in blocks for cell in pair] + [""] * 2 * (per_row - len(row)))
    short = [(n, 2 * len(row)) for n, row in enumerate(rows) if len(row) < per_row]
    style: list[Any] = [
        *_FACTS,
        ("FONT", (0, 0), (-1, -1), fonts.current().name),
        *(("BACKGROUND", (2 * n, 0), (2 * n, -1), TEA_WASH) for n in range(per_row)),
        *(("BACKGROUND", (used, n), (-1, n), "#ffffff") for n, used in short),
        *(("SPAN", (used - 1, n), (-1, n)) for n, used in short),
    ]
    widths = [label_width, value_width] * per_row
    return LongTable(data or [[""] * len(widths)], colWidths=widths, style=style, spaceAfter=8)


_FACTS = (
    ("GRID", (0, 0), (-1, -1), 0.4, LINE),
    ("BOX", (0, 0), (-1, -1), 0.8, INK),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
    ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
    ("TOPPADDING", (0, 0), (-1, -1), _PAD - 1),
    ("BOTTOMPADDING", (0, 0), (-1, -1), _PAD - 1),
)


def _fact_rows(
    pairs: Sequence[tuple[str, str]], per_row: int, long: float, whole: float
) -> list[list[tuple[str, str]]]:
    """Pairs in rows; a value wider than `long` points stands alone in its row of `whole` points, or in several."""
    rows: list[list[tuple[str, str]]] = []
    full = True
    for label, value in pairs:
        alone = fonts.width(value, _SIZE) > long or "\n" in value
        if full or alone or len(rows[-1]) == per_row:
            rows.append([])
        first, *others = _chunks(value, whole) if alone else [value]
        rows[-1].append((label, first))
        rows += [[("", other)] for other in others]
        full = alone
    return rows
