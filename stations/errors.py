"""What can go wrong with divisions, stations and the plan."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, DomainError, InvalidInput, NotFound


class DivisionNotFound(NotFound):
    """No division with that code."""

    def __init__(self) -> None:
        super().__init__(_l("没有这个区划代码。"), field="division_code")


class StationNotFound(NotFound):
    """No such station, or it lies outside the actor's scope."""

    def __init__(self) -> None:
        super().__init__(_l("没有找到这个站点。"))


class NoCounty(DomainError):
    """Nothing can be said before a county is loaded."""

    code = "no-county"
    status = 409

    def __init__(self) -> None:
        super().__init__(_l("还没有导入县的资料，请先运行 load-county。"))


class WrongPlace(InvalidInput):
    """A station of this kind can't stand in a division of that level."""

    code = "wrong-place"


class StationExists(Conflict):
    """There is a station of this kind in the division already."""

    code = "station-exists"


class ReasonNeeded(InvalidInput):
    """It is allowed, but only with a reason."""

    code = "reason-needed"

    def __init__(self, message: Any) -> None:
        super().__init__(message, field="reason")


class WrongDay(InvalidInput):
    """A move in the future, or before the one that came last."""

    code = "wrong-day"


# -- acceptance ------------------------------------------------------------------------------------


class AcceptanceIncomplete(DomainError):
    """Something is still missing before an acceptance can go on."""

    code = "acceptance-incomplete"


class AcceptanceClosed(DomainError):
    """The acceptance stands where this can't be done (any more, or yet)."""

    code = "acceptance-closed"
    status = 409


class DuplicateInvoice(DomainError):
    """The same invoice is booked already somewhere in the county."""

    code = "duplicate-invoice"
    status = 409


# -- project ---------------------------------------------------------------------------------------


class ProjectClosed(DomainError):
    """The project stands where this can't be done (any more, or yet)."""

    code = "project-closed"
    status = 409


class NotFunded(InvalidInput):
    """Something the subsidy must not be spent on (负面清单)."""

    code = "not-funded"
