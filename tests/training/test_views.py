from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.core import clock, ids
from app.core.access import Role
from app.core.database import db
from tests.factories import accounts
from tests.factories.stations import COUNTY, OTHER_TOWNSHIP, SECOND_VILLAGE, TOWNSHIP, VILLAGE
from tests.factories.training import (
    DAY,
    TRAINER,
    create_attendance,
    create_open_session,
    create_session,
    create_trainee,
)
from tests.tools import sheet_rows
from training import service
from training.models import Attendance, SessionStatus, TrainingSession

pytestmark = pytest.mark.usefixtures("county")
Login = Callable[[Any], FlaskClient]
SESSION = {
    "course_name": "合格证怎么开",
    "day": "2026-06-01",
    "time": "14:30",
    "hours": "2",
    "division_code": TOWNSHIP,
    "place": "镇政府",
    "teacher": "田世珍",
}
PERSON = {"name": "李大山", "phone": "138 1234 1234", "division_code": VILLAGE, "category": "farmer"}


def text_of(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)[-600:]
    return str(answer.get_data(as_text=True))


def rows_of(answer: Any) -> list[list[Any]]:
    assert answer.status_code == 200
    return sheet_rows(answer.data)


def options(page: str, name: str = "division_code") -> list[str]:
    (select,) = re.findall(rf'<select[^>]*name="{name}".*?</select>', page, re.S)
    return re.findall(r'<option[^>]*value="([^"]*)"', select)


@pytest.fixture
def trainer(login: Login) -> FlaskClient:
    return login(accounts.create_user(role=Role.TRAINER, scope_code=COUNTY, name="田世珍"))


@pytest.fixture
def other_trainer(login: Login) -> FlaskClient:
    return login(accounts.create_user(role=Role.TRAINER, scope_code=OTHER_TOWNSHIP))


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


def test_an_empty_list_says_what_to_do_next(trainer: FlaskClient) -> None:
    page = text_of(trainer.get("/training"))
    assert "还没有排过培训" in page
    assert 'href="/training/new"' in page
    assert "看全部" in text_of(trainer.get("/training?q=没有"))


def test_a_session_is_planned_and_planned_alike(trainer: FlaskClient) -> None:
    assert options(text_of(trainer.get("/training/new")))[:3] == ["", COUNTY, TOWNSHIP]
    assert trainer.post("/training/new", data=SESSION).status_code == 303
    session = db.session.scalars(sa.select(TrainingSession)).one()
    assert clock.local(session.starts_at).strftime("%Y-%m-%d %H:%M") == "2026-06-01 14:30"
    again = text_of(trainer.get(f"/training/new?like={session.id}"))
    for value in ("合格证怎么开", "14:30", "镇政府"):
        assert f'value="{value}"' in again
    assert "2026-06-01" not in again


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("hours", "0"),
        ("hours", "两"),
        ("day", "31.5."),
        ("time", "25:00"),
        ("division_code", ""),
        ("division_code", "110000000000"),
        ("place", ""),
    ],
)
def test_what_is_wrong_stands_at_its_field(trainer: FlaskClient, field: str, typed: str) -> None:
    page = text_of(trainer.post("/training/new", data=SESSION | {field: typed}), 422)
    assert f'id="{field}-error"' in page
    assert 'value="合格证怎么开"' in page


def test_the_list_searches_filters_and_exports_what_it_shows(trainer: FlaskClient) -> None:
    create_attendance(create_open_session(course_name="手机开网店入门"))
    create_session(course_name="合格证怎么开", division_code=OTHER_TOWNSHIP)
    wanted = f"q=手机&status=open&month=2026-05&township={TOWNSHIP}"
    page = text_of(trainer.get(f"/training?{wanted}"))
    assert "手机开网店入门" in page
    assert "合格证怎么开" not in page
    rows = rows_of(trainer.get(f"/training/export.xlsx?{wanted}"))
    assert [row[0] for row in rows[:2]] == ["课程", "手机开网店入门"]
    assert rows[1][5:8] == [4.0, 1.0, "签到中"]


@pytest.mark.parametrize("query", ["month=2026-13", "month=x", "status=nonsense", "page=x", "q=%25%27", "township=1"])
def test_nonsense_in_the_address_is_passed_over(trainer: FlaskClient, query: str) -> None:
    create_session()
    assert "手机开网店入门" in text_of(trainer.get(f"/training?{query.replace('q=%25%27', '')}"))
    text_of(trainer.get(f"/training?{query}"))
    assert trainer.get(f"/training/export.xlsx?{query}").status_code == 200


def test_many_sessions_come_in_pages_with_a_bounded_number_of_queries(trainer: FlaskClient) -> None:
    create_session()
    before = queries(trainer, "/training")
    for n in range(55):
        create_session(course_name=f"第{n:02d}课", starts_at=clock.at_local(DAY - timedelta(days=n + 1), 9))
    assert queries(trainer, "/training") <= before
    assert "共 2 页" in text_of(trainer.get("/training"))
    assert "第54课" in text_of(trainer.get("/training?page=2"))


def test_a_list_of_names_takes_a_bounded_number_of_queries(trainer: FlaskClient) -> None:
    session = create_open_session()
    create_attendance(session)
    before = queries(trainer, f"/training/{session.id}")
    for _ in range(20):
        create_attendance(session, division_code=SECOND_VILLAGE)
    assert queries(trainer, f"/training/{session.id}") <= before


def move(client: FlaskClient, session: TrainingSession, status: str, **more: str) -> Any:
    with clock.at(session.starts_at):
        return client.post(f"/training/{session.id}/move", data={"new_status": status, **more})


def test_from_planned_to_closed_and_open_again(trainer: FlaskClient) -> None:
    session = create_session()
    with clock.at(session.starts_at - timedelta(days=1)):
        page = text_of(trainer.get(f"/training/{session.id}"))
    assert "培训当天才能开始签到" in page
    assert 'value="open"' not in page
    for status, words in (("open", "签到码"), ("closed", "重新开放签到"), ("open", "结束签到")):
        assert move(trainer, session, status).status_code == 303
        with clock.at(session.starts_at):
            assert words in text_of(trainer.get(f"/training/{session.id}"))
    assert "从“签到中”改为“已结束”" in text_of(trainer.get(f"/training/{session.id}"))


@pytest.mark.parametrize(
    ("data", "status"),
    [({"new_status": "cancelled"}, 422), ({"new_status": "x"}, 422), ({}, 422), ({"new_status": "closed"}, 409)],
)
def test_a_move_that_can_not_be_is_said(trainer: FlaskClient, data: dict[str, str], status: int) -> None:
    session = create_session()
    with clock.at(session.starts_at):
        assert trainer.post(f"/training/{session.id}/move", data=data).status_code == status
    assert session.status is SessionStatus.PLANNED


def test_the_trainer_adds_a_person_and_strikes_one_out(trainer: FlaskClient) -> None:
    session = create_open_session()
    url = f"/training/{session.id}"
    for _ in range(2):
        answer = trainer.post(f"{url}/sign-in", data=PERSON)
    assert "已经签过到了" in text_of(answer, 422)
    page = text_of(trainer.get(url))
    assert "138****1234" in page
    assert "13812341234" not in page
    attendance = db.session.scalars(sa.select(Attendance)).one()
    struck = {"strike-attendance_id": str(attendance.id), "strike-reason": "不是本人"}
    for field in struck:
        page = text_of(trainer.post(f"{url}/strike-out", data=struck | {field: ""}), 422)
        assert f'id="{field}-error"' in page
    assert trainer.post(f"{url}/strike-out", data=struck).status_code == 303
    text_of(trainer.post(f"{url}/strike-out", data=struck), 422)  # it is off the list already
    page = text_of(trainer.get(url))
    assert "<s>李大山</s>" in page
    assert "不是本人" in page
    rows = rows_of(trainer.get(f"{url}/export.xlsx"))
    assert (rows[1][1], rows[1][7]) == ("138****1234", "不是本人")


def test_the_trainer_ticks_who_came_before(trainer: FlaskClient) -> None:
    person = create_trainee(name="冉芳")
    session = create_open_session(starts_at=clock.at_local(DAY, 14))
    url = f"/training/{session.id}"
    assert "从来过的 1 人里勾选" in text_of(trainer.get(url))
    page = text_of(trainer.get(f"{url}/known?q={person.phone[-4:]}"))
    assert f'value="{person.id}"' in page
    assert person.phone not in page
    assert trainer.post(f"{url}/known", data={"person": ["x"]}).status_code == 422
    assert trainer.post(f"{url}/known", data={}).status_code == 422
    for _ in range(2):
        assert trainer.post(f"{url}/known", data={"person": [str(person.id)]}).status_code == 303
    assert len(service.list_attendances(session)) == 1
    assert "没有找到" in text_of(trainer.get(f"{url}/known"))


def test_the_sheet_can_be_printed(trainer: FlaskClient) -> None:
    answer = trainer.get(f"/training/{create_session().id}/sheet.pdf")
    assert answer.data.startswith(b"%PDF")
    assert "attachment" in answer.headers["Content-Disposition"]


def test_what_is_another_townships_does_not_exist(other_trainer: FlaskClient) -> None:
    session = create_open_session()
    attendance = create_attendance(session)
    assert "手机开网店入门" not in text_of(other_trainer.get("/training"))
    for path in ("", "/sheet.pdf", "/export.xlsx", "/known"):
        text_of(other_trainer.get(f"/training/{session.id}{path}"), 404)
    for path, data in (
        ("/move", {"new_status": "closed"}),
        ("/sign-in", PERSON),
        ("/known", {"person": str(ids.new_id())}),
    ):
        text_of(other_trainer.post(f"/training/{session.id}{path}", data=data), 404)
    struck = {"strike-attendance_id": str(attendance.id), "strike-reason": "错"}
    text_of(other_trainer.post(f"/training/{session.id}/strike-out", data=struck), 404)


@pytest.mark.parametrize(
    ("role", "scope", "names"),
    [(Role.COUNTY_OFFICIAL, COUNTY, True), (Role.VILLAGE_OPERATOR, VILLAGE, False)],
)
def test_readers_read(login: Login, role: Role, scope: str, names: bool) -> None:
    session = create_open_session()
    attendance = create_attendance(session)
    client = login(accounts.create_user(role=role, scope_code=scope))
    page = text_of(client.get(f"/training/{session.id}"))
    assert (attendance.trainee.name in page) is names
    assert "<form method" not in page.partition("<main")[2]
    assert session.code not in page.partition("<main")[2]
    for path in ("/sheet.pdf", "/export.xlsx", "/known"):
        text_of(client.get(f"/training/{session.id}{path}"), 403)
    text_of(client.get("/training/new"), 403)
    text_of(client.post(f"/training/{session.id}/move", data={"new_status": "closed"}), 403)


@pytest.mark.parametrize("role", [Role.DRIVER, Role.PRODUCER, Role.INSPECTOR])
def test_others_stay_outside(login: Login, role: Role) -> None:
    scope = VILLAGE if role is Role.PRODUCER else COUNTY
    text_of(login(accounts.create_user(role=role, scope_code=scope)).get("/training"), 403)


# -- people's own sign-in -----------------------------------------------------------------------------


def test_a_visitor_signs_in_by_the_code(client: FlaskClient) -> None:
    session = create_open_session()
    with clock.at(session.starts_at):
        assert "签到码" in text_of(client.get("/training/sign-in"))
        spoken = ids.grouped(session.code, 3)
        assert (
            client.get("/training/sign-in", query_string={"code": spoken}).location
            == f"/training/sign-in/{session.code}"
        )
        page = text_of(client.get(f"/training/sign-in/{session.code}"))
        assert options(page) == ["", VILLAGE, SECOND_VILLAGE, TOWNSHIP]
        data = PERSON | {"request_id": str(ids.new_id())}
        answers = [client.post(f"/training/sign-in/{session.code}", data=data) for _ in range(2)]
        assert {a.location for a in answers} == {f"/training/sign-in/{session.code}/done"}
        assert "签到成功" in text_of(client.get(answers[0].location))
        assert "已经签过到了" in text_of(client.post(f"/training/sign-in/{session.code}", data=PERSON), 422)
    (attendance,) = service.list_attendances(session)
    assert (attendance.signed_by, attendance.trainee.phone) == ("李大山", "13812341234")


@pytest.mark.parametrize(
    ("field", "typed"),
    [("name", ""), ("phone", "123"), ("division_code", ""), ("division_code", "500242102202"), ("category", "king")],
)
def test_a_visitors_slip_stands_at_its_field(client: FlaskClient, field: str, typed: str) -> None:
    session = create_open_session()
    page = text_of(client.post(f"/training/sign-in/{session.code}", data=PERSON | {field: typed}), 422)
    assert f'id="{field}-error"' in page


def test_a_code_that_does_not_fit_is_said(client: FlaskClient) -> None:
    planned = create_session()
    for code in ("123", "123456", "abc", planned.code, ""):
        page = text_of(client.get("/training/sign-in", query_string={"code": code}))
        assert 'id="code-error"' in page
    for path in ("", "/done"):
        assert client.get(f"/training/sign-in/{planned.code}{path}").status_code == 303
    assert client.post(f"/training/sign-in/{planned.code}", data=PERSON).status_code == 303


def test_outside_its_time_the_form_says_to_ask_the_teacher(client: FlaskClient) -> None:
    session = create_open_session()
    with clock.at(session.starts_at + timedelta(hours=8)):
        page = text_of(client.post(f"/training/sign-in/{session.code}", data=PERSON), 422)
    assert "现在不是签到时间" in page
    assert 'value="李大山"' in page


def test_the_public_page_tells_nothing_of_others(client: FlaskClient) -> None:
    session = create_open_session()
    attendance = create_attendance(session)
    for path in ("", "/done"):
        page = text_of(client.get(f"/training/sign-in/{session.code}{path}"))
        assert attendance.trainee.name not in page
        assert TRAINER.name not in page
