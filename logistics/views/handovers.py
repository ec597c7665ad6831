"""Handing over: what waits to go, what is coming, counting it."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock
from app.core.access import Actor, current_actor, requires
from app.core.pagination import paginate
from logistics import service
from logistics.forms import ReceiveForm, SendManifestForm
from logistics.models import Handover, HandoverStatus, ParcelStatus, Run
from logistics.permissions import HANDOVERS, HUB_INTAKE
from logistics.rules.legs import leg
from logistics.service import Manifest, Receipt, places
from logistics.service.places import Place
from logistics.views.blueprint import form_page, on_manifest, page_number, parcels_bp
from stations.models import StationKind


@parcels_bp.get("/handovers")
@requires(HANDOVERS)
def handover_list() -> str:
    """交接: what is coming, what waits to go, what was done today."""
    actor = current_actor()
    here = places.own(actor)
    counts = service.count_by_status(actor)
    return render_template(
        "parcels/handovers.html",
        here=here,
        coming=service.coming_to(here),
        waiting=service.waiting_to_go(here),
        done=service.done_today(here),
        open_exceptions=service.count_open_exceptions(actor),
        to_dispatch=counts.get(ParcelStatus.AT_HUB_UP, 0) if actor.may(HUB_INTAKE) else 0,
    )


@parcels_bp.get("/handovers/all")
@requires(HANDOVERS)
def all_handovers() -> str:
    """Every handover of the person's scope, newest first."""
    page = paginate(service.handovers_query(current_actor()), page_number())
    return render_template("parcels/all_handovers.html", page=page)


@parcels_bp.get("/handovers/to/<uuid:station_id>")
@requires(HANDOVERS)
def send_manifest_form(station_id: uuid.UUID) -> ResponseReturnValue:
    """What goes to that station: all ticked; which run takes it."""
    here, there = places.own(current_actor()), places.place(station_id)
    return _send_page(here, there, _send_form(here, there))


@parcels_bp.post("/handovers/to/<uuid:station_id>")
@requires(HANDOVERS)
def send_manifest(station_id: uuid.UUID) -> ResponseReturnValue:
    """Load what is ticked and send it off."""
    actor = current_actor()
    here, there = places.own(actor), places.place(station_id)
    form = _send_form(here, there)
    if form.validate_on_submit():
        with form.catching():
            run_id = uuid.UUID(form.run_id.data) if form.run_id.data else None
            manifest = Manifest(here.id, there.id, tuple(dict.fromkeys(form.parcels.data)), run_id)
            handover = service.send_manifest(actor=actor, request_id=form.request_id.data, manifest=manifest)
            flash(_("%(n)s 件发往%(to)s。", n=handover.sent_count, to=handover.to_name))
            return redirect(url_for("parcels.handover_list"), 303)
    return _send_page(here, there, form)


def _send_form(here: Place, there: Place) -> SendManifestForm:
    """The form; a repeated submission may tick what has left by now, which the service tells."""
    form = SendManifestForm()
    waiting = service.parcels_to(here, there)
    offered = {p.id for p in waiting}
    gone = [(i, "") for i in form.parcels.data or () if form.is_submitted() and i not in offered]
    form.parcels.offer([*((p.id, on_manifest(p)) for p in waiting), *gone], [p.id for p in waiting])
    runs = service.passing_runs(here, there, leg(here.kind, there.kind).tier)
    form.run_id.choices = [*((str(run.id), _run_words(run)) for run in runs), ("", _("没有班车，有人顺路带走"))]
    return form


def _run_words(run: Run) -> str:
    at = f"{clock.local(run.departs_at):%H:%M} " if run.departs_at else ""
    return f"{at}{run.plate} {run.driver_name}"


def _send_page(here: Place, there: Place, form: SendManifestForm) -> ResponseReturnValue:
    ticked = len(form.parcels.data or ())
    return form_page("parcels/send_manifest.html", form, here=here, there=there, ticked=ticked)


@parcels_bp.get("/handovers/<uuid:handover_id>")
@requires(HANDOVERS)
def show_handover(handover_id: uuid.UUID) -> ResponseReturnValue:
    """One handover; the receiver counts here."""
    actor = current_actor()
    handover = service.get_handover(actor, handover_id)
    return _handover_page(actor, handover, _receive_form(handover))


@parcels_bp.post("/handovers/<uuid:handover_id>")
@requires(HANDOVERS)
def receive_manifest(handover_id: uuid.UUID) -> ResponseReturnValue:
    """Confirm what came; what is not ticked is missing."""
    actor = current_actor()
    handover = service.get_handover(actor, handover_id)
    form = _receive_form(handover)
    if form.validate_on_submit():
        with form.catching():
            done = service.receive_manifest(
                actor=actor, request_id=form.request_id.data, receipt=_receipt(handover, form)
            )
            missing = _("短少 %(n)s 件，已记下，请%(who)s查找。", n=done.missing_count, who=done.from_name)
            flash(missing if done.missing_count else _("%(n)s 件都到了。", n=done.received_count), _tone(done))
            return redirect(url_for("parcels.show_handover", handover_id=handover_id), 303)
    return _handover_page(actor, handover, form)


def _tone(done: Handover) -> str:
    return "bad" if done.missing_count else "good"


def _receive_form(handover: Handover) -> ReceiveForm:
    form = ReceiveForm()
    parcels = [parcel for _line, parcel in service.lines_of(handover.id)]
    form.parcels.offer([(p.id, on_manifest(p)) for p in parcels], [p.id for p in parcels])
    return form


def _receipt(handover: Handover, form: ReceiveForm) -> Receipt:
    ticked = set(form.parcels.data or ())
    missing = sorted(line.parcel_id for line, _p in service.lines_of(handover.id) if line.parcel_id not in ticked)
    return Receipt(handover.id, tuple(missing), tuple((form.extra.data or "").split()))


def _handover_page(actor: Actor, handover: Handover, form: ReceiveForm) -> ResponseReturnValue:
    receiver = places.place(handover.to_station_id)
    coming = handover.status is HandoverStatus.SENT and places.acts_at(actor, receiver)
    return form_page(
        "parcels/handover.html",
        form,
        handover=handover,
        lines=service.lines_of(handover.id),
        run=service.find_run(handover.run_id),
        history=audit.history(handover),
        may_receive=coming,
        shelved=receiver.kind is StationKind.VILLAGE_POINT,
    )
