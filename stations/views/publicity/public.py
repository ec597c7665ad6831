"""Pages for anybody: what is posted, objecting, the answer by code, the public column. No personal data."""

from __future__ import annotations

import io
import uuid

from flask import Response, abort, redirect, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock, ids, uploads
from app.core.access import public
from app.core.errors import InvalidInput
from app.core.forms import populate_errors
from app.core.pagination import paginate
from app.core.uploads import Upload
from app.core.web import limiter
from stations.forms.publicity import CodeForm, ObjectionForm
from stations.models.publicity import PublicityStatus
from stations.rules import publicity as rules
from stations.service import organisation
from stations.service import publicity as service
from stations.views import bp
from stations.views.acceptance.tools import page

TRIES_BY_ADDRESS = "30/minute;300/hour"  # as the login: a township's phones may share one address
OBJECTIONS_BY_ADDRESS = "5/minute;30/day"
CODE = "objection_code"  # in the visitor's own session, until the browser is closed
PER_PAGE = 20


@bp.get("/publicity")
@public
def public_publicities() -> ResponseReturnValue:
    """What is posted now, what was, and the public column."""
    today = clock.today()
    return page(
        "public_publicities.html",
        running=service.list_running(today),
        past=paginate(service.query_public(), request.args.get("page", 1, int), PER_PAGE),
        column=organisation.public_column(),
        today=today,
    )


@bp.get("/publicity/<uuid:publicity_id>")
@public
@limiter.limit("60/minute")
def public_publicity(publicity_id: uuid.UUID) -> ResponseReturnValue:
    """One posting with its public answers and its result, and the form to object while it runs."""
    return _show(publicity_id)


@bp.post("/publicity/<uuid:publicity_id>/objections")
@public
@limiter.limit(OBJECTIONS_BY_ADDRESS)
def object_to_publicity(publicity_id: uuid.UUID) -> ResponseReturnValue:
    """Take an objection; a program that fills in the hidden field gets thanks and nothing else."""
    form = ObjectionForm()
    if form.website.data:
        return redirect(url_for("stations.public_publicity", publicity_id=publicity_id), 303)
    if form.validate_on_submit():
        with form.catching():
            row = service.raise_objection(
                request_id=form.request_id.data,
                publicity_id=publicity_id,
                text=form.text.data,
                name=form.name.data or "",
                phone=form.phone.data or "",
            )
            session[CODE] = row.code
            return redirect(url_for("stations.objection_received", publicity_id=publicity_id), 303)
    return _show(publicity_id, form=form)


def _show(publicity_id: uuid.UUID, *, form: ObjectionForm | None = None) -> ResponseReturnValue:
    row, today = service.get_public(publicity_id), clock.today()
    running = rules.is_running(row.status, row.starts_on, row.ends_on, today)
    return page(
        "public_publicity.html",
        form,
        p=row,
        days=rules.days_posted(row.starts_on, row.ends_on),
        today=today,
        running=running,
        objection=form or (ObjectionForm(formdata=None) if running else None),
        answers=[objection for objection in row.objections if objection.answer_public],
    )


@bp.get("/publicity/<uuid:publicity_id>/received")
@public
def objection_received(publicity_id: uuid.UUID) -> ResponseReturnValue:
    """The code that leads to the answer, for whoever has just objected."""
    row = service.get_public(publicity_id)
    code = session.get(CODE)
    if not code:
        return redirect(url_for("stations.public_publicity", publicity_id=publicity_id), 303)
    return page("objection_received.html", p=row, code=ids.grouped(code))


@bp.get("/publicity/answers")
@public
def objection_answer_form() -> ResponseReturnValue:
    """Ask for the code."""
    return page("objection_answer.html", CodeForm(formdata=None), row=None)


@bp.post("/publicity/answers")
@public
@limiter.limit(TRIES_BY_ADDRESS)
def objection_answer() -> ResponseReturnValue:
    """What became of an objection, for whoever knows its code. Neither its text nor its sender is shown."""
    form, row = CodeForm(), None
    if form.validate_on_submit():
        try:
            row = service.find_by_code(form.code.data)
        except InvalidInput as error:
            populate_errors(form, error)
        else:
            if row is None:
                form.code.errors = [_("没有这个查询码，请对着记下的再看一遍。")]
    return page("objection_answer.html", form, row=row)


# -- files ---------------------------------------------------------------------------------------


@bp.get("/publicity/<uuid:publicity_id>/files/<uuid:file_id>")
@public
@limiter.limit("60/minute")
def public_publicity_file(publicity_id: uuid.UUID, file_id: uuid.UUID) -> Response:
    """A file of a posting."""
    row = service.get_public(publicity_id)
    file = next((file for file in row.files if file.id == file_id), None)
    if file is None:
        abort(404)
    return _send(file.upload)


@bp.get("/publicity/<uuid:publicity_id>/result")
@public
@limiter.limit("60/minute")
def public_publicity_result(publicity_id: uuid.UUID) -> Response:
    """The signed note of a concluded posting."""
    row = service.get_public(publicity_id)
    if row.status is not PublicityStatus.CONCLUDED or row.document is None:
        abort(404)
    return _send(row.document.upload)


@bp.get("/publicity/column/<uuid:record_id>")
@public
@limiter.limit("60/minute")
def public_column_file(record_id: uuid.UUID) -> Response:
    """The file of an entry of the public column."""
    row = organisation.get_public_record(record_id)
    if row.upload is None:
        abort(404)
    return _send(row.upload)


def _send(upload: Upload) -> Response:
    """The bytes of a stored file that is meant for anybody."""
    shown = upload.is_image or upload.media_type == uploads.PDF
    return send_file(
        io.BytesIO(uploads.open_bytes(upload)),
        mimetype=upload.media_type,
        download_name=upload.filename,
        as_attachment=not shown,
        etag=upload.sha256,
    )
