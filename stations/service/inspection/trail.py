"""Audit entries about rounds and inspections."""

from __future__ import annotations

from typing import Any

from app.core import audit
from app.core.access import Actor
from stations.models.inspection import InspectionRound, StationInspection


def note(actor: Actor, inspection: StationInspection, verb: str, text: str, **data: Any) -> None:
    """Write down what was done to the inspection of a station, in a Chinese sentence."""
    audit.record(
        actor=actor,
        action=f"stations.inspection_{verb}",
        subject=inspection,
        division_code=inspection.division_code,
        text=text,
        data=data,
    )


def note_round(actor: Actor, inspection_round: InspectionRound, verb: str, text: str, **data: Any) -> None:
    """Write down what was done to a round."""
    audit.record(
        actor=actor,
        action=f"stations.round_{verb}",
        subject=inspection_round,
        division_code=inspection_round.county_code,
        text=text,
        data=data,
    )
