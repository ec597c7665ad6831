"""The hub's desk: parcels that carriers bring, and parcels given to them."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.access import Actor, current_actor, requires
from app.core.errors import InvalidInput
from app.core.money import yuan_to_fen
from app.core.sheets import read_rows
from app.core.uploads import MAX_BYTES
from logistics import service
from logistics.forms import ArrivalForm, ArrivalsFileForm, DispatchForm
from logistics.models import ParcelStatus, SizeClass
from logistics.permissions import HUB_INTAKE
from logistics.rules import carriers
from logistics.service import Arrival, Filters
from logistics.service.places import own, serving
from logistics.views.blueprint import form_page, id_argument, on_manifest, parcels_bp
from logistics.views.counter import arrival_of
from stations import service as stations_service
from stations.models import StationKind


@parcels_bp.get("/arrivals")
@requires(HUB_INTAKE)
def arrivals_form() -> ResponseReturnValue:
    """县里到件: one parcel after the other, or a carrier's list."""
    return _arrivals_page(current_actor(), ArrivalForm(), ArrivalsFileForm())


@parcels_bp.post("/arrivals")
@requires(HUB_INTAKE)
def register_arrival() -> ResponseReturnValue:
    """Register one; the village stays for the next."""
    actor, form = current_actor(), ArrivalForm()
    _offer_villages(actor, form)
    if form.validate_on_submit():
        with form.catching():
            station_id = uuid.UUID(form.village_station_id.data)
            service.register_arrivals(actor=actor, rows=[arrival_of(form, station_id)])
            flash(_("登记了 %(n)s。", n=form.waybill_number.data))
            return redirect(url_for("parcels.arrivals_form", station=station_id), 303)
    return _arrivals_page(actor, form, ArrivalsFileForm())


@parcels_bp.post("/arrivals/file")
@requires(HUB_INTAKE)
def register_arrivals_file() -> ResponseReturnValue:
    """Register a carrier's list: all of it or nothing."""
    actor, form = current_actor(), ArrivalsFileForm()
    if form.validate_on_submit():
        with form.catching():
            rows = _rows(form.file.data)
            ids = service.register_arrivals(actor=actor, rows=rows)
            flash(_("登记了 %(n)s 件。", n=len(ids)))
            return redirect(url_for("parcels.list_parcels", status=ParcelStatus.AT_HUB.value), 303)
    return _arrivals_page(actor, ArrivalForm(formdata=None), form)


def _arrivals_page(actor: Actor, form: ArrivalForm, file_form: ArrivalsFileForm) -> ResponseReturnValue:
    _offer_villages(actor, form)
    waiting = service.count_by_status(actor).get(ParcelStatus.AT_HUB, 0)
    status = 422 if form.errors or file_form.errors else 200
    page = form_page("parcels/arrivals.html", form, file_form=file_form, waiting=waiting)
    return (page[0], status) if isinstance(page, tuple) else page


def _offer_villages(actor: Actor, form: ArrivalForm) -> None:
    villages = serving(actor.scope_code, StationKind.VILLAGE_POINT)
    names = stations_service.division_names({v.code[:9] + "000" for v in villages})
    form.village_station_id.choices = [(str(v.id), f"{names.get(v.code[:9] + '000', '')} {v.name}") for v in villages]
    chosen = id_argument("station")
    if request.method == "GET" and chosen is not None:
        form.village_station_id.data = str(chosen)


def _rows(file: Any) -> list[Arrival]:
    """The rows of a carrier's list. Raises InvalidInput with the line that is wrong."""
    content = file.stream.read(MAX_BYTES + 1)
    try:
        rows = read_rows(content[: MAX_BYTES + 1], file.filename or "")
    except ValueError as error:
        raise InvalidInput(str(error), field="file") from error
    return [_row(number, row) for number, row in enumerate(rows, 2)]


def _row(number: int, row: dict[str, str]) -> Arrival:
    try:
        station = stations_service.find_station_by_code(row.get("村点编号", ""))
        if station is None:
            raise InvalidInput(_l("村点编号“%(code)s”不对", code=row.get("村点编号", "")))
        who = carriers.who(row.get("电话", ""))
        return Arrival(
            carriers.waybill(row.get("运单号", "")),
            station.id,
            person_name=row.get("收件人", "") or who.name,
            person_phone=who.phone,
            phone_tail=who.tail,
            size={"中": SizeClass.MEDIUM, "大": SizeClass.LARGE}.get(row.get("大小", "")[:1], SizeClass.SMALL),
            cod_fen=yuan_to_fen(row.get("代收货款") or "0"),
        )
    except InvalidInput as error:
        raise InvalidInput(_l("第 %(n)s 行：%(why)s", n=number, why=str(error)), field="file") from error
    except ValueError as error:
        raise InvalidInput(_l("第 %(n)s 行：代收货款不是数", n=number), field="file") from error


@parcels_bp.get("/dispatch")
@requires(HUB_INTAKE)
def dispatch_form() -> ResponseReturnValue:
    """Parcels from the villages that wait for their carriers."""
    return _dispatch_page(current_actor(), DispatchForm())


@parcels_bp.post("/dispatch")
@requires(HUB_INTAKE)
def dispatch() -> ResponseReturnValue:
    """Give what is ticked to the carriers."""
    actor, form = current_actor(), DispatchForm()
    _offer_upward(actor, form)
    if form.validate_on_submit():
        with form.catching():
            number = service.dispatch(actor=actor, parcel_ids=form.parcels.data)
            flash(_("%(n)s 件交给了快递公司。", n=number))
            return redirect(url_for("parcels.handover_list"), 303)
    return _dispatch_page(actor, form)


def _offer_upward(actor: Actor, form: DispatchForm) -> int:
    waiting = service.list_parcels(actor, Filters(status=ParcelStatus.AT_HUB_UP), 1000)
    form.parcels.offer([(p.id, on_manifest(p)) for p in waiting], [p.id for p in waiting])
    return len(waiting)


def _dispatch_page(actor: Actor, form: DispatchForm) -> ResponseReturnValue:
    own(actor)
    return form_page("parcels/dispatch.html", form, waiting=_offer_upward(actor, form))
