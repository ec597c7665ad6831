"""日结: the day's list, its cash, the count; and cash from or to the centre."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.access import current_actor, requires
from app.core.money import format_fen
from app.flows import counter
from trade.forms import CarrierForm, CashForm, DayCloseForm
from trade.models import TransactionCode
from trade.permissions import SERVICES_RECORD
from trade.service import carriers, own_place
from trade.service import day as days
from trade.views.blueprint import bp, day_argument, form_page


@bp.route("/day", methods=["GET", "POST"])
@requires(SERVICES_RECORD)
def close_day() -> ResponseReturnValue:
    """A day (``?day=``, by default today) with its count; a closed day may be corrected until a later one is closed."""
    actor = current_actor()
    place, day = own_place(actor), day_argument("day") or clock.today()
    form = DayCloseForm()
    if form.validate_on_submit():
        with form.catching():
            days.close_day(
                actor=actor,
                request_id=form.request_id.data,
                day=day,
                counted_fen=form.counted_fen.data,
                note=form.note.data or "",
            )
            flash(_("日结好了。"))
            return redirect(url_for("trade.close_day", day=day.isoformat()), 303)
    latest = days.last_close(place.station_id)
    for_carriers = carriers.cash_of_day(place.station_code, day)
    return form_page(
        "trade/day.html",
        form,
        day=day,
        today=clock.today(),
        station_name=place.station_name,
        summary=days.day_summary(place.station_id, place.station_code, day),
        for_carriers=for_carriers,
        carrier_sums=[(code.label, format_fen(fen)) for code, fen in carriers.sums(for_carriers).items()],
        records=days.records_of_day(place.station_id, day),
        closed=days.last_close(place.station_id, day),
        may_close=day <= clock.today() and (latest is None or latest.day <= day),
        closes=days.list_closes(place.station_id),
    )


@bp.route("/cash", methods=["GET", "POST"])
@requires(SERVICES_RECORD)
def move_cash() -> ResponseReturnValue:
    """领备用金, 上交现金."""
    actor = current_actor()
    place = own_place(actor)
    form = CashForm()
    if form.validate_on_submit():
        with form.catching():
            code = TransactionCode(form.code.data)
            days.move_cash(actor=actor, request_id=form.request_id.data, code=code, amount_fen=form.amount_fen.data)
            flash(_("%(what)s %(money)s，记下了。", what=code.label, money=format_fen(form.amount_fen.data)))
            return redirect(url_for("trade.close_day"), 303)
    cash = days.cash_day(place.station_code, clock.today())
    return form_page("trade/cash.html", form, cash=cash)


@bp.route("/pay-carrier", methods=["GET", "POST"])
@requires(SERVICES_RECORD)
def pay_carrier() -> ResponseReturnValue:
    """付快递公司: goods' money and freight, handed to the courier."""
    actor = current_actor()
    owed = carriers.owed(own_place(actor))
    names = {o.carrier.key: counter.carrier_name(o.carrier) for o in owed}
    form = CarrierForm()
    form.carrier.choices = [
        (o.carrier.key, _("%(name)s，欠 %(money)s", name=names[o.carrier.key], money=format_fen(o.total_fen)))
        for o in owed
    ]
    if form.validate_on_submit():
        with form.catching():
            key, fen = form.carrier.data, form.amount_fen.data
            carriers.pay_carrier(actor=actor, request_id=form.request_id.data, carrier=key, amount_fen=fen)
            flash(_("付给%(name)s %(money)s，记下了。", name=names[key], money=format_fen(fen)))
            return redirect(url_for("trade.close_day"), 303)
    return form_page("trade/pay_carrier.html", form, owed=owed, names=names)
