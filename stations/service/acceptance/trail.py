"""Audit entries about an acceptance."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from app.core import audit
from app.core.access import Actor
from app.core.labels import LabelEnum
from stations.models.acceptance import Acceptance


def note(actor: Actor, acceptance: Acceptance, verb: str, text: str, **data: Any) -> None:
    """Write down what was done to an acceptance, in a Chinese sentence."""
    audit.record(
        actor=actor,
        action=f"stations.acceptance_{verb}",
        subject=acceptance,
        division_code=acceptance.division_code,
        text=text,
        data=data,
    )


def chinese(member: LabelEnum) -> str:
    """The Chinese label, whatever language the person reads: the trail and the documents are Chinese."""
    with force_locale("zh_Hans_CN"):
        return str(member.label)


def in_chinese(words: object) -> str:
    """A translated sentence in Chinese, whatever language the person reads."""
    with force_locale("zh_Hans_CN"):
        return str(words)
