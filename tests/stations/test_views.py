"""Pages of the network, through the client."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.core import clock, ids
from app.core.access import Role
from stations import service
from stations.models import StationKind, StationStatus
from tests.factories.accounts import create_hub_admin, create_user
from tests.factories.stations import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_county,
    create_plan,
    create_station,
)
from tests.tools import sheet_rows

Login = Callable[[Any], FlaskClient]
S = StationStatus


@pytest.fixture(autouse=True)
def _county(session: Any) -> None:
    create_county()


@pytest.fixture
def hub(login: Login) -> FlaskClient:
    return login(create_hub_admin(totp_confirmed_at=clock.now()))


@pytest.fixture
def manager(login: Login) -> FlaskClient:
    return login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP))


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.text[-2000:]
    return str(answer.text)


def rows_of(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    return sheet_rows(answer.data)


def test_the_list_searches_filters_and_exports_what_it_shows(hub: FlaskClient) -> None:
    create_station(name="石营服务点")
    create_station(name="桂香服务点", division_code=OTHER_VILLAGE, status=S.PLANNED)
    page = text_of(hub.get("/stations"))
    assert "石营服务点" in page
    assert "桂香服务点" in page
    wanted = f"q=桂香&status=planned&kind=village_point&township={OTHER_TOWNSHIP}"
    page = text_of(hub.get(f"/stations?{wanted}"))
    assert "桂香服务点" in page
    assert "石营服务点" not in page
    rows = rows_of(hub.get(f"/stations/export.xlsx?{wanted}"))
    assert [row[1] for row in rows if row[1]] == ["名称", "桂香服务点"]
    assert rows[1][3:7] == ["麻旺镇", "桂香村", OTHER_VILLAGE, "已规划"]


def queries(client: FlaskClient, path: str) -> int:
    """How many statements a page takes."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        text_of(client.get(path))
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize("path", ["/stations", "/stations/coverage"])
def test_a_page_takes_as_many_queries_for_many_stations_as_for_one(hub: FlaskClient, path: str) -> None:
    create_station()
    before = queries(hub, path)
    for _ in range(20):
        create_station(division_code=OTHER_VILLAGE)
    assert queries(hub, path) <= before


def test_a_list_of_many_stations_comes_in_pages(hub: FlaskClient) -> None:
    for n in range(60):
        create_station(name=f"服务点{n:02d}", kind=StationKind.LIAISON_POINT, code=f"9{n:08d}")
    assert "共 2 页" in text_of(hub.get("/stations"))
    assert "服务点59" in text_of(hub.get("/stations?page=2"))
    assert "服务点59" in text_of(hub.get("/stations?page=99"))


@pytest.mark.parametrize("query", ["kind=nonsense", "township=1", "status=", "page=x", "q=%25%27", "on=2026-13-01"])
def test_nonsense_in_the_address_is_passed_over(hub: FlaskClient, query: str) -> None:
    create_station()
    text_of(hub.get(f"/stations?{query}"))
    text_of(hub.get(f"/stations/coverage?{query}"))


def test_a_township_sees_its_own_stations_only(manager: FlaskClient) -> None:
    own, other = create_station(name="自己的点"), create_station(name="别人的点", division_code=OTHER_VILLAGE)
    page = text_of(manager.get("/stations"))
    assert "自己的点" in page
    assert "别人的点" not in page
    assert len([row for row in rows_of(manager.get(f"/stations/export.xlsx?township={OTHER_TOWNSHIP}")) if row[1]]) == 1
    text_of(manager.get(f"/stations/{own.id}"))
    text_of(manager.get(f"/stations/{other.id}"), 404)
    text_of(manager.get(f"/stations/{other.id}/edit"), 404)
    text_of(manager.get(f"/stations/coverage?township={OTHER_TOWNSHIP}"), 404)
    text_of(manager.get(f"/stations/{own.id}/move"), 403)
    text_of(manager.get("/stations/new"), 403)
    text_of(manager.get("/stations/plan/edit"), 403)


def test_an_operator_sees_the_own_village_only(login: Login) -> None:
    own, next_door = create_station(), create_station(division_code=SECOND_VILLAGE)
    operator = login(create_user(scope_code=VILLAGE, station_id=own.id))
    text_of(operator.get(f"/stations/{own.id}"))
    text_of(operator.get(f"/stations/{next_door.id}"), 404)
    assert "1 / 1" in text_of(operator.get("/stations/coverage"))


@pytest.mark.parametrize(
    ("role", "scope", "shown"),
    [
        (Role.COUNTY_OFFICIAL, COUNTY, "138****1234"),
        (Role.TOWNSHIP_MANAGER, TOWNSHIP, "13812341234"),
        (Role.VILLAGE_OPERATOR, VILLAGE, "138****1234"),
    ],
)
def test_the_phone_is_masked_for_those_who_need_not_call(login: Login, role: Role, scope: str, shown: str) -> None:
    station = create_station()
    page = text_of(login(create_user(role=role, scope_code=scope)).get(f"/stations/{station.id}"))
    assert shown in page
    assert ("13812341234" in page) is (shown == "13812341234")


def test_roles_without_the_right_are_refused(login: Login) -> None:
    station = create_station()
    driver = login(create_user(role=Role.DRIVER, scope_code=COUNTY))
    for path in ("/stations", f"/stations/{station.id}", "/stations/coverage", "/stations/plan"):
        text_of(driver.get(path), 403)


def test_a_station_is_registered_from_the_page(hub: FlaskClient) -> None:
    assert "石营村" in text_of(hub.get(f"/stations/new?township={TOWNSHIP}"))
    facts = {
        "request_id": str(ids.new_id()),
        "division_code": VILLAGE,
        "kind": "village_point",
        "planned_on": clock.today().isoformat(),
        "phone": "138 1234 1234",
        "lon": "108.7",
        "lat": "28.8",
    }
    for _ in range(2):  # a double tap
        answer = hub.post(f"/stations/new?township={TOWNSHIP}", data=facts)
        assert answer.status_code == 303
    [station] = service.list_stations(scope_code=COUNTY)
    assert (station.name, station.phone, station.lon) == ("石营村服务点", "13812341234", 108.7)
    assert answer.location.endswith(f"/stations/{station.id}")
    again = facts | {"request_id": str(ids.new_id())}
    assert "一村补助一个点" in text_of(hub.post(f"/stations/new?township={TOWNSHIP}", data=again), 422)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": "township_station"}, "不能设在"),
        ({"division_code": OTHER_VILLAGE}, "还没有记下"),
        ({"planned_on": (clock.today() + timedelta(days=2)).isoformat()}, "今天以后"),
        ({"lat": "108.7"}, "请写成 108.7672 这样的度数"),
        ({"phone": "12345"}, "11 位手机号"),
        ({"area_m2": "很大"}, "还没有记下"),
    ],
)
def test_what_is_wrong_in_the_form_is_said(hub: FlaskClient, changed: dict[str, str], words: str) -> None:
    facts = {
        "division_code": VILLAGE,
        "kind": "village_point",
        "planned_on": clock.today().isoformat(),
        "name": "我的点",
    }
    page = text_of(hub.post(f"/stations/new?township={TOWNSHIP}", data=facts | changed), 422)
    assert words in page
    assert "我的点" in page
    assert service.list_stations(scope_code=COUNTY) == []


def test_a_station_is_moved_from_its_page(hub: FlaskClient) -> None:
    station = create_station(status=S.SELF_INSPECTED)
    page = text_of(hub.get(f"/stations/{station.id}"))
    assert "改为建设中" in page
    assert "改为已验收" not in page  # that is what the acceptance does
    facts = {
        "new_status": "under_construction",
        "effective_on": clock.today().isoformat(),
        "reason": "要补做无障碍坡道",
    }
    assert hub.post(f"/stations/{station.id}/move", data=facts).status_code == 303
    assert "要补做无障碍坡道" in text_of(hub.get(f"/stations/{station.id}"))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"new_status": "accepted"}, "还没有记下"),
        ({"reason": " "}, "请写明原因"),
        ({"effective_on": "2026-02-01"}, "不能早于上一次变更"),
        ({"effective_on": "2999-02-01"}, "今天以后"),
    ],
)
def test_moves_that_are_refused_are_said_at_their_field(hub: FlaskClient, changed: dict[str, str], words: str) -> None:
    station = create_station(status=S.SELF_INSPECTED, since=date(2026, 3, 1))
    facts = {"new_status": "under_construction", "effective_on": clock.today().isoformat(), "reason": "返工"}
    assert words in text_of(hub.post(f"/stations/{station.id}/move", data=facts | changed), 422)
    assert service.get_station(station.id).status is S.SELF_INSPECTED


def test_details_are_edited(manager: FlaskClient) -> None:
    station = create_station()
    assert "冉桂芳" in text_of(manager.get(f"/stations/{station.id}/edit"))
    facts = {"name": "石营村便民点", "address": "石营村二组", "area_m2": "45", "manager_name": "彭大山"}
    assert manager.post(f"/stations/{station.id}/edit", data=facts).status_code == 303
    page = text_of(manager.get(f"/stations/{station.id}"))
    assert "石营村便民点" in page
    assert "45 平方米" in page
    assert "冉桂芳 → 彭大山" in page


def test_what_people_type_is_never_markup(hub: FlaskClient) -> None:
    station = create_station(name="<script>alert(1)</script>", address="<b>")
    for path in ("/stations", f"/stations/{station.id}", "/stations/coverage"):
        assert "<script" not in text_of(hub.get(path))


def test_the_coverage_page_tells_figures_map_list_and_definition(hub: FlaskClient) -> None:
    create_station()
    create_station(division_code=TOWNSHIP, kind=StationKind.TOWNSHIP_STATION, name="龙潭镇综合服务站")
    create_plan()
    page = text_of(hub.get("/stations/coverage"))
    assert "25.0 %" in page
    assert "1 / 4" in page
    assert "桂香村、龙坝村" in page
    assert "按村计" in page
    assert "<svg" in page
    assert "龙潭镇综合服务站 · 乡镇综合服务站" in page
    assert "麻旺镇 龙坝村 · 未覆盖的村" in page
    assert "村级服务点（个）" in page
    assert not re.search(r"<script|style=", page)


def test_coverage_of_a_past_day_and_of_one_township(hub: FlaskClient) -> None:
    create_station(since=date(2026, 3, 1))
    assert "0 / 4" in text_of(hub.get("/stations/coverage?on=2026-02-28"))
    assert "1 / 4" in text_of(hub.get("/stations/coverage?on=2026-03-01"))
    page = text_of(hub.get(f"/stations/coverage?township={TOWNSHIP}"))
    assert "1 / 2" in page
    rows = rows_of(hub.get(f"/stations/coverage.xlsx?township={TOWNSHIP}&on=2026-02-28"))
    assert [row[1] for row in rows[1:3]] == ["石营村", "渤海村"]
    assert any("按村计" in str(row[0]) for row in rows)


def test_the_plan_is_set_from_its_page(hub: FlaskClient) -> None:
    assert "还没有计划" in text_of(hub.get("/stations/plan"))
    facts = {
        "name": "2026 年计划",
        "year": "2026",
        "township_stations": "20",
        "village_points": "238",
        "village_points_before": "98",
        "village_points_due": "2026-05-31",
        "village_coverage": "85",
    }
    assert hub.post("/stations/plan/edit", data=facts).status_code == 303
    page = text_of(hub.get("/stations/plan"))
    assert "其中原有 98" in page
    assert "0 / 238" in page
    assert "还缺哪里：4 处" in page
    assert "238" in text_of(hub.get("/stations/plan/edit"))
    assert "0 到 100" in text_of(hub.post("/stations/plan/edit", data=facts | {"village_coverage": "185"}), 422)


def test_before_a_county_is_loaded_the_pages_say_so(login: Login, session: Any) -> None:
    empty = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code="532931000000"))
    assert "还没有导入村的资料" in text_of(empty.get("/stations/coverage"))
    assert "这里还没有站点" in text_of(empty.get("/stations"))
