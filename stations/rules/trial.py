"""The trial run of a station (试运行): the time whose figures stand in the verification report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from stations.models import StationStatus

LONGEST_DAYS = 92  # a report is about the beginning, not about a station's life


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both within it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


def trial_period(moves: Sequence[tuple[StationStatus, date]], issued_on: date) -> Period | None:
    """The trial run as it stands on the day a report is issued.

    ``moves`` are the station's status moves as (new status, day), oldest first. It begins with 试运行, or where the
    county has no such step with 已自查; it ends the day before 运营中, before any closing, before the report, or after
    92 days. None while it has not had a whole day.
    """
    begins = [day for status, day in moves if status is StationStatus.TRIAL] or [
        day for status, day in moves if status is StationStatus.SELF_INSPECTED
    ]
    if not begins:
        return None
    first = begins[-1]
    ending = {StationStatus.OPERATING, StationStatus.SUSPENDED, StationStatus.CLOSED}
    ends = [day for status, day in moves if status in ending and day >= first]
    last = min([*ends, issued_on, first + timedelta(days=LONGEST_DAYS)]) - timedelta(days=1)
    return Period(first, last) if last >= first else None
