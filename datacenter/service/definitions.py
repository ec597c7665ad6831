"""The definitions of the figures: data with validity dates."""

from __future__ import annotations

import functools
import tomllib
from datetime import date
from pathlib import Path

from datacenter.rules import Definition, definitions_on

FILE = Path(__file__).resolve().parents[1] / "data" / "definitions.toml"


@functools.cache
def _every() -> tuple[Definition, ...]:
    return tuple(Definition(**entry) for entry in tomllib.loads(FILE.read_text())["definition"])


def list_definitions(on: date) -> list[Definition]:
    """The definitions that hold on a day."""
    return definitions_on(on, _every())
