"""A table of the tests' own, so that the ground floor is tested without any domain."""

from __future__ import annotations

from tests.core.tables import Counter, Note

__all__ = ["Counter", "Note"]
