"""Drawings, QR codes and photos as flowables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import cast

import qrcode
from PIL import Image, ImageOps
from qrcode.constants import ERROR_CORRECT_M
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.pathobject import PDFPathObject
from reportlab.platypus import Flowable

from app.core.drawing import Circle, Drawing, Path, Rect, Shape, Text
from app.core.pdf import fonts
from app.core.pdf.canvas import PageCanvas
from app.core.pdf.text import LINE, SOFT, Style, break_lines, draw_line

_CAPTION = Style(size=8.5, leading=13, colour=SOFT, align="centre")
_PIXELS_PER_POINT = 200 / 72
_LARGEST = (1600, 1600)
_EVEN_ODD = 0  # reportlab's FILL_EVEN_ODD, which its type stubs do not know


class DrawingFlowable(Flowable):
    """A drawing `width` points wide (narrower where the place is), with a caption below it."""

    def __init__(self, drawing: Drawing, width: float, caption: str = "") -> None:
        super().__init__()
        self.drawing = drawing
        self.wanted = width
        self.caption = caption
        self.spaceBefore = self.spaceAfter = 6
        self.scale = 1.0

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Shrinks to the width and, on a short page, to the height."""
        below = _CAPTION.leading + 2 if self.caption else 0
        self.scale = min(self.wanted, width) / self.drawing.width
        if height > 0 and self.drawing.height * self.scale + below > height > 120:
            self.scale = max((height - below) / self.drawing.height, self.scale * 0.7)
        self.width, self.height = width, self.drawing.height * self.scale + below
        return self.width, self.height

    def draw(self) -> None:
        """Shape by shape."""
        canvas = cast(PageCanvas, self.canv)
        left = (self.width - self.drawing.width * self.scale) / 2
        for shape in self.drawing.shapes:
            canvas.saveState()
            _Pen(canvas, left, self.height, self.scale).draw(shape)
            canvas.restoreState()
        if self.caption:
            draw_line(canvas, 0, 3, self.caption, _CAPTION, self.width)


class _Pen:
    """Draws shapes that have y downwards on a page that has it upwards."""

    def __init__(self, canvas: PageCanvas, left: float, top: float, scale: float) -> None:
        self.canvas, self.left, self.top, self.scale = canvas, left, top, scale

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, self.top - y * self.scale

    def draw(self, shape: Shape) -> None:
        canvas = self.canvas
        if shape.fill:
            canvas.setFillColor(shape.fill)
        if shape.stroke:
            canvas.setStrokeColor(shape.stroke)
            canvas.setLineWidth(shape.stroke_width * self.scale)
            canvas.setDash([part * self.scale for part in shape.dash])
        if isinstance(shape, Text):
            self._text(shape)
            return
        path = canvas.beginPath()
        left, bottom, right, top = self._trace(path, shape)
        canvas.drawPath(path, stroke=int(bool(shape.stroke)), fill=int(bool(shape.fill)), fillMode=_EVEN_ODD)
        if shape.href and "://" in shape.href:
            canvas.linkURL(shape.href, (left, bottom, right, top), relative=1)

    def _trace(self, path: PDFPathObject, shape: Shape) -> tuple[float, float, float, float]:
        """Draws the outline into the path and tells its box."""
        if isinstance(shape, Rect):
            x, y = self.at(shape.x, shape.y + shape.height)
            width, height = shape.width * self.scale, shape.height * self.scale
            path.rect(x, y, width, height)
            return x, y, x + width, y + height
        if isinstance(shape, Circle):
            (x, y), r = self.at(shape.x, shape.y), shape.radius * self.scale
            path.circle(x, y, r)
            return x - r, y - r, x + r, y + r
        if not isinstance(shape, Path):
            raise TypeError(shape)
        for ring in shape.rings:
            for n, point in enumerate(ring):
                (path.lineTo if n else path.moveTo)(*self.at(*point))
            if shape.closed and ring:
                path.close()
        points = [self.at(*point) for ring in shape.rings for point in ring] or [(0.0, 0.0)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)

    def _text(self, shape: Text) -> None:
        canvas, size = self.canvas, shape.size * self.scale
        canvas.setFont(fonts.current().name, size)
        x, y = self.at(shape.x, shape.y)
        width = fonts.width(shape.text, size)
        x -= {"start": 0.0, "middle": width / 2, "end": width}[shape.anchor]
        if shape.stroke:
            canvas.setLineJoin(1)
            canvas.drawString(x, y, shape.text, mode=1)
        canvas.drawString(x, y, shape.text)
        if shape.href and "://" in shape.href:
            canvas.linkURL(shape.href, (x, y - size * 0.2, x + width, y + size), relative=1)


class QrCode(Flowable):
    """A QR code of `size` points including its quiet zone of four modules, with words below it."""

    def __init__(self, text: str, size: float, caption: str = "") -> None:
        super().__init__()
        self.text, self.size, self.caption = text, size, caption
        self.spaceBefore = self.spaceAfter = 4

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Always its own size."""
        self.width, self.height = self.size, self.size + (_CAPTION.leading if self.caption else 0)
        return self.width, self.height

    def draw(self) -> None:
        """The code and its words."""
        canvas = cast(PageCanvas, self.canv)
        draw_qr(canvas, self.text, 0, self.height - self.size, self.size)
        if self.caption:
            draw_line(canvas, 0, 4, self.caption, _CAPTION, self.size)


def draw_qr(canvas: PageCanvas, text: str, x: float, y: float, size: float) -> None:
    """Draws the code as one path with the bottom left corner of its quiet zone at x, y; error correction M (15 %)."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    module = size / len(matrix)
    canvas.setFillColor("#ffffff")
    canvas.rect(x, y, size, size, stroke=0, fill=1)
    canvas.setFillColor("#000000")
    path = canvas.beginPath()
    for row, cells in enumerate(matrix):
        for start, length in _dark_runs(cells):
            path.rect(x + start * module, y + size - (row + 1) * module, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _dark_runs(cells: list[bool]) -> list[tuple[int, int]]:
    """(start, length) of each run of dark modules: one rectangle each leaves no hairlines between modules."""
    runs: list[tuple[int, int]] = []
    for n, dark in enumerate(cells):
        if dark and runs and sum(runs[-1]) == n:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((n, 1))
    return runs


class Photo(Flowable):
    """A photo with its caption, no larger than its place; the pixels are reduced to what print can show (200 dpi)."""

    def __init__(self, content: bytes, caption: str = "", *, max_height: float = 90 * mm) -> None:
        super().__init__()
        self.image = _read(content)
        self.caption = caption
        self.max_height = max_height
        self.spaceBefore = self.spaceAfter = 6
        self.lines: Sequence[str] = ()

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Fits the picture between the width and its greatest height."""
        across, up = self.image.size if self.image else (4, 1)
        scale = min(width / across, self.max_height / up, 1 / _PIXELS_PER_POINT * 2)
        self.drawn = (across * scale, up * scale) if self.image else (width, min(width / 4, self.max_height))
        self.lines = break_lines(self.caption, _CAPTION.size, width) if self.caption else []
        self.width, self.height = width, self.drawn[1] + len(self.lines) * _CAPTION.leading + 4
        return self.width, self.height

    def draw(self) -> None:
        """The picture centred in its place, its caption below."""
        canvas = cast(PageCanvas, self.canv)
        width, height = self.drawn
        x, y = (self.width - width) / 2, self.height - height
        if self.image:
            canvas.drawImage(ImageReader(_reduced(self.image, self.drawn)), x, y, width, height)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.5)
        canvas.rect(x, y, width, height)
        if not self.image:
            draw_line(canvas, x, y + height / 2 - 3, "照片文件已损坏，无法显示", _CAPTION, width)
        for n, line in enumerate(self.lines):
            draw_line(canvas, 0, y - _CAPTION.leading * (n + 1) + 3, line, _CAPTION, self.width)


def _reduced(image: Image.Image, size: tuple[float, float]) -> io.BytesIO:
    """The picture as JPEG with the pixels that its size on paper (in points) can show."""
    small = image.copy()
    small.thumbnail((max(1, round(size[0] * _PIXELS_PER_POINT)), max(1, round(size[1] * _PIXELS_PER_POINT))))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=82)
    out.seek(0)
    return out


def _read(content: bytes) -> Image.Image | None:
    """The upright picture on white, or None for a broken file: one bad photo must not cost the whole report."""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            opened.draft("RGB", _LARGEST)
            opened.thumbnail(_LARGEST)
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright.getchannel("A"))
    return flat
