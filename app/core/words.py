"""Words that are data: kept in Chinese, read by others in English where the data has it."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import get_locale

# What things are counted in. Stored and printed in Chinese; on pages an English reader finds these.
UNITS = {
    "斤": "jin (500 g)",
    "公斤": "kg",
    "千克": "kg",
    "吨": "t",
    "升": "l",
    "个": "piece",
    "枚": "piece",
    "只": "head",
    "株": "plant",
    "盒": "box",
    "袋": "bag",
    "瓶": "bottle",
    "箱": "case",
    "件": "item",
}


def english() -> bool:
    """Whether the reader asked for English; without a request (command line, documents) it is Chinese."""
    locale = get_locale()
    return bool(locale is not None and locale.language == "en")


def in_language(chinese: str, english_words: str | None) -> str:
    """The words for the reader of this page: English for who asked for it, if there is any; else Chinese."""
    return english_words if english_words and english() else chinese


def unit(chinese: str) -> str:
    """A unit in the reader's language; one that is not known as it is."""
    return in_language(chinese, UNITS.get(chinese))


def listed(words: Iterable[str]) -> str:
    """Words one after the other, with the comma of the reader's language."""
    return (", " if english() else "、").join(words)
