"""An instalment of a subsidy: asked for, approved or sent back, paid, received."""

from __future__ import annotations

import uuid

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from app.core.forms import BaseForm
from stations.forms.money import ApproveForm, PaymentForm, ReceiptForm, RequestForm, WhyForm
from stations.permissions import SUBSIDY_CONFIRM, SUBSIDY_GRANT, SUBSIDY_PAY, SUBSIDY_REQUEST
from stations.rules import subsidy as rules
from stations.service import money as service
from stations.views import bp
from stations.views.money.tools import page, paper, to


@bp.route("/stations/subsidy-instalments/<uuid:instalment_id>/request", methods=["GET", "POST"])
@requires(SUBSIDY_REQUEST)
def request_subsidy_instalment(instalment_id: uuid.UUID) -> ResponseReturnValue:
    """The township asks for it."""
    actor, form = current_actor(), RequestForm()
    if form.validate_on_submit():
        with form.catching():
            part = service.request_instalment(
                actor=actor,
                request_id=form.request_id.data,
                instalment_id=instalment_id,
                requested_on=form.requested_on.data,
                text=form.text.data or "",
            )
            flash(_("已申请，等县里审核。"))
            return to("show_subsidy", subsidy_id=part.subsidy_id)
    return _page("subsidy_request.html", form, instalment_id)


@bp.route("/stations/subsidy-instalments/<uuid:instalment_id>/approval", methods=["GET", "POST"])
@requires(SUBSIDY_GRANT)
def approve_subsidy_instalment(instalment_id: uuid.UUID) -> ResponseReturnValue:
    """The hub agrees; the same page has the way to send it back."""
    actor, form = current_actor(), ApproveForm()
    if form.validate_on_submit():
        with form.catching():
            part = service.approve_instalment(
                actor=actor,
                request_id=form.request_id.data,
                instalment_id=instalment_id,
                approved_on=form.approved_on.data,
            )
            flash(_("已审核同意，可以支付了。"))
            return to("show_subsidy", subsidy_id=part.subsidy_id)
    return _page("subsidy_approve.html", form, instalment_id)


@bp.route("/stations/subsidy-instalments/<uuid:instalment_id>/sending-back", methods=["GET", "POST"])
@requires(SUBSIDY_GRANT)
def send_back_subsidy_instalment(instalment_id: uuid.UUID) -> ResponseReturnValue:
    """The hub sends a request back, with the reason."""
    actor, form = current_actor(), WhyForm()
    if form.validate_on_submit():
        with form.catching():
            part = service.send_request_back(
                actor=actor, request_id=form.request_id.data, instalment_id=instalment_id, reason=form.reason.data
            )
            flash(_("申请已退回乡镇。"))
            return to("show_subsidy", subsidy_id=part.subsidy_id)
    return _page("subsidy_send_back.html", form, instalment_id)


@bp.route("/stations/subsidy-instalments/<uuid:instalment_id>/payment", methods=["GET", "POST"])
@requires(SUBSIDY_PAY)
def pay_subsidy_instalment(instalment_id: uuid.UUID) -> ResponseReturnValue:
    """The hub pays it."""
    actor, form = current_actor(), PaymentForm()
    if form.validate_on_submit():
        with form.catching():
            part = service.pay_instalment(
                actor=actor,
                request_id=form.request_id.data,
                instalment_id=instalment_id,
                paid_on=form.paid_on.data,
                voucher=form.voucher.data,
                file=paper(form),
            )
            flash(_("支付已登记，专项资金已扣减。"))
            return to("show_subsidy", subsidy_id=part.subsidy_id)
    return _page("subsidy_pay.html", form, instalment_id)


@bp.route("/stations/subsidy-instalments/<uuid:instalment_id>/receipt", methods=["GET", "POST"])
@requires(SUBSIDY_CONFIRM)
def confirm_subsidy_receipt(instalment_id: uuid.UUID) -> ResponseReturnValue:
    """The township says that the money has come."""
    actor, form = current_actor(), ReceiptForm()
    if form.validate_on_submit():
        with form.catching():
            part = service.confirm_receipt(
                actor=actor,
                request_id=form.request_id.data,
                instalment_id=instalment_id,
                received_on=form.received_on.data,
            )
            flash(_("已确认收到。"))
            return to("show_subsidy", subsidy_id=part.subsidy_id)
    return _page("subsidy_receipt.html", form, instalment_id)


def _page(template: str, form: BaseForm, instalment_id: uuid.UUID) -> ResponseReturnValue:
    part = service.get_instalment(current_actor(), instalment_id)
    available = service.available_fen(part.subsidy.fund_id)
    return page(
        template,
        form,
        part=part,
        s=part.subsidy,
        available=available,
        missing=rules.missing(part, part.subsidy.project, available),
    )
