"""What can go wrong with people and logins."""

from app.core.errors import Conflict, DomainError, InvalidInput


class WrongLogin(DomainError):
    """Name or password is wrong; which of the two is not told."""

    code = "wrong-login"


class LockedOut(DomainError):
    """Too many wrong tries."""

    code = "locked-out"


class AccountDisabled(DomainError):
    """Name and password are right, but the login was disabled."""

    code = "account-disabled"


class WrongCode(InvalidInput):
    """The six digits of the second step are wrong, too old, or were used before."""

    code = "wrong-code"


class WeakPassword(InvalidInput):
    """The password does not follow the rules."""

    code = "weak-password"


class LoginTaken(Conflict):
    """The login name or the phone belongs to somebody else."""

    code = "login-taken"


class LastAdministrator(Conflict):
    """Without this person nobody could manage the hub any more."""

    code = "last-administrator"
