"""Tables of logistics, by noun."""

from logistics.models.handovers import (
    HANDOVER_MOVES,
    ExceptionKind,
    ExceptionStatus,
    Handover,
    HandoverLine,
    HandoverStatus,
    ParcelException,
)
from logistics.models.parcels import (
    FINAL,
    IN_TRANSIT,
    PARCEL_MOVES,
    Direction,
    Parcel,
    ParcelEvent,
    ParcelStatus,
    Picker,
    Pickup,
    PickupDesk,
    SizeClass,
    What,
)
from logistics.models.runs import RUN_MOVES, Run, RunStatus, RunStop, Tier, Vehicle

__all__ = [
    "FINAL",
    "HANDOVER_MOVES",
    "IN_TRANSIT",
    "PARCEL_MOVES",
    "RUN_MOVES",
    "Direction",
    "ExceptionKind",
    "ExceptionStatus",
    "Handover",
    "HandoverLine",
    "HandoverStatus",
    "Parcel",
    "ParcelEvent",
    "ParcelException",
    "ParcelStatus",
    "Picker",
    "Pickup",
    "PickupDesk",
    "Run",
    "RunStatus",
    "RunStop",
    "SizeClass",
    "Tier",
    "Vehicle",
    "What",
]
