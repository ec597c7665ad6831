"""What the pages of a project share."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.forms import BaseForm
from stations.service.arriving import Incoming


def page(template: str, form: BaseForm | None = None, **context: Any) -> ResponseReturnValue:
    """A page; with a form that was refused it answers 422."""
    body = render_template(f"stations/{template}", **({"form": form} if form is not None else {}), **context)
    return body, 422 if form is not None and form.errors else 200


def to_project(project_id: uuid.UUID, endpoint: str = "stations.show_project") -> ResponseReturnValue:
    """Back to one of the project's pages."""
    return redirect(url_for(endpoint, project_id=project_id), 303)


def incoming(form: BaseForm) -> list[Incoming]:
    """The files that came with the form."""
    return [Incoming.read(file.filename or "", file.stream) for file in form["files"].data or []]
