"""Statistics for the official: figures, what is behind them, and the issued reports."""

from __future__ import annotations

import uuid
from datetime import timedelta

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.core import clock, ids, jobs
from app.core.access import current_actor, requires
from app.core.format import english
from app.core.format import month as month_words
from app.core.pagination import paginate
from app.core.web import send_bytes
from datacenter import rules, service
from datacenter.permissions import REPORT_ISSUE, STATISTICS_READ
from datacenter.service.reports import freeze, workbook_of
from stations import service as stations_service

bp = Blueprint("datacenter", __name__, template_folder="templates")


@bp.get("/statistics")
@requires(STATISTICS_READ)
def statistics() -> ResponseReturnValue:
    """The last whole month, or the month chosen in the form."""
    month = request.args.get("month") or service.default_month()
    return redirect(url_for("datacenter.show_month", month=service.check_month(month)), 303)


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
    report = service.find_report(table.division_code, month)
    first = clock.parse_month(month)
    return render_template(
        "datacenter/month.html",
        table=table,
        by_station=bool(table.rows) and isinstance(table.rows[0].key, uuid.UUID),
        top=table.division_code == service.scope_of(actor),
        chart=_chart(table.division_code, month),
        definitions=_definitions(month),
        report=report,
        corrected=report is not None and service.corrected_since(report, table),
        is_over=clock.next_month(first) <= clock.today(),
        earlier=(first - timedelta(days=1)).strftime("%Y-%m"),
        later=clock.next_month(first).strftime("%Y-%m") if clock.next_month(first) <= clock.today() else None,
        may_issue=actor.may(REPORT_ISSUE),
        new_id=ids.new_id(),
        year_before=rules.year_before(month),
    )


def _chart(division_code: str, month: str) -> Markup:
    drawing = service.trend_chart(division_code, month)
    until = _("到 %(month)s 为止的十二个月", month=month_words(month))
    return Markup(drawing.to_svg(title=_("上行与下行按月"), desc=until))  # noqa: S704  the drawing escapes its texts


def _definitions(month: str) -> list[tuple[str, str]]:
    found = service.list_definitions(clock.parse_month(month))
    return [(d.name_en, d.text_en) if english() else (d.name, d.text) for d in found]


@bp.get("/statistics/<month:month>/stations/<uuid:station_id>")
@requires(STATISTICS_READ)
def show_receipts(month: str, station_id: uuid.UUID) -> str:
    """The receipts behind a station's figures."""
    actor = current_actor()
    station = stations_service.get_station(station_id, actor=actor)
    page = paginate(
        service.receipts(actor, service.check_month(month), station_id), request.args.get("page", 1, type=int)
    )
    return render_template("datacenter/receipts.html", month=month, station=station, page=page)


@bp.get("/statistics/<month:month>/<division:division_code>/export.xlsx")
@requires(STATISTICS_READ)
def export_month(month: str, division_code: str) -> Response:
    """The table on the page as a workbook, with its definitions."""
    actor = current_actor()
    table = service.month_table(actor, service.check_month(month), division_code)
    return send_bytes(workbook_of(freeze(actor, table)), f"{table.division_name}-{month}.xlsx")


@bp.get("/statistics/reports")
@requires(STATISTICS_READ)
def list_reports() -> str:
    """Every issued report."""
    return render_template("datacenter/reports.html", reports=service.list_reports(service.scope_of(current_actor())))


@bp.post("/statistics/<month:month>/report")
@requires(REPORT_ISSUE)
def issue_report(month: str) -> ResponseReturnValue:
    """Issue a month's report, as a job."""
    actor = current_actor()
    label = _("%(month)s 统计月报", month=month_words(service.check_month(month)))
    job = jobs.start(actor, "datacenter.month_report", label, month=month)
    return redirect(url_for("jobs.show_job", job_id=job.id), 303)
