from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.core import clock, documents
from app.core.access import Role
from app.core.documents import Finding
from tests.factories import accounts, trade
from tests.factories.datacenter import (
    COUNTY,
    MONTH,
    OTHER_TOWNSHIP,
    Counter,
    create_counter,
    create_month_report,
)
from tests.factories.logistics import create_shelved
from tests.factories.stations import TOWNSHIP, VILLAGE, create_division
from tests.tools import sheet_rows
from trade.service import services

Login = Callable[[Any], FlaskClient]
NOON = clock.at_local(date(2026, 10, 15), 12)
NOW = clock.at_local(date(2026, 11, 22), 9)


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)[-600:]
    return str(answer.get_data(as_text=True))


def rows_of(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    return sheet_rows(answer.data)


def lines(page: str) -> dict[str, list[str]]:
    """The rows of the last table by their heading, tags taken off."""
    table = page.rpartition("<table")[2]
    found = {}
    for row in re.findall(r"<tr.*?</tr>", table.partition("<tbody>")[2], re.S):
        head, *cells = (re.sub(r"<[^>]+>", "", c).strip() for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S))
        found[head] = cells
    return found


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def official(login: Login, counters: list[Counter]) -> FlaskClient:
    return login(accounts.create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY, name="周科长"))


@pytest.fixture
def worked(counters: list[Counter]) -> list[Counter]:
    point = counters[1]
    with clock.at(NOON):
        trade.create_sale(point.operator, quantity=1, price_fen=182_450, online=True)
        trade.create_purchase(point.operator, price_fen=9_621, deposit_fen=0)
        voided = trade.create_sale(point.operator, quantity=1, price_fen=77_777)
        services.void_sale(actor=point.operator, sale=voided, reason="记错")
        create_shelved(point.operator, point.station)
        trade.create_order((trade.create_product(VILLAGE), 2))
    return counters


def queries(client: FlaskClient, path: str) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        text_of(client.get(path))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return len(seen)


def test_the_menu_leads_to_the_last_whole_month(official: FlaskClient) -> None:
    assert official.get("/statistics").location == "/statistics/2026-10"
    assert official.get("/statistics?month=2026-03").location == "/statistics/2026-03"
    assert official.get(f"/statistics?month=2026-03&place={TOWNSHIP}").location == f"/statistics/2026-03/{TOWNSHIP}"


@pytest.mark.parametrize("month", ["2027-01", "1999-12", "2026-12"])
def test_months_that_are_not(official: FlaskClient, month: str) -> None:
    text_of(official.get(f"/statistics/{month}"), 404)
    text_of(official.get(f"/statistics?month={month}"), 404)


def test_nonsense_in_the_address_is_passed_over(official: FlaskClient) -> None:
    text_of(official.get("/statistics?month=x"), 404)
    text_of(official.get("/statistics/2026-13"), 404)
    text_of(official.get(f"/statistics/{MONTH}/500242999000"), 404)
    assert official.get("/statistics?place=x").status_code == 303


def test_the_page_of_the_month(official: FlaskClient, worked: list[Counter]) -> None:
    page = text_of(official.get(f"/statistics/{MONTH}"))
    assert lines(page) == {
        "龙潭镇": ["3", "1,824.50", "1,824.50", "96.21", "196.00", "1 / 0"],
        "麻旺镇": ["1", "0.00", "0.00", "0.00", "0.00", "0 / 0"],
        "合计": ["4", "1,824.50", "1,824.50", "96.21", "196.00", "1 / 0"],
    }
    assert "未签发，数字还会变" in page
    assert "不得相加" in page
    assert "<svg" in page
    assert "同比 —" in page


def test_year_on_year_on_the_page(official: FlaskClient, counters: list[Counter]) -> None:
    for year, fen in ((2025, 100_000), (2026, 118_200)):
        with clock.at(clock.at_local(date(year, 10, 3), 9)):
            trade.create_sale(counters[1].operator, quantity=1, price_fen=fen)
    assert "同比 +18.2 %" in text_of(official.get(f"/statistics/{MONTH}"))


def test_where_nothing_stood_yet_there_are_dashes(official: FlaskClient) -> None:
    page = text_of(official.get("/statistics/2025-02"))
    assert lines(page)["龙潭镇"] == ["—"] * 6
    assert lines(text_of(official.get("/statistics/2025-03")))["龙潭镇"] == ["3", *["0.00"] * 4, "0 / 0"]
    assert "没有站点，没有要报的数" in text_of(official.get(f"/statistics/2025-02/{TOWNSHIP}"))


def links(page: str) -> list[str]:
    return re.findall(r'href="(/[^"#]+)"', page.partition("<main")[2].replace("&amp;", "&"))


def test_from_the_county_down_to_the_receipt(official: FlaskClient, worked: list[Counter]) -> None:
    county = text_of(official.get(f"/statistics/{MONTH}"))
    assert f"/statistics/{MONTH}/{TOWNSHIP}" in links(county)
    township = text_of(official.get(f"/statistics/{MONTH}/{TOWNSHIP}"))
    assert lines(township) == {
        "龙潭镇站": ["1", "0.00", "0.00", "0.00", "—", "0 / 0"],
        "石营点": ["1", "1,824.50", "1,824.50", "96.21", "—", "1 / 0"],
        "渤海点": ["1", "0.00", "0.00", "0.00", "—", "0 / 0"],
        "农产品网上零售（订单不经站点）": ["—", "—", "—", "—", "196.00", "—"],
        "合计": lines(county)["龙潭镇"],
    }
    path = f"/statistics/{MONTH}/stations/{worked[1].station.id}"
    assert path in links(township)
    receipts = text_of(official.get(path))
    assert "作废，不计" in receipts
    assert "1,824.50" in receipts
    slips = [link for link in links(receipts) if link.startswith(("/trade/", "/parcels/"))]
    assert len(slips) == 3 + 1
    for slip in slips:
        text_of(official.get(slip))
    (orders,) = [link for link in links(township) if link.startswith("/orders?")]
    assert "酉阳山茶油" in text_of(official.get(orders)) or "196.00" in text_of(official.get(orders))


def test_receipts_search_filter_page_and_export_what_they_show(official: FlaskClient, worked: list[Counter]) -> None:
    path = f"/statistics/{MONTH}/stations/{worked[1].station.id}"
    page = text_of(official.get(f"{path}?kind=purchase&q=洗衣"))
    assert list(lines(page)) == [re.search(r">([^<]+)</a></th>", page.rpartition("<tbody>")[2])[1]]  # type: ignore[index]
    rows = rows_of(official.get(f"{path}/export.xlsx?kind=sale"))
    assert sorted((row[5], row[7]) for row in rows[1:]) == [(777.77, "作废，不计"), (1824.5, "计入")]
    text_of(official.get(f"{path}?kind=nonsense&page=x"))
    assert "没有符合条件" in text_of(official.get(f"{path}?q=没有这样的"))
    with clock.at(NOON):
        for _ in range(55):
            create_shelved(worked[1].operator, worked[1].station)
    assert "共 2 页" in text_of(official.get(path))
    assert "这个月没有记录" in text_of(official.get(path.replace(MONTH, "2026-09")))


def test_the_export_is_the_page(official: FlaskClient, worked: list[Counter]) -> None:
    rows = rows_of(official.get(f"/statistics/{MONTH}/{COUNTY}/export.xlsx"))
    assert rows[1] == ["龙潭镇", 3.0, 1824.5, 1824.5, 96.21, 196.0, 1.0, 0.0]
    rows = rows_of(official.get(f"/statistics/{MONTH}/{TOWNSHIP}/export.xlsx"))
    assert rows[0][0] == "站点"


def test_the_number_of_queries_does_not_grow_with_the_county(official: FlaskClient, worked: list[Counter]) -> None:
    paths = [f"/statistics/{MONTH}", f"/statistics/{MONTH}/{TOWNSHIP}", f"/statistics/{MONTH}/{COUNTY}/export.xlsx"]
    before = [queries(official, path) for path in paths[:2]]
    for n in range(12):
        town, village = f"5002423{n:02d}000", f"5002423{n:02d}201"
        create_division(code=town, name=f"第{n}镇", short_name=f"第{n}镇", level="township", parent_code=COUNTY)
        create_division(code=village, name=f"第{n}村", short_name=f"第{n}村", parent_code=town)
        counter = create_counter(village)
        with clock.at(NOON):
            trade.create_sale(counter.operator)
        with clock.at(NOON):
            trade.create_sale(create_counter(VILLAGE).operator)
    assert [queries(official, path) for path in paths[:2]] == before
    assert before[0] <= 26
    assert "第11镇" in text_of(official.get(paths[0]))


@pytest.mark.usefixtures("no_second_step")
def test_a_report_is_issued_by_the_hub_as_a_job(login: Login, worked: list[Counter]) -> None:
    hub = login(accounts.create_hub_admin())
    page = text_of(hub.get(f"/statistics/{MONTH}"))
    assert "签发 2026 年 10 月 月报" in page
    answer = hub.post(f"/statistics/{MONTH}/report")
    job = text_of(hub.get(answer.location))
    assert "做好了" in job
    page = text_of(hub.get(f"/statistics/{MONTH}"))
    assert "已签发 11 月 22 日" in page
    assert "签发 2026 年 10 月 月报" not in page
    (url,) = re.findall(r'href="([^"]+)">签章 PDF', page)
    assert documents.verify(hub.get(url).data).finding is Finding.GENUINE
    (url,) = re.findall(r'href="([^"]+)">签发时的 XLSX', page)
    assert rows_of(hub.get(url))[1][2] == 1824.5
    assert "没做成" in text_of(hub.get(hub.post(f"/statistics/{MONTH}/report").location))  # nothing new


@pytest.mark.usefixtures("no_second_step")
def test_the_page_says_when_figures_were_corrected_since(login: Login, worked: list[Counter]) -> None:
    create_month_report()
    with clock.at(NOON):
        trade.create_sale(worked[1].operator, quantity=1, price_fen=100)
    hub = login(accounts.create_hub_admin())
    page = text_of(hub.get(f"/statistics/{MONTH}"))
    assert "签发以后数字有更正" in page
    assert "签发 2026 年 10 月 月报" in page
    assert "签发以后数字有更正" in text_of(hub.get(f"/statistics/{MONTH}/{TOWNSHIP}"))
    assert "签发以后数字有更正" not in text_of(hub.get(f"/statistics/{MONTH}/{OTHER_TOWNSHIP}"))


def test_every_report_is_listed(official: FlaskClient, worked: list[Counter]) -> None:
    assert "还没有签发过月报" in text_of(official.get("/statistics/reports"))
    report = create_month_report()
    page = text_of(official.get("/statistics/reports"))
    assert report.document.number in page
    assert f"/verify/{report.document.number}" in page


def test_the_official_reads_and_issues_nothing(official: FlaskClient, worked: list[Counter]) -> None:
    assert "签发 2026" not in text_of(official.get(f"/statistics/{MONTH}"))
    text_of(official.post(f"/statistics/{MONTH}/report"), 403)


def test_a_township_sees_its_own_and_nothing_else(login: Login, worked: list[Counter]) -> None:
    report = create_month_report()
    manager = login(accounts.create_township_manager())
    page = text_of(manager.get(f"/statistics/{MONTH}"))
    assert "石营点" in page
    assert "麻旺镇" not in page
    assert "已签发" in page
    assert "签章 PDF" not in page
    other = worked[3].station.id
    for path in (
        OTHER_TOWNSHIP,
        COUNTY,
        f"{OTHER_TOWNSHIP}/export.xlsx",
        f"stations/{other}",
        f"stations/{other}/export.xlsx",
    ):
        text_of(manager.get(f"/statistics/{MONTH}/{path}"), 404)
    text_of(manager.get(f"/files/{report.document.upload_id}"), 404)
    text_of(manager.post(f"/statistics/{MONTH}/report"), 403)


@pytest.mark.parametrize("role", [Role.VILLAGE_OPERATOR, Role.TRAINER, Role.DRIVER, Role.PRODUCER, Role.INSPECTOR])
def test_others_stay_outside(login: Login, worked: list[Counter], role: Role) -> None:
    scope = VILLAGE if role in (Role.VILLAGE_OPERATOR, Role.PRODUCER) else COUNTY
    client = login(accounts.create_user(role=role, scope_code=scope))
    for path in ("", f"/{MONTH}", f"/{MONTH}/{TOWNSHIP}", "/reports", f"/{MONTH}/stations/{worked[1].station.id}"):
        text_of(client.get(f"/statistics{path}"), 403)


def test_in_english_the_definitions_are_english(official: FlaskClient) -> None:
    page = text_of(official.get(f"/statistics/{MONTH}?lang=en"))
    assert "must not be added" in page
