"""A month's report on paper and as a workbook, made from frozen facts and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core import ids
from app.core.documents import Issue
from app.core.format import growth
from app.core.money import format_fen
from app.core.pdf import A4, Frame, parts, render
from app.core.pdf import Column as PdfColumn
from app.core.sheets import Column, write_xlsx
from datacenter import rules
from datacenter.service.statistics import Month, trend_chart

FIGURES = (
    ("stations", Column("站点（个）", "int")),
    ("sale_fen", Column("代卖（元）", "fen")),
    ("sale_online_fen", Column("其中线上（元）", "fen")),
    ("purchase_fen", Column("代买（元）", "fen")),
    ("retail_fen", Column("网上零售额（元）", "fen")),
    ("parcels_down", Column("包裹 下（件）", "int")),
    ("parcels_up", Column("包裹 上（件）", "int")),
)
NOT_DUE = "—"
_SHARES = {"text": 1.5, "fen": 1.45, "int": 1}  # of the width of the page


def sheet_columns(frozen: dict[str, Any]) -> list[Column]:
    """The columns of the table."""
    return [Column("站点" if frozen["by_station"] else "乡镇"), *(column for _key, column in FIGURES)]


def cells(name: str, figures: dict[str, Any]) -> list[Any]:
    """A row of the workbook: what was not due stands as a dash."""
    return [name, *(NOT_DUE if figures[key] is None else figures[key] for key, _column in FIGURES)]


def workbook_of(frozen: dict[str, Any]) -> bytes:
    """The workbook of frozen facts: real numbers, the total, the definitions."""
    rows = [cells(row["name"], row) for row in frozen["rows"]] + [cells("合计", frozen["total"])]
    notes = [f"{name}：{text}" for name, text in frozen["definitions"]]
    title = f"{frozen['division_name']} {frozen['month']} 交易统计"
    return write_xlsx(title, sheet_columns(frozen), rows, notes=notes)


def pdf(frozen: dict[str, Any], issue: Issue) -> bytes:
    """The unsigned PDF of frozen facts."""
    months = [Month(*facts) for facts in frozen["trend"]]
    frame = Frame(
        title=f"{rules.in_chinese(frozen['month'])}电商服务统计月报",
        issuer=frozen["issuer"],
        issued_at=issue.issued_at,
        number=ids.grouped(issue.number),
        verify_url=issue.verify_url,
        page_size=A4,
    )
    return render(frame, [*_summary(frozen, issue), *_townships(frozen), *_months(months), *_end(frozen)])


def _summary(frozen: dict[str, Any], issue: Issue) -> list[Any]:
    revision = f"第 {frozen['revision']} 版" + ("，代替前一版" if frozen["revision"] > 1 else "")
    pairs = [
        ("统计期", rules.in_chinese(frozen["month"])),
        ("范围", frozen["division_name"]),
        ("版次", revision),
        ("制表", frozen["prepared_by"]),
        ("数据状态", "已冻结；签发以后的更正，另出新版，旧版作废"),
        ("数据指纹", issue.frozen_sha256),
    ]
    total, before = frozen["total"], frozen["year_before"]
    rows = [
        [column.label, _words(column, total[key]), _words(column, before[key]), growth(total[key], before[key])]
        for key, column in FIGURES
        if key != "stations"
    ]
    rows.insert(0, [FIGURES[0][1].label, _words(FIGURES[0][1], total["stations"]), NOT_DUE, NOT_DUE])
    columns = [
        PdfColumn("指标", weight=2),
        PdfColumn("本月", "right", weight=2),
        PdfColumn("上年同月", "right", weight=2),
        PdfColumn("同比", "right", weight=1),
    ]
    return [parts.facts(pairs), parts.heading("一、总数"), parts.table(columns, rows)]


def _townships(frozen: dict[str, Any]) -> list[Any]:
    columns = [
        PdfColumn(column.label, "left" if column.kind == "text" else "right", weight=_SHARES[column.kind])
        for column in sheet_columns(frozen)
    ]
    rows = [_line(row["name"], row) for row in frozen["rows"]]
    heading = "二、各站点" if frozen["by_station"] else "二、各乡镇"
    return [parts.heading(heading), parts.table(columns, rows, total=_line("合计", frozen["total"]))]


def _months(months: Sequence[Month]) -> list[Any]:
    fen = Column("", "fen")
    columns = [PdfColumn("月份", weight=1)] + [
        PdfColumn(label, "right", weight=1) for label in ("代卖（元）", "同比", "代买（元）", "同比")
    ]
    rows = [
        [
            rules.in_chinese(m.month),
            _words(fen, m.sale_fen),
            growth(m.sale_fen, m.sale_before_fen),
            _words(fen, m.purchase_fen),
            growth(m.purchase_fen, m.purchase_before_fen),
        ]
        for m in months
    ]
    chart = parts.chart(trend_chart(months, height=180), "代卖（上行，实线）与代买（下行，虚线）")
    return [parts.heading("三、近十二个月"), chart, parts.table(columns, rows)]


def _end(frozen: dict[str, Any]) -> list[Any]:
    return [
        parts.heading("四、统计口径"),
        *(parts.definition(f"{title}：{text}") for title, text in frozen["definitions"]),
        parts.signature_lines(["制表", "县商务主管部门"]),
    ]


def _line(name: str, figures: dict[str, Any]) -> list[str]:
    return [name, *(_words(column, figures[key]) for key, column in FIGURES)]


def _words(column: Column, value: int | None) -> str:
    """A figure as it is printed."""
    if value is None:
        return NOT_DUE
    return format_fen(value).replace("¥", "") if column.kind == "fen" else f"{value:,}"
