"""The hub's list of objections, and answering one. Who objected is shown to the hub alone."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from stations.forms.publicity import AnswerForm
from stations.models.publicity import ObjectionStatus, PublicityStatus
from stations.permissions import PUBLICITY_POST, PUBLICITY_READ
from stations.service import publicity as service
from stations.views import asked, bp
from stations.views.acceptance.tools import page

DEFINITION = _l("公示期内在公示页上收到的异议。异议人的姓名和电话加密保存，只有经办人在单件页面看得到，不进表格。")


def _wanted() -> dict[str, Any]:
    return {
        "text": request.args.get("q", ""),
        "status": asked.member(ObjectionStatus, "status"),
        "publicity_id": request.args.get("publicity_id", type=uuid.UUID),
    }


@bp.get("/stations/objections")
@requires(PUBLICITY_READ)
def list_objections() -> ResponseReturnValue:
    """All objections in scope."""
    wanted = _wanted()
    return page(
        "objection_list.html",
        page=paginate(service.query_objections(current_actor(), **wanted), request.args.get("page", 1, int)),
        wanted=wanted,
        statuses=ObjectionStatus.choices(),
        definition=DEFINITION,
    )


@bp.get("/stations/objections/export")
@requires(PUBLICITY_READ)
def export_objections() -> Response:
    """The same list, all pages, as XLSX, without contacts."""
    columns = [
        Column(_("公示")),
        Column(_("收到"), "moment"),
        Column(_("异议")),
        Column(_("状态")),
        Column(_("答复")),
        Column(_("公开答复")),
        Column(_("答复日期"), "date"),
        Column(_("答复人")),
    ]
    rows = service.export_objections(current_actor(), **_wanted())
    content = write_xlsx(_("异议"), columns, rows, [str(DEFINITION)], at=clock.now())
    return asked.hand_out(content, f"{_('异议')}-{clock.today().isoformat()}.xlsx")


@bp.route("/stations/objections/<uuid:objection_id>", methods=["GET", "POST"])
@requires(PUBLICITY_READ)
def show_objection(objection_id: uuid.UUID) -> ResponseReturnValue:
    """One objection; the hub answers it here."""
    actor = current_actor()
    row = service.get_objection(actor, objection_id)
    form = AnswerForm()
    if form.validate_on_submit():
        with form.catching():
            service.answer_objection(
                actor=actor,
                request_id=form.request_id.data,
                objection_id=objection_id,
                answer=form.answer.data,
                public=form.public.data == "yes",
            )
            flash(_("答复已记下，本人凭查询码看得到。"))
            return redirect(url_for("stations.show_publicity", publicity_id=row.publicity_id), 303)
    hub = actor.may(PUBLICITY_POST)
    open_ = row.status is ObjectionStatus.OPEN and row.publicity.status is not PublicityStatus.CONCLUDED
    return page(
        "objection_show.html",
        form,
        row=row,
        contact=service.contact_of(actor, row) if hub else None,
        may_answer=hub and open_,
    )
