"""Eight buyers at once, on a database of their own with real commits."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.command import command
from app.core.database import Base, db
from products import service
from products.errors import OutOfStock
from products.models import Product
from tests.conftest import make_app
from tests.factories.products import create_product
from tests.tools import need_postgres

BUYERS, STOCK = 8, 20


@pytest.fixture
def busy_app(engine: str, tmp_path: Path) -> Iterator[Flask]:
    if engine == "sqlite":
        app = make_app(f"sqlite:///{tmp_path / 'busy.db'}", tmp_path)
        with app.app_context():
            Base.metadata.create_all(db.engine)
        yield app
        return
    server = sa.make_url(need_postgres())
    name = f"xiangyi_busy_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    app = make_app(server.set(database=name).render_as_string(hide_password=False), tmp_path)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


def test_eight_buyers_never_get_more_than_there_is(busy_app: Flask) -> None:
    with busy_app.app_context():
        product_id = create_product(stock=STOCK).id

    def buy(_buyer: int) -> int:
        """As many single pieces as one can get."""
        got = 0
        with busy_app.app_context():
            while True:
                try:
                    buy_one(product_id)
                except OutOfStock:
                    return got
                got += 1

    with ThreadPoolExecutor(BUYERS) as pool:
        got = list(pool.map(buy, range(BUYERS)))
    assert sum(got) == STOCK
    with busy_app.app_context():
        product = db.session.get_one(Product, product_id)
        assert (product.stock_quantity, product.reserved_quantity) == (STOCK, STOCK)


@command
def buy_one(product_id: uuid.UUID) -> None:
    service.reserve_stock(product_id=product_id, quantity=Decimal(1))
