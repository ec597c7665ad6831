"""The rules of trade: tables of cases, and what must hold for any amounts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import InvalidInput
from products.models import ProduceLevel
from trade.errors import DayNotOpen, ReasonMissing, Unbalanced
from trade.models import Account, TransactionCode
from trade.rules import ledger, orders, services
from trade.rules.ledger import SubAccount
from trade.rules.orders import LineFacts

SUBS = {whose: SubAccount(whose, whose) for whose in ("station", "person", "platform", "channel", "order", "carrier")}
FEN = st.integers(0, 10**11)


# -- services -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "price", "freight", "deposit", "total"),
    [(1, 129_900, 0, 20_000, 129_900), (3, 1_990, 800, 0, 6_770), (1, 0, 0, 0, 0), (2, 500, 100, 1_100, 1_100)],
)
def test_purchase_total(pieces: int, price: int, freight: int, deposit: int, total: int) -> None:
    assert services.purchase_total(pieces, price, freight, deposit) == total


@pytest.mark.parametrize(("pieces", "deposit", "field"), [(0, 0, "pieces"), (1, 1_001, "deposit_fen")])
def test_purchase_that_makes_no_sense(pieces: int, deposit: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.purchase_total(pieces, 1_000, 0, deposit)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("quantity", "price", "amount"),
    [("60", 150, 9_000), ("2.5", 333, 833), ("0.005", 100, 1), ("1.333", 1_000, 1_333), ("0.5", 1, 1)],
)
def test_sale_amount(quantity: str, price: int, amount: int) -> None:
    assert services.sale_amount(Decimal(quantity), price) == amount


@pytest.mark.parametrize(
    ("quantity", "price", "field"), [("0", 100, "quantity"), ("0.001", 100, "price_fen"), ("5", 0, "price_fen")]
)
def test_sale_that_makes_no_sense(quantity: str, price: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.sale_amount(Decimal(quantity), price)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("typed", "tail"),
    [
        ("1234", "1234"),
        ("138 1234 1234", "13812341234"),
        ("138-1234", "1381234"),
        ("123", None),
        ("张1234", None),
        ("١٢٣٤", None),
    ],
)
def test_phone_tail(typed: str, tail: str | None) -> None:
    assert services.phone_tail(typed) == tail


def test_receipt_code() -> None:
    assert services.receipt_code("500242101", date(2026, 11, 22), 3) == "500242101-261122-3"


@pytest.mark.parametrize("reason", ["", "   ", "错", "\n\t"])
def test_nothing_is_voided_without_a_reason(reason: str) -> None:
    with pytest.raises(ReasonMissing):
        services.void_reason(reason)


@pytest.mark.parametrize(
    ("day", "last_closed", "open_"),
    [
        (22, None, True),
        (22, 21, True),
        (22, 22, True),  # a correction
        (21, 20, True),  # yesterday was forgotten
        (21, 22, False),
        (23, None, False),
    ],
)
def test_which_day_may_be_closed(day: int, last_closed: int | None, open_: bool) -> None:
    last = date(2026, 11, last_closed) if last_closed else None
    if open_:
        services.check_close(date(2026, 11, day), date(2026, 11, 22), last)
    else:
        with pytest.raises(DayNotOpen):
            services.check_close(date(2026, 11, day), date(2026, 11, 22), last)


def test_a_count_that_differs_needs_a_word() -> None:
    assert services.check_count(1_000, 1_000, "") == 0
    assert services.check_count(1_000, 995, "找零") == -5
    with pytest.raises(ReasonMissing):
        services.check_count(1_000, 1_005, " ")


# -- ledger ---------------------------------------------------------------------------------------


def test_every_code_has_legs_and_every_account_a_kind() -> None:
    assert set(ledger.LEGS) == set(TransactionCode)
    assert set(ledger.CHART) == set(Account)


def _amounts(code: TransactionCode, deposit: int, rest: int, goods: dict[str, int], freight: int) -> dict[str, object]:
    shares = {SubAccount(name, name): fen for name, fen in goods.items()}
    if code.value.startswith("ORDER"):
        return {"total": sum(goods.values()) + freight, "goods": shares, "freight": freight}
    if code.value.endswith("_COLLECTED"):
        return {"total": sum(goods.values()), "shares": shares}
    return {
        "total": deposit + rest,
        "deposit": deposit,
        "rest": rest,
        "amount": deposit,
        "cod": deposit,
        "freight": rest,
    }


@given(
    code=st.sampled_from(TransactionCode),
    deposit=FEN,
    rest=FEN,
    goods=st.dictionaries(st.text(min_size=1, max_size=4), FEN, max_size=4),
    freight=FEN,
)
def test_every_transaction_balances(
    code: TransactionCode, deposit: int, rest: int, goods: dict[str, int], freight: int
) -> None:
    lines = ledger.entries_for(code, _amounts(code, deposit, rest, goods, freight), SUBS)  # type: ignore[arg-type]
    assert ledger.balanced(lines)
    assert all((line.debit_fen == 0) != (line.credit_fen == 0) for line in lines)
    assert ledger.fits(code, lines, reversal=False)
    mirrored = [line.mirrored for line in lines]
    assert ledger.fits(code, mirrored, reversal=True)
    assert all(a.debit_fen == b.credit_fen for a, b in zip(lines, mirrored, strict=True))


@pytest.mark.parametrize(
    "amounts",
    [{"total": 100, "deposit": 20, "rest": 70}, {"total": -1, "deposit": 0, "rest": -1}],
)
def test_what_does_not_balance_is_refused(amounts: dict[str, int]) -> None:
    with pytest.raises(Unbalanced):
        ledger.entries_for(TransactionCode.PURCHASE_SIGNED, amounts, SUBS)


def test_nothing_to_book_gives_no_entries() -> None:
    assert ledger.entries_for(TransactionCode.PURCHASE_DEPOSIT, {"deposit": 0}, SUBS) == ()


@pytest.mark.parametrize(
    ("account", "debit", "credit", "expected"),
    [(Account.CASH, 500, 200, 300), (Account.FARMER_PAYABLE, 200, 500, 300), (Account.CASH_DIFFERENCE, 5, 0, 5)],
)
def test_balance_grows_on_the_accounts_own_side(account: Account, debit: int, credit: int, expected: int) -> None:
    assert ledger.balance(account, debit, credit) == expected


@pytest.mark.parametrize(
    ("amount", "cod_owed", "freight_owed", "booked"),
    [
        (7_000, 5_800, 1_200, (5_800, 1_200)),
        (5_000, 5_800, 1_200, (5_000, 0)),  # goods' money first
        (6_000, 5_800, 1_200, (5_800, 200)),
        (1_200, 0, 1_200, (0, 1_200)),
        (4_600, 5_800, -1_200, (4_600, 0)),  # freight was given back after it had been paid over
    ],
)
def test_what_a_payment_to_a_carrier_settles(
    amount: int, cod_owed: int, freight_owed: int, booked: tuple[int, int]
) -> None:
    assert ledger.settled(amount, cod_owed, freight_owed) == booked


@pytest.mark.parametrize(
    ("amount", "cod_owed", "freight_owed"), [(0, 100, 0), (-1, 100, 0), (101, 60, 40), (61, 100, -40)]
)
def test_a_carrier_is_never_paid_more_than_it_is_owed(amount: int, cod_owed: int, freight_owed: int) -> None:
    with pytest.raises(InvalidInput) as refused:
        ledger.settled(amount, cod_owed, freight_owed)
    assert refused.value.field == "amount_fen"


# -- orders -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("codes", "common"),
    [
        (["500242101201"], "500242101201"),
        (["500242101201", "500242101202"], "500242101000"),
        (["500242101201", "500242102201"], "500242000000"),
        (["500242101201", "500243101201"], "500200000000"),
        (["500242101201", "532931100200"], "000000000000"),
    ],
)
def test_common_division(codes: list[str], common: str) -> None:
    assert orders.common_division(codes) == common


def line(producer: int, price_fen: int, quantity: str) -> LineFacts:
    maker = UUID(int=producer)
    return LineFacts(
        UUID(int=1),
        "S",
        "油",
        "瓶",
        "瓶",
        ProduceLevel.PRIMARY,
        price_fen,
        Decimal(quantity),
        maker,
        str(producer),
        "500242101201",
    )


@given(st.lists(st.tuples(st.integers(1, 3), FEN, st.integers(1, 99_999)), min_size=1, max_size=8))
def test_the_producers_shares_sum_to_the_goods(rows: list[tuple[int, int, int]]) -> None:
    lines = [line(p, fen, str(Decimal(q) / 1000)) for p, fen, q in rows]
    assert sum(orders.producer_shares(lines).values()) == orders.goods_total(lines)
