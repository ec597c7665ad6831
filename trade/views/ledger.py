"""The books for the hub: trial balance → sub-ledgers → entries → receipt."""

from __future__ import annotations

import uuid

from flask import Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from app.core import clock
from app.core.access import current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.core.web import send_bytes
from app.flows import books
from trade.models import Account, LedgerTransaction
from trade.permissions import LEDGER_READ
from trade.rules import ledger as rules
from trade.service import ledger
from trade.views.blueprint import bp, day_argument


@bp.get("/ledger")
@requires(LEDGER_READ)
def trial_balance() -> str:
    """科目余额表: every account with its turnover and balance, up to ``?until=``; does it hold?"""
    until = day_argument("until")
    rows = ledger.trial_balance(current_actor().scope_code, until)
    return render_template(
        "trade/ledger.html",
        rows=rows,
        kinds=rules.CHART,
        until=until,
        debit_fen=sum(r.debit_fen for r in rows),
        credit_fen=sum(r.credit_fen for r in rows),
    )


@bp.get("/ledger/check")
@requires(LEDGER_READ)
def check_ledger() -> str:
    """Whether the books hold, transaction by transaction."""
    return render_template("trade/ledger_check.html", problems=books.check(current_actor().scope_code))


@bp.get("/ledger/export.xlsx")
@requires(LEDGER_READ)
def export_trial_balance() -> Response:
    """The trial balance as a sheet."""
    until = day_argument("until")
    columns = [
        Column(_("科目编号")),
        Column(_("科目")),
        Column(_("类别")),
        Column(_("借方发生额（元）"), "fen"),
        Column(_("贷方发生额（元）"), "fen"),
        Column(_("余额（元）"), "fen"),
    ]
    rows = [
        [r.account.value, str(r.name), str(rules.CHART[r.account].label), r.debit_fen, r.credit_fen, r.balance_fen]
        for r in ledger.trial_balance(current_actor().scope_code, until)
    ]
    notes = [_("余额按科目的增加方向列示；截至 %(day)s。", day=(until or clock.today()).isoformat())]
    return send_bytes(
        write_xlsx(_("科目余额表"), columns, rows, notes, at=clock.now()), f"ledger-{clock.today():%Y%m%d}.xlsx"
    )


def _account(number: int) -> Account:
    try:
        return Account(str(number))
    except ValueError:
        abort(404)


@bp.get("/ledger/<int:number>")
@requires(LEDGER_READ)
def show_account(number: int) -> str:
    """An account: its sub-ledgers, or with ``?sub=`` the entries of one of them, or with ``?entries=1`` all entries."""
    account, scope = _account(number), current_actor().scope_code
    sub, flat = request.args.get("sub", ""), "entries" in request.args
    page_number = request.args.get("page", 1, type=int)
    if sub or flat:
        page = paginate(ledger.account_entries(account, scope, sub), page_number)
        name = page.items[0][0].sub_name if sub and page.items else ""
        return render_template("trade/ledger_entries.html", account=account, sub=sub, name=name, page=page)
    page = paginate(ledger.sub_ledgers(account, scope), page_number)
    return render_template("trade/ledger_account.html", account=account, page=page, balance=rules.balance)


@bp.get("/ledger/transactions/<uuid:transaction_id>")
@requires(LEDGER_READ)
def show_transaction(transaction_id: uuid.UUID) -> str:
    """One transaction with its entries, and the receipt it belongs to."""
    found = ledger.get_transaction(current_actor(), transaction_id)
    return render_template(
        "trade/ledger_transaction.html",
        transaction=found,
        entries=ledger.entries_of([found.id])[found.id],
        receipt=_receipt_url(found),
        related=[t for t in ledger.list_for_reference(found.reference_table, found.reference_id) if t.id != found.id],
    )


_RECEIPTS = {
    "purchase_service": ("trade.show_purchase", "purchase_id"),
    "sale_service": ("trade.show_sale", "sale_id"),
    "parcel": ("parcels.show_parcel", "parcel_id"),
    "customer_order": ("orders.show_order", "order_id"),
}


def _receipt_url(transaction: LedgerTransaction) -> str | None:
    known = _RECEIPTS.get(transaction.reference_table)
    return None if known is None else url_for(known[0], **{known[1]: transaction.reference_id})
