"""Pickup codes: shelf, day of the month, number of the day: ``A-22-07``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from logistics.models import SizeClass

SHELF_OF = {SizeClass.SMALL: "A", SizeClass.MEDIUM: "B", SizeClass.LARGE: "C"}
COLD_SHELF = "D"
_CODE = re.compile(r"([A-Z])-?(\d{2})-?(\d{2,4})")


def shelf_for(size: SizeClass, is_cold: bool) -> str:
    """The shelf a parcel belongs on: by size; what must stay cold lies apart."""
    return COLD_SHELF if is_cold else SHELF_OF[size]


def pickup_code(shelf: str, day: date, number: int) -> str:
    """``("A", 22 November, 7)`` → ``"A-22-07"``."""
    return f"{shelf}-{day.day:02d}-{number:02d}"


def read_code(text: str) -> str | None:
    """A typed code in its one spelling, whatever the hyphens and the case; None when it is no code."""
    found = _CODE.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper())
    if found is None:
        return None
    shelf, day, number = found.groups()
    return f"{shelf}-{day}-{int(number):02d}"


def next_number(counted_on: date | None, last_number: int, today: date, still_waiting: Iterable[str]) -> int:
    """The next number of a station's day.

    Numbers begin anew each day; codes of parcels that still wait from the same day of an earlier month are passed over.
    """
    last = last_number if counted_on == today else 0
    same_day = (code.split("-") for code in still_waiting)
    return max([last, *(int(number) for _shelf, day, number in same_day if int(day) == today.day)]) + 1


def is_overdue(shelved_at: datetime | None, now: datetime, after: timedelta) -> bool:
    """Whether a parcel has lain on the shelf for longer than it may (indicator E6: more than 7 days)."""
    return shelved_at is not None and now - shelved_at > after
