"""The list of projects and one project's overview."""

from __future__ import annotations

import uuid

from flask.typing import ResponseReturnValue

from app.core import audit, ids
from app.core.access import current_actor, requires
from stations.permissions import PROJECTS_READ
from stations.service import projects as service
from stations.views import bp
from stations.views.projects.tools import page


@bp.get("/stations/projects/<uuid:project_id>")
@requires(PROJECTS_READ)
def show_project(project_id: uuid.UUID) -> ResponseReturnValue:
    """Where a project stands, and what the person may do next."""
    project = service.get_project(current_actor(), project_id)
    return page(
        "project_show.html",
        p=project,
        history=[(entry.text, entry.actor_name, entry.recorded_at) for entry in audit.history(project)],
        new_id=ids.new_id,
    )
