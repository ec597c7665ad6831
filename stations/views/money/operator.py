"""The operator's contract: list, recording it, its page, assessments and payments."""

from __future__ import annotations

import uuid

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock
from app.core.access import current_actor, requires
from stations.forms.money import AssessForm, ContractForm, PaymentForm
from stations.permissions import OPERATOR_MANAGE, OPERATOR_READ
from stations.rules import operator_contract as rules
from stations.service import money as service
from stations.views import bp
from stations.views.money.tools import page, paper, to

# What the registers of work and jobs show already: too much for the contract's own page.
IN_REGISTERS = frozenset({"stations.operator_duty_recorded", "stations.operator_job_added"})


@bp.get("/stations/operator-contracts")
@requires(OPERATOR_READ)
def list_operator_contracts() -> ResponseReturnValue:
    """The contracts of the county centre's operators."""
    actor = current_actor()
    return page(
        "operator_list.html",
        contracts=service.list_contracts(actor),
        today=clock.today(),
        may_manage=actor.may(OPERATOR_MANAGE),
    )


@bp.route("/stations/operator-contracts/new", methods=["GET", "POST"])
@requires(OPERATOR_MANAGE)
def new_operator_contract() -> ResponseReturnValue:
    """Record a signed contract."""
    actor, form = current_actor(), ContractForm()
    form.fund_id.choices = [(fund.id, f"{fund.year} {fund.name}") for fund, _came, _left in service.list_funds(actor)]
    template = service.operator_template(clock.today())
    if form.validate_on_submit():
        with form.catching():
            contract = service.record_contract(
                actor=actor,
                request_id=form.request_id.data,
                fund_id=form.fund_id.data,
                number=form.number.data,
                contractor=form.contractor.data,
                contractor_number=form.contractor_number.data,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                annual_fee_fen=form.annual_fee.data,
                selection=form.selection.data,
                file=paper(form),
            )
            flash(_("合同已登记，职责和分期已按模板列出。"))
            return to("show_operator_contract", contract_id=contract.id)
    elif not form.is_submitted() and template is not None:
        form.annual_fee.data = template.annual_fee_fen
    return page("operator_new.html", form, duties_of=template)


@bp.get("/stations/operator-contracts/<uuid:contract_id>")
@requires(OPERATOR_READ)
def show_operator_contract(contract_id: uuid.UUID) -> ResponseReturnValue:
    """A contract: duties against the time that passed, jobs, instalments."""
    actor, today = current_actor(), clock.today()
    contract = service.get_contract(actor, contract_id)
    return page(
        "operator_show.html",
        c=contract,
        year=rules.year_of(contract.starts_on, contract.ends_on, today),
        duties=service.duty_progress(contract, today),
        jobs=service.jobs_held(contract, today),
        today=today,
        may_manage=actor.may(OPERATOR_MANAGE),
        history=[
            (entry.text, entry.actor_name, entry.recorded_at)
            for entry in audit.history(contract)
            if entry.action not in IN_REGISTERS
        ],
    )


@bp.route("/stations/operator-instalments/<uuid:instalment_id>/assessment", methods=["GET", "POST"])
@requires(OPERATOR_MANAGE)
def assess_operator_instalment(instalment_id: uuid.UUID) -> ResponseReturnValue:
    """The assessment of a period."""
    actor, form = current_actor(), AssessForm()
    if form.validate_on_submit():
        with form.catching():
            part = service.assess_instalment(
                actor=actor,
                request_id=form.request_id.data,
                instalment_id=instalment_id,
                score=form.score.data,
                assessed_on=form.assessed_on.data,
                opinion=form.opinion.data or "",
            )
            flash(_("考核结果已记下。"))
            return to("show_operator_contract", contract_id=part.contract_id, _anchor="instalments")
    part = service.get_operator_instalment(actor, instalment_id)
    return page("operator_assess.html", form, part=part, c=part.contract)


@bp.route("/stations/operator-instalments/<uuid:instalment_id>/payment", methods=["GET", "POST"])
@requires(OPERATOR_MANAGE)
def pay_operator_instalment(instalment_id: uuid.UUID) -> ResponseReturnValue:
    """Pay an instalment to the operator."""
    actor, form = current_actor(), PaymentForm()
    if form.validate_on_submit():
        with form.catching():
            part = service.pay_fee(
                actor=actor,
                request_id=form.request_id.data,
                instalment_id=instalment_id,
                paid_on=form.paid_on.data,
                voucher=form.voucher.data,
                file=paper(form),
            )
            flash(_("支付已登记，专项资金已扣减。"))
            return to("show_operator_contract", contract_id=part.contract_id, _anchor="instalments")
    part = service.get_operator_instalment(actor, instalment_id)
    available = service.available_fen(part.contract.fund_id)
    return page("operator_pay.html", form, part=part, c=part.contract, available=available)
