"""What the pages of public money share."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.format import month as month_name
from app.core.forms import BaseForm
from app.core.sheets import Column, write_xlsx
from stations.service.arriving import Incoming
from stations.views import asked


def page(template: str, form: BaseForm | None = None, **context: Any) -> ResponseReturnValue:
    """A page; with a form that was refused it answers 422."""
    body = render_template(f"stations/{template}", **({"form": form} if form is not None else {}), **context)
    return body, 422 if form is not None and form.errors else 200


def to(endpoint: str, **values: Any) -> ResponseReturnValue:
    """To another page of the stations, after something was written."""
    return redirect(url_for(f"stations.{endpoint}", **values), 303)


def paper(form: BaseForm) -> Incoming | None:
    """The one file that came with the form, or None."""
    file = form["file"].data
    return Incoming.read(file.filename or "", file.stream) if file is not None else None


def month(name: str = "month") -> str:
    """The month (2026-10) in a query argument; empty when it is none."""
    asked_for = request.args.get(name, "")
    try:
        clock.parse_month(asked_for)
    except ValueError:
        return ""
    return asked_for


def months(first: date, last: date) -> list[tuple[str, str]]:
    """(2026-10, its name) from the month of one day to that of another, newest first: for a choice."""
    found, month = [], first.replace(day=1)
    while month <= last:
        found.append((f"{month:%Y-%m}", month_name(month)))
        month = clock.next_month(month)
    return found[::-1]


def sheet(title: str, columns: list[Column], rows: list[list[Any]], *notes: str) -> Response:
    """A register as XLSX, named by its title and today."""
    content = write_xlsx(title, columns, rows, notes, at=clock.now())
    day: date = clock.today()
    return asked.hand_out(content, f"{title}-{day.isoformat()}.xlsx")
