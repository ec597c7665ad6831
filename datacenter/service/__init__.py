"""What pages and commands ask of the data centre."""

from datacenter.service.definitions import list_definitions
from datacenter.service.reports import (
    corrected_since,
    find_report,
    get_report,
    issue_report,
    list_reports,
    month_report_files,
)
from datacenter.service.statistics import (
    check_month,
    default_month,
    first_month,
    month_table,
    receipts,
    scope_of,
    trend_chart,
)

__all__ = [
    "check_month",
    "corrected_since",
    "default_month",
    "find_report",
    "first_month",
    "get_report",
    "issue_report",
    "list_definitions",
    "list_reports",
    "month_report_files",
    "month_table",
    "receipts",
    "scope_of",
    "trend_chart",
]
