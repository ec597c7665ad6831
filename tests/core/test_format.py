"""How figures, days and numbers are written, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import render_template_string
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock, format
from tests.core.gallery import create_app

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
gallery = create_app()


@contextmanager
def reading(language: str) -> Iterator[None]:
    """A request in that language, on 22 November 2026."""
    with gallery.test_request_context(f"/?lang={language}"), clock.at(NOON):
        yield


@pytest.mark.parametrize(
    ("amount", "written", "bare"),
    [
        (123450, "¥1,234.50", "1,234.50"),
        (0, "¥0.00", "0.00"),
        (5, "¥0.05", "0.05"),
        (-123450, "-¥1,234.50", "-1,234.50"),
        (None, "—", "—"),
    ],
)
def test_money_shows_thousands_and_fen(amount: int | None, written: str, bare: str) -> None:
    assert format.fen(amount) == written
    assert format.yuan(amount) == bare


@pytest.mark.parametrize(
    ("amount", "unit", "written"),
    [
        (Decimal("3200.500"), None, "3,200.5"),
        (Decimal("60.000"), "枚", "60 枚"),
        (Decimal("1E+3"), None, "1,000"),
        (Decimal("0.000"), None, "0"),
        (Decimal("-0.000"), None, "0"),
        (100, "斤", "100 斤"),
        (None, "斤", "—"),
    ],
)
def test_quantities_lose_their_trailing_zeros(amount: Decimal | int | None, unit: str | None, written: str) -> None:
    assert format.qty(amount, unit) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (238, 278, "85.6 %"),
        (238, 281, "84.7 %"),
        (20, 39, "51.3 %"),
        (1, 8, "12.5 %"),
        (1, 2000, "0.1 %"),
        (-1, 100_000, "0.0 %"),
        (0, 278, "0.0 %"),
        (0, 0, "—"),
        (None, 278, "—"),
        (3, None, "—"),
    ],
)
def test_percent_rounds_half_up(part: int | None, whole: int | None, written: str) -> None:
    assert format.percent(part, whole) == written


@pytest.mark.parametrize(
    ("now", "before", "written"),
    [
        (1182, 1000, "+18.2 %"),
        (900, 1000, "-10.0 %"),
        (7, 7, "+0.0 %"),
        (5, -10, "+150.0 %"),
        (5, 0, "—"),
        (None, 5, "—"),
    ],
)
def test_growth_carries_its_sign(now: int | None, before: int | None, written: str) -> None:
    assert format.growth(now, before) == written


def test_counts_are_grouped() -> None:
    assert [format.count(n) for n in (3204, 0, None)] == ["3,204", "0", "—"]


@pytest.mark.parametrize(
    ("value", "chinese", "in_english"),
    [
        (date(2026, 11, 22), "11 月 22 日", "22 Nov"),
        (date(2025, 1, 3), "2025 年 1 月 3 日", "3 Jan 2025"),
        (datetime(2026, 11, 21, 16, 30, tzinfo=UTC), "11 月 22 日", "22 Nov"),
        (
            datetime(2025, 12, 31, 15, 59, tzinfo=UTC),
            "2025 年 12 月 31 日",
            "31 Dec 2025",
        ),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "1 月 1 日", "1 Jan"),
        (None, "—", "—"),
    ],
)
def test_days_are_the_countys_and_show_the_year_when_it_is_another(
    value: date | None, chinese: str, in_english: str
) -> None:
    with reading("zh_CN"):
        assert format.day(value) == chinese
    with reading("en"):
        assert format.day(value) == in_english


@pytest.mark.parametrize(
    ("name", "value", "chinese", "in_english"),
    [
        ("moment", NOON, "11 月 22 日 12:00", "22 Nov 12:00"),
        ("moment", None, "—", "—"),
        ("time", datetime(2026, 11, 22, 1, 12, tzinfo=UTC), "09:12", "09:12"),
        ("time", None, "—", "—"),
        ("weekday", date(2026, 11, 22), "星期日", "Sunday"),
        ("weekday", datetime(2026, 11, 22, 17, tzinfo=UTC), "星期一", "Monday"),
        ("weekday", None, "—", "—"),
        ("month", "2026-10", "2026 年 10 月", "Oct 2026"),
        ("month", date(2025, 9, 30), "2025 年 9 月", "Sep 2025"),
        ("month", datetime(2026, 10, 31, 16, tzinfo=UTC), "2026 年 11 月", "Nov 2026"),
        ("month", None, "—", "—"),
        ("html_lang", ..., "zh-CN", "en"),
    ],
)
def test_both_languages(name: str, value: Any, chinese: str, in_english: str) -> None:
    arguments = () if value is ... else (value,)
    with reading("zh_CN"):
        assert getattr(format, name)(*arguments) == chinese
    with reading("en"):
        assert getattr(format, name)(*arguments) == in_english


def test_a_month_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        format.month("2026-13")


def test_without_a_request_it_is_chinese() -> None:
    with clock.at(NOON):
        assert format.day(NOON) == "11 月 22 日"


def test_a_constant_in_a_template_follows_the_reader() -> None:
    source = '{{ "2026-10" | month }}'
    for language, written in (
        ("zh_CN", "2026 年 10 月"),
        ("en", "Oct 2026"),
        ("zh_CN", "2026 年 10 月"),
    ):
        with reading(language):
            assert render_template_string(source) == written


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13812341234", "138****1234"),
        ("138 1234 1234", "138****1234"),
        ("+86 138-1234-1234", "138****1234"),
        ("１３８１２３４１２３４", "138****1234"),
        ("023-75551234", "023****1234"),
        ("75551234", "****1234"),
        ("138123412345678", "****5678"),
        ("1234567", "****"),
        ("12", "****"),
        ("王桂芳", "****"),
        ("138****1234", "138****1234"),
        ("****1234", "****1234"),
        ("138****12345678", "138****5678"),
        ("", "—"),
        ("  ", "—"),
        (None, "—"),
    ],
)
def test_phone_numbers_are_masked(number: str | None, masked: str) -> None:
    assert format.phone(number) == masked


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_mobile_number_keeps_its_middle_to_itself(number: str) -> None:
    assert format.phone(number) == f"{number[:3]}****{number[7:]}"


@given(st.text(st.characters(codec="utf-8") | st.sampled_from("0123456789 -+*"), max_size=30))
def test_masking_hides_four_digits_or_all_and_settles(number: str) -> None:
    masked = format.phone(number)
    assert re.fullmatch(r"—|(\d{3})?\*{4}(\d{4})?", masked, re.ASCII)
    assert format.phone(masked) == masked or masked == "—"
    shown = sum(c.isdigit() for c in masked)
    typed = sum(c.isdecimal() for c in number)
    assert shown == 0 or typed >= shown + 4 or number.strip().startswith(masked[:3])


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("50024219800101123X", "500***********123X"),
        ("50024219800101123x", "500***********123X"),
        ("500***********123X", "500***********123X"),
        ("500242800101123", "****"),
        ("E12345678", "****"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_identity_numbers_are_masked(number: str | None, masked: str) -> None:
    assert format.identity(number) == masked


@given(st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True))
def test_an_identity_number_never_tells_the_birthday(number: str) -> None:
    masked = format.identity(number)
    assert len(masked) == 18
    assert masked[3:14] == "*" * 11
    assert format.identity(masked) == masked
