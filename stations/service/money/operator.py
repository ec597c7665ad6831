"""The operator's contract of the county centre: recording it, its daily records, its jobs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import county_of, in_scope, require_scope
from stations.models.operator_contract import (
    DutyRecord,
    JobGroup,
    OperatorContract,
    OperatorDuty,
    OperatorInstalment,
    OperatorInstalmentStatus,
    OperatorJob,
)
from stations.permissions import OPERATOR_MANAGE
from stations.rules import operator_contract as rules
from stations.rules.acceptance import check_not_future, check_order
from stations.rules.fund import check_positive
from stations.rules.projects import check_credit_code
from stations.rules.reasons import needed
from stations.service.arriving import Incoming
from stations.service.money import ledger, rulebook


def list_contracts(actor: Actor) -> Sequence[OperatorContract]:
    """The contracts of the county, newest first."""
    query = sa.select(OperatorContract).where(in_scope(OperatorContract.county_code, actor.scope_code))
    return db.session.scalars(query.order_by(OperatorContract.starts_on.desc(), OperatorContract.id.desc())).all()


def get_contract(actor: Actor, contract_id: uuid.UUID) -> OperatorContract:
    """By id. Raises NotFound, also for another county's."""
    contract = db.session.get(OperatorContract, contract_id)
    if contract is None:
        raise NotFound(_l("没有找到这份运营合同。"))
    require_scope(actor, contract.county_code)
    return contract


def get_record(actor: Actor, record_id: uuid.UUID) -> DutyRecord:
    """A daily record by id. Raises NotFound."""
    record = db.session.get(DutyRecord, record_id)
    if record is None:
        raise NotFound(_l("没有找到这条记录。"))
    get_contract(actor, record.contract_id)
    return record


def get_job(actor: Actor, job_id: uuid.UUID) -> OperatorJob:
    """A job by id. Raises NotFound."""
    job = db.session.get(OperatorJob, job_id)
    if job is None:
        raise NotFound(_l("没有找到这个岗位。"))
    get_contract(actor, job.contract_id)
    return job


def note(actor: Actor, contract: OperatorContract, verb: str, text: str, **data: Any) -> None:
    """Write down what was done about a contract, in a Chinese sentence."""
    audit.record(
        actor=actor,
        action=f"stations.operator_{verb}",
        subject=contract,
        division_code=contract.county_code,
        text=text,
        data=data,
    )


@command
@idempotent
def record_contract(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    fund_id: uuid.UUID,
    number: str,
    contractor: str,
    contractor_number: str,
    starts_on: date,
    ends_on: date,
    annual_fee_fen: int,
    selection: str,
    file: Incoming | None,
) -> OperatorContract:
    """Record a signed contract; duties, instalments and the jobs wanted are copied from the template of its first day.

    ``annual_fee_fen`` is the yearly fee in fen. Raises NotFound, InvalidInput at the field.
    """
    actor.require(OPERATOR_MANAGE)
    fund = ledger.get_fund(actor, fund_id)
    contractor_number = check_credit_code(contractor_number, "contractor_number")
    if not contractor_number:
        raise InvalidInput(_l("请写中标单位的统一社会信用代码。"), field="contractor_number")
    rules.check_term(starts_on, ends_on)
    check_positive(annual_fee_fen, "annual_fee")
    template = rulebook.operator_template(starts_on)
    if template is None:
        raise InvalidInput(_l("这一天还没有运营职责的模板。"), field="starts_on")
    county = county_of(actor.scope_code)
    paper = ledger.needed_file(file, _l("请传合同的扫描件。"))
    contract = OperatorContract(
        county_code=county,
        fund_id=fund.id,
        number=number.strip(),
        contractor=contractor.strip(),
        contractor_number=contractor_number,
        starts_on=starts_on,
        ends_on=ends_on,
        annual_fee_fen=annual_fee_fen,
        selection=selection.strip(),
        template_key=template.key,
        template_document=template.document,
        jobs_target=template.jobs_target,
        upload_id=ledger.keep(actor, paper, county).id,
        created_at=clock.now(),
        created_by=actor.name,
        duties=_duties(template),
        instalments=_instalments(starts_on, ends_on, annual_fee_fen, template),
    )
    db.session.add(contract)
    db.session.flush()
    terms = f"{starts_on} 至 {ends_on}，每年 {format_fen(annual_fee_fen)}"
    note(actor, contract, "recorded", f"登记运营合同 {contract.number}：{contract.contractor}，{terms}")
    return contract


def _duties(template: rules.OperatorTemplate) -> list[OperatorDuty]:
    return [
        OperatorDuty(position=n, key=d.key, label=d.label, hint=d.hint, unit=d.unit, yearly_target=d.target)
        for n, d in enumerate(template.duties, 1)
    ]


def _instalments(
    starts_on: date, ends_on: date, annual_fee_fen: int, template: rules.OperatorTemplate
) -> list[OperatorInstalment]:
    dues = rules.plan_instalments(starts_on, ends_on, annual_fee_fen, template.instalments)
    return [
        OperatorInstalment(
            position=n,
            title=due.title,
            due_on=due.due_on,
            amount_fen=due.amount_fen,
            required_score=due.required_score,
            status=OperatorInstalmentStatus.PLANNED,
        )
        for n, due in enumerate(dues, 1)
    ]


# -- daily records ---------------------------------------------------------------------------------


@command
@idempotent
def record_duty(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    contract_id: uuid.UUID,
    duty_id: uuid.UUID,
    day: date,
    amount: Decimal,
    text: str,
    file: Incoming | None = None,
) -> DutyRecord:
    """What the operator did on a day of the term, in the duty's unit. Raises NotFound, InvalidInput at the field."""
    actor.require(OPERATOR_MANAGE)
    contract = get_contract(actor, contract_id)
    duty = next((duty for duty in contract.duties if duty.id == duty_id), None)
    if duty is None:
        raise InvalidInput(_l("请选一项职责。"), field="duty_id")
    check_not_future(day, clock.today(), "day")
    _check_in_term(contract, day)
    if amount <= 0:
        raise InvalidInput(_l("数量要大于 0。"), field="amount")
    return _add_record(actor, contract, duty, day, amount, needed(text, "text"), file)


def _check_in_term(contract: OperatorContract, day: date, field: str = "day") -> None:
    if not contract.starts_on <= day <= contract.ends_on:
        words = _l("日期要在合同期内：%(first)s 至 %(last)s。", first=contract.starts_on, last=contract.ends_on)
        raise InvalidInput(words, field=field)


@command
@idempotent
def correct_record(
    *, actor: Actor, request_id: uuid.UUID | None, record_id: uuid.UUID, amount: Decimal, reason: str
) -> DutyRecord:
    """Put a record right: ``amount`` is what it should have been (0 strikes it out). The difference becomes a row.

    Raises NotFound, InvalidInput at the field.
    """
    actor.require(OPERATOR_MANAGE)
    record = get_record(actor, record_id)
    if record.corrects_id is not None:
        raise InvalidInput(_l("这一条本身是更正，请更正原来的那条记录。"))
    contract = db.session.get_one(OperatorContract, record.contract_id, with_for_update=True)
    now = amount_of(record)
    if amount < 0 or amount == now:
        raise InvalidInput(_l("请写更正后的数量，和现在的 %(now)s 不同。", now=f"{now.normalize():f}"), field="amount")
    return _add_record(actor, contract, record.duty, record.day, amount - now, needed(reason), None, record.id)


def amount_of(record: DutyRecord) -> Decimal:
    """What a record comes to with its corrections."""
    query = sa.select(sa.func.coalesce(sa.func.sum(DutyRecord.amount), 0)).where(DutyRecord.corrects_id == record.id)
    return record.amount + Decimal(db.session.scalar(query) or 0)


def _add_record(
    actor: Actor,
    contract: OperatorContract,
    duty: OperatorDuty,
    day: date,
    amount: Decimal,
    text: str,
    file: Incoming | None,
    corrects_id: uuid.UUID | None = None,
) -> DutyRecord:
    upload = ledger.keep(actor, file, contract.county_code) if file is not None else None
    record = DutyRecord(
        recorded_at=clock.now(),
        contract_id=contract.id,
        duty_id=duty.id,
        day=day,
        amount=amount,
        text=text,
        upload_id=upload.id if upload else None,
        corrects_id=corrects_id,
        actor_name=actor.name,
    )
    db.session.add(record)
    db.session.flush()
    what = "更正" if corrects_id else "记录"
    words = f"{what}运营职责“{duty.label}”{day}：{amount.normalize():f} {duty.unit}，{text}"
    note(actor, contract, "duty_recorded", words, record=str(record.id))
    return record


# -- jobs ------------------------------------------------------------------------------------------


@command
@idempotent
def add_job(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    contract_id: uuid.UUID,
    name: str,
    work: str,
    group: JobGroup,
    from_day: date,
    file: Incoming | None = None,
) -> OperatorJob:
    """Somebody works at the centre from a day on; one of a priority group needs the proof.

    Raises NotFound, InvalidInput at the field.
    """
    actor.require(OPERATOR_MANAGE)
    contract = get_contract(actor, contract_id)
    check_not_future(from_day, clock.today(), "from_day")
    _check_in_term(contract, from_day, "from_day")
    if group is not JobGroup.NONE:
        ledger.needed_file(file, _l("重点人群要传证明（残疾证、脱贫户证明等）。"))
    upload = ledger.keep(actor, file, contract.county_code) if file is not None else None
    job = OperatorJob(
        contract_id=contract.id,
        name=name.strip(),
        work=work.strip(),
        group=group,
        from_day=from_day,
        upload_id=upload.id if upload else None,
        created_at=clock.now(),
        created_by=actor.name,
    )
    db.session.add(job)
    db.session.flush()
    words = f"登记岗位：{rules.masked(job.name)}，{job.work}，{group.label}，{from_day} 到岗"
    note(actor, contract, "job_added", words, job=str(job.id))
    return job


@command
@idempotent
def end_job(*, actor: Actor, request_id: uuid.UUID | None, job_id: uuid.UUID, to_day: date) -> OperatorJob:
    """Somebody left; ``to_day`` was the last day. Raises NotFound, InvalidInput at ``to_day``."""
    actor.require(OPERATOR_MANAGE)
    job = get_job(actor, job_id)
    contract = db.session.get_one(OperatorContract, job.contract_id, with_for_update=True)
    db.session.refresh(job)
    if job.to_day is not None:
        raise InvalidInput(_l("这个岗位已经在 %(day)s 离岗。", day=job.to_day), field="to_day")
    check_not_future(to_day, clock.today(), "to_day")
    check_order(job.from_day, to_day, "to_day")
    job.to_day = to_day
    note(actor, contract, "job_ended", f"岗位离岗：{rules.masked(job.name)}，{to_day}", job=str(job.id))
    db.session.flush()
    return job
