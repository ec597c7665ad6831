"""Tables of the station network, by noun."""

from stations.models import acceptance
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

__all__ = [
    "BUILT",
    "FINISHED",
    "SERVING",
    "STATION_MOVES",
    "Division",
    "DivisionRename",
    "Level",
    "Measure",
    "Plan",
    "PlanTarget",
    "Station",
    "StationKind",
    "StationStatus",
    "StationStatusChange",
    "StationVillage",
    "acceptance",
]
