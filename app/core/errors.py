"""What can go wrong in the domain, as exceptions a person can understand.

A :class:`DomainError` becomes a message at the form field, on the page, or a problem+json body; see ``app.core.web``.
"""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """Something the person can understand and usually mend. ``field`` names the form field it belongs to."""

    code = "domain-error"
    status = 422

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class InvalidInput(DomainError):
    """What was typed can't be used as it stands."""

    code = "invalid-input"


class Conflict(DomainError):
    """Somebody else was there first, or the same request came with other contents."""

    code = "conflict"
    status = 409


class NotFound(DomainError):
    """No such record, or it is somebody else's: the two are not told apart."""

    code = "not-found"
    status = 404


class Forbidden(DomainError):
    """The person is known but has no right to do this."""

    code = "forbidden"
    status = 403


class TooMany(DomainError):
    """Too many tries; wait."""

    code = "too-many-requests"
    status = 429
