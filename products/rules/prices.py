"""Prices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput

HIGHEST_FEN = 100_000_00  # 100,000 yuan for one piece: above that it is a slip of the finger


def check_price(price_fen: int) -> int:
    """The price in fen, when it is one that can be asked for; raises InvalidInput (field ``price``)."""
    if not 0 < price_fen <= HIGHEST_FEN:
        raise InvalidInput(_l("价钱要大于 0，而且不超过 100,000 元。"), field="price")
    return price_fen
