"""What a scanned code opens."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from flask import Response, current_app, json, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import public
from traceability import service
from traceability.errors import BadLink
from traceability.models import MissKind
from traceability.rules import digital_link
from traceability.rules.jsonld import trace_as_jsonld
from traceability.rules.visits import is_scan
from traceability.service import Trace
from traceability.views.blueprint import bp

JSON_LD = "application/ld+json"


@bp.get("/01/<path:code>")
@public
def show_trace(code: str) -> ResponseReturnValue:  # noqa: ARG001  it is read undecoded, see _raw_path
    """The trace page of a GS1 Digital Link: ``/01/{gtin}/10/{lot}[/21/{serial}]``; machines get JSON-LD."""
    raw = _raw_path()
    try:
        link = digital_link.parse_path(raw)
    except BadLink as error:
        return _lost(400, MissKind.MALFORMED, str(error))
    if raw.split("/")[2] != link.gtin:
        query = request.query_string.decode("latin-1")
        return redirect(link.path() + (f"?{query}" if query else ""), 301)
    if link.lot is None:
        return _product_page(link.gtin)
    if _counts():
        service.count_scan(link.gtin, link.lot)
    trace = service.trace_of(link.gtin, link.lot, link.serial)
    if trace is None:
        return _lost(404, MissKind.UNKNOWN, _("这个码没有登记。可能抄错了一位，也可能不是我们的标签。"))
    return _answer(trace)


def _raw_path() -> str:
    """The path as it was sent: an escaped slash inside a lot number must not be mistaken for a separator."""
    sent = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or quote(request.path)
    return urlsplit(sent).path


def _counts() -> bool:
    return is_scan(
        method=request.method,
        user_agent=request.user_agent.string,
        purpose=request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""),
        from_here=(request.referrer or "").startswith(request.host_url),
    )


def _product_page(gtin: str) -> ResponseReturnValue:
    product = service.listed_product(gtin)
    if product is None:
        return _lost(404, MissKind.UNKNOWN, _("这个商品条码没有登记，或者已经不卖了。"))
    return redirect(url_for("products.show_catalogue_product", product_id=product.id), 302)


def _lost(status: int, kind: MissKind, message: str) -> ResponseReturnValue:
    """The page of a code that leads nowhere; it is counted."""
    if _counts():
        service.count_miss(kind)
    page: Any = render_template("traceability/lost.html", message=message, status=status)
    return page, status, {"Cache-Control": "no-store"}


def _answer(trace: Trace) -> Response:
    wanted = request.accept_mimetypes.best_match(["text/html", JSON_LD, "application/json"], "text/html")
    if request.args.get("format") == "jsonld" or wanted != "text/html":
        document = trace_as_jsonld(
            trace.lot, trace.certificate, [told.event for told in trace.events], current_app.config["BASE_URL"]
        )
        response = Response(json.dumps(document, ensure_ascii=False), mimetype=JSON_LD)
    else:
        response = Response(render_template("traceability/trace.html", trace=trace, lot=trace.lot))
    response.headers["Vary"] = "Accept, Accept-Language, Cookie"
    response.headers["Cache-Control"] = "no-store"  # the count on the page is of this moment
    return response
