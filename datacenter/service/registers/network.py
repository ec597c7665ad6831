"""D1–D5: the station network, its coverage, its activity, its services."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.database import db
from app.core.scope import in_scope, township_of
from app.core.sheets import Column
from datacenter.service.registers.frame import Asked, Evidence, Indicator, Line, register, total
from logistics.models import ParcelEvent, What
from stations import service as stations
from stations.models import BUILT, Level, Station, StationKind
from stations.service.registers import PlaceLine, township_register, village_register
from trade.models import PurchaseService, PurchaseStatus, SaleService, SaleStatus

TOWNSHIP, VILLAGE, STATION = Column(_l("乡镇")), Column(_l("村")), Column(_l("站点"))


def _names(scope_code: str, on: date) -> dict[str, str]:
    return {d.code: d.short_name for d in stations.list_divisions(Level.TOWNSHIP, scope_code, on)}


@register("D1", TOWNSHIP, STATION, Column(_l("状态")), Column(_l("验收"), "date"), counting=_l("有站"))
def townships(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every township with its station, if it has one."""
    for line in township_register(actor=asked.actor, on=asked.last):
        found = (line.covering or line.stations or (None,))[0]
        told = (found.name, found.status.label) if found else (None, None)
        evidence = Evidence("station", found.id) if found else None
        cells = (line.place.name, *told, line.covered_since)
        yield Line(cells, line.place.code, counts=line.is_covered, evidence=evidence)


COVERED = (TOWNSHIP, VILLAGE, Column(_l("由哪个点覆盖")), Column(_l("怎样覆盖")), Column(_l("从哪天起"), "date"))


@register("D2", *COVERED, counting=_l("已覆盖"))
def villages(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every village with the point that covers it, if one does."""
    return map(_village, village_register(actor=asked.actor, on=asked.last))


@register("D3", *COVERED, counting=_l("已覆盖"))
def key_villages(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every key village with the point that covers it, if one does."""
    return map(_village, village_register(actor=asked.actor, on=asked.last, key=True))


def _village(line: PlaceLine) -> Line:
    found = line.covering[0] if line.covering else None
    how = None if found is None else _l("就近覆盖") if found.next_door else _l("本村的点")
    cells = (line.township, line.place.name, found.name if found else None, how, line.covered_since)
    evidence = Evidence("station", found.id) if found else None
    return Line(cells, line.place.code, counts=line.is_covered, evidence=evidence)


# -- activity -------------------------------------------------------------------------------------


@dataclass
class _Tally:
    """What was recorded of one kind at one station."""

    records: int = 0
    fen: int = 0
    people: set[Any] = field(default_factory=set)
    days: set[date] = field(default_factory=set)


Tallies = dict[uuid.UUID, dict[str, _Tally]]
PARCELS = {What.SHELVED: "shelved", What.PICKED_UP: "picked_up", What.ACCEPTED: "accepted"}
KINDS = {
    "purchase": _l("代买"),
    "sale": _l("代卖"),
    "shelved": _l("收件入库"),
    "picked_up": _l("取件"),
    "accepted": _l("寄件"),
}
COUNTED = (StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT)


def tallies(asked: Asked) -> Tallies:
    """Everything recorded from the first to the last day, by station and kind, in three queries."""
    found: Tallies = defaultdict(lambda: defaultdict(_Tally))
    bought = (PurchaseService, "purchase", PurchaseService.total_fen, PurchaseStatus.VOIDED)
    sold = (SaleService, "sale", SaleService.amount_fen, SaleStatus.VOIDED)
    for model, kind, amount, voided in (bought, sold):
        who = model.villager_id if model is PurchaseService else sa.func.coalesce(model.villager_id, model.producer_id)
        query = sa.select(model.station_id, model.day, amount, who).where(
            in_scope(model.division_code, asked.scope_code),
            model.day.between(asked.first, asked.last),
            model.status != voided,
        )
        for station_id, day, fen, person in db.session.execute(query):
            tally = found[station_id][kind]
            tally.records, tally.fen = tally.records + 1, tally.fen + fen
            tally.people.add(person)
            tally.days.add(day)
    _add_parcels(found, asked)
    return found


def _add_parcels(found: Tallies, asked: Asked) -> None:
    begin, end = clock.at_local(asked.first), clock.at_local(asked.last + timedelta(days=1))
    query = sa.select(ParcelEvent.station_id, ParcelEvent.what, ParcelEvent.recorded_at).where(
        ParcelEvent.what.in_(PARCELS), ParcelEvent.recorded_at >= begin, ParcelEvent.recorded_at < end
    )
    for station_id, what, at in db.session.execute(query):
        tally = found[station_id][PARCELS[what]]
        tally.records += 1
        tally.days.add(clock.local(at).date())


def _standing(asked: Asked) -> Iterable[tuple[Station, Any]]:
    standing = stations.stations_on(asked.scope_code, asked.last)
    return [(s, status) for s, status in standing if s.kind in COUNTED and status in BUILT]


@register(
    "D4",
    TOWNSHIP,
    STATION,
    Column(_l("类型")),
    Column(_l("状态")),
    Column(_l("有业务的天数"), "int"),
    Column(_l("笔数"), "int"),
    counting=_l("活跃"),
    monthly=True,
)
def active_stations(asked: Asked, indicator: Indicator) -> Iterator[Line]:
    """Every station that stands at the end of the month, with its days and records."""
    found, names = tallies(asked), _names(stations.get_county().code, asked.last)
    for station, status in _standing(asked):
        kinds = found.get(station.id, {}).values()
        days = len(set().union(*(tally.days for tally in kinds))) if kinds else 0
        records = sum(tally.records for tally in kinds)
        enough = days >= indicator.settings["least_days"] and records >= indicator.settings["least_records"]
        township = names.get(township_of(station.division_code), "")
        cells = (township, station.name, station.kind.label, status.label, days, records)
        yield Line(cells, station.division_code, counts=enough, evidence=Evidence("station-month", station.id))


@register(
    "D5",
    TOWNSHIP,
    STATION,
    Column(_l("服务")),
    Column(_l("笔数"), "int"),
    Column(_l("人数"), "int"),
    Column(_l("金额（元）"), "fen"),
    figure=total(3, _l("笔")),
    monthly=True,
)
def services_by_kind(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every station's services of the month, by kind; a kind without persons or money has none to show."""
    found, names = tallies(asked), _names(stations.get_county().code, asked.last)
    for station, _status in stations.stations_on(asked.scope_code, asked.last):
        for kind, label in KINDS.items():
            tally = found.get(station.id, {}).get(kind)
            if tally is None:
                continue
            people, fen = (len(tally.people), tally.fen) if tally.people else (None, None)
            cells = (names.get(township_of(station.division_code), ""), station.name, label, tally.records, people, fen)
            yield Line(cells, station.division_code, evidence=Evidence("station-month", station.id))
