"""Tables of the station network, by noun."""

from stations.models import acceptance
from stations.models.division import Division, DivisionRename, Level
from stations.models.equipment import AssetCheck, AssetCount, CountResult, Equipment, EquipmentUnit
from stations.models.network import (
    BUILT,
    FINISHED,
    SERVING,
    STATION_MOVES,
    Station,
    StationKind,
    StationStatus,
    StationStatusChange,
    StationVillage,
)
from stations.models.plan import Measure, Plan, PlanTarget
from stations.models.procurement import Contract, ContractKind, Invoice, InvoiceLine
from stations.models.project import (
    PROJECT_MOVES,
    PROJECT_OVER,
    BudgetCategory,
    ConstructionProject,
    ProjectBudgetLine,
    ProjectFile,
    ProjectStage,
    ProjectStatus,
    SiteScore,
    SiteVisit,
)

__all__ = [
    "BUILT",
    "FINISHED",
    "PROJECT_MOVES",
    "PROJECT_OVER",
    "SERVING",
    "STATION_MOVES",
    "AssetCheck",
    "AssetCount",
    "BudgetCategory",
    "ConstructionProject",
    "Contract",
    "ContractKind",
    "CountResult",
    "Division",
    "DivisionRename",
    "Equipment",
    "EquipmentUnit",
    "Invoice",
    "InvoiceLine",
    "Level",
    "Measure",
    "Plan",
    "PlanTarget",
    "ProjectBudgetLine",
    "ProjectFile",
    "ProjectStage",
    "ProjectStatus",
    "SiteScore",
    "SiteVisit",
    "Station",
    "StationKind",
    "StationStatus",
    "StationStatusChange",
    "StationVillage",
    "acceptance",
]
