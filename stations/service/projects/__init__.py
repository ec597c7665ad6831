"""Construction projects: application, site, approval, building, procurement, equipment."""

from stations.service.projects.application import (
    apply_project,
    list_stations_to_build,
    payee_name,
    place_name,
    revise_application,
    withdraw_project,
)
from stations.service.projects.building import (
    accept_project,
    approve_project,
    asked,
    complete_project,
    refuse_project,
    start_building,
)
from stations.service.projects.equipment import add_equipment, void_equipment
from stations.service.projects.gate import get_project, hold
from stations.service.projects.procurement import (
    add_contract,
    add_invoice,
    get_invoice,
    set_invoice_lines,
    void_contract,
    void_invoice,
)
from stations.service.projects.scoring import criteria_lists, criteria_of, score_site

__all__ = [
    "accept_project",
    "add_contract",
    "add_equipment",
    "add_invoice",
    "apply_project",
    "approve_project",
    "asked",
    "complete_project",
    "criteria_lists",
    "criteria_of",
    "get_invoice",
    "get_project",
    "hold",
    "list_stations_to_build",
    "payee_name",
    "place_name",
    "refuse_project",
    "revise_application",
    "score_site",
    "set_invoice_lines",
    "start_building",
    "void_contract",
    "void_equipment",
    "void_invoice",
    "withdraw_project",
]
