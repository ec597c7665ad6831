"""One transaction per command.

``@command`` wraps the verbs and flows that views, jobs and the command line call. The outermost one begins a
transaction and commits it; nested ones join. When it raises, everything is rolled back. What must not happen before
the commit (starting a job, sending a message) is handed to :func:`after_commit`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from app.core.database import db, write_intent

P = ParamSpec("P")
R = TypeVar("R")

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
    token, intent = _outbox.set(outbox), write_intent.set(True)
    try:
        _leave_reading_transaction()
        result = verb()
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _outbox.reset(token)
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
