"""The four legs of the network: county → township → village, and back up."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from logistics.errors import WrongLeg
from logistics.models import Direction, ParcelStatus, Tier
from stations.models import StationKind

_S, _K = ParcelStatus, StationKind


@dataclass(frozen=True)
class Leg:
    """Which status a parcel waits in, rides in and arrives in; on which tier of runs."""

    waiting: ParcelStatus
    riding: ParcelStatus
    arrived: ParcelStatus
    direction: Direction
    tier: Tier


LEGS: dict[tuple[StationKind, StationKind], Leg] = {
    (_K.COUNTY_CENTER, _K.TOWNSHIP_STATION): Leg(
        _S.AT_HUB, _S.TO_TOWNSHIP, _S.AT_TOWNSHIP, Direction.DOWN, Tier.TOWNSHIP
    ),
    (_K.TOWNSHIP_STATION, _K.VILLAGE_POINT): Leg(
        _S.AT_TOWNSHIP, _S.TO_VILLAGE, _S.AT_VILLAGE, Direction.DOWN, Tier.VILLAGE
    ),
    (_K.VILLAGE_POINT, _K.TOWNSHIP_STATION): Leg(
        _S.ACCEPTED_AT_VILLAGE, _S.TO_TOWNSHIP_UP, _S.AT_TOWNSHIP_UP, Direction.UP, Tier.VILLAGE
    ),
    (_K.TOWNSHIP_STATION, _K.COUNTY_CENTER): Leg(
        _S.AT_TOWNSHIP_UP, _S.TO_HUB, _S.AT_HUB_UP, Direction.UP, Tier.TOWNSHIP
    ),
}


def leg(sender: StationKind, receiver: StationKind) -> Leg:
    """The leg between two kinds of stations. Raises WrongLeg when parcels don't go that way."""
    found = LEGS.get((sender, receiver))
    if found is None:
        raise WrongLeg(_l("包裹不能从%(a)s直接交给%(b)s。", a=sender.label, b=receiver.label), field="to_station_id")
    return found


def leg_of(riding: ParcelStatus) -> Leg:
    """The leg on which a parcel in this status rides. KeyError when it doesn't."""
    return {found.riding: found for found in LEGS.values()}[riding]
