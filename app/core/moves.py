"""Status moves as a declared table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.core.labels import LabelEnum

S = TypeVar("S", bound=LabelEnum)


class IllegalMove(DomainError):
    """The status can't change that way."""

    code = "illegal-move"
    status = 409


class Moves(Generic[S]):
    """The allowed moves of a status: ``Moves({Status.A: {Status.B}})``. A status without an entry is final."""

    def __init__(self, table: Mapping[S, set[S]]) -> None:
        self._table = {old: frozenset(new) for old, new in table.items()}

    def allowed(self, old: S) -> frozenset[S]:
        """Where a thing in this status may go."""
        return self._table.get(old, frozenset())

    def check(self, old: S, new: S) -> None:
        """Raise :class:`IllegalMove` unless ``old → new`` is in the table."""
        if new not in self.allowed(old):
            raise IllegalMove(_l("不能从“%(old)s”改为“%(new)s”。", old=old.label, new=new.label), field="status")
