"""Reports by the public, for those who answer them."""

from __future__ import annotations

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import current_actor, requires
from app.core.pagination import paginate
from products import service
from products.forms import CloseProblemForm
from products.models import ProblemStatus
from products.permissions import PROBLEMS_READ
from products.views.blueprint import bp
from products.views.tabs import tabs


@bp.get("/products/problems")
@requires(PROBLEMS_READ)
def list_problems() -> str:
    """What was reported in scope, newest first."""
    status = request.args.get("status", "")
    chosen = {
        "status": ProblemStatus(status) if status in ProblemStatus._value2member_map_ else None,
        "q": request.args.get("q", "").strip()[:100],
    }
    page = paginate(service.list_problems(current_actor(), **chosen), request.args.get("page", 1, type=int))
    return render_template(
        "products/problems.html",
        tabs=tabs("list_problems"),
        page=page,
        chosen=chosen,
        statuses=ProblemStatus.choices(),
    )


@bp.route("/products/problems/<uuid:report_id>", methods=["GET", "POST"])
@requires(PROBLEMS_READ)
def show_problem(report_id: uuid.UUID) -> ResponseReturnValue:
    """One report, and what was done about it."""
    report = service.get_problem(current_actor(), report_id)
    form = CloseProblemForm()
    if form.validate_on_submit():
        with form.catching():
            service.close_problem(actor=current_actor(), report=report, answer=form.answer.data)
            flash(_("已记下处理结果。"))
            return redirect(url_for("products.list_problems"), 303)
    return render_template("products/problem.html", report=report, form=form), 422 if form.errors else 200
