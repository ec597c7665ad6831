"""What can go wrong with statistics."""

from app.core.errors import DomainError


class MonthNotOver(DomainError):
    """A report needs a month that has ended."""

    code = "month-not-over"


class NothingNew(DomainError):
    """A further revision would say the same as the last one."""

    code = "nothing-new"
    status = 409
