"""What a producer's own page shows: products joined with lots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from products import service as products_service
from products.models import Producer, Product, ProductStatus
from traceability import service as traceability_service
from traceability.models import Lot

SHOWN = frozenset({ProductStatus.REVIEWED, ProductStatus.LISTED, ProductStatus.PAUSED})


@dataclass(frozen=True)
class FarmerPage:
    """A producer with what is on sale and the latest lots. No amounts, no telephone numbers."""

    producer: Producer
    place: str
    products: Sequence[Product]
    lots: Sequence[Lot]


def farmer_page(code: str) -> FarmerPage:
    """The page behind the code on a producer's card. Raises NotFound for an unknown or mistyped code."""
    producer = products_service.get_producer_by_code(code)
    products = [p for p in products_service.products_of_producer(producer.id) if p.status in SHOWN]
    place = products_service.place_names([producer])[producer.division_code]
    return FarmerPage(producer, place, products, traceability_service.lots_of_producer(producer.id, limit=12))


def latest_lots(product: Any, limit: int = 3) -> Sequence[Lot]:
    """The product's latest packed lots, for its public page."""
    return traceability_service.lots_of_product(product.id, limit=limit)
