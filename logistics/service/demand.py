"""What waits to be driven."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.core.database import db
from app.core.scope import in_scope
from logistics.models import Parcel, ParcelStatus

Pair = tuple[uuid.UUID, uuid.UUID]


@dataclass(frozen=True)
class Demand:
    """Parcels that wait, by station."""

    at_hub: Counter[uuid.UUID] = field(default_factory=Counter)  # for each village
    at_township: Counter[Pair] = field(default_factory=Counter)  # (township, village)
    at_village: Counter[uuid.UUID] = field(default_factory=Counter)  # to go up, at each village
    upward_at_township: Counter[uuid.UUID] = field(default_factory=Counter)  # to go up, at each township

    @property
    def total(self) -> int:
        """All of them."""
        return sum(sum(c.values()) for c in (self.at_hub, self.at_township, self.at_village, self.upward_at_township))


def waiting_demand(county_code: str) -> Demand:
    """The parcels of a county that wait at the hub, at township stations or at villages to be driven on."""
    demand = Demand()
    statuses = (
        ParcelStatus.AT_HUB,
        ParcelStatus.AT_TOWNSHIP,
        ParcelStatus.ACCEPTED_AT_VILLAGE,
        ParcelStatus.AT_TOWNSHIP_UP,
    )
    query = (
        sa.select(Parcel.status, Parcel.holder_station_id, Parcel.village_station_id, sa.func.count())
        .where(in_scope(Parcel.division_code, county_code), Parcel.status.in_(statuses))
        .group_by(Parcel.status, Parcel.holder_station_id, Parcel.village_station_id)
    )
    rows: Sequence[Any] = db.session.execute(query).all()
    for status, holder, village, number in rows:
        if status is ParcelStatus.AT_HUB:
            demand.at_hub[village] += number
        elif status is ParcelStatus.AT_TOWNSHIP:
            demand.at_township[holder, village] += number
        elif status is ParcelStatus.ACCEPTED_AT_VILLAGE:
            demand.at_village[village] += number
        else:
            demand.upward_at_township[holder] += number
    return demand
