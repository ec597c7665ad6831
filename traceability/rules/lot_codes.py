"""Codes of lots (GS1 AI 10): short, readable over the telephone, with a check digit.

``YY`` + year, month, day + number of that day + Damm check digit, e.g. ``YY261018018``.
"""

from __future__ import annotations

import re
from datetime import date

from stdnum import damm

from app.core import ids

_SHAPE = re.compile(r"([A-Z]{1,4})(\d{9,})", re.ASCII)


def make(prefix: str, day: date, number: int) -> str:
    """The code of the day's ``number``-th lot (from 1). Raises ValueError unless the prefix is 1–4 capital letters."""
    if not re.fullmatch(r"[A-Z]{1,4}", prefix):
        raise ValueError(prefix)
    return prefix + ids.human_code(f"{day:%y%m%d}{number:02d}")


def day_stem(prefix: str, day: date) -> str:
    """What all codes of one day begin with."""
    return f"{prefix}{day:%y%m%d}"


def prefix_of(sku: str) -> str:
    """The letters at the beginning of a product's number, at most four; ``L`` when there are none."""
    match = re.match(r"[A-Z]{1,4}", sku)
    return match[0] if match else "L"


def check(text: str) -> str:
    """A typed code in its one spelling; raises ValueError when the shape or the check digit is wrong."""
    code = text.strip().upper().replace(" ", "").replace("-", "")
    match = _SHAPE.fullmatch(code)
    if match is None or not damm.is_valid(match[2]):
        raise ValueError(text)
    return code
