"""The funds of a county: list, one fund at a glance, money in, out and back."""

from __future__ import annotations

import uuid

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.core import clock
from app.core.access import current_actor, requires
from app.core.charts import Series, bar_chart
from app.core.format import month_alone
from stations.forms.money import ArrivalForm, FundForm, PayOutForm, ReturnForm
from stations.models.fund import SpendingCategory
from stations.permissions import FUND_BOOK, FUND_READ
from stations.service import money as service
from stations.views import bp
from stations.views.money.tools import page, paper, to

INDICATOR_DEFINITION = _l(
    "到位率：到账 ÷ 计划；及时率：按应到账日期以前到账 ÷ 计划；支付率：支付（减去追回）÷ 到账；"
    "带动资金：自筹和社会资金 ÷ 核定补助；触碰负面清单、验收前支付：笔数，应为 0（补助标准写明可以提前支付的不算）。"
    "冲正的和被冲正的都不算。达到与否按分数比较，不按四舍五入后的百分数。"
)


@bp.get("/stations/funds")
@requires(FUND_READ)
def list_funds() -> ResponseReturnValue:
    """All funds of the county."""
    actor = current_actor()
    return page("fund_list.html", funds=service.list_funds(actor), may_book=actor.may(FUND_BOOK))


@bp.route("/stations/funds/new", methods=["GET", "POST"])
@requires(FUND_BOOK)
def new_fund() -> ResponseReturnValue:
    """Open a fund's account."""
    form = FundForm()
    if form.validate_on_submit():
        with form.catching():
            fund = service.create_fund(
                actor=current_actor(),
                request_id=form.request_id.data,
                year=form.year.data,
                name=form.name.data,
                document=form.document.data,
                planned_fen=form.planned.data,
                due_on=form.due_on.data,
            )
            flash(_("专项资金已建立。到账后请登记到账。"))
            return to("show_fund", fund_id=fund.id)
    return page("fund_new.html", form)


@bp.get("/stations/funds/<uuid:fund_id>")
@requires(FUND_READ)
def show_fund(fund_id: uuid.UUID) -> ResponseReturnValue:
    """A fund at a glance: balance, indicators, shares, months."""
    actor = current_actor()
    fund = service.get_fund(actor, fund_id)
    seen = service.fund_overview(fund)
    return page(
        "fund_show.html",
        fund=fund,
        seen=seen,
        indicators=service.fund_indicators(fund, clock.today()),
        chart=_chart(seen) if len(seen.months) > 1 else None,
        definition=INDICATOR_DEFINITION,
        may_book=actor.may(FUND_BOOK),
    )


def _chart(seen: service.FundOverview) -> Markup:
    """Arrived and paid by month, in yuan; twelve months at most."""
    months = seen.months[-12:]
    series = [
        Series(_("到账"), [row[1] // 100 for row in months]),
        Series(_("支付"), [row[2] // 100 for row in months]),
    ]
    drawing = bar_chart(series, [month_alone(row[0]) for row in months], unit=_("元"))
    return Markup(drawing.to_svg(title=_("每月到账和支付")))  # noqa: S704  drawn here, every word escaped


@bp.route("/stations/funds/<uuid:fund_id>/arrivals/new", methods=["GET", "POST"])
@requires(FUND_BOOK)
def new_fund_arrival(fund_id: uuid.UUID) -> ResponseReturnValue:
    """Money came in."""
    actor, form = current_actor(), ArrivalForm()
    if form.validate_on_submit():
        with form.catching():
            service.book_arrival(
                actor=actor,
                request_id=form.request_id.data,
                fund_id=fund_id,
                day=form.day.data,
                amount_fen=form.amount.data,
                party_name=form.party_name.data,
                document=form.document.data,
                file=paper(form),
            )
            flash(_("到账已登记。"))
            return to("show_fund", fund_id=fund_id)
    return page("fund_arrival.html", form, fund=service.get_fund(actor, fund_id))


@bp.route("/stations/funds/<uuid:fund_id>/payments/new", methods=["GET", "POST"])
@requires(FUND_BOOK)
def new_fund_payment(fund_id: uuid.UUID) -> ResponseReturnValue:
    """Money goes out for something that is neither a subsidy nor the operator's fee."""
    actor, form = current_actor(), PayOutForm()
    if form.validate_on_submit():
        with form.catching():
            service.pay_out(
                actor=actor,
                request_id=form.request_id.data,
                fund_id=fund_id,
                day=form.day.data,
                amount_fen=form.amount.data,
                category=SpendingCategory(form.category.data),
                party_name=form.party_name.data,
                purpose=form.purpose.data,
                voucher=form.voucher.data,
                file=paper(form),
            )
            flash(_("支付已登记。"))
            return to("show_fund", fund_id=fund_id)
    fund = service.get_fund(actor, fund_id)
    return page("fund_payment.html", form, fund=fund, available=service.available_fen(fund_id))


@bp.route("/stations/funds/<uuid:fund_id>/returns/new", methods=["GET", "POST"])
@requires(FUND_BOOK)
def new_fund_return(fund_id: uuid.UUID) -> ResponseReturnValue:
    """Money goes back to the treasury."""
    actor, form = current_actor(), ReturnForm()
    if form.validate_on_submit():
        with form.catching():
            service.return_to_treasury(
                actor=actor,
                request_id=form.request_id.data,
                fund_id=fund_id,
                day=form.day.data,
                amount_fen=form.amount.data,
                reason=form.reason.data,
                document=form.document.data,
                file=paper(form),
            )
            flash(_("退回已登记。"))
            return to("show_fund", fund_id=fund_id)
    fund = service.get_fund(actor, fund_id)
    return page("fund_return.html", form, fund=fund, available=service.available_fen(fund_id))
