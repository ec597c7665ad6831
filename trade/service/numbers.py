"""Receipt numbers: a station's records of one day are numbered 1, 2, 3 … without a gap."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from app.core.database import db
from trade.models.services import StationDay
from trade.service import hot

_TABLE: Any = StationDay.__table__


def _upsert(insert: Any) -> Any:
    statement = insert(_TABLE).values(station_id=sa.bindparam("station_id"), day=sa.bindparam("day"), last_number=1)
    return statement.on_conflict_do_update(
        index_elements=[_TABLE.c.station_id, _TABLE.c.day], set_={"last_number": _TABLE.c.last_number + 1}
    ).returning(_TABLE.c.last_number)


_LAST = sa.select(_TABLE.c.last_number).where(
    _TABLE.c.station_id == sa.bindparam("of_station"), _TABLE.c.day == sa.bindparam("on_day")
)
_NEXT = {"postgresql": _upsert(postgres_insert), "sqlite": _upsert(sqlite_insert)}


def next_number(station_id: uuid.UUID, day: date) -> int:
    """The next number of that station and day.

    One statement; the counter's row stays locked until the transaction ends, so a number that is rolled back is given
    to the next record, and two tills never get the same one.
    """
    dialect = db.session.connection().dialect.name
    return int(hot.run(_NEXT[dialect], {"station_id": station_id, "day": day}).scalar_one())


def last_number(station_id: uuid.UUID, day: date) -> int:
    """How many records the station has numbered that day."""
    return hot.run(_LAST, {"of_station": station_id, "on_day": day}).scalar() or 0
