"""The pages of construction projects: who sees them, that mistakes stand at their field, that what was typed stays."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.core.access import Role
from app.core.sheets import read_rows
from stations.models import ConstructionProject, ProjectStatus, StationKind, StationStatus
from stations.seed.project import DAYS, seed_project
from stations.service import projects as service
from tests.factories import acceptance as make
from tests.factories import projects as build
from tests.factories.accounts import create_user
from tests.factories.actors import HUB, INSPECTOR, TOWNSHIP_MANAGER
from tests.factories.places import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE

Login = Callable[[Any], FlaskClient]
LIST = "/stations/projects"
ASSETS = "/stations/assets"


@pytest.fixture
def township(login: Login) -> FlaskClient:
    return login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP, name="田应平"))


@pytest.fixture
def inspector(login: Login) -> FlaskClient:
    return login(create_user(role=Role.INSPECTOR, scope_code=COUNTY, name="石明华"))


@pytest.fixture
def hub(login: Login) -> FlaskClient:
    enrolled = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": clock.now()}
    return login(create_user(role=Role.COUNTY_ADMIN, scope_code=COUNTY, name="彭国栋", **enrolled))


def sent(**facts: Any) -> dict[str, Any]:
    return {"request_id": str(uuid.uuid4()), **facts}


def jpeg(name: str = "现场.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(make.photo().content), name


def now(project: ConstructionProject) -> ConstructionProject:
    return service.get_project(HUB, project.id)


def application(station_id: object, **changed: Any) -> dict[str, Any]:
    facts = {
        "station_id": station_id,
        "applied_on": clock.today().isoformat(),
        "purpose": "房屋免租",
        "builder_name": "兴农合作社",
        "lines-0-category": "equipment",
        "lines-0-name": "货架",
        "lines-0-quantity": "6",
        "lines-0-unit": "组",
        "lines-0-unit_price": "600",
    }
    return sent(**(facts | changed))


def test_a_township_applies(township: FlaskClient) -> None:
    station = build.create_planned_station()
    assert station.name in township.get(f"{LIST}/new").text
    answer = township.post(f"{LIST}/new", data=application(station.id, files=[jpeg("方案.jpg")]))
    assert answer.status_code == 303
    project = service.projects_of_station(HUB, station.id)[0]
    assert (project.asked_fen, project.status) == (360_000, ProjectStatus.APPLIED)
    page = township.get(answer.location).text
    assert "到现场踏勘，给选址打分" in page
    assert "申请材料" in page


def test_the_negative_list_is_told_with_word_and_source_and_what_was_typed_stays(township: FlaskClient) -> None:
    station = build.create_planned_station()
    answer = township.post(f"{LIST}/new", data=application(station.id, **{"lines-0-name": "门前道路硬化"}))
    assert answer.status_code == 422
    assert "“道路硬化”属于“土建”，不能用补助资金（" in answer.text
    assert 'id="lines-0-name-error"' in answer.text
    assert 'value="门前道路硬化"' in answer.text
    assert f'<option selected value="{station.id}"' in answer.text
    assert service.projects_of_station(HUB, station.id) == []


def test_half_a_row_is_told_at_its_field(township: FlaskClient) -> None:
    station = build.create_planned_station()
    answer = township.post(f"{LIST}/new", data=application(station.id, **{"lines-1-name": "电脑"}))
    assert answer.status_code == 422
    assert 'id="lines-1-quantity-error"' in answer.text
    assert 'id="lines-2-quantity-error"' not in answer.text


def test_more_rows_keep_what_was_typed_and_store_nothing(township: FlaskClient) -> None:
    station = build.create_planned_station()
    answer = township.post(f"{LIST}/new", data=application(station.id, more="1"))
    assert answer.status_code == 200
    assert 'name="lines-9-name"' in answer.text
    assert 'value="兴农合作社"' in answer.text
    assert service.projects_of_station(HUB, station.id) == []


def test_an_application_is_changed_until_the_visit(township: FlaskClient) -> None:
    project = build.create_project(status=ProjectStatus.APPLIED, approved_fen=None)
    assert "货架" in township.get(f"{LIST}/{project.id}/edit").text
    answer = township.post(f"{LIST}/{project.id}/edit", data=application("", **{"lines-0-unit_price": "700"}))
    assert answer.status_code == 303
    assert now(project).asked_fen == 420_000


def test_the_inspector_scores_a_site(inspector: FlaskClient) -> None:
    project = build.create_project(status=ProjectStatus.APPLIED, approved_fen=None)
    page = inspector.get(f"{LIST}/{project.id}/site").text
    assert "房屋：免租或有租约" in page
    points = {one.key: one.most for one in service.criteria_of(project).criteria}
    facts = {**points, "visited_on": clock.today().isoformat(), "opinion": "同意选址"}
    too_many = inspector.post(f"{LIST}/{project.id}/site", data=sent(**facts | {"crowd": 21}, files=[jpeg()]))
    assert too_many.status_code == 422
    assert 'id="crowd-error"' in too_many.text
    assert 'value="21"' in too_many.text
    assert "同意选址" in too_many.text
    without = inspector.post(f"{LIST}/{project.id}/site", data=sent(**facts))
    assert 'id="files-error"' in without.text
    assert inspector.post(f"{LIST}/{project.id}/site", data=sent(**facts, files=[jpeg()])).status_code == 303
    assert now(project).status is ProjectStatus.SCORED
    assert "100" in inspector.get(f"{LIST}/{project.id}").text


def test_the_hub_approves_no_more_than_was_asked(hub: FlaskClient) -> None:
    project = build.create_scored()
    page = hub.get(f"{LIST}/{project.id}/approval").text
    assert 'value="40000.00"' in page
    facts = {"version": project.version, "reference": "17 号", "approved_on": clock.today().isoformat()}
    much = sent(**facts, equipment="40,000.01", refurbishment="0")
    answer = hub.post(f"{LIST}/{project.id}/approval", data=much)
    assert answer.status_code == 422
    assert "设备购置最多批 ¥40,000.00" in answer.text
    assert 'value="17 号"' in answer.text
    stale = sent(**facts | {"version": 0}, equipment="30000", refurbishment="0")
    assert "别人改过" in hub.post(f"{LIST}/{project.id}/approval", data=stale).text
    good = sent(**facts, equipment="30000", refurbishment="0")
    assert hub.post(f"{LIST}/{project.id}/approval", data=good).status_code == 303
    assert now(project).approved_fen == 3_000_000
    assert now(project).station.status is StationStatus.SITE_APPROVED


def test_a_refusal_shows_its_reason_to_the_township(hub: FlaskClient, login: Login) -> None:
    project = build.create_scored()
    assert hub.post(f"{LIST}/{project.id}/refusal", data=sent(version=project.version)).status_code == 422
    facts = sent(version=project.version, reason="离邻村的点太近")
    assert hub.post(f"{LIST}/{project.id}/refusal", data=facts).status_code == 303
    township = login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP))
    assert "离邻村的点太近" in township.get(f"{LIST}/{project.id}").text


def test_a_township_starts_and_completes(township: FlaskClient) -> None:
    project = build.create_project(status=ProjectStatus.APPROVED)
    today = clock.today().isoformat()
    late = (clock.today() + timedelta(days=1)).isoformat()
    assert 'id="started_on-error"' in township.post(f"{LIST}/{project.id}/start", data=sent(started_on=late)).text
    assert township.post(f"{LIST}/{project.id}/start", data=sent(started_on=today)).status_code == 303
    done = {"completed_on": today, "report": "都好了"}
    answer = township.post(f"{LIST}/{project.id}/completion", data=sent(**done))
    assert 'id="files-error"' in answer.text
    assert "都好了" in answer.text
    assert township.post(f"{LIST}/{project.id}/completion", data=sent(**done, files=[jpeg()])).status_code == 303
    assert now(project).station.status is StationStatus.SELF_INSPECTED


def test_a_project_is_withdrawn_with_a_reason(township: FlaskClient) -> None:
    project = build.create_project(status=ProjectStatus.APPLIED, approved_fen=None)
    assert township.post(f"{LIST}/{project.id}/withdrawal", data=sent()).status_code == 422
    assert township.post(f"{LIST}/{project.id}/withdrawal", data=sent(reason="换地方")).status_code == 303
    assert now(project).status is ProjectStatus.WITHDRAWN


def test_rework_goes_back_with_a_reason(township: FlaskClient) -> None:
    project = build.create_project()
    assert "登记返工" in township.get(f"{LIST}/{project.id}").text
    assert township.post(f"{LIST}/{project.id}/rework", data=sent()).status_code == 422
    assert township.post(f"{LIST}/{project.id}/rework", data=sent(reason="招牌重做")).status_code == 303
    assert now(project).status is ProjectStatus.BUILDING


def test_a_photo_is_taken_out_of_a_visit(inspector: FlaskClient) -> None:
    project = build.create_project(status=ProjectStatus.APPLIED, approved_fen=None)
    build.score(project, files=[build.photo(), build.photo("red", name="红.jpg")])
    assert inspector.get(f"{LIST}/{project.id}").text.count("撤下") >= 2
    file = now(project).files[0]
    assert inspector.post(f"/stations/project-files/{file.id}/removal", data=sent()).status_code == 303
    assert len(now(project).files) == 1


def test_a_contract_with_a_wrong_credit_code_is_told_at_the_field(township: FlaskClient) -> None:
    project = build.create_project()
    facts = {"number": "HT-1", "kind": "quote", "subject": "设备", "counterparty": "恒达", "amount": "30000"}
    facts |= {"signed_on": clock.today().isoformat(), "counterparty_number": "91110000600037341X"}
    answer = township.post(f"{LIST}/{project.id}/contracts", data=sent(**facts))
    assert answer.status_code == 422
    assert 'id="counterparty_number-error"' in answer.text
    facts["counterparty_number"] = "91110000600037341L"
    answer = township.post(f"{LIST}/{project.id}/contracts", data=sent(**facts, files=[jpeg("合同.jpg")]))
    assert answer.status_code == 303
    assert "扫描件" in township.get(answer.location).text


def test_a_duplicate_invoice_is_told_at_its_number(township: FlaskClient) -> None:
    project = build.create_project()
    build.create_invoice(project, number="11223344")
    facts = {"number": "11223344", "code": "5000211130", "issued_on": clock.today().isoformat(), "seller": "恒达"}
    answer = township.post(f"{LIST}/{project.id}/invoices", data=sent(**facts, amount="10.00", tax="0"))
    assert answer.status_code == 422
    assert 'id="number-error"' in answer.text
    assert "这张发票已经登记过：龙潭镇电子商务综合服务站" in answer.text


def test_equipment_gets_labels_and_an_invoice_says_what_it_bought(township: FlaskClient) -> None:
    project = build.create_project()
    invoice = build.create_invoice(project)
    facts = {"name": "货架", "model": "四层", "quantity": "6", "unit": "组", "amount": "3600"}
    assert township.post(f"{LIST}/{project.id}/equipment", data=sent(**facts)).status_code == 303
    things = f"/stations/project-invoices/{invoice.id}/things"
    assert "货架 四层" in township.get(things).text
    assert township.post(things, data=sent(thing0="5", other_name="赠品", other_quantity="1")).status_code == 303
    page = township.get(f"{LIST}/{project.id}").text
    assert "清单 6 组，发票 5 组" in page
    assert "发票上的“赠品”不在设备清单里" in page
    labels = township.get(f"{LIST}/{project.id}/labels")
    assert labels.data.startswith(b"%PDF-")


def test_the_inspector_counts_labels(inspector: FlaskClient) -> None:
    project = build.create_project()
    units = build.create_equipment(project).units
    page = inspector.get(f"{LIST}/{project.id}/count").text
    assert page.count("货架") >= 6
    wrong = inspector.post(f"{LIST}/{project.id}/count", data=sent(numbers="123", checked_on=clock.today().isoformat()))
    assert wrong.status_code == 422
    assert 'id="numbers-error"' in wrong.text
    facts = {f"n{units[0].number}": "absent", "numbers": units[1].number, "checked_on": clock.today().isoformat()}
    assert inspector.post(f"{LIST}/{project.id}/count", data=sent(**facts)).status_code == 303
    assert "1 个不在现场" in inspector.get(f"{LIST}/{project.id}").text
    seen = inspector.post(f"{ASSETS}/{units[2].number}/count", data=sent(result="damaged", remark="少一块层板"))
    assert seen.status_code == 303
    assert "少一块层板" in inspector.get(f"{ASSETS}/{units[2].number}").text


def test_a_label_tells_strangers_only_whose_it_is(client: FlaskClient, login: Login) -> None:
    unit = build.create_equipment(build.create_project()).units[0]
    page = client.get(f"{ASSETS}/{unit.number}")
    assert page.status_code == 200
    assert "龙潭镇电子商务综合服务站" in page.text
    assert "货架" not in page.text
    assert client.get(f"{ASSETS}/{unit.number[:-1]}{(int(unit.number[-1]) + 1) % 10}").status_code == 404
    other = login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=OTHER_TOWNSHIP))
    assert "货架" not in other.get(f"{ASSETS}/{unit.number}").text
    own = login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP))
    assert "货架" in own.get(f"{ASSETS}/{unit.number}").text


def test_others_projects_are_not_found(login: Login) -> None:
    project = build.create_project()
    invoice = build.create_invoice(project)
    other = login(create_user(role=Role.TOWNSHIP_MANAGER, scope_code=OTHER_TOWNSHIP))
    pages = ("", "/edit", "/withdrawal", "/start", "/completion", "/contracts", "/invoices", "/equipment", "/labels")
    for rest in pages:
        assert other.get(f"{LIST}/{project.id}{rest}").status_code == 404, rest
    assert other.get(f"/stations/project-invoices/{invoice.id}/things").status_code == 404
    assert other.post(f"/stations/project-invoices/{invoice.id}/void", data=sent(reason="x")).status_code == 404
    assert project.station_name not in other.get(LIST).text
    assert "货架" not in other.get(ASSETS).text


@pytest.mark.parametrize("role", [Role.VILLAGE_OPERATOR, Role.DRIVER, Role.TRAINER, Role.PRODUCER])
def test_projects_are_none_of_their_business(login: Login, role: Role) -> None:
    someone = login(create_user(role=role, scope_code=COUNTY))
    assert [someone.get(path).status_code for path in (LIST, ASSETS)] == [403, 403]


def test_an_official_reads_and_changes_nothing(login: Login) -> None:
    project = build.create_project()
    official = login(create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))
    for rest in ("", "/contracts", "/invoices", "/equipment"):
        page = official.get(f"{LIST}/{project.id}{rest}")
        assert page.status_code == 200
        assert "登记这" not in page.text
    facts = {"number": "11223344", "code": "5000211130", "issued_on": clock.today().isoformat(), "seller": "恒达"}
    invoice = sent(**facts, amount="10.00", tax="0")
    assert official.post(f"{LIST}/{project.id}/invoices", data=invoice).status_code == 403
    for rest in ("/site", "/approval", "/count", "/start"):
        assert official.get(f"{LIST}/{project.id}{rest}").status_code == 403


@pytest.mark.parametrize(
    "query, shown",
    [("", True), ("?q=龙潭", True), ("?status=applied", False), ("?kind=village_point", False), ("?status=x", True)],
)
def test_the_list_and_its_sheet_say_the_same(inspector: FlaskClient, query: str, shown: bool) -> None:
    project = build.create_project()
    build.create_invoice(project)
    assert (project.station_name in inspector.get(LIST + query).text) is shown
    rows = read_rows(inspector.get(f"{LIST}/export{query}").data, "x.xlsx")
    told = [(row["批复金额（元）"], row["发票合计（元）"]) for row in rows]
    assert told == ([("60000", "1130")] if shown else [])


@pytest.mark.parametrize("query, count", [("", 6), ("?found=never", 5), ("?found=absent", 1), ("?q=冷柜", 0)])
def test_the_register_and_its_sheet_say_the_same(inspector: FlaskClient, query: str, count: int) -> None:
    project = build.create_project()
    units = build.create_equipment(project).units
    build.count(project, {units[0].number: "absent"})
    assert sum(unit.number in inspector.get(ASSETS + query).text for unit in units) == count
    assert len(read_rows(inspector.get(f"{ASSETS}/export{query}").data, "x.xlsx")) == count


@pytest.mark.parametrize("kind", [StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT])
def test_every_page_of_a_walked_project_opens_for_all_who_read(login: Login, kind: StationKind) -> None:
    place = VILLAGE if kind is StationKind.VILLAGE_POINT else TOWNSHIP
    station = build.create_planned_station(kind=kind, division_code=place)
    begun = clock.now() - timedelta(days=DAYS + 1)
    project = seed_project(TOWNSHIP_MANAGER, INSPECTOR, HUB, station.id, begun)
    version = project.version
    assert seed_project(TOWNSHIP_MANAGER, INSPECTOR, HUB, station.id, begun).version == version
    assert now(project).status is ProjectStatus.COMPLETED
    paths = [f"{LIST}/{project.id}{rest}" for rest in ("", "/contracts", "/invoices", "/equipment", "/labels")]
    paths += [LIST, ASSETS, f"{ASSETS}/{now(project).listed[0].units[0].number}", f"/stations/{station.id}"]
    scopes = {Role.TOWNSHIP_MANAGER: TOWNSHIP, Role.INSPECTOR: COUNTY, Role.COUNTY_OFFICIAL: COUNTY}
    for role, scope in scopes.items():
        reader = login(create_user(role=role, scope_code=scope))
        for path in paths:
            answer = reader.get(path)
            assert answer.status_code == 200, path
            assert path.endswith("labels") or answer.text.count("<h1") == 1, path
