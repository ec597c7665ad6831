"""The entries of a fund: list, sheet, one entry, putting it right."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import current_actor, requires
from app.core.format import month as month_name
from app.core.pagination import paginate
from app.core.sheets import Column
from stations.forms.money import WhyForm
from stations.models.fund import EntryKind, FundEntry, SpendingCategory, SubsidyFund
from stations.permissions import FUND_BOOK, FUND_READ
from stations.rules.public_money import Indicator
from stations.service import money as service
from stations.views import asked, bp
from stations.views.money.tools import month, page, sheet, to

DEFINITION = _l("收入为正，支出为负；余额是全部记录之和。登记错了不删改，用一笔冲正抵掉，再按正确的登记。")


def _behind(fund: SubsidyFund) -> Indicator | None:
    """The figure that the list is to explain; None when the address names none."""
    key = request.args.get("behind", "")
    figure = service.find_indicator(fund, key, clock.today()) if key else None
    return figure if figure is not None and figure.register == "entries" else None


def _wanted(behind: Indicator | None) -> dict[str, Any]:
    """The filters of the address line; a value that isn't known is no filter."""
    return {
        "text": request.args.get("q", ""),
        "kind": asked.member(EntryKind, "kind"),
        "category": asked.member(SpendingCategory, "category"),
        "month": month(),
        "among": behind.records if behind is not None else None,
    }


@bp.get("/stations/funds/<uuid:fund_id>/entries")
@requires(FUND_READ)
def list_fund_entries(fund_id: uuid.UUID) -> ResponseReturnValue:
    """The account, entry by entry; with ``behind=B3`` only those that a figure was made from."""
    fund = service.get_fund(current_actor(), fund_id)
    behind = _behind(fund)
    wanted = _wanted(behind)
    return page(
        "fund_entries.html",
        fund=fund,
        page=paginate(service.query_entries(fund, **wanted), request.args.get("page", 1, int)),
        wanted=wanted,
        sum_fen=service.entries_sum(fund, **wanted),
        behind=behind,
        kinds=EntryKind.choices(),
        months=[(row[0], month_name(row[0])) for row in reversed(service.fund_overview(fund).months)],
        categories=SpendingCategory.choices(),
        definition=DEFINITION,
    )


@bp.get("/stations/funds/<uuid:fund_id>/entries/export")
@requires(FUND_READ)
def export_fund_entries(fund_id: uuid.UUID) -> Response:
    """The same list, all pages, as XLSX."""
    fund = service.get_fund(current_actor(), fund_id)
    columns = [
        Column(_("日期"), "date"),
        Column(_("类别")),
        Column(_("金额（元）"), "fen"),
        Column(_("用在哪一类")),
        Column(_("对方单位")),
        Column(_("用途或原因")),
        Column(_("凭证号")),
        Column(_("备注")),
        Column(_("登记人")),
        Column(_("登记时间"), "moment"),
    ]
    return sheet(_("专项资金收支"), columns, service.entry_rows(fund, **_wanted(_behind(fund))), str(DEFINITION))


@bp.get("/stations/fund-entries/<uuid:entry_id>")
@requires(FUND_READ)
def show_fund_entry(entry_id: uuid.UUID) -> ResponseReturnValue:
    """One entry with its paper and what became of it."""
    return _show(service.get_entry(current_actor(), entry_id), WhyForm(formdata=None))


@bp.post("/stations/fund-entries/<uuid:entry_id>/reversal")
@requires(FUND_BOOK)
def reverse_fund_entry(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Take a wrong entry back, with the reason."""
    actor, form = current_actor(), WhyForm()
    if form.validate_on_submit():
        with form.catching():
            row = service.reverse_entry(
                actor=actor, request_id=form.request_id.data, entry_id=entry_id, reason=form.reason.data
            )
            flash(_("已冲正。原来的记录和冲正都看得到；请按正确的内容重新登记。"))
            return to("show_fund_entry", entry_id=row.id)
    return _show(service.get_entry(actor, entry_id), form)


def _show(entry: FundEntry, form: WhyForm) -> ResponseReturnValue:
    actor, taken_back_by = current_actor(), service.entry_history(entry)
    open_to_reversal = taken_back_by is None and entry.kind is not EntryKind.REVERSAL
    return page(
        "fund_entry.html",
        form,
        e=entry,
        fund=entry.fund,
        taken_back_by=taken_back_by,
        takes_back=service.get_entry(actor, entry.reverses_id) if entry.reverses_id else None,
        may_reverse=actor.may(FUND_BOOK) and open_to_reversal,
    )
