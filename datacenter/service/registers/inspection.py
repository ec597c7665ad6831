"""D6–D8: equipment on site, the newest published round of inspection, what villagers say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.ids import grouped
from app.core.scope import township_of
from app.core.sheets import Column
from datacenter.service.registers.frame import Asked, Evidence, Indicator, Line, ratio, register
from stations import service as stations
from stations.models import CountResult, Level
from stations.models.inspection import InspectionGrade, InspectionRound, InspectionStatus, StationInspection
from stations.models.inspection import RectificationStatus as Rectification
from stations.models.phone_check import PhoneCheckPerson
from stations.permissions import INSPECTIONS_READ, PHONE_CHECKS_READ, PROJECTS_READ
from stations.rules.inspection_figures import SATISFIED_FROM, Counts, Inspected
from stations.rules.operator_contract import masked
from stations.service import inspection, phone_checks, projects

TOWNSHIP, STATION = Column(_l("乡镇")), Column(_l("站点"))
THERE = frozenset({CountResult.PRESENT, CountResult.DAMAGED})


@register(
    "D6",
    *(TOWNSHIP, STATION, Column(_l("设备")), Column(_l("标签号"))),
    *(Column(_l("最近清点"), "date"), Column(_l("结果")), Column(_l("清点人"))),
    counting=_l("在位"),
    permission=PROJECTS_READ,
)
def equipment(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every labelled thing of the stations that somebody checked, with its last count."""
    towns = stations.list_divisions(Level.TOWNSHIP, stations.get_county().code, asked.last)
    names = {town.code: town.short_name for town in towns}
    for unit, thing, station, last in projects.equipment_on(asked.scope_code, asked.last):
        told = (names.get(township_of(unit.division_code), ""), station.name, thing.name, grouped(unit.number))
        found = (last.checked_on, last.result.label, last.checked_by) if last else (None, _l("没有清点到"), None)
        there = last is not None and last.result in THERE
        yield Line((*told, *found), unit.division_code, counts=there, evidence=Evidence("asset", unit.number))


# -- the newest round ------------------------------------------------------------------------------

NEWEST = (TOWNSHIP, STATION, Column(_l("巡检")))


def _round(asked: Asked) -> InspectionRound | None:
    """The newest round that was published by the last day."""
    end = clock.at_local(asked.last + timedelta(days=1))
    rounds = inspection.all_rounds(asked.actor)
    return next((one for one in rounds if one.published_at is not None and one.published_at < end), None)


def _inspections(asked: Asked) -> Sequence[StationInspection]:
    newest = _round(asked)
    if newest is None:
        return ()
    reviewed = inspection.InspectionFilter(status=InspectionStatus.REVIEWED)
    return inspection.all_inspections(asked.actor, newest.id, reviewed)


def _told(row: StationInspection) -> tuple[object, ...]:
    return row.township_name, row.station_name, f"{row.round.year} {row.round.name}"


def _inspection(row: StationInspection) -> Evidence:
    return Evidence("inspection", row.id)


@register(
    "D7", *NEWEST, Column(_l("总分"), "quantity"), Column(_l("等级")), counting=_l("合格"), permission=INSPECTIONS_READ
)
def grades(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every station inspected in the newest round, with score and grade; all but failing count."""
    for row in _inspections(asked):
        if row.grade is not None:
            cells, passed = (*_told(row), row.total, row.grade.label), row.grade is not InspectionGrade.FAIL
            yield Line(cells, row.division_code, counts=passed, evidence=_inspection(row))


ORDERED = (
    *NEWEST,
    *(Column(_l("责令日期"), "date"), Column(_l("限期"), "date"), Column(_l("结果")), Column(_l("办结日期"), "date")),
)


@register("D7b", *ORDERED, counting=_l("整改合格"), permission=INSPECTIONS_READ)
def rectified(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every station that was ordered to rectify after the newest round; those found good since count."""
    return _ordered(asked, Rectification.PASSED)


@register("D7c", *ORDERED, counting=_l("已关闭"), permission=INSPECTIONS_READ)
def closed(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """The same; those closed because they failed again count."""
    return _ordered(asked, Rectification.FAILED)


def _ordered(asked: Asked, wanted: Rectification) -> Iterator[Line]:
    """As it stood on the last day: what was settled after it was still open."""
    for row in _inspections(asked):
        if row.ordered_on is None or row.ordered_on > asked.last:
            continue
        settled = row.resolved_on is not None and row.resolved_on <= asked.last
        state = row.rectification if settled and row.rectification else Rectification.ORDERED
        cells = (*_told(row), row.ordered_on, row.rectify_by, state.label, row.resolved_on if settled else None)
        yield Line(cells, row.division_code, counts=state is wanted, evidence=_inspection(row))


# -- what villagers say ------------------------------------------------------------------------------


@register(
    "D8",
    *(*NEWEST, Column(_l("知道（人）"), "int"), Column(_l("问了（人）"), "int")),
    figure=ratio(3, 4, _l("人")),
    permission=INSPECTIONS_READ,
)
def awareness(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every station of the newest round where villagers were asked whether they know of it."""
    return _asked_on_site(asked, lambda row: row.awareness)


@register(
    "D8b",
    *(*NEWEST, Column(_l("满意（人）"), "int"), Column(_l("问了（人）"), "int")),
    figure=ratio(3, 4, _l("人")),
    permission=INSPECTIONS_READ,
)
def satisfaction(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every station of the newest round where villagers were asked whether they are satisfied."""
    return _asked_on_site(asked, lambda row: row.satisfaction)


def _asked_on_site(asked: Asked, counts: Callable[[Inspected], Counts]) -> Iterator[Line]:
    newest = _round(asked)
    if newest is None:
        return
    found = {row.id: counts(row) for row in inspection.inspected_rows(asked.actor, newest)}
    for row in _inspections(asked):
        counted = found.get(row.id)
        if counted is not None:
            yield Line((*_told(row), *counted), row.division_code, evidence=_inspection(row))


CALLED = (
    *(Column(_l("抽查日期"), "date"), Column(_l("抽查")), Column(_l("站点")), Column(_l("姓名"))),
    *(Column(_l("地方")), Column(_l("回答"))),
)


@register("D8c", *CALLED, counting=_l("知道站点"), permission=PHONE_CHECKS_READ)
def awareness_by_phone(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Everybody who was asked by phone this year whether they know of the station."""
    for line, person in _called(asked):
        if person.knows is not None:
            said = _l("知道") if person.knows else _l("不知道")
            yield Line((*line.cells, said), line.division_code, counts=person.knows, evidence=line.evidence)


@register("D8d", *CALLED, counting=_l("满意"), permission=PHONE_CHECKS_READ)
def satisfaction_by_phone(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Everybody who was asked by phone this year how satisfied they are; four and five points of five count."""
    for line, person in _called(asked):
        if person.satisfied is not None:
            said, happy = _l("%(n)s 分", n=person.satisfied), person.satisfied >= SATISFIED_FROM
            yield Line((*line.cells, said), line.division_code, counts=happy, evidence=line.evidence)


def _called(asked: Asked) -> Iterator[tuple[Line, PhoneCheckPerson]]:
    """The people reached since the beginning of the year, their line without what they said."""
    first = date(asked.last.year, 1, 1)
    for person, station in phone_checks.answers_between(asked.scope_code, first, asked.last):
        check = person.check
        drawn = clock.local(check.drawn_at).date()
        cells = (drawn, check.subject_name, station.name if station else None, masked(person.name), person.place_name)
        where = station.division_code if station else check.division_code
        yield Line(cells, where, evidence=Evidence("phone-check", check.id)), person
