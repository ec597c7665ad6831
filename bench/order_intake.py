"""Taking orders in against writing the same rows by raw SQL."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal

from app.core import ids
from app.core.access import SYSTEM
from app.flows.orders import Wanted, place_order, products_on_sale
from bench.county import County
from products import service as products_service
from products.models import MovementKind
from trade.models import Channel, OrderKind
from trade.service.orders import Buyer, Taken

ORDERS = 40
# What an order of one line writes; read back from the database once, then written again under new keys.
TABLES = (
    "customer_order",
    "customer_order_line",
    "ledger_transaction",
    "ledger_entry",
    "audit_entry",
    "idempotency_key",
)


def rows(county: County) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """One row: orders of one line, each a transaction of its own, idempotent, booked and audited."""
    with county.app.app_context():
        product = products_on_sale(SYSTEM)[0]
        product_id = product.id
        products_service.adjust_stock(
            actor=SYSTEM, product=product, kind=MovementKind.COUNTED, quantity=Decimal(10_000_000), note="bench"
        )
    written = _rows_of_one_order(county, product_id)
    copy = county.database.with_name("raw.db")
    shutil.copy(county.database, copy)
    raw = sqlite3.connect(copy, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=NORMAL")

    def ours() -> None:
        with county.app.app_context():
            for _ in range(ORDERS):
                _place(product_id)

    def limit() -> None:
        for _ in range(ORDERS):
            _write(raw, written, product_id)

    yield f"{ORDERS} orders taken in / the same rows by raw SQL", ours, limit


def _place(product_id: uuid.UUID) -> uuid.UUID:
    order = place_order(
        actor=SYSTEM,
        request_id=ids.new_id(),
        buyer=Buyer("陈女士", "13800001234", "重庆市"),
        taken=Taken(Channel.OWN, None, OrderKind.RETAIL),
        lines=[Wanted(product_id, Decimal(1))],
    )
    order_id: uuid.UUID = order.id
    return order_id


Row = tuple[str, list[str], list[object]]


def _rows_of_one_order(county: County, product_id: uuid.UUID) -> list[Row]:
    """Every row that one order adds: table, columns, values."""
    with sqlite3.connect(county.database) as connection:
        before = {table: _last_row(connection, table) for table in TABLES}
        with county.app.app_context():
            _place(product_id)
        found: list[Row] = []
        for table in TABLES:
            cursor = connection.execute(f"SELECT * FROM {table} WHERE rowid > ?", (before[table],))
            columns = [c[0] for c in cursor.description]
            found += [(table, columns, list(values)) for values in cursor.fetchall()]
    return found


def _last_row(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0])


# Columns that must not repeat; everything else is written as it was.
FRESH = {"id", "number", "request_id", "channel_number"}


def _write(connection: sqlite3.Connection, rows_: list[Row], product_id: uuid.UUID) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "UPDATE product SET reserved_quantity = reserved_quantity + 1"
        " WHERE id = ? AND stock_quantity > reserved_quantity",
        (product_id.hex,),
    )
    order = uuid.uuid4().hex
    transaction = uuid.uuid4().hex
    for table, columns, values in rows_:
        fresh = {
            name: order
            if (table, name) in (("customer_order", "id"), ("customer_order_line", "order_id"))
            else transaction
            if (table, name) in (("ledger_transaction", "id"), ("ledger_entry", "transaction_id"))
            else uuid.uuid4().hex[:16]
            if name in ("number", "channel_number") and value is not None
            else uuid.uuid4().hex
            if name in FRESH
            else value
            for name, value in zip(columns, values, strict=True)
        }
        marks = ", ".join("?" * len(fresh))
        connection.execute(f"INSERT INTO {table} ({', '.join(fresh)}) VALUES ({marks})", list(fresh.values()))
    connection.execute("COMMIT")
