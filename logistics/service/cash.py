"""Which parcels brought cash over a counter: 代收货款 of what was picked up, 运费 of what was sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.core.database import db
from app.core.scope import in_scope
from logistics.models import Direction, Parcel, ParcelEvent, What
from logistics.service import bulk


@dataclass(frozen=True)
class Cash:
    """What a parcel brings its carrier in cash, in fen, at which village point's counter."""

    parcel_id: uuid.UUID
    station_id: uuid.UUID
    waybill_number: str
    carrier: str
    carrier_name: str
    cod_fen: int
    freight_fen: int


def cash_of(parcel_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Cash]:
    """Those of the parcels that bring cash at all, by id."""
    columns = (Parcel.id, Parcel.village_station_id, Parcel.waybill_number, Parcel.carrier, Parcel.carrier_name)
    found: dict[uuid.UUID, Cash] = {}
    for some in bulk.chunks(parcel_ids):
        query = sa.select(*columns, Parcel.cod_fen, Parcel.freight_fen).where(
            bulk.among(Parcel.id, some), sa.or_(Parcel.cod_fen > 0, Parcel.freight_fen > 0)
        )
        found |= {row.id: Cash(*row) for row in db.session.execute(query)}
    return found


def cod_collected(scope_code: str) -> dict[str, int]:
    """Cash on delivery of the parcels that were picked up, in fen by ``division carrier``."""
    return _by_carrier(Parcel.cod_fen, scope_code, Parcel.pickup_id.is_not(None))


def freight_collected(scope_code: str) -> dict[str, int]:
    """Freight of the parcels that were sent and not given back at the counter, by ``division carrier``."""
    given_back = sa.select(ParcelEvent.id).where(
        ParcelEvent.parcel_id == Parcel.id,
        ParcelEvent.what == What.RETURNED,
        ParcelEvent.station_id == Parcel.village_station_id,
    )
    return _by_carrier(Parcel.freight_fen, scope_code, Parcel.direction == Direction.UP, ~given_back.exists())


def _by_carrier(
    fen: sa.orm.InstrumentedAttribute[int], scope_code: str, *only: sa.ColumnElement[bool]
) -> dict[str, int]:
    query = (
        sa.select(Parcel.division_code, Parcel.carrier, sa.func.sum(fen))
        .where(fen > 0, in_scope(Parcel.division_code, scope_code), *only)
        .group_by(Parcel.division_code, Parcel.carrier)
    )
    return {f"{division} {carrier}": int(total) for division, carrier, total in db.session.execute(query)}
