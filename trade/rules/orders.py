"""What follows from the facts of an order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.core.money import times
from app.core.scope import CODE_LENGTH, PREFIX_LENGTHS
from products.models import ProduceLevel
from trade.rules.ledger import SubAccount


@dataclass(frozen=True)
class LineFacts:
    """A line of an order with everything that is copied from the catalogue at the moment of ordering."""

    product_id: UUID
    sku: str
    product_name: str
    spec: str
    unit: str
    produce_level: ProduceLevel
    price_fen: int
    quantity: Decimal
    producer_id: UUID
    producer_name: str
    division_code: str

    @property
    def amount_fen(self) -> int:
        """Price × quantity in fen, rounded half up."""
        return times(self.price_fen, self.quantity)


def goods_total(lines: Iterable[LineFacts]) -> int:
    """What the goods cost together, in fen."""
    return sum(line.amount_fen for line in lines)


def common_division(codes: Iterable[str]) -> str:
    """The smallest division that holds all the given ones: their village, their township, else their county.

    >>> common_division(["500242101201", "500242101202"])
    '500242101000'
    """
    known = list(codes)
    shared = max(n for n in PREFIX_LENGTHS if len({code[:n] for code in known}) <= 1)
    return "".join({code[:shared] for code in known}).ljust(CODE_LENGTH, "0")


def producer_shares(lines: Iterable[LineFacts]) -> dict[SubAccount, int]:
    """What each producer is owed for their lines, in fen; the shares sum to the goods' total."""
    shares: dict[SubAccount, int] = {}
    for line in lines:
        sub = SubAccount(str(line.producer_id), line.producer_name)
        shares[sub] = shares.get(sub, 0) + line.amount_fen
    return shares
