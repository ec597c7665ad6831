"""The migrations make what the models say, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask

from app.core.database import APPEND_ONLY, Base, db


def ours(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Leave out the tables that only tests use."""
    table = name if kind == "table" else getattr(getattr(thing, "table", None), "name", "")
    return not str(table).startswith("test_")


def test_migrations_and_models_agree(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False, "include_object": ours})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("table", sorted(name for name in APPEND_ONLY if not name.startswith("test_")))
def test_append_only_tables_have_their_triggers(app: Flask, table: str) -> None:
    with app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            query = "SELECT count(*) FROM pg_trigger WHERE tgname = :name"
            found, wanted = connection.execute(sa.text(query), {"name": f"{table}_append_only"}).scalar(), 1
        else:
            query = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name"
            found, wanted = connection.execute(sa.text(query), {"name": table}).scalar(), 2
    assert found == wanted
