"""How figures, days and numbers are written for people: here and nowhere else.

Plain functions that take a value and give text in the language of the request (Chinese first, English),
registered as Jinja filters by :func:`register`. ``None`` is written ``—``: not due, not known. A blank
(not reported) is the caller's to leave blank; 0 is ``0``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel.dates import format_date
from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context

from app.core import clock, money
from app.core.words import english as english
from app.core.words import unit as unit_name

NOTHING = "—"
HIDDEN = "****"
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
MASKED_PHONE = re.compile(r"(\d{3})?\*{4}(\d{4})?", re.ASCII)
MASKED_IDENTITY = re.compile(r"(\d{3}\*{11}[\dX]{4})|\*{4}", re.ASCII)
IDENTITY = re.compile(r"\d{17}[\dX]", re.ASCII)


def html_lang() -> str:
    """The language of the page, as its ``lang`` attribute says it."""
    return "en" if english() else "zh-CN"


def fen(amount: int | None) -> str:
    """``123450`` fen → ``¥1,234.50``."""
    return NOTHING if amount is None else money.format_fen(amount)


def yuan(amount: int | None) -> str:
    """``123450`` fen → ``1,234.50``: for columns whose head carries the unit."""
    return NOTHING if amount is None else money.format_fen(amount).replace("¥", "")


def qty(amount: Decimal | int | None, unit: str | None = None) -> str:
    """``Decimal("3200.500")`` → ``3,200.5``, followed by its unit, in the reader's language, when one is given."""
    if amount is None:
        return NOTHING
    text = f"{Decimal(amount):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    text = "0" if text == "-0" else text
    return f"{text} {unit_name(unit)}" if unit else text


def count(number: int | None) -> str:
    """``3204`` → ``3,204``."""
    return NOTHING if number is None else f"{number:,d}"


def percent(part: int | None, whole: int | None, digits: int = 1) -> str:
    """238 of 278 → ``85.6 %``, rounded half up; ``—`` when there is nothing to divide by."""
    if part is None or not whole:
        return NOTHING
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{share if share else abs(share):f} %"


def growth(now: int | None, before: int | None, digits: int = 1) -> str:
    """The change against an earlier figure: 118 after 100 → ``+18.0 %``; ``—`` without an earlier figure."""
    if now is None or not before:
        return NOTHING
    text = percent(now - before, abs(before), digits)
    return text if text.startswith("-") else f"+{text}"


def _local(value: date | datetime) -> date | datetime:
    return clock.local(value) if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """``11 月 22 日`` / ``22 Nov``, with the year when it is not this one. Instants are shown as county days."""
    if value is None:
        return NOTHING
    value = _local(value)
    this_year = value.year == clock.today().year
    if english():
        return format_date(value, "d MMM" if this_year else "d MMM y", locale="en")
    text = f"{value.month} 月 {value.day} 日"
    return text if this_year else f"{value.year} 年 {text}"


def time(value: datetime | None) -> str:
    """``09:12``, on the county's clock."""
    return NOTHING if value is None else f"{clock.local(value):%H:%M}"


def moment(value: datetime | None) -> str:
    """``11 月 22 日 09:12`` / ``22 Nov 09:12``, with the year when it is not this one."""
    return NOTHING if value is None else f"{day(value)} {time(value)}"


def weekday(value: date | datetime | None) -> str:
    """``星期日`` / ``Sunday``."""
    if value is None:
        return NOTHING
    value = _local(value)
    return format_date(value, "EEEE", locale="en") if english() else WEEKDAYS[value.weekday()]


def month(value: str | date | None) -> str:
    """``"2026-10"`` → ``2026 年 10 月`` / ``Oct 2026``. Raises ValueError for text that is no month."""
    if value is None:
        return NOTHING
    first = clock.parse_month(value) if isinstance(value, str) else _local(value)
    return format_date(first, "MMM y", locale="en") if english() else f"{first.year} 年 {first.month} 月"


def month_alone(value: str) -> str:
    """``"2026-10"`` → ``10月`` / ``Oct``: along the axis of a chart."""
    first = clock.parse_month(value)
    return format_date(first, "MMM", locale="en") if english() else f"{first.month}月"


def phone(number: str | None) -> str:
    """``13812341234`` → ``138****1234``.

    Anything else shows its last four digits when at least four more stay hidden, and otherwise nothing.
    A number that is masked already stays as it is.
    """
    plain = unicodedata.normalize("NFKC", number or "").strip()
    if not plain:
        return NOTHING
    if MASKED_PHONE.fullmatch(plain):
        return plain
    digits = re.sub(r"\D", "", plain, flags=re.ASCII)
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    if len(digits) == 11:
        return f"{digits[:3]}{HIDDEN}{digits[-4:]}"
    return f"{HIDDEN}{digits[-4:]}" if len(digits) >= 8 else HIDDEN


def identity(number: str | None) -> str:
    """An 18-character identity number with the birthday and more hidden: ``500***********123X``.

    Anything of another shape is hidden whole.
    """
    plain = unicodedata.normalize("NFKC", number or "").strip().upper()
    if not plain:
        return NOTHING
    if MASKED_IDENTITY.fullmatch(plain):
        return plain
    return f"{plain[:3]}{'*' * 11}{plain[-4:]}" if IDENTITY.fullmatch(plain) else HIDDEN


FILTERS: tuple[Callable[..., str], ...] = (
    fen,
    yuan,
    qty,
    count,
    percent,
    growth,
    day,
    time,
    moment,
    weekday,
    month,
    phone,
    identity,
)


def _at_render_time(function: Callable[..., str]) -> Callable[..., str]:
    """As a filter that takes the context: else Jinja would write a constant once, in the first reader's language."""

    @pass_context
    def at_render_time(_context: Context, *args: Any, **kwargs: Any) -> str:
        return function(*args, **kwargs)

    return at_render_time


def register(app: Flask) -> None:
    """Make the functions above Jinja filters of the same names, and ``html_lang`` a global of the templates."""
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = _at_render_time(function)
    app.jinja_env.globals["html_lang"] = html_lang
