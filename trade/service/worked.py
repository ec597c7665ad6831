"""How busy stations were: what inspections and the active rate (D4) ask."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.database import db
from app.core.scope import in_scope
from trade.models.services import DayClose, PurchaseService, PurchaseStatus, SaleService, SaleStatus
from trade.service import hot


@dataclass(frozen=True)
class Work:
    """Of one station between two days: records that stand, days with at least one, such days that were closed."""

    records: int = 0
    days: int = 0
    days_closed: int = 0


NOTHING = Work()


def work_of_stations(
    scope_code: str, first: date, last: date, station_ids: Collection[uuid.UUID] | None = None
) -> dict[uuid.UUID, Work]:
    """What the stations of a scope (or some of them) recorded from one day to another; idle ones are left out.

    代买 and 代卖 count, voided ones don't. A day counts as closed when it has a 日结, corrected or not.
    """
    hot.write(PurchaseService, SaleService)
    parts = [
        _records(model, voided, scope_code, first, last, station_ids)
        for model, voided in ((PurchaseService, PurchaseStatus.VOIDED), (SaleService, SaleStatus.VOIDED))
    ]
    days = sa.union_all(*parts).subquery()
    worked = (
        sa.select(days.c.station_id, days.c.day, sa.func.sum(days.c.records).label("records"))
        .group_by(days.c.station_id, days.c.day)
        .subquery()
    )
    closed = sa.exists().where(DayClose.station_id == worked.c.station_id, DayClose.day == worked.c.day)
    query = sa.select(
        worked.c.station_id,
        sa.func.sum(worked.c.records),
        sa.func.count(),
        sa.func.sum(sa.case((closed, 1), else_=0)),
    ).group_by(worked.c.station_id)
    return {row[0]: Work(int(row[1]), int(row[2]), int(row[3])) for row in db.session.execute(query)}


def _records(
    model: Any, voided: Any, scope_code: str, first: date, last: date, station_ids: Collection[uuid.UUID] | None
) -> sa.Select[Any]:
    query = (
        sa.select(model.station_id, model.day, sa.func.count().label("records"))
        .where(in_scope(model.division_code, scope_code), model.day >= first, model.day <= last, model.status != voided)
        .group_by(model.station_id, model.day)
    )
    return query if station_ids is None else query.where(model.station_id.in_(station_ids))
