"""The definitions of the figures: data with validity dates."""

from __future__ import annotations

import functools
import tomllib
from datetime import timedelta
from pathlib import Path

from app.core import clock
from datacenter.rules import Definition, definitions_on

FILE = Path(__file__).resolve().parents[1] / "data" / "definitions.toml"


@functools.cache
def _every() -> tuple[Definition, ...]:
    return tuple(Definition(**entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["definition"])


def list_definitions(month: str) -> list[Definition]:
    """The definitions that hold for a month: those of its last day."""
    return definitions_on(clock.next_month(clock.parse_month(month)) - timedelta(days=1), _every())
