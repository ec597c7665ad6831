"""What the operator's home shows: the station's day from trade, what waits on the shelf from logistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import clock
from app.core.access import Actor
from logistics.service import DeskCounts, desk_counts
from trade import service as trade
from trade.models import PurchaseService, SaleService
from trade.service.day import DaySummary
from trade.service.places import Place


@dataclass(frozen=True)
class Waiting:
    """Something on the desk that somebody should see to."""

    purchases: int  # arrived, not signed for
    unpaid_sales: int
    unpaid_fen: int


@dataclass(frozen=True)
class Desk:
    """A station's home at this moment."""

    place: Place
    township: str
    day: date
    summary: DaySummary
    records: Sequence[PurchaseService | SaleService]
    waiting: Waiting
    parcels: DeskCounts
    closed: Any  # today's DayClose, if any
    recorded_since: int  # records made after the close
    open_day: date | None  # an earlier day that was worked and not closed


def home(actor: Actor) -> Desk:
    """The desk of the actor's station. Raises NoStation."""
    place, today = trade.own_place(actor), clock.today()
    summary = trade.day.day_summary(place.station_id, place.station_code, today)
    closed = trade.day.last_close(place.station_id, today)
    return Desk(
        place=place,
        township=trade.township_name(place.division_code),
        day=today,
        summary=summary,
        records=trade.day.records_of_day(place.station_id, today),
        waiting=Waiting(*trade.day.waiting(place.station_id)),
        parcels=desk_counts(actor),
        closed=closed,
        recorded_since=summary.last_number - closed.last_number if closed else 0,
        open_day=trade.day.last_open_day(place.station_id, today),
    )
