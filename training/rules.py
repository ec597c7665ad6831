"""Pure rules of training."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SIGN_IN_BEFORE = timedelta(hours=1)
SIGN_IN_AFTER = timedelta(hours=3)


@dataclass(frozen=True)
class Turnout:
    """How many person-times (人次) and how many persons (人数): never added to each other."""

    person_times: int
    persons: int


def turnout(attendances: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> Turnout:
    """Count ``(session, trainee)`` pairs.

    One person at two sessions is 2 person-times and 1 person; the same session twice is one person-time
    (statistical definition of training, county plan).
    """
    distinct = set(attendances)
    return Turnout(len(distinct), len({trainee for _session, trainee in distinct}))


def may_sign_in(starts_at: datetime, hours: int, moment: datetime) -> bool:
    """Whether people may sign themselves in: from an hour before the session until three hours after its end."""
    return starts_at - SIGN_IN_BEFORE <= moment <= starts_at + timedelta(hours=hours) + SIGN_IN_AFTER
