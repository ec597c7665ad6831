"""The pages of postings, objections and organisation records: the hub's, and those for anybody."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core import clock, documents
from app.core.access import Role
from app.core.database import Base, db
from app.core.sheets import read_rows
from app.core.web import limiter
from stations.models.evaluation import Round
from stations.models.organisation import RecordKind
from stations.models.publicity import ObjectionStatus, PublicityStatus
from stations.service import organisation
from stations.service import publicity as service
from tests.conftest import make_app
from tests.factories import acceptance as places
from tests.factories import evaluation as evaluations
from tests.factories import publicity as make
from tests.factories.accounts import create_user

Enter = Callable[..., FlaskClient]
LIST, OBJECTIONS, RECORDS = "/stations/publicities", "/stations/objections", "/stations/organisation/records"
SECRETS = ("13896547210", "1389654", "7210", "冉大姐")


@pytest.fixture
def as_role(login: Callable[[Any], FlaskClient]) -> Enter:
    """A client with that role, in the county."""

    def enter(role: Role, scope: str = places.COUNTY) -> FlaskClient:
        enrolled = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": clock.now()}
        more = enrolled if role is Role.COUNTY_ADMIN else {}
        return login(create_user(role=role, scope_code=scope, name="彭国栋", **more))

    return enter


@pytest.fixture
def hub(as_role: Enter) -> FlaskClient:
    return as_role(Role.COUNTY_ADMIN)


def sent(**facts: Any) -> dict[str, Any]:
    return {"request_id": str(uuid.uuid4()), **facts}


def posting(**overrides: Any) -> dict[str, Any]:
    facts = {
        "subject": "acceptance",
        "title": "第二批验收结果公示",
        "text": "经验收，下列站点合格。",
        "places": "县政府网站",
        "starts_on": clock.today().isoformat(),
        "ends_on": (clock.today() + timedelta(days=6)).isoformat(),
    }
    return sent(**(facts | overrides))


# -- for anybody -----------------------------------------------------------------------------------


def test_anybody_objects_and_looks_the_answer_up(client: FlaskClient) -> None:
    row = make.create_publicity()
    page = f"/publicity/{row.id}"
    assert "留了好给您回话" in client.get(page).text
    answer = client.post(
        f"{page}/objections", data=sent(text="花莲村的站没有开门。", name="冉大姐", phone="13896547210")
    )
    assert answer.status_code == 303
    received = client.get(answer.location).text
    (objection,) = row.objections
    code = re.search(r'class="big">([\d ]+)<', received)
    assert code is not None
    assert code[1].replace(" ", "") == objection.code
    found = client.post("/publicity/answers", data=sent(code=code[1])).text
    assert "正在核实" in found
    make.answer(objection)
    found = client.post("/publicity/answers", data=sent(code=code[1])).text
    assert "停电关门一天" in found
    for secret in (*SECRETS, "花莲村"):
        assert secret not in found


def test_public_pages_show_nobody(client: FlaskClient) -> None:
    row = make.create_publicity()
    make.answer(make.create_objection(row))
    make.create_objection(row)
    private = make.create_objection(row)
    make.answer(private, answer="已同本人说明，电话 13896547210。", public=False)
    for path in ("/publicity", f"/publicity/{row.id}"):
        text = client.get(path).text
        for secret in (*SECRETS, "没有开门", private.answer, private.code):
            assert secret not in text, (path, secret)
    assert "停电关门一天" in client.get(f"/publicity/{row.id}").text


@pytest.mark.parametrize(
    "typed, told",
    [({"phone": "1389"}, "11 位手机号"), ({"text": ""}, "这里要填"), ({"text": "不对"}, "至少一句话")],
)
def test_a_wrong_objection_is_told_and_what_was_typed_stays(
    client: FlaskClient, typed: dict[str, str], told: str
) -> None:
    row = make.create_publicity()
    facts = {"text": "花莲村的站没有开门。", "name": "冉大姐", "phone": ""} | typed
    answer = client.post(f"/publicity/{row.id}/objections", data=sent(**facts))
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="冉大姐"' in answer.text
    assert f"{facts['text']}</textarea>" in answer.text
    assert row.objections == []


def test_a_program_that_fills_in_everything_leaves_nothing(client: FlaskClient) -> None:
    row = make.create_publicity()
    facts = sent(text="Buy cheap pills at example", website="https://spam.example")
    assert client.post(f"/publicity/{row.id}/objections", data=facts).status_code == 303
    assert row.objections == []


@pytest.mark.parametrize("days, form", [(-1, False), (0, True), (6, True), (7, False)])
def test_the_form_is_there_on_the_posted_days(client: FlaskClient, days: int, form: bool) -> None:
    start = clock.today() + timedelta(days=3)
    row = make.create_publicity(starts_on=start, ends_on=start + timedelta(days=6))
    with clock.at(clock.now() + timedelta(days=3 + days)):
        page = client.get(f"/publicity/{row.id}").text
        assert ("提出异议，拿查询码" in page) is form
        answer = client.post(f"/publicity/{row.id}/objections", data=sent(text="花莲村的站没有开门。"))
        assert answer.status_code == (303 if form else 422)


@pytest.mark.parametrize("code", ["1234567890", "12345", "abc", "", "1234 5678 94"])
def test_a_code_that_leads_nowhere_is_told(client: FlaskClient, code: str) -> None:
    make.create_objection(make.create_publicity())
    answer = client.post("/publicity/answers", data=sent(code=code))
    assert answer.status_code == 422
    assert f'value="{code}"' in answer.text


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[FlaskClient]:
    """A client of an application whose rate limits hold."""
    app = make_app(f"sqlite:///{tmp_path / 'limited.db'}", tmp_path, RATELIMIT_ENABLED=True)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        try:
            yield app.test_client()
        finally:
            limiter.enabled = False
            db.engine.dispose()


def test_nobody_floods_the_hub_or_tries_codes(limited: FlaskClient) -> None:
    facts = sent(text="Buy cheap pills", website="https://spam.example")
    path = f"/publicity/{uuid.uuid4()}/objections"
    assert [limited.post(path, data=facts).status_code for _ in range(6)] == [303] * 5 + [429]
    tries = [limited.post("/publicity/answers", data=sent(code="12345")).status_code for _ in range(31)]
    assert tries == [422] * 30 + [429]


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    row = make.create_publicity(files=[places.paper("名单")])
    other = make.create_publicity()
    paths = (
        f"/publicity/{uuid.uuid4()}",
        f"/publicity/{row.id}/result",
        f"/publicity/{other.id}/files/{row.files[0].id}",
        f"/publicity/column/{uuid.uuid4()}",
    )
    assert {client.get(path).status_code for path in paths} == {404}
    opened = client.get(f"/publicity/{row.id}/files/{row.files[0].id}")
    assert opened.status_code == 200
    assert opened.mimetype == "application/pdf"


def test_the_code_is_shown_to_whoever_has_just_objected_only(client: FlaskClient) -> None:
    objection = make.create_objection(make.create_publicity())
    answer = client.get(f"/publicity/{objection.publicity_id}/received")
    assert answer.status_code == 303


def test_the_public_column_is_for_anybody(client: FlaskClient) -> None:
    plan = make.publish("plan", files=[places.paper("方案")])
    make.publish("payment", title="一季度拨付", text="", url="https://www.example.gov.cn/1")
    hidden = make.create_record(files=[places.paper("纪要")])
    page = client.get("/publicity").text
    for words in ("实施方案", "一季度拨付", "https://www.example.gov.cn/1", "还没有公开：", "验收结果"):
        assert words in page
    assert hidden.title not in page
    assert client.get(f"/publicity/column/{plan.id}").mimetype == "application/pdf"
    assert client.get(f"/publicity/column/{hidden.id}").status_code == 404


# -- the hub ---------------------------------------------------------------------------------------


def test_the_hub_posts_answers_and_concludes(hub: FlaskClient) -> None:
    places.create_places()
    file = (io.BytesIO(places.paper("名单").content), "名单.pdf")
    answer = hub.post(f"{LIST}/new", data=posting(files=[file]))
    assert answer.status_code == 303
    row = service.get_publicity(places.HUB, uuid.UUID(answer.location.rsplit("/", 1)[1]))
    objection = make.create_objection(row)
    shown = hub.get(f"{OBJECTIONS}/{objection.id}").text
    assert "13896547210" in shown
    assert "冉大姐" in shown
    told = hub.post(f"{OBJECTIONS}/{objection.id}", data=sent(answer="已核实，站点正常营业。", public="yes"))
    assert told.status_code == 303
    assert objection.status is ObjectionStatus.ANSWERED
    with clock.at(clock.now() + timedelta(days=7)):
        assert "收到异议 1 件" in hub.get(f"{LIST}/{row.id}").text
        assert hub.post(f"{LIST}/{row.id}/conclusion", data=sent(remark="")).status_code == 303
    assert row.status is PublicityStatus.CONCLUDED
    note = hub.get(f"/publicity/{row.id}/result").data
    assert documents.verify(note).finding is documents.Finding.GENUINE


@pytest.mark.parametrize(
    "typed, told",
    [
        ({"ends_on": clock.today().isoformat()}, "公示期不少于 7 天"),
        ({"starts_on": (clock.today() - timedelta(days=1)).isoformat()}, "公示要从今天"),
        ({"text": "联系人 13896547210"}, "不能有手机号或身份证号"),
        ({"places": ""}, "这里要填"),
    ],
)
def test_a_wrong_posting_is_told_and_what_was_typed_stays(hub: FlaskClient, typed: dict[str, str], told: str) -> None:
    places.create_places()
    answer = hub.post(f"{LIST}/new", data=posting(**typed))
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="第二批验收结果公示"' in answer.text
    assert service.export_rows(places.HUB) == []


def test_concluding_too_early_and_withdrawing_without_a_reason_are_told(hub: FlaskClient) -> None:
    row = make.create_publicity()
    answer = hub.post(f"{LIST}/{row.id}/conclusion", data=sent(remark="名单不变"))
    assert answer.status_code == 422
    assert "第二天起才能办结" in answer.text
    assert "名单不变</textarea>" in answer.text
    assert hub.post(f"{LIST}/{row.id}/withdrawal", data=sent(reason="")).status_code == 422
    assert hub.post(f"{LIST}/{row.id}/withdrawal", data=sent(reason="名单有误")).status_code == 303
    assert "名单有误" in hub.get(f"/publicity/{row.id}").text


def test_an_answer_with_somebodys_number_is_told(hub: FlaskClient) -> None:
    objection = make.create_objection(make.create_publicity())
    answer = hub.post(f"{OBJECTIONS}/{objection.id}", data=sent(answer="打 13896547210 问", public="yes"))
    assert answer.status_code == 422
    assert "打 13896547210 问</textarea>" in answer.text
    assert objection.status is ObjectionStatus.OPEN


def test_an_evaluations_result_is_posted_from_its_page(hub: FlaskClient) -> None:
    evaluation = evaluations.create_after(Round.PROVINCE)
    link = re.search(r'href="([^"]*publicities/new[^"]*)"', hub.get(f"/stations/evaluations/{evaluation.id}").text)
    assert link is not None
    form = hub.get(link[1].replace("&amp;", "&")).text
    assert f'<option selected value="{evaluation.id}"' in form
    facts = posting(subject="evaluation", evaluation_id=str(evaluation.id))
    assert hub.post(f"{LIST}/new", data=facts).status_code == 303
    assert "第二批验收结果公示" in hub.get(f"/stations/evaluations/{evaluation.id}").text


def test_others_read_without_who_objected(as_role: Enter) -> None:
    row = make.create_publicity()
    objection = make.create_objection(row)
    paths = (LIST, f"{LIST}/{row.id}", OBJECTIONS, f"{OBJECTIONS}/{objection.id}", f"{LIST}/export")
    for role in (Role.COUNTY_OFFICIAL, Role.INSPECTOR):
        reader = as_role(role)
        for path in paths:
            answer = reader.get(path)
            assert answer.status_code == 200, path
            assert not any(secret.encode() in answer.data for secret in SECRETS)
        assert reader.post(f"{LIST}/new", data=posting()).status_code == 403
        assert (
            reader.post(f"{OBJECTIONS}/{objection.id}", data=sent(answer="不算数的答复", public="no")).status_code
            == 403
        )
        assert reader.post(f"{LIST}/{row.id}/withdrawal", data=sent(reason="不行")).status_code == 403
    for role in (Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR, Role.DRIVER):
        assert as_role(role).get(LIST).status_code == 403
        assert as_role(role).get(OBJECTIONS).status_code == 403
    stranger = as_role(Role.COUNTY_ADMIN, "500243000000")
    assert stranger.get(f"{LIST}/{row.id}").status_code == 404
    assert stranger.get(f"{OBJECTIONS}/{objection.id}").status_code == 404


def test_lists_and_sheets_say_the_same(hub: FlaskClient) -> None:
    row = make.create_publicity()
    make.create_objection(row)
    for query, shown in (("", 1), ("?status=open", 1), ("?status=concluded", 0), ("?q=龙潭", 1), ("?status=none", 1)):
        assert (str(row.id) in hub.get(LIST + query).text) is bool(shown)
        rows = read_rows(hub.get(f"{LIST}/export{query}").data, "x.xlsx")
        assert [line["异议（件）"] for line in rows] == ["1"] * shown
    (line,) = read_rows(hub.get(f"{OBJECTIONS}/export?status=open").data, "x.xlsx")
    assert line["异议"].startswith("花莲村")
    assert not any(secret in str(line) for secret in SECRETS)
    assert "没有符合条件的异议" in hub.get(f"{OBJECTIONS}?status=answered").text


# -- organisation records --------------------------------------------------------------------------


def record(**overrides: Any) -> dict[str, Any]:
    facts = {"kind": "meeting", "title": "第一次会议", "dated_on": clock.today().isoformat(), "place": "会议室"}
    return sent(**(facts | {"participants": "12"} | overrides))


def test_a_line_is_added_and_struck_out(hub: FlaskClient) -> None:
    places.create_places()
    file = (io.BytesIO(places.paper("纪要").content), "纪要.pdf")
    answer = hub.post(f"{RECORDS}/new", data=record(file=[file]))
    assert answer.status_code == 303
    page = hub.get(answer.location).text
    assert "纪要.pdf" in page
    assert hub.post(f"{answer.location}/voiding", data=sent(reason="重复登记")).status_code == 303
    assert "重复登记" in hub.get(answer.location).text
    assert "第一次会议" not in hub.get(RECORDS).text
    assert "第一次会议" in hub.get(f"{RECORDS}?voided=yes").text


@pytest.mark.parametrize(
    "typed, told",
    [
        ({"place": ""}, "请写在哪里"),
        ({"participants": ""}, "请写几个人参加"),
        ({"dated_on": (clock.today() + timedelta(days=1)).isoformat()}, "日期不能在今天"),
        ({"url": "www.example.cn"}, "网址请从 https:// "),
        ({"kind": "public_column"}, "请选是专栏里的哪一类内容"),
        ({"kind": "public_column", "column_key": "plan"}, "请写正文、填网址或传文件"),
    ],
)
def test_a_wrong_line_is_told_and_what_was_typed_stays(hub: FlaskClient, typed: dict[str, str], told: str) -> None:
    places.create_places()
    answer = hub.post(f"{RECORDS}/new", data=record(**typed))
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="第一次会议"' in answer.text
    assert organisation.export_rows(places.HUB) == []


def test_each_figure_leads_to_its_list(hub: FlaskClient) -> None:
    make.create_record()
    make.create_record(kind=RecordKind.RULE_FUNDS, title="资金管理办法", participants=None)
    make.create_record(kind=RecordKind.RULE_OTHER, title="档案制度", participants=None)
    make.publish("plan")
    page = hub.get("/stations/organisation").text
    links = re.findall(rf'href="({RECORDS}\?[^"]*)"', page)
    found = {}
    for link in links:
        listed = hub.get(link.replace("&amp;", "&")).text
        kind = re.search(r"kind=(\w+)", link)
        assert kind is not None
        found[kind[1]] = len(re.findall(rf'<th scope="row"><a href="{RECORDS}/', listed))
    assert found == {"leading_group_document": 0, "meeting": 1, "rules": 2, "onsite_check": 0, "public_column": 1}
    assert "12.5 %" in page
    assert "项目管理制度、资产管理制度" in page


@pytest.mark.parametrize(
    "query, shown", [("", 1), ("?kind=meeting", 1), ("?kind=rules", 0), ("?year=2001", 0), ("?q=会议室", 1)]
)
def test_the_register_and_its_sheet_say_the_same(hub: FlaskClient, query: str, shown: int) -> None:
    row = make.create_record()
    assert (row.title in hub.get(RECORDS + query).text) is bool(shown)
    rows = read_rows(hub.get(f"{RECORDS}/export{query}").data, "x.xlsx")
    assert [line["参加人数"] for line in rows] == ["18"] * shown


def test_who_sees_and_who_keeps_the_register(as_role: Enter) -> None:
    row = make.create_record()
    for role in (Role.COUNTY_OFFICIAL, Role.INSPECTOR):
        reader = as_role(role)
        for path in ("/stations/organisation", RECORDS, f"{RECORDS}/{row.id}"):
            answer = reader.get(path)
            assert answer.status_code == 200
            assert "登记一条" not in answer.text
        assert reader.post(f"{RECORDS}/new", data=record()).status_code == 403
        assert reader.post(f"{RECORDS}/{row.id}/voiding", data=sent(reason="不行")).status_code == 403
    assert as_role(Role.TOWNSHIP_MANAGER).get(RECORDS).status_code == 403
    assert as_role(Role.COUNTY_ADMIN, "500243000000").get(f"{RECORDS}/{row.id}").status_code == 404
