"""Inspection of running stations: rounds, points, findings, results, what follows from them."""

from stations.service.inspection.criteria import criteria_of, standards
from stations.service.inspection.gate import get_finding, get_inspection, get_round
from stations.service.inspection.photos import NOT_CLOSED, remove_photo
from stations.service.inspection.queries import (
    InspectionFilter,
    Redrawn,
    SubsidyLine,
    all_inspections,
    all_rounds,
    averages,
    get_whole,
    inspected_rows,
    inspections_of_station,
    listed_pieces,
    progress,
    query_inspections,
    query_rounds,
    redraw_round,
    stations_of_round,
    subsidy_proposal,
    townships_of,
)
from stations.service.inspection.rectification import (
    add_inspection_finding,
    order_rectification,
    rectify_finding,
    reinspect_finding,
    resolve_rectification,
)
from stations.service.inspection.rounds import Choice, move_round, plan_round
from stations.service.inspection.scoring import Suggestion, correct_score, excuse, finish_scoring, save_score

__all__ = [
    "NOT_CLOSED",
    "Choice",
    "InspectionFilter",
    "Redrawn",
    "SubsidyLine",
    "Suggestion",
    "add_inspection_finding",
    "all_inspections",
    "all_rounds",
    "averages",
    "correct_score",
    "criteria_of",
    "excuse",
    "finish_scoring",
    "get_finding",
    "get_inspection",
    "get_round",
    "get_whole",
    "inspected_rows",
    "inspections_of_station",
    "listed_pieces",
    "move_round",
    "order_rectification",
    "plan_round",
    "progress",
    "query_inspections",
    "query_rounds",
    "rectify_finding",
    "redraw_round",
    "reinspect_finding",
    "remove_photo",
    "resolve_rectification",
    "save_score",
    "standards",
    "stations_of_round",
    "subsidy_proposal",
    "townships_of",
]
