"""What can go wrong with lots and codes."""

from app.core.errors import DomainError, InvalidInput


class BadLink(DomainError):
    """Not a GS1 Digital Link that we understand."""

    code = "bad-digital-link"
    status = 400


class WrongOrder(InvalidInput):
    """Something is said to have happened before what must precede it."""

    code = "wrong-order"
