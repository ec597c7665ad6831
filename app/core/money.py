"""Money is an integer number of fen (分, 1/100 yuan). Nothing here is ever a float."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

_YUAN = re.compile(r"^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d{1,2})?$")


def yuan_to_fen(text: str | Decimal | int) -> int:
    """``"1,234.5"`` yuan → ``123450`` fen.

    Raises ValueError for more than two decimals, misplaced commas or anything that is not a number.
    """
    plain = unicodedata.normalize("NFKC", str(text)).strip().lstrip("¥").strip()  # Chinese keyboards type １２．５
    if not _YUAN.match(plain):
        raise ValueError(text)
    return int((Decimal(plain.replace(",", "")) * 100).to_integral_exact())


def fen_to_yuan(fen: int) -> str:
    """``123450`` → ``"1234.50"``: for files and for form fields."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}{yuan}.{rest:02d}"


def format_fen(fen: int) -> str:
    """``123450`` → ``"¥1,234.50"``: for people."""
    sign = "-" if fen < 0 else ""
    yuan, rest = divmod(abs(fen), 100)
    return f"{sign}¥{yuan:,}.{rest:02d}"


def times(price_fen: int, quantity: Decimal | int) -> int:
    """Price per unit × quantity, rounded half up to whole fen."""
    return int((Decimal(price_fen) * Decimal(quantity)).quantize(Decimal(1), ROUND_HALF_UP))


def share_fen(total_fen: int, weights: Sequence[int | Decimal]) -> list[int]:
    """Split an amount by weights with the largest-remainder method, so that the parts sum to the whole.

    Ties go to the earlier part. Raises ValueError when no weight is positive or one is negative.
    """
    if not weights or any(w < 0 for w in weights) or not sum(weights):
        raise ValueError("weights must be non-negative and not all zero")
    whole = sum(Decimal(w) for w in weights)
    exact = [Decimal(abs(total_fen)) * Decimal(w) / whole for w in weights]
    parts = [int(e) for e in exact]
    left = abs(total_fen) - sum(parts)
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[:left]:
        parts[i] += 1
    return [p if total_fen >= 0 else -p for p in parts]
