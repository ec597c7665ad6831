"""Sheets of stickers with the lot's code."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from itertools import groupby
from typing import Any

import numpy as np
import zxingcpp
from flask import current_app
from flask_babel import lazy_gettext as _l
from reportlab.lib.units import mm

from app.core import jobs, uploads
from app.core.access import Actor
from app.core.command import command
from app.core.errors import InvalidInput
from app.core.jobs import Job, Progress
from app.core.pdf import fonts
from app.core.pdf.canvas import PageCanvas
from app.core.pdf.frame import one_at_a_time
from app.core.pdf.text import Style, draw_line
from app.core.uploads import Upload
from traceability.models import Lot
from traceability.permissions import LABELS_PRINT
from traceability.rules import digital_link
from traceability.rules.label_sheets import QUIET_MODULES, SMALLEST_MODULE_MM, Sheet, sheets
from traceability.service.lots import get_lot

AT_ONCE = 40  # more than that is made as a job
MOST = 20_000
DOT = 72 / 300  # points; printers have 300, 600 or 1,200 dots to the inch
_STICKER = "sticker"


def label_url(lot: Lot) -> str:
    """The address in the code: it stays for years."""
    return digital_link.build(lot.gtin, lot.code).uri(current_app.config["BASE_URL"])


def labels_pdf(
    lot: Lot, count: int, sheet: str = "A4-40", *, first: int = 1, progress: Callable[[int, int], None] | None = None
) -> bytes:
    """A PDF of ``count`` stickers for a lot on named stock, beginning at sticker ``first`` of the first page.

    QR code at error correction M with four modules of quiet zone, drawn as a path, with product, lot and a hint in
    Chinese. Raises InvalidInput for unknown stock (field ``sheet``) or a count out of range (field ``count``).
    """
    stock = _stock(sheet, count, first)
    out = io.BytesIO()
    with one_at_a_time:
        canvas = PageCanvas(
            out, pagesize=(stock.page_width * mm, stock.page_height * mm), invariant=1, pageCompression=1
        )
        canvas.setTitle(f"{lot.product_name} {lot.code}")
        canvas.setCreator("乡驿")
        _draw_sticker(canvas, stock, lot)
        pages = -(-(count + first - 1) // stock.per_page)
        for page, places in groupby(stock.places(count, first), key=lambda place: place[0]):
            if progress:
                progress(page, pages)
            for _page, x, y in places:
                canvas.saveState()
                canvas.translate(_to_dots(x * mm), _to_dots(y * mm))
                canvas.doForm(_STICKER)
                canvas.restoreState()
            canvas.showPage()
        canvas.save()
    return out.getvalue()


def _stock(sheet: str, count: int, first: int) -> Sheet:
    if sheet not in sheets():
        raise InvalidInput(_l("没有这种标签纸。"), field="sheet")
    if not 1 <= count <= MOST:
        raise InvalidInput(_l("一次最多打 %(most)s 枚。", most=MOST), field="count")
    if not 1 <= first <= sheets()[sheet].per_page:
        raise InvalidInput(_l("第一枚的位置超出了这张纸。"), field="first")
    return sheets()[sheet]


def _draw_sticker(canvas: PageCanvas, stock: Sheet, lot: Lot) -> None:
    """The sticker as a form of its own, drawn once and placed many times."""
    lines = [
        (lot.product_name, 7.5, True),
        (lot.product_spec, 6, False),
        (f"批次 {lot.code}", 6.5, False),
        ("扫码看来源", 6, False),
    ]
    width, height, code = stock.width * mm, stock.height * mm, stock.code * mm
    canvas.beginForm(_STICKER, 0, 0, width, height)
    if stock.width >= stock.code + 25:  # room beside the code
        _draw_code(canvas, label_url(lot), 1 * mm, (height - code) / 2, code)
        x, room, y = code + 1.5 * mm, width - code - 4 * mm, height / 2 + 8 * mm
        scale, align = 1.35, "left"
    else:
        lines = [(f"{lot.product_name} {lot.product_spec}", 7, True), (f"批次 {lot.code} · 扫码看来源", 6, False)]
        _draw_code(canvas, label_url(lot), (width - code) / 2, height - code - 0.5 * mm, code)
        x, room, y = 2 * mm, width - 4 * mm, height - code - 1 * mm
        scale, align = 1.0, "centre"
    for text, size, bold in lines:
        fitted = _fitting(text, size * scale, room)
        y -= size * scale * 1.32
        draw_line(canvas, x, y, text, Style(size=fitted, align=align, bold=bold, colour="#000000"), room)  # type: ignore[arg-type]
    canvas.endForm()


def _fitting(text: str, size: float, room: float) -> float:
    """The size at which a caption fits into its room."""
    wide = fonts.width(text, size)
    return size if wide <= room else size * room / wide


def _draw_code(canvas: PageCanvas, url: str, x: float, y: float, side: float) -> None:
    """The code in the middle of its square, its modules whole printer's dots: they all come out equally wide."""
    matrix = qr_matrix(url)
    modules = len(matrix) + 2 * QUIET_MODULES
    module = int(side / modules / DOT) * DOT
    if module / mm < SMALLEST_MODULE_MM:
        raise InvalidInput(_l("地址太长，这种标签纸太小，请换大一点的。"), field="sheet")
    spare = (side - modules * module) / 2
    x, y = _to_dots(x + spare + QUIET_MODULES * module), _to_dots(y + side - spare - QUIET_MODULES * module)
    path = canvas.beginPath()
    for row, cells in enumerate(matrix):
        for start, length in _dark_runs(cells):
            path.rect(x + start * module, y - (row + 1) * module, length * module, module)
    canvas.setFillColor("#000000")
    canvas.drawPath(path, stroke=0, fill=1)


def _to_dots(points: float) -> float:
    return round(points / DOT) * DOT


def qr_matrix(text: str) -> Any:
    """The modules of the QR code, True where dark, without the quiet zone; error correction M."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.QRCode, ec_level="M")
    return np.array(barcode.to_image(scale=1, add_quiet_zones=False)) == 0


def _dark_runs(cells: Any) -> list[tuple[int, int]]:
    """``(start, length)`` of the dark stretches of a row: one rectangle each leaves no hairlines between modules."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], cells, [False]))))
    return [(int(start), int(end - start)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


@command
def start_labels(*, actor: Actor, lot: Lot, count: int, sheet: str) -> Job:
    """Make many stickers in the background; raises like :func:`labels_pdf`."""
    actor.require(LABELS_PRINT)
    lot = get_lot(actor, lot.id)
    _stock(sheet, count, 1)
    label = _l("%(count)s 枚标签：%(name)s %(lot)s", count=count, name=lot.product_name, lot=lot.code)
    return jobs.start(actor, "traceability.labels", label, lot_id=str(lot.id), count=count, sheet=sheet)


@jobs.kind("traceability.labels", _l("追溯标签"))
def make_labels(progress: Progress, *, lot_id: str, count: int, sheet: str) -> Upload:
    """The work of the job."""
    lot = get_lot(progress.actor, uuid.UUID(lot_id))
    content = labels_pdf(lot, count, sheet, progress=lambda done, total: progress.step(done, total))
    return keep_labels(progress.actor, uuid.UUID(lot_id), content, count)


@command
def keep_labels(actor: Actor, lot_id: uuid.UUID, content: bytes, count: int) -> Upload:
    """Store a finished sheet."""
    lot = get_lot(actor, lot_id)
    return uploads.store(actor, content, f"labels-{lot.code}-{count}.pdf", uploads.PDF, lot.division_code)
