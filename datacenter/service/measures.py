"""One query per measure, grouped as asked: the only place that knows where a figure comes from.

Places go by their codes alone, whatever was merged since: a past month's figures stay as they were.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.database import db
from app.core.scope import in_range
from datacenter.rules import Figures
from logistics.models import Parcel, ParcelEvent, What
from stations.models import Station, StationKind, StationStatusChange
from stations.models.network import BUILT
from trade.models import (
    Channel,
    Order,
    OrderKind,
    OrderLine,
    OrderStatus,
    PurchaseService,
    PurchaseStatus,
    SaleService,
    SaleStatus,
)

COUNTED_KINDS = (StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT)
ONLINE = [channel for channel in Channel if channel.online]
Grouped = Mapping[Any, int]


@dataclass(frozen=True)
class Slice:
    """What is asked for: a scope, a month, and whether by township or by station."""

    scope_code: str
    month: str
    by_station: bool = False

    @property
    def days(self) -> tuple[date, date]:
        """First day of the month and of the next."""
        first = clock.parse_month(self.month)
        return first, clock.next_month(first)

    def key(self, division: Any, station: Any) -> Any:
        """The column to group by: a station, or the nine digits of a township."""
        return station if self.by_station else sa.func.substr(division, 1, 9)


def figures(wanted: Slice) -> dict[Any, Figures]:
    """Every measure of the slice, by township prefix (9 digits) or by station id.

    Orders belong to producers: by station there is no retail.
    """
    columns: dict[str, Grouped] = {
        "sale_fen": _sales(wanted),
        "sale_online_fen": _sales(wanted, online=True),
        "purchase_fen": _purchases(wanted),
        "retail_fen": {} if wanted.by_station else _retail(wanted),
        "parcels_down": _parcels(wanted, What.SHELVED),
        "parcels_up": _parcels(wanted, What.ACCEPTED),
    }
    rows: defaultdict[Any, dict[str, int]] = defaultdict(dict)
    for name, grouped in columns.items():
        for key, value in grouped.items():
            rows[key][name] = value
    return {key: Figures(**values) for key, values in rows.items()}


def _grouped(key: Any, amount: Any, *conditions: Any, join: Any = None) -> Grouped:
    query = sa.select(key, amount).where(*conditions).group_by(key)
    if join is not None:
        query = query.join(*join)
    return {row[0]: int(row[1] or 0) for row in db.session.execute(query)}


def _sales(wanted: Slice, *, online: bool = False) -> Grouped:
    start, until = wanted.days
    conditions = [
        in_range(SaleService.division_code, wanted.scope_code),
        SaleService.day >= start,
        SaleService.day < until,
        SaleService.status != SaleStatus.VOIDED,
    ]
    if online:
        conditions.append(SaleService.online.is_(True))
    key = wanted.key(SaleService.division_code, SaleService.station_id)
    return _grouped(key, sa.func.sum(SaleService.amount_fen), *conditions)


def _purchases(wanted: Slice) -> Grouped:
    start, until = wanted.days
    return _grouped(
        wanted.key(PurchaseService.division_code, PurchaseService.station_id),
        sa.func.sum(PurchaseService.total_fen),
        in_range(PurchaseService.division_code, wanted.scope_code),
        PurchaseService.day >= start,
        PurchaseService.day < until,
        PurchaseService.status != PurchaseStatus.VOIDED,
    )


def _retail(wanted: Slice) -> Grouped:
    start, until = clock.month_bounds(wanted.month)
    return _grouped(
        wanted.key(OrderLine.division_code, None),
        sa.func.sum(OrderLine.amount_fen),
        in_range(OrderLine.division_code, wanted.scope_code),
        Order.placed_at >= start,
        Order.placed_at < until,
        Order.channel.in_(ONLINE),
        Order.kind == OrderKind.RETAIL,
        Order.by_staff.is_(False),
        Order.status != OrderStatus.CANCELLED,
        join=(Order, Order.id == OrderLine.order_id),
    )


def _parcels(wanted: Slice, what: What) -> Grouped:
    """Parcels that were put on the shelf, or accepted, at a village point; each once, whatever was scanned twice."""
    start, until = clock.month_bounds(wanted.month)
    return _grouped(
        wanted.key(Parcel.division_code, Parcel.village_station_id),
        sa.func.count(sa.distinct(ParcelEvent.parcel_id)),
        in_range(Parcel.division_code, wanted.scope_code),
        ParcelEvent.recorded_at >= start,
        ParcelEvent.recorded_at < until,
        ParcelEvent.what == what,
        join=(Parcel, Parcel.id == ParcelEvent.parcel_id),
    )


@dataclass(frozen=True)
class Standing:
    """A station that stood on some day of a month."""

    id: uuid.UUID
    name: str
    division_code: str
    at_end: bool  # whether it stood on the month's last day, too


def stations_standing(scope_code: str, month: str) -> list[Standing]:
    """The stations that were accepted, on trial or operating on any day of a month, by division.

    Told from the dated status moves: each holds from its day until that of the next.
    """
    first = clock.parse_month(month)
    last = clock.next_month(first) - timedelta(days=1)
    spells = _spells(scope_code).subquery()
    query = (
        sa.select(Station.id, Station.name, Station.division_code, sa.func.max(_lasted_beyond(spells, last)))
        .join(spells, spells.c.station_id == Station.id)
        .where(
            spells.c.new_status.in_(list(BUILT)),
            spells.c.begins <= last,
            sa.or_(spells.c.ends.is_(None), sa.and_(spells.c.ends > first, spells.c.ends > spells.c.begins)),
        )
        .group_by(Station.id, Station.name, Station.division_code, Station.kind)
        .order_by(Station.division_code, Station.kind, Station.name, Station.id)
    )
    return [Standing(row[0], row[1], row[2], bool(row[3])) for row in db.session.execute(query)]


def _spells(scope_code: str) -> sa.Select[Any]:
    """From when until when (exclusive) each station in scope was in which status."""
    change = StationStatusChange
    next_day = sa.func.lead(change.effective_on).over(
        partition_by=change.station_id, order_by=(change.effective_on, change.recorded_at, change.id)
    )
    return (
        sa.select(
            change.station_id,
            change.new_status,
            change.effective_on.label("begins"),
            next_day.label("ends"),
        )
        .join(Station, Station.id == change.station_id)
        .where(Station.kind.in_(COUNTED_KINDS), in_range(Station.division_code, scope_code))
    )


def _lasted_beyond(spells: Any, day: date) -> sa.ColumnElement[int]:
    return sa.case((sa.or_(spells.c.ends.is_(None), spells.c.ends > day), 1), else_=0)


def first_standing(scope_code: str) -> date | None:
    """The day from which on anything stood in the scope; before it nothing was due."""
    return db.session.scalar(
        sa.select(sa.func.min(StationStatusChange.effective_on))
        .join(Station, Station.id == StationStatusChange.station_id)
        .where(
            StationStatusChange.new_status.in_(list(BUILT)),
            Station.kind.in_(COUNTED_KINDS),
            in_range(Station.division_code, scope_code),
        )
    )


def station_names(station_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of stations by id, in one query."""
    query = sa.select(Station.id, Station.name).where(Station.id.in_(list(station_ids)))
    return {row[0]: row[1] for row in db.session.execute(query)}


def by_month(scope_code: str, months: list[str]) -> dict[str, tuple[int, int]]:
    """``month → (sale_fen, purchase_fen)``, for the chart; months without records are left out."""
    start = clock.parse_month(months[0])
    until = clock.next_month(clock.parse_month(months[-1]))
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    sources = (
        (SaleService, SaleService.amount_fen, SaleStatus.VOIDED),
        (PurchaseService, PurchaseService.total_fen, PurchaseStatus.VOIDED),
    )
    for place, (model, amount, void) in enumerate(sources):
        year, month = sa.extract("year", model.day), sa.extract("month", model.day)
        query = (
            sa.select(year, month, sa.func.sum(amount))
            .where(in_range(model.division_code, scope_code), model.day >= start, model.day < until)
            .where(model.status != void)
            .group_by(year, month)
        )
        for row in db.session.execute(query):
            sums[f"{int(row[0]):04d}-{int(row[1]):02d}"][place] = int(row[2] or 0)
    return {name: (values[0], values[1]) for name, values in sums.items()}
