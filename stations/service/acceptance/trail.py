"""Audit entries about an acceptance."""

from __future__ import annotations

from typing import Any

from app.core import audit
from app.core.access import Actor
from stations.models import Acceptance


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
