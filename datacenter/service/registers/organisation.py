"""A1–A5: leading group, plan, rules, on-site checks, the public column. Records that were struck out don't count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core.database import db
from app.core.scope import county_of
from app.core.sheets import Column
from app.core.words import listed
from datacenter.service.registers.frame import Asked, Evidence, Indicator, Line, number, register
from stations import service as stations
from stations.models.organisation import OrganisationRecord, RecordKind
from stations.permissions import ORGANISATION_READ, STATIONS_READ
from stations.rules.plan import Target, TargetStatus, plain
from stations.rules.publicity import requirements_on
from stations.service import organisation

TITLE, DAY, PLACE = Column(_l("标题")), Column(_l("日期"), "date"), Column(_l("地点"))
BY = Column(_l("登记人"))


def _records(asked: Asked, *kinds: RecordKind, of_the_year: bool = False) -> Sequence[OrganisationRecord]:
    """The records of some kinds up to the last day, all of them or those of its year; newest first."""
    first = date(asked.last.year, 1, 1) if of_the_year else date.min
    query = organisation.query_records(asked.actor, kinds=kinds)
    return db.session.scalars(query.where(OrganisationRecord.dated_on.between(first, asked.last))).all()


def _record(row: OrganisationRecord) -> Evidence:
    return Evidence("organisation-record", row.id)


@register(
    "A1",
    *(TITLE, DAY, PLACE, Column(_l("参加人数"), "int"), BY),
    figure=number(_l("次")),
    permission=ORGANISATION_READ,
)
def meetings(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every meeting of the year."""
    for row in _records(asked, RecordKind.MEETING, of_the_year=True):
        cells = (row.title, row.dated_on, row.place, row.participants, row.added_by)
        yield Line(cells, row.division_code, evidence=_record(row))


@register("A1b", TITLE, DAY, BY, figure=number(_l("件")), permission=ORGANISATION_READ)
def documents(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every paper of the leading group so far."""
    for row in _records(asked, RecordKind.LEADING_GROUP_DOCUMENT):
        yield Line((row.title, row.dated_on, row.added_by), row.division_code, evidence=_record(row))


# -- the plan --------------------------------------------------------------------------------------


@register(
    "A2",
    *(Column(_l("目标")), Column(_l("要达到")), Column(_l("到哪天"), "date"), Column(_l("分阶段"))),
    *(Column(_l("已有"), "int"), Column(_l("总数"), "int"), Column(_l("进度"))),
    counting=_l("达到"),
    permission=STATIONS_READ,
)
def targets(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every target of the plan of the newest year, none later than the year of the last day."""
    county = stations.get_county().code if asked.actor.everything else county_of(asked.scope_code)
    year = next((year for year in stations.plan_years(county) if year <= asked.last.year), None)
    if year is None:
        return
    for status in stations.plan_status(actor=asked.actor, year=year, on=asked.last).targets:
        yield Line(_target(status), county, counts=status.is_met, evidence=Evidence("plan", year))


def _target(status: TargetStatus) -> tuple[object, ...]:
    target = status.target
    steps = listed(f"{step.due_on.isoformat()} {_amount(target, step.amount)}" for step in target.milestones)
    wanted = (target.measure.label, _amount(target, target.amount), target.due_on, steps or None)
    return (*wanted, status.reached, status.whole, status.pace.label)


def _amount(target: Target, amount: object) -> str:
    return f"{plain(amount)} %" if target.measure.is_percentage else plain(amount)  # type: ignore[arg-type]


# -- rules, checks, publicity ----------------------------------------------------------------------


@register(
    "A3",
    *(Column(_l("要有的制度")), Column(_l("件数"), "int"), Column(_l("最近一件")), DAY),
    counting=_l("有"),
    permission=ORGANISATION_READ,
)
def rules(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every kind of rules that is asked for, with the newest that is there."""
    rows = _records(asked, *organisation.RULES_ASKED)
    for kind in organisation.RULES_ASKED:
        yield _newest(asked, kind.label, [row for row in rows if row.kind is kind])


@register(
    "A4",
    *(TITLE, DAY, PLACE, Column(_l("发现什么")), BY),
    figure=number(_l("次")),
    permission=ORGANISATION_READ,
)
def checks(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every on-site check of the year."""
    for row in _records(asked, RecordKind.ONSITE_CHECK, of_the_year=True):
        cells = (row.title, row.dated_on, row.place, row.text or None, row.added_by)
        yield Line(cells, row.division_code, evidence=_record(row))


@register(
    "A5",
    *(Column(_l("应公开的内容")), Column(_l("条数"), "int"), Column(_l("最近一条")), DAY),
    counting=_l("已公开"),
    permission=ORGANISATION_READ,
)
def public_column(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every content that the public column must hold, with the newest that stands there."""
    rows = _records(asked, RecordKind.PUBLIC_COLUMN)
    for required in requirements_on(organisation.requirements(), asked.last):
        yield _newest(asked, required.label, [row for row in rows if row.column_key == required.key])


def _newest(asked: Asked, label: object, rows: Sequence[OrganisationRecord]) -> Line:
    """How many there are of a kind, and the newest; it counts when there is one."""
    if not rows:
        return Line((label, 0, None, None), asked.scope_code, counts=False)
    newest = rows[0]
    return Line((label, len(rows), newest.title, newest.dated_on), newest.division_code, evidence=_record(newest))
