"""One query per measure, grouped as asked: the only place that knows where a figure comes from."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.database import db
from app.core.scope import in_scope
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
    """Every measure of the slice, by township prefix (9 digits) or by station id."""
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
        in_scope(SaleService.division_code, wanted.scope_code),
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
        in_scope(PurchaseService.division_code, wanted.scope_code),
        PurchaseService.day >= start,
        PurchaseService.day < until,
        PurchaseService.status != PurchaseStatus.VOIDED,
    )


def _retail(wanted: Slice) -> Grouped:
    start, until = clock.month_bounds(wanted.month)
    return _grouped(
        wanted.key(OrderLine.division_code, None),
        sa.func.sum(OrderLine.amount_fen),
        in_scope(OrderLine.division_code, wanted.scope_code),
        Order.placed_at >= start,
        Order.placed_at < until,
        Order.channel.in_(ONLINE),
        Order.kind == OrderKind.RETAIL,
        Order.by_staff.is_(False),
        Order.status != OrderStatus.CANCELLED,
        join=(Order, Order.id == OrderLine.order_id),
    )


def _parcels(wanted: Slice, what: What) -> Grouped:
    start, until = clock.month_bounds(wanted.month)
    return _grouped(
        wanted.key(Parcel.division_code, ParcelEvent.station_id),
        sa.func.count(sa.distinct(ParcelEvent.parcel_id)),
        in_scope(Parcel.division_code, wanted.scope_code),
        ParcelEvent.recorded_at >= start,
        ParcelEvent.recorded_at < until,
        ParcelEvent.what == what,
        join=(Parcel, Parcel.id == ParcelEvent.parcel_id),
    )


def stations_at_end(scope_code: str, month: str) -> list[tuple[uuid.UUID, str, str]]:
    """``(id, name, division)`` of the stations that stood at the end of a month, by division."""
    last_day = clock.next_month(clock.parse_month(month)) - timedelta(days=1)
    newest = (
        sa.select(
            StationStatusChange.station_id,
            StationStatusChange.new_status,
            sa.func.row_number()
            .over(
                partition_by=StationStatusChange.station_id,
                order_by=(
                    StationStatusChange.effective_on.desc(),
                    StationStatusChange.recorded_at.desc(),
                    StationStatusChange.id.desc(),
                ),
            )
            .label("place"),
        )
        .where(StationStatusChange.effective_on <= last_day)
        .subquery()
    )
    query = (
        sa.select(Station.id, Station.name, Station.division_code)
        .join(newest, sa.and_(newest.c.station_id == Station.id, newest.c.place == 1))
        .where(
            newest.c.new_status.in_(list(BUILT)),
            Station.kind.in_(COUNTED_KINDS),
            in_scope(Station.division_code, scope_code),
        )
        .order_by(Station.division_code, Station.kind, Station.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


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
            .where(in_scope(model.division_code, scope_code), model.day >= start, model.day < until)
            .where(model.status != void)
            .group_by(year, month)
        )
        for row in db.session.execute(query):
            sums[f"{int(row[0]):04d}-{int(row[1]):02d}"][place] = int(row[2] or 0)
    return {name: (values[0], values[1]) for name, values in sums.items()}
