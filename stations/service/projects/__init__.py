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
    rework_project,
    start_building,
)
from stations.service.projects.counting import (
    ThreeWay,
    asset_history,
    count_assets,
    find_asset,
    last_counts,
    three_way,
    units_of_station,
)
from stations.service.projects.equipment import add_equipment, void_equipment
from stations.service.projects.gate import get_project, hold, remove_file
from stations.service.projects.labels import asset_url, label_sheet
from stations.service.projects.procurement import (
    add_contract,
    add_invoice,
    get_invoice,
    set_invoice_lines,
    void_contract,
    void_invoice,
)
from stations.service.projects.queries import (
    NEVER,
    equipment_on,
    equipment_present,
    list_assets,
    list_projects,
    projects_of_station,
    query_assets,
    query_projects,
)
from stations.service.projects.scoring import criteria_lists, criteria_of, score_site

__all__ = [
    "NEVER",
    "ThreeWay",
    "accept_project",
    "add_contract",
    "add_equipment",
    "add_invoice",
    "apply_project",
    "approve_project",
    "asked",
    "asset_history",
    "asset_url",
    "complete_project",
    "count_assets",
    "criteria_lists",
    "criteria_of",
    "equipment_on",
    "equipment_present",
    "find_asset",
    "get_invoice",
    "get_project",
    "hold",
    "label_sheet",
    "last_counts",
    "list_assets",
    "list_projects",
    "list_stations_to_build",
    "payee_name",
    "place_name",
    "projects_of_station",
    "query_assets",
    "query_projects",
    "refuse_project",
    "remove_file",
    "revise_application",
    "rework_project",
    "score_site",
    "set_invoice_lines",
    "start_building",
    "three_way",
    "units_of_station",
    "void_contract",
    "void_equipment",
    "void_invoice",
    "withdraw_project",
]
