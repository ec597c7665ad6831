"""What the public trace page tells about a lot, read in four queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.access import SYSTEM
from app.core.database import db
from app.core.seals import SealLeaf
from products import service as products_service
from products.models import Product, ProductStatus
from traceability.models import ConformityCertificate, Lot, LotScan, TraceEvent
from traceability.service.scans import Scans


@dataclass(frozen=True)
class Told:
    """An event with whether it is sealed."""

    event: TraceEvent
    sealed: bool


@dataclass(frozen=True)
class Trace:
    """Everything the page shows; ``serial`` is None unless the code is of a single piece."""

    lot: Lot
    product: Product
    certificate: ConformityCertificate | None
    events: Sequence[Told]
    scans: Scans
    serial: str | None

    @property
    def on_sale(self) -> bool:
        """Whether the price on the page is one at which it can be bought now."""
        return self.product.status is ProductStatus.LISTED

    @property
    def sealed(self) -> bool:
        """Whether every event is in a signed tree head."""
        return bool(self.events) and all(told.sealed for told in self.events)


def trace_of(gtin: str, code: str, serial: str | None = None) -> Trace | None:
    """The lot behind a scanned code with all that is told about it; None when there is none."""
    query = (
        sa.select(Lot, LotScan)
        .outerjoin(LotScan, LotScan.lot_id == Lot.id)
        .where(Lot.gtin == gtin, Lot.code == code)
        .options(joinedload(Lot.certificates))
        .execution_options(populate_existing=True)
    )
    found: Any = db.session.execute(query).unique().first()
    if found is None:
        return None
    lot, scan = found
    product = products_service.get_product(SYSTEM, lot.product_id)
    scans = Scans(scan.count, scan.first_at) if scan else Scans(0, None)
    certificate = lot.certificates[-1] if lot.certificates else None
    return Trace(lot, product, certificate, _events(lot), scans, serial)


def _events(lot: Lot) -> Sequence[Told]:
    leaf = sa.and_(SealLeaf.row_id == TraceEvent.id, SealLeaf.stream == TraceEvent.__tablename__)
    query = (
        sa.select(TraceEvent, SealLeaf.position)
        .outerjoin(SealLeaf, leaf)
        .where(TraceEvent.lot_id == lot.id)
        .order_by(TraceEvent.event_time, TraceEvent.recorded_at, TraceEvent.id)
    )
    return [Told(event, place is not None) for event, place in db.session.execute(query)]


def listed_product(gtin: str) -> Product | None:
    """The product of a code without a lot, while it is on sale."""
    product = products_service.find_product_by_gtin(gtin)
    return product if product is not None and product.status is ProductStatus.LISTED else None
