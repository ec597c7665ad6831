"""The pages of inspections and phone checks: who sees them, that mistakes stand at their field, that typing stays."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.access import Role
from app.core.sheets import read_rows
from stations.models import StationStatus
from stations.models.inspection import InspectionStatus, RoundStatus
from stations.models.phone_check import CallResult
from stations.service import get_station, phone_checks
from stations.service import inspection as service
from tests.factories import inspection as make
from tests.factories import trade
from tests.factories.acceptance import photo
from tests.factories.accounts import create_user
from tests.factories.stations import COUNTY, OTHER_TOWNSHIP, SECOND_VILLAGE, TOWNSHIP, VILLAGE

Login = Callable[[Any], FlaskClient]
ROUNDS, ONE, CHECKS = "/stations/inspection-rounds", "/stations/inspections", "/stations/phone-checks"


@pytest.fixture
def hub(login: Login) -> FlaskClient:
    enrolled = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": clock.now()}
    return login(create_user(role=Role.COUNTY_ADMIN, scope_code=COUNTY, name="彭国栋", **enrolled))


@pytest.fixture
def township(login: Login) -> FlaskClient:
    return login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP, name="田应平"))


@pytest.fixture
def inspector(login: Login) -> FlaskClient:
    return login(create_user(role=Role.INSPECTOR, scope_code=COUNTY, name="谭春梅"))


@pytest.fixture
def official(login: Login) -> FlaskClient:
    return login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY, name="白县长"))


def sent(**facts: Any) -> dict[str, Any]:
    return {"request_id": str(uuid.uuid4()), **facts}


def jpeg(name: str = "现场.jpg", content: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(photo().content if content is None else content), name


def today(days: int = 0) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


# -- rounds --------------------------------------------------------------------------------------


def test_the_hub_plans_begins_and_sees_a_round(hub: FlaskClient) -> None:
    make.create_network()
    assert "还没有巡检" in hub.get(ROUNDS).text
    facts = {"name": "秋季巡检", "starts_on": today(), "ends_on": today(14), "kinds": ["village_point"]}
    answer = hub.post(f"{ROUNDS}/new", data=sent(**facts, selection="sample", sample_size="2", seed="20261012"))
    assert answer.status_code == 303
    page = hub.get(answer.location).text
    assert "0 / 2" in page
    assert "重新抽一遍，核对名单" in page
    assert "和记下的名单一样" in hub.get(f"{answer.location}/draw").text
    assert hub.post(f"{answer.location}/moves", data=sent(new_status="running")).status_code == 303
    assert "巡检中" in hub.get(ROUNDS).text


def test_a_wrong_plan_is_told_at_its_field_and_what_was_typed_stays(hub: FlaskClient) -> None:
    make.create_network()
    facts = {"name": "秋季巡检", "starts_on": today(), "ends_on": today(14), "kinds": ["village_point"]}
    answer = hub.post(f"{ROUNDS}/new", data=sent(**facts, selection="sample", sample_size="9", seed="7"))
    assert answer.status_code == 422
    assert 'id="sample_size-error"' in answer.text
    assert "抽 1 到 3 个站点" in answer.text
    assert 'value="秋季巡检"' in answer.text
    empty = hub.post(f"{ROUNDS}/new", data=sent())
    assert empty.status_code == 422
    assert empty.text.count("这里要填。") >= 3


def test_what_stands_in_the_way_is_said_on_the_page_it_came_from(hub: FlaskClient) -> None:
    made = make.create_running()
    here = f"http://localhost{ROUNDS}/{made.id}"
    headers = {"Referer": here, "Accept": "text/html"}
    answer = hub.post(f"{ROUNDS}/{made.id}/moves", data=sent(new_status="scored"), headers=headers)
    assert answer.status_code == 303
    assert "还有 4 个站点没有核完：龙潭镇综合服务站" in hub.get(here, headers={"Accept": "text/html"}).text
    assert service.get_round(make.HUB, made.id).status is RoundStatus.RUNNING


def test_the_list_is_narrowed_and_its_sheet_is_the_same(hub: FlaskClient) -> None:
    published = make.create_published()
    page = hub.get(f"{ROUNDS}/{published.id}?grade=fail").text
    assert "石营村服务点" in page
    assert "渤海村服务点" not in page
    sheet = hub.get(f"{ROUNDS}/{published.id}/export?grade=fail")
    (row,) = list(read_rows(sheet.data, "x.xlsx"))
    assert (row["站点"], row["等级"], row["招牌、制度上墙（5）"]) == ("石营村服务点", "不合格", "2")
    assert "没有符合条件的站点" in hub.get(f"{ROUNDS}/{published.id}?q=nothing").text


def test_the_official_reads_everything_and_writes_nothing(official: FlaskClient) -> None:
    published = make.create_published()
    inspection = make.inspection_at(published)
    for url in (
        ROUNDS,
        f"{ROUNDS}/{published.id}",
        f"{ROUNDS}/{published.id}/draw",
        f"{ROUNDS}/{published.id}/figures",
        f"{ROUNDS}/{published.id}/subsidies",
        f"{ONE}/{inspection.id}",
        f"{ONE}/{inspection.id}/criteria/sign",
        CHECKS,
    ):
        assert official.get(url).status_code == 200, url
    assert official.get(f"{ROUNDS}/new").status_code == 403
    assert official.post(f"{ONE}/{inspection.id}/criteria/sign/score", data=sent(points="5")).status_code == 403
    assert official.get(f"{CHECKS}/new").status_code == 403


# -- scoring -------------------------------------------------------------------------------------


def test_the_township_scores_one_by_one_and_hands_in(township: FlaskClient) -> None:
    made = make.create_running()
    inspection = make.inspection_at(made)
    overview = township.get(f"{ONE}/{inspection.id}").text
    assert "打分：招牌、制度上墙" in overview
    assert "桂香村服务点" not in township.get(f"{ROUNDS}/{made.id}").text
    facts = sent(points="4.5", remark="招牌有点旧", files=[jpeg()])
    answer = township.post(f"{ONE}/{inspection.id}/criteria/sign/score", data=facts)
    assert answer.location.endswith("/criteria/equipment")
    page = township.get(f"{ONE}/{inspection.id}/criteria/sign").text
    assert "没有拍摄时间 · 没有位置" in page
    assert 'value="4.5"' in page
    assert "1 / 12" in township.get(f"{ONE}/{inspection.id}").text
    early = township.post(f"{ONE}/{inspection.id}/finish", data=sent(visited_on=today()))
    assert early.status_code == 422
    assert "还有 11 项没有打分" in early.text
    make.score_all(inspection, "0.8", make.MANAGER)
    assert township.post(f"{ONE}/{inspection.id}/finish", data=sent(visited_on=today())).status_code == 303
    assert service.get_inspection(make.HUB, inspection.id).status is InspectionStatus.TOWNSHIP_SCORED


def test_too_many_points_are_told_at_the_field_and_what_was_typed_stays(township: FlaskClient) -> None:
    inspection = make.inspection_at(make.create_running())
    facts = sent(points="6", remark="招牌有点旧")
    answer = township.post(f"{ONE}/{inspection.id}/criteria/sign/score", data=facts)
    assert answer.status_code == 422
    assert 'id="points-error"' in answer.text
    assert "这一项是 0 到 5 分" in answer.text
    assert 'value="6"' in answer.text
    assert 'value="招牌有点旧"' in answer.text
    assert f'value="{facts["request_id"]}"' in answer.text
    words = township.post(f"{ONE}/{inspection.id}/criteria/sign/score", data=sent(points="很好"))
    assert words.status_code == 422


def test_a_file_that_is_no_photo_is_told_and_nothing_is_kept(township: FlaskClient) -> None:
    inspection = make.inspection_at(make.create_running())
    facts = sent(points="5", files=[jpeg(), jpeg("假照片.jpg", b"MZ not a photo")])
    answer = township.post(f"{ONE}/{inspection.id}/criteria/sign/score", data=facts)
    assert answer.status_code == 422
    assert "假照片.jpg" in answer.text
    whole = service.get_whole(make.HUB, inspection.id)
    assert (whole.scores, whole.photos) == ([], [])


def test_the_inspector_sees_the_townships_points_and_says_why_they_differ(inspector: FlaskClient) -> None:
    inspection = make.inspection_at(make.create_running())
    make.score(inspection, "sign", "5", make.MANAGER)
    page = inspector.get(f"{ONE}/{inspection.id}/criteria/sign").text
    assert 'value="5"' in page
    answer = inspector.post(f"{ONE}/{inspection.id}/criteria/sign/score", data=sent(points="3"))
    assert answer.status_code == 422
    assert "和乡镇打的 5 分不一样，请写明原因" in answer.text
    told = sent(points="3", remark="没有贴收费标准")
    assert inspector.post(f"{ONE}/{inspection.id}/criteria/sign/score", data=told).status_code == 303
    assert "县里改过，乡镇打 5 分" in inspector.get(f"{ONE}/{inspection.id}").text


def test_what_the_system_counted_stands_beside_the_field(inspector: FlaskClient) -> None:
    inspection = make.inspection_at(make.create_running())
    page = inspector.get(f"{ONE}/{inspection.id}/criteria/records").text
    assert "0 笔，满分要 20 笔" in page
    assert "照这个数可打 0 分" in page


def test_others_inspections_are_not_found(login: Login) -> None:
    inspection = make.inspection_at(make.create_running())
    finding = make.create_finding(inspection)
    other = login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=OTHER_TOWNSHIP))
    for url in (
        f"{ONE}/{inspection.id}",
        f"{ONE}/{inspection.id}/criteria/sign",
        f"{ONE}/{inspection.id}/finish",
        f"{ONE}/{inspection.id}/findings/new",
        f"/stations/inspection-findings/{finding.id}",
    ):
        assert other.get(url).status_code == 404, url
    assert other.post(f"{ONE}/{inspection.id}/criteria/sign/score", data=sent(points="5")).status_code == 404
    assert other.get(f"{ONE}/{uuid.uuid4()}").status_code == 404


def test_an_operator_sees_the_own_station_and_points_only_once_published(login: Login) -> None:
    make.create_network()
    made = make.create_running()
    inspection = make.inspection_at(made)
    where = {"scope_code": VILLAGE, "station_id": inspection.station_id}
    operator = login(create_user(role=Role.VILLAGE_OPERATOR, **where))
    make.score(inspection, "sign", "4.5")
    page = operator.get(f"{ONE}/{inspection.id}").text
    assert "4.5" not in page
    assert operator.get(f"{ROUNDS}/{made.id}/figures").status_code == 403
    assert operator.get(f"{ONE}/{make.inspection_at(made, SECOND_VILLAGE).id}").status_code == 404
    for one in make.inspections(made):
        make.finish(make.score_all(one, "0.8"))
    make.move(make.move(made, RoundStatus.SCORED), RoundStatus.PUBLISHED)
    page = operator.get(f"{ONE}/{inspection.id}").text
    assert "第 1 版" in page


# -- findings, rectification, closing --------------------------------------------------------------


def test_a_finding_goes_its_way_through_the_pages(inspector: FlaskClient, login: Login) -> None:
    inspection = make.inspection_at(make.create_running())
    facts = {"problem": "打印机坏了", "owner_name": "冉桂芳", "deadline": today(10), "criterion_key": "equipment"}
    late = inspector.post(f"{ONE}/{inspection.id}/findings/new", data=sent(**facts | {"deadline": today(-1)}))
    assert late.status_code == 422
    assert 'id="deadline-error"' in late.text
    assert 'value="打印机坏了"' in late.text
    assert inspector.post(f"{ONE}/{inspection.id}/findings/new", data=sent(**facts)).status_code == 303
    (finding,) = service.get_whole(make.HUB, inspection.id).findings
    url = f"/stations/inspection-findings/{finding.id}"

    operator = login(create_user(scope_code=VILLAGE, station_id=inspection.station_id))
    assert "已改好，请求复查" in operator.get(url).text
    mended = {"measure": "换了打印头", "rectified_on": today()}
    bare = operator.post(f"{url}/rectification", data=sent(**mended))
    assert bare.status_code == 422
    assert "换了打印头" in bare.text
    assert operator.post(f"{url}/rectification", data=sent(**mended, files=[jpeg()])).status_code == 303

    again = login(create_user(role=Role.INSPECTOR, scope_code=COUNTY))
    silent = again.post(f"{url}/reinspection", data=sent(good="no", inspected_on=today()))
    assert silent.status_code == 422
    assert 'id="remark-error"' in silent.text
    assert again.post(f"{url}/reinspection", data=sent(good="yes", inspected_on=today())).status_code == 303
    assert "已改好，销号" in again.get(url).text


def test_the_hub_orders_and_closes_a_station(hub: FlaskClient) -> None:
    published = make.create_published()
    inspection = make.inspection_at(published)
    finding = make.create_finding(inspection)
    assert "责令整改" in hub.get(f"{ONE}/{inspection.id}").text
    assert hub.post(f"{ONE}/{inspection.id}/order", data=sent(deadline=today(30))).status_code == 303
    assert get_station(inspection.station_id).status is StationStatus.SUSPENDED
    early = hub.post(f"{ONE}/{inspection.id}/outcome", data=sent(outcome="failed", reason="不改"))
    assert early.status_code == 422
    assert 'id="outcome-error"' in early.text
    assert "不改</textarea>" in early.text
    make.reinspect(make.rectify(finding), False)
    assert "可以关闭站点：打印机坏了" in hub.get(f"{ONE}/{inspection.id}").text
    answer = hub.post(f"{ONE}/{inspection.id}/outcome", data=sent(outcome="failed", reason="两次都不合格"))
    assert answer.status_code == 303
    assert get_station(inspection.station_id).status is StationStatus.CLOSED
    page = hub.get(f"/stations/{inspection.station_id}").text
    assert "整改复查仍不合格，关闭。两次都不合格" in page


def test_a_published_score_is_corrected_with_a_reason(hub: FlaskClient) -> None:
    inspection = make.inspection_at(make.create_published(), SECOND_VILLAGE)
    url = f"{ONE}/{inspection.id}/correction"
    assert "招牌、制度上墙（现在 4 分）" in hub.get(url).text
    silent = hub.post(url, data=sent(version="1", key="sign", points="3"))
    assert silent.status_code == 422
    assert 'id="reason-error"' in silent.text
    assert hub.post(url, data=sent(version="1", key="sign", points="3", reason="申诉后核实")).status_code == 303
    stale = hub.post(url, data=sent(version="1", key="open", points="3", reason="再核"))
    assert stale.status_code == 422
    assert "别人更正过" in stale.text
    assert 'name="version" type="hidden" value="2"' in stale.text
    page = hub.get(f"{ONE}/{inspection.id}").text
    assert "第 2 版" in page
    assert "申诉后核实" in page


def test_each_figure_leads_to_its_list_and_its_sheet(hub: FlaskClient) -> None:
    made = make.create_running()
    for one in make.inspections(made):
        make.score(one, "awareness", "12", part_count=8, whole_count=10)
        make.finish(make.score_all(one))
    page = hub.get(f"{ROUNDS}/{made.id}/figures").text
    assert "32 / 40" in page
    assert "80.0 %" in page
    assert "石营村服务点" in hub.get(f"{ROUNDS}/{made.id}/figures/awareness").text
    rows = list(read_rows(hub.get(f"{ROUNDS}/{made.id}/figures/awareness/export").data, "x.xlsx"))
    assert [(r["知道（人）"], r["问了（人）"]) for r in rows if r["站点"] == "桂香村服务点"] == [("8", "10")]
    assert hub.get(f"{ROUNDS}/{made.id}/figures/nothing").status_code == 404


def test_the_subsidy_proposal_is_a_page_and_a_sheet(hub: FlaskClient) -> None:
    published = make.create_published()
    page = hub.get(f"{ROUNDS}/{published.id}/subsidies").text
    assert "¥8,400.00" in page  # 3,600 + 2 × 2,400, nothing for the one that failed
    rows = list(read_rows(hub.get(f"{ROUNDS}/{published.id}/subsidies/export").data, "x.xlsx"))
    assert {r["站点"]: r["补助（元）"] for r in rows if r["站点"]}["石营村服务点"] == "0"


# -- phone checks --------------------------------------------------------------------------------


def test_the_inspector_draws_calls_and_reads_the_result(inspector: FlaskClient) -> None:
    actor = trade.operator_actor(VILLAGE)
    for n in range(3):
        trade.create_villager(actor, name=f"张秀英{n}", phone=f"1380000000{n}", consent=True)
    assert "一个站点的乡亲" in inspector.get(f"{CHECKS}/new").text
    url = f"{CHECKS}/new?subject=station"
    many = {"station_id": str(actor.station_id), "sample_size": "9", "seed": "7", "purpose": "核实知晓度"}
    refused = inspector.post(url, data=sent(subject="station", **many))
    assert refused.status_code == 422
    assert "抽 1 到 3 人" in refused.text
    assert 'value="核实知晓度"' in refused.text
    answer = inspector.post(url, data=sent(subject="station", **many | {"sample_size": "2"}))
    assert answer.status_code == 303
    page = inspector.get(answer.location).text
    assert "138****000" in page
    assert "1380000000" not in page

    check = phone_checks.get_check(make.INSPECTOR, uuid.UUID(answer.location.rsplit("/", 1)[1]))
    one, two = phone_checks.all_people(check)
    calling = f"/stations/phone-check-people/{one.id}"
    assert one.phone in inspector.get(calling).text
    silent = inspector.post(calling, data=sent(result="reached", remark="说方便"))
    assert silent.status_code == 422
    assert 'id="knows-error"' in silent.text
    assert 'value="说方便"' in silent.text
    told = inspector.post(calling, data=sent(result="reached", knows="yes", satisfied="5"))
    assert told.location.endswith(str(two.id))
    assert "1 / n = 1" in inspector.get(answer.location).text
    assert phone_checks.get_person(make.INSPECTOR, one.id).result is CallResult.REACHED


def test_a_wrong_number_is_replaced_on_the_calling_page(inspector: FlaskClient) -> None:
    actor = trade.operator_actor(VILLAGE)
    for n in range(3):
        trade.create_villager(actor, name=f"张秀英{n}", phone=f"1380000000{n}", consent=True)
    wanted = make.phone_flow.Wanted(make.PhoneSubject.STATION, station_id=actor.station_id)
    check = make.draw_through_flow(wanted)
    (one,) = check.people
    calling = f"/stations/phone-check-people/{one.id}"
    assert "换下一个人" not in inspector.get(calling).text
    inspector.post(calling, data=sent(result="wrong_number"))
    assert "换下一个人" in inspector.get(calling).text
    assert inspector.post(f"{calling}/replacement", data=sent()).status_code == 422
    answer = inspector.post(f"{calling}/replacement", data=sent(reason="空号"))
    assert answer.status_code == 303
    assert "补第 1 位" in inspector.get(answer.location).text
    assert "和记下的名单一样" in inspector.get(f"{CHECKS}/{check.id}/proof").text


def test_the_proof_and_the_population_hold_no_names_and_no_numbers(official: FlaskClient) -> None:
    check = make.create_check()
    proof = official.get(f"{CHECKS}/{check.id}/proof").text
    ids = official.get(f"{CHECKS}/{check.id}/population.csv").text
    assert "和记下的名单一样" in proof
    assert ids.splitlines()[0] == "id,sha256"
    assert len(ids.splitlines()) == 21
    for text in (proof, ids):
        assert "张秀英" not in text
        assert "138000000" not in text


def test_the_sheet_of_a_check_masks_numbers(official: FlaskClient) -> None:
    check = make.create_check()
    rows = [r for r in read_rows(official.get(f"{CHECKS}/{check.id}/export").data, "x.xlsx") if r["姓名"]]
    assert len(rows) == 5
    assert all("****" in row["电话"] for row in rows)


def test_who_may_not_call_sees_no_number_in_full(official: FlaskClient, township: FlaskClient) -> None:
    check = make.create_check()
    person = phone_checks.all_people(check)[0]
    assert official.get(f"{CHECKS}/{check.id}").status_code == 403  # the last login counts: the township's
    assert township.get(f"/stations/phone-check-people/{person.id}").status_code == 403


def test_another_county_finds_no_check(login: Login) -> None:
    check = make.create_check()
    stranger = login(create_user(role=Role.INSPECTOR, scope_code="500243000000"))
    assert stranger.get(f"{CHECKS}/{check.id}").status_code == 404
    assert stranger.get(f"/stations/phone-check-people/{check.people[0].id}").status_code == 404


def test_lists_say_what_to_do_next_when_they_are_empty(inspector: FlaskClient) -> None:
    assert "还没有电话抽查" in inspector.get(CHECKS).text
    assert "没有符合条件的抽查" in inspector.get(f"{CHECKS}?q=x").text


def test_the_figures_of_a_round_name_its_phone_checks_with_their_sample(official: FlaskClient) -> None:
    published = make.create_published()
    among = phone_checks.Among(make.PhoneSubject.ROUND, published.name, COUNTY, round_id=published.id)
    check = make.create_check(among=among)
    for person in phone_checks.all_people(check)[:4]:
        phone_checks.record_call(
            actor=make.INSPECTOR,
            request_id=None,
            person_id=person.id,
            result=CallResult.REACHED,
            knows=person.position > 1,
            satisfied=5,
        )
    page = official.get(f"{ROUNDS}/{published.id}/figures").text
    assert "3 / 4" in page
    assert "75.0 %" in page
    assert "5 / 20" in page


def test_the_part_for_the_page_of_a_station_shows_points_only_once_published(app: Flask, session: Any) -> None:
    made = make.create_running()
    inspection = make.finish(make.score_all(make.inspection_at(made)))
    part = app.jinja_env.from_string(
        '{% import "macros.html" as ui %}{% include "stations/_station_inspections.html" %}'
    )
    with app.test_request_context():
        found = service.inspections_of_station(make.HUB, inspection.station_id)
        hidden = part.render(inspections=found, inspection_scores_shown=False)
        assert (made.name in hidden, "80" in hidden.replace(str(inspection.id), "")) == (True, False)
        assert "80.5 分" in part.render(inspections=found, inspection_scores_shown=True)
        assert part.render(inspections=[], inspection_scores_shown=True).strip() == ""


def test_the_page_of_a_station_lists_its_inspections(login: Login) -> None:
    made = make.create_running()
    inspection = make.inspection_at(made)
    for one in make.inspections(made):
        make.finish(make.score_all(one, "0.8"))
    page, link = f"/stations/{inspection.station_id}", f"{ONE}/{inspection.id}"
    where = {"scope_code": VILLAGE, "station_id": inspection.station_id}
    told = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY)).get(page).text
    assert (link in told, "80.5 分" in told) == (True, True)
    own = login(create_user(role=Role.VILLAGE_OPERATOR, **where)).get(page).text
    assert (link in own, "80.5 分" in own) == (True, False)
    driver = login(create_user(role=Role.DRIVER, scope_code=COUNTY)).get(page)
    assert link not in driver.text
