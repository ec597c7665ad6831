"""Statistics for the official: figures, what is behind them, and the issued reports."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import pgettext
from markupsafe import Markup

from app.core import clock, jobs
from app.core import format as formats
from app.core.access import Actor, current_actor, requires
from app.core.drawing import Drawing
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.core.web import send_bytes
from datacenter import service
from datacenter.permissions import REPORT_ISSUE, STATISTICS_READ
from datacenter.service import ReceiptFilter, ReceiptKind
from datacenter.service.statistics import MonthTable, Row
from stations import service as stations_service
from trade.permissions import ORDERS_READ

bp = Blueprint("datacenter", __name__, template_folder="templates")


@bp.get("/statistics")
@requires(STATISTICS_READ)
def statistics() -> ResponseReturnValue:
    """The last whole month, or the month chosen in the form; ``?place=`` keeps the division."""
    month = service.check_month(request.args.get("month") or service.default_month())
    place = request.args.get("place", "")
    if len(place) == 12 and place.isascii() and place.isdecimal():
        return redirect(url_for("datacenter.show_division", month=month, division_code=place), 303)
    return redirect(url_for("datacenter.show_month", month=month), 303)


@bp.get("/statistics/<month:month>")
@requires(STATISTICS_READ)
def show_month(month: str) -> str:
    """A month, by township; for a township's manager by station."""
    return _month_page(month, service.scope_of(current_actor()))


@bp.get("/statistics/<month:month>/<division:division_code>")
@requires(STATISTICS_READ)
def show_division(month: str, division_code: str) -> str:
    """A month in one township, by station."""
    return _month_page(month, division_code)


def _month_page(month: str, division_code: str) -> str:
    actor = current_actor()
    table = service.month_table(actor, service.check_month(month), division_code)
    report = service.covering_report(table)
    first, months = clock.parse_month(month), service.trend(table.division_code, month)
    over = clock.next_month(first) <= clock.today()
    return render_template(
        "datacenter/month.html",
        table=table,
        urls={row.key: _row_url(actor, table, row) for row in table.rows},
        top=table.division_code == service.scope_of(actor),
        months=list(reversed(months)),
        chart=_svg(service.trend_chart(months), month),
        definitions=_definitions(month),
        report=report,
        own_report=report is not None and report.division_code == table.division_code,
        corrected=report is not None and service.corrected_since(report, table),
        is_over=over,
        earlier=(first - timedelta(days=1)).strftime("%Y-%m"),
        later=clock.next_month(first).strftime("%Y-%m") if over else None,
        may_issue=actor.may(REPORT_ISSUE),
    )


def _row_url(actor: Actor, table: MonthTable, row: Row) -> str | None:
    """Where the figures of a row come from: a township's stations, a station's receipts, the orders."""
    if row.station_id is not None:
        return url_for("datacenter.show_receipts", month=table.month, station_id=row.station_id)
    if row.code is not None and row.code != table.division_code:
        return url_for("datacenter.show_division", month=table.month, division_code=row.code)
    if not actor.may(ORDERS_READ) or row.code is not None:
        return None
    first = clock.parse_month(table.month)
    last = clock.next_month(first) - timedelta(days=1)
    place = table.division_code
    return url_for("orders.list_orders", township=place, since=first.isoformat(), until=last.isoformat())


def _svg(drawing: Drawing, month: str) -> Markup:
    until = _("到 %(month)s 为止的十二个月", month=formats.month(month))
    return Markup(drawing.to_svg(title=_("上行与下行按月"), desc=until))  # noqa: S704  the drawing escapes its texts


def _definitions(month: str) -> list[tuple[str, str]]:
    found = service.list_definitions(month)
    return [(d.name_en, d.text_en) if formats.english() else (d.name, d.text) for d in found]


# -- receipts -------------------------------------------------------------------------------------


def _receipt_filter() -> ReceiptFilter:
    kind = request.args.get("kind", "")
    return ReceiptFilter(
        kind=ReceiptKind(kind) if kind in set(ReceiptKind) else None, q=request.args.get("q", "").strip()[:100]
    )


@bp.get("/statistics/<month:month>/stations/<uuid:station_id>")
@requires(STATISTICS_READ)
def show_receipts(month: str, station_id: uuid.UUID) -> str:
    """The receipts behind a station's figures."""
    actor, chosen = current_actor(), _receipt_filter()
    station = stations_service.get_station(station_id, actor=actor)
    query = service.receipts(actor, service.check_month(month), station_id, chosen)
    page = paginate(query, request.args.get("page", 1, type=int))
    return render_template(
        "datacenter/receipts.html",
        month=month,
        station=station,
        figures=service.station_figures(actor, month, station_id),
        page=page,
        urls={row.id: _receipt_url(row.kind, row.id) for row in page.items},
        chosen=chosen,
        kinds={kind.value: kind.label for kind in ReceiptKind},
        township=stations_service.get_division(station.division_code[:9].ljust(12, "0")),
    )


def _receipt_url(kind: str, record_id: uuid.UUID) -> str:
    if kind == ReceiptKind.SALE:
        return url_for("trade.show_sale", sale_id=record_id)
    if kind == ReceiptKind.PURCHASE:
        return url_for("trade.show_purchase", purchase_id=record_id)
    return url_for("parcels.show_parcel", parcel_id=record_id)


@bp.get("/statistics/<month:month>/stations/<uuid:station_id>/export.xlsx")
@requires(STATISTICS_READ)
def export_receipts(month: str, station_id: uuid.UUID) -> Response:
    """The receipts with the filters of the page, whole, as a workbook."""
    actor = current_actor()
    station = stations_service.get_station(station_id, actor=actor)
    columns = [
        Column(_("凭证号")),
        Column(_("时间"), "moment"),
        Column(_("类别")),
        Column(_("物品")),
        Column(pgettext("one", "乡亲")),
        Column(_("金额（元）"), "fen"),
        Column(_("线上")),
        Column(_("计入")),
    ]
    found = service.rows_of_receipts(actor, service.check_month(month), station_id, _receipt_filter())
    rows = [
        [
            r.code,
            r.recorded_at,
            str(ReceiptKind(r.kind).label),
            r.what,
            r.person,
            r.amount_fen,
            _("是") if r.online else "",
            _("作废，不计") if r.voided else _("计入"),
        ]
        for r in found
    ]
    content = write_xlsx(f"{station.name} {month}", columns, rows, at=clock.now())
    return send_bytes(content, f"receipts-{station.code}-{month}.xlsx")


# -- papers ---------------------------------------------------------------------------------------


@bp.get("/statistics/<month:month>/<division:division_code>/export.xlsx")
@requires(STATISTICS_READ)
def export_month(month: str, division_code: str) -> Response:
    """The table on the page as a workbook, with its definitions."""
    actor = current_actor()
    table = service.month_table(actor, service.check_month(month), division_code)
    return send_bytes(service.workbook(actor, table), f"statistics-{division_code}-{month}.xlsx")


@bp.get("/statistics/reports")
@requires(STATISTICS_READ)
def list_reports() -> str:
    """Every issued report."""
    query = service.list_reports(service.scope_of(current_actor()))
    page = paginate(query, request.args.get("page", 1, type=int))
    return render_template("datacenter/reports.html", page=page)


@bp.post("/statistics/<month:month>/report")
@requires(REPORT_ISSUE)
def issue_report(month: str) -> ResponseReturnValue:
    """Issue a month's report, as a job."""
    actor = current_actor()
    label = _l("%(month)s 统计月报", month=service.check_month(month))
    job = jobs.start(actor, "datacenter.month_report", label, month=month)
    return redirect(url_for("jobs.show_job", job_id=job.id), 303)
