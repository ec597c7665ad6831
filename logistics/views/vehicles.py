"""The fleet."""

from __future__ import annotations

import uuid

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import Actor, current_actor, requires
from logistics import service
from logistics.forms import VehicleForm
from logistics.models import Tier
from logistics.permissions import RUNS_PLAN
from logistics.service import VehicleFacts
from logistics.views.blueprint import form_page, runs_bp


@runs_bp.get("/vehicles")
@requires(RUNS_PLAN)
def list_vehicles() -> ResponseReturnValue:
    """The fleet, and the form for one more vehicle."""
    return _page(current_actor(), VehicleForm())


@runs_bp.post("/vehicles")
@requires(RUNS_PLAN)
def add_vehicle() -> ResponseReturnValue:
    """Register a vehicle."""
    actor, form = current_actor(), VehicleForm()
    drivers = _offer_drivers(actor, form)
    if form.validate_on_submit():
        with form.catching():
            vehicle = service.add_vehicle(actor=actor, facts=_facts(form, drivers))
            flash(_("登记了 %(plate)s。", plate=vehicle.plate))
            return redirect(url_for("runs.list_vehicles"), 303)
    return _page(actor, form)


def _facts(form: VehicleForm, drivers: dict[str, str]) -> VehicleFacts:
    chosen = form.driver_id.data
    return VehicleFacts(
        plate=form.plate.data,
        tier=Tier(form.tier.data),
        capacity_parcels=form.capacity_parcels.data,
        capacity_kg=form.capacity_kg.data,
        fuel_fen_per_km=form.fuel_fen_per_km.data,
        toll_fen=form.toll_fen.data or 0,
        driver_id=uuid.UUID(chosen) if chosen else None,
        driver_name=drivers[chosen] if chosen else form.driver_name.data or "",
    )


def _offer_drivers(actor: Actor, form: VehicleForm) -> dict[str, str]:
    drivers = {str(user.id): user.name for user in service.list_drivers(actor)}
    form.driver_id.choices = [("", _("没有账号")), *drivers.items()]
    return drivers


def _page(actor: Actor, form: VehicleForm) -> ResponseReturnValue:
    _offer_drivers(actor, form)
    vehicles = service.list_vehicles(actor.scope_code, active_only=False)
    return form_page("runs/vehicles.html", form, vehicles=vehicles)
