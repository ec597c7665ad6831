"""Pure rules of training."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core.scope import covers

SIGN_IN_BEFORE = timedelta(hours=1)
SIGN_IN_AFTER = timedelta(hours=3)


@dataclass(frozen=True)
class Turnout:
    """How many person-times (人次) and how many persons (人数): never added to each other.

    One person at two sessions is 2 person-times and 1 person; the same session twice is one person-time (statistical
    definition of training, county plan).
    """

    person_times: int
    persons: int


def sign_in_times(starts_at: datetime, hours: int) -> tuple[datetime, datetime]:
    """When people may sign themselves in: from an hour before the session until three hours after its end."""
    return starts_at - SIGN_IN_BEFORE, starts_at + timedelta(hours=hours) + SIGN_IN_AFTER


def may_sign_in(starts_at: datetime, hours: int, moment: datetime) -> bool:
    """Whether people may sign themselves in at that moment."""
    first, last = sign_in_times(starts_at, hours)
    return first <= moment <= last


def may_open(held_on: date, today: date) -> bool:
    """Whether signing in may be opened: nobody was at a session whose day has not come."""
    return held_on <= today


def concerns(scope_code: str, division_code: str) -> bool:
    """Whether a session is any business of somebody: held in their scope, or for a division that holds their own."""
    return covers(scope_code, division_code) or covers(division_code, scope_code)


def one_name(typed: str) -> str:
    """A name as it is kept, so that the same person typed twice is the same: blanks of no meaning taken out."""
    words = typed.split()
    latin = any(word.isascii() for word in words)
    return (" " if latin else "").join(words)
