"""Indicators and the register behind each: the figure, its list, and from a line to its evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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

# What the letter of a key stands for in the county's list.
GROUPS = {"A": _l("组织管理"), "B": _l("专项资金"), "C": _l("县级公共服务中心"), "D": _l("站点网络")}
EVIDENCE = {
    "asset": ("stations.show_asset", "number"),
    "duty-records": ("stations.list_duty_records", "contract_id"),
    "fund": ("stations.show_fund", "fund_id"),
    "fund-entry": ("stations.show_fund_entry", "entry_id"),
    "inspection": ("stations.show_station_inspection", "inspection_id"),
    "jobs": ("stations.list_operator_jobs", "contract_id"),
    "organisation-record": ("stations.show_organisation_record", "record_id"),
    "phone-check": ("stations.show_phone_check", "check_id"),
    "plan": ("stations.show_plan", "year"),
    "station": ("stations.show_station", "station_id"),
    "subsidy": ("stations.show_subsidy", "subsidy_id"),
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
    """Every indicator that the person may read with its figure, each leading to its register."""
    actor, month = current_actor(), _month()
    asked = _asked(actor, month)
    shown = []
    for indicator in registers.readable(actor, asked.last):
        found = registers.get_register(indicator.key, asked.last)[1]
        shown.append(_Shown(indicator, found, found.figure(list(found.lines(asked, indicator)))))
    return render_template(
        "datacenter/indicators.html",
        month=month,
        asked=asked,
        groups=[(GROUPS[letter], list(some)) for letter, some in groupby(shown, lambda s: s.indicator.key[0])],
        words=_words,
        told=figure_text,
        parts=_parts,
        target=_target,
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


def _parts(figure: Figure) -> str | None:
    """``¥1,200.00 / ¥3,000.00`` of money, ``85 / 100`` of anything else; None of a plain number."""
    if figure.whole is None:
        return None
    shown = formats.fen if figure.unit == "fen" else formats.count
    return f"{shown(figure.part)} / {shown(figure.whole)}"


def _target(indicator: Indicator, figure: Figure) -> str | None:
    """``≥ 85 %``, ``≤ 15 %``, ``≥ 30``, ``= 0``; None without one."""
    if indicator.target is None:
        return None
    sign = "≥" if indicator.limit == "at_least" else "≤" if indicator.target else "="
    return f"{sign} {indicator.target}" + (" %" if figure.whole is not None else "")


@bp.get("/statistics/indicators/<indicator:key>")
@requires(STATISTICS_READ)
def show_register(key: str) -> str:
    """The register behind an indicator: search, filters, pages."""
    actor, month = current_actor(), _month()
    asked = _asked(actor, month)
    indicator, register = registers.get_register(key, asked.last)
    every = registers.lines_of(key, asked)
    filters, figure = _filters(), register.figure(every)
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
        figure=figure,
        told=figure_text,
        parts=_parts(figure),
        target=_target(indicator, figure),
        met=indicator.is_met(figure),
        page=page,
        filters=filters,
        urls=[_evidence_url(line.evidence, month) for line in page.items],
        cell=_cell,
        townships=_townships(asked, every),
    )


def _townships(asked: Asked, lines: Sequence[Line]) -> list[tuple[str, str]]:
    """The townships to choose among; none where all lines are the county's."""
    if all(line.division_code == asked.scope_code for line in lines):
        return []
    return [(d.code, d.short_name) for d in stations_service.list_divisions(Level.TOWNSHIP, asked.scope_code)]


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
    shown: dict[str, Callable[[Any], str]] = {
        "int": formats.count,
        "fen": formats.yuan,
        "quantity": formats.qty,
        "date": formats.day,
        "moment": formats.moment,
    }
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
    columns = [Column(str(c.label), c.kind) for c in register.columns]
    rows = [[_plain(cell) for cell in line.cells] for line in lines]
    if register.judges:
        columns.append(Column(str(register.counting)))
        rows = [[*row, _("是") if line.counts else _("否")] for row, line in zip(rows, lines, strict=True)]
    content = write_xlsx(f"{key} {name}", columns, rows, [text, _period(asked)], at=clock.now())
    return send_bytes(content, f"{key}-{month}.xlsx")


def _plain(cell: Any) -> Any:
    """Labels are words that wait for their language; everything else goes in as it is."""
    return cell if cell is None or isinstance(cell, int | Decimal | date) else str(cell)


def _period(asked: Asked) -> str:
    return _("%(first)s 至 %(last)s", first=asked.first.isoformat(), last=asked.last.isoformat())
