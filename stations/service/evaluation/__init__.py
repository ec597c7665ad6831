"""Performance evaluation: three rounds on a score tree, evidence, rectification, signed reports."""

from stations.service.evaluation.evidence import add_document, add_link, may_add, remove_evidence
from stations.service.evaluation.frozen import freeze
from stations.service.evaluation.gate import get_evaluation, get_leaf, get_rectification
from stations.service.evaluation.queries import (
    get_score_table,
    list_publicities_of,
    list_rows,
    open_problems,
    query_evaluations,
    table_rows,
)
from stations.service.evaluation.rectification import add_rectification, recheck, report_rectified
from stations.service.evaluation.reports import find_valid, issue_report, withdraw_report
from stations.service.evaluation.scoring import (
    PERMISSION_OF,
    close_evaluation,
    hand_on,
    open_evaluation,
    score_leaf,
    send_back,
)
from stations.service.evaluation.trees import read_trees, registers, trees

__all__ = [
    "PERMISSION_OF",
    "add_document",
    "add_link",
    "add_rectification",
    "close_evaluation",
    "find_valid",
    "freeze",
    "get_evaluation",
    "get_leaf",
    "get_rectification",
    "get_score_table",
    "hand_on",
    "issue_report",
    "list_publicities_of",
    "list_rows",
    "may_add",
    "open_evaluation",
    "open_problems",
    "query_evaluations",
    "read_trees",
    "recheck",
    "registers",
    "remove_evidence",
    "report_rectified",
    "score_leaf",
    "send_back",
    "table_rows",
    "trees",
    "withdraw_report",
]
