"""How far a product was processed, and who made it, told by words; the words are data."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from products.models import ProduceLevel, ProducerKind

DATA = Path(__file__).resolve().parent.parent / "data" / "levels.toml"


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def produce_level(category: str, name: str) -> ProduceLevel:
    """The level by category and words in the name; the first rule that fits wins, otherwise OTHER."""
    for rule in _data()["level"]:
        words = rule.get("words")
        if category == rule["category"] and (words is None or any(word in name for word in words)):
            return ProduceLevel(rule["level"])
    return ProduceLevel.OTHER


def producer_kind(name: str) -> ProducerKind:
    """What kind of producer a name speaks of; a farm household when it says nothing."""
    for rule in _data()["producer"]:
        if any(word in name for word in rule["words"]):
            return ProducerKind(rule["kind"])
    return ProducerKind.FARM_HOUSEHOLD


def categories() -> list[str]:
    """The categories that have rules, in the order of the file."""
    return list(dict.fromkeys(rule["category"] for rule in _data()["level"]))
