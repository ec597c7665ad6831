"""The checklist templates, read from data."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files
from typing import Any

from app.core import clock
from stations.models import StationKind
from stations.models.acceptance import Evidence
from stations.models.subject import Subject
from stations.rules.acceptance import Template, TemplateItem, template_for
from stations.rules.dossier import subject_of


@functools.cache
def templates() -> tuple[Template, ...]:
    """All checklist templates of ``stations/data/checklists/``. Raises ValueError or KeyError for a broken file."""
    folder = files("stations") / "data" / "checklists"
    texts = [file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml")]
    found = [_template(entry) for text in texts for entry in tomllib.loads(text)["template"]]
    if len({template.key for template in found}) != len(found):
        raise ValueError("two checklists have the same key")
    return tuple(sorted(found, key=lambda template: template.key))


def has_checklist(kind: StationKind) -> bool:
    """Whether stations of this kind are accepted by the dossier of a construction project today."""
    subject = subject_of(kind)
    return subject is not None and template_for(templates(), subject, clock.today()) is not None


def _template(entry: dict[str, Any]) -> Template:
    return Template(
        key=entry["key"],
        subject=Subject(entry["subject"]),
        title=entry["title"],
        valid_from=entry["valid_from"],
        valid_to=entry.get("valid_to"),
        basis=tuple(entry["basis"]),
        items=tuple(TemplateItem(**{**item, "evidence": Evidence(item["evidence"])}) for item in entry["item"]),
        pass_mark=entry.get("pass_mark"),
    )
