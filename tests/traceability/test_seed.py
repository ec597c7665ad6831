"""The demonstration's year: believable, the same for the same number, and made once."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa

from app.core.access import SYSTEM
from products.models import Product, ProductStatus, StockMovement
from products.seed import keep_in_stock, seed_products
from tests.factories.products import create_product
from traceability.models import ConformityCertificate, Lot, LotStatus, TraceEvent
from traceability.seed import seed_lots

pytestmark = pytest.mark.usefixtures("session")
YEAR: dict[str, Any] = {"actor": SYSTEM, "first_day": date(2025, 11, 23), "last_day": date(2026, 11, 22)}


def counts(session: Any) -> dict[str, int]:
    tables = (Lot, TraceEvent, ConformityCertificate, StockMovement)
    return {t.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(t)) for t in tables}


def test_a_year_of_lots_in_season_made_once(session: Any) -> None:
    for name in ("花田贡米", "酉阳山茶油", "脐橙", "苗绣香包"):
        create_product(name=name, status=ProductStatus.REVIEWED, listed_at=None)
    assert seed_products(**YEAR, random=Random(7)) == 4
    assert seed_lots(**YEAR, random=Random(7), lots=20) == 20
    made = counts(session)
    assert made["lot"] == 20
    assert made["trace_event"] >= 30
    for lot in session.scalars(sa.select(Lot).where(Lot.product_name == "脐橙", Lot.harvested_on.is_not(None))):
        assert lot.harvested_on.month in (11, 12)
    assert session.scalar(sa.select(sa.func.count()).where(Lot.status == LotStatus.PACKED)) > 10
    assert seed_products(**YEAR, random=Random(7)) == 0
    assert seed_lots(**YEAR, random=Random(7), lots=20) == 20
    assert counts(session) == made


def test_empty_shelves_are_filled(session: Any) -> None:
    empty, full = create_product(), create_product(stock=500)
    day = date(2026, 10, 18)
    assert keep_in_stock(actor=SYSTEM, random=Random(1), day=day) == 1
    session.expire_all()
    assert session.get(Product, empty.id).stock_quantity >= 100
    assert session.get(Product, full.id).stock_quantity == 500
