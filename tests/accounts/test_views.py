from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from accounts import service
from accounts.models import UserAccount, UserStatus
from app.core import clock, ids
from app.core.access import Role
from app.core.database import Base, db
from app.core.web import limiter
from tests.conftest import make_app
from tests.factories.accounts import (
    OTHER_VILLAGE,
    PASSWORD,
    VILLAGE,
    create_hub_admin,
    create_user,
)
from tests.tools import sheet_rows

Login = Callable[[Any], FlaskClient]


def enter(client: FlaskClient, name: str, password: str = PASSWORD, target: str = "") -> Any:
    return client.post("/login" + target, data={"name": name, "password": password})


def first_password(page: str) -> str | None:
    found = re.search(r"<code>([a-z]{4}-\d{4}-[a-z]{4})</code>", page)
    return found and found[1]


# -- logging in ----------------------------------------------------------------------------------


def test_a_page_for_people_sends_a_visitor_to_log_in_and_back(client: FlaskClient, operator: UserAccount) -> None:
    asked = client.get("/account")
    assert (asked.status_code, asked.location) == (303, "/login?next=/account?")
    page = client.get(asked.location)
    assert 'action="/login?next=/account' in page.text
    entered = enter(client, operator.phone, target="?next=/account")
    assert (entered.status_code, entered.location) == (303, "/account")
    assert operator.login in client.get("/account").text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil"])
def test_nobody_is_sent_to_another_site(client: FlaskClient, operator: UserAccount, target: str) -> None:
    page = client.get("/login", query_string={"next": target})
    assert "evil" not in page.text.partition("<main")[2]
    entered = client.post("/login", query_string={"next": target}, data={"name": operator.login, "password": PASSWORD})
    assert (entered.status_code, entered.location) == (303, "/start")


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: FlaskClient, operator: UserAccount) -> None:
    wrong = enter(client, operator.login, "wrong")
    unknown = enter(client, "x" * len(operator.login), "wrong")
    assert wrong.status_code == unknown.status_code == 422
    sentence = "登录名或密码不对，请再看一看。"
    assert sentence in wrong.text
    assert sentence in unknown.text
    assert client.get("/account").status_code == 303


def test_the_fifth_wrong_password_locks_and_says_for_how_long(client: FlaskClient, operator: UserAccount) -> None:
    for _try in range(4):
        enter(client, operator.login, "wrong")
    assert "10 分钟后再试" in enter(client, operator.login, "wrong").text
    assert "分钟后再试" in enter(client, operator.login).text


def test_the_login_endpoint_counts_by_address(tmp_path: Path) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'limited.db'}", tmp_path, RATELIMIT_ENABLED=True)
    try:
        with app.app_context():
            Base.metadata.create_all(db.engine)
            client = app.test_client()
            answers = {enter(client, f"name{n}", "wrong").status_code for n in range(30)}
            assert answers == {422}
            refused = enter(client, "name", "wrong")
            assert refused.status_code == 429
            assert client.get("/login").status_code == 200
            db.engine.dispose()
    finally:
        limiter.enabled = False


def test_logging_out_takes_a_post(login: Login, operator: UserAccount) -> None:
    client = login(operator)
    assert client.get("/logout").status_code == 405
    assert client.get("/account").status_code == 200
    assert client.post("/logout").location == "/login"
    assert client.get("/account").status_code == 303


def test_logging_in_leaves_nothing_of_the_visitors_session(client: FlaskClient, operator: UserAccount) -> None:
    with client.session_transaction() as cookie:
        cookie["planted"] = "x"
        cookie["lang"] = "en"
    enter(client, operator.login)
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["lang"] == "en"


def test_a_person_who_is_in_is_not_asked_again(login: Login, operator: UserAccount) -> None:
    assert login(operator).get("/login").location == "/start"


# -- duties that come first ----------------------------------------------------------------------


def test_every_page_leads_to_the_change_of_a_first_password(login: Login) -> None:
    client = login(create_user(must_change_password=True))
    for page in ("/account", "/start", "/users"):
        assert client.get(page).status_code in (303, 403)
    assert client.get("/account").location == "/account/password"
    assert client.get("/account", headers={"Accept": "application/json"}).status_code == 403
    page = client.get("/account/password").text
    assert 'name="current"' not in page
    again = client.post("/account/password", data={"password": "mountain-tea", "again": "mountain-pea"})
    assert again.status_code == 422
    assert "两遍写得不一样" in again.text
    done = client.post("/account/password", data={"password": "mountain-tea", "again": "mountain-tea"})
    assert (done.status_code, done.location) == (303, "/start")
    assert client.get("/account").status_code == 200


def test_public_pages_and_logging_out_stay_open_meanwhile(login: Login) -> None:
    client = login(create_user(must_change_password=True))
    assert client.get("/healthz").status_code == 200
    assert client.post("/logout").location == "/login"


def test_the_hub_sets_up_codes_first_where_they_are_required(app: Flask, login: Login, admin: UserAccount) -> None:
    app.config["TOTP_REQUIRED"] = True
    client = login(admin)
    assert client.get("/users").location == "/account/second-step"
    assert "这里现在不强制动态码" not in client.get("/account/second-step").text
    app.config["TOTP_REQUIRED"] = False
    assert client.get("/users").status_code == 200
    assert "这里现在不强制动态码" in client.get("/account/second-step").text


def test_codes_are_for_the_hub(login: Login, operator: UserAccount) -> None:
    assert login(operator).get("/account/second-step").status_code == 403


def test_setting_up_codes_and_logging_in_with_them(client: FlaskClient, login: Login, admin: UserAccount) -> None:
    start = clock.now()
    with clock.at(start):
        login(admin)
        client.post("/account/second-step/start")
        page = client.get("/account/second-step").text
        assert "<svg" in page
        secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
        codes = pyotp.TOTP(secret)
        wrong = client.post("/account/second-step/confirm", data={"code": "abcdef"})
        assert wrong.status_code == 422
        first_code = codes.at(start)
        done = client.post("/account/second-step/confirm", data={"code": first_code})
        assert done.status_code == 303
        assert secret not in client.get("/account/second-step").text.replace(" ", "")
        client.post("/logout")
        half = enter(client, admin.login, target="?next=/users")
        assert half.location == "/login/code"
        assert client.get("/users").status_code == 303
        replayed = client.post("/login/code", data={"code": first_code})
        assert replayed.status_code == 422
        assert client.get("/users").status_code == 303
    with clock.at(start + timedelta(seconds=60)):
        code = codes.at(clock.now())
        assert client.post("/login/code", data={"code": code}).location == "/users"
        assert client.get("/users").status_code == 200
        client.post("/logout")
        enter(client, admin.login)
        assert client.post("/login/code", data={"code": code}).status_code == 422


def test_the_wait_for_a_code_ends(client: FlaskClient) -> None:
    admin = create_hub_admin(totp_secret="x", totp_confirmed_at=clock.now())
    assert client.get("/login/code").location == "/login"
    start = clock.now()
    with clock.at(start):
        enter(client, admin.login)
        assert client.get("/login/code").status_code == 200
    with clock.at(start + timedelta(minutes=6)):
        assert client.get("/login/code").location == "/login"
        assert client.post("/login/code", data={"code": "123456"}).location == "/login"


# -- my own account ------------------------------------------------------------------------------


def test_changing_my_password_ends_my_other_sessions(app: Flask, client: FlaskClient, operator: UserAccount) -> None:
    elsewhere = app.test_client()
    enter(client, operator.login)
    enter(elsewhere, operator.login)
    wrong = client.post(
        "/account/password", data={"current": "wrong", "password": "mountain-tea", "again": "mountain-tea"}
    )
    assert wrong.status_code == 422
    assert "现在的密码不对" in wrong.text
    assert elsewhere.get("/account").status_code == 200
    changed = client.post(
        "/account/password", data={"current": PASSWORD, "password": "mountain-tea", "again": "mountain-tea"}
    )
    assert changed.status_code == 303
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303


def test_my_language(login: Login, client: FlaskClient, operator: UserAccount) -> None:
    login(operator)
    assert client.post("/account/language", data={"language": "en"}).status_code == 303
    assert 'lang="en"' in client.get("/account").text
    client.post("/account/language", data={"language": "xx"})
    assert operator.language == "en"


def test_my_phone_is_masked(login: Login) -> None:
    page = login(create_user(phone="13812341234")).get("/account").text
    assert "138****1234" in page
    assert "13812341234" not in page


# -- looking after people ------------------------------------------------------------------------


def test_the_list_shows_a_township_its_own_villages_people(login: Login, county: None, manager: UserAccount) -> None:
    mine, other = create_user(name="冉光明"), create_user(name="王小梅", scope_code=OTHER_VILLAGE)
    client = login(manager)
    page = client.get("/users").text
    assert "冉光明" in page
    assert "龙潭镇包家村" in page
    assert "王小梅" not in page
    assert mine.phone not in page
    assert client.get(f"/users/{mine.id}").status_code == 200
    assert client.get(f"/users/{other.id}").status_code == 404
    assert client.get(f"/users/{other.id}/edit").status_code == 404
    for verb in ("disable", "enable", "unlock", "reset-password", "reset-second-step", "edit"):
        assert client.post(f"/users/{other.id}/{verb}", data={"reason": "试试"}).status_code == 404


def test_the_list_is_nothing_for_others(login: Login, operator: UserAccount) -> None:
    client = login(operator)
    for path in ("/users", "/users/export", "/users/new", f"/users/{operator.id}"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("?q=光明", True),
        ("?q=无此人", False),
        ("?role=producer", True),
        ("?role=driver", False),
        ("?role=nonsense", True),
        ("?status=active", True),
        ("?status=disabled", False),
        ("?status=locked", False),
        ("?division=500242101000", True),
        ("?division=500242102000", False),
        ("?page=99", True),
        ("?_external=1&_scheme=evil", True),
    ],
)
def test_the_list_narrows(login: Login, county: None, admin: UserAccount, query: str, shown: bool) -> None:
    create_user(name="冉光明", role=Role.PRODUCER)
    page = login(admin).get("/users" + query)
    assert page.status_code == 200
    assert ("冉光明" in page.text) is shown
    assert "evil:" not in page.text


def test_the_sheet_holds_the_list(login: Login, county: None, admin: UserAccount) -> None:
    create_user(name="冉光明", login="ranguangming", phone="13812341234")
    create_user(name="王小梅", role=Role.PRODUCER)
    answer = login(admin).get("/users/export?role=village_operator")
    rows = sheet_rows(answer.data)
    assert rows[0][:3] == ["姓名", "登录名", "手机"]
    assert [row[:6] for row in rows[1:2]] == [
        ["冉光明", "ranguangming", "138****1234", "村级服务点站长", "龙潭镇包家村", VILLAGE]
    ]
    assert "王小梅" not in repr(rows)


def new_person(**overrides: str) -> dict[str, str]:
    return {
        "name": "王小梅",
        "phone": "138 1234 1234",
        "role": "village_operator",
        "scope_code": VILLAGE,
        "station_id": "",
        "login": "wangxiaomei",
        "request_id": str(ids.new_id()),
    } | overrides


def test_adding_a_person_shows_the_first_password_once(login: Login, county: None, manager: UserAccount) -> None:
    client = login(manager)
    form = client.get("/users/new").text
    assert "包家村" in form
    assert "光明村" not in form
    assert 'value="driver"' not in form
    sent = new_person()
    added = client.post("/users/new", data=sent)
    page = client.get(added.location).text
    password = first_password(page)
    assert password
    assert first_password(client.get(added.location).text) is None
    client.post("/users/new", data=sent)
    assert first_password(client.get(added.location).text) == password
    client.post("/logout")
    enter(client, "13812341234", password)
    assert client.get("/account").location == "/account/password"


def test_the_first_password_is_not_readable_in_the_cookie(login: Login, county: None, admin: UserAccount) -> None:
    client = login(admin)
    client.post("/users/new", data=new_person())
    with client.session_transaction() as cookie:
        assert not re.search(r"[a-z]{4}-\d{4}-[a-z]{4}", repr(dict(cookie)))


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"name": ""}, "这里要填"),
        ({"login": "王小梅"}, "登录名请用"),
        ({"login": "taken"}, "这个登录名已经有人用了"),
        ({"phone": "12"}, "11 位手机号"),
        ({"scope_code": "500242101000"}, "村级站长要选一个村"),
        ({"scope_code": "999999999999"}, "errors"),
        ({"role": "interface"}, "errors"),
    ],
)
def test_errors_stand_at_the_field_and_what_was_typed_stays(
    login: Login, county: None, admin: UserAccount, overrides: dict[str, str], words: str
) -> None:
    create_user(login="taken")
    answer = login(admin).post("/users/new", data=new_person(address="x", **overrides))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="138 1234 1234"' in answer.text or "phone" in overrides


def test_a_township_cannot_post_what_its_form_does_not_offer(login: Login, county: None, manager: UserAccount) -> None:
    client = login(manager)
    for overrides in ({"role": "county_admin"}, {"scope_code": OTHER_VILLAGE}):
        assert client.post("/users/new", data=new_person(**overrides)).status_code == 422
    assert service.find_user("wangxiaomei") is None


def test_changing_a_person(login: Login, county: None, admin: UserAccount, operator: UserAccount) -> None:
    client = login(admin)
    form = client.get(f"/users/{operator.id}/edit").text
    assert operator.phone in form
    changed = client.post(f"/users/{operator.id}/edit", data=new_person(name="冉光明", phone=""))
    assert changed.status_code == 303
    assert (operator.name, operator.phone) == ("冉光明", None)
    page = client.get(changed.location).text
    assert "冉光明" in page
    assert "手机由" in page


def test_closing_and_opening_a_login(login: Login, county: None, admin: UserAccount, operator: UserAccount) -> None:
    client = login(admin)
    assert client.post(f"/users/{operator.id}/disable", data={"reason": ""}).status_code == 422
    assert operator.status is UserStatus.ACTIVE
    client.post(f"/users/{operator.id}/disable", data={"reason": "离职"})
    assert operator.status is UserStatus.DISABLED
    page = client.get(f"/users/{operator.id}").text
    assert "恢复账号" in page
    assert "离职" in page
    client.post(f"/users/{operator.id}/enable", data={"reason": "回来了"})
    assert operator.status is UserStatus.ACTIVE


def test_the_last_administrator_cannot_be_closed(login: Login, county: None, admin: UserAccount) -> None:
    other = create_hub_admin()
    client = login(admin)
    client.post(f"/users/{other.id}/disable", data={"reason": "调走"})
    assert other.status is UserStatus.DISABLED
    answer = client.post(f"/users/{admin.id}/disable", data={"reason": "试试"})
    assert answer.status_code == 422
    assert admin.status is UserStatus.ACTIVE


def test_a_reset_password_is_shown_once(login: Login, county: None, admin: UserAccount, operator: UserAccount) -> None:
    client = login(admin)
    reset = client.post(f"/users/{operator.id}/reset-password", data={"request_id": str(ids.new_id())})
    password = first_password(client.get(reset.location).text)
    assert service.log_in(name=operator.login, password=password)
    assert first_password(client.get(reset.location).text) is None


def test_unlocking(login: Login, county: None, admin: UserAccount) -> None:
    user = create_user(failed_logins=5, locked_until=clock.now() + timedelta(minutes=10))
    client = login(admin)
    assert "被锁住" in client.get("/users?status=locked").text.partition("</form>")[2]
    assert "解锁" in client.get(f"/users/{user.id}").text
    client.post(f"/users/{user.id}/unlock")
    assert user.locked_until is None


def test_resetting_a_colleagues_codes(login: Login, county: None, admin: UserAccount) -> None:
    other = create_hub_admin(totp_secret="x", totp_confirmed_at=clock.now())
    client = login(admin)
    assert "重设登录动态码" in client.get(f"/users/{other.id}").text
    client.post(f"/users/{other.id}/reset-second-step")
    assert not other.has_second_step


def test_forms_need_their_token(app: Flask, login: Login, operator: UserAccount) -> None:
    client = login(operator)
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/logout").status_code == 400
        assert client.post("/login", data={"name": "a", "password": "b"}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
