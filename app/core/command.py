"""One transaction per command.

``@command`` wraps the verbs and flows that views, jobs and the command line call. The outermost one begins a
transaction and commits it; nested ones join. When it raises, everything is rolled back. What must not happen before
the commit (starting a job, sending a message) is handed to :func:`after_commit`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from flask_babel import force_locale

from app.core.database import db, table_of, write_intent

P = ParamSpec("P")
R = TypeVar("R")

# Rows that are only ever added may wait until the end of the command and be written together; see ``write_last``.
_last: ContextVar[dict[type[Any], list[dict[str, Any]]] | None] = ContextVar("written_last", default=None)
_outbox: ContextVar[list[Callable[[], object]] | None] = ContextVar("outbox", default=None)


def in_command() -> bool:
    """Whether a command's transaction is open."""
    return _outbox.get() is not None


def after_commit(leave: Callable[[], object]) -> None:
    """Call ``leave()`` once the outermost command has committed; never, when it fails."""
    outbox = _outbox.get()
    if outbox is None:
        raise RuntimeError("after_commit() outside a command")
    outbox.append(leave)


def write_last(model: type[Any], row: dict[str, Any]) -> None:
    """Write a row just before the outermost command commits, together with the others of its table.

    For append-only rows that nothing in the command reads again. Outside a command it is written at once.
    """
    waiting = _last.get()
    if waiting is None:
        db.session.execute(sa.insert(table_of(model)), [row])
    else:
        waiting.setdefault(model, []).append(row)


def command(verb: Callable[P, R]) -> Callable[P, R]:
    """Run the verb in a transaction of its own, or in the one that is open already."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if in_command():
            return verb(*args, **kwargs)
        return _outermost(functools.partial(verb, *args, **kwargs))

    return run


def _outermost(verb: Callable[[], R]) -> R:
    outbox: list[Callable[[], object]] = []
    last: dict[type[Any], list[dict[str, Any]]] = {}
    token, waiting, intent = _outbox.set(outbox), _last.set(last), write_intent.set(True)
    try:
        _leave_reading_transaction()
        with force_locale("zh_Hans_CN"):  # what is kept (audit, documents) is Chinese, whatever the reader's language
            result = verb()
        db.session.flush()
        for model, rows in last.items():
            db.session.execute(sa.insert(table_of(model)), rows)
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _outbox.reset(token)
        _last.reset(waiting)
        write_intent.reset(intent)
    for leave in outbox:
        leave()
    return result


def _leave_reading_transaction() -> None:
    """End the transaction in which the page was read so far: the command must see, and lock, the present."""
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("rows were changed outside a command")
    if session.in_transaction():
        session.rollback()
