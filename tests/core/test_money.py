from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import fen_to_yuan, format_fen, share_fen, times, yuan_to_fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("0", 0),
        ("1", 100),
        ("1.5", 150),
        ("1.50", 150),
        ("1,234.50", 123450),
        ("¥98.00", 9800),
        (" 12 ", 1200),
        ("-3.20", -320),
        ("１２．５", 1250),
        ("￥3", 300),
    ],
)
def test_yuan_as_people_type_it(typed: str, fen: int) -> None:
    assert yuan_to_fen(typed) == fen


@pytest.mark.parametrize("typed", ["", "1,5", "1.234", "abc", "1e3", "12,34", "1，5", "1.", "--1", "NaN"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        yuan_to_fen(typed)


@given(st.integers(-(10**14), 10**14))
def test_yuan_and_fen_go_round(fen: int) -> None:
    assert yuan_to_fen(fen_to_yuan(fen)) == fen


def test_for_people() -> None:
    assert format_fen(123450) == "¥1,234.50"
    assert format_fen(-5) == "-¥0.05"


@pytest.mark.parametrize(
    ("price", "quantity", "fen"),
    [(150, "60", 9000), (333, "0.5", 167), (1, "0.5", 1), (1, "0.499", 0), (780, "2.125", 1658)],
)
def test_price_times_quantity_rounds_half_up(price: int, quantity: str, fen: int) -> None:
    assert times(price, Decimal(quantity)) == fen


@given(st.integers(-(10**9), 10**9), st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_parts_sum_to_the_whole(total: int, weights: list[int]) -> None:
    parts = share_fen(total, weights)
    assert sum(parts) == total
    assert all(abs(p - Decimal(total) * w / sum(weights)) < 1 for p, w in zip(parts, weights, strict=True))


def test_largest_remainder() -> None:
    assert share_fen(100, [1, 1, 1]) == [34, 33, 33]
    assert share_fen(10000, [40, 20, 40]) == [4000, 2000, 4000]


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_weights_that_share_nothing(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        share_fen(100, weights)
