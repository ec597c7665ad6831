"""Double entry: the chart of accounts, the legs of every transaction code, and what must always hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.money import format_fen
from trade.errors import Unbalanced
from trade.models.ledger import Account, AccountKind, TransactionCode


class Side(Enum):
    """The side of the account on which a leg stands."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True)
class Leg:
    """A leg of a transaction code: which account, which side, which amount, whose sub-account."""

    account: Account
    side: Side
    amount: str
    whose: str


@dataclass(frozen=True)
class SubAccount:
    """A sub-ledger's key, which never changes, and the name it had when the entry was written."""

    key: str
    name: str


@dataclass(frozen=True)
class Line:
    """An entry before it is stored: amounts in fen, exactly one of them positive."""

    account: Account
    sub: SubAccount
    debit_fen: int
    credit_fen: int

    @property
    def side(self) -> Side:
        """Debit or credit."""
        return Side.DEBIT if self.debit_fen else Side.CREDIT

    @property
    def mirrored(self) -> Line:
        """The same leg on the other side: what takes it back."""
        return Line(self.account, self.sub, self.credit_fen, self.debit_fen)


Shares = Mapping[SubAccount, int]

CHART: dict[Account, AccountKind] = {
    Account.CASH: AccountKind.ASSET,
    Account.PLATFORM_RECEIVABLE: AccountKind.ASSET,
    Account.BUYER_RECEIVABLE: AccountKind.ASSET,
    Account.PURCHASES_IN_TRANSIT: AccountKind.ASSET,
    Account.PLATFORM_PAYABLE: AccountKind.LIABILITY,
    Account.FARMER_PAYABLE: AccountKind.LIABILITY,
    Account.PRODUCER_PAYABLE: AccountKind.LIABILITY,
    Account.VILLAGER_DEPOSITS: AccountKind.LIABILITY,
    Account.ORDER_ADVANCES: AccountKind.LIABILITY,
    Account.FREIGHT_COLLECTED: AccountKind.LIABILITY,
    Account.CENTER_CURRENT: AccountKind.LIABILITY,
    Account.COD_PAYABLE: AccountKind.LIABILITY,
    Account.CARRIER_FREIGHT: AccountKind.LIABILITY,
    Account.CASH_DIFFERENCE: AccountKind.RESULT,
}


def _debit(account: Account, amount: str, whose: str) -> Leg:
    return Leg(account, Side.DEBIT, amount, whose)


def _credit(account: Account, amount: str, whose: str) -> Leg:
    return Leg(account, Side.CREDIT, amount, whose)


_C, _A = TransactionCode, Account
LEGS: dict[TransactionCode, tuple[Leg, ...]] = {
    # The platform is owed the whole price from the order on; the goods on their way are worth as much.
    _C.PURCHASE_ORDERED: (
        _debit(_A.PURCHASES_IN_TRANSIT, "total", "person"),
        _credit(_A.PLATFORM_PAYABLE, "total", "platform"),
    ),
    _C.PURCHASE_DEPOSIT: (_debit(_A.CASH, "deposit", "station"), _credit(_A.VILLAGER_DEPOSITS, "deposit", "person")),
    # The villager takes the goods, pays the rest, and the deposit is used up.
    _C.PURCHASE_SIGNED: (
        _debit(_A.CASH, "rest", "station"),
        _debit(_A.VILLAGER_DEPOSITS, "deposit", "person"),
        _credit(_A.PURCHASES_IN_TRANSIT, "total", "person"),
    ),
    _C.SALE_RECORDED: (
        _debit(_A.BUYER_RECEIVABLE, "amount", "station"),
        _credit(_A.FARMER_PAYABLE, "amount", "person"),
    ),
    _C.FARMER_PAID: (_debit(_A.FARMER_PAYABLE, "amount", "person"), _credit(_A.CASH, "amount", "station")),
    _C.ORDER_PAID: (_debit(_A.PLATFORM_RECEIVABLE, "total", "channel"), _credit(_A.ORDER_ADVANCES, "total", "order")),
    # Goods and freight are earned when they leave: each producer is owed their own lines.
    _C.ORDER_DISPATCHED: (
        _debit(_A.ORDER_ADVANCES, "total", "order"),
        _credit(_A.PRODUCER_PAYABLE, "goods", "producers"),
        _credit(_A.FREIGHT_COLLECTED, "freight", "channel"),
    ),
    # What the counter takes for a carrier is the carrier's from that moment; one pickup may hold parcels of several.
    _C.COD_COLLECTED: (_debit(_A.CASH, "total", "station"), _credit(_A.COD_PAYABLE, "shares", "carriers")),
    _C.FREIGHT_COLLECTED: (_debit(_A.CASH, "total", "station"), _credit(_A.CARRIER_FREIGHT, "shares", "carriers")),
    _C.CARRIER_SETTLED: (
        _debit(_A.COD_PAYABLE, "cod", "carrier"),
        _debit(_A.CARRIER_FREIGHT, "freight", "carrier"),
        _credit(_A.CASH, "total", "station"),
    ),
    _C.FLOAT_RECEIVED: (_debit(_A.CASH, "amount", "station"), _credit(_A.CENTER_CURRENT, "amount", "station")),
    _C.CASH_HANDED_IN: (_debit(_A.CENTER_CURRENT, "amount", "station"), _credit(_A.CASH, "amount", "station")),
    _C.CASH_OVER: (_debit(_A.CASH, "amount", "station"), _credit(_A.CASH_DIFFERENCE, "amount", "station")),
    _C.CASH_SHORT: (_debit(_A.CASH_DIFFERENCE, "amount", "station"), _credit(_A.CASH, "amount", "station")),
}


def entries_for(
    code: TransactionCode, amounts: Mapping[str, int | Shares], subs: Mapping[str, SubAccount]
) -> tuple[Line, ...]:
    """The balanced entries of a transaction code; none when every amount is 0.

    ``amounts`` are fen by the names in :data:`LEGS`; one that is shared among several sub-accounts comes as
    ``{sub-account: fen}``, the others take their sub-account from ``subs``. Raises Unbalanced when an amount is
    negative or the sides differ, KeyError when an amount or a sub-account is missing.
    """
    lines = tuple(line for leg in LEGS[code] for line in _lines(leg, amounts[leg.amount], subs))
    if any(line.debit_fen < 0 or line.credit_fen < 0 for line in lines) or not balanced(lines):
        raise Unbalanced(_l("这笔账两边不相等，没有记下。请告诉县中心：%(code)s", code=code.label))
    return tuple(line for line in lines if line.debit_fen or line.credit_fen)


def _lines(leg: Leg, amount: int | Shares, subs: Mapping[str, SubAccount]) -> Iterator[Line]:
    shares = {subs[leg.whose]: amount} if isinstance(amount, int) else amount
    for sub, fen in shares.items():
        yield Line(leg.account, sub, fen, 0) if leg.side is Side.DEBIT else Line(leg.account, sub, 0, fen)


def balanced(lines: Iterable[Line]) -> bool:
    """Whether debits and credits sum to the same."""
    return sum(line.debit_fen - line.credit_fen for line in lines) == 0


def fits(code: TransactionCode, lines: Iterable[Line], *, reversal: bool) -> bool:
    """Whether every line stands on an account and side that its code declares (mirrored, for a reversal)."""
    declared = {(leg.account, leg.side) for leg in LEGS[code]}
    return all((line.account, (line.mirrored if reversal else line).side) in declared for line in lines)


def balance(account: Account, debit_fen: int, credit_fen: int) -> int:
    """An account's balance in fen, positive on the side where that kind of account grows."""
    debits_grow = CHART[account] in (AccountKind.ASSET, AccountKind.RESULT)
    return debit_fen - credit_fen if debits_grow else credit_fen - debit_fen


def settled(amount: int, cod_fen: int, freight_fen: int) -> tuple[int, int]:
    """How a payment to a carrier is booked, in fen: against goods' money first, the rest against freight.

    ``cod_fen`` and ``freight_fen`` are what the carrier is owed; a negative one (freight given back after it was paid
    over) lessens the other. Raises InvalidInput (field ``amount_fen``) when it is nothing, or more than is owed.
    """
    owed = cod_fen + freight_fen
    if amount <= 0:
        raise InvalidInput(_l("金额要大于 0。"), field="amount_fen")
    if amount > owed:
        raise InvalidInput(_l("只欠这家快递 %(owed)s，不能付更多。", owed=format_fen(max(owed, 0))), field="amount_fen")
    cod = min(amount, max(cod_fen, 0))
    return cod, amount - cod
