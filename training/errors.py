"""What can go wrong in training."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, DomainError


class AlreadySignedIn(Conflict):
    """The person is on the list already."""

    code = "already-signed-in"


class SignInClosed(DomainError):
    """Signing in is not open now."""

    code = "sign-in-closed"
    status = 409


class TooEarly(DomainError):
    """Signing in can't be opened before the day of the session."""

    code = "too-early"
    status = 409

    def __init__(self) -> None:
        super().__init__(_l("培训还没到日子，当天才能开始签到。"))
