"""GS1 Digital Link URIs for goods: ``/01/{gtin14}[/22/{variant}][/10/{lot}][/21/{serial}]``.

After the GS1 Digital Link Standard, URI Syntax 1.4: primary key and qualifiers are in the path, in this order;
values are percent-encoded; other application identifiers may follow in the query and are passed over here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote

from flask_babel import lazy_gettext as _l
from stdnum import ean

from traceability.errors import BadLink

CANONICAL_STEM = "https://id.gs1.org"
# GS1 AI encodable character set 82 (General Specifications, figure 7.11-1): lots, serials and variants are made of it.
_CSET_82 = re.compile(r"""[A-Za-z0-9!"%&'()*+,\-./:;<=>?_]{1,20}""")
_ORDER = ("22", "10", "21")
_NAMES = {"22": "variant", "10": "lot", "21": "serial"}
_UNRESERVED = "-._~"
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class DigitalLink:
    """What a Digital Link for goods names; an absent qualifier is None."""

    gtin: str
    lot: str | None = None
    serial: str | None = None
    variant: str | None = None

    def path(self) -> str:
        """The canonical path, from ``/01/``."""
        qualifiers = ((ai, getattr(self, _NAMES[ai])) for ai in _ORDER)
        return f"/01/{self.gtin}" + "".join(f"/{ai}/{escape(value)}" for ai, value in qualifiers if value is not None)

    def uri(self, stem: str = CANONICAL_STEM) -> str:
        """The whole URI under a stem without a slash at its end."""
        return stem + self.path()


def build(gtin: str, lot: str | None = None, serial: str | None = None, *, variant: str | None = None) -> DigitalLink:
    """A checked link from plain values. Raises BadLink."""
    for value in (lot, serial, variant):
        if value is not None and not _CSET_82.fullmatch(value):
            raise BadLink(_l("批次号或序列号里有不能用的字符，或者超过 20 个字符。"))
    return DigitalLink(_gtin(gtin), lot, serial, variant)


def parse_path(path: str) -> DigitalLink:
    """A link from the raw, still percent-encoded path of a request, beginning with ``/01/``. Raises BadLink.

    A GTIN of 8, 12 or 13 digits is padded to 14, as early labels have it; a slash at the end is forgiven.
    """
    segments = path.split("?")[0].removesuffix("/").split("/")
    if len(segments) < 3 or len(segments) % 2 == 0 or segments[0] or segments[1] != "01":
        raise BadLink(_l("这个码不完整。"))
    keys, values = segments[3::2], [unescape(value) for value in segments[4::2]]
    places = [_ORDER.index(key) if key in _ORDER else -1 for key in keys]
    if -1 in places or any(a >= b for a, b in pairwise(places)):
        raise BadLink(_l("这个码不完整。"))
    named = {_NAMES[key]: value for key, value in zip(keys, values, strict=True)}
    return build(unescape(segments[2]), named.get("lot"), named.get("serial"), variant=named.get("variant"))


def _gtin(text: str) -> str:
    if not (text.isascii() and text.isdecimal() and len(text) in (8, 12, 13, 14)):
        raise BadLink(_l("码里的商品条码应是 14 位数字。"))
    if ean.calc_check_digit(text[:-1]) != text[-1]:
        raise BadLink(_l("码里的商品条码校验不对，可能印坏了或者抄错了。"))
    return text.zfill(14)


def escape(value: str) -> str:
    """A value for the path: everything but letters, digits and ``-._~`` percent-encoded in upper case."""
    return quote(value, safe=_UNRESERVED)


def unescape(text: str) -> str:
    """A path segment as plain text; a percent sign that begins no escape stays itself."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
