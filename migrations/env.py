"""Alembic's environment: the application's own engine and tables, the same migrations on both engines."""

from __future__ import annotations

from alembic import context
from flask import current_app

from app.core.database import Base, UTCDateTime

database = current_app.extensions["migrate"].db


def render_item(kind: str, thing: object, _autogen_context: object) -> str | bool:
    """Write our column types into migrations as the plain types they are stored as."""
    import sqlalchemy as sa

    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, sa.types.TypeDecorator) and isinstance(thing.impl, sa.String):
        return f"sa.String(length={thing.impl.length})"
    return False


def run() -> None:
    """Run the migrations in one transaction."""
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # a changed table is built anew and the old one dropped: what points at it is checked at the end
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_item=render_item,
            render_as_batch=sqlite,
            compare_type=False,
        )
        try:
            with context.begin_transaction():
                context.run_migrations()
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"rows that point at nothing after the migration: {broken[:5]}")
        finally:
            if sqlite:
                connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")


run()
