"""The database: naming convention, column types, append-only tables, SQLite's manners."""

from __future__ import annotations

import sqlite3
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

from app.core.ids import new_id
from app.core.labels import LabelEnum

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Declarative base with the constraint naming convention."""

    metadata = sa.MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

if TYPE_CHECKING:

    class Model(Base):
        """What every table inherits from."""

        __abstract__ = True
else:
    Model = db.Model


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware instant, kept in UTC on every engine. A naive datetime is refused."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        """With a zone where the engine knows zones."""
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware → UTC. Raises ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: use app.core.clock")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What was stored → aware, UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Enumerated(sa.types.TypeDecorator[LabelEnum]):
    """A :class:`LabelEnum` stored by its value, as plain text, so that a new member needs no migration."""

    impl = sa.String(32)
    cache_ok = True

    def __init__(self, enum: type[LabelEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: LabelEnum | str | None, dialect: Dialect) -> str | None:
        """Member or value → value. Raises ValueError for what is neither."""
        return None if value is None else str(self.enum(value).value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> LabelEnum | None:
        """Value → member."""
        return None if value is None else self.enum(value)


def table_of(model: type[Any]) -> sa.Table:
    """The table of a model, for Core statements."""
    return cast("sa.Table", model.__table__)


def uuid_pk() -> MappedColumn[uuid.UUID]:
    """The primary key of a row: a UUIDv7 made here, known before the row is written."""
    return mapped_column(sa.Uuid, primary_key=True, default=new_id)


# -- append-only tables ------------------------------------------------------------------------

T = TypeVar("T")
APPEND_ONLY: dict[str, type[Any]] = {}
SEALED: dict[str, type[Any]] = {}

_SQLITE_TRIGGER = """CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
_POSTGRES_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"""
_POSTGRES_TRIGGER = """CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"""


def append_only_ddl(table: str, dialect: str) -> list[str]:
    """The statements that make a table refuse UPDATE and DELETE on that engine. Migrations run the same ones."""
    if dialect == "postgresql":
        return [_POSTGRES_FUNCTION, _POSTGRES_TRIGGER.format(table=table)]
    return [_SQLITE_TRIGGER.format(table=table, verb=verb) for verb in ("update", "delete")]


def append_only(*, sealed: bool = True) -> Any:
    """Class decorator: the model's rows are written once.

    Corrections are new rows. With ``sealed`` (the default) the rows are also gathered into Merkle trees by
    ``app.core.seals``; such a model needs ``id`` and ``recorded_at`` columns.
    """

    def mark(model: type[T]) -> type[T]:
        table = table_of(model)
        APPEND_ONLY[table.name] = model
        if sealed:
            SEALED[table.name] = model

        def create_triggers(target: sa.Table, connection: Connection, **_: Any) -> None:
            for statement in append_only_ddl(target.name, connection.dialect.name):
                connection.exec_driver_sql(
                    statement.replace("%", "%%") if connection.dialect.name == "postgresql" else statement
                )

        event.listen(table, "after_create", create_triggers)
        return model

    return mark


# -- SQLite's manners ---------------------------------------------------------------------------


# Whether the transaction that begins next is going to write. SQLite can't turn a reading transaction into a
# writing one once somebody else wrote; so commands take the write lock at once and wait their turn, pages only read.
write_intent: ContextVar[bool] = ContextVar("write_intent", default=False)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write_intent.get() else "BEGIN")
