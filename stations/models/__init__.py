"""Tables of the station network, by noun."""

from stations.models import acceptance
from stations.models.division import Division, DivisionKeyMark, DivisionMerger, DivisionRename, Level
from stations.models.network import (
    BUILT,
    FINISHED,
    SERVING,
    STATION_MOVES,
    Station,
    StationKind,
    StationRename,
    StationStatus,
    StationStatusChange,
    StationVillage,
)
from stations.models.plan import Measure, Pace, Plan, PlanMilestone, PlanTarget
from stations.models.profile import (
    OFFERED_AT,
    PositionSource,
    Service,
    StationOffer,
    StationPartner,
    StationPosition,
    StationPremises,
    Tenure,
)
from stations.models.project import PROJECT_MOVES, PROJECT_OVER, ConstructionProject, ProjectStatus

__all__ = [
    "BUILT",
    "FINISHED",
    "OFFERED_AT",
    "PROJECT_MOVES",
    "PROJECT_OVER",
    "SERVING",
    "STATION_MOVES",
    "ConstructionProject",
    "Division",
    "DivisionKeyMark",
    "DivisionMerger",
    "DivisionRename",
    "Level",
    "Measure",
    "Pace",
    "Plan",
    "PlanMilestone",
    "PlanTarget",
    "PositionSource",
    "ProjectStatus",
    "Service",
    "Station",
    "StationKind",
    "StationOffer",
    "StationPartner",
    "StationPosition",
    "StationPremises",
    "StationRename",
    "StationStatus",
    "StationStatusChange",
    "StationVillage",
    "Tenure",
    "acceptance",
]
