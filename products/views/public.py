"""Pages for anybody: the catalogue, the farmer's page, reporting a problem."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import public
from app.core.pagination import paginate
from app.core.web import limiter
from app.flows import farmer as farmer_flow
from products import service
from products.forms import ProblemForm
from products.models import ProductStatus
from products.views.blueprint import bp


@bp.get("/catalogue")
@public
def catalogue() -> str:
    """What the county sells."""
    chosen = {"q": request.args.get("q", "").strip()[:100], "category": request.args.get("category", "")}
    page = paginate(service.catalogue(**chosen), request.args.get("page", 1, type=int))
    categories = [(name, name) for name in service.category_choices()]
    return render_template("products/catalogue.html", page=page, chosen=chosen, categories=categories)


@bp.get("/catalogue/<uuid:product_id>")
@public
def show_catalogue_product(product_id: uuid.UUID) -> str:
    """One product for buyers: only while it is, or was, on sale."""
    product = service.find_product(product_id)
    if product is None or product.status in (ProductStatus.DRAFT, ProductStatus.REVIEWED):
        abort(404)
    origin = service.place_names([product])[product.division_code]
    lots = farmer_flow.latest_lots(product)
    return render_template("products/catalogue_product.html", product=product, origin=origin, lots=lots)


@bp.get("/farmer/<digits:code>")
@public
@limiter.limit("60/minute")
def farmer(code: str) -> str:
    """A producer's own listings; opened by the QR code on the producer's card."""
    return render_template("products/farmer.html", page=farmer_flow.farmer_page(code))


@bp.route("/farmer/<digits:code>/problem", methods=["GET", "POST"])
@public
@limiter.limit("5/minute;30/day", methods=["POST"])
def report_problem(code: str) -> ResponseReturnValue:
    """Anybody says what is wrong; ``lot`` in the address tells which label was scanned."""
    producer = service.get_producer_by_code(code)
    lot_code = request.args.get("lot", "")[:20]
    form = ProblemForm()
    if form.validate_on_submit():
        with form.catching():
            service.report_problem(
                request_id=form.request_id.data,
                producer=producer,
                lot_code=lot_code,
                text=form.text.data,
                name=form.name.data or "",
                phone=form.phone.data or "",
            )
            flash(_("谢谢您，已经转给县里的服务中心。"))
            return redirect(url_for("products.farmer", code=producer.code), 303)
    page = render_template("products/report_problem.html", form=form, producer=producer, lot_code=lot_code)
    return page, 422 if form.errors else 200
