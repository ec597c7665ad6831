"""The product library for those who keep it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import pgettext

from app.core import audit, clock
from app.core.access import current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from app.core.web import send_bytes
from products import service
from products.forms import MoveForm, PriceForm, ProductEditForm, ProductForm, StockForm
from products.models import PRODUCT_MOVES, MovementKind, Product, ProductStatus
from products.permissions import PRODUCTS_EDIT, PRODUCTS_READ, PRODUCTS_REVIEW, STOCK_MANAGE
from products.views.blueprint import bp
from products.views.tabs import tabs


def _chosen() -> dict[str, Any]:
    """The filters of the list as the address has them; what makes no sense counts for nothing."""
    status = request.args.get("status", "")
    township = request.args.get("township", "")
    return {
        "q": request.args.get("q", "").strip()[:100],
        "category": request.args.get("category", ""),
        "status": ProductStatus(status) if status in ProductStatus._value2member_map_ else None,
        "township": township if len(township) == 12 and township.isdecimal() else "",
    }


@bp.get("/products")
@requires(PRODUCTS_READ)
def list_products() -> str:
    """The library: search, filters, pages."""
    actor, chosen = current_actor(), _chosen()
    page = paginate(service.list_products(actor, **chosen), request.args.get("page", 1, type=int))
    return render_template(
        "products/list.html",
        tabs=tabs("list_products"),
        page=page,
        chosen=chosen,
        categories=[(name, name) for name in service.category_choices()],
        statuses=ProductStatus.choices(),
        townships=service.township_choices(actor),
        may_edit=actor.may(PRODUCTS_EDIT),
    )


@bp.get("/products/export.xlsx")
@requires(PRODUCTS_READ)
def export_products() -> Response:
    """What the list shows with its filters, whole, as a sheet."""
    found = service.all_products(current_actor(), **_chosen())
    places = service.place_names(found)
    content = write_xlsx(_("产品库"), _columns(), [_cells(p, places[p.division_code]) for p in found], at=clock.now())
    return send_bytes(content, f"products-{clock.today():%Y%m%d}.xlsx")


def _columns() -> list[Column]:
    return [
        Column(_("货号")),
        Column(_("条码")),
        Column(_("名称")),
        Column(_("类别")),
        Column(_("规格")),
        Column(_("价格（元）"), "fen"),
        Column(_("生产者")),
        Column(_("产地")),
        Column(_("加工程度")),
        Column(_("认证")),
        Column(_("状态")),
        Column(_("库存"), "quantity"),
        Column(_("已留"), "quantity"),
        Column(_("单位")),
        Column(_("上架时间"), "moment"),
    ]


def _cells(p: Product, place: str) -> list[object]:
    facts = [p.sku, p.gtin, p.name, p.category, p.spec, p.price_fen, p.producer.name, place]
    words = [str(p.produce_level.label), p.certification, str(p.status.label)]
    return [*facts, *words, p.stock_quantity, p.reserved_quantity, p.unit, p.listed_at]


@bp.route("/products/new", methods=["GET", "POST"])
@requires(PRODUCTS_EDIT)
def new_product() -> ResponseReturnValue:
    """Put a product into the library."""
    actor = current_actor()
    form = ProductForm(sku=service.suggest_sku(), producer_id=request.args.get("producer"))
    form.producer_id.choices = [*service.producer_choices(actor)]
    if form.validate_on_submit():
        with form.catching():
            product = service.register_product(
                actor=actor,
                request_id=form.request_id.data,
                producer=service.get_producer(actor, uuid.UUID(form.producer_id.data)),
                facts=form.facts(),
                price_fen=form.price.data,
            )
            flash(_("已登记，等审核后上架。"))
            return redirect(url_for("products.show_product", product_id=product.id), 303)
    return _form("products/form.html", form, product=None, categories=service.category_choices())


@bp.get("/products/<uuid:product_id>")
@requires(PRODUCTS_READ)
def show_product(product_id: uuid.UUID) -> str:
    """One product: facts, status, price and stock with their history."""
    actor = current_actor()
    product = service.get_product(actor, product_id)
    allowed = PRODUCT_MOVES.allowed(product.status) if actor.may(PRODUCTS_REVIEW) else frozenset()
    return render_template(
        "products/show.html",
        product=product,
        origin=service.place_names([product])[product.division_code],
        free=service.available(product),
        moves=[status for status in ProductStatus if status in allowed],
        words=_move_words(),
        needs_reason=service.NEEDS_REASON,
        move_form=MoveForm(formdata=None),
        prices=service.list_price_changes(product.id),
        movements=service.list_movements(product.id),
        history=audit.history(product)[:20],
        may={"edit": actor.may(PRODUCTS_EDIT), "price": actor.may(PRODUCTS_REVIEW), "stock": actor.may(STOCK_MANAGE)},
    )


def _move_words() -> dict[ProductStatus, str]:
    """What the button that leads to a status says."""
    return {
        ProductStatus.DRAFT: _("退回修改"),
        ProductStatus.REVIEWED: _("审核通过"),
        ProductStatus.LISTED: _("上架销售"),
        ProductStatus.PAUSED: pgettext("do", "暂停销售"),
        ProductStatus.DELISTED: _("下架，不再卖"),
    }


@bp.route("/products/<uuid:product_id>/edit", methods=["GET", "POST"])
@requires(PRODUCTS_EDIT)
def edit_product(product_id: uuid.UUID) -> ResponseReturnValue:
    """Correct a product's facts."""
    product = service.get_product(current_actor(), product_id)
    form = ProductEditForm(obj=product)
    if form.validate_on_submit():
        with form.catching():
            service.update_product(actor=current_actor(), product=product, facts=form.facts())
            return _back(product, _("已修改。"))
    return _form("products/form.html", form, product=product, categories=service.category_choices())


@bp.post("/products/<uuid:product_id>/move/<any(draft,reviewed,listed,paused,delisted):status>")
@requires(PRODUCTS_REVIEW)
def move_product(product_id: uuid.UUID, status: str) -> ResponseReturnValue:
    """Review, list, pause, delist."""
    product = service.get_product(current_actor(), product_id)
    form = MoveForm()
    service.move_product(
        actor=current_actor(), product=product, status=ProductStatus(status), reason=form.reason.data or ""
    )
    return _back(product, _("已改为：%(status)s", status=ProductStatus(status).label))


@bp.route("/products/<uuid:product_id>/price", methods=["GET", "POST"])
@requires(PRODUCTS_REVIEW)
def change_price(product_id: uuid.UUID) -> ResponseReturnValue:
    """A new price from now on."""
    product = service.get_product(current_actor(), product_id)
    form = PriceForm()
    if form.validate_on_submit():
        with form.catching():
            service.set_price(
                actor=current_actor(), request_id=form.request_id.data, product=product, price_fen=form.price.data
            )
            return _back(product, _("价格已改。"))
    return _form("products/price.html", form, product=product)


@bp.route("/products/<uuid:product_id>/stock", methods=["GET", "POST"])
@requires(STOCK_MANAGE)
def change_stock(product_id: uuid.UUID) -> ResponseReturnValue:
    """Take goods in, count them, write them off."""
    product = service.get_product(current_actor(), product_id)
    form = StockForm()
    if form.validate_on_submit():
        with form.catching():
            _stock_verb(form, product)
            return _back(product, _("已记下。"))
    return _form("products/stock.html", form, product=product)


def _stock_verb(form: StockForm, product: Product) -> None:
    common = {
        "actor": current_actor(),
        "request_id": form.request_id.data,
        "product": product,
        "note": form.note.data or "",
    }
    quantity: Decimal = form.quantity.data
    if form.kind.data is MovementKind.RECEIVED:
        service.receive_stock(**common, quantity=quantity)
    else:
        service.adjust_stock(**common, kind=form.kind.data, quantity=quantity)


def _back(product: Product, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("products.show_product", product_id=product.id), 303)


def _form(template: str, form: Any, **context: Any) -> ResponseReturnValue:
    """The form's page; 422 when what was typed was refused."""
    return render_template(template, form=form, **context), 422 if form.errors else 200
