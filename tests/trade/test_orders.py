"""Orders with their stock and their money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.core import audit, ids
from app.core.access import SYSTEM, Role
from app.core.database import db
from app.core.errors import Conflict, DomainError, InvalidInput, NotFound
from app.core.moves import IllegalMove
from app.flows.orders import Wanted, cancel_order, dispatch_order, place_order
from products.models import Product, ProductStatus
from tests.factories.trade import (
    BUYER,
    OTHER_VILLAGE,
    VILLAGE,
    create_order,
    create_product,
    create_user,
    ensure_division,
)
from trade.models import Account, Channel, OrderStatus
from trade.service import checks, ledger, orders
from trade.service.orders import OrderFilter, Taken

pytestmark = pytest.mark.usefixtures("session")


def stock(product: Product) -> tuple[int, int]:
    db.session.refresh(product)
    return int(product.stock_quantity), int(product.reserved_quantity)


def balances() -> dict[Account, int]:
    return {row.account: row.balance_fen for row in ledger.trial_balance("500242000000") if row.balance_fen}


def test_placing_copies_the_catalogue_and_reserves_the_stock() -> None:
    oil = create_product(stock=10)
    order = create_order((oil, 2))
    assert (order.total_fen, order.division_code, order.status) == (20_400, VILLAGE, OrderStatus.PLACED)
    (line,) = order.lines
    assert (line.product_name, line.price_fen, line.producer_name) == ("酉阳山茶油", 9_800, "龙潭油茶专业合作社")
    assert stock(oil) == (10, 2)
    assert balances() == {Account.PLATFORM_RECEIVABLE: 20_400, Account.ORDER_ADVANCES: 20_400}
    assert ids.check_code(order.number) == order.number
    assert "淘宝" in audit.history(order)[0].text


def test_lines_from_two_townships_belong_to_the_county() -> None:
    order = create_order((create_product(), 1), (create_product(OTHER_VILLAGE), 1))
    assert order.division_code == "500242000000"
    manager = create_user(Role.TOWNSHIP_MANAGER, "500242101000").actor
    with pytest.raises(NotFound):
        orders.get_order(manager, order.id)


def test_nothing_is_sold_that_is_not_there() -> None:
    oil, rice = create_product(stock=1), create_product(stock=5)
    with pytest.raises(DomainError) as refused:
        create_order((rice, 1), (oil, 2))
    assert refused.value.field == "quantity"
    assert stock(rice) == (5, 0)


def test_nothing_is_sold_that_is_not_listed() -> None:
    with pytest.raises(InvalidInput):
        create_order((create_product(status=ProductStatus.PAUSED), 1))


def test_the_whole_way_owes_each_producer_their_lines() -> None:
    oil, rice = create_product(price_fen=9_800), create_product(price_fen=1_880)
    order = create_order((oil, 2), (rice, 1))
    orders.pack(actor=SYSTEM, order=order)
    dispatch_order(actor=SYSTEM, order=order, waybill="YT123")
    orders.complete(actor=SYSTEM, order=order)
    assert stock(oil) == (98, 0)
    assert balances() == {
        Account.PLATFORM_RECEIVABLE: 22_280,
        Account.PRODUCER_PAYABLE: 21_480,
        Account.FREIGHT_COLLECTED: 800,
    }
    owed = {
        row.sub_account: row.credit_fen
        for row in db.session.execute(ledger.sub_ledgers(Account.PRODUCER_PAYABLE, "500242000000"))
    }
    assert owed == {str(oil.producer_id): 19_600, str(rice.producer_id): 1_880}
    assert checks.check() == []


def test_cancelling_frees_stock_and_money() -> None:
    oil = create_product(stock=10)
    order = create_order((oil, 3))
    cancel_order(actor=SYSTEM, order=order, reason="买家退单")
    assert (stock(oil), balances(), order.cancel_reason) == ((10, 0), {}, "买家退单")
    assert checks.check() == []
    with pytest.raises(IllegalMove):
        orders.pack(actor=SYSTEM, order=order)


def test_what_has_left_can_not_be_cancelled() -> None:
    oil = create_product()
    order = create_order((oil, 1))
    orders.pack(actor=SYSTEM, order=order)
    dispatch_order(actor=SYSTEM, order=order)
    with pytest.raises(IllegalMove):
        cancel_order(actor=SYSTEM, order=order, reason="太晚了")
    assert stock(oil) == (99, 0)


def test_payment_may_come_after_dispatch_but_once() -> None:
    order = create_order(taken=Taken(Channel.OWN, paid=False))
    orders.pack(actor=SYSTEM, order=order)
    dispatch_order(actor=SYSTEM, order=order)
    assert checks.check() == []
    orders.pay(actor=SYSTEM, order=order)
    assert Account.ORDER_ADVANCES not in balances()
    with pytest.raises(Conflict):
        orders.pay(actor=SYSTEM, order=order)


def test_double_tap_and_the_same_platform_number() -> None:
    oil, key = create_product(stock=10), ids.new_id()
    taken = Taken(Channel.TAOBAO, "TB-1")
    first = create_order((oil, 1), request_id=key, taken=taken)
    assert create_order((oil, 1), request_id=key, taken=taken).id == first.id
    with pytest.raises(Conflict) as refused:
        create_order((oil, 1), request_id=ids.new_id(), taken=taken)
    assert refused.value.field == "channel_number"
    assert stock(oil) == (10, 1)


def test_orders_are_found_by_number_buyer_phone_tail_and_product() -> None:
    order = create_order()
    ensure_division(OTHER_VILLAGE)
    for q in (order.number, f" {order.number[:4]} {order.number[4:]}", "陈先", "1111", "山茶油"):
        assert [o.id for o in db.session.scalars(orders.list_orders(SYSTEM, OrderFilter(q=q)))] == [order.id], q
    assert not db.session.scalars(orders.list_orders(SYSTEM, OrderFilter(q="没有这个"))).all()
    assert not db.session.scalars(orders.list_orders(SYSTEM, OrderFilter(channel=Channel.JD))).all()


def test_an_agreed_price_stands() -> None:
    order = place_order(
        actor=SYSTEM, buyer=BUYER, taken=Taken(Channel.OFFLINE), lines=[Wanted(create_product().id, Decimal(10), 9_000)]
    )
    assert order.total_fen == 90_000
