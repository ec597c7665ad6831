"""What can go wrong with products."""

from app.core.errors import Conflict, DomainError, InvalidInput


class InvalidGtin(InvalidInput):
    """Not a GTIN that may stand on goods sold everywhere."""

    code = "invalid-gtin"


class AlreadyUsed(Conflict):
    """Another product has that number."""

    code = "number-in-use"


class OutOfStock(DomainError):
    """Less is there than was asked for."""

    code = "out-of-stock"
    status = 409
