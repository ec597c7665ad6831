"""Makers for lots in each of their states, through the service."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from app.core import clock
from app.core.access import SYSTEM
from products.models import Product
from tests.factories.products import create_product
from traceability import service
from traceability.models import CertificateBasis, Lot

DAY = date(2026, 10, 18)


def create_lot(product: Product | None = None, *, on: date = DAY, **overrides: Any) -> Lot:
    """An open lot."""
    with clock.at(clock.at_local(on, 8)):
        product = product or create_product()
        return service.open_lot(actor=SYSTEM, product_id=product.id, **({"plot": "12 号田"} | overrides))


def create_harvested_lot(product: Product | None = None, *, on: date = DAY, **overrides: Any) -> Lot:
    """A lot of which 3,200 kilograms were harvested."""
    lot = create_lot(product, on=on)
    facts: dict[str, Any] = {"harvested_on": on, "quantity": Decimal(3200), "unit": "千克"}
    with clock.at(clock.at_local(on, 16)):
        service.record_harvest(actor=SYSTEM, lot=lot, **(facts | overrides))
    return lot


def create_packed_lot(product: Product | None = None, *, on: date = DAY, **overrides: Any) -> Lot:
    """A lot of 640 pieces with a certificate."""
    lot = create_harvested_lot(product, on=on)
    facts: dict[str, Any] = {
        "packed_on": on,
        "quantity": Decimal(640),
        "basis": CertificateBasis.SELF_TESTED,
    }
    with clock.at(clock.at_local(on, 18)):
        service.record_packing(actor=SYSTEM, lot=lot, **(facts | overrides))
    return lot
