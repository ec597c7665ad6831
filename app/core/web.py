"""What every request goes through: who is asking, may they, how errors look."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from app.core.access import Actor
from app.core.database import db
from app.core.errors import DomainError
from app.core.scope import is_code

csrf = CSRFProtect()
limiter = Limiter(get_remote_address)

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# For the few pages that work without a script and are quicker with one of our own.
CONTENT_POLICY_WITH_SCRIPT = f"{CONTENT_POLICY}; script-src 'self'"


class DivisionConverter(BaseConverter):
    """``<division:code>``: a 12-digit division code."""

    regex = r"\d{12}"

    def to_python(self, value: str) -> str:
        """The code itself."""
        if not is_code(value):
            raise ValueError(value)
        return value


class MonthConverter(BaseConverter):
    """``<month:month>``: ``2026-10``."""

    regex = r"\d{4}-(?:0[1-9]|1[0-2])"


class DigitsConverter(BaseConverter):
    """``<digits:code>``: a code of digits, as on printed paper."""

    regex = r"\d{4,20}"


class IndicatorConverter(BaseConverter):
    """``<indicator:key>``: a letter and a number, as the county's list names its indicators; D7b is a part of one."""

    regex = r"[A-Z]\d{1,2}[a-z]?"


def prepare(app: Flask) -> None:
    """Register the URL converters; before any blueprint."""
    app.url_map.converters.update(
        division=DivisionConverter, month=MonthConverter, digits=DigitsConverter, indicator=IndicatorConverter
    )


def install(app: Flask, load_actor: Callable[[], Actor | None]) -> None:
    """Install the gate, the error pages and the security headers. ``load_actor`` tells who is logged in."""

    @app.before_request
    def gate() -> ResponseReturnValue | None:
        g.actor = load_actor()
        return _check_permission(app)

    app.after_request(_security_headers)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(sa.exc.OperationalError, _database_busy)
    app.jinja_env.globals["static_url"] = static_url
    app.jinja_env.globals["may_open"] = may_open


def _check_permission(app: Flask) -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    view = app.view_functions[request.endpoint]
    if getattr(view, "is_public", False):
        return None
    permission = getattr(view, "permission", None)
    if permission is None:
        raise RuntimeError(f"endpoint {request.endpoint} declares neither a permission nor @public")
    if g.actor is None:
        if wants_json():
            return problem(401, "login-required", _("请先登录。"))
        return redirect(
            url_for("accounts.login_form", next=request.full_path if request.method == "GET" else None), 303
        )
    g.actor.require(permission)
    return None


def wants_json() -> bool:
    """Whether the caller is a program."""
    kinds = ["text/html", "application/json", "application/problem+json"]
    best = request.accept_mimetypes.best_match(kinds, default="text/html")
    return request.path.startswith(("/api/", "/epcis")) or best != "text/html"


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    """An RFC 9457 problem+json answer."""
    body = {"type": f"urn:xiangyi:problem:{code}", "title": detail, "status": status, "detail": detail, **more}
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response


def _answer(status: int, code: str, message: str, **more: Any) -> ResponseReturnValue:
    if wants_json():
        return problem(status, code, message, **more)
    return render_template("error.html", status=status, message=message), status


def _domain_error(error: DomainError) -> ResponseReturnValue:
    """One handler turns what a service refused into words. A refused POST goes back to the page it came from."""
    db.session.rollback()
    from_here = request.referrer and request.referrer.startswith(request.host_url)
    if request.method == "POST" and error.status in (409, 422) and from_here and not wants_json():
        flash(str(error), "bad")
        return redirect(str(request.referrer), 303)
    more = {"field": error.field} if error.field else {}
    return _answer(error.status, error.code, str(error), **more)


def _csrf_error(_error: CSRFError) -> ResponseReturnValue:
    return _answer(400, "form-expired", _("这张表放得太久了。请返回上一页，刷新后再交一次。"))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error
    words = {
        400: _("请求不完整。"),
        403: _("您没有这个权限。"),
        404: _("没有找到这个页面。"),
        405: _("这个地址不能这样打开。"),
        413: _("文件太大。"),
        429: _("试的次数太多，请过一会儿再来。"),
    }
    return _answer(code, f"http-{code}", words.get(code, _("系统出错了，已经记录下来。")))


def _database_busy(_error: sa.exc.OperationalError) -> ResponseReturnValue:
    current_app.logger.exception("database not available")
    db.session.rollback()
    return _answer(503, "busy", _("系统正忙，请过一分钟再试。您填的内容没有保存。"))


def _security_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if response.mimetype == "text/html" and g.get("actor") is not None:
        # Not "no-store": going back after a lost line must find what was typed, under the same request id.
        response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


_digests: dict[Path, tuple[float, str]] = {}


def static_url(name: str) -> str:
    """The URL of a static file under a hashed name, so that it may be cached for ever."""
    path = Path(current_app.static_folder or "") / name
    changed = path.stat().st_mtime
    known = _digests.get(path)
    if known is None or known[0] != changed:
        known = _digests[path] = (changed, hashlib.sha256(path.read_bytes()).hexdigest()[:12])
    return url_for("static", filename=name, v=known[1])


def may_open(actor: Actor, path: str) -> bool:
    """Whether the person may open an address of this site; what is no address of it, nobody may."""
    parts = urlsplit(path)
    if parts.scheme or parts.netloc:
        return False
    try:
        endpoint, _values = current_app.url_map.bind("").match(parts.path)
    except HTTPException:
        return False
    view = current_app.view_functions[endpoint]
    permission = getattr(view, "permission", None)
    return bool(getattr(view, "is_public", False) or (permission is not None and actor.may(permission)))


def send_bytes(content: bytes, filename: str) -> Response:
    """A file that was just made, as a download; the type goes by the name's ending."""
    return send_file(io.BytesIO(content), download_name=filename, as_attachment=True)
