"""What the address of a list asks for, and how a sheet is handed out."""

from __future__ import annotations

import io
from datetime import date
from typing import TypeVar

from flask import Response, request, send_file
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.errors import InvalidInput
from app.core.labels import LabelEnum
from app.core.scope import is_code

E = TypeVar("E", bound=LabelEnum)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def member(enum: type[E], name: str) -> E | None:
    """The enum member that a query argument names; None when it names none."""
    try:
        return enum(request.args.get(name, ""))
    except ValueError:
        return None


def code(name: str) -> str | None:
    """The division code in a query argument; None when there is none."""
    value = request.args.get(name, "")
    return value if is_code(value) else None


def yes_or_no(name: str) -> bool | None:
    """Yes (1) or no (0) in a query argument; None when it says neither."""
    return {"1": True, "0": False}.get(request.args.get(name, ""))


def year(name: str = "year") -> int | None:
    """The year in a query argument; None when there is none in sight."""
    asked = request.args.get(name, None, int)
    return asked if asked is not None and 2000 <= asked <= 2100 else None


def words(name: str = "q") -> str:
    """What is searched for, without blanks at its ends."""
    return request.args.get(name, "").strip()[:64]


def past_day(name: str) -> date:
    """The day in a query argument, today at the latest; today when there is none."""
    try:
        return min(date.fromisoformat(request.args.get(name, "")), clock.today())
    except ValueError:
        return clock.today()


def hand_out(content: bytes, filename: str) -> Response:
    """An XLSX file to be saved."""
    return send_file(io.BytesIO(content), mimetype=XLSX, download_name=filename, as_attachment=True)


def posted(enum: type[E], name: str) -> E:
    """The enum member that a posted field names. Raises InvalidInput when it names none."""
    try:
        return enum(request.form.get(name, ""))
    except ValueError:
        raise InvalidInput(_l("请从页面上的按钮里选。"), field=name) from None


def text_file(content: str, filename: str) -> Response:
    """A plain text file to be saved."""
    return send_file(io.BytesIO(content.encode()), mimetype="text/csv", download_name=filename, as_attachment=True)
