"""The checklist templates, read from data."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any

from app.core import clock
from stations.models import StationKind
from stations.models.acceptance import Evidence
from stations.rules.acceptance import Template, TemplateItem, template_for


@functools.cache
def templates() -> tuple[Template, ...]:
    """All checklist templates of ``stations/data/checklists.toml``. Raises ValueError or KeyError for a broken file."""
    text = (files("stations") / "data" / "checklists.toml").read_text(encoding="utf-8")
    return tuple(_template(entry) for entry in tomllib.loads(text)["template"])


def has_checklist(kind: StationKind) -> bool:
    """Whether stations of this kind are accepted by a checklist today."""
    return template_for(templates(), kind, clock.today()) is not None


def _template(entry: dict[str, Any]) -> Template:
    items = tuple(TemplateItem(**{**item, "evidence": Evidence(item["evidence"])}) for item in entry["item"])
    if len({item.key for item in items}) != len(items):
        raise ValueError(f"checklist {entry['key']} has an item key twice")
    return Template(
        key=entry["key"],
        kind=StationKind(entry["kind"]),
        title=entry["title"],
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        basis=tuple(entry["basis"]),
        items=items,
    )
