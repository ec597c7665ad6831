"""Pages about products, through the client."""

from __future__ import annotations

import io
import subprocess
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from python_calamine import CalamineWorkbook

from app.core import clock, ids
from app.core.access import Role
from products import service
from products.models import ProductStatus
from tests.factories.accounts import create_hub_admin, create_user
from tests.factories.products import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_problem,
    create_producer,
    create_product,
    new_gtin,
)
from tests.factories.traceability import create_packed_lot
from tests.tools import need

pytestmark = pytest.mark.usefixtures("session")
Login = Callable[[Any], FlaskClient]


@pytest.fixture
def hub(login: Login) -> FlaskClient:
    return login(create_hub_admin(totp_confirmed_at=clock.now()))


@pytest.fixture
def township(login: Login) -> FlaskClient:
    return login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP))


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.text[-2000:]
    return str(answer.text)


def test_the_list_searches_filters_and_exports(hub: FlaskClient) -> None:
    create_product(name="酉阳山茶油", stock=3, low_stock=5)
    create_product(name="宜居红茶", category="茶叶", status=ProductStatus.DRAFT)
    page = text_of(hub.get("/products"))
    assert "酉阳山茶油" in page
    assert "宜居红茶" in page
    assert "该补货了" in page
    page = text_of(hub.get("/products?q=红茶&status=draft&category=茶叶&township=" + TOWNSHIP))
    assert "宜居红茶" in page
    assert "酉阳山茶油" not in page
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(hub.get("/products/export.xlsx?q=茶油").data))
    rows = sheet.get_sheet_by_index(0).to_python()
    assert rows[1][2] == "酉阳山茶油"
    assert rows[1][5] == 98
    assert "没有找到产品" in text_of(hub.get("/products?q=什么也没有&status=nonsense&township=x&page=99"))


def test_a_product_is_registered_reviewed_listed_and_priced(hub: FlaskClient) -> None:
    producer = create_producer()
    form = {
        "producer_id": str(producer.id),
        "name": "花田贡米",
        "category": "粮油",
        "spec": "5千克/袋",
        "unit": "袋",
        "price": "79.00",
        "produce_level": "primary",
        "gtin": new_gtin(),
        "sku": "YY9001",
        "shelf_life_days": "365",
        "low_stock": "",
    }
    wrong = text_of(hub.post("/products/new", data=form | {"gtin": "123", "price": "1.999"}), 422)
    assert "商品条码应是" in wrong or "价钱请写成" in wrong
    assert "花田贡米" in wrong  # what was typed stays
    answer = hub.post("/products/new", data=form)
    assert answer.status_code == 303
    url = answer.headers["Location"]
    assert "草稿" in text_of(hub.get(url))
    for status in ("reviewed", "listed"):
        assert hub.post(f"{url}/move/{status}").status_code == 303
    assert hub.post(f"{url}/price", data={"price": "85"}).status_code == 303
    assert hub.post(f"{url}/stock", data={"kind": "received", "quantity": "12.5"}).status_code == 303
    page = text_of(hub.get(url))
    assert "已上架" in page
    assert "¥85.00" in page
    assert "12.5 袋" in page
    assert "价格由 ¥79.00 改为 ¥85.00" in page
    short = text_of(hub.post(f"{url}/stock", data={"kind": "damaged", "quantity": "20", "note": "受潮"}), 422)
    assert "货不够" in short
    edited = hub.post(f"{url}/edit", data=form | {"name": "花田贡米（新米）", "low_stock": "5"})
    assert edited.status_code == 303
    assert "花田贡米（新米）" in text_of(hub.get(url))
    assert "下架" in text_of(hub.post(f"{url}/move/delisted", data={"reason": "卖完了"}, follow_redirects=True))


def test_others_see_neither_the_page_nor_the_buttons(login: Login, township: FlaskClient) -> None:
    theirs = create_product(producer=create_producer(division_code=OTHER_VILLAGE))
    mine = create_product()
    assert township.get(f"/products/{theirs.id}").status_code == 404
    assert township.post(f"/products/{theirs.id}/price", data={"price": "1"}).status_code == 404
    assert township.get(f"/producers/{theirs.producer_id}").status_code == 404
    assert township.get(f"/products/{mine.id}").status_code == 200
    official = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))
    page = text_of(official.get(f"/products/{mine.id}"))
    assert "改价" not in page
    assert "修改资料" not in page
    assert official.post(f"/products/{mine.id}/price", data={"price": "1"}).status_code == 403
    operator = login(create_user(role=Role.VILLAGE_OPERATOR, scope_code=VILLAGE))
    assert operator.post(f"/products/{mine.id}/move/paused", data={"reason": "x"}).status_code == 403


def test_a_producer_gets_a_card_with_a_code_that_scans(hub: FlaskClient, app: Flask, tmp_path: Path) -> None:
    create_producer()
    form = {"name": "李大山", "kind": "farm_household", "division_code": VILLAGE, "phone": "138 1234 1234"}
    url = hub.post("/producers/new", data=form).headers["Location"]
    page = text_of(hub.get(url))
    assert "138****1234" in page
    assert "13812341234" not in page
    card = hub.get(f"{url}/card.pdf")
    (tmp_path / "card.pdf").write_bytes(card.data)
    subprocess.run(
        [need("pdftoppm"), "-r", "150", "-gray", str(tmp_path / "card.pdf"), str(tmp_path / "card")], check=True
    )
    (found,) = zxingcpp.read_barcodes(np.array(Image.open(tmp_path / "card-1.pgm")))
    producer = service.get_producer(create_hub_admin().actor, uuid.UUID(url.rpartition("/")[2]))
    assert found.text == f"{app.config['BASE_URL']}/farmer/{producer.code}"
    assert "李大山" in text_of(hub.get("/producers?q=李大山&kind=farm_household"))
    assert hub.post(f"{url}/edit", data={"name": "李大川", "kind": "farm_household"}).status_code == 303


def test_the_catalogue_shows_what_is_on_sale_to_anybody(client: FlaskClient) -> None:
    listed = create_product(name="酉阳山茶油")
    draft = create_product(name="没审核的茶", status=ProductStatus.DRAFT)
    paused = create_product(name="停卖的茶", status=ProductStatus.PAUSED)
    page = text_of(client.get("/catalogue"))
    assert "酉阳山茶油" in page
    assert "没审核的茶" not in page
    assert "停卖的茶" not in page
    assert "¥98.00" in text_of(client.get(f"/catalogue/{listed.id}"))
    assert "现在不卖" in text_of(client.get(f"/catalogue/{paused.id}"))
    assert client.get(f"/catalogue/{draft.id}").status_code == 404
    assert client.get(f"/catalogue/{ids.new_id()}").status_code == 404


def test_the_farmer_sees_own_goods_and_nobodys_telephone(client: FlaskClient) -> None:
    producer = create_producer(name="李大山", phone="13812341234")
    product = create_product(producer=producer, name="土鸡蛋", price_fen=4500)
    create_product(name="别人家的油")
    create_product(producer=producer, name="草稿里的货", status=ProductStatus.DRAFT)
    lot = create_packed_lot(product)
    page = text_of(client.get(f"/farmer/{producer.code}"))
    assert "土鸡蛋" in page
    assert "¥45.00" in page
    assert lot.code in page
    assert "别人家的油" not in page
    assert "草稿里的货" not in page
    assert "1234" not in page.replace(producer.code, "")
    wrong = producer.code[:-1] + str((int(producer.code[-1]) + 1) % 10)
    assert client.get(f"/farmer/{wrong}").status_code == 404


def test_anybody_reports_a_problem_and_the_hub_answers(client: FlaskClient, login: Login) -> None:
    producer = create_producer()
    url = f"/farmer/{producer.code}/problem?lot=YY261018018"
    assert "批次 YY261018018" in text_of(client.get(url))
    assert "这里要填" in text_of(client.post(url, data={"text": ""}), 422)
    assert client.post(url, data={"text": "包装破了", "phone": "13812341234"}).status_code == 303
    hub = login(create_hub_admin(totp_confirmed_at=clock.now()))
    page = text_of(hub.get("/products/problems?status=open&q=破了"))
    assert "包装破了" in page
    assert "138****1234" in page
    assert "13812341234" not in page
    report = create_problem(producer=producer)
    answered = hub.post(f"/products/problems/{report.id}", data={"answer": "已换货"}, follow_redirects=True)
    assert "已记下处理结果" in text_of(answered)
    assert service.get_problem(create_hub_admin(totp_confirmed_at=clock.now()).actor, report.id).answer == "已换货"


def test_what_is_typed_is_never_run(client: FlaskClient) -> None:
    producer = create_producer(name="<b>李</b>")
    page = text_of(client.get(f"/farmer/{producer.code}/problem?lot=<script>"))
    assert "<script>" not in page
    assert "<b>李</b>" not in page
