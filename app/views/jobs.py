"""Long work: how far it is, its result, a way to stop it."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import jobs
from app.core.access import LOGGED_IN, current_actor, requires
from app.core.forms import BaseForm
from app.core.pagination import paginate

jobs_bp = Blueprint("jobs", __name__)


@jobs_bp.get("/jobs")
@requires(LOGGED_IN)
def list_jobs() -> str:
    """My long work; the hub sees everybody's."""
    page = paginate(jobs.list_jobs(current_actor()), request.args.get("page", 1, type=int))
    return render_template("home/jobs.html", page=page)


@jobs_bp.get("/jobs/<uuid:job_id>")
@requires(LOGGED_IN)
def show_job(job_id: uuid.UUID) -> Response:
    """One piece of work. The page asks for itself again every two seconds until the work is over."""
    job = jobs.get_job(current_actor(), job_id)
    response = Response(render_template("home/job.html", job=job, form=BaseForm()))
    if not job.is_over:
        response.headers["Refresh"] = "2"
    return response


@jobs_bp.post("/jobs/<uuid:job_id>/cancel")
@requires(LOGGED_IN)
def cancel_job(job_id: uuid.UUID) -> ResponseReturnValue:
    """Ask it to stop."""
    jobs.cancel(current_actor(), job_id)
    return redirect(url_for("jobs.show_job", job_id=job_id), 303)
