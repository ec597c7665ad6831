"""Several tills at once, with real commits: receipt numbers have no gap and no double, stock is never sold twice."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core import clock, ids
from app.core.database import Base, db
from app.core.errors import DomainError
from tests.conftest import make_app
from tests.factories.trade import (
    create_operator,
    create_order,
    create_product,
    create_purchase,
    create_sale,
    create_villager,
)
from trade.models import PurchaseService, PurchaseStatus, SaleService, Villager
from trade.service import checks, services

THREADS = 8


@pytest.fixture
def own_app(engine: str, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application whose commits are real, on a database of its own."""
    with _own_database(engine, database_url, tmp_path) as url:
        app = make_app(url, tmp_path)
        with app.app_context():
            Base.metadata.create_all(db.engine)
        yield app
        with app.app_context():
            db.engine.dispose()


@contextmanager
def _own_database(engine: str, database_url: str, tmp_path: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path / 'own.db'}"
        return
    server, name = sa.make_url(database_url), f"tills_{ids.new_id().hex[-12:]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


def at_once(app: Flask, work: Callable[[int], None]) -> None:
    """Run ``work(n)`` in eight threads that start together; what one raises is raised here."""
    gate, failures = threading.Barrier(THREADS), []

    def till(n: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                work(n)
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=till, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_numbers_have_no_gap_when_eight_record_and_some_fail(own_app: Flask) -> None:
    with own_app.app_context():
        actor = create_operator().actor
        villager_id = create_villager(actor).id

    def work(n: int) -> None:
        villager = db.session.get_one(Villager, villager_id)
        for i in range(6):
            try:
                create_sale(actor, villager, unit="" if i == n % 6 else "枚")
            except DomainError:
                db.session.rollback()
            villager = db.session.get_one(Villager, villager_id)

    at_once(own_app, work)
    with own_app.app_context():
        numbers = sorted(db.session.scalars(sa.select(SaleService.number).where(SaleService.day == clock.today())))
        assert numbers == list(range(1, THREADS * 5 + 1))
        assert checks.check() == []


def test_one_of_eight_signs(own_app: Flask) -> None:
    with own_app.app_context():
        actor = create_operator().actor
        purchase_id = create_purchase(actor).id
    refused = []

    def work(n: int) -> None:
        try:
            services.sign_purchase(
                actor=actor, request_id=ids.new_id(), purchase=db.session.get_one(PurchaseService, purchase_id)
            )
        except DomainError as error:
            refused.append(error.code)

    at_once(own_app, work)
    assert len(refused) == THREADS - 1
    with own_app.app_context():
        assert db.session.get_one(PurchaseService, purchase_id).status is PurchaseStatus.SIGNED
        assert checks.check() == []


def test_a_double_tap_from_two_lines_stores_once(own_app: Flask) -> None:
    with own_app.app_context():
        actor = create_operator().actor
        villager_id = create_villager(actor).id
    key = ids.new_id()

    def work(n: int) -> None:
        create_sale(actor, db.session.get_one(Villager, villager_id), request_id=key)

    at_once(own_app, work)
    with own_app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(SaleService)) == 1


def test_eight_buyers_and_five_bottles(own_app: Flask) -> None:
    with own_app.app_context():
        oil = create_product(stock=5)
        oil_id = oil.id
    refused = []

    def work(n: int) -> None:
        try:
            create_order((db.session.get_one(type(oil), oil_id), 1))
        except DomainError as error:
            refused.append(error.code)

    at_once(own_app, work)
    assert len(refused) == 3
    with own_app.app_context():
        assert db.session.get_one(type(oil), oil_id).reserved_quantity == 5
        assert checks.check() == []
