"""The reason that whoever strikes something out, sends it back or refuses it must give."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput


def needed(reason: str, field: str = "reason") -> str:
    """The reason without the spaces around it. Raises InvalidInput at the field when nothing is left."""
    if not reason.strip():
        raise InvalidInput(_l("请写明原因。"), field=field)
    return reason.strip()
