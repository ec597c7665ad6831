"""The public trace page against a bare Flask page that reads one row by its primary key."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from flask import Flask

from app.core.database import db
from bench.county import County
from traceability.models import Lot

REQUESTS = 50


def rows(county: County) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """One row: the page of a lot with its whole history."""
    with county.app.app_context():
        lot = db.session.scalars(sa.select(Lot).order_by(Lot.packed_on.is_(None), Lot.code).limit(1)).one()
        path, key = f"/01/{lot.gtin}/10/{lot.code}", lot.id.hex
    client, bare = county.app.test_client(), _bare(county, key).test_client()

    def ours() -> None:
        for _ in range(REQUESTS):
            assert client.get(path).status_code == 200

    def limit() -> None:
        for _ in range(REQUESTS):
            assert bare.get("/").status_code == 200

    yield f"trace page, {REQUESTS} requests / bare page, one row by key", ours, limit


def _bare(county: County, key: str) -> Flask:
    app = Flask("bare")
    connection = sqlite3.connect(county.database, check_same_thread=False)

    @app.get("/")
    def page() -> str:
        (code,) = connection.execute("SELECT code FROM lot WHERE id = ?", (key,)).fetchone()
        return f"<!doctype html><title>{code}</title><h1>{code}</h1>"

    return app
