"""Wrong pickup codes: so many one after the other lock the counter for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from logistics.rules.limits import Limits


@dataclass(frozen=True)
class Tries:
    """Wrong codes since the last right one, and until when the counter is locked."""

    wrong: int = 0
    locked_until: datetime | None = None


def is_locked(tries: Tries, now: datetime) -> bool:
    """Whether no code may be tried now."""
    return tries.locked_until is not None and now < tries.locked_until


def after_wrong(tries: Tries, now: datetime, limits: Limits) -> Tries:
    """What a wrong code leaves behind: one more, or the lock. An expired lock starts the count anew."""
    expired = tries.locked_until is not None and now >= tries.locked_until
    wrong = (0 if expired else tries.wrong) + 1
    if wrong >= limits.wrong_codes:
        return Tries(0, now + limits.lock_for)
    return Tries(wrong, None)


def tries_left(tries: Tries, limits: Limits) -> int:
    """How many wrong codes are still allowed."""
    return limits.wrong_codes - tries.wrong
