"""The blueprints of trade, and what their pages share."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from app.core.forms import BaseForm

bp = Blueprint("trade", __name__, url_prefix="/trade", template_folder="../templates")
orders_bp = Blueprint("orders", __name__, url_prefix="/orders", template_folder="../templates")


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


def day_argument(name: str) -> date | None:
    """A day of the address, ``2026-11-22``; what makes no sense counts for nothing."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def township_argument() -> str:
    """The township of the address, or nothing."""
    code = request.args.get("township", "")
    return code if len(code) == 12 and code.isascii() and code.isdecimal() else ""


def search_argument() -> str:
    """What is looked for, at most 100 characters."""
    return request.args.get("q", "").strip()[:100]
