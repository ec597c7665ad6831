"""The standards of inspection, read from data."""

from __future__ import annotations

import functools
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

from stations.models.inspection import InspectionRound
from stations.rules import inspection as rules
from stations.rules.inspection import Criteria


@functools.cache
def _entries() -> tuple[dict[str, Any], ...]:
    text = (files("stations") / "data" / "inspection_criteria.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["criteria"])


@functools.cache
def standards() -> tuple[Criteria, ...]:
    """All standards of ``stations/data/inspection_criteria.toml``. Raises ValueError or KeyError for a broken file."""
    return tuple(rules.parse(entry) for entry in _entries())


def plain_copy(criteria: Criteria) -> dict[str, Any]:
    """A standard as data that a round keeps: what the file says, its days as text."""
    entry = next(entry for entry in _entries() if entry["key"] == criteria.key)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in entry.items()}


def criteria_of(inspection_round: InspectionRound) -> Criteria:
    """The standard by which a round scores: its own copy."""
    return rules.parse(inspection_round.criteria)
