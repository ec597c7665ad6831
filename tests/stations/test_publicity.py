"""Postings and objections: the days, personal data, the walk from posting to result."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core import audit, clock, documents, ids, uploads
from app.core.access import Actor, Role
from app.core.database import db
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.core.moves import IllegalMove
from stations.errors import EvaluationIncomplete, PublicityClosed
from stations.models.evaluation import Round
from stations.models.publicity import Objection, ObjectionStatus, PublicityStatus, PublicitySubject
from stations.rules import publicity as rules
from stations.rules.publicity import PublicityRule
from stations.service import evaluation as evaluation_service
from stations.service import publicity as service
from stations.service import publicity_note
from tests.factories import evaluation as evaluations
from tests.factories import publicity as make
from tests.factories.acceptance import HUB, INSPECTOR, OFFICIAL, TOWNSHIP_MANAGER, paper

OTHER_COUNTY = Actor(uuid.UUID(int=9), "邻县", Role.COUNTY_ADMIN, "500243000000")
RULE = PublicityRule(date(2019, 1, 1), 7, "")
TODAY = date(2026, 3, 10)


def later(days: int) -> Any:
    """The clock ``days`` days from now."""
    return clock.at(clock.now() + timedelta(days=days))


# -- rules -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "starts, ends, field",
    [
        (0, 6, None),
        (3, 9, None),
        (0, 89, None),
        (0, 5, "ends_on"),
        (0, -1, "ends_on"),
        (-1, 8, "starts_on"),
        (0, 90, "ends_on"),
    ],
)
def test_the_days_of_a_posting(starts: int, ends: int, field: str | None) -> None:
    days = TODAY + timedelta(days=starts), TODAY + timedelta(days=ends)
    if field is None:
        rules.check_period(*days, TODAY, RULE)
        return
    with pytest.raises(InvalidInput) as refused:
        rules.check_period(*days, TODAY, RULE)
    assert refused.value.field == field


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(1, 60))
def test_the_earliest_end_is_the_first_day_that_is_taken(start: date, days: int) -> None:
    rule = PublicityRule(date(2019, 1, 1), days, "")
    end = rules.earliest_end(start, rule)
    rules.check_period(start, end, start, rule)
    assert rules.days_posted(start, end) == days
    with pytest.raises(InvalidInput):
        rules.check_period(start, end - timedelta(days=1), start, rule)


def test_the_rule_of_the_day_is_the_latest() -> None:
    newer = PublicityRule(date(2026, 1, 1), 10, "")
    assert rules.rule_for([newer, RULE], date(2025, 12, 31)) is RULE
    assert rules.rule_for([newer, RULE], date(2026, 1, 1)) is newer
    with pytest.raises(LookupError):
        rules.rule_for([newer], date(2020, 1, 1))
    assert service.posting_rules()[0].minimum_days == 7


@pytest.mark.parametrize("text", [
    "电话 13896547210", "138-9654-7210", "138 9654 7210", "身份证 50024219900101123X", "500242199001011234",
])  # fmt: skip
def test_personal_data_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.check_no_personal_data(text, "text")
    assert refused.value.field == "text"


@pytest.mark.parametrize(
    "text", ["023-75551234", "县商务〔2026〕31 号", "60,000.00 元", "2026-03-10 至 2026-03-16", "编号 2026031389654721"]
)
def test_what_is_no_personal_data_stays(text: str) -> None:
    rules.check_no_personal_data(text, "text")


@dataclass
class Answered:
    status: ObjectionStatus


@pytest.mark.parametrize(
    "today, statuses, good",
    [
        (16, [], False),
        (17, [], True),
        (17, ["answered", "answered"], True),
        (17, ["answered", "open"], False),
    ],
)
def test_when_a_posting_is_concluded(today: int, statuses: list[str], good: bool) -> None:
    rows = [Answered(ObjectionStatus(status)) for status in statuses]
    if not good:
        with pytest.raises(PublicityClosed):
            rules.check_may_conclude(date(2026, 3, 16), date(2026, 3, today), rows)
        return
    rules.check_may_conclude(date(2026, 3, 16), date(2026, 3, today), rows)
    assert rules.conclusion(rows).startswith("公示期满，" + ("收到异议 2 件" if rows else "无异议"))


# -- the walk --------------------------------------------------------------------------------------

in_database = pytest.mark.usefixtures("session")


@in_database
def test_from_posting_to_result_without_objections() -> None:
    row = make.create_publicity(files=[paper("名单")])
    assert row.status is PublicityStatus.OPEN
    assert [file.upload.filename for file in row.files] == ["名单.pdf"]
    with later(6), pytest.raises(PublicityClosed, match="第二天起"):
        service.conclude(actor=HUB, request_id=None, publicity_id=row.id)
    with later(7):
        service.conclude(actor=HUB, request_id=None, publicity_id=row.id)
    assert row.status is PublicityStatus.CONCLUDED
    assert row.conclusion == "公示期满，无异议。"
    assert row.document is not None
    content = uploads.open_bytes(row.document.upload)
    assert documents.verify(content).finding is documents.Finding.GENUINE
    assert "公示期满，无异议" in audit.history(row)[0].text
    with later(8), pytest.raises(PublicityClosed, match="已办结"):
        service.withdraw(actor=HUB, request_id=None, publicity_id=row.id, reason="发错了")


@in_database
def test_an_open_objection_stands_in_the_way() -> None:
    row = make.create_publicity()
    objection = make.create_objection(row)
    with later(8):
        with pytest.raises(PublicityClosed, match="还有 1 件异议"):
            service.conclude(actor=HUB, request_id=None, publicity_id=row.id)
        make.answer(objection)
        service.conclude(actor=HUB, request_id=None, publicity_id=row.id, remark="结果有效。")
    assert row.conclusion == "公示期满，收到异议 1 件，均已答复处理。结果有效。"


@in_database
def test_the_note_is_the_same_again_and_names_nobody() -> None:
    row = make.create_publicity()
    make.answer(make.create_objection(row))
    make.answer(make.create_objection(row), public=False, answer="已同本人说明情况。")
    with later(8):
        document = service.conclude(actor=HUB, request_id=None, publicity_id=row.id).document
    assert document is not None
    frozen = json.loads(json.dumps(document.frozen))
    text = json.dumps(frozen, ensure_ascii=False)
    for secret in ("冉大姐", "13896547210", "没有开门", "已同本人"):
        assert secret not in text
    assert "停电关门一天" in text
    facts = documents.Issue(document.number, "http://127.0.0.1/verify/1", document.issued_at, document.frozen_sha256)
    assert publicity_note.build(frozen, facts) == publicity_note.build(frozen, facts)


@in_database
def test_a_contact_is_kept_secret_and_shown_to_the_hub_alone(app: Flask) -> None:
    objection = make.create_objection(make.create_publicity())
    stored = db.session.scalars(sa.select(Objection.contact)).one()
    assert "冉" not in stored
    assert "1389" not in stored
    assert service.contact_of(HUB, objection) == service.Contact("冉大姐", "13896547210")
    for actor in (OFFICIAL, INSPECTOR, TOWNSHIP_MANAGER):
        with pytest.raises(Forbidden):
            service.contact_of(actor, objection)
    app.config["SECRET_KEY"], kept = "another", app.config["SECRET_KEY"]
    try:
        assert service.contact_of(HUB, objection) == service.Contact(lost=True)
    finally:
        app.config["SECRET_KEY"] = kept
    nobody = make.create_objection(objection.publicity, name="", phone="")
    assert nobody.contact == ""
    assert service.contact_of(HUB, nobody) == service.Contact()


@in_database
def test_an_objection_is_noted_without_what_it_says() -> None:
    objection = make.create_objection(make.create_publicity())
    (entry,) = audit.history(objection)
    assert entry.text == "收到对公示“2026 年第一批乡镇站验收结果公示”的异议"
    assert "冉" not in json.dumps(entry.data, ensure_ascii=False)


@in_database
def test_the_code_leads_to_the_answer_and_a_mistyped_one_is_told() -> None:
    objection = make.create_objection(make.create_publicity())
    assert service.find_by_code(ids.grouped(objection.code)) is objection
    wrong = objection.code[:-1] + str((int(objection.code[-1]) + 1) % 10)
    with pytest.raises(InvalidInput):
        service.find_by_code(wrong)
    unknown = ids.human_code("123456789")
    if unknown != objection.code:
        assert service.find_by_code(unknown) is None


@in_database
@pytest.mark.parametrize("days, taken", [(-1, False), (0, True), (6, True), (7, False)])
def test_objections_are_taken_on_the_posted_days(days: int, taken: bool) -> None:
    row = make.create_publicity(starts_on=clock.today() + timedelta(days=2), ends_on=clock.today() + timedelta(days=8))
    with later(days + 2):
        if taken:
            assert make.create_objection(row).status is ObjectionStatus.OPEN
        else:
            with pytest.raises(PublicityClosed):
                make.create_objection(row)


@in_database
def test_the_same_form_twice_is_one_objection() -> None:
    row, request_id = make.create_publicity(), uuid.uuid4()
    first, second = (make.create_objection(row, request_id=request_id) for _ in range(2))
    assert first.id == second.id
    assert len(row.objections) == 1


@in_database
def test_an_objection_says_something_and_is_answered_once() -> None:
    row = make.create_publicity()
    with pytest.raises(InvalidInput) as refused:
        make.create_objection(row, text=" 不对 ")
    assert refused.value.field == "text"
    objection = make.create_objection(row)
    with pytest.raises(InvalidInput, match="手机号"):
        make.answer(objection, answer="请打 13896547210 找小冉")
    make.answer(objection, answer="已电话 13896547210 告知本人", public=False)
    with pytest.raises(IllegalMove):
        make.answer(objection)


@in_database
@pytest.mark.parametrize(
    "facts, field",
    [
        ({"text": "联系 13896547210"}, "text"),
        ({"title": "冉某 50024219900101123X 名单"}, "title"),
        ({"ends_on": clock.today() + timedelta(days=3)}, "ends_on"),
        ({"starts_on": clock.today() - timedelta(days=3)}, "starts_on"),
    ],
)
def test_a_wrong_posting_is_refused_at_the_field(facts: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make.create_publicity(**facts)
    assert refused.value.field == field
    assert service.export_rows(HUB) == []


@in_database
def test_a_withdrawn_posting_says_why_and_takes_nothing() -> None:
    row = make.create_publicity()
    objection = make.create_objection(row)
    with pytest.raises(InvalidInput):
        service.withdraw(actor=HUB, request_id=None, publicity_id=row.id, reason=" ")
    service.withdraw(actor=HUB, request_id=None, publicity_id=row.id, reason="名单有误，改后重发")
    assert row.withdrawn_reason == "名单有误，改后重发"
    with pytest.raises(PublicityClosed):
        make.create_objection(row)
    with later(9), pytest.raises(PublicityClosed):
        service.conclude(actor=HUB, request_id=None, publicity_id=row.id)
    assert make.answer(objection).status is ObjectionStatus.ANSWERED


@in_database
@pytest.mark.parametrize("actor", [OFFICIAL, INSPECTOR, TOWNSHIP_MANAGER])
def test_only_the_hub_posts_answers_and_concludes(actor: Actor) -> None:
    row = make.create_publicity()
    objection = make.create_objection(row)
    acts: tuple[Callable[[], Any], ...] = (
        lambda: make.create_publicity(actor=actor),
        lambda: make.answer(objection, actor=actor),
        lambda: service.conclude(actor=actor, request_id=None, publicity_id=row.id),
        lambda: service.withdraw(actor=actor, request_id=None, publicity_id=row.id, reason="不行"),
    )
    for act in acts:
        with pytest.raises(Forbidden):
            act()


@in_database
def test_another_county_finds_nothing() -> None:
    row = make.create_publicity()
    objection = make.create_objection(row)
    for look in (
        lambda: service.get_publicity(OTHER_COUNTY, row.id),
        lambda: service.get_objection(OTHER_COUNTY, objection.id),
        lambda: service.withdraw(actor=OTHER_COUNTY, request_id=None, publicity_id=row.id, reason="不行"),
    ):
        with pytest.raises(NotFound):
            look()
    assert service.export_rows(OTHER_COUNTY) == []
    assert service.export_objections(OTHER_COUNTY) == []


@in_database
@pytest.mark.parametrize(
    "wanted, found",
    [
        ({}, 1),
        ({"text": "龙潭"}, 1),
        ({"text": "31 号"}, 1),
        ({"text": "100%"}, 0),
        ({"subject": PublicitySubject.ACCEPTANCE, "status": PublicityStatus.OPEN}, 1),
        ({"subject": PublicitySubject.OTHER}, 0),
        ({"status": PublicityStatus.CONCLUDED}, 0),
    ],
)
def test_lists_are_filtered(wanted: dict[str, Any], found: int) -> None:
    row = make.create_publicity()
    make.create_objection(row)
    rows = service.export_rows(HUB, **wanted)
    assert len(rows) == found
    if rows:
        assert rows[0][5:9] == [7, "公示中", 1, 1]
    assert len(service.export_objections(HUB, publicity_id=row.id, status=ObjectionStatus.OPEN)) == 1
    assert service.export_objections(HUB, status=ObjectionStatus.ANSWERED) == []
    assert service.list_running(clock.today()) == [row]


@in_database
def test_an_evaluation_is_posted_once_published_and_put_away_once_concluded() -> None:
    evaluation = evaluations.create_after(Round.COUNTY)
    facts = {"evaluation_id": evaluation.id, "subject": PublicitySubject.EVALUATION}
    with pytest.raises(PublicityClosed, match="省级评价中"):
        make.create_publicity(**facts)
    evaluations.hand_on(evaluations.score_all(evaluation, Round.PROVINCE), HUB)
    row = make.create_publicity(**facts)
    assert evaluation_service.list_publicities_of(evaluation) == [row]
    close = {"evaluation_id": evaluation.id, "opinion": "", "signer": "彭国栋"}
    with pytest.raises(EvaluationIncomplete, match="没有办结"):
        evaluation_service.close_evaluation(actor=HUB, request_id=None, acted_on=clock.today(), **close)
    back = {"evaluation_id": evaluation.id, "reason": "异议成立", "acted_on": clock.today()}
    with pytest.raises(EvaluationIncomplete, match="或者撤回"):
        evaluation_service.send_back(actor=HUB, request_id=None, **back)
    with later(7):
        service.conclude(actor=HUB, request_id=None, publicity_id=row.id)
        evaluation_service.close_evaluation(actor=HUB, request_id=None, acted_on=clock.today(), **close)
    assert evaluation.status.value == "closed"
