"""Pages about what a station is like, its neighbours, divisions, registers and the plan, through the client."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core import clock, ids
from app.core.access import SYSTEM, Role
from stations import service
from stations.models import Measure, PositionSource, Service, StationKind, StationStatus, Tenure
from tests.factories.accounts import create_hub_admin, create_user
from tests.factories.stations import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_county,
    create_key_mark,
    create_neighbour,
    create_offer,
    create_plan,
    create_station,
)
from tests.stations.files import door_photo
from tests.stations.test_views import queries
from tests.tools import sheet_rows

Login = Callable[[Any], FlaskClient]
TODAY = clock.today()
LATER = (TODAY + timedelta(days=2)).isoformat()


@pytest.fixture(autouse=True)
def _county(session: Any) -> None:
    create_county()


@pytest.fixture
def hub(login: Login) -> FlaskClient:
    return login(create_hub_admin(totp_confirmed_at=clock.now()))


@pytest.fixture
def manager(login: Login) -> FlaskClient:
    return login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP))


@pytest.fixture
def official(login: Login) -> FlaskClient:
    return login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.text[-2000:]
    return str(answer.text)


def rows_of(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    return sheet_rows(answer.data)


# -- any past day ----------------------------------------------------------------------------------


def test_the_list_of_a_past_day_shows_the_status_and_the_names_of_that_day(hub: FlaskClient) -> None:
    old, new = create_station(name="老点", since=date(2025, 3, 1)), create_station(name="新点", since=date(2026, 3, 1))
    service.move_station(
        actor=SYSTEM,
        request_id=None,
        station_id=old.id,
        new_status=StationStatus.SUSPENDED,
        effective_on=TODAY,
        reason="整顿",
    )
    service.edit_station(
        actor=SYSTEM, request_id=None, station_id=old.id, name="改了名的点", details=service.StationDetails()
    )
    page = text_of(hub.get("/stations?on=2025-06-01"))
    assert "老点" in page
    assert "运营中</span>" in page
    assert "新点" not in page
    assert "改了名的点" not in page
    assert "停业整顿</span>" in text_of(hub.get("/stations"))
    assert "改了名的点" in text_of(hub.get("/stations?status=suspended"))
    assert "没有符合条件" in text_of(hub.get("/stations?status=suspended&on=2025-06-01"))
    rows = rows_of(hub.get("/stations/export.xlsx?on=2025-06-01"))
    assert [(row[1], row[6]) for row in rows if row[1]] == [("名称", "状态"), ("老点", "运营中")]
    assert new.name in text_of(hub.get("/stations?on=2999-01-01"))


@pytest.mark.parametrize(
    ("kind", "division"),
    [(StationKind.LIAISON_POINT, TOWNSHIP), (StationKind.LIAISON_POINT, VILLAGE)],
)
def test_what_has_no_checklist_is_opened_step_by_step(hub: FlaskClient, kind: StationKind, division: str) -> None:
    facts = {"division_code": division, "kind": kind.value, "planned_on": TODAY.isoformat(), "name": "农贸市场点"}
    answer = hub.post(f"/stations/new?township={TOWNSHIP}", data=facts)
    assert answer.status_code == 303
    words = ("选址通过", "建设中", "已自查", "已验收", "试运行", "运营中")
    steps = ("site_approved", "under_construction", "self_inspected", "accepted", "trial", "operating")
    for step, word in zip(steps, words, strict=True):
        assert f"改为{word}" in text_of(hub.get(answer.location))
        move = {"new_status": step, "effective_on": TODAY.isoformat(), "reason": "批复"}
        assert hub.post(f"{answer.location}/move", data=move).status_code == 303
    page = text_of(hub.get(answer.location))
    assert "农贸市场点" in page
    assert "运营中</span>" in page
    assert "农贸市场点" in text_of(hub.get(f"/stations?kind={kind.value}&status=operating"))


@pytest.mark.parametrize("path", ["?on=2026-06-01", "/villages", "/townships", "/offers", "/plan", "/plan/missing"])
def test_a_page_takes_as_many_queries_for_many_stations_as_for_one(hub: FlaskClient, path: str) -> None:
    create_plan()
    create_offer(station_id=create_station().id)
    before = queries(hub, f"/stations{path}")
    for _ in range(20):
        create_offer(station_id=create_station(division_code=OTHER_VILLAGE).id)
    assert queries(hub, f"/stations{path}") <= before


# -- profile ---------------------------------------------------------------------------------------


def test_services_are_ticked_and_stand_on_the_page_and_in_the_register(manager: FlaskClient) -> None:
    station = create_station(name="石营点")
    page = text_of(manager.get(f"/stations/{station.id}/offers"))
    assert "票务预订" in page
    assert "创业孵化" not in page
    facts = {"services": ["purchase", "bills"], "since": "2026-03-01"}
    assert manager.post(f"/stations/{station.id}/offers", data=facts).status_code == 303
    page = text_of(manager.get(f"/stations/{station.id}/offers"))
    assert re.findall(r'<input checked[^>]* value="(\w+)"', page) == ["purchase", "bills"]
    page = text_of(manager.get("/stations/offers"))
    assert "石营点" in page
    assert "石营点" not in text_of(manager.get("/stations/offers?service=sale"))
    rows = rows_of(manager.get("/stations/offers.xlsx"))
    assert [row[0] for row in rows[1:3]] == ["代买", "缴费"]
    wrong = text_of(manager.post(f"/stations/{station.id}/offers", data={"services": ["sale"], "since": LATER}), 422)
    assert "今天以后" in wrong
    assert LATER in wrong
    text_of(manager.post(f"/stations/{station.id}/offers", data=facts | {"services": ["incubation"]}), 422)


def test_partners_come_and_go(manager: FlaskClient) -> None:
    station = create_station()
    url = f"/stations/{station.id}/partners"
    assert manager.post(f"{url}/new", data={"name": "邮政快递", "since": "2026-03-01"}).status_code == 303
    assert "邮政快递" in text_of(manager.get(f"/stations/{station.id}"))
    again = text_of(manager.post(f"{url}/new", data={"name": "邮政快递", "since": "2026-04-01"}), 422)
    assert "已经在和邮政快递合作" in again
    [partner] = service.partners_of(station)
    assert "邮政快递" in text_of(manager.get(f"{url}/{partner.id}/end"))
    assert "不能早于" in text_of(manager.post(f"{url}/{partner.id}/end", data={"until": "2026-02-01"}), 422)
    assert manager.post(f"{url}/{partner.id}/end", data={"until": "2026-05-01"}).status_code == 303
    text_of(manager.get(f"{url}/{partner.id}/end"), 404)
    text_of(manager.get(f"{url}/{ids.new_id()}/end"), 404)


def test_premises_are_told_on_the_page(manager: FlaskClient) -> None:
    station = create_station()
    facts = {
        "tenure": "leased",
        "owner_name": "冉大山",
        "rent": "6000",
        "lease_until": "2028-12-31",
        "effective_on": "2026-03-01",
    }
    wrong = text_of(manager.post(f"/stations/{station.id}/premises", data=facts | {"rent": ""}), 422)
    assert "请写一年租金" in wrong
    assert "冉大山" in wrong
    assert manager.post(f"/stations/{station.id}/premises", data=facts).status_code == 303
    page = text_of(manager.get(f"/stations/{station.id}"))
    assert "租用 · 一年 ¥6,000.00" in page
    assert 'value="6000.00"' in text_of(manager.get(f"/stations/{station.id}/premises"))
    assert service.premises_of(station)[0].tenure is Tenure.LEASED
    row = rows_of(manager.get("/stations/export.xlsx"))[1]
    assert row[19:22] == ["租用", "冉大山", 6000]


def test_more_of_the_priority_groups_than_people_is_refused(manager: FlaskClient) -> None:
    station = create_station(kind=StationKind.TOWNSHIP_STATION, division_code=TOWNSHIP)
    facts = {"name": "龙潭站", "staff": "3", "staff_priority": "4", "sign_text": "示范站"}
    page = text_of(manager.post(f"/stations/{station.id}/edit", data=facts), 422)
    assert "不能多于从业人数" in page
    assert "示范站" in page
    assert manager.post(f"/stations/{station.id}/edit", data=facts | {"staff_priority": "2"}).status_code == 303
    page = text_of(manager.get(f"/stations/{station.id}"))
    assert "其中重点群体 2" in page
    assert "标识文字" in page


@pytest.mark.parametrize("path", ["edit", "offers", "partners/new", "premises", "position"])
def test_who_may_not_describe_a_station(path: str, manager: FlaskClient, login: Login) -> None:
    other = create_station(division_code=OTHER_VILLAGE)
    text_of(manager.get(f"/stations/{other.id}/{path}"), 404)
    text_of(manager.post(f"/stations/{other.id}/{path}", data={}), 404)
    official = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))
    text_of(official.get(f"/stations/{other.id}/{path}"), 403)


# -- position --------------------------------------------------------------------------------------


def test_a_position_is_typed_and_kept(manager: FlaskClient) -> None:
    station = create_station()
    facts = {"lon": "108.7", "lat": "28.8", "accuracy_m": "10", "taken_on": "2026-03-01"}
    assert manager.post(f"/stations/{station.id}/position", data=facts).status_code == 303
    page = text_of(manager.get(f"/stations/{station.id}"))
    assert "108.70000, 28.80000" in page
    assert "误差约 10 米" in page
    assert service.positions_of(station)[0].source is PositionSource.TYPED


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"lon": "109.5"}, "边界以外"),
        ({"lon": "28.8", "lat": "108.7"}, "请写成 108.7672 这样的度数"),
        ({"lon": ""}, "还没有记下"),
        ({"taken_on": LATER}, "今天以后"),
        ({"accuracy_m": "近"}, "还没有记下"),
    ],
)
def test_positions_that_are_asked_back(manager: FlaskClient, changed: dict[str, str], words: str) -> None:
    station = create_station()
    facts = {"lon": "108.7", "lat": "28.8123", "accuracy_m": "", "taken_on": "2026-03-01"}
    page = text_of(manager.post(f"/stations/{station.id}/position", data=facts | changed), 422)
    assert words in page
    assert (changed.get("lat") or "28.8123") in page
    assert list(service.positions_of(station)) == []
    if words == "边界以外":
        sure = facts | changed | {"sure": "y"}
        assert manager.post(f"/stations/{station.id}/position", data=sure).status_code == 303
        assert "边界以外" in service.positions_of(station)[0].doubt


def test_a_position_is_read_from_a_photo_and_confirmed(manager: FlaskClient) -> None:
    station = create_station()
    url = f"/stations/{station.id}/position"
    data = {"photo": (io.BytesIO(door_photo(108.7125, 28.8025)), "door.jpg")}
    answer = manager.post(f"{url}/photo", data=data)
    assert answer.status_code == 303
    page = text_of(manager.get(answer.location))
    assert 'value="108.7125"' in page
    assert 'value="2026-11-20"' in page or date(2026, 11, 20) > TODAY
    assert list(service.positions_of(station)) == []
    photo = answer.location.partition("photo=")[2]
    facts = {"lon": "108.7125", "lat": "28.8025", "taken_on": "2026-03-01", "upload_id": photo, "source": "photo"}
    assert manager.post(url, data=facts).status_code == 303
    [position] = service.positions_of(station)
    assert (position.source, str(position.upload_id)) == (PositionSource.PHOTO, photo)
    assert photo in text_of(manager.get(f"/stations/{station.id}"))
    assert manager.post(url, data=facts | {"lon": "108.7"}).status_code == 303
    assert service.positions_of(station)[0].source is PositionSource.TYPED  # changed by hand
    for nobodys in (str(ids.new_id()), "x"):
        assert manager.post(url, data=facts | {"upload_id": nobodys}).status_code == 303
        assert service.positions_of(station)[0].upload_id is None


def test_a_photo_without_a_position_is_said_at_its_field(manager: FlaskClient) -> None:
    station = create_station()
    data = {"photo": (io.BytesIO(door_photo()), "door.jpg")}
    assert "照片里没有位置" in text_of(manager.post(f"/stations/{station.id}/position/photo", data=data), 422)
    assert "请选一张照片" in text_of(manager.post(f"/stations/{station.id}/position/photo", data={}), 422)
    data = {"photo": (io.BytesIO(b"%PDF-1.7"), "door.jpg")}
    assert "只收照片" in text_of(manager.post(f"/stations/{station.id}/position/photo", data=data), 422)


def test_the_page_of_a_position_works_without_its_script_and_may_run_no_other(manager: FlaskClient) -> None:
    station = create_station()
    answer = manager.get(f"/stations/{station.id}/position")
    page = text_of(answer)
    assert re.search(r'<button type="button"[^>]* hidden', page)
    assert re.findall(r"<script[^>]*>", page) == re.findall(r'<script src="/static/locate\.js\?v=\w{12}" defer>', page)
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in manager.get(f"/stations/{station.id}").headers["Content-Security-Policy"]
    assert "geolocation" in Path(manager.application.static_folder or "", "locate.js").read_text()


def test_an_operator_locates_the_own_station_only(login: Login) -> None:
    own, second = create_station(), create_station()
    operator = login(create_user(scope_code=VILLAGE, station_id=own.id))
    assert f"/stations/{own.id}/position" in text_of(operator.get(f"/stations/{own.id}"))
    assert f"/stations/{second.id}/position" not in text_of(operator.get(f"/stations/{second.id}"))
    facts = {"lon": "108.7", "lat": "28.8", "taken_on": "2026-03-01"}
    assert operator.post(f"/stations/{own.id}/position", data=facts).status_code == 303
    text_of(operator.post(f"/stations/{second.id}/position", data=facts), 404)


# -- neighbours ------------------------------------------------------------------------------------


def test_a_neighbour_is_named_and_stopped_from_the_page(hub: FlaskClient) -> None:
    station = create_station()
    url = f"/stations/{station.id}/neighbours"
    page = text_of(hub.get(f"{url}/new"))
    assert page.index("渤海村") < page.index("桂香村")
    facts = {
        "village_code": SECOND_VILLAGE,
        "valid_from": "2026-04-01",
        "reason": "验收意见第三条",
        "acceptance_id": "",
    }
    assert "还没有记下" in text_of(hub.post(f"{url}/new", data=facts | {"village_code": VILLAGE}), 422)
    assert "今天以后" in text_of(hub.post(f"{url}/new", data=facts | {"valid_from": LATER}), 422)
    assert hub.post(f"{url}/new", data=facts).status_code == 303
    assert "验收意见第三条" in text_of(hub.get(f"/stations/{station.id}"))
    assert "2 / 4" in text_of(hub.get("/stations/coverage"))
    stop = f"{url}/{SECOND_VILLAGE}/stop"
    assert "渤海村" in text_of(hub.get(stop))
    assert "不能早于" in text_of(hub.post(stop, data={"valid_to": "2026-03-01", "reason": "新建"}), 422)
    assert hub.post(stop, data={"valid_to": "2026-06-01", "reason": "新建了点"}).status_code == 303
    assert "新建了点" in text_of(hub.get(f"/stations/{station.id}"))
    assert "1 / 4" in text_of(hub.get("/stations/coverage"))
    text_of(hub.get(stop), 404)


def test_only_the_hub_names_neighbours(manager: FlaskClient) -> None:
    station = create_station()
    create_neighbour(station_id=station.id)
    text_of(manager.get(f"/stations/{station.id}/neighbours/new"), 403)
    text_of(manager.get(f"/stations/{station.id}/neighbours/{SECOND_VILLAGE}/stop"), 403)
    page = text_of(manager.get(f"/stations/{station.id}"))
    assert "渤海村" in page
    assert "/stop" not in page


# -- divisions -------------------------------------------------------------------------------------


def test_a_village_is_merged_after_its_preview(hub: FlaskClient) -> None:
    create_station(name="渤海点", division_code=SECOND_VILLAGE)
    url = f"/stations/divisions/{SECOND_VILLAGE}"
    page = text_of(hub.get(f"{url}/merge"))
    assert "1 个站点跟着过去" in page
    assert "渤海点" in page
    facts = {"into_code": VILLAGE, "effective_on": "2026-06-01", "reason": "渝府〔2026〕8 号"}
    assert "今天以后" in text_of(hub.post(f"{url}/merge", data=facts | {"effective_on": LATER}), 422)
    wrong = text_of(hub.post(f"{url}/merge", data=facts | {"into_code": ""}), 422)
    assert "渝府〔2026〕8 号" in wrong
    answer = hub.post(f"{url}/merge", data=facts)
    assert answer.status_code == 303
    page = text_of(hub.get(answer.location))
    assert "渤海村并入石营村" in page
    assert "渤海点" in page
    assert f"/stations/divisions/{SECOND_VILLAGE}" in page
    assert "已撤并" in text_of(hub.get(url))
    assert "1 / 3" in text_of(hub.get("/stations/coverage"))
    assert "1 / 4" in text_of(hub.get("/stations/coverage?on=2026-05-31"))


def test_a_township_is_renamed(hub: FlaskClient, login: Login) -> None:
    url = f"/stations/divisions/{TOWNSHIP}"
    facts = {"new_name": "龙潭街道", "effective_on": "2026-06-01", "reason": "渝府〔2026〕9 号"}
    assert "请写新的名称" in text_of(hub.post(f"{url}/rename", data=facts | {"new_name": "龙潭镇"}), 422)
    assert hub.post(f"{url}/rename", data=facts).status_code == 303
    assert "龙潭镇更名为龙潭街道" in text_of(hub.get(url))
    create_station(since=date(2025, 3, 1))
    assert "龙潭街道" in text_of(hub.get("/stations/villages"))
    assert [row[3] for row in rows_of(hub.get("/stations/export.xlsx?on=2026-05-31"))[:2]] == ["乡镇", "龙潭镇"]
    assert [row[3] for row in rows_of(hub.get("/stations/export.xlsx"))[:2]] == ["乡镇", "龙潭街道"]
    manager = login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP))
    text_of(manager.get(f"{url}/rename"), 403)
    text_of(manager.get(f"{url}/merge"), 403)
    assert "/rename" not in text_of(manager.get(url))
    text_of(manager.get(f"/stations/divisions/{OTHER_TOWNSHIP}"), 404)
    text_of(manager.get("/stations/divisions/500242101999"), 404)


def test_key_villages_are_ticked_marked_and_unmarked(hub: FlaskClient) -> None:
    page = text_of(hub.get(f"/stations/divisions/key?township={TOWNSHIP}"))
    assert "龙潭镇渤海村" in page
    assert "桂香村" not in page
    facts = {"codes": [VILLAGE, SECOND_VILLAGE], "effective_on": "2026-03-01", "reason": ""}
    page = text_of(hub.post("/stations/divisions/key", data=facts), 422)
    assert page.count("checked") == 2
    answer = hub.post("/stations/divisions/key", data=facts | {"reason": "县发〔2026〕3 号"})
    assert answer.status_code == 303
    assert "0 / 2" in text_of(hub.get(answer.location))
    assert "渤海村" not in text_of(hub.get("/stations/divisions/key?q=渤海"))
    gone = {"codes": [SECOND_VILLAGE], "effective_on": TODAY.isoformat(), "reason": "出列"}
    assert hub.post("/stations/divisions/key?take=1", data=gone).status_code == 303
    assert "0 / 1" in text_of(hub.get("/stations/villages?key=1"))
    assert "0 / 2" in text_of(hub.get("/stations/villages?key=1&on=2026-03-01"))
    text_of(hub.post("/stations/divisions/key", data=facts | {"codes": ["532931101201"], "reason": "x"}), 422)


# -- registers -------------------------------------------------------------------------------------


def test_the_registers_filter_and_export_what_they_show(official: FlaskClient) -> None:
    create_key_mark(division_code=OTHER_VILLAGE)
    create_station(name="石营点", since=date(2026, 4, 1))
    create_station(name="龙潭站", division_code=TOWNSHIP, kind=StationKind.TOWNSHIP_STATION)
    page = text_of(official.get("/stations/villages?covered=1"))
    assert "石营点" in page
    assert "桂香村" not in page
    rows = rows_of(official.get("/stations/villages.xlsx?key=1"))
    assert rows[1][:5] == ["麻旺镇", "桂香村", OTHER_VILLAGE, "是", "否"]
    assert any("一处有两个站点只算一处" in str(row[0]) for row in rows)
    page = text_of(official.get("/stations/townships"))
    assert "1 / 2" in page
    rows = rows_of(official.get("/stations/townships.xlsx?covered=0"))
    assert [row[0] for row in rows[:2]] == ["乡镇", "麻旺镇"]
    assert "没有符合条件" in text_of(official.get("/stations/villages?q=没有的村"))
    assert "标记重点村" not in page
    text_of(official.get("/stations/divisions/key"), 403)


@pytest.mark.parametrize(
    "path", ["villages", "townships", "offers", "plan", "plan/missing", "villages.xlsx", "offers.xlsx"]
)
@pytest.mark.parametrize(
    "query", ["key=x&covered=2&on=yesterday&page=-1", "service=none&measure=none&township=1&year=99999999999999999999"]
)
def test_nonsense_in_the_address_is_passed_over(official: FlaskClient, path: str, query: str) -> None:
    create_plan()
    create_offer(station_id=create_station().id, service=Service.SALE)
    assert official.get(f"/stations/{path}?{query}").status_code == 200


def test_a_driver_sees_none_of_it(login: Login) -> None:
    driver = login(create_user(role=Role.DRIVER, scope_code=COUNTY))
    for path in ("villages", "townships", "offers", "plan/missing", f"divisions/{VILLAGE}", "villages.xlsx"):
        text_of(driver.get(f"/stations/{path}"), 403)


# -- plan ------------------------------------------------------------------------------------------


def test_the_plan_page_tells_time_chart_milestones_and_what_is_missing(hub: FlaskClient) -> None:
    create_plan(
        targets={Measure.VILLAGE_POINTS: 3, Measure.VILLAGE_COVERAGE: 85},
        milestones={Measure.VILLAGE_POINTS: {date(2026, 3, 31): 2}},
    )
    create_station(since=date(2026, 2, 1))
    page = text_of(hub.get("/stations/plan?on=2026-04-01"))
    assert page.count("<svg") == 2
    assert "落后</span> <small>差 1</small>" in page
    assert "3 月 31 日" in page
    assert "还没到" in page
    assert "measure=village_points&amp;on=2026-04-01" in page
    page = text_of(hub.get("/stations/plan/missing?measure=village_points"))
    assert "渤海村" in page
    assert "石营村" not in page
    rows = rows_of(hub.get(f"/stations/plan/missing.xlsx?measure=village_points&township={OTHER_TOWNSHIP}&q=龙坝"))
    assert rows[1][:2] == ["麻旺镇", "龙坝村"]


def test_milestones_are_set_and_shown_again_and_refused_at_their_place(hub: FlaskClient) -> None:
    facts = {
        "name": "2026 年计划",
        "year": "2026",
        "village_points": "238",
        "village_points_before": "98",
        "village_points_due": "2026-05-31",
        "village_points_milestones-0-due_on": "2026-03-31",
        "village_points_milestones-0-amount": "180",
        "village_points_milestones-1-due_on": "2026-01-31",
        "village_points_milestones-1-amount": "98",
    }
    half = text_of(hub.post("/stations/plan/edit", data=facts | {"village_points_milestones-1-amount": ""}), 422)
    assert "日期和数要一起填" in half
    wrong = text_of(hub.post("/stations/plan/edit", data=facts | {"village_points_milestones-0-amount": "239"}), 422)
    assert "不能超过最后的目标" in wrong
    assert 'value="239"' in wrong
    assert service.find_plan(COUNTY) is None
    assert hub.post("/stations/plan/edit", data=facts).status_code == 303
    page = text_of(hub.get("/stations/plan/edit"))
    assert page.index('value="98"') < page.index('value="180"')
    assert "按时达到" not in text_of(hub.get("/stations/plan"))
