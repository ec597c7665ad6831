"""The month table: by township or by station, and the months before it."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.charts import Series, line_chart
from app.core.drawing import Drawing
from app.core.errors import NotFound
from app.core.format import month_alone
from app.core.scope import county_of, require_scope
from datacenter import rules
from datacenter.rules import Figures
from datacenter.service import measures
from datacenter.service.measures import Slice
from stations import service as stations_service
from stations.models import Level

RETAIL_ROW = "农产品网上零售（订单不经站点）"  # in tables by station; documents are Chinese


@dataclass(frozen=True)
class Row:
    """A line of the table: a township (with ``code``), a station (with ``station_id``), or neither."""

    name: str
    figures: Figures
    code: str | None = None
    station_id: uuid.UUID | None = None

    @property
    def key(self) -> str:
        """What tells the row from the others, whatever it is called: kept with a report."""
        return str(self.code or self.station_id or "retail")


@dataclass(frozen=True)
class MonthTable:
    """A month's figures in a division, by township or by station, with the total and the year before."""

    month: str
    division_code: str
    division_name: str
    by_station: bool
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
    before = measures.figures(Slice(division.code, rules.year_before(month)))
    return MonthTable(
        month=month,
        division_code=division.code,
        division_name=stations_service.name_on(division.code, clock.parse_month(month)),
        by_station=by_station,
        rows=rows,
        total=rules.total(row.figures for row in rows),
        year_before=rules.total(before.values()),
    )


def _township_rows(county_code: str, month: str) -> list[Row]:
    found = measures.figures(Slice(county_code, month))
    standing = measures.stations_standing(county_code, month)
    ever = Counter(station.division_code[:9] for station in standing)
    at_end = Counter(station.division_code[:9] for station in standing if station.at_end)
    listed = stations_service.list_divisions(Level.TOWNSHIP, county_code, clock.parse_month(month))
    names = {township.code: township.short_name for township in listed}
    # What belongs to the county itself, or to a township that is no longer, keeps its own line.
    others = {key.ljust(12, "0") for key in {*found, *ever}} - set(names)
    names |= stations_service.division_names(others)
    return [
        Row(
            str(_l("县本级")) if code == county_of(code) else names.get(code, code),
            rules.due(found.get(code[:9], Figures()), ever[code[:9]] > 0, at_end[code[:9]]),
            code=code,
        )
        for code in [*(t.code for t in listed), *sorted(others)]
    ]


def _station_rows(division_code: str, month: str) -> list[Row]:
    found = measures.figures(Slice(division_code, month, by_station=True))
    standing = measures.stations_standing(division_code, month)
    rows = [
        Row(s.name, rules.due(found.pop(s.id, Figures()), True, int(s.at_end), retail=False), station_id=s.id)
        for s in standing
    ]
    names = measures.station_names(found)
    rows += [
        Row(names[key], rules.due(figures, False, 0, retail=False), station_id=key)
        for key, figures in sorted(found.items(), key=lambda item: names[item[0]])
    ]
    retail = rules.total(measures.figures(Slice(division_code, month)).values()).retail_fen
    if not rows and not retail:
        return []
    return [*rows, Row(RETAIL_ROW, Figures(retail_fen=retail or 0))]  # so that the total is the row of the table above


# -- the months before ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Month:
    """Upstream and downstream of a month and of the same month a year before, in fen; None where nothing was due."""

    month: str
    sale_fen: int | None
    purchase_fen: int | None
    sale_before_fen: int | None
    purchase_before_fen: int | None


def trend(scope_code: str, until_month: str) -> list[Month]:
    """The twelve months up to one, oldest first."""
    months = rules.months_until(clock.parse_month(until_month), 2 * rules.MONTHS_SHOWN)
    sums, since = measures.by_month(scope_code, months), measures.first_standing(scope_code)
    known = {
        month: sums.get(month, (0, 0) if since is not None and since.strftime("%Y-%m") <= month else (None, None))
        for month in months
    }
    return [Month(m, *known[m], *known[rules.year_before(m)]) for m in months[rules.MONTHS_SHOWN :]]


def trend_chart(months: Sequence[Month], *, height: float = 220) -> Drawing:
    """Upstream and downstream by month, in yuan; a month in which nothing was due is a gap."""
    return line_chart(
        [
            Series(str(_l("上行")), [_yuan(month.sale_fen) for month in months]),
            Series(str(_l("下行")), [_yuan(month.purchase_fen) for month in months]),
        ],
        [month_alone(month.month) for month in months],
        unit=str(_l("元")),
        height=height,
    )


def _yuan(fen: int | None) -> int | None:
    return None if fen is None else fen // 100


def default_month() -> str:
    """The last month that has ended."""
    first = clock.today().replace(day=1)
    return rules.months_until(first, 2)[0]


def check_month(month: str) -> str:
    """A month that has begun. Raises NotFound for the future or for what is no month."""
    try:
        begins = clock.parse_month(month)
    except ValueError:
        raise NotFound(_l("没有这个月份。")) from None
    if begins > clock.today():
        raise NotFound(_l("这个月还没有到。"))
    if month < rules.FIRST_MONTH:
        raise NotFound(_l("没有这个月份。"))
    return month
