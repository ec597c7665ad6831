"""The blueprints of logistics, and what their pages share."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.core.format import fen
from app.core.forms import BaseForm
from app.core.labels import LabelEnum
from app.core.scope import is_code
from logistics.models import Parcel
from logistics.rules.carriers import shown_name

E = TypeVar("E", bound=LabelEnum)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

parcels_bp = Blueprint("parcels", __name__, url_prefix="/parcels", template_folder="../templates")
runs_bp = Blueprint("runs", __name__, url_prefix="/runs", template_folder="../templates")


def form_page(template: str, form: BaseForm, **facts: Any) -> ResponseReturnValue:
    """The page of a form: 422 when what was typed is refused."""
    return render_template(template, form=form, **facts), 422 if form.errors else 200


def request_id_of_button() -> uuid.UUID:
    """The request id of a form that is one button. Answers 400 when the form is not ours."""
    form = BaseForm()
    if not form.validate_on_submit():
        abort(400)
    found: uuid.UUID = form.request_id.data
    return found


def member(enum: type[E], name: str) -> E | None:
    """The enum member that a query argument names; None when it names none."""
    try:
        return enum(request.args.get(name, ""))
    except ValueError:
        return None


def day_argument(name: str) -> date | None:
    """A day of the address, ``2026-11-22``; what makes no sense counts for nothing."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def id_argument(name: str) -> uuid.UUID | None:
    """An id of the address; what makes no sense counts for nothing."""
    try:
        return uuid.UUID(request.args.get(name, ""))
    except ValueError:
        return None


def code_argument(name: str) -> str | None:
    """A division code of the address; what makes no sense counts for nothing."""
    code = request.args.get(name, "")
    return code if is_code(code) else None


def page_number() -> int:
    """The page of a list."""
    return request.args.get("page", 1, type=int)


def hand_over_file(content: bytes, filename: str, mimetype: str = XLSX, *, save: bool = True) -> Response:
    """A file to be saved, or shown."""
    return send_file(io.BytesIO(content), mimetype=mimetype, download_name=filename, as_attachment=save)


def on_manifest(parcel: Parcel) -> Markup:
    """A parcel beside its tick: number, where it goes, what to take care of."""
    place = parcel.destination or parcel.village_name
    return _lines(parcel.waybill_number, [place, parcel.size.label, *care(parcel)])


def at_counter(parcel: Parcel) -> Markup:
    """A parcel beside its tick at pickup: code, person, carrier, money."""
    money = [_("代收 %(money)s", money=fen(parcel.cod_fen))] if parcel.cod_fen else []
    who = parcel.person_name or _("尾号 %(tail)s", tail=parcel.phone_tail or "")
    return _lines(parcel.pickup_code or "", [who, carrier_shown(parcel), parcel.waybill_number, *money, *care(parcel)])


@parcels_bp.app_template_filter("carrier")
def carrier_shown(parcel: Parcel) -> str:
    """The name of a parcel's carrier in the reader's language."""
    return shown_name(parcel.carrier, parcel.carrier_name)


def care(parcel: Parcel) -> list[str]:
    """What to take care of."""
    return [_("冷藏")] * parcel.is_cold + [_("易碎")] * parcel.is_fragile


def _lines(first: str, rest: Iterable[Any]) -> Markup:
    return Markup("<b>{}</b><br><small>{}</small>").format(first, escape(" · ".join(str(word) for word in rest)))
