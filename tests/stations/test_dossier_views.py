"""Pages of dossiers: opening one, judging on site with a telephone, the sheet for the pen, what a mistake keeps."""

from __future__ import annotations

import gzip
import io
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.core.access import Role
from app.core.sheets import read_rows
from stations.models.acceptance import Acceptance, ItemResult
from stations.models.subject import Subject
from stations.service import acceptance as service
from tests.factories import acceptance as make
from tests.factories.accounts import create_user

Login = Callable[[Any], FlaskClient]
LIST, NEW = "/stations/acceptances", "/stations/dossiers/new"
ON_THE_WIRE = 15 * 1024


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


def jpeg(name: str = "现场.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(make.photo().content), name


def asked(**facts: Any) -> dict[str, Any]:
    told = {"subject": "logistics", "name": "两级物流", "year": clock.today().year, "division_code": make.COUNTY}
    return sent(**(told | facts))


def scored() -> Acceptance:
    return make.create_submitted_dossier(subject=Subject.CONTRACT_YEAR, name="合同年度", year=2025)


# -- opening -------------------------------------------------------------------------------------


def test_the_hub_opens_a_dossier_and_is_led_to_its_list(hub: FlaskClient) -> None:
    make.create_places()
    page = hub.get(NEW).text
    assert "全县（县级公共服务中心）" in page
    assert "龙潭镇" in page
    answer = hub.post(NEW, data=asked(reference_url="/runs"))
    assert answer.status_code == 303
    items = hub.get(answer.location).text
    assert "还缺资料的 9 项" in items
    show = hub.get(answer.location.removesuffix("/items")).text
    assert '<a href="/runs">/runs</a>' in show
    assert "批复金额" not in show


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"reference_url": "http://elsewhere.example/"}, "reference_url"),
        ({"year": "1999"}, "year"),
        ({"year": "今年"}, "year"),
        ({"division_code": make.VILLAGE}, "division_code"),
        ({"subject": "village_point"}, "subject"),
        ({"name": ""}, "name"),
    ],
)
def test_a_mistake_stands_at_its_field_and_the_rest_stays(hub: FlaskClient, facts: dict[str, Any], field: str) -> None:
    make.create_places()
    answer = hub.post(NEW, data=asked(**({"reference_url": "/kept"} | facts)))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert 'value="/kept"' in answer.text or field == "reference_url"
    assert "没有符合条件" in hub.get(f"{LIST}?q=两级").text


@pytest.mark.parametrize("role", [Role.TOWNSHIP_MANAGER, Role.INSPECTOR, Role.COUNTY_OFFICIAL])
def test_nobody_else_opens_one(login: Login, role: Role) -> None:
    assert login(create_user(role=role, scope_code=make.COUNTY)).get(NEW).status_code == 403


def test_a_townships_item_has_no_form_for_the_hub(hub: FlaskClient) -> None:
    item = make.create_acceptance().items[0]
    page = hub.get(f"/stations/acceptance-items/{item.id}")
    assert page.status_code == 200
    assert 'type="file"' not in page.text
    assert hub.post(f"/stations/acceptance-items/{item.id}/evidence", data=sent(issuer="县里")).status_code == 403
    assert service.get_item(make.HUB, item.id).issuer == ""


def test_a_dossier_of_the_county_is_not_found_by_a_township(township: FlaskClient) -> None:
    dossier = make.create_dossier()
    for path in (
        f"{LIST}/{dossier.id}",
        f"{LIST}/{dossier.id}/sheet",
        f"/stations/acceptance-items/{dossier.items[0].id}",
    ):
        assert township.get(path).status_code == 404, path


def test_the_hub_types_the_pages_and_sees_those_that_were_read(hub: FlaskClient) -> None:
    item = make.item_of(make.create_dossier(), "routes")
    path = f"/stations/acceptance-items/{item.id}"
    paper = (io.BytesIO(make.paper().content), "线路.pdf")
    assert hub.post(f"{path}/evidence", data=sent(files=[paper])).status_code == 303
    assert "现在是 1 页" in hub.get(path).text
    wrong = hub.post(f"{path}/evidence", data=sent(page_count="0", issuer="运输公司"))
    assert wrong.status_code == 422
    assert 'id="page_count-error"' in wrong.text
    assert 'value="运输公司"' in wrong.text


# -- standing in a village -----------------------------------------------------------------------


def test_judging_leads_from_item_to_item_until_none_is_open(inspector: FlaskClient) -> None:
    dossier = scored()
    place = f"/stations/acceptance-items/{dossier.items[0].id}"
    for n, item in enumerate(dossier.items):
        page = inspector.get(place).text
        assert f"{n} / 7" in page
        assert f"<h1>{item.position}. {item.label}" in page
        left = 6 - n
        assert (f"还没查的 {left} 项" in page) is (left > 0)
        facts = sent(result="qualified", **({"score": str(item.points)} if item.points else {}))
        answer = inspector.post(f"{place}/judgement", data=facts)
        assert answer.status_code == 303
        place = answer.location
    assert place.endswith(f"{dossier.id}/items")
    assert "还没查的" not in inspector.get(place).text


def test_the_page_is_for_one_hand_and_a_bad_line(inspector: FlaskClient) -> None:
    item = make.item_of(scored(), "kpi")
    page = inspector.get(f"/stations/acceptance-items/{item.id}").text
    assert 'capture="environment"' in page
    assert page.index('name="camera"') < page.index('name="result"') < page.index('name="score"')
    assert "<script" not in page
    assert 'class="stick"' in page
    assert len(gzip.compress(page.encode())) < ON_THE_WIRE


def test_photos_from_the_camera_and_the_album_are_both_kept(inspector: FlaskClient) -> None:
    item = make.item_of(make.create_submitted_dossier(), "hub_photos")
    before = len(item.files)
    other = (io.BytesIO(make.photo("blue").content), "二.jpg")
    facts = sent(result="qualified", camera=[jpeg()], files=[other])
    assert inspector.post(f"/stations/acceptance-items/{item.id}/judgement", data=facts).status_code == 303
    assert len(service.get_item(make.HUB, item.id).files) == before + 2
    assert "没有拍摄时间 · 没有位置" in inspector.get(f"/stations/acceptance-items/{item.id}").text


@pytest.mark.parametrize(
    "facts, field",
    [
        ({"result": "mismatch", "score": "7.5"}, "remark"),
        ({"result": "qualified", "score": "31", "remark": "话多"}, "score"),
        ({"result": "qualified", "score": "很好", "remark": "话多"}, "score"),
        ({"result": "missing", "score": "0.5", "remark": "没有"}, "score"),
        ({"score": "7.5", "remark": "话多"}, "result"),
    ],
)
def test_a_save_that_fails_keeps_all_but_the_photos_and_says_so(
    inspector: FlaskClient, facts: dict[str, Any], field: str
) -> None:
    item = make.item_of(scored(), "kpi")
    answer = inspector.post(f"/stations/acceptance-items/{item.id}/judgement", data=sent(camera=[jpeg()], **facts))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "刚才选的照片和文件没有存下" in answer.text
    assert f'value="{facts["score"]}"' in answer.text
    assert f'value="{facts.get("remark", "")}"' in answer.text
    if "result" in facts:
        assert re.search(rf'<input[^>]* checked[^>]* value="{facts["result"]}"', answer.text)
    assert service.get_item(make.HUB, item.id).result is None


def test_a_save_that_fails_without_photos_does_not_speak_of_them(inspector: FlaskClient) -> None:
    item = make.item_of(scored(), "kpi")
    answer = inspector.post(f"/stations/acceptance-items/{item.id}/judgement", data=sent(result="missing"))
    assert answer.status_code == 422
    assert "没有存下" not in answer.text


def test_a_score_is_kept_and_shown(inspector: FlaskClient) -> None:
    item = make.item_of(scored(), "kpi")
    path = f"/stations/acceptance-items/{item.id}"
    inspector.post(f"{path}/judgement", data=sent(result="qualified", score="２２.５"))
    stored = service.get_item(make.HUB, item.id)
    assert (stored.result, stored.score) == (ItemResult.QUALIFIED, Decimal("22.5"))
    assert "22.5 / 30" in inspector.get(path).text


def test_the_words_of_a_sign_are_set_side_by_side(inspector: FlaskClient) -> None:
    acceptance = make.fill(make.create_acceptance())
    sign = make.item_of(acceptance, "sign_text")
    put = {"actor": make.TOWNSHIP_MANAGER, "request_id": None}
    service.record_evidence(**put, item_id=sign.id, answer="龙潭镇综合服务中心")
    service.submit(**put, acceptance_id=acceptance.id)
    page = inspector.get(f"/stations/acceptance-items/{sign.id}").text
    assert "招牌上的字和要求的不一样" in page
    assert "<ins>电子商务</ins>" in page
    assert "<del>中心</del>" in page
    silent = inspector.post(f"/stations/acceptance-items/{sign.id}/judgement", data=sent(result="qualified"))
    assert silent.status_code == 422
    assert 'id="remark-error"' in silent.text


# -- at the desk ---------------------------------------------------------------------------------


def test_the_sheet_has_empty_boxes_and_ticks_what_was_judged(inspector: FlaskClient) -> None:
    dossier = scored()
    make.judge(make.item_of(dossier, "kpi"), score=Decimal("22.5"))
    page = inspector.get(f"{LIST}/{dossier.id}/sheet").text
    assert (page.count("□"), page.count("☑")) == (7 * 3 - 1, 1)
    assert "22.5 / 30" in page
    assert "____ / 40" in page
    assert all(item.label in page for item in dossier.items)


def test_the_decision_page_tells_the_figure_before_and_after(hub: FlaskClient) -> None:
    dossier = scored()
    for item in list(dossier.items):
        make.judge(item, score=Decimal(item.points) / 2 if item.points else None)
    make.close(dossier)
    path = f"{LIST}/{dossier.id}/decision"
    assert "得分 50 / 100（50.0 %）" in hub.get(path).text
    facts = {
        "version": dossier.version,
        "decision": "passed",
        "opinion": "同意",
        "decided_on": clock.today().isoformat(),
    }
    answer = hub.post(path, data=sent(**facts, township_signer="甲", bureau_signer="乙"))
    assert answer.status_code == 422
    assert 'id="decision-error"' in answer.text
    assert "低于合格线 60 %" in answer.text


@pytest.mark.parametrize(
    "query, names", [("", {"合同年度", "龙潭镇电子商务综合服务站"}), ("?subject=contract_year", {"合同年度"})]
)
def test_the_list_and_its_sheet_are_filtered_by_subject(inspector: FlaskClient, query: str, names: set[str]) -> None:
    for item in list(scored().items):
        make.judge(item)
    make.create_acceptance()
    page = inspector.get(LIST + query).text
    assert ("龙潭镇电子商务综合服务站</a>" in page) is (len(names) == 2)
    assert "100 / 100" in page
    rows = read_rows(inspector.get(f"{LIST}/export{query}").data, "x.xlsx")
    assert {row["名称"] for row in rows} == names
    assert {row["得分"]: row["满分"] for row in rows}["100"] == "100"
