"""Pages about lots, and what a scanned code opens, through the client."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app.core import clock, seals
from app.core.access import Role
from app.core.database import db
from tests.factories.accounts import create_hub_admin, create_user
from tests.factories.products import OTHER_VILLAGE, VILLAGE, create_producer, create_product
from tests.factories.traceability import create_harvested_lot, create_lot, create_packed_lot
from traceability import service
from traceability.models import MissKind

pytestmark = pytest.mark.usefixtures("session")
Login = Callable[[Any], FlaskClient]
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 11) MicroMessenger/8.0"}


@pytest.fixture
def operator(login: Login) -> FlaskClient:
    return login(create_user(role=Role.VILLAGE_OPERATOR, scope_code=VILLAGE))


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.text[-2000:]
    return str(answer.text)


class TestTracePage:
    def test_a_scan_tells_where_it_comes_from(self, client: FlaskClient) -> None:
        lot = create_packed_lot(create_product(producer=create_producer(name="花田贡米合作社")))
        page = text_of(client.get(lot.path, headers=PHONE))
        for words in (
            "酉阳山茶油",
            "花田贡米合作社",
            "龙潭镇 包家村",
            "承诺达标合格证",
            "自行检测合格",
            "收获 3200 千克",
            "12 号田",
            "¥98.00",
        ):
            assert words in page
        assert "您是第一个查看的" in page
        assert "等待封存" in page
        assert "138****1234" in page
        assert "13812341234" not in page
        assert "第 2 次被查看" in text_of(client.get(lot.path + "/21/8", headers=PHONE))

    def test_machines_and_looking_around_do_not_count(self, client: FlaskClient) -> None:
        lot = create_packed_lot()
        assert client.head(lot.path, headers=PHONE).status_code == 200
        client.get(lot.path, headers={"User-Agent": "Baiduspider/2.0"})
        client.get(lot.path, headers=PHONE | {"Referer": "http://localhost" + lot.path})
        assert service.scans_of(lot.id).count == 0

    def test_sealed_records_say_so(self, client: FlaskClient) -> None:
        lot = create_packed_lot()
        seals.make()
        assert "已经封存" in text_of(client.get(lot.path))

    def test_english(self, client: FlaskClient) -> None:
        lot = create_packed_lot()
        assert client.get(lot.path + "?lang=en").text.count('lang="en"') >= 1

    def test_an_open_lot_warns(self, client: FlaskClient) -> None:
        assert "还没有收获记录" in text_of(client.get(create_lot().path))

    def test_machines_get_json_ld(self, client: FlaskClient) -> None:
        lot = create_packed_lot()
        for answer in (
            client.get(lot.path, headers={"Accept": "application/ld+json"}),
            client.get(lot.path + "?format=jsonld"),
        ):
            assert answer.mimetype == "application/ld+json"
            assert answer.json is not None
            assert answer.json["gs1:hasBatchLotNumber"] == lot.code
            assert [e["type"] for e in answer.json["events"]] == ["ObjectEvent", "TransformationEvent"]
        assert "Accept" in client.get(lot.path).headers["Vary"]

    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/01/09526000000013/10/YY000000000", 404),
            ("/01/09526000000013", 404),
            ("/01/09526000000014/10/A", 400),
            ("/01/abc", 400),
            ("/01/09526000000013/10/A/99/B", 400),
            ("/01/09526000000013/10/%E9%BE%99", 400),
        ],
    )
    def test_codes_that_lead_nowhere_have_their_own_page_and_are_counted(
        self, client: FlaskClient, path: str, status: int
    ) -> None:
        assert "这个码查不到" in text_of(client.get(path, headers=PHONE), status)
        kind = MissKind.MALFORMED if status == 400 else MissKind.UNKNOWN
        assert service.misses_since(clock.today()) == {kind: 1}

    def test_short_gtins_of_old_labels_lead_on(self, client: FlaskClient) -> None:
        lot = create_packed_lot()
        answer = client.get(f"/01/{lot.gtin[1:]}/10/{lot.code}?17=271018", headers=PHONE)
        assert (answer.status_code, answer.headers["Location"]) == (301, lot.path + "?17=271018")

    def test_a_code_without_a_lot_leads_to_the_product(self, client: FlaskClient) -> None:
        product = create_product()
        answer = client.get(f"/01/{product.gtin}")
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/catalogue/{product.id}")

    def test_the_page_is_light_and_asks_the_database_little(self, client: FlaskClient, queries: list[str]) -> None:
        path = create_packed_lot().path
        db.session.expire_all()
        queries.clear()
        answer = client.get(path, headers=PHONE)
        asked = [q for q in queries if not q.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]
        assert len(asked) <= 5, asked
        assert len(gzip.compress(answer.data)) < 30_000
        assert len(answer.data) < 30_000


@pytest.fixture
def queries(app: Flask, session: Any) -> Iterator[list[str]]:
    """The statements that reach the database."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


class TestKeepingLots:
    def test_from_field_to_label(self, operator: FlaskClient) -> None:
        product = create_product()
        assert "酉阳山茶油" in text_of(operator.get("/trace/new"))
        url = operator.post("/trace/new", data={"product_id": str(product.id), "plot": "后山"}).headers["Location"]
        assert "还没有记录" in text_of(operator.get(url))
        today = clock.today().isoformat()
        late = operator.post(f"{url}/harvest", data={"harvested_on": "2999-01-01", "quantity": "1", "unit": "千克"})
        assert "还没有到" in text_of(late, 422)
        harvest = {"harvested_on": today, "quantity": "120.5", "unit": "千克", "note": "人工采摘"}
        assert operator.post(f"{url}/harvest", data=harvest).status_code == 303
        packing = {"packed_on": today, "quantity": "240", "basis": "controlled"}
        assert operator.post(f"{url}/packing", data=packing).status_code == 303
        page = text_of(operator.get(url))
        for words in ("已包装", "收获 120.5 千克", "人工采摘", "包装 240 瓶", "承诺达标合格证", "等待封存"):
            assert words in page
        answer = operator.post(f"{url}/labels", data={"count": "12", "sheet": "A4-24"})
        assert answer.status_code == 303
        labels = operator.get(answer.headers["Location"])
        assert (labels.mimetype, labels.data[:5]) == ("application/pdf", b"%PDF-")

    def test_many_labels_are_made_as_a_job(self, operator: FlaskClient) -> None:
        lot = create_packed_lot()
        answer = operator.post(f"/trace/{lot.id}/labels", data={"count": "500", "sheet": "A4-40"})
        assert answer.status_code == 303
        assert "/jobs/" in answer.headers["Location"]
        assert "做好了" in text_of(operator.get(answer.headers["Location"]))
        too_many = operator.post(f"/trace/{lot.id}/labels", data={"count": "20001", "sheet": "A4-40"})
        assert too_many.status_code == 422
        assert operator.get(f"/trace/{lot.id}/labels.pdf?count=41").status_code == 422

    def test_the_list_searches_and_exports(self, login: Login) -> None:
        lot = create_packed_lot()
        create_harvested_lot(create_product(name="宜居红茶"))
        hub = login(create_hub_admin(totp_confirmed_at=clock.now()))
        page = text_of(hub.get("/trace?q=山茶&status=packed&month=2026-10"))
        assert lot.code in page
        assert "宜居红茶" not in page
        rows = CalamineWorkbook.from_filelike(io.BytesIO(hub.get("/trace/export.xlsx").data)).get_sheet_by_index(0)
        assert {row[1] for row in rows.to_python()[1:]} == {"酉阳山茶油", "宜居红茶"}
        assert "没有找到批次" in text_of(hub.get("/trace?q=没有&month=2026-13&status=x"))

    def test_others_lots_answer_404_and_readers_403(self, operator: FlaskClient, login: Login) -> None:
        theirs = create_packed_lot(create_product(producer=create_producer(division_code=OTHER_VILLAGE)))
        for page in ("", "/harvest", "/packing", "/labels", "/labels.pdf"):
            assert operator.get(f"/trace/{theirs.id}{page}").status_code == 404
        official = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code="500242000000"))
        assert official.get(f"/trace/{theirs.id}").status_code == 200
        assert official.get(f"/trace/{theirs.id}/labels").status_code == 403
        assert official.get("/trace/new").status_code == 403
