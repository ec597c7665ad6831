"""Asset labels on paper: 24 to a sheet of A4, each with its number and a code that opens the thing's page."""

from __future__ import annotations

import io
from collections.abc import Sequence

from flask import current_app
from flask_babel import lazy_gettext as _l
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from app.core import ids
from app.core.pdf import fonts
from app.core.pdf.canvas import PageCanvas
from app.core.pdf.frame import one_at_a_time
from app.core.pdf.graphics import QrCode
from app.core.pdf.text import Style, draw_line
from stations.errors import ProjectClosed
from stations.models import ConstructionProject, EquipmentUnit

ACROSS, DOWN = 3, 8  # common stock: 70 × 37 mm
WIDTH, HEIGHT = A4[0] / ACROSS, A4[1] / DOWN
CODE = 27 * mm


def asset_url(number: str) -> str:
    """The address in the code on a label."""
    return f"{current_app.config['BASE_URL']}/stations/assets/{number}"


def label_sheet(project: ConstructionProject) -> bytes:
    """The labels of everything on the project's list, as PDF. Raises ProjectClosed when nothing is on it."""
    units = [unit for thing in project.listed for unit in thing.units]
    if not units:
        raise ProjectClosed(_l("设备清单还是空的，先登记设备再打标签。"))
    out = io.BytesIO()
    with one_at_a_time:
        canvas = PageCanvas(out, pagesize=A4, invariant=1, pageCompression=1)
        canvas.setTitle(f"{project.station_name} 资产标签")
        canvas.setCreator("乡驿")
        per_page = ACROSS * DOWN
        for start in range(0, len(units), per_page):
            _page(canvas, units[start : start + per_page], project.station_name)
            canvas.showPage()
        canvas.save()
    return out.getvalue()


def _page(canvas: PageCanvas, units: Sequence[EquipmentUnit], station_name: str) -> None:
    for n, unit in enumerate(units):
        row, column = divmod(n, ACROSS)
        canvas.saveState()
        canvas.translate(column * WIDTH, A4[1] - (row + 1) * HEIGHT)
        _label(canvas, unit, station_name)
        canvas.restoreState()


def _label(canvas: PageCanvas, unit: EquipmentUnit, station_name: str) -> None:
    code = QrCode(asset_url(unit.number), CODE)
    code.wrapOn(canvas, CODE, CODE)
    code.drawOn(canvas, 3 * mm, (HEIGHT - CODE) / 2)
    x, room = 3 * mm + CODE + 1 * mm, WIDTH - CODE - 7 * mm
    lines = (
        (unit.equipment.name, 10.0, True),
        (unit.equipment.model, 7.5, False),
        (ids.grouped(unit.number), 9.5, True),
        (station_name, 7.5, False),
        ("县财政补助资产 请勿挪作他用", 6.5, False),
    )
    y = HEIGHT / 2 + 10 * mm
    for text, size, bold in lines:
        if not text:
            continue
        wide = fonts.width(text, size)
        fitted = size if wide <= room else size * room / wide
        y -= size * 1.45
        draw_line(canvas, x, y, text, Style(size=fitted, bold=bold, colour="#000000"), room)
