"""Identifiers: UUIDv7 for rows, and human codes with a check digit for paper and telephone."""

from __future__ import annotations

import secrets
import unicodedata
import uuid

import uuid_utils.compat as uuid7
from stdnum import damm

_NAMESPACE = uuid.UUID("6f1d3f0e-58a4-5d0b-9d5c-5a3f6d8a2c11")


def new_id() -> uuid.UUID:
    """A new UUIDv7 (RFC 9562): unique everywhere, ordered by time of making."""
    return uuid.UUID(int=uuid7.uuid7().int)


def derived_id(*parts: object) -> uuid.UUID:
    """The same UUID for the same parts, always: request ids of the seed, so that running it twice changes nothing."""
    return uuid.uuid5(_NAMESPACE, ":".join(str(p) for p in parts))


def human_code(digits: str) -> str:
    """Digits plus a Damm check digit, e.g. ``"12345678"`` → ``"123456781"``.

    Digits alone, because they are read over the telephone in any dialect. The Damm digit finds every
    single wrong digit and every swap of neighbours (H. M. Damm, 2004).
    """
    if not digits.isdecimal() or not digits.isascii():
        raise ValueError(digits)
    return digits + damm.calc_check_digit(digits)


def random_code(digits: int = 9) -> str:
    """A human code of ``digits`` random digits plus its check digit, for codes that must not be guessed in sequence."""
    return human_code(str(secrets.randbelow(9) + 1) + "".join(str(secrets.randbelow(10)) for _ in range(digits - 1)))


def serial_code(prefix: str, serial: int, width: int = 6) -> str:
    """Numbered paper, e.g. ``serial_code("2026", 17)`` → ``"2026000017" + check digit``."""
    return human_code(f"{prefix}{serial:0{width}d}")


def check_code(text: str) -> str:
    """Strip spaces and hyphens from a typed code and test its check digit.

    Returns the bare digits; raises ValueError when the check digit does not fit.
    """
    bare = unicodedata.normalize("NFKC", text).strip().replace(" ", "").replace("-", "")
    if not (bare.isdecimal() and bare.isascii() and damm.is_valid(bare)):
        raise ValueError(text)
    return bare


def grouped(code: str, size: int = 4) -> str:
    """``"1234567812"`` → ``"1234 5678 12"``: how a code is printed and read aloud."""
    return " ".join(code[i : i + size] for i in range(0, len(code), size))
