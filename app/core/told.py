"""Sentences that are stored for readers of either language: the message and what it names, not its translation."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from flask_babel.speaklater import LazyString
from sqlalchemy.engine import Dialect

_MARK = '["told",'


class Told(sa.types.TypeDecorator[Any]):
    """A sentence in a text column. What was marked by ``_l()`` comes back as that, read in the reader's language.

    Plain text stays as it is, and so does a sentence whose parts don't fit into the column: then it is kept in the
    language of the writer, cut to the column's length.
    """

    impl = sa.String
    cache_ok = True

    def __init__(self, length: int) -> None:
        super().__init__(length)
        self.length = length

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Sentence → what is stored."""
        if value is None:
            return None
        packed = json.dumps(_pack(value), ensure_ascii=False, separators=(",", ":"))
        return packed if packed.startswith(_MARK) and len(packed) <= self.length else str(value)[: self.length]

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """What is stored → sentence."""
        return _unpack(json.loads(value)) if value is not None and value.startswith(_MARK) else value


def _pack(value: Any) -> Any:
    """A marked sentence as ``["told", message, {name: value}]``, also inside another one; all else as plain text."""
    if not isinstance(value, LazyString) or len(value._args) != 1:
        return value if isinstance(value, int) else str(value)
    return ["told", str(value._args[0]), {name: _pack(one) for name, one in value._kwargs.items()}]


def _unpack(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    _mark, message, named = value
    return LazyString(gettext, message, **{name: _unpack(one) for name, one in named.items()})
