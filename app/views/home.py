"""The public face, the language, stored files, and whether a document is genuine."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, abort, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField

from accounts import rules as accounts_rules
from app.core import documents, uploads
from app.core.access import LOGGED_IN, current_actor, find_actor, public, requires
from app.core.forms import Required
from app.core.uploads import Upload
from app.core.web import limiter
from app.flows import public_face

bp = Blueprint("home", __name__)


class NumberForm(FlaskForm):
    """A document's number, typed from paper."""

    number = StringField(_l("文件编号"), [Required()], description=_l("印在每页下方，可以带空格"))


class FileForm(FlaskForm):
    """A PDF to be compared with the register."""

    file = FileField(_l("您手里的 PDF 文件"), [FileRequired(_l("请选一个文件。"))])


@bp.get("/")
@public
def index() -> str:
    """The public face of the county."""
    return render_template("home/index.html", face=public_face.face(), actor_here=find_actor())


@bp.get("/start")
@requires(LOGGED_IN)
def start() -> ResponseReturnValue:
    """Where a person lands after logging in: the first page of their own work."""
    return redirect(url_for(public_face.first_endpoint(current_actor())), 303)


@bp.get("/language/<lang>")
@public
def set_language(lang: str) -> ResponseReturnValue:
    """Choose Chinese or English; back to the page one came from."""
    if lang not in ("zh", "en"):
        abort(404)
    session["lang"] = lang
    return redirect(own_path(request.args.get("next")), 303)


def own_path(target: str | None) -> str:
    """A path on this site, or the front page: never somebody else's address."""
    return accounts_rules.own_path(target) or "/"


@bp.get("/files/<uuid:upload_id>")
@requires(LOGGED_IN)
def show_upload(upload_id: uuid.UUID) -> Response:
    """A stored file, for those in whose scope it lies."""
    return send_stored(uploads.get_upload(current_actor(), upload_id))


def send_stored(upload: Upload) -> Response:
    """The bytes of a stored file; images are shown, everything else is downloaded."""
    return send_file(
        uploads.checked_path(upload),
        mimetype=upload.media_type,
        download_name=upload.filename,
        as_attachment=not upload.is_image and upload.media_type != uploads.PDF,
        etag=upload.sha256,
    )


@bp.get("/verify")
@public
def verify_form() -> ResponseReturnValue:
    """Ask for a number; a typed number leads to its page."""
    form = NumberForm(request.args, meta={"csrf": False})
    if request.args.get("number") and form.validate():
        try:
            return redirect(url_for("home.show_verification", number=documents.ids.check_code(form.number.data)), 303)
        except ValueError:
            form.number.errors = [_("编号不对：请对着文件再看一遍，最后一位是校验码。")]
    return render_template(
        "home/verify.html", form=form, file_form=FileForm(), document=None, verdict=None, number=None
    )


@bp.get("/verify/<digits:number>")
@public
@limiter.limit("60/minute")
def show_verification(number: str) -> ResponseReturnValue:
    """What the register says of a number. No personal data."""
    document = documents.find_document(number)
    page = render_template(
        "home/verify.html",
        form=NumberForm(meta={"csrf": False}),
        file_form=FileForm(),
        document=document,
        verdict=None,
        number=number,
    )
    return page, 200 if document else 404


@bp.post("/verify")
@public
@limiter.limit("20/minute")
def verify_file() -> ResponseReturnValue:
    """Compare a file with the register; the file isn't kept."""
    form = FileForm()
    verdict = None
    if form.validate_on_submit():
        content = form.file.data.stream.read(uploads.MAX_BYTES + 1)
        if len(content) > uploads.MAX_BYTES:
            form.file.errors = [_("文件超过 20 MB，不会是本中心发出的。")]
        else:
            verdict = documents.verify(content)
    page = render_template(
        "home/verify.html",
        form=NumberForm(meta={"csrf": False}),
        file_form=form,
        document=verdict.document if verdict else None,
        verdict=verdict,
        number=None,
    )
    return page, 200 if verdict else 422
