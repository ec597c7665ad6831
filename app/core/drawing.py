"""A small vector drawing that is drawn once and shown twice: as SVG on a page and as a flowable in a PDF.

Coordinates are pixels with the origin at the top left, as in SVG. Text is plain text: nothing is ever read as markup.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from app.core.pdf.graphics import DrawingFlowable

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

_ALLOWED_LINK = re.compile(r"(https?://|/(?!/)|#|\?)", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What every shape has: a fill and a stroke (CSS #rrggbb, None: none), maybe a link, a title that names it."""

    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1
    dash: tuple[float, ...] = ()
    href: str | None = None
    title: str | None = None


@dataclass(frozen=True, kw_only=True)
class Path(Shape):
    """Lines and polygons: several rings are one shape, and a ring inside another is a hole (even-odd rule)."""

    rings: tuple[tuple[Point, ...], ...]
    closed: bool


@dataclass(frozen=True, kw_only=True)
class Rect(Shape):
    """A rectangle from its top left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Circle(Shape):
    """A circle around its centre."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True, kw_only=True)
class Text(Shape):
    """One line of text; y is the baseline, `fill` the colour of the letters, `stroke` a halo behind them."""

    x: float
    y: float
    text: str
    size: float
    anchor: Anchor


class Drawing:
    """A drawing of `width` × `height` pixels, built shape by shape; later shapes lie on top."""

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self.shapes: list[Shape] = []

    def line(
        self,
        start: Point,
        end: Point,
        stroke: str,
        *,
        width: float = 1,
        dash: Sequence[float] = (),
        title: str | None = None,
    ) -> None:
        """A straight line; `dash` is on, off, on, off … in pixels."""
        self.polyline([start, end], stroke, width=width, dash=dash, title=title)

    def polyline(
        self,
        points: Iterable[Point],
        stroke: str,
        *,
        width: float = 1,
        dash: Sequence[float] = (),
        href: str | None = None,
        title: str | None = None,
    ) -> None:
        """An open line through the points."""
        ring = tuple(points)
        self._add(
            Path(
                rings=(ring,),
                closed=False,
                stroke=stroke,
                stroke_width=width,
                dash=tuple(dash),
                href=href,
                title=title,
            )
        )

    def polygon(
        self,
        rings: Iterable[Iterable[Point]],
        fill: str | None,
        *,
        stroke: str | None = None,
        width: float = 1,
        dash: Sequence[float] = (),
        href: str | None = None,
        title: str | None = None,
    ) -> None:
        """One shape of one or more closed rings; holes and islands are just more rings."""
        closed = tuple(tuple(ring) for ring in rings)
        self._add(
            Path(
                rings=closed,
                closed=True,
                fill=fill,
                stroke=stroke,
                stroke_width=width,
                dash=tuple(dash),
                href=href,
                title=title,
            )
        )

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: str | None,
        *,
        stroke: str | None = None,
        stroke_width: float = 1,
        dash: Sequence[float] = (),
        href: str | None = None,
        title: str | None = None,
    ) -> None:
        """A rectangle from its top left corner; widths below zero are refused with ValueError."""
        if width < 0 or height < 0:
            raise ValueError("a rectangle has no negative side")
        self._add(
            Rect(
                x=x,
                y=y,
                width=width,
                height=height,
                fill=fill,
                stroke=stroke,
                stroke_width=stroke_width,
                dash=tuple(dash),
                href=href,
                title=title,
            )
        )

    def circle(
        self,
        centre: Point,
        radius: float,
        fill: str | None,
        *,
        stroke: str | None = None,
        stroke_width: float = 1,
        href: str | None = None,
        title: str | None = None,
    ) -> None:
        """A circle."""
        x, y = centre
        self._add(
            Circle(x=x, y=y, radius=radius, fill=fill, stroke=stroke, stroke_width=stroke_width, href=href, title=title)
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        anchor: Anchor = "start",
        colour: str = "#1d2a24",
        halo: str | None = None,
        href: str | None = None,
    ) -> None:
        """One line of text with its baseline at y; `halo` around the letters lifts them off a busy ground."""
        self._add(
            Text(x=x, y=y, text=text, size=size, anchor=anchor, fill=colour, stroke=halo, stroke_width=3, href=href)
        )

    def place(self, other: Drawing, x: float, y: float) -> None:
        """Copies the shapes of another drawing with its top left corner at x, y."""
        self.shapes += [_moved(shape, x, y) for shape in other.shapes]

    @property
    def has_links(self) -> bool:
        """Whether anything in the drawing can be followed."""
        return any(shape.href for shape in self.shapes)

    def to_svg(self, *, title: str, desc: str = "") -> str:
        """The drawing as an inline SVG element with `title` and `desc` for those who cannot see it.

        It scales to the width of its place. With links inside it is announced as a group, because the children of an
        image are hidden from a screen reader and its links would be lost.
        """
        body = "".join(_svg_shape(shape) for shape in self.shapes)
        key = f"{zlib.crc32((title + desc + body).encode('utf-8', 'replace')):08x}"
        described = f' aria-describedby="d{key}"' if desc else ""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(self.width)} {_number(self.height)}"'
            f' width="100%" role="{"group" if self.has_links else "img"}" aria-labelledby="t{key}"{described}'
            f' font-family="system-ui,sans-serif"><title id="t{key}">{_escape(title)}</title>'
            + (f'<desc id="d{key}">{_escape(desc)}</desc>' if desc else "")
            + f"{body}</svg>"
        )

    def flowable(self, width: float) -> DrawingFlowable:
        """The same drawing for a PDF, `width` points wide. Absolute links stay; relative ones have no base on paper."""
        from app.core.pdf.graphics import DrawingFlowable  # late: the web needs no PDF machinery to draw a chart

        return DrawingFlowable(self, width)

    def _add(self, shape: Shape) -> None:
        if shape.href is not None and not _ALLOWED_LINK.match(shape.href):
            raise ValueError(f"a drawing links to web addresses and pages of ours only, not to {shape.href!r}")
        self.shapes.append(shape)


def text_width(text: str, size: float) -> float:
    """About how wide a text stands, in pixels: a Chinese character is a square, the others a bit over half."""
    return sum(size if ord(char) > 0x2E7F else size * 0.56 for char in text)


def _moved(shape: Shape, dx: float, dy: float) -> Shape:
    if isinstance(shape, Path):
        return replace(shape, rings=tuple(tuple((x + dx, y + dy) for x, y in ring) for ring in shape.rings))
    if isinstance(shape, Rect | Circle | Text):
        return replace(shape, x=shape.x + dx, y=shape.y + dy)
    raise TypeError(shape)


def _number(value: float) -> str:
    """One decimal is a tenth of a pixel: finer digits only weigh."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _escape(text: str) -> str:
    return escape(_UNPRINTABLE.sub("�", text))


def _svg_shape(shape: Shape) -> str:
    tag, geometry, content = _svg_geometry(shape)
    if shape.title:
        content = f"<title>{_escape(shape.title)}</title>{content}"
    drawn = f"<{tag}{geometry}{_svg_paint(shape)}" + (f">{content}</{tag}>" if content else "/>")
    if not shape.href:
        return drawn
    label = f' aria-label="{_escape(shape.title)}"' if shape.title else ""
    return f'<a href="{_escape(shape.href)}"{label}>{drawn}</a>'


def _svg_geometry(shape: Shape) -> tuple[str, str, str]:
    if isinstance(shape, Path):
        return "path", f' d="{"".join(_svg_ring(ring, shape.closed) for ring in shape.rings)}"', ""
    if isinstance(shape, Rect):
        x, y, width, height = map(_number, (shape.x, shape.y, shape.width, shape.height))
        return "rect", f' x="{x}" y="{y}" width="{width}" height="{height}"', ""
    if isinstance(shape, Circle):
        return "circle", f' cx="{_number(shape.x)}" cy="{_number(shape.y)}" r="{_number(shape.radius)}"', ""
    if isinstance(shape, Text):
        anchor = "" if shape.anchor == "start" else f' text-anchor="{shape.anchor}"'
        place = f' x="{_number(shape.x)}" y="{_number(shape.y)}" font-size="{_number(shape.size)}"{anchor}'
        return "text", place, _escape(shape.text)
    raise TypeError(shape)


def _svg_ring(ring: tuple[Point, ...], closed: bool) -> str:
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in ring)
    return f"M{points}{'Z' if closed else ''}" if points else ""


def _svg_paint(shape: Shape) -> str:
    paint = f' fill="{_escape(shape.fill)}"' if shape.fill else ' fill="none"'
    if isinstance(shape, Path) and len(shape.rings) > 1 and shape.fill:
        paint += ' fill-rule="evenodd"'
    if not shape.stroke:
        return paint
    paint += f' stroke="{_escape(shape.stroke)}"'
    if shape.stroke_width != 1:
        paint += f' stroke-width="{_number(shape.stroke_width)}"'
    if shape.dash:
        paint += f' stroke-dasharray="{" ".join(map(_number, shape.dash))}"'
    if isinstance(shape, Text):
        paint += ' paint-order="stroke" stroke-linejoin="round"'
    return paint
