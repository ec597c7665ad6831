"""C1–C3: the county centre, what it does for people and firms, the jobs it offers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.database import db
from app.core.sheets import Column
from app.core.words import listed
from datacenter.service.registers.frame import Asked, Evidence, Indicator, Line, number, register, total
from stations import service as stations
from stations.models import BUILT, StationKind
from stations.models.operator_contract import PRIORITY_GROUPS, DutyRecord, OperatorContract, OperatorJob
from stations.permissions import OPERATOR_READ
from stations.rules.operator_contract import held_on, masked
from stations.service import money


@register(
    "C1",
    *(Column(_l("中心")), Column(_l("状态")), Column(_l("面积（平方米）"), "int"), Column(_l("功能"))),
    *(Column(_l("从业人员"), "int"), Column(_l("其中重点群体"), "int"), Column(_l("标识文字"))),
    figure=total(2, _l("平方米")),
    permission=OPERATOR_READ,
)
def centers(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every county centre that stands, with what it is like."""
    standing = stations.stations_on(asked.scope_code, asked.last)
    built = [(s, status) for s, status in standing if s.kind is StationKind.COUNTY_CENTER and status in BUILT]
    profiles = stations.profiles_on([station.id for station, _status in built], asked.last)
    for station, status in built:
        functions = listed(str(one.label) for one in profiles[station.id].services) or None
        people = (station.staff, station.staff_priority, station.sign_text or None)
        cells = (station.name, status.label, station.area_m2, functions, *people)
        yield Line(cells, station.division_code, evidence=Evidence("station", station.id))


# -- services ----------------------------------------------------------------------------------------

SERVICES = ("training", "consulting", "design", "incubation")
MATCHES = ("matching",)
DUTY = (Column(_l("日期"), "date"), Column(_l("服务")), Column(_l("数量"), "quantity"), Column(_l("单位")))
FOR_WHOM = Column(_l("为谁、做了什么"))


@register("C2", *DUTY, FOR_WHOM, figure=number(_l("条")), monthly=True, permission=OPERATOR_READ)
def services(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every service of the month: trainings, advice, designs, incubation."""
    return _done(asked, SERVICES)


@register("C2b", *DUTY, FOR_WHOM, figure=total(2, _l("次")), monthly=True, permission=OPERATOR_READ)
def matches(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every success of the month in bringing supply and demand together."""
    return _done(asked, MATCHES)


def _done(asked: Asked, keys: tuple[str, ...]) -> Iterator[Line]:
    """The daily records of some duties, corrections taken in; what was corrected to nothing is left out."""
    for contract in money.list_contracts(asked.actor):
        days = DutyRecord.day.between(asked.first, asked.last)
        rows = db.session.execute(money.query_records(contract).where(days)).all()
        corrected: dict[Any, Decimal] = defaultdict(Decimal)
        for record, _duty in rows:  # a correction has the day of what it corrects
            corrected[record.corrects_id] += record.amount
        for record, duty in rows:
            amount = record.amount + corrected[record.id]
            if duty.key in keys and record.corrects_id is None and amount:
                cells = (record.day, duty.label, amount, duty.unit, record.text)
                yield Line(cells, contract.county_code, evidence=Evidence("duty-records", contract.id))


# -- jobs ----------------------------------------------------------------------------------------------

JOB = (Column(_l("合同")), Column(_l("姓名")), Column(_l("岗位")), Column(_l("群体")), Column(_l("到岗日期"), "date"))


@register("C3", *JOB, figure=number(_l("个")), permission=OPERATOR_READ)
def jobs(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """Every job that is held on the last day under a contract that runs."""
    for contract, job in _held(asked):
        yield Line(_job(contract, job), contract.county_code, evidence=Evidence("jobs", contract.id))


@register("C3b", *JOB, counting=_l("重点群体"), permission=OPERATOR_READ)
def priority_jobs(asked: Asked, _indicator: Indicator) -> Iterator[Line]:
    """The same; those held by people of the priority groups count."""
    for contract, job in _held(asked):
        evidence, counts = Evidence("jobs", contract.id), job.group in PRIORITY_GROUPS
        yield Line(_job(contract, job), contract.county_code, counts=counts, evidence=evidence)


def _held(asked: Asked) -> Iterator[tuple[OperatorContract, OperatorJob]]:
    for contract in money.list_contracts(asked.actor):
        if contract.starts_on <= asked.last <= contract.ends_on:
            every: sa.Select[Any] = money.query_jobs(contract)
            yield from ((contract, job) for job in db.session.scalars(every) if held_on([job], asked.last)[0])


def _job(contract: OperatorContract, job: OperatorJob) -> tuple[object, ...]:
    return contract.number, masked(job.name), job.work, job.group.label, job.from_day
