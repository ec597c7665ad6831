"""What pages and commands ask of the data centre."""

from datacenter.service.definitions import list_definitions
from datacenter.service.receipts import ReceiptFilter, ReceiptKind, receipts, rows_of_receipts, station_figures
from datacenter.service.reports import (
    corrected_since,
    covering_report,
    find_report,
    get_report,
    issue_report,
    list_reports,
    month_report_files,
    workbook,
)
from datacenter.service.statistics import (
    check_month,
    default_month,
    month_table,
    scope_of,
    trend,
    trend_chart,
)

__all__ = [
    "ReceiptFilter",
    "ReceiptKind",
    "check_month",
    "corrected_since",
    "covering_report",
    "default_month",
    "find_report",
    "get_report",
    "issue_report",
    "list_definitions",
    "list_reports",
    "month_report_files",
    "month_table",
    "receipts",
    "rows_of_receipts",
    "scope_of",
    "station_figures",
    "trend",
    "trend_chart",
    "workbook",
]
