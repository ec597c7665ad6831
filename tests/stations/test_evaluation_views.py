"""The pages of evaluations: who sees them, that mistakes stand at their field, that what was typed stays."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import clock
from app.core.access import Actor, Role
from app.core.sheets import read_rows
from app.core.web import may_open
from stations.models.evaluation import EvaluationStatus, Round
from stations.models.finding import FindingStatus
from stations.seed.evaluation import seed_evaluation
from stations.service import evaluation as service
from tests.factories import acceptance as places
from tests.factories import evaluation as make
from tests.factories.accounts import create_user

Login = Callable[[Any], FlaskClient]
LIST = "/stations/evaluations"
LEAF = "/stations/evaluation-leaves"


@pytest.fixture
def as_role(login: Login) -> Callable[[Role], FlaskClient]:
    """A client with that role, in the county."""

    def enter(role: Role, scope: str = places.COUNTY) -> FlaskClient:
        enrolled = {"totp_secret": "JBSWY3DPEHPK3PXP", "totp_confirmed_at": clock.now()}
        more = enrolled if role is Role.COUNTY_ADMIN else {}
        return login(create_user(role=role, scope_code=scope, name="彭国栋", **more))

    return enter


@pytest.fixture
def hub(as_role: Callable[[Role], FlaskClient]) -> FlaskClient:
    return as_role(Role.COUNTY_ADMIN)


def sent(**facts: Any) -> dict[str, Any]:
    return {"request_id": str(uuid.uuid4()), **facts}


def test_the_hub_begins_scores_and_goes_on_to_the_next(hub: FlaskClient) -> None:
    places.create_places()
    answer = hub.post(f"{LIST}/new", data=sent(year=str(clock.today().year - 1)))
    assert answer.status_code == 303
    evaluation = service.get_evaluation(places.HUB, uuid.UUID(answer.location.rsplit("/", 1)[1]))
    first, second = evaluation.leaves[:2]
    answer = hub.post(f"{LEAF}/{first.id}/score", data=sent(of="self", score="１.5", reason="会议少一次"))
    assert answer.location.endswith(str(second.id))
    assert first.self_score == Decimal("1.5")
    page = hub.get(f"{LEAF}/{first.id}").text
    assert 'value="1.5"' in page
    assert "1 / 29" in page


def test_a_reason_without_a_score_is_kept_as_a_draft(hub: FlaskClient) -> None:
    leaf = make.create_evaluation().leaves[0]
    answer = hub.post(f"{LEAF}/{leaf.id}/score", data=sent(of="self", score="", reason="等纪要"))
    assert answer.location.endswith(str(leaf.id))
    page = hub.get(answer.location).text
    assert "等纪要</textarea>" in page
    assert "还没有打分，说明先存着" in page


def test_the_last_leaf_leads_back_to_the_table(hub: FlaskClient) -> None:
    evaluation = make.create_evaluation()
    for leaf in evaluation.leaves[:-1]:
        make.score(leaf)
    answer = hub.post(f"{LEAF}/{evaluation.leaves[-1].id}/score", data=sent(of="self", score="0", reason="没有"))
    assert answer.location.endswith(str(evaluation.id))
    assert "每一项都打了分" in hub.get(answer.location).text


@pytest.mark.parametrize(
    "typed, told",
    [
        ({"score": "7"}, "分数要在 0 和 2 之间"),
        ({"score": "1.3"}, "半分一档"),
        ({"score": "很好"}, "分数请写成 3 或 2.5"),
        ({"score": "-1"}, "分数请写成 3 或 2.5"),
        ({"score": "1", "reason": ""}, "请写一句得分的依据"),
    ],
)
def test_a_wrong_score_is_told_and_what_was_typed_stays(hub: FlaskClient, typed: dict[str, str], told: str) -> None:
    leaf = make.create_evaluation().leaves[0]
    facts = {"of": "self", "reason": "纪要齐全"} | typed
    answer = hub.post(f"{LEAF}/{leaf.id}/score", data=sent(**facts))
    assert answer.status_code == 422
    assert told in answer.text
    assert f'value="{typed["score"]}"' in answer.text
    assert f"{facts['reason']}</textarea>" in answer.text
    assert leaf.self_score is None


@pytest.mark.parametrize("of", ["", "nobody"])
def test_a_round_that_is_none_is_refused(hub: FlaskClient, of: str) -> None:
    leaf = make.create_evaluation().leaves[0]
    assert hub.post(f"{LEAF}/{leaf.id}/score", data=sent(of=of, score="1", reason="好")).status_code == 422


def test_a_review_starts_from_the_score_before(as_role: Callable[[Role], FlaskClient]) -> None:
    leaf = make.create_after(Round.SELF).leaves[0]
    inspector = as_role(Role.INSPECTOR)
    page = inspector.get(f"{LEAF}/{leaf.id}").text
    assert 'value="1.5"' in page
    assert 'value="county"' in page
    answer = inspector.post(f"{LEAF}/{leaf.id}/score", data=sent(of="county", score="1", reason=""))
    assert answer.status_code == 422
    assert "和上一轮的 1.5 分不一样" in answer.text


def test_a_year_that_is_there_or_ahead_is_told(hub: FlaskClient) -> None:
    evaluation = make.create_evaluation()
    for year, told in ((evaluation.year, "已经有了"), (clock.today().year + 1, "年度请填")):
        answer = hub.post(f"{LIST}/new", data=sent(year=str(year)))
        assert answer.status_code == 422
        assert told in answer.text
        assert f'value="{year}"' in answer.text


def test_rounds_are_handed_on_back_and_away(as_role: Callable[[Role], FlaskClient]) -> None:
    evaluation = make.create_evaluation()
    path = f"{LIST}/{evaluation.id}"
    form = {"opinion": "同意", "signer": "彭国栋", "acted_on": clock.today().isoformat()}
    answer = as_role(Role.COUNTY_ADMIN).post(f"{path}/next-round", data=sent(**form))
    assert answer.status_code == 422
    assert "还有 29 项没有打分" in answer.text
    make.score_all(evaluation, Round.SELF)
    assert as_role(Role.INSPECTOR).post(f"{path}/next-round", data=sent(**form)).status_code == 403
    assert as_role(Role.COUNTY_ADMIN).post(f"{path}/next-round", data=sent(**form)).status_code == 303
    inspector = as_role(Role.INSPECTOR)
    back = {"reason": "两项不符", "acted_on": clock.today().isoformat()}
    assert "退回后上一轮可以重新打分" in inspector.get(f"{path}/return").text
    assert inspector.post(f"{path}/return", data=sent(**back)).status_code == 303
    assert service.get_evaluation(places.HUB, evaluation.id).status is EvaluationStatus.SELF
    make.hand_on(evaluation, places.HUB)
    make.hand_on(make.score_all(evaluation, Round.COUNTY), places.INSPECTOR)
    make.hand_on(make.score_all(evaluation, Round.PROVINCE), places.HUB)
    hub = as_role(Role.COUNTY_ADMIN)
    assert "归档，以后不能再改" in hub.get(f"{path}/next-round").text
    assert hub.post(f"{path}/next-round", data=sent(**form)).status_code == 303
    assert service.get_evaluation(places.HUB, evaluation.id).status is EvaluationStatus.CLOSED


def test_evidence_is_put_in_and_taken_out(hub: FlaskClient) -> None:
    leaf = make.create_evaluation().leaves[0]
    links, documents = f"{LEAF}/{leaf.id}/links", f"{LEAF}/{leaf.id}/documents"
    assert hub.post(links, data=sent(register="/stations/organisation")).status_code == 303
    assert hub.post(links, data=sent(path="/stations?kind=village_point", title="村点名单")).status_code == 303
    file = (io.BytesIO(places.paper("纪要").content), "纪要.pdf")
    assert hub.post(documents, data=sent(file=file, title="会议纪要")).status_code == 303
    page = hub.get(f"{LEAF}/{leaf.id}").text
    for words in ("组织管理台账", "村点名单", 'href="/stations?kind=village_point"', "会议纪要"):
        assert words in page
    row = leaf.evidence[0]
    assert hub.post(f"/stations/evaluation-evidence/{row.id}/removal", data=sent()).status_code == 303
    assert [row.title for row in leaf.evidence] == ["村点名单", "会议纪要"]


@pytest.mark.parametrize(
    "path, told",
    [
        ("/nowhere", "本系统里没有这个地址"),
        ("https://evil.example", "以“/”开头"),
        ("//evil.example", "/"),
        ("", "请选一个台账，或填一个地址"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(hub: FlaskClient, path: str, told: str) -> None:
    leaf = make.create_evaluation().leaves[0]
    answer = hub.post(f"{LEAF}/{leaf.id}/links", data=sent(path=path, title="村点名单"))
    assert answer.status_code == 422
    assert told in answer.text
    assert 'value="村点名单"' in answer.text
    assert leaf.evidence == []


def test_the_registers_are_pages(app: Flask) -> None:
    adapter = app.url_map.bind("")
    for path, label in service.registers():
        assert label
        assert adapter.match(path, method="GET")


def test_a_file_that_is_not_what_its_name_says_is_told(hub: FlaskClient) -> None:
    leaf = make.create_evaluation().leaves[0]
    fake = (io.BytesIO(b"MZ"), "纪要.pdf")
    answer = hub.post(f"{LEAF}/{leaf.id}/documents", data=sent(file=fake, title="会议纪要"))
    assert answer.status_code == 422
    assert "内容要和名字一致" in answer.text
    assert 'value="会议纪要"' in answer.text


def test_a_problem_goes_through_the_list(as_role: Callable[[Role], FlaskClient]) -> None:
    evaluation = make.create_evaluation()
    inspector = as_role(Role.INSPECTOR)
    facts = {
        "problem": "督导记录缺第三季度",
        "leaf_id": str(evaluation.leaves[1].id),
        "cause": "没有归档",
        "measure": "补齐",
        "owner_name": "彭国栋",
    }
    late = (clock.today() - timedelta(days=1)).isoformat()
    new = f"{LIST}/{evaluation.id}/problems/new"
    answer = inspector.post(new, data=sent(**facts, deadline=late))
    assert answer.status_code == 422
    assert 'value="督导记录缺第三季度"' in answer.text
    assert inspector.post(new, data=sent(**facts | {"leaf_id": "nobody"}, deadline=late)).status_code == 422
    assert inspector.post(new, data=sent(**facts, deadline=clock.today().isoformat())).status_code == 303
    (row,) = service.get_score_table(places.HUB, evaluation.id).rectifications
    page = f"/stations/evaluation-problems/{row.id}"
    done = {"result": "已补齐", "rectified_on": clock.today().isoformat()}
    hub = as_role(Role.COUNTY_ADMIN)
    answer = hub.post(f"{page}/result", data=sent(**done))
    assert answer.status_code == 422
    assert "请传一个整改证明文件" in answer.text
    assert "已补齐</textarea>" in answer.text
    file = (io.BytesIO(places.photo().content), "整改.jpg")
    assert hub.post(f"{page}/result", data=sent(**done, file=file)).status_code == 303
    inspector = as_role(Role.INSPECTOR)
    look = {"good": "no", "checked_on": clock.today().isoformat()}
    assert "还差什么" in inspector.post(f"{page}/recheck", data=sent(**look)).text
    assert inspector.post(f"{page}/recheck", data=sent(**look | {"good": "yes"})).status_code == 303
    assert service.get_rectification(places.HUB, row.id).status is FindingStatus.CLOSED


def test_reports_are_issued_and_withdrawn(hub: FlaskClient) -> None:
    evaluation = make.create_after(Round.SELF)
    path = f"{LIST}/{evaluation.id}"
    assert hub.post(f"{path}/report", data=sent()).status_code == 303
    (report,) = evaluation.reports
    page = hub.get(path).text
    assert report.document.number in page
    assert "签发评价报告" not in page
    withdrawal = f"/stations/evaluation-reports/{report.id}/withdrawal"
    assert hub.post(withdrawal, data=sent(reason="补材料")).status_code == 303
    assert "签发评价报告" in hub.get(path).text


def test_the_sheets_carry_numbers(hub: FlaskClient) -> None:
    evaluation = make.create_after(Round.SELF)
    (line,) = read_rows(hub.get(f"{LIST}/export").data, "x.xlsx")
    whole = Decimal(110) - Decimal("0.5") * 29
    assert Decimal(line["自评总分"]) == whole
    assert line["县级复核总分"] == ""
    rows = read_rows(hub.get(f"{LIST}/{evaluation.id}/export").data, "x.xlsx")
    assert len(rows) == 29 + 3
    assert [Decimal(row["分值"]) for row in rows[-3:]] == [100, 10, 110]
    assert Decimal(rows[-1]["自评分"]) == whole
    assert f"{LIST}/{evaluation.id}" in hub.get(f"{LIST}?status=county_review").text
    assert f"{LIST}/{evaluation.id}" not in hub.get(f"{LIST}?status=closed").text


def test_who_may_see_it(as_role: Callable[[Role], FlaskClient]) -> None:
    evaluation = make.create_evaluation()
    row = make.create_rectification(evaluation)
    paths = [LIST, f"{LIST}/{evaluation.id}", f"{LEAF}/{evaluation.leaves[0].id}"]
    paths.append(f"/stations/evaluation-problems/{row.id}")
    for role in (Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.INSPECTOR):
        reader = as_role(role)
        assert {reader.get(path).status_code for path in paths} == {200}
    for role in (Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR, Role.DRIVER, Role.TRAINER, Role.PRODUCER):
        assert as_role(role).get(LIST).status_code == 403
    stranger = as_role(Role.INSPECTOR, "500243000000")
    assert {stranger.get(path).status_code for path in paths[1:]} == {404}
    assert stranger.get(LIST).status_code == 200
    assert str(evaluation.id) not in stranger.get(LIST).text


def test_an_official_reads_and_changes_nothing(as_role: Callable[[Role], FlaskClient]) -> None:
    evaluation = make.create_evaluation()
    leaf = evaluation.leaves[0]
    official = as_role(Role.COUNTY_OFFICIAL)
    page = official.get(f"{LEAF}/{leaf.id}").text
    assert "<button>记下，看下一项" not in page
    assert "传一个文件" not in page
    tries = {
        f"{LEAF}/{leaf.id}/score": {"of": "self", "score": "1", "reason": "好"},
        f"{LEAF}/{leaf.id}/links": {"path": "/stations"},
        f"{LIST}/new": {"year": "2025"},
        f"{LIST}/{evaluation.id}/report": {},
        f"{LIST}/{evaluation.id}/next-round": {"opinion": "好", "signer": "我", "acted_on": clock.today().isoformat()},
        f"{LIST}/{evaluation.id}/return": {"reason": "不好", "acted_on": clock.today().isoformat()},
        f"{LIST}/{evaluation.id}/problems/new": {},
    }
    for path, facts in tries.items():
        assert official.post(path, data=sent(**facts)).status_code == 403, path


def test_every_page_of_a_walked_evaluation_opens_for_all_who_read(as_role: Callable[[Role], FlaskClient]) -> None:
    places.create_places()
    report = seed_evaluation(places.HUB, places.INSPECTOR, clock.at_local(clock.today(), 9) - timedelta(days=60))
    evaluation = service.get_score_table(places.HUB, report.evaluation_id)
    paths = [LIST, f"{LIST}/{evaluation.id}", f"{LEAF}/{evaluation.leaves[3].id}", f"{LEAF}/{evaluation.leaves[28].id}"]
    paths += [f"/stations/evaluation-problems/{row.id}" for row in evaluation.rectifications]
    for role in (Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.INSPECTOR):
        reader = as_role(role)
        for path in paths:
            answer = reader.get(path)
            assert answer.status_code == 200, path
            assert answer.text.count("<h1") == 1


@pytest.mark.parametrize(
    "role, path, may",
    [
        (Role.INSPECTOR, "/stations/acceptances?status=passed", True),
        (Role.INSPECTOR, "/runs", False),
        (Role.COUNTY_OFFICIAL, "/publicity", True),
        (Role.COUNTY_OFFICIAL, "/nowhere", False),
        (Role.INSPECTOR, "//elsewhere.example/stations", False),
    ],
)
def test_a_record_is_linked_only_for_who_may_open_it(app: Any, role: Role, path: str, may: bool) -> None:
    with app.app_context():
        assert may_open(Actor(None, "某人", role, places.COUNTY), path) is may
