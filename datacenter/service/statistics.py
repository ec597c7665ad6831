"""The month table: by township, by station, and the receipts behind a figure."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.charts import Series, line_chart
from app.core.database import db
from app.core.drawing import Drawing
from app.core.errors import NotFound
from app.core.scope import require_scope
from datacenter import rules
from datacenter.rules import Figures
from datacenter.service import measures
from datacenter.service.measures import Slice
from stations import service as stations_service
from stations.models import Level
from trade.models import PurchaseService, PurchaseStatus, SaleService, SaleStatus, ServiceKind


@dataclass(frozen=True)
class Row:
    """A line of the table: a township (``key`` is its code) or a station (``key`` is its id)."""

    key: Any
    name: str
    figures: Figures


@dataclass(frozen=True)
class MonthTable:
    """A month's figures in a division, by township or by station, with the total and the year before."""

    month: str
    division_code: str
    division_name: str
    rows: list[Row]
    total: Figures
    year_before: Figures


def scope_of(actor: Actor) -> str:
    """The division whose figures an actor sees first: the county for the system, else their own."""
    return stations_service.get_county().code if actor.everything else actor.scope_code


def month_table(actor: Actor, month: str, division_code: str | None = None) -> MonthTable:
    """The table of a month. A county's rows are townships, a township's its stations.

    Raises NotFound outside the actor's scope.
    """
    division = stations_service.get_division(division_code or scope_of(actor))
    require_scope(actor, division.code)
    by_station = division.level is not Level.COUNTY
    rows = (_station_rows if by_station else _township_rows)(division.code, month)
    before = measures.figures(Slice(division.code, rules.year_before(month), by_station))
    return MonthTable(
        month=month,
        division_code=division.code,
        division_name=stations_service.name_on(division.code, clock.parse_month(month)),
        rows=rows,
        total=rules.total(row.figures for row in rows),
        year_before=rules.total(before.values()),
    )


def _township_rows(county_code: str, month: str) -> list[Row]:
    found = measures.figures(Slice(county_code, month))
    standing = Counter(code[:9] for _id, _name, code in measures.stations_at_end(county_code, month))
    townships = stations_service.list_divisions(Level.TOWNSHIP, county_code)
    known = {township.code[:9] for township in townships}
    rows = [
        Row(t.code, t.short_name, rules.due(found.get(t.code[:9], Figures()), standing[t.code[:9]])) for t in townships
    ]
    # What belongs to the county itself (its centre), or to a township that has since been merged, keeps its own line.
    rest = [key for key in sorted(set(found) | set(standing)) if key not in known]
    return rows + [
        Row(
            key.ljust(12, "0"),
            stations_service.division_name(key.ljust(12, "0")),
            rules.due(found.get(key, Figures()), standing[key]),
        )
        for key in rest
    ]


def _station_rows(division_code: str, month: str) -> list[Row]:
    found = measures.figures(Slice(division_code, month, by_station=True))
    standing = measures.stations_at_end(division_code, month)
    rows = [Row(key, name, rules.due(found.pop(key, Figures()), 1)) for key, name, _code in standing]
    names = {station_id: stations_service.get_station(station_id).name for station_id in found}
    return rows + [Row(key, names[key], rules.due(figures, 0)) for key, figures in found.items()]


def trend(scope_code: str, until_month: str) -> tuple[list[str], list[tuple[int, int]]]:
    """The last twelve months and their ``(sale_fen, purchase_fen)``."""
    months = rules.months_until(clock.parse_month(until_month))
    sums = measures.by_month(scope_code, months)
    return months, [sums.get(month, (0, 0)) for month in months]


def trend_chart(scope_code: str, until_month: str) -> Drawing:
    """Upstream and downstream by month, in yuan."""
    months, values = trend(scope_code, until_month)
    labels = [f"{int(month[5:])}月" for month in months]
    series = [
        Series("上行", [sale // 100 for sale, _purchase in values]),
        Series("下行", [purchase // 100 for _sale, purchase in values]),
    ]
    return line_chart(series, labels, unit="元")


# -- the receipts behind a figure --------------------------------------------------------------------


def receipts(actor: Actor, month: str, station_id: uuid.UUID) -> sa.Select[Any]:
    """The query for a station's receipts of a month, newest first.

    Rows are ``(kind, id, receipt_code, recorded_at, what, person, amount_fen, voided)``; the sum of the rows that are
    not voided is the figure of the table. Raises NotFound outside the actor's scope.
    """
    station = stations_service.get_station(station_id, actor=actor)
    start, until = Slice(station.division_code, month).days
    parts = [
        sa.select(
            sa.literal(kind.value).label("kind"),
            model.id,
            model.receipt_code,
            model.recorded_at,
            what.label("what"),
            person.label("person"),
            amount.label("amount_fen"),
            (model.status == void).label("voided"),
        ).where(model.station_id == station.id, model.day >= start, model.day < until)
        for kind, model, what, person, amount, void in (
            (
                ServiceKind.SALE,
                SaleService,
                SaleService.product_name,
                SaleService.farmer_name,
                SaleService.amount_fen,
                SaleStatus.VOIDED,
            ),
            (
                ServiceKind.PURCHASE,
                PurchaseService,
                PurchaseService.item,
                PurchaseService.villager_name,
                PurchaseService.total_fen,
                PurchaseStatus.VOIDED,
            ),
        )
    ]
    both = sa.union_all(*parts).subquery()
    return sa.select(both).order_by(both.c.recorded_at.desc(), both.c.id)


def default_month() -> str:
    """The last month that has ended."""
    first = clock.today().replace(day=1)
    return rules.months_until(first, 2)[0]


def first_month() -> str | None:
    """The first month in which anything was recorded, or None."""
    firsts = [db.session.scalar(sa.select(sa.func.min(m.day))) for m in (SaleService, PurchaseService)]
    known = [day for day in firsts if day is not None]
    return min(known).strftime("%Y-%m") if known else None


def check_month(month: str) -> str:
    """A month that has begun. Raises NotFound for the future or for what is no month."""
    try:
        begins = clock.parse_month(month)
    except ValueError:
        raise NotFound(_l("没有这个月份。")) from None
    if begins > clock.today():
        raise NotFound(_l("这个月还没有到。"))
    return month
