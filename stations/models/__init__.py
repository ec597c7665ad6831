"""Tables of the station network, by noun."""

from stations.models import acceptance, inspection, phone_check
from stations.models.division import Division, DivisionRename, Level
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
from stations.models.project import PROJECT_MOVES, PROJECT_OVER, ConstructionProject, ProjectStatus

__all__ = [
    "BUILT",
    "FINISHED",
    "PROJECT_MOVES",
    "PROJECT_OVER",
    "SERVING",
    "STATION_MOVES",
    "ConstructionProject",
    "Division",
    "DivisionRename",
    "Level",
    "Measure",
    "Plan",
    "PlanTarget",
    "ProjectStatus",
    "Station",
    "StationKind",
    "StationStatus",
    "StationStatusChange",
    "StationVillage",
    "acceptance",
    "inspection",
    "phone_check",
]
