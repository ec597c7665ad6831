"""Verification reports: the acceptance from stations, the figures of the trial run from trade and logistics."""

from app.flows.verification_reports.batch import count_decided, start_reports
from app.flows.verification_reports.issue import issue_report
from app.flows.verification_reports.operation import operation_figures

__all__ = ["count_decided", "issue_report", "operation_figures", "start_reports"]
