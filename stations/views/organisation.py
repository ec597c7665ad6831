"""Organisation records: the figures A1, A3, A4, A5, the register, a new line."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock, ids
from app.core.access import current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from stations.forms.acceptance import ReasonForm
from stations.forms.publicity import RecordForm
from stations.models.organisation import RecordKind
from stations.permissions import ORGANISATION_EDIT, ORGANISATION_READ
from stations.rules import publicity as rules
from stations.service import organisation as service
from stations.service.acceptance import Incoming
from stations.views import asked, bp
from stations.views.acceptance.tools import page

DEFINITION = _l(
    "作废的记录不计。A1：领导小组文件数、会议次数。A3：制度件数，资金、项目、资产三类都要有。A4：现场督导次数。"
    "A5：专栏里已公开的应公开内容数 / 应公开内容数，同一类发几条只算一类。"
    "选了年度时，会议和督导算当年的，文件和制度算到年底为止的。"
)
RULES = "rules"  # the filter that takes the four kinds of rules together


def _year() -> int | None:
    """The year in the address; None when there is none that can be meant."""
    year = request.args.get("year", type=int)
    return year if year is not None and 2000 <= year <= clock.today().year else None


def _kinds() -> list[RecordKind]:
    if request.args.get("kind") == RULES:
        return list(service.RULES)
    kind = asked.member(RecordKind, "kind")
    return [kind] if kind else []


def _wanted() -> dict[str, Any]:
    return {
        "text": request.args.get("q", ""),
        "kinds": _kinds(),
        "year": _year(),
        "voided": request.args.get("voided") == "yes",
    }


def _years() -> list[tuple[int, str]]:
    this = clock.today().year
    return [(year, str(year)) for year in range(this, this - 6, -1)]


@bp.get("/stations/organisation")
@requires(ORGANISATION_READ)
def show_organisation() -> ResponseReturnValue:
    """The figures, each with its list."""
    actor, year = current_actor(), _year()
    return page(
        "organisation.html",
        figures=service.overview(actor, year),
        year=year,
        years=_years(),
        definition=DEFINITION,
        may_edit=actor.may(ORGANISATION_EDIT),
    )


@bp.get("/stations/organisation/records")
@requires(ORGANISATION_READ)
def list_organisation_records() -> ResponseReturnValue:
    """The register."""
    actor, wanted = current_actor(), _wanted()
    return page(
        "organisation_records.html",
        page=paginate(service.query_records(actor, **wanted), request.args.get("page", 1, int)),
        wanted=wanted,
        chosen=request.args.get("kind", ""),
        kinds=[*RecordKind.choices(), (RULES, _("制度（全部）"))],
        years=_years(),
        may_edit=actor.may(ORGANISATION_EDIT),
    )


@bp.get("/stations/organisation/records/export")
@requires(ORGANISATION_READ)
def export_organisation_records() -> Response:
    """The same list, all pages, as XLSX."""
    columns = [
        Column(_("日期"), "date"),
        Column(_("种类")),
        Column(_("名称")),
        Column(_("专栏内容")),
        Column(_("地点")),
        Column(_("参加人数"), "int"),
        Column(_("内容、结果")),
        Column(_("网址")),
        Column(_("文件")),
        Column(_("登记人")),
        Column(_("作废原因")),
    ]
    rows = service.export_rows(current_actor(), **_wanted())
    content = write_xlsx(_("组织管理台账"), columns, rows, [str(DEFINITION)], at=clock.now())
    return asked.hand_out(content, f"{_('组织管理台账')}-{clock.today().isoformat()}.xlsx")


@bp.route("/stations/organisation/records/new", methods=["GET", "POST"])
@requires(ORGANISATION_EDIT)
def new_organisation_record() -> ResponseReturnValue:
    """Put a line into the register."""
    required = rules.requirements_on(service.requirements(), clock.today())
    form = RecordForm(kind=request.args.get("kind"), column_key=request.args.get("column_key")).offer(required)
    if form.validate_on_submit():
        with form.catching():
            row = service.add_record(
                actor=current_actor(),
                request_id=form.request_id.data,
                kind=RecordKind(form.kind.data),
                title=form.title.data,
                dated_on=form.dated_on.data,
                place=form.place.data or "",
                participants=form.participants.data,
                text=form.text.data or "",
                url=form.url.data or "",
                column_key=form.column_key.data or "",
                files=[Incoming.read(file.filename or "", file.stream) for file in form.file.data or []],
            )
            flash(_("已登记“%(title)s”。", title=row.title))
            return redirect(url_for("stations.show_organisation_record", record_id=row.id), 303)
    return page("organisation_record_new.html", form)


@bp.get("/stations/organisation/records/<uuid:record_id>")
@requires(ORGANISATION_READ)
def show_organisation_record(record_id: uuid.UUID) -> ResponseReturnValue:
    """One line with its file."""
    actor = current_actor()
    row = service.get_record(actor, record_id)
    labels = {r.key: r.label for r in service.requirements()}
    return page(
        "organisation_record.html",
        row=row,
        content=labels.get(row.column_key),
        may_edit=actor.may(ORGANISATION_EDIT) and row.voided_at is None,
        new_id=ids.new_id,
    )


@bp.post("/stations/organisation/records/<uuid:record_id>/voiding")
@requires(ORGANISATION_EDIT)
def void_organisation_record(record_id: uuid.UUID) -> ResponseReturnValue:
    """Strike a wrong line out."""
    form = ReasonForm()
    row = service.void_record(
        actor=current_actor(), request_id=form.request_id.data, record_id=record_id, reason=form.reason.data or ""
    )
    flash(_("已作废“%(title)s”，记录和原因都留着。", title=row.title))
    return redirect(url_for("stations.show_organisation_record", record_id=record_id), 303)
