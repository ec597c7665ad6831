"""A month's report: the figures frozen, as a signed PDF and as a workbook with real numbers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, documents, jobs, uploads
from app.core.access import Actor
from app.core.charts import Series, line_chart
from app.core.command import command
from app.core.database import db
from app.core.documents import Issue
from app.core.errors import NotFound
from app.core.money import fen_to_yuan
from app.core.pdf import A4, Frame, parts, render
from app.core.pdf import Column as PdfColumn
from app.core.scope import require_scope
from app.core.sheets import Column, write_xlsx
from app.core.uploads import Upload
from datacenter import rules
from datacenter.errors import MonthNotOver, NothingNew
from datacenter.models import MonthReport
from datacenter.permissions import REPORT_ISSUE
from datacenter.service.definitions import list_definitions
from datacenter.service.statistics import MonthTable, month_table, scope_of, trend

SHEET_COLUMNS = [
    Column("乡镇"),
    Column("站点（个）", "int"),
    Column("代卖（元）", "fen"),
    Column("其中线上（元）", "fen"),
    Column("代买（元）", "fen"),
    Column("网上零售额（元）", "fen"),
    Column("包裹 下（件）", "int"),
    Column("包裹 上（件）", "int"),
]
PDF_COLUMNS = [PdfColumn(column.label, "left" if column.kind == "text" else "right") for column in SHEET_COLUMNS]
FIGURES = ("stations", "sale_fen", "sale_online_fen", "purchase_fen", "retail_fen", "parcels_down", "parcels_up")


def find_report(division_code: str, month: str) -> MonthReport | None:
    """The newest revision of a month's report, or None."""
    return db.session.scalar(
        sa.select(MonthReport)
        .where(MonthReport.division_code == division_code, MonthReport.month == month)
        .order_by(MonthReport.revision.desc())
        .limit(1)
    )


def get_report(actor: Actor, report_id: uuid.UUID) -> MonthReport:
    """A report in the actor's scope, or of the county above it. Raises NotFound."""
    report = db.session.get(MonthReport, report_id)
    if report is None:
        raise NotFound(_l("没有这份月报。"))
    require_scope(actor, report.division_code)
    return report


def list_reports(division_code: str) -> Sequence[MonthReport]:
    """All reports of a division, newest month and revision first."""
    return db.session.scalars(
        sa.select(MonthReport)
        .where(MonthReport.division_code == division_code)
        .order_by(MonthReport.month.desc(), MonthReport.revision.desc())
    ).all()


def freeze(actor: Actor, table: MonthTable) -> dict[str, Any]:
    """The facts of a report as plain data: what is hashed, kept, and the only thing the files are made from."""
    months, values = trend(table.division_code, table.month)
    on = clock.next_month(clock.parse_month(table.month))
    return {
        "month": table.month,
        "division_code": table.division_code,
        "division_name": table.division_name,
        "rows": [{"code": str(row.key), "name": row.name} | asdict(row.figures) for row in table.rows],
        "total": asdict(table.total),
        "trend": [[month, *pair] for month, pair in zip(months, values, strict=True)],
        "definitions": [[d.name, d.text] for d in list_definitions(on)],
        "prepared_by": actor.name,
    }


def corrected_since(report: MonthReport, table: MonthTable) -> bool:
    """Whether the figures of today differ from those of the report."""
    return bool(report.document.frozen["total"] != asdict(table.total))


@command
def issue_report(*, actor: Actor, month: str) -> MonthReport:
    """Freeze a month's figures and issue them.

    Raises MonthNotOver for a month that hasn't ended, NothingNew when the newest revision says the same.
    """
    actor.require(REPORT_ISSUE)
    if clock.next_month(clock.parse_month(month)) > clock.today():
        raise MonthNotOver(_l("这个月还没有结束，月底以后才能出报表。"), field="month")
    table = month_table(actor, month)
    frozen = freeze(actor, table)
    last = find_report(table.division_code, month)
    if last is not None and last.document.frozen["rows"] == frozen["rows"]:
        raise NothingNew(_l("数字和上一份报表一样，不用重出。"))
    document = documents.issue(
        actor=actor,
        kind="month_report",
        title=f"{table.division_name}{rules.in_chinese(month)}电商服务统计月报",
        division_code=table.division_code,
        frozen=frozen,
        build=lambda issue: pdf(frozen, issue),
    )
    workbook = uploads.store(actor, workbook_of(frozen), document.title, uploads.XLSX, table.division_code)
    if last is not None:
        documents.withdraw(actor=actor, document=last.document, reason=f"由更正后的 {document.number} 代替")
    report = MonthReport(
        division_code=table.division_code,
        month=month,
        revision=(last.revision if last else 0) + 1,
        issued_at=clock.now(),
        document=document,
        workbook=workbook,
    )
    db.session.add(report)
    db.session.flush()
    audit.record(
        actor=actor,
        action="statistics.issued",
        subject=report,
        division_code=table.division_code,
        text=f"签发{document.title}（第 {report.revision} 版），编号 {document.number}",
    )
    return report


def cells(name: str, figures: dict[str, Any]) -> list[Any]:
    """A row of the workbook: what was not due stands as a dash."""
    return [name, *("—" if figures[key] is None else figures[key] for key in FIGURES)]


def workbook_of(frozen: dict[str, Any]) -> bytes:
    """The workbook of frozen facts."""
    rows = [cells(row["name"], row) for row in frozen["rows"]] + [cells("合计", frozen["total"])]
    notes = [f"{name}：{text}" for name, text in frozen["definitions"]]
    return write_xlsx(f"{frozen['month']} 统计月报", SHEET_COLUMNS, rows, notes=notes)


def _words(row: Sequence[Any]) -> list[str]:
    """The cells of a row as they are printed."""
    return [
        str(value) if isinstance(value, str) else f"{value:,}" if kind == "int" else _thousands(value)
        for value, kind in zip(row, (column.kind for column in SHEET_COLUMNS), strict=True)
    ]


def _thousands(fen: int) -> str:
    yuan, _point, rest = fen_to_yuan(fen).partition(".")
    return f"{int(yuan):,}.{rest}"


def pdf(frozen: dict[str, Any], issue: Issue) -> bytes:
    """The unsigned PDF of frozen facts."""
    total, name = frozen["total"], frozen["division_name"]
    rows = [_words(cells(row["name"], row)) for row in frozen["rows"]] + [_words(cells("合计", total))]
    months = frozen["trend"]
    chart = line_chart(
        [Series("上行", [m[1] // 100 for m in months]), Series("下行", [m[2] // 100 for m in months])],
        [f"{int(m[0][5:])}月" for m in months],
        unit="元",
    )
    body = [
        parts.facts(
            [
                ("统计期", rules.in_chinese(frozen["month"])),
                ("范围", name),
                ("数据状态", "已冻结，签发后的更正另出新版"),
                ("制表", frozen["prepared_by"]),
                ("数据指纹", issue.frozen_sha256),
            ]
        ),
        parts.heading("一、总数"),
        parts.facts([(c.label, w) for c, w in zip(SHEET_COLUMNS[1:], rows[-1][1:], strict=True)]),
        parts.heading("二、近十二个月"),
        parts.chart(chart, "代卖（上行）与代买（下行），元"),
        parts.heading("三、各乡镇"),
        parts.table(PDF_COLUMNS, rows),
        parts.heading("四、统计口径"),
        *(parts.definition(f"{title}：{text}") for title, text in frozen["definitions"]),
        parts.signature_lines(["制表", "审核", "县商务主管部门"]),
    ]
    frame = Frame(
        title=f"{rules.in_chinese(frozen['month'])}电商服务统计月报",
        issuer=f"{name}县级公共服务中心",
        issued_at=issue.issued_at,
        number=issue.number,
        verify_url=issue.verify_url,
        page_size=A4,
    )
    return render(frame, body)


@jobs.kind("datacenter.month_report", _l("统计月报"))
def make_month_report(progress: jobs.Progress, *, month: str) -> Upload:
    """The job behind the button: the signed PDF is its result."""
    progress.step(0, 2, _l("正在汇总数字"))
    report = issue_report(actor=progress.actor, month=month)
    return report.document.upload


def month_report_files(*, actor: Actor, month: str) -> list[tuple[str, bytes]]:
    """The signed PDF and the workbook of a month as ``(file name, bytes)``, issued now unless they were already."""
    scope = scope_of(actor)
    report = find_report(scope, month)
    if report is None or corrected_since(report, month_table(actor, month)):
        report = issue_report(actor=actor, month=month)
    files = (report.document.upload, report.workbook)
    return [(upload.filename, uploads.open_bytes(upload)) for upload in files]
