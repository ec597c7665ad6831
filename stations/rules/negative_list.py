"""The negative list (负面清单): what the subsidy must not be spent on, told by its words.

The list is data (``stations/data/negative_list.toml``), with the days from which and until which an entry holds and the
document it comes from.
"""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files


@dataclass(frozen=True)
class Entry:
    """A category that isn't paid for; holds from a day until the day before ``valid_to``."""

    key: str
    category: str
    words: tuple[str, ...]
    source: str
    valid_from: date
    valid_to: date | None = None
    unless: tuple[str, ...] = ()  # words that show that something else is meant

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True)
class Hit:
    """A word of a text that the list has: which one, its category, and the document that says so."""

    word: str
    category: str
    source: str


def hits(text: str, day: date, entries: Sequence[Entry] | None = None) -> tuple[Hit, ...]:
    """The words of ``text`` that the list of that day has, one for each category; none means it may be paid for.

    Blanks, full-width letters and case make no difference. ``entries`` is the list to use instead of the kept one.
    """
    plain = _plain(text)
    found = []
    for entry in _kept() if entries is None else entries:
        word = next((word for word in entry.words if _plain(word) in plain), None)
        if word is not None and entry.holds(day) and not any(_plain(other) in plain for other in entry.unless):
            found.append(Hit(word, entry.category, entry.source))
    return tuple(found)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@functools.cache
def _kept() -> tuple[Entry, ...]:
    text = (files("stations") / "data" / "negative_list.toml").read_text(encoding="utf-8")
    return tuple(
        Entry(
            key=entry["key"],
            category=entry["category"],
            words=tuple(entry["words"]),
            source=entry["source"],
            valid_from=entry["valid_from"],
            valid_to=entry.get("valid_to"),
            unless=tuple(entry.get("unless", ())),
        )
        for entry in tomllib.loads(text)["entry"]
    )
