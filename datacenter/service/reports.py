"""A month's report: the figures frozen, issued as a signed PDF and as a workbook with real numbers."""

from __future__ import annotations

import uuid
from dataclasses import asdict, astuple
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload

from app.core import audit, clock, documents, jobs, uploads
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import NotFound
from app.core.scope import county_of, require_scope
from app.core.uploads import Upload
from datacenter import rules
from datacenter.errors import MonthNotOver, NothingNew
from datacenter.models import MonthReport
from datacenter.permissions import REPORT_ISSUE
from datacenter.rules import Figures
from datacenter.service import paper
from datacenter.service.definitions import list_definitions
from datacenter.service.statistics import MonthTable, check_month, month_table, scope_of, trend


def find_report(division_code: str, month: str) -> MonthReport | None:
    """The newest revision of a month's report, or None."""
    return db.session.scalar(
        sa.select(MonthReport)
        .where(MonthReport.division_code == division_code, MonthReport.month == month)
        .options(joinedload(MonthReport.document))
        .order_by(MonthReport.revision.desc())
        .limit(1)
    )


def covering_report(table: MonthTable) -> MonthReport | None:
    """The report in which a table's figures were issued: its own, or that of the county around it."""
    return find_report(county_of(table.division_code), table.month)


def get_report(actor: Actor, report_id: uuid.UUID) -> MonthReport:
    """A report in the actor's scope. Raises NotFound."""
    report = db.session.get(MonthReport, report_id)
    if report is None:
        raise NotFound(_l("没有这份月报。"))
    require_scope(actor, report.division_code)
    return report


def list_reports(division_code: str) -> sa.Select[Any]:
    """The query for all reports of a division, newest month and revision first."""
    return (
        sa.select(MonthReport)
        .where(MonthReport.division_code == division_code)
        .options(joinedload(MonthReport.document))
        .order_by(MonthReport.month.desc(), MonthReport.revision.desc())
    )


def freeze(actor: Actor, table: MonthTable, revision: int = 1) -> dict[str, Any]:
    """The facts of a report as plain data: what is hashed, kept, and the only thing the files are made from."""
    return {
        "month": table.month,
        "division_code": table.division_code,
        "division_name": table.division_name,
        "issuer": f"{table.division_name}电子商务公共服务中心",
        "revision": revision,
        "by_station": table.by_station,
        "rows": [{"code": row.key, "name": row.name} | asdict(row.figures) for row in table.rows],
        "total": asdict(table.total),
        "year_before": asdict(table.year_before),
        "trend": [list(astuple(month)) for month in trend(table.division_code, table.month)],
        "definitions": [[d.name, d.text] for d in list_definitions(table.month)],
        "prepared_by": actor.name,
    }


def _figures_of(frozen: dict[str, Any]) -> dict[str, Figures]:
    """The figures of a frozen report by row, whatever the rows were called."""
    return {row["code"]: Figures(**{name: row[name] for name in rules.NAMES}) for row in frozen["rows"]}


def corrected_since(report: MonthReport, table: MonthTable) -> bool:
    """Whether any figure of a table differs from what was issued: row by row, or in the row of its township."""
    issued = _figures_of(report.document.frozen)
    if report.division_code == table.division_code:
        return issued != {row.key: row.figures for row in table.rows}
    return issued.get(table.division_code, Figures()) != table.total


@command
def issue_report(*, actor: Actor, month: str) -> MonthReport:
    """Freeze a month's figures and issue them; a corrected report is a further revision, the last one is withdrawn.

    Raises MonthNotOver for a month that hasn't ended, NothingNew when the newest revision says the same.
    """
    actor.require(REPORT_ISSUE)
    if clock.next_month(clock.parse_month(check_month(month))) > clock.today():
        raise MonthNotOver(_l("这个月还没有结束，月底以后才能出报表。"), field="month")
    table = month_table(actor, month)
    last = find_report(table.division_code, month)
    if last is not None and not corrected_since(last, table):
        raise NothingNew(_l("数字和上一份报表一样，不用重出。"))
    revision = last.revision + 1 if last else 1
    frozen = freeze(actor, table, revision)
    document = documents.issue(
        actor=actor,
        kind="month_report",
        title=f"{table.division_name}{rules.in_chinese(month)}电商服务统计月报",
        division_code=table.division_code,
        frozen=frozen,
        build=lambda issue: paper.pdf(frozen, issue),
    )
    name = f"{document.title}-{document.number}.xlsx"
    kept = uploads.store(actor, paper.workbook_of(frozen), name, uploads.XLSX, table.division_code)
    if last is not None:
        documents.withdraw(actor=actor, document=last.document, reason=f"由更正后的 {document.number} 代替")
    report = MonthReport(
        division_code=table.division_code,
        month=month,
        revision=revision,
        issued_at=clock.now(),
        document=document,
        workbook=kept,
    )
    db.session.add(report)
    db.session.flush()
    audit.record(
        actor=actor,
        action="statistics.issued",
        subject=report,
        division_code=table.division_code,
        text=f"签发{document.title}（第 {revision} 版），编号 {document.number}",
    )
    return report


def workbook(actor: Actor, table: MonthTable) -> bytes:
    """The table on the page as a workbook."""
    return paper.workbook_of(freeze(actor, table))


@jobs.kind("datacenter.month_report", _l("统计月报"))
def make_month_report(progress: jobs.Progress, *, month: str) -> Upload:
    """The job behind the button: the signed PDF is its result."""
    progress.step(0, 2, _l("正在汇总数字、签章"))
    return issue_report(actor=progress.actor, month=month).document.upload


def month_report_files(*, actor: Actor, month: str) -> list[tuple[str, bytes]]:
    """The signed PDF and the workbook of a month as ``(file name, bytes)``, issued now unless they were already."""
    report = find_report(scope_of(actor), month)
    if report is None or corrected_since(report, month_table(actor, month)):
        report = issue_report(actor=actor, month=month)
    files = (report.document.upload, report.workbook)
    return [(upload.filename, uploads.open_bytes(upload)) for upload in files]
