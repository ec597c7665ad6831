"""What can go wrong in training."""

from app.core.errors import Conflict, DomainError


class AlreadySignedIn(Conflict):
    """The person is on the list already."""

    code = "already-signed-in"


class SignInClosed(DomainError):
    """Signing in is not open now."""

    code = "sign-in-closed"
    status = 409
