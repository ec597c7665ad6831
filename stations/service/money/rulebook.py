"""Standards, rules and templates of public money, read from data."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

from stations.models import StationKind
from stations.models.fund import SpendingCategory
from stations.models.subsidy import Milestone
from stations.rules import negative_list
from stations.rules import subsidy as rules
from stations.rules.operator_contract import OperatorTemplate, TemplateDuty, TemplateInstalment
from stations.rules.public_money import Mark, ShareRule, holding


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("stations") / "data" / name).read_text(encoding="utf-8"))


@functools.cache
def standards() -> tuple[rules.Standard, ...]:
    """All of ``stations/data/subsidy_standards.toml``. Raises ValueError or KeyError for a broken file."""
    found = tuple(_standard(entry) for entry in _read("subsidy_standards.toml")["standard"])
    for standard in found:
        rules.check_standard(standard)
    return found


def _standard(entry: dict[str, Any]) -> rules.Standard:
    parts = tuple(rules.Part(**{**part, "milestone": Milestone(part["milestone"])}) for part in entry["instalment"])
    return rules.Standard(
        key=entry["key"],
        kind=StationKind(entry["kind"]),
        is_key={"key": True, "ordinary": False}[entry["class"]],
        title=entry["title"],
        amount_fen=entry["amount_fen"],
        category=SpendingCategory(entry["category"]),
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        document=entry["document"],
        example=entry.get("example", False),
        parts=parts,
    )


def standard_for(kind: StationKind, is_key: bool, day: date) -> rules.Standard | None:
    """The standard that holds for a kind and class on a day; None without one."""
    return rules.standard_for(standards(), kind, is_key, day)


def total_for(stations: Iterable[rules.Funded], day: date) -> int:
    """What stations are granted together by the standards of a day, in fen; see the rule of the same name."""
    return rules.total_for(standards(), stations, day)


@functools.cache
def share_rules() -> tuple[ShareRule, ...]:
    """The share rules of ``stations/data/fund_rules.toml``."""
    entries = _read("fund_rules.toml")["share"]
    return tuple(ShareRule(**{**entry, "category": SpendingCategory(entry["category"])}) for entry in entries)


@functools.cache
def marks() -> tuple[Mark, ...]:
    """From which percentage on an indicator is reached."""
    return tuple(Mark(**entry) for entry in _read("fund_rules.toml")["mark"])


@functools.cache
def operator_templates() -> tuple[OperatorTemplate, ...]:
    """All of ``stations/data/operator_duties.toml``. Raises ValueError for shares that aren't 100 together."""
    found = tuple(_template(entry) for entry in _read("operator_duties.toml")["template"])
    for template in found:
        if sum(part.share for part in template.instalments) != 100:
            raise ValueError(f"template {template.key}: the shares of its instalments must be 100 together")
    return found


def _template(entry: dict[str, Any]) -> OperatorTemplate:
    duties = tuple(TemplateDuty(**{**duty, "target": Decimal(duty["target"])}) for duty in entry.pop("duty"))
    parts = tuple(TemplateInstalment(**part) for part in entry.pop("instalment"))
    return OperatorTemplate(**entry, duties=duties, instalments=parts)


def operator_template(day: date) -> OperatorTemplate | None:
    """The template that holds on a day: the newest; None without one."""
    return max(holding(operator_templates(), day), key=lambda t: t.valid_from, default=None)


def forbidden(text: str, day: date) -> tuple[str, ...]:
    """The clauses of the negative list (负面清单) that a spending's purpose hits, as sentences."""
    return tuple(f"{hit.category}（“{hit.word}”，{hit.source}）" for hit in negative_list.hits(text, day))


__all__ = [
    "forbidden",
    "marks",
    "operator_template",
    "operator_templates",
    "share_rules",
    "standard_for",
    "standards",
    "total_for",
]
