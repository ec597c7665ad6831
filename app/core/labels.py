"""Enumerations that carry the word a person reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self


class LabelEnum(StrEnum):
    """An enum whose members are ``NAME = "stored_value", "中文标签"`` with an optional third item, the tone.

    Tones: ``good`` (done, in order), ``wait`` (somebody is to act), ``bad`` (wrong, ended badly), ``plain``.
    """

    label: Any
    tone: str

    def __new__(cls, value: str, label: Any = "", tone: str = "plain") -> Self:
        """A member from its value, its label and its tone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        member.tone = tone
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """``(value, label)`` pairs for a select field, in the order of declaration."""
        return [(m.value, m.label) for m in cls]
