"""Carriers, and how a waybill number tells its carrier."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.words import in_language
from logistics.rules.limits import DATA

_WAYBILL = re.compile(r"[A-Z0-9]{6,40}")
_PHONE_TAIL = re.compile(r"\d{4}")
OTHER = "other"


@dataclass(frozen=True)
class Carrier:
    """A company whose parcels we carry; ``prefixes`` are what its waybill numbers begin with. ``name`` is stored."""

    key: str
    name: str
    name_en: str
    prefixes: tuple[str, ...]


@functools.cache
def carriers() -> dict[str, Carrier]:
    """All carriers by key, in the order of the data file."""
    raw = tomllib.loads((DATA / "carriers.toml").read_text())["carrier"]
    return {c["key"]: Carrier(c["key"], c["name"], c["name_en"], tuple(c["prefixes"])) for c in raw}


def shown_name(key: str, stored: str) -> str:
    """A carrier's name in the reader's language; ``stored`` is the Chinese one of that day."""
    known = carriers().get(key)
    return stored if known is None else in_language(stored, known.name_en)


def carrier_of(waybill_number: str, chosen: str = "") -> Carrier:
    """The chosen carrier, else the one with the longest fitting prefix, else “other”."""
    known = carriers()
    if chosen in known:
        return known[chosen]
    fitting = [(len(p), c.key) for c in known.values() for p in c.prefixes if waybill_number.startswith(p)]
    return known[max(fitting)[1]] if fitting else known[OTHER]


def waybill(text: str) -> str:
    """A typed or scanned waybill number, upper case without blanks. Raises InvalidInput."""
    bare = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper()
    if not _WAYBILL.fullmatch(bare):
        raise InvalidInput(_l("运单号请写成 YT1234567890 这样的字母和数字，至少 6 位。"), field="waybill_number")
    return bare


def phone_tail(text: str | None) -> str | None:
    """The last four digits of a phone number or a typed tail; None for nothing. Raises InvalidInput."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text or ""))
    if not digits:
        return None
    tail = digits[-4:]
    if not _PHONE_TAIL.fullmatch(tail):
        raise InvalidInput(_l("手机尾号请写最后 4 位数字，例如 8812。"), field="phone_tail")
    return tail


@dataclass(frozen=True)
class Who:
    """A person as typed in one field: a full phone number, its last four digits, or a name."""

    name: str = ""
    phone: str | None = None
    tail: str | None = None


def who(text: str) -> Who:
    """``13812348812`` → phone, ``8812`` → tail, ``冉大妹`` → name, ``冉大妹 8812`` → both. Raises InvalidInput."""
    words = unicodedata.normalize("NFKC", text).split()
    digits = "".join(re.sub(r"\D", "", word) for word in words if re.fullmatch(r"[+\d-]+", word))
    name = " ".join(word for word in words if not re.fullmatch(r"[+\d-]+", word))
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11:
        return Who(name, digits, digits[-4:])
    if digits and len(digits) != 4:
        raise InvalidInput(_l("请写 4 位手机尾号，或 11 位手机号。"), field="phone_tail")
    return Who(name, None, digits or None)
