"""Indicators and the register behind each: the figure, its list, and from a line to its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from app.core import clock
from app.core import format as formats
from app.core.access import Actor, current_actor, requires
from app.core.pagination import paginate_list
from app.core.sheets import Column, write_xlsx
from app.core.web import send_bytes
from app.core.words import in_language
from datacenter import service
from datacenter.permissions import STATISTICS_READ
from datacenter.service import registers
from datacenter.service.registers import Asked, Evidence, Figure, Indicator, Line, Register
from datacenter.views import bp
from stations import service as stations_service
from stations.models import Level

EVIDENCE = {
    "station": ("stations.show_station", "station_id"),
}


@dataclass(frozen=True)
class _Shown:
    """An indicator as the overview shows it."""

    indicator: Indicator
    register: Register
    figure: Figure


def _month() -> str:
    return service.check_month(request.args.get("month") or service.default_month())


def _asked(actor: Actor, month: str) -> Asked:
    """The month; of the present one only the days so far."""
    first = clock.parse_month(month)
    last = min(clock.next_month(first) - timedelta(days=1), clock.today())
    return Asked(actor, service.scope_of(actor), first, last)


@bp.get("/statistics/indicators")
@requires(STATISTICS_READ)
def list_indicators() -> str:
    """Every indicator with its figure, each leading to its register."""
    month = _month()
    asked = _asked(current_actor(), month)
    shown = []
    for indicator in registers.indicators(asked.last):
        found = registers.get_register(indicator.key, asked.last)[1]
        shown.append(_Shown(indicator, found, found.figure(list(found.lines(asked, indicator)))))
    return render_template(
        "datacenter/indicators.html", month=month, asked=asked, shown=shown, words=_words, told=figure_text
    )


def _words(indicator: Indicator) -> tuple[str, str]:
    """Name and definition in the reader's language."""
    return in_language(indicator.name, indicator.name_en), in_language(indicator.text, indicator.text_en)


def figure_text(figure: Figure) -> str:
    """``85.6 %``, ``12 个``, ``¥1,200.00``."""
    if figure.whole is not None:
        return formats.percent(figure.part, figure.whole)
    if figure.unit == "fen":
        return formats.fen(figure.part)
    return f"{formats.count(figure.part)} {figure.unit}".strip()


@bp.get("/statistics/indicators/<indicator:key>")
@requires(STATISTICS_READ)
def show_register(key: str) -> str:
    """The register behind an indicator: search, filters, pages."""
    actor, month = current_actor(), _month()
    asked = _asked(actor, month)
    indicator, register = registers.get_register(key, asked.last)
    every = registers.lines_of(key, asked)
    filters = _filters()
    page = paginate_list(registers.select(every, **filters), request.args.get("page", 1, type=int))
    name, text = _words(indicator)
    return render_template(
        "datacenter/register.html",
        month=month,
        asked=asked,
        indicator=indicator,
        register=register,
        name=name,
        text=text,
        figure=register.figure(every),
        told=figure_text,
        met=indicator.is_met(register.figure(every)),
        page=page,
        filters=filters,
        urls=[_evidence_url(line.evidence, month) for line in page.items],
        cell=_cell,
        townships=[(d.code, d.short_name) for d in stations_service.list_divisions(Level.TOWNSHIP, asked.scope_code)],
    )


def _filters() -> dict[str, Any]:
    place, counts = request.args.get("place", ""), request.args.get("counts", "")
    known = len(place) == 12 and place.isascii() and place.isdecimal()
    return {
        "q": request.args.get("q", "").strip()[:64],
        "place": place if known else "",
        "counts": {"yes": True, "no": False}.get(counts),
    }


def _evidence_url(evidence: Evidence | None, month: str) -> str | None:
    if evidence is None:
        return None
    if evidence.kind == "station-month":
        return url_for("datacenter.show_receipts", month=month, station_id=evidence.id)
    endpoint, argument = EVIDENCE[evidence.kind]
    return url_for(endpoint, **{argument: evidence.id})


def _cell(value: Any, column: Column) -> Any:
    if value is None:
        return "—"
    shown = {"int": formats.count, "fen": formats.yuan, "date": formats.day, "moment": formats.moment}
    return shown[column.kind](value) if column.kind in shown else value


@bp.get("/statistics/indicators/<indicator:key>/export.xlsx")
@requires(STATISTICS_READ)
def export_register(key: str) -> Response:
    """The list with the filters of the page, whole, with its definition."""
    month = _month()
    asked = _asked(current_actor(), month)
    indicator, register = registers.get_register(key, asked.last)
    lines = registers.select(registers.lines_of(key, asked), **_filters())
    name, text = _words(indicator)
    columns = [*(Column(str(c.label), c.kind) for c in register.columns), Column(str(register.counting))]
    rows = [_row(line) for line in lines]
    content = write_xlsx(f"{key} {name}", columns, rows, [text, _period(asked)], at=clock.now())
    return send_bytes(content, f"{key}-{month}.xlsx")


def _row(line: Line) -> list[Any]:
    return [*(_plain(cell) for cell in line.cells), _("是") if line.counts else _("否")]


def _plain(cell: Any) -> Any:
    """Labels are words that wait for their language; everything else goes in as it is."""
    return cell if cell is None or isinstance(cell, int | date) else str(cell)


def _period(asked: Asked) -> str:
    return _("%(first)s 至 %(last)s", first=asked.first.isoformat(), last=asked.last.isoformat())
