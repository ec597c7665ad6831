"""The pages of an acceptance: who sees them, that mistakes stand at their field, that what was typed stays."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.core.access import Role
from app.core.sheets import read_rows
from stations.models import ProjectStatus, StationStatus
from stations.models.acceptance import AcceptanceStatus, ItemResult
from stations.service import acceptance as service
from tests.factories import acceptance as make
from tests.factories import projects as build
from tests.factories.accounts import create_user

Login = Callable[[Any], FlaskClient]
LIST = "/stations/acceptances"


@pytest.fixture
def township(login: Login) -> FlaskClient:
    return login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=make.TOWNSHIP, name="田应平"))


@pytest.fixture
def inspector(login: Login) -> FlaskClient:
    return login(create_user(role=Role.INSPECTOR, scope_code=make.COUNTY, name="石明华"))


@pytest.fixture
def hub(login: Login) -> FlaskClient:
    enrolled = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": clock.now()}
    return login(create_user(role=Role.COUNTY_ADMIN, scope_code=make.COUNTY, name="彭国栋", **enrolled))


def sent(**facts: Any) -> dict[str, Any]:
    return {"request_id": str(uuid.uuid4()), **facts}


def jpeg(name: str = "现场.jpg", content: bytes | None = None) -> tuple[io.BytesIO, str]:
    return io.BytesIO(make.photo().content if content is None else content), name


def test_a_township_opens_an_acceptance_and_fills_the_first_item(township: FlaskClient) -> None:
    project = build.create_project()
    answer = township.post(f"{LIST}/new", data=sent(project_id=project.id))
    assert answer.status_code == 303
    acceptance = service.list_of_station(make.HUB, project.station_id)[0]
    assert acceptance.approved_fen == 6_000_000

    item = acceptance.items[0]
    facts = sent(files=[jpeg(), jpeg("二.jpg", make.photo("red").content)], issuer="龙潭镇人民政府")
    answer = township.post(f"/stations/acceptance-items/{item.id}/evidence", data=facts)
    assert answer.location.endswith(str(acceptance.items[1].id))
    page = township.get(f"/stations/acceptance-items/{item.id}").text
    assert page.count("没有拍摄时间 · 没有位置") == 2


def test_a_project_that_is_not_built_is_told_at_the_field(township: FlaskClient) -> None:
    build.create_project()
    early = build.create_project(status=ProjectStatus.APPROVED)
    answer = township.post(f"{LIST}/new", data=sent(project_id=early.id))
    assert answer.status_code == 422
    assert 'id="project_id-error"' in answer.text
    assert service.list_of_station(make.HUB, early.station_id) == []


def test_a_file_that_is_no_photo_is_told_by_name_and_nothing_is_kept(township: FlaskClient) -> None:
    item = make.item_of(make.create_acceptance(), "photo_after")
    facts = sent(files=[jpeg(), jpeg("假照片.jpg", b"MZ not a photo")], caption="门前全景")
    answer = township.post(f"/stations/acceptance-items/{item.id}/evidence", data=facts)
    assert answer.status_code == 422
    assert "假照片.jpg" in answer.text
    assert 'value="门前全景"' in answer.text
    assert service.get_item(make.HUB, item.id).files == []


def test_handing_in_with_a_gap_says_what_is_missing(township: FlaskClient) -> None:
    acceptance = make.fill(make.create_acceptance(), leave_out="building_plan")
    here = f"http://localhost{LIST}/{acceptance.id}"
    answer = township.post(
        f"{LIST}/{acceptance.id}/submission", data=sent(), headers={"Referer": here, "Accept": "text/html"}
    )
    assert answer.status_code == 303
    assert "还缺 1 项必备资料：建设方案" in township.get(here, headers={"Accept": "text/html"}).text


def test_the_inspector_judges_item_by_item(inspector: FlaskClient) -> None:
    acceptance = make.create_submitted()
    item = acceptance.items[0]
    page = inspector.get(f"/stations/acceptance-items/{item.id}").text
    assert "0 / 22" in page
    silent = inspector.post(f"/stations/acceptance-items/{item.id}/judgement", data=sent(result="missing"))
    assert silent.status_code == 422
    assert 'id="remark-error"' in silent.text
    facts = sent(result="mismatch", remark="少一页", files=[jpeg()])
    answer = inspector.post(f"/stations/acceptance-items/{item.id}/judgement", data=facts)
    assert answer.location.endswith(str(acceptance.items[1].id))
    assert service.get_item(make.HUB, item.id).result is ItemResult.MISMATCH
    assert "1 / 22" in inspector.get(answer.location).text


def test_the_hub_decides_and_issues_the_report(hub: FlaskClient) -> None:
    acceptance = make.create_inspected()
    facts = {
        "version": acceptance.version,
        "decision": "passed",
        "opinion": "同意",
        "township_signer": "田应平",
        "bureau_signer": "彭国栋",
        "decided_on": clock.today().isoformat(),
    }
    assert hub.post(f"{LIST}/{acceptance.id}/decision", data=sent(**facts)).status_code == 303
    assert hub.post(f"{LIST}/{acceptance.id}/report", data=sent()).status_code == 303
    stored = service.get_acceptance(make.HUB, acceptance.id)
    report = service.find_report(stored)
    assert report is not None
    assert report.number in hub.get(f"{LIST}/{acceptance.id}").text
    assert stored.station.status is StationStatus.ACCEPTED


def test_a_stale_decision_shows_what_is_true_now(hub: FlaskClient) -> None:
    acceptance = make.create_inspected(wrong="sign_photo")
    facts = {"decision": "refused", "opinion": "不同意", "township_signer": "甲", "bureau_signer": "乙"}
    stale = sent(**facts, version=acceptance.version - 1, decided_on=clock.today().isoformat())
    answer = hub.post(f"{LIST}/{acceptance.id}/decision", data=stale)
    assert answer.status_code == 422
    assert "别人改过" in answer.text
    assert f'name="version" type="hidden" value="{acceptance.version}"' in answer.text
    assert service.get_acceptance(make.HUB, acceptance.id).status is AcceptanceStatus.INSPECTED


def test_others_acceptances_are_not_found(login: Login) -> None:
    acceptance = make.create_acceptance()
    item = acceptance.items[0]
    other = login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=make.OTHER_TOWNSHIP))
    for path in (
        f"{LIST}/{acceptance.id}",
        f"{LIST}/{acceptance.id}/items",
        f"/stations/acceptance-items/{item.id}",
    ):
        assert other.get(path).status_code == 404, path
    assert other.post(f"/stations/acceptance-items/{item.id}/evidence", data=sent()).status_code == 404
    assert acceptance.subject_name not in other.get(LIST).text


@pytest.mark.parametrize("role", [Role.VILLAGE_OPERATOR, Role.DRIVER, Role.TRAINER, Role.PRODUCER])
def test_acceptance_is_none_of_their_business(login: Login, role: Role) -> None:
    assert login(create_user(role=role, scope_code=make.COUNTY)).get(LIST).status_code == 403


def test_an_official_reads_and_changes_nothing(login: Login) -> None:
    acceptance = make.create_acceptance()
    official = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=make.COUNTY))
    page = official.get(f"{LIST}/{acceptance.id}")
    assert page.status_code == 200
    assert "报送验收资料" not in page.text
    assert official.post(f"{LIST}/{acceptance.id}/submission", data=sent()).status_code == 403


@pytest.mark.parametrize(
    "query, shown", [("", True), ("?q=龙潭", True), ("?status=passed", False), ("?status=none", True)]
)
def test_the_list_and_its_sheet_say_the_same(inspector: FlaskClient, query: str, shown: bool) -> None:
    acceptance = make.create_acceptance()
    assert (acceptance.subject_name in inspector.get(LIST + query).text) is shown
    rows = read_rows(inspector.get(f"{LIST}/export{query}").data, "x.xlsx")
    assert [row["批复金额（元）"] for row in rows] == (["60000"] if shown else [])


def test_every_page_of_a_walked_acceptance_opens_for_all_who_read(login: Login) -> None:
    from datetime import timedelta

    from stations.seed.acceptance import seed_acceptance

    station = build.create_planned_station()
    begun = clock.now() - timedelta(days=50)
    seed_acceptance(make.TOWNSHIP_MANAGER, make.INSPECTOR, make.HUB, station.id, begun)
    acceptance = service.list_of_station(make.HUB, station.id)[0]
    paths = [f"{LIST}/{acceptance.id}{rest}" for rest in ("", "/items")]
    paths += [f"/stations/acceptance-items/{item.id}" for item in acceptance.items]
    paths += [f"/stations/findings/{finding.id}" for finding in acceptance.findings]
    scopes = {Role.TOWNSHIP_MANAGER: make.TOWNSHIP, Role.INSPECTOR: make.COUNTY, Role.COUNTY_OFFICIAL: make.COUNTY}
    for role, scope in scopes.items():
        reader = login(create_user(role=role, scope_code=scope))
        for path in paths:
            answer = reader.get(path)
            assert answer.status_code == 200, path
            assert answer.text.count("<h1") == 1
