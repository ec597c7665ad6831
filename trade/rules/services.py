"""What follows from the facts of a 代买, a 代卖 and a closed day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.money import times
from trade.errors import DayNotOpen, ReasonMissing
from trade.models.services import PURCHASE_MOVES, PurchaseStatus, SaleStatus

UNITS = ("斤", "公斤", "个", "枚", "只", "盒", "袋", "瓶", "箱", "件")
_TAIL = re.compile(r"\d{4,11}", re.ASCII)


def purchase_total(pieces: int, price_fen: int, freight_fen: int, deposit_fen: int) -> int:
    """What a 代买 costs the villager in fen: pieces × price + freight.

    Raises InvalidInput when there are no pieces or the deposit is above the total.
    """
    if pieces < 1:
        raise InvalidInput(_l("件数至少是 1。"), field="pieces")
    total = pieces * price_fen + freight_fen
    if deposit_fen > total:
        raise InvalidInput(_l("定金不能比总价还多。"), field="deposit_fen")
    return total


def sale_amount(quantity: Decimal, price_fen: int) -> int:
    """What the farmer is owed in fen: quantity × price, rounded half up. Raises InvalidInput when nothing was sold."""
    if quantity <= 0:
        raise InvalidInput(_l("数量要大于 0。"), field="quantity")
    amount = times(price_fen, quantity)
    if amount <= 0:
        raise InvalidInput(_l("算下来不到 1 分钱，请看看数量和价钱。"), field="price_fen")
    return amount


def phone_tail(text: str) -> str | None:
    """The digits when what was typed to find a person is a phone number or its tail (at least four digits)."""
    plain = re.sub(r"[\s-]", "", text)
    return plain if _TAIL.fullmatch(plain) else None


def void_reason(reason: str) -> str:
    """The reason, tidied. Raises ReasonMissing when there is none: nothing is ever taken back without one."""
    plain = " ".join(reason.split())
    if len(plain) < 2:
        raise ReasonMissing(_l("请写一句原因，比如“乡亲不要了”。"), field="reason")
    return plain


def receipt_code(station_code: str, day: date, number: int) -> str:
    """The number printed on a receipt: station, day, sequence, e.g. ``500101-261122-3``."""
    return f"{station_code}-{day:%y%m%d}-{number}"


def may_arrive(status: PurchaseStatus) -> bool:
    """Whether the goods can still be marked as arrived."""
    return PurchaseStatus.ARRIVED in PURCHASE_MOVES.allowed(status)


OPEN_PURCHASES = (PurchaseStatus.ORDERED, PurchaseStatus.ARRIVED)
OPEN_SALES = (SaleStatus.RECORDED,)


@dataclass(frozen=True)
class CashDay:
    """A station's cash over one day, in fen."""

    opening_fen: int
    in_fen: int
    out_fen: int

    @property
    def expected_fen(self) -> int:
        """What should be in the drawer."""
        return self.opening_fen + self.in_fen - self.out_fen


def check_count(expected_fen: int, counted_fen: int, note: str) -> int:
    """Counted minus expected, in fen. Raises ReasonMissing when they differ and nobody says why."""
    difference = counted_fen - expected_fen
    if difference and not note.strip():
        more_or_less = _l("多") if difference > 0 else _l("少")
        yuan, fen = divmod(abs(difference), 100)
        raise ReasonMissing(
            _l(
                "点的钱比账上%(word)s %(yuan)s.%(fen)s 元。请再点一次；还是不一样，就写一句原因。",
                word=more_or_less,
                yuan=yuan,
                fen=f"{fen:02d}",
            ),
            field="note",
        )
    return difference


def check_close(day: date, today: date, last_closed: date | None) -> None:
    """A day may be closed once it has come, and corrected until a later day is closed. Raises DayNotOpen."""
    if day > today:
        raise DayNotOpen(_l("这一天还没有到，不能日结。"), field="day")
    if last_closed is not None and day < last_closed:
        raise DayNotOpen(_l("后面的日子已经日结，这一天不能再改了。要更正请联系县中心。"), field="day")
