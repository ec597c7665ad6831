"""Scope is the division code.

The 12-digit code of the statistics bureau carries the tree: county 6, township 9, village 12 digits; the rest is
zeros. A person belongs to one division and sees what begins with its prefix.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.errors import NotFound

if TYPE_CHECKING:
    from app.core.access import Actor

CODE_LENGTH = 12
PREFIX_LENGTHS = (0, 2, 4, 6, 9, 12)  # everything (SYSTEM), province, prefecture, county, township, village


def _nothing(_code: str) -> Collection[str]:
    return ()


_absorbed: Callable[[str], Collection[str]] = _nothing
_WIDE = 6  # a county's digits: what is merged within it is in it anyway


def follow_mergers(absorbed: Callable[[str], Collection[str]]) -> None:
    """Let the domain that keeps divisions say which codes went into a division: their records belong to it as well."""
    global _absorbed
    _absorbed = absorbed


def _also(code: str) -> Collection[str]:
    return _absorbed(code) if len(prefix_of(code)) > _WIDE else ()


def is_code(text: str) -> bool:
    """Whether the text has the shape of a division code."""
    return len(text) == CODE_LENGTH and text.isascii() and text.isdecimal()


def prefix_of(code: str) -> str:
    """``"500242101000"`` → ``"500242101"``. Raises ValueError when it is not a 12-digit code."""
    if not is_code(code):
        raise ValueError(code)
    for length in PREFIX_LENGTHS:
        if not code[length:].strip("0"):
            return code[:length]
    return code


def covers(scope_code: str, division_code: str) -> bool:
    """Whether a division lies in a scope (or is it), or in what was merged into it."""
    if division_code.startswith(prefix_of(scope_code)):
        return True
    return any(division_code.startswith(prefix_of(code)) for code in _also(scope_code))


def in_scope(column: Any, scope_code: str) -> sa.ColumnElement[bool]:
    """The SQL condition for "lies in the scope, or in what was merged into it": ranges, so that any index serves it."""
    return sa.or_(*(in_range(column, code) for code in (scope_code, *_also(scope_code))))


def in_range(column: Any, code: str) -> sa.ColumnElement[bool]:
    """The SQL condition for "the code begins as this one does", whatever was merged."""
    prefix = prefix_of(code)
    return sa.and_(column >= prefix.ljust(CODE_LENGTH, "0"), column <= prefix.ljust(CODE_LENGTH, "9"))


def township_of(code: str) -> str:
    """The code of the township in which a village lies: ``"500242101201"`` → ``"500242101000"``."""
    return code[:9].ljust(CODE_LENGTH, "0")


def county_of(code: str) -> str:
    """The code of the county in which a division lies."""
    return code[:6].ljust(CODE_LENGTH, "0")


def require_scope(actor: Actor, division_code: str) -> None:
    """Raise NotFound when the record's division is outside the actor's scope: others' records don't exist for them."""
    if not covers(actor.scope_code, division_code):
        raise NotFound(_l("没有找到这条记录。"))
