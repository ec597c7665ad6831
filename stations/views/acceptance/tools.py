"""What the pages of an acceptance share."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.forms import BaseForm
from stations.models.acceptance import AcceptanceStatus
from stations.models.subject import Subject
from stations.service import acceptance as service
from stations.views import asked


def page(template: str, form: BaseForm | None = None, **context: Any) -> ResponseReturnValue:
    """A page; with a form that was refused it answers 422."""
    body = render_template(f"stations/{template}", **({"form": form} if form is not None else {}), **context)
    return body, 422 if form is not None and form.errors else 200


def to_acceptance(acceptance_id: uuid.UUID, anchor: str | None = None) -> ResponseReturnValue:
    """Back to the overview."""
    return redirect(url_for("stations.show_acceptance", acceptance_id=acceptance_id, _anchor=anchor), 303)


def incoming(form: BaseForm) -> list[service.Incoming]:
    """The files that came with the form, those straight from the camera first."""
    arrived = [file for name in ("camera", "files") if name in form for file in form[name].data or []]
    return [service.Incoming.read(file.filename or "", file.stream) for file in arrived]


def wanted() -> dict[str, Any]:
    """The filters of the address line; a value that isn't known is no filter."""
    return {
        "text": request.args.get("q", ""),
        "status": asked.member(AcceptanceStatus, "status"),
        "subject": asked.member(Subject, "subject"),
        "township_code": asked.code("township") or "",
    }
