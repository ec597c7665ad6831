"""Acceptance of stations and of all else the county answers for: dossier, inspection, decision, report."""

from stations.service.acceptance.checklists import has_checklist, templates
from stations.service.acceptance.decision import decide, find_report, issue_report, withdraw_report
from stations.service.acceptance.dossier import record_evidence, submit
from stations.service.acceptance.files import MOST_AT_ONCE, Incoming, remove_file
from stations.service.acceptance.frozen import freeze, photo_loader
from stations.service.acceptance.gate import get_acceptance, get_finding, get_item, may_prepare
from stations.service.acceptance.inspection import (
    add_finding,
    close_inspection,
    judge_item,
    rectify,
    reinspect,
    waive_item,
)
from stations.service.acceptance.money import paid_fen
from stations.service.acceptance.opening import (
    list_owners,
    list_payees,
    list_ready_projects,
    open_acceptance,
    open_dossier,
)
from stations.service.acceptance.queries import (
    export_rows,
    get_checklist,
    list_of_project,
    list_of_station,
    query_acceptances,
)

__all__ = [
    "MOST_AT_ONCE",
    "Incoming",
    "add_finding",
    "close_inspection",
    "decide",
    "export_rows",
    "find_report",
    "freeze",
    "get_acceptance",
    "get_checklist",
    "get_finding",
    "get_item",
    "has_checklist",
    "issue_report",
    "judge_item",
    "list_of_project",
    "list_of_station",
    "list_owners",
    "list_payees",
    "list_ready_projects",
    "may_prepare",
    "open_acceptance",
    "open_dossier",
    "paid_fen",
    "photo_loader",
    "query_acceptances",
    "record_evidence",
    "rectify",
    "reinspect",
    "remove_file",
    "submit",
    "templates",
    "waive_item",
    "withdraw_report",
]
