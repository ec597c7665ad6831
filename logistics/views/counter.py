"""The village's counter: parcels in, parcels out, parcels sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import Actor, current_actor, requires
from app.core.format import fen
from app.flows import counter
from logistics import service
from logistics.forms import FindForm, HandOutForm, SendForm, TakeInForm
from logistics.models import Direction, Parcel, ParcelStatus, Picker, SizeClass
from logistics.permissions import COUNTER
from logistics.rules import carriers
from logistics.rules.shelf import read_code
from logistics.service import Arrival, HandOut, Sending
from logistics.service.places import Place, own
from logistics.views.blueprint import at_counter, form_page, id_argument, parcels_bp


@parcels_bp.get("/take-in")
@requires(COUNTER)
def take_in_form() -> ResponseReturnValue:
    """收件入库: the form, what was taken in last with its code, and the last ones of today."""
    return _take_in_page(current_actor(), TakeInForm())


@parcels_bp.post("/take-in")
@requires(COUNTER)
def take_in() -> ResponseReturnValue:
    """Take one in; the form comes back empty for the next."""
    actor, form = current_actor(), TakeInForm()
    if form.validate_on_submit():
        with form.catching():
            here = own(actor)
            parcel = service.take_in(
                actor=actor,
                request_id=form.request_id.data,
                arrival=arrival_of(form, here.id),
                shelf=form.shelf.data or "",
            )
            return redirect(url_for("parcels.take_in_form", done=parcel.id), 303)
    return _take_in_page(actor, form)


def arrival_of(form: TakeInForm, village_station_id: uuid.UUID) -> Arrival:
    """What the form says about a parcel that comes down. Raises InvalidInput for a tail of three digits."""
    who = carriers.who(form.phone_tail.data or "")
    return Arrival(
        form.waybill_number.data,
        village_station_id,
        person_name=who.name,
        person_phone=who.phone,
        phone_tail=who.tail,
        carrier=form.carrier.data or "",
        size=SizeClass(form.size.data),
        cod_fen=form.cod_fen.data or 0,
        is_cold=form.is_cold.data,
        is_fragile=form.is_fragile.data,
    )


def _take_in_page(actor: Actor, form: TakeInForm) -> ResponseReturnValue:
    here = own(actor)
    recent = service.recent_at(here, Direction.DOWN)
    done = _just_done(recent)
    return form_page("parcels/take_in.html", form, recent=recent, done=done, counts=service.desk_counts(actor))


def _just_done(recent: Sequence[Parcel]) -> Parcel | None:
    wanted = id_argument("done")
    return next((parcel for parcel in recent if parcel.id == wanted), None)


# -- out -----------------------------------------------------------------------------------------------


@parcels_bp.get("/pick-up")
@requires(COUNTER)
def pick_up_form() -> ResponseReturnValue:
    """取件: ask for a code, a phone tail or a name."""
    return _find_page(current_actor(), FindForm())


@parcels_bp.post("/pick-up")
@requires(COUNTER)
def find_to_pick_up() -> ResponseReturnValue:
    """Find the person's parcels; wrong codes are counted."""
    actor, form = current_actor(), FindForm()
    if form.validate_on_submit():
        with form.catching():
            found = _found(actor, form.q.data.strip())
            people = {(p.phone_tail, p.person_name if not p.phone_tail else "") for p in found}
            if len(people) == 1:
                return redirect(url_for("parcels.hand_out_form", parcel_id=found[0].id), 303)
            if people:
                return _find_page(actor, form, found)
            form.q.errors = [_("这里没有等着取的“%(q)s”。请核对，或者看看是不是还在路上。", q=form.q.data.strip())]
    return _find_page(actor, form)


def _found(actor: Actor, words: str) -> Sequence[Parcel]:
    if read_code(words) is not None:
        return [service.find_by_code(actor=actor, code=words)]
    return service.find_waiting(actor=actor, q=words)


def _find_page(actor: Actor, form: FindForm, found: Sequence[Parcel] = ()) -> ResponseReturnValue:
    return form_page("parcels/find.html", form, found=found, counts=service.desk_counts(actor))


@parcels_bp.get("/pick-up/<uuid:parcel_id>")
@requires(COUNTER)
def hand_out_form(parcel_id: uuid.UUID) -> ResponseReturnValue:
    """All parcels of that person: tick what goes; the button says what to collect."""
    form, waiting = _hand_out(current_actor(), parcel_id)
    if not waiting:
        flash(_("这个包裹已经取走了。"), "bad")
        return redirect(url_for("parcels.pick_up_form"), 303)
    return _hand_out_page(form, waiting)


@parcels_bp.post("/pick-up/<uuid:parcel_id>")
@requires(COUNTER)
def hand_out(parcel_id: uuid.UUID) -> ResponseReturnValue:
    """Hand out what is ticked."""
    actor = current_actor()
    form, waiting = _hand_out(actor, parcel_id)
    if form.validate_on_submit():
        with form.catching():
            return _handed_out(actor, form)
    return _hand_out_page(form, waiting)


def _hand_out(actor: Actor, parcel_id: uuid.UUID) -> tuple[HandOutForm, Sequence[Parcel]]:
    """The form with what waits for the person. A repeated submission may tick what is gone by now."""
    parcel = service.get_parcel(actor, parcel_id)
    waiting = service.waiting_with(actor=actor, parcel=parcel) if parcel.status is ParcelStatus.AT_VILLAGE else []
    form = HandOutForm()
    same = [p for p in waiting if (p.person_name, p.person_phone) == (parcel.person_name, parcel.person_phone)]
    choices = [(p.id, at_counter(p)) for p in waiting]
    offered = {p.id for p in waiting}
    choices += [(i, "") for i in form.parcels.data or () if form.is_submitted() and i not in offered]
    form.parcels.offer(choices, [p.id for p in same])
    return form, waiting


def _handed_out(actor: Actor, form: HandOutForm) -> ResponseReturnValue:
    cod = int(form.cod_fen.data) if (form.cod_fen.data or "").isdecimal() else 0
    item = HandOut(
        tuple(dict.fromkeys(form.parcels.data)), Picker(form.picker.data), form.picker_name.data or "", cod_fen=cod
    )
    pickup = counter.pick_up(actor=actor, request_id=form.request_id.data, hand_out=item)
    done = _("交了 %(n)s 件。", n=pickup.parcel_count)
    flash(done + (_("收到货款 %(money)s。", money=fen(pickup.cod_fen)) if pickup.cod_fen else ""))
    return redirect(url_for("parcels.pick_up_form"), 303)


def _hand_out_page(form: HandOutForm, waiting: Sequence[Parcel]) -> ResponseReturnValue:
    cod = sum(p.cod_fen for p in waiting if p.id in (form.parcels.data or ()))
    form.cod_fen.data, form.cod_fen.raw_data = str(cod), None
    return form_page(
        "parcels/hand_out.html", form, waiting=waiting, cod_fen=cod, mixed=len({p.person_name for p in waiting}) > 1
    )


# -- sent ----------------------------------------------------------------------------------------------


@parcels_bp.get("/send")
@requires(COUNTER)
def send_form() -> ResponseReturnValue:
    """寄件: the form, and what was accepted last."""
    return _send_page(own(current_actor()), SendForm())


@parcels_bp.post("/send")
@requires(COUNTER)
def send() -> ResponseReturnValue:
    """Accept a parcel; the slip can be printed from the next page."""
    actor, form = current_actor(), SendForm()
    here = own(actor)
    if form.validate_on_submit():
        with form.catching():
            parcel = counter.send(actor=actor, request_id=form.request_id.data, sending=_sending(form))
            return redirect(url_for("parcels.send_form", done=parcel.id), 303)
    return _send_page(here, form)


def _sending(form: SendForm) -> Sending:
    return Sending(
        form.person_name.data,
        form.person_phone.data,
        form.destination.data,
        form.weight_kg.data,
        form.freight_fen.data,
        form.goods_checked.data,
        carrier=form.carrier.data or "",
        waybill_number=form.waybill_number.data or "",
        size=SizeClass(form.size.data),
        is_cold=form.is_cold.data,
        is_fragile=form.is_fragile.data,
    )


def _send_page(here: Place, form: SendForm) -> ResponseReturnValue:
    recent = service.recent_at(here, Direction.UP)
    return form_page("parcels/send.html", form, recent=recent, done=_just_done(recent))


@parcels_bp.get("/<uuid:parcel_id>/slip")
@requires(COUNTER)
def show_slip(parcel_id: uuid.UUID) -> str:
    """The slip of a parcel that was sent, for narrow paper."""
    return render_template("parcels/slip.html", parcel=service.get_parcel(current_actor(), parcel_id))
