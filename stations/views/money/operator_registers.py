"""The registers of the operator's contract: daily records and jobs."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column
from stations.forms.money import CorrectForm, EndJobForm, JobForm, RecordForm
from stations.models.operator_contract import JobGroup
from stations.permissions import OPERATOR_MANAGE, OPERATOR_READ
from stations.rules.operator_contract import masked
from stations.service import money as service
from stations.views import asked, bp
from stations.views.money.tools import month, months, page, sheet, to
from stations.views.money.tools import paper as paper_of

JOBS_DEFINITION = _l(
    "在岗：到岗日期到最后一天之间；重点人群：残疾人、脱贫户（低收入户）、监测户。名单里的姓名隐去名字。"
)


def _records_wanted() -> dict[str, Any]:
    return {"text": request.args.get("q", ""), "duty_key": request.args.get("duty", ""), "month": month()}


@bp.get("/stations/operator-contracts/<uuid:contract_id>/records")
@requires(OPERATOR_READ)
def list_duty_records(contract_id: uuid.UUID) -> ResponseReturnValue:
    """What the operator did, day by day."""
    actor = current_actor()
    contract = service.get_contract(actor, contract_id)
    wanted = _records_wanted()
    return page(
        "operator_records.html",
        c=contract,
        page=paginate(service.query_records(contract, **wanted), request.args.get("page", 1, int)),
        wanted=wanted,
        duties=[(duty.key, duty.label) for duty in contract.duties],
        months=months(contract.starts_on, min(contract.ends_on, clock.today())),
        may_manage=actor.may(OPERATOR_MANAGE),
    )


@bp.get("/stations/operator-contracts/<uuid:contract_id>/records/export")
@requires(OPERATOR_READ)
def export_duty_records(contract_id: uuid.UUID) -> Response:
    """The same list, all pages, as XLSX."""
    contract = service.get_contract(current_actor(), contract_id)
    columns = [
        Column(_("日期"), "date"),
        Column(_("职责")),
        Column(_("数量"), "quantity"),
        Column(_("单位")),
        Column(_("做了什么")),
        Column(_("备注")),
        Column(_("登记人")),
    ]
    return sheet(_("运营职责记录"), columns, service.record_rows(contract, **_records_wanted()))


@bp.route("/stations/operator-contracts/<uuid:contract_id>/records/new", methods=["GET", "POST"])
@requires(OPERATOR_MANAGE)
def new_duty_record(contract_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what was done."""
    actor = current_actor()
    contract = service.get_contract(actor, contract_id)
    form = RecordForm(duty_id=request.args.get("duty_id", type=uuid.UUID))
    form.duty_id.choices = [(duty.id, f"{duty.label}（{duty.unit}）") for duty in contract.duties]
    if form.validate_on_submit():
        with form.catching():
            service.record_duty(
                actor=actor,
                request_id=form.request_id.data,
                contract_id=contract_id,
                duty_id=form.duty_id.data,
                day=form.day.data,
                amount=form.amount.data,
                text=form.text.data,
                file=paper_of(form),
            )
            flash(_("已记下。"))
            return to("list_duty_records", contract_id=contract_id)
    return page("operator_record_new.html", form, c=contract)


@bp.route("/stations/duty-records/<uuid:record_id>/correction", methods=["GET", "POST"])
@requires(OPERATOR_MANAGE)
def correct_duty_record(record_id: uuid.UUID) -> ResponseReturnValue:
    """Put a record right."""
    actor, form = current_actor(), CorrectForm()
    if form.validate_on_submit():
        with form.catching():
            row = service.correct_record(
                actor=actor,
                request_id=form.request_id.data,
                record_id=record_id,
                amount=form.amount.data,
                reason=form.reason.data,
            )
            flash(_("已更正。原来的记录留着。"))
            return to("list_duty_records", contract_id=row.contract_id)
    record = service.get_record(actor, record_id)
    contract = service.get_contract(actor, record.contract_id)
    return page("operator_record_correct.html", form, record=record, now=service.amount_of(record), c=contract)


def _jobs_wanted() -> dict[str, Any]:
    return {"group": asked.member(JobGroup, "group"), "held": request.args.get("held") == "1"}


@bp.get("/stations/operator-contracts/<uuid:contract_id>/jobs")
@requires(OPERATOR_READ)
def list_operator_jobs(contract_id: uuid.UUID) -> ResponseReturnValue:
    """The jobs; names are masked."""
    actor = current_actor()
    contract = service.get_contract(actor, contract_id)
    wanted = _jobs_wanted()
    return page(
        "operator_jobs.html",
        c=contract,
        page=paginate(service.query_jobs(contract, **wanted), request.args.get("page", 1, int)),
        wanted=wanted,
        groups=JobGroup.choices(),
        held=service.jobs_held(contract, clock.today()),
        masked=masked,
        definition=JOBS_DEFINITION,
        may_manage=actor.may(OPERATOR_MANAGE),
    )


@bp.get("/stations/operator-contracts/<uuid:contract_id>/jobs/export")
@requires(OPERATOR_READ)
def export_operator_jobs(contract_id: uuid.UUID) -> Response:
    """The same list, all pages, as XLSX."""
    contract = service.get_contract(current_actor(), contract_id)
    columns = [
        Column(_("姓名")),
        Column(_("岗位")),
        Column(_("人员类别")),
        Column(_("到岗日期"), "date"),
        Column(_("最后一天"), "date"),
    ]
    return sheet(_("运营岗位"), columns, service.job_rows(contract, **_jobs_wanted()), str(JOBS_DEFINITION))


@bp.route("/stations/operator-contracts/<uuid:contract_id>/jobs/new", methods=["GET", "POST"])
@requires(OPERATOR_MANAGE)
def new_operator_job(contract_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody starts to work."""
    actor, form = current_actor(), JobForm()
    if form.validate_on_submit():
        with form.catching():
            service.add_job(
                actor=actor,
                request_id=form.request_id.data,
                contract_id=contract_id,
                name=form.name.data,
                work=form.work.data,
                group=JobGroup(form.group.data),
                from_day=form.from_day.data,
                file=paper_of(form),
            )
            flash(_("岗位已登记。"))
            return to("list_operator_jobs", contract_id=contract_id)
    return page("operator_job_new.html", form, c=service.get_contract(actor, contract_id))


@bp.route("/stations/operator-jobs/<uuid:job_id>/end", methods=["GET", "POST"])
@requires(OPERATOR_MANAGE)
def end_operator_job(job_id: uuid.UUID) -> ResponseReturnValue:
    """Somebody left."""
    actor, form = current_actor(), EndJobForm()
    if form.validate_on_submit():
        with form.catching():
            job = service.end_job(actor=actor, request_id=form.request_id.data, job_id=job_id, to_day=form.to_day.data)
            flash(_("离岗已记下。"))
            return to("list_operator_jobs", contract_id=job.contract_id)
    job = service.get_job(actor, job_id)
    return page("operator_job_end.html", form, job=job, c=service.get_contract(actor, job.contract_id))
