"""What can go wrong in trade."""

from __future__ import annotations

from app.core.errors import Conflict, DomainError, InvalidInput


class NoStation(DomainError):
    """The person works at no station, so nothing can be recorded there."""

    code = "no-station"


class StationClosed(DomainError):
    """The station does not serve people now."""

    code = "station-not-serving"


class Unbalanced(DomainError):
    """The legs of a transaction don't add up; nothing was stored."""

    code = "unbalanced"


class ChangedMeanwhile(Conflict):
    """Somebody else changed the record a moment ago."""

    code = "changed-meanwhile"


class DayNotOpen(Conflict):
    """That day can't be closed any more, or not yet."""

    code = "day-not-open"


class ReasonMissing(InvalidInput):
    """This needs a sentence that says why."""

    code = "reason-missing"
