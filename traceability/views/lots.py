"""Lots for those who keep them: list, forms, labels."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from app.core import audit, clock
from app.core.access import current_actor, requires
from app.core.errors import InvalidInput
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.core.web import send_bytes
from traceability import service
from traceability.forms import HarvestForm, LabelsForm, LotForm, PackingForm
from traceability.models import Lot, LotStatus
from traceability.permissions import LABELS_PRINT, LOTS_READ, LOTS_RECORD
from traceability.views.blueprint import bp


def _chosen() -> dict[str, Any]:
    """The filters of the list as the address has them; what makes no sense counts for nothing."""
    status, township, month = (request.args.get(name, "") for name in ("status", "township", "month"))
    return {
        "q": request.args.get("q", "").strip()[:100],
        "status": LotStatus(status) if status in LotStatus._value2member_map_ else None,
        "township": township if re.fullmatch(r"[0-9]{12}", township) else "",
        "month": month if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month) else "",
    }


@bp.get("/trace")
@requires(LOTS_READ)
def list_lots() -> str:
    """Lots: search, filters, pages."""
    actor, chosen = current_actor(), _chosen()
    page = paginate(service.list_lots(actor, **chosen), request.args.get("page", 1, type=int))
    return render_template(
        "traceability/list.html",
        page=page,
        chosen=chosen,
        statuses=LotStatus.choices(),
        townships=service.township_choices(actor),
        may_record=actor.may(LOTS_RECORD),
    )


@bp.get("/trace/export.xlsx")
@requires(LOTS_READ)
def export_lots() -> Response:
    """What the list shows with its filters, whole, as a sheet."""
    found = service.all_lots(current_actor(), **_chosen())
    columns = [
        Column(pgettext("one", "批次")),
        Column(pgettext("one", "产品")),
        Column(_("规格")),
        Column(_("条码")),
        Column(_("生产者")),
        Column(_("产地")),
        Column(_("收获日期"), "date"),
        Column(_("包装日期"), "date"),
        Column(_("数量"), "quantity"),
        Column(_("单位")),
        Column(_("状态")),
    ]
    content = write_xlsx(_("批次"), columns, [_cells(lot) for lot in found], at=clock.now())
    return send_bytes(content, f"lots-{clock.today():%Y%m%d}.xlsx")


def _cells(lot: Lot) -> list[object]:
    product = [lot.code, lot.product_name, lot.product_spec, lot.gtin, lot.producer_name, lot.place_name]
    quantity = lot.quantity if lot.packed_on else None
    return [*product, lot.harvested_on, lot.packed_on, quantity, lot.unit, str(lot.status.label)]


@bp.route("/trace/new", methods=["GET", "POST"])
@requires(LOTS_RECORD)
def new_lot() -> ResponseReturnValue:
    """Open a lot."""
    form = LotForm(product_id=request.args.get("product"))
    form.product_id.choices = [*service.product_choices(current_actor())]
    if form.validate_on_submit():
        with form.catching():
            lot = service.open_lot(
                actor=current_actor(),
                request_id=form.request_id.data,
                product_id=uuid.UUID(form.product_id.data),
                plot=form.plot.data or "",
            )
            return _back(lot, _("已开批次 %(code)s。", code=lot.code))
    return _form("traceability/new.html", form)


@bp.get("/trace/<uuid:lot_id>")
@requires(LOTS_READ)
def show_lot(lot_id: uuid.UUID) -> str:
    """One lot: facts, events, certificate, scans, history."""
    actor = current_actor()
    lot = service.get_lot(actor, lot_id)
    return render_template(
        "traceability/show.html",
        lot=lot,
        trace=service.trace_of(lot.gtin, lot.code),
        history=audit.history(lot)[:20],
        may_record=actor.may(LOTS_RECORD),
        may_print=actor.may(LABELS_PRINT),
    )


@bp.route("/trace/<uuid:lot_id>/harvest", methods=["GET", "POST"])
@requires(LOTS_RECORD)
def harvest_form(lot_id: uuid.UUID) -> ResponseReturnValue:
    """Write down the harvest."""
    lot = service.get_lot(current_actor(), lot_id)
    form = HarvestForm()
    if form.validate_on_submit():
        with form.catching():
            service.record_harvest(
                actor=current_actor(),
                request_id=form.request_id.data,
                lot=lot,
                harvested_on=form.harvested_on.data,
                quantity=form.quantity.data,
                unit=form.unit.data,
                note=form.note.data or "",
            )
            return _back(lot, _("收获已记下。"))
    return _form("traceability/harvest.html", form, lot=lot)


@bp.route("/trace/<uuid:lot_id>/packing", methods=["GET", "POST"])
@requires(LOTS_RECORD)
def packing_form(lot_id: uuid.UUID) -> ResponseReturnValue:
    """Write down the packing and issue the certificate."""
    lot = service.get_lot(current_actor(), lot_id)
    form = PackingForm()
    if form.validate_on_submit():
        with form.catching():
            service.record_packing(
                actor=current_actor(),
                request_id=form.request_id.data,
                lot=lot,
                packed_on=form.packed_on.data,
                quantity=form.quantity.data,
                basis=form.chosen_basis(),
                note=form.note.data or "",
            )
            return _back(lot, _("包装已记下，可以打印标签了。"))
    return _form("traceability/packing.html", form, lot=lot)


@bp.route("/trace/<uuid:lot_id>/labels", methods=["GET", "POST"])
@requires(LABELS_PRINT)
def print_labels(lot_id: uuid.UUID) -> ResponseReturnValue:
    """Choose stock and number; few are made at once, many as a job."""
    lot = service.get_lot(current_actor(), lot_id)
    form = LabelsForm()
    if form.validate_on_submit():
        with form.catching():
            count, sheet = form.count.data, form.sheet.data
            if count <= service.AT_ONCE:
                return redirect(url_for("traceability.labels_file", lot_id=lot.id, count=count, sheet=sheet), 303)
            job = service.start_labels(actor=current_actor(), lot=lot, count=count, sheet=sheet)
            return redirect(url_for("jobs.show_job", job_id=job.id), 303)
    return _form("traceability/labels.html", form, lot=lot, url=service.label_url(lot))


@bp.get("/trace/<uuid:lot_id>/labels.pdf")
@requires(LABELS_PRINT)
def labels_file(lot_id: uuid.UUID) -> Response:
    """A few stickers as PDF."""
    lot = service.get_lot(current_actor(), lot_id)
    count = request.args.get("count", service.AT_ONCE, type=int)
    if count > service.AT_ONCE:
        raise InvalidInput(_("一次超过 %(most)s 枚，请在标签页上打。", most=service.AT_ONCE), field="count")
    content = service.labels_pdf(lot, count, request.args.get("sheet", "A4-40"))
    return send_bytes(content, f"labels-{lot.code}.pdf")


def _back(lot: Lot, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("traceability.show_lot", lot_id=lot.id), 303)


def _form(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """The form's page; 422 when what was typed was refused."""
    return render_template(template, form=form, **context), 422 if form.errors else 200
