"""Hot rows are written and moved by Core statements, built once.

A third of the unit of work's cost, and safe when two people tap at once.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from app.core.database import Base, db, table_of
from app.core.labels import LabelEnum
from app.core.moves import Moves
from trade.errors import ChangedMeanwhile

M = TypeVar("M", bound=Base)


def run(statement: sa.Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None) -> Any:
    """Execute a Core statement in the session's transaction, past the unit of work."""
    return db.session.connection().execute(statement, parameters)


_waiting: ContextVar[dict[type[Base], list[dict[str, Any]]] | None] = ContextVar("waiting_rows", default=None)


@contextmanager
def gathering() -> Iterator[None]:
    """Within the block, inserted rows wait and are written together, hundreds in one statement.

    For many verbs in one command. What is read or changed in the meantime is written first (:func:`write`).
    """
    if _waiting.get() is not None:
        yield
        return
    token = _waiting.set({})
    try:
        yield
        write()
    finally:
        _waiting.reset(token)


def write(*models: type[Base]) -> None:
    """Write the waiting rows of these tables (of all, when none is named), in the order in which they came."""
    waiting = _waiting.get() or {}
    for model in models or tuple(waiting):
        rows = waiting.pop(model, None)
        if rows:
            run(_insert(model), rows)


def insert(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of one table, all with the same columns, in one statement."""
    waiting = _waiting.get()
    if waiting is not None:
        waiting.setdefault(model, []).extend(rows)
    elif rows:
        run(_insert(model), list(rows))


def insert_one(model: type[M], row: dict[str, Any]) -> M:
    """Write a row that names every column, and return it as a loaded object without reading it again."""
    insert(model, [row])
    thing = model()
    thing.__dict__.update(row)  # as if it had been loaded: nothing here is a change that waits to be written
    make_transient_to_detached(thing)
    db.session.add(thing)
    return thing


def move(thing: Any, moves: Moves[Any], new: LabelEnum, **values: Any) -> None:
    """Change a status by one conditional UPDATE, with further columns of the same row.

    Raises IllegalMove when the table of moves forbids it, ChangedMeanwhile when the row no longer has the status that
    was read: then somebody else was faster and nothing is changed.
    """
    moves.check(thing.status, new)
    write(type(thing))
    changes = {"status": new, **values}
    keys = {"the_id": thing.id, "the_old": thing.status}
    done = run(_move(type(thing), tuple(changes)), keys | {f"new_{name}": value for name, value in changes.items()})
    if done.rowcount != 1:
        raise ChangedMeanwhile(_l("刚才有人改过这条记录，请刷新后再看。"))
    for name, value in changes.items():
        set_committed_value(thing, name, value)


@functools.cache
def _insert(model: type[Any]) -> sa.Insert:
    return sa.insert(table_of(model))


@functools.cache
def _move(model: type[Any], columns: tuple[str, ...]) -> sa.Update:
    table = table_of(model)
    there = table.c.id == sa.bindparam("the_id"), table.c.status == sa.bindparam("the_old")
    return sa.update(table).where(*there).values({name: sa.bindparam(f"new_{name}") for name in columns})
