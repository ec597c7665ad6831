"""The wording of the conformity certificate (承诺达标合格证): data with validity dates."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from traceability.models import Promiser

DATA = Path(__file__).resolve().parent.parent / "data" / "conformity_certificate.toml"


@dataclass(frozen=True)
class Wording:
    """What the decree in force wants a certificate to say."""

    decree: str
    valid_from: date
    valid_to: date | None
    producer: str
    purchaser: str
    retention_months: int

    def promise(self, promiser: Promiser) -> str:
        """The promise in the words of the producer or of the purchaser."""
        return self.producer if promiser is Promiser.PRODUCER else self.purchaser


@cache
def wordings() -> tuple[Wording, ...]:
    """All wordings, as the data file has them."""
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["wording"]
    fields = Wording.__dataclass_fields__
    return tuple(Wording(**{name: entry.get(name) for name in fields}) for entry in entries)


def wording_on(day: date) -> Wording | None:
    """The wording in force on a day; None when there was none, and so no certificate can be issued for it."""
    for wording in wordings():
        if wording.valid_from <= day and (wording.valid_to is None or day < wording.valid_to):
            return wording
    return None
