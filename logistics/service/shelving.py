"""Shelves of the village points: every parcel that arrives gets its pickup code."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.core import clock
from app.core.database import db
from logistics.models import Parcel, ParcelStatus, PickupDesk, SizeClass
from logistics.rules.shelf import next_number, pickup_code, shelf_for
from logistics.service import bulk


@dataclass(frozen=True)
class ToShelve:
    """A parcel that lies on a village point's counter."""

    parcel_id: uuid.UUID
    station_id: uuid.UUID
    size: SizeClass
    is_cold: bool
    shelf: str = ""


def hold_desks(station_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PickupDesk]:
    """Take hold of the counters until the command ends; made where there is none yet."""
    held = _held(station_ids)
    missing = sorted(set(station_ids) - held.keys())
    if missing:
        insert = postgres_insert if db.session.get_bind().dialect.name == "postgresql" else sqlite_insert
        rows = [{"station_id": station_id, "last_number": 0, "wrong_codes": 0} for station_id in missing]
        db.session.connection().execute(insert(PickupDesk).on_conflict_do_nothing(), rows)
        held |= _held(missing)
    return held


def _held(station_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, PickupDesk]:
    """Locked in one order everywhere, so that two people never wait for each other."""
    found: dict[uuid.UUID, PickupDesk] = {}
    for some in bulk.chunks(sorted(station_ids)):
        query = sa.select(PickupDesk).where(bulk.among(PickupDesk.station_id, some)).order_by(PickupDesk.station_id)
        locked = query.with_for_update().execution_options(populate_existing=True)
        found |= {desk.station_id: desk for desk in db.session.scalars(locked)}
    return found


def give_codes(arrived: Sequence[ToShelve]) -> dict[uuid.UUID, str]:
    """A pickup code for each parcel, in their order; the counters are held so that none is given twice."""
    if not arrived:
        return {}
    today = clock.today()
    desks = hold_desks({item.station_id for item in arrived})
    waiting = _waiting_codes(desks, today)
    codes: dict[uuid.UUID, str] = {}
    for item in arrived:
        desk = desks[item.station_id]
        number = next_number(desk.counted_on, desk.last_number, today, waiting.pop(item.station_id, ()))
        desk.counted_on, desk.last_number = today, number
        codes[item.parcel_id] = pickup_code(item.shelf or shelf_for(item.size, item.is_cold), today, number)
    db.session.flush()
    return codes


def _waiting_codes(station_ids: Iterable[uuid.UUID], today: date) -> dict[uuid.UUID, list[str]]:
    """Codes on the shelves that carry today's day of the month: from today, or from a month ago."""
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for some in bulk.chunks(station_ids):
        query = sa.select(Parcel.holder_station_id, Parcel.pickup_code).where(
            bulk.among(Parcel.holder_station_id, some),
            Parcel.status == ParcelStatus.AT_VILLAGE,
            Parcel.pickup_code.contains(f"-{today.day:02d}-"),
        )
        rows: Sequence[Any] = db.session.execute(query).all()
        for station_id, code in rows:
            found[station_id].append(code)
    return found


def shelve_many(arrived: Sequence[ToShelve]) -> dict[uuid.UUID, str]:
    """Put parcels that were just received at their village point on its shelves; returns their codes."""
    codes, now = give_codes(arrived), clock.now()
    changes: list[dict[str, Any]] = [{"id": i, "pickup_code": code, "shelved_at": now} for i, code in codes.items()]
    bulk.update(Parcel, "id", changes)
    bulk.forget(Parcel)
    return codes
