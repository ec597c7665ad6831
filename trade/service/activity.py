"""What a station recorded in a period: the figures of its trial run."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.database import db
from trade.models import DayClose, PurchaseService, PurchaseStatus, SaleService, SaleStatus


@dataclass(frozen=True)
class Activity:
    """Records that stand (voided ones left out), amounts in fen, and the days on which there were any."""

    purchases: int
    purchase_fen: int
    sales: int
    sale_fen: int
    people: int  # different villagers and producers, each once
    closed_days: int
    days: frozenset[date]


def station_activity(station_id: uuid.UUID, first: date, last: date) -> Activity:
    """The activity of a station from ``first`` to ``last``, both within it."""
    bought = _records(PurchaseService, PurchaseStatus.VOIDED, station_id, first, last)
    sold = _records(SaleService, SaleStatus.VOIDED, station_id, first, last)
    purchases = db.session.execute(
        bought.with_only_columns(PurchaseService.day, PurchaseService.total_fen, PurchaseService.villager_id)
    ).all()
    sales = db.session.execute(
        sold.with_only_columns(
            SaleService.day, SaleService.amount_fen, sa.func.coalesce(SaleService.villager_id, SaleService.producer_id)
        )
    ).all()
    closed = sa.select(sa.func.count(sa.distinct(DayClose.day))).where(
        DayClose.station_id == station_id, DayClose.day.between(first, last)
    )
    return Activity(
        purchases=len(purchases),
        purchase_fen=sum(fen for _day, fen, _who in purchases),
        sales=len(sales),
        sale_fen=sum(fen for _day, fen, _who in sales),
        people=len({who for _day, _fen, who in (*purchases, *sales)}),
        closed_days=db.session.scalar(closed) or 0,
        days=frozenset(day for day, _fen, _who in (*purchases, *sales)),
    )


def _records(model: Any, voided: Any, station_id: uuid.UUID, first: date, last: date) -> sa.Select[Any]:
    return sa.select(model).where(
        model.station_id == station_id, model.day.between(first, last), model.status != voided
    )
