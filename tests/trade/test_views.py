"""The pages: forms keep what was typed, others' records do not exist, every button does what it says."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from app.core import ids
from app.core.access import Role
from tests.factories.trade import (
    create_operator,
    create_order,
    create_product,
    create_purchase,
    create_sale,
    create_user,
    create_villager,
)
from trade.models import Channel, OrderStatus, PurchaseStatus, SaleStatus
from trade.service import day, services
from trade.service.orders import Taken


@pytest.fixture
def operator(session: Any) -> Any:
    return create_operator()


@pytest.fixture
def desk(operator: Any, login: Any) -> Any:
    return login(operator)


def text(response: Any) -> str:
    return str(response.get_data(as_text=True))


PURCHASE = {
    "person": "张秀英",
    "phone": "13812341234",
    "item": "洗衣机",
    "pieces": "1",
    "price_fen": "1299",
    "deposit_fen": "200",
}
SALE = {
    "person": "李大山",
    "product_name": "土鸡蛋",
    "quantity": "60",
    "unit": "枚",
    "price_fen": "1.5",
    "online": "no",
}


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', html)
    assert found, name
    return found.group(1)


def test_the_desk_shows_the_day(desk: Any, operator: Any) -> None:
    create_purchase(operator.actor)
    create_sale(operator.actor, pay_now=True)
    html = text(desk.get("/desk"))
    for words in ("代买 洗衣机 1 件", "138****1234", "¥1,299.00", "代卖 土鸡蛋 60 枚", "已付农户", "点清现金 ¥110.00"):
        assert words in html
    assert "13812341234" not in html


def test_somebody_without_a_station_is_told_so(login: Any, session: Any) -> None:
    client = login(create_user(Role.TOWNSHIP_MANAGER, "500242101000"))
    assert "没有绑定站点" in text(client.get("/desk"))
    assert client.get("/trade/sales/new").status_code == 422


def test_recording_a_purchase_registers_the_villager_and_shows_the_slip(desk: Any, operator: Any) -> None:
    posted = desk.post("/trade/purchases/new", data=PURCHASE | {"request_id": str(ids.new_id())})
    assert posted.status_code == 303
    slip = text(desk.get(posted.location))
    for words in ("代买签收确认单", "张秀英 138****1234", "¥1,099.00", "货到站了", "乡亲签收，收现金 ¥1,099.00"):
        assert words in slip


def test_double_tap_stores_once(desk: Any, operator: Any) -> None:
    data = PURCHASE | {"request_id": str(ids.new_id())}
    first, second = (desk.post("/trade/purchases/new", data=data) for _ in range(2))
    assert first.location == second.location


def test_what_was_typed_stays_and_the_error_shows_the_right_form(desk: Any) -> None:
    answer = desk.post("/trade/purchases/new", data=PURCHASE | {"price_fen": "1,5", "deposit_fen": ""})
    assert answer.status_code == 422
    html = text(answer)
    assert "1.50 这样的数" in html
    assert all(f'value="{value}"' in html for value in ("张秀英", "洗衣机", "1,5"))


def test_a_deposit_above_the_total_is_told_at_its_field(desk: Any) -> None:
    html = text(desk.post("/trade/purchases/new", data=PURCHASE | {"deposit_fen": "1300"}))
    assert "定金不能比总价还多" in html
    assert 'id="deposit_fen-error"' in html


def test_a_phone_tail_is_enough(desk: Any, operator: Any) -> None:
    villager = create_villager(operator.actor)
    posted = desk.post("/trade/purchases/new", data=PURCHASE | {"person": "1234", "phone": ""})
    assert "张秀英" in text(desk.get(posted.location))
    assert services.open_purchases_of(operator.actor, villager.id)


def test_two_of_the_same_name_are_told_apart(desk: Any, operator: Any) -> None:
    create_villager(operator.actor)
    other = create_villager(operator.actor, phone="13900005678")
    asked = desk.post("/trade/purchases/new", data=PURCHASE | {"phone": ""})
    html = text(asked)
    assert asked.status_code == 422
    assert "138****1234" in html
    assert "139****5678" in html
    assert "新登记" in html
    posted = desk.post("/trade/purchases/new", data=PURCHASE | {"phone": "", "villager": str(other.id)})
    assert posted.status_code == 303
    assert services.open_purchases_of(operator.actor, other.id)


def test_an_unknown_tail_asks_for_the_name(desk: Any) -> None:
    html = text(desk.post("/trade/purchases/new", data=PURCHASE | {"person": "9999"}))
    assert "没有找到这个号码的乡亲" in html


def test_a_sale_says_the_amount_before_it_is_stored(desk: Any, operator: Any) -> None:
    key = str(ids.new_id())
    asked = desk.post("/trade/sales/new", data=SALE | {"request_id": key})
    html = text(asked)
    assert asked.status_code == 200
    assert "记下，应付农户 ¥90.00" in html
    assert hidden(html, "request_id") == key
    assert services.last_sale(operator.actor) is None
    posted = desk.post("/trade/sales/new", data=SALE | {"request_id": key, "confirmed": hidden(html, "confirmed")})
    assert posted.status_code == 303
    sale = services.last_sale(operator.actor)
    assert sale is not None
    assert (sale.amount_fen, sale.online, sale.status) == (9_000, False, SaleStatus.RECORDED)


def test_a_changed_amount_is_shown_again(desk: Any, operator: Any) -> None:
    html = text(desk.post("/trade/sales/new", data=SALE | {"quantity": "61", "confirmed": "9000"}))
    assert "记下，应付农户 ¥91.50" in html
    assert services.last_sale(operator.actor) is None


def test_online_or_not_must_be_said(desk: Any) -> None:
    html = text(desk.post("/trade/sales/new", data={k: v for k, v in SALE.items() if k != "online"}))
    assert "线上还是线下" in html


def test_like_last_time_fills_the_form(desk: Any, operator: Any) -> None:
    sale = create_sale(operator.actor)
    assert "照上次：李大山 · 土鸡蛋 60 枚" in text(desk.get("/trade/sales/new"))
    html = text(desk.get(f"/trade/sales/new?like={sale.id}"))
    assert all(f'value="{value}"' in html for value in ("李大山", "土鸡蛋", "60", "1.50"))


def test_the_buttons_of_a_purchase(desk: Any, operator: Any, session: Any) -> None:
    purchase = create_purchase(operator.actor)
    url = f"/trade/purchases/{purchase.id}"
    for verb, status in (("arrive", PurchaseStatus.ARRIVED), ("sign", PurchaseStatus.SIGNED)):
        assert desk.post(f"{url}/{verb}", data={"request_id": str(ids.new_id())}).status_code == 303
        session.expire_all()
        assert purchase.status is status
    assert "退给乡亲 ¥1,299.00" in text(desk.get(f"{url}/void"))
    assert desk.post(f"{url}/void", data={"reason": ""}).status_code == 422
    assert desk.post(f"{url}/void", data={"reason": "退货了"}).status_code == 303
    assert "退货了" in text(desk.get(url))


def test_open_purchases_of_the_same_villager_are_offered(desk: Any, operator: Any) -> None:
    villager = create_villager(operator.actor)
    first = create_purchase(operator.actor, villager)
    second = create_purchase(operator.actor, villager, item="电饭煲")
    html = text(desk.get(f"/trade/purchases/{second.id}"))
    assert "还有没签收的" in html
    assert str(first.id) in html


def test_paying_the_farmer(desk: Any, operator: Any, session: Any) -> None:
    sale = create_sale(operator.actor)
    assert "付农户现金 ¥90.00" in text(desk.get(f"/trade/sales/{sale.id}"))
    assert desk.post(f"/trade/sales/{sale.id}/pay", data={"request_id": str(ids.new_id())}).status_code == 303
    session.expire_all()
    assert sale.status is SaleStatus.PAID


@pytest.mark.parametrize("path", ["", "/void", "/arrive", "/sign"])
def test_another_stations_purchase_is_not_found(desk: Any, path: str) -> None:
    url = f"/trade/purchases/{create_purchase(create_operator().actor).id}{path}"
    answer = desk.get(url) if path in ("", "/void") else desk.post(url, data={"request_id": str(ids.new_id())})
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/trade/ledger", "/orders", "/trade/ledger/1001"])
def test_an_operator_sees_neither_books_nor_orders(desk: Any, path: str) -> None:
    assert desk.get(path).status_code == 403


def test_closing_the_day(desk: Any, operator: Any) -> None:
    create_purchase(operator.actor)
    short = desk.post("/trade/day", data={"counted_fen": "195"})
    assert short.status_code == 422
    assert "5.00" in text(short)
    assert desk.post("/trade/day", data={"counted_fen": "195", "note": "找零差错"}).status_code == 303
    assert "已日结，现金 ¥195.00" in text(desk.get("/trade/day"))
    create_purchase(operator.actor, deposit_fen=0)
    assert "日结后又记了 1 笔" in text(desk.get("/desk"))
    assert len(day.list_closes(operator.station_id)) == 1


def test_cash_from_the_centre(desk: Any) -> None:
    assert desk.post("/trade/cash", data={"code": "FLOAT_RECEIVED", "amount_fen": "500"}).status_code == 303
    refused = desk.post("/trade/cash", data={"code": "CASH_HANDED_IN", "amount_fen": "501"})
    assert "账上只有 ¥500.00" in text(refused)


def test_the_hub_finds_filters_and_exports(login: Any, session: Any) -> None:
    operator = create_operator()
    create_purchase(operator.actor)
    create_sale(operator.actor, online=True)
    client = login(create_user(Role.COUNTY_ADMIN))
    assert "土鸡蛋" in text(client.get("/trade?status=sale.recorded&township=500242101000"))
    for query in (
        "kind=purchase",
        "online=yes",
        "q=1234",
        "since=2000-01-01&until=2100-01-01",
        "status=nonsense&page=99",
    ):
        assert client.get(f"/trade?{query}").status_code == 200
    assert "土鸡蛋" not in text(client.get("/trade?kind=purchase"))
    assert "没有找到记录" in text(client.get("/trade?until=2001-01-01"))
    sheet = client.get("/trade/export.xlsx?kind=sale")
    assert sheet.data[:2] == b"PK"
    assert "交易" in text(client.get("/trade"))


def test_from_the_trial_balance_down_to_the_receipt(login: Any, session: Any) -> None:
    operator = create_operator()
    sale = create_sale(operator.actor, pay_now=True)
    client = login(create_user(Role.COUNTY_OFFICIAL))
    assert "/trade/ledger/1001" in text(client.get("/trade/ledger"))
    account = text(client.get("/trade/ledger/1001"))
    sub = re.search(r"/trade/ledger/1001\?sub=([^\"]+)", account)
    assert sub
    entries = text(client.get(f"/trade/ledger/1001?sub={sub.group(1)}"))
    transaction = re.search(r"/trade/ledger/transactions/[0-9a-f-]+", entries)
    assert transaction
    assert f"/trade/sales/{sale.id}" in text(client.get(transaction.group(0)))
    assert client.get(f"/trade/sales/{sale.id}").status_code == 200
    assert client.get("/trade/ledger/9999").status_code == 404
    assert client.get("/trade/ledger/1001?entries=1").status_code == 200
    assert "账簿没有问题" in text(client.get("/trade/ledger/check"))
    assert client.get("/trade/ledger/export.xlsx").data[:2] == b"PK"


ORDER = {
    "channel": "offline",
    "kind": "wholesale",
    "buyer_name": "陈建国",
    "buyer_phone": "13700001111",
    "province": "浙江省",
    "lines-0-quantity": "10",
    "lines-0-price_fen": "90",
    "paid": "y",
}


def test_an_order_is_taken_in_by_hand(login: Any, session: Any) -> None:
    oil = create_product()
    client = login(create_user(Role.COUNTY_ADMIN))
    assert client.get("/orders/new").status_code == 200
    posted = client.post("/orders/new", data=ORDER | {"lines-0-product": f"{oil.sku} {oil.name}"})
    assert posted.status_code == 303
    html = text(client.get(posted.location))
    assert "13700001111" in html
    assert "900.00" in html


def test_too_much_or_unknown_is_told_and_what_was_typed_stays(login: Any, session: Any) -> None:
    oil = create_product(stock=1)
    client = login(create_user(Role.COUNTY_ADMIN))
    for product, words in ((oil.sku, "货不够"), ("没有这种", "没有上架的产品叫"), ("", "每一行都要有产品和数量")):
        answer = client.post("/orders/new", data=ORDER | {"lines-0-product": product})
        assert answer.status_code == 422
        assert words in text(answer)
        assert "陈建国" in text(answer)


def test_an_order_goes_its_way_and_the_buyer_is_masked_when_it_left(login: Any, session: Any) -> None:
    order = create_order(taken=Taken(Channel.JD, "JD-1", paid=False))
    client, url = login(create_user(Role.COUNTY_ADMIN)), f"/orders/{order.id}"
    assert "13700001111" not in text(client.get("/orders"))
    for verb in ("pay", "pack", "dispatch", "complete"):
        posted = client.post(f"{url}/{verb}", data={"request_id": str(ids.new_id()), "waybill": "YT1"})
        assert posted.status_code == 303, verb
    session.expire_all()
    assert order.status is OrderStatus.COMPLETED
    html = text(client.get(url))
    assert "13700001111" not in html
    assert "137****1111" in html
    assert client.get("/orders/export.xlsx").data[:2] == b"PK"


def test_an_order_is_cancelled_with_a_reason(login: Any, session: Any) -> None:
    order = create_order()
    client = login(create_user(Role.COUNTY_ADMIN))
    assert "会冲回" in text(client.get(f"/orders/{order.id}/cancel"))
    assert client.post(f"/orders/{order.id}/cancel", data={"reason": "买家退单"}).status_code == 303
    assert "买家退单" in text(client.get(f"/orders/{order.id}"))


def test_the_official_reads_and_changes_nothing(login: Any, session: Any) -> None:
    order = create_order()
    client = login(create_user(Role.COUNTY_OFFICIAL))
    assert "13700001111" not in text(client.get(f"/orders/{order.id}"))
    assert client.post(f"/orders/{order.id}/pack").status_code == 403
    assert client.get("/trade/purchases/new").status_code == 403


def test_another_townships_order_is_not_found(login: Any, session: Any) -> None:
    order = create_order()
    client = login(create_user(Role.TOWNSHIP_MANAGER, "500242102000"))
    assert client.get(f"/orders/{order.id}").status_code == 404
    assert order.number not in text(client.get("/orders"))


def test_quantities_of_sales_keep_their_decimals(desk: Any, operator: Any) -> None:
    sale = create_sale(operator.actor, quantity=Decimal("2.5"), unit="斤", price_fen=333)
    assert "2.5 斤" in text(desk.get("/trade"))
    assert sale.amount_fen == 833
