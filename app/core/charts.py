"""Line and bar charts drawn on the server, in the colours of the house.

The first series is solid tea green, the second dashed persimmon: the dash and the word at the line tell them apart
without colour. A value of None is a gap (not reported), which is not the same as 0. The table stands below the chart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from flask_babel import gettext as _

from app.core.drawing import Drawing, text_width
from app.core.format import english

Value = int | Decimal | float | None

INK, SOFT, GRID, PAPER = "#1d2a24", "#5b6b63", "#e3e0d5", "#ffffff"
TEA, PERSIMMON, SKY, GOLD = "#1f6f4a", "#c4501b", "#2b5f8a", "#8a6a12"
TEA_WASH, PERSIMMON_WASH = "#e8f2ec", "#fdeee5"


@dataclass(frozen=True)
class Look:
    """How one series is told from the others: colour, dash of the line, fill of the bar."""

    colour: str
    dash: tuple[float, ...]
    bar: str


LOOKS = (
    Look(TEA, (), TEA),
    Look(PERSIMMON, (7, 5), PERSIMMON_WASH),
    Look(SKY, (2, 4), SKY),
    Look(GOLD, (12, 4, 2, 4), "#fbf3dc"),
)


@dataclass(frozen=True)
class Series:
    """One named row of values, as many as the chart has labels."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True)
class _Scale:
    """Where a value stands between two pixel positions."""

    low: float
    high: float
    at_low: float
    at_high: float

    def at(self, value: float) -> float:
        return self.at_low + (value - self.low) / (self.high - self.low) * (self.at_high - self.at_low)


def readable(value: float) -> str:
    """500000 → 50万, 150000000 → 1.5亿, 2500 → 2,500, 0.5 → 0.5; in English 500k, 150M."""
    words = ((1e6, "M"), (1e4, "k")) if english() else ((1e8, "亿"), (1e4, "万"))
    for size, word in words:
        if abs(value) >= size:
            return f"{value / size:.6g}{word}"
    return f"{value:,.6f}".rstrip("0").rstrip(".")


def exact(value: float | Decimal) -> str:
    """A figure in full with thousands separated: 141090 → 141,090; at most two decimals."""
    return f"{value:,.2f}".removesuffix("00").removesuffix(".")


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round positions (1, 2, 2.5 or 5 times a power of ten) that reach from at most `low` to at least `high`."""
    span = high - low
    if span < max(abs(low), abs(high)) * 1e-9 or span < 1e-9:
        span = max(abs(high), 1)
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, max(last, first + 1) + 1)]


def line_chart(
    series: Sequence[Series],
    labels: Sequence[str],
    *,
    unit: str = "",
    width: float = 640,
    height: float = 220,
    number: Callable[[float], str] = readable,
) -> Drawing:
    """One line per series over `labels` (months, days); each carries its name at its end. ValueError on odd lengths."""
    _check(series, labels)
    drawing = Drawing(width, height)
    marks = _ticks_of(series)
    left = max(text_width(number(mark), 12) for mark in marks) + 12
    right = width - max((text_width(s.name, 13) for s in series), default=0) - 14
    across = _Scale(0, max(len(labels) - 1, 1), left + 6, right)
    up = _Scale(marks[0], marks[-1], height - 26, 24 if unit else 14)
    _grid(drawing, marks, up, left, right, number, unit)
    _labels_below(drawing, labels, across, height - 8)
    ends = [_line(drawing, s, LOOKS[n % len(LOOKS)], across, up) for n, s in enumerate(series)]
    for n, y in enumerate(_apart(ends, 15, lowest=up.at_low)):
        drawing.text(right + 8, y + 4, series[n].name, size=13, colour=LOOKS[n % len(LOOKS)].colour)
    return drawing


def bar_chart(
    series: Sequence[Series],
    labels: Sequence[str],
    *,
    unit: str = "",
    width: float = 640,
    height: float = 220,
    number: Callable[[float], str] = readable,
) -> Drawing:
    """Bars side by side for each label."""
    _check(series, labels)
    drawing = Drawing(width, height)
    marks = _ticks_of(series)
    left = max(text_width(number(mark), 12) for mark in marks) + 12
    top = 28.0 if unit or len(series) > 1 else 14.0
    up = _Scale(marks[0], marks[-1], height - 26, top)
    step = (width - 10 - left) / max(len(labels), 1)
    _grid(drawing, marks, up, left, width - 6, number, unit)
    _legend(drawing, series, left + (text_width(unit, 11) + 44 if unit else 0), 12)
    bar = min(step * 0.72 / max(len(series), 1), 48)
    for n, one in enumerate(series):
        for m, value in enumerate(one.values):
            if value is not None:
                x = left + step * (m + 0.5) + bar * (n - len(series) / 2)
                y, zero = sorted((up.at(float(value)), up.at(0)))
                _bar(drawing, (x, y, bar * 0.92, zero - y), n, f"{labels[m]} {one.name} {exact(value)} {unit}".rstrip())
    _labels_below(drawing, labels, _Scale(0, 1, left + step / 2, left + step * 1.5), height - 8)
    return drawing


def bar_list(
    series: Sequence[Series],
    labels: Sequence[str],
    *,
    unit: str = "",
    width: float = 640,
    number: Callable[[float | Decimal], str] = exact,
) -> Drawing:
    """Names on the left, bars to the right, the number at the end of each: for many long names (townships).

    Its height grows with them.
    """
    _check(series, labels)
    several = len(series) > 1
    top, bar = (30.0 if several or unit else 8.0), (11.0 if several else 15.0)
    step = bar * len(series) + 9
    drawing = Drawing(width, top + step * len(labels) + 4)
    values = [float(value) for one in series for value in one.values if value is not None]
    left = max((text_width(label, 13) for label in labels), default=0) + 10
    room = max((text_width(number(value), 12) for value in values), default=0) + 8
    lowest, highest = min([0.0, *values]), max([0.0, *values])
    highest = highest if highest > lowest else lowest + 1
    along = _Scale(lowest, highest, left + (room if lowest < 0 else 0), width - room)
    if unit:
        drawing.text(width - 2, 11, _("单位：%(unit)s", unit=unit), size=11, anchor="end", colour=SOFT)
    _legend(drawing, series, left, 16)
    for m, label in enumerate(labels):
        y = top + step * m
        drawing.text(left - 8, y + bar * len(series) / 2 + 4.5, label, size=13, anchor="end", colour=INK)
        for n, one in enumerate(series):
            _bar_across(drawing, one.values[m], n, y + bar * n, bar, along, number)
    drawing.line((along.at(0), top - 2), (along.at(0), drawing.height - 4), SOFT)
    return drawing


def _check(series: Sequence[Series], labels: Sequence[str]) -> None:
    if any(len(one.values) != len(labels) for one in series):
        raise ValueError("every series has one value for each label")


def _ticks_of(series: Sequence[Series]) -> list[float]:
    values = [float(value) for one in series for value in one.values if value is not None]
    return ticks(min([0.0, *values]), max([0.0, *values]))


def _grid(
    drawing: Drawing,
    marks: Sequence[float],
    up: _Scale,
    left: float,
    right: float,
    number: Callable[[float], str],
    unit: str,
) -> None:
    for mark in marks:
        y = up.at(mark)
        drawing.line((left, y), (right, y), SOFT if mark == 0 else GRID)
        drawing.text(left - 6, y + 4, number(mark), size=12, anchor="end", colour=SOFT)
    if unit:
        drawing.text(2, 11, _("单位：%(unit)s", unit=unit), size=11, colour=SOFT)


def _labels_below(drawing: Drawing, labels: Sequence[str], across: _Scale, y: float) -> None:
    """All labels where they fit, else every second, third …, counted so that the last one always stands."""
    step = across.at(1) - across.at(0)
    widest = max((text_width(label, 12) for label in labels), default=0) + 8
    every = max(1, math.ceil(widest / step))
    for n, label in enumerate(labels):
        if (len(labels) - 1 - n) % every == 0:
            half = text_width(label, 12) / 2
            x = min(max(across.at(n), half), drawing.width - half)
            drawing.text(x, y, label, size=12, anchor="middle", colour=SOFT)


def _line(drawing: Drawing, series: Series, look: Look, across: _Scale, up: _Scale) -> float:
    """Draws the runs between gaps (a lone value as a dot) and tells the height of the last value."""
    end = up.at(0)
    run: list[tuple[float, float]] = []
    for n, value in enumerate([*series.values, None]):
        if value is not None:
            run.append((across.at(n), up.at(float(value))))
            end = run[-1][1]
            continue
        if len(run) == 1:
            drawing.circle(run[0], 3, look.colour)
        elif run:
            drawing.polyline(run, look.colour, width=3, dash=look.dash, title=series.name)
        run = []
    return end


def _apart(positions: Sequence[float], distance: float, lowest: float = math.inf) -> list[float]:
    """Moves positions down just enough that no two are nearer than `distance`; up again where one is below `lowest`."""
    placed = list(positions)
    order = sorted(range(len(placed)), key=placed.__getitem__)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + distance)
    for n in reversed(order):
        placed[n], lowest = min(placed[n], lowest), min(placed[n], lowest) - distance
    return placed


def _legend(drawing: Drawing, series: Sequence[Series], x: float, y: float) -> None:
    if len(series) < 2:
        return
    for n, one in enumerate(series):
        _bar(drawing, (x, y - 10, 14, 11), n, None)
        drawing.text(x + 19, y, one.name, size=12, colour=INK)
        x += 19 + text_width(one.name, 12) + 18


def _bar(drawing: Drawing, box: tuple[float, float, float, float], n: int, title: str | None) -> None:
    look = LOOKS[n % len(LOOKS)]
    if look.bar == look.colour:
        drawing.rect(*box, look.bar, title=title)
    else:
        drawing.rect(*box, look.bar, stroke=look.colour, stroke_width=1.5, dash=(4, 3), title=title)


def _bar_across(
    drawing: Drawing,
    value: Value,
    n: int,
    y: float,
    bar: float,
    along: _Scale,
    number: Callable[[float | Decimal], str],
) -> None:
    if value is None:
        return
    start, end = sorted((along.at(0), along.at(float(value))))
    _bar(drawing, (start, y + 0.5, end - start, bar - 1), n, None)
    if value < 0:
        drawing.text(start - 4, y + bar / 2 + 4, number(value), size=12, anchor="end", colour=SOFT)
    else:
        drawing.text(end + 4, y + bar / 2 + 4, number(value), size=12, colour=SOFT)
