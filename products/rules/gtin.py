"""Global Trade Item Numbers, checked as the GS1 General Specifications want them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from stdnum import ean

from products.errors import InvalidGtin

LENGTHS = (8, 12, 13, 14)
# Prefixes (of the 13-digit form) that a shop or a region gives out for itself: the same number means something else
# next door (GS1 General Specifications, section 1.4, "restricted circulation" and coupons).
RESTRICTED = ("02", "04", "05", "2", "98", "99")


def check_digit(digits: str) -> str:
    """The GS1 check digit for a number without one, weights 3 and 1 from the right."""
    return str(ean.calc_check_digit(digits))


def normalise(text: str) -> str:
    """A GTIN-8, -12, -13 or -14 as typed → 14 digits.

    Raises InvalidGtin (field ``gtin``) for anything else: other characters, a wrong check digit, a number that is
    valid in one shop only.
    """
    digits = text.strip().replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) not in LENGTHS:
        raise InvalidGtin(_l("商品条码应是 8、12、13 或 14 位数字，例如 9526000000013。"), field="gtin")
    if check_digit(digits[:-1]) != digits[-1]:
        raise InvalidGtin(_l("商品条码的最后一位（校验码）对不上，请照着包装再看一遍。"), field="gtin")
    if _restricted(digits):
        raise InvalidGtin(_l("这是店内自编的条码，出了这家店就不作数。请填包装上的正式商品条码。"), field="gtin")
    return digits.zfill(14)


def _restricted(digits: str) -> bool:
    """Whether the number is unique in one shop only. GTIN-8 has prefixes of its own: 0 and 2 are restricted."""
    padded = digits.zfill(14)
    if not int(padded[:-1]):
        return True
    if padded.startswith("000000"):
        return padded[6] in "02"
    return padded[1:].startswith(RESTRICTED)
