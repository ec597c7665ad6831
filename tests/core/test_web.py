"""What every request goes through: errors in words and as problem+json, headers, static files, language, health."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Blueprint, Flask, abort, request
from flask.testing import FlaskClient

import config
from app.core.access import Role, public
from app.core.database import Base, db
from app.core.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound, TooMany
from app.core.jobs import JobStatus
from app.core.web import limiter, static_url
from app.views.home import own_path
from tests.conftest import make_app
from tests.factories.accounts import OTHER_VILLAGE, create_township_manager, create_user

Login = Callable[[Any], FlaskClient]

JSON = {"Accept": "application/json"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


# -- an application of the tests' own, with pages on which things go wrong -------------------------

wrong = Blueprint("wrong", __name__)
REFUSALS: dict[str, DomainError] = {
    "invalid": InvalidInput("价钱请写成 1.50 这样的数。", field="price"),
    "conflict": Conflict("别人刚刚改过。"),
    "missing": NotFound("没有这张单。"),
    "forbidden": Forbidden("您没有“签发月报”的权限。"),
    "too-many": TooMany("试得太快了。"),
}


@wrong.route("/wrong/<string:what>", methods=["GET", "POST"])
@public
def refuse(what: str) -> str:
    raise REFUSALS[what]


@wrong.get("/answers/<int:status>")
@public
def answer(status: int) -> str:
    abort(status)


@wrong.get("/breaks")
@public
def break_down() -> str:
    raise RuntimeError("the password is 4711")


@wrong.get("/database-gone")
@public
def lose_database() -> str:
    raise sa.exc.OperationalError("SELECT 1", {}, Exception("database is locked"))


@wrong.get("/limited")
@public
@limiter.limit("2/minute")
def limited() -> str:
    return "ok"


@wrong.get("/epcis/limited")
@public
@limiter.limit("2/minute")
def limited_for_programs() -> str:
    return "ok"


@wrong.get("/who-asks")
@public
def who_asks() -> dict[str, Any]:
    return {"address": request.remote_addr, "secure": request.is_secure, "host": request.host}


def broken_app(folder: Path, **more: Any) -> Flask:
    """An application with the pages above, on a database of its own, that answers errors as in earnest."""
    settings = {"PROPAGATE_EXCEPTIONS": False, **more}
    app = make_app(f"sqlite:///{folder / 'web.db'}", folder, **settings)
    app.register_blueprint(wrong)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        db.engine.dispose()
    return app


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = broken_app(tmp_path_factory.mktemp("web"))
    yield app
    with app.app_context():
        db.engine.dispose()


# -- errors ----------------------------------------------------------------------------------------

CASES = [
    # address, status, problem type, heading of the page
    ("/wrong/invalid", 422, "invalid-input", "没有记下"),
    ("/wrong/conflict", 409, "conflict", "没有记下"),
    ("/wrong/missing", 404, "not-found", "没有找到"),
    ("/wrong/forbidden", 403, "forbidden", "您的岗位不能做这件事"),
    ("/wrong/too-many", 429, "too-many-requests", "试得太快了"),
    ("/nowhere", 404, "http-404", "没有找到"),
    ("/logout", 405, "http-405", "这个地址不能这样打开"),
    ("/answers/400", 400, "http-400", "没有收到完整的内容"),
    ("/answers/413", 413, "http-413", "文件太大"),
    ("/answers/429", 429, "http-429", "试得太快了"),
    ("/answers/418", 418, "http-418", "系统出错了"),
    ("/breaks", 500, "http-500", "系统出错了"),
    ("/database-gone", 503, "busy", "系统正忙"),
]


@pytest.mark.parametrize(("address", "status", "_code", "heading"), CASES)
def test_a_person_reads_what_went_wrong_and_what_to_do(
    broken: Flask, address: str, status: int, _code: str, heading: str
) -> None:
    page = broken.test_client().get(address, headers=BROWSER)
    assert page.status_code == status
    assert page.mimetype == "text/html"
    assert f"<h1>{heading}</h1>" in page.text
    assert f"代号 {status}" in page.text
    assert "4711" not in page.text
    assert "回首页" in page.text


@pytest.mark.parametrize(("address", "status", "code", "_heading"), CASES)
def test_a_program_gets_a_problem(broken: Flask, address: str, status: int, code: str, _heading: str) -> None:
    answer = broken.test_client().get(address, headers=JSON)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    problem = answer.json
    assert (problem["status"], problem["type"]) == (status, f"urn:xiangyi:problem:{code}")
    assert problem["title"] == problem["detail"] != ""
    assert "4711" not in answer.text


def test_a_problem_names_the_field(broken: Flask) -> None:
    client = broken.test_client()
    assert client.get("/wrong/invalid", headers=JSON).json["field"] == "price"
    assert "field" not in client.get("/wrong/conflict", headers=JSON).json


@pytest.mark.parametrize(
    ("headers", "path", "is_program"),
    [
        (BROWSER, "/nowhere", False),
        ({}, "/nowhere", False),
        ({"Accept": "*/*"}, "/nowhere", False),
        ({"Accept": "application/problem+json"}, "/nowhere", True),
        ({"Accept": "application/json, text/html;q=0.5"}, "/nowhere", True),
        (BROWSER, "/api/v1/nowhere", True),
        (BROWSER, "/epcis/nowhere", True),
    ],
)
def test_who_is_a_program(broken: Flask, headers: dict[str, str], path: str, is_program: bool) -> None:
    answer = broken.test_client().get(path, headers=headers)
    assert answer.mimetype == ("application/problem+json" if is_program else "text/html")


def test_a_refused_form_leads_back_to_its_page_with_the_sentence(broken: Flask) -> None:
    client = broken.test_client()
    refused = client.post("/wrong/conflict", headers=BROWSER | {"Referer": "http://localhost/verify"})
    assert (refused.status_code, refused.location) == (303, "http://localhost/verify")
    assert "别人刚刚改过。" in client.get("/verify").text


@pytest.mark.parametrize("referrer", [None, "http://evil.example/", "http://localhost.evil.example/"])
def test_it_leads_nowhere_else(broken: Flask, referrer: str | None) -> None:
    headers = BROWSER | ({"Referer": referrer} if referrer else {})
    refused = broken.test_client().post("/wrong/conflict", headers=headers)
    assert refused.status_code == 409
    assert "别人刚刚改过。" in refused.text


@pytest.mark.parametrize("session_id", [None, f"{uuid.UUID(int=1)}:1"])
@pytest.mark.parametrize(("path", "status"), [("/", 503), ("/account", 503), ("/nowhere", 404)])
def test_the_page_of_an_error_comes_without_the_database(
    tmp_path: Path, session_id: str | None, path: str, status: int
) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}", tmp_path, PROPAGATE_EXCEPTIONS=False)
    client = app.test_client()
    with client.session_transaction() as cookie:
        if session_id:
            cookie["_user_id"] = session_id
    page = client.get(path, headers=BROWSER)
    if session_id is None and path == "/account":
        assert page.status_code == 303  # a visitor is sent to log in without asking the database
    else:
        assert page.status_code == (503 if session_id else status)
        assert "回首页" in page.text


# -- the gate --------------------------------------------------------------------------------------


def test_a_visitor_is_led_to_log_in_and_a_program_is_told(client: FlaskClient) -> None:
    person = client.get("/users?role=driver", headers=BROWSER)
    assert person.status_code == 303
    assert person.location == "/login?next=/users?role%3Ddriver"
    program = client.get("/users", headers=JSON)
    assert (program.status_code, program.json["type"]) == (401, "urn:xiangyi:problem:login-required")


def test_what_was_posted_without_a_login_is_not_repeated_after_it(client: FlaskClient) -> None:
    assert client.post("/language/en", headers=BROWSER).status_code == 405
    posted = client.post(f"/jobs/{uuid.uuid4()}/cancel", headers=BROWSER)
    assert (posted.status_code, posted.location) == (303, "/login")


def test_without_the_permission_403(login: Login) -> None:
    client = login(create_user())
    assert client.get("/users", headers=BROWSER).status_code == 403
    assert "您没有“查看人员”的权限。" in client.get("/users").text
    assert client.get("/users", headers=JSON).json["type"] == "urn:xiangyi:problem:forbidden"


def test_somebody_elses_record_and_none_at_all_look_the_same(login: Login) -> None:
    theirs = create_user(scope_code=OTHER_VILLAGE, role=Role.VILLAGE_OPERATOR)
    client = login(create_township_manager())
    answers = [client.get(f"/users/{which}", headers=JSON) for which in (theirs.id, uuid.uuid4())]
    assert [a.status_code for a in answers] == [404, 404]
    assert answers[0].json == answers[1].json


# -- forms that are not ours, or too old -----------------------------------------------------------


def token_of(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Flask]:
    app = broken_app(tmp_path, WTF_CSRF_ENABLED=True)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_a_form_without_its_token_is_refused(guarded: Flask) -> None:
    client = guarded.test_client()
    refused = client.post("/login", data={"name": "x", "password": "y"}, headers=BROWSER)
    assert refused.status_code == 400
    assert "这张表放得太久了" in refused.text
    program = client.post("/login", headers=JSON)
    assert (program.status_code, program.json["type"]) == (400, "urn:xiangyi:problem:form-expired")


def test_a_form_that_lay_too_long_is_refused_and_a_fresh_one_is_not(guarded: Flask) -> None:
    client = guarded.test_client()
    data = {"name": "nobody", "password": "wrong", "csrf_token": token_of(client.get("/login").text)}
    assert client.post("/login", data=data).status_code == 422
    guarded.config["WTF_CSRF_TIME_LIMIT"] = -1
    late = client.post("/login", data=data)
    assert late.status_code == 400
    assert "刷新后再交一次" in late.text


def test_a_token_of_somebody_else_is_refused(guarded: Flask) -> None:
    mine, theirs = guarded.test_client(), guarded.test_client()
    mine.get("/login")
    data = {"name": "nobody", "password": "wrong", "csrf_token": token_of(theirs.get("/login").text)}
    assert mine.post("/login", data=data).status_code == 400


# -- too many requests -----------------------------------------------------------------------------


@pytest.fixture
def limiting(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    made: list[Flask] = []

    def make(**more: Any) -> Flask:
        made.append(broken_app(tmp_path, RATELIMIT_ENABLED=True, **more))
        return made[-1]

    yield make
    limiter.enabled = False
    for app in made:
        with app.app_context():
            db.engine.dispose()


def test_too_many_requests(limiting: Callable[..., Flask]) -> None:
    client = limiting().test_client()
    assert [client.get("/limited").status_code for _n in range(3)] == [200, 200, 429]
    assert "请等几分钟再试" in client.get("/limited", headers=BROWSER).text
    programs = [client.get("/epcis/limited") for _n in range(3)]
    assert [a.status_code for a in programs] == [200, 200, 429]
    assert programs[-1].json["type"] == "urn:xiangyi:problem:http-429"


def asked(client: FlaskClient, forwarded: str) -> int:
    return client.get("/limited", headers={"X-Forwarded-For": forwarded}).status_code


def test_without_a_proxy_nobody_escapes_the_limit_by_a_header(limiting: Callable[..., Flask]) -> None:
    client = limiting().test_client()
    assert [asked(client, f"203.0.113.{n}") for n in range(3)] == [200, 200, 429]


def test_behind_a_proxy_each_asker_has_a_limit_of_their_own(limiting: Callable[..., Flask]) -> None:
    client = limiting(TRUSTED_PROXIES=1).test_client()
    assert [asked(client, f"203.0.113.{n}") for n in range(3)] == [200, 200, 200]
    # What the asker wrote into the header stands before what the proxy added: only the last address counts.
    assert [asked(client, f"198.51.100.{n}, 203.0.113.99") for n in range(3)] == [200, 200, 429]


# -- proxies ---------------------------------------------------------------------------------------

FORWARDED = {
    "X-Forwarded-For": "198.51.100.7, 203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
}


@pytest.mark.parametrize(
    ("trusted", "address", "secure"), [(0, "127.0.0.1", False), (1, "203.0.113.9", True), (2, "198.51.100.7", True)]
)
def test_whose_word_counts_about_the_asker(tmp_path: Path, trusted: int, address: str, secure: bool) -> None:
    client = broken_app(tmp_path, TRUSTED_PROXIES=trusted).test_client()
    told = client.get("/who-asks", headers=FORWARDED).json
    assert told == {"address": address, "secure": secure, "host": "localhost"}


@pytest.mark.parametrize(("given", "count"), [(None, 0), ("", 0), ("0", 0), ("1", 1), ("2", 2)])
def test_the_number_of_proxies_comes_from_the_environment(tmp_path: Path, given: str | None, count: int) -> None:
    environ = {"XIANGYI_DATA_DIR": str(tmp_path)} | ({} if given is None else {"XIANGYI_TRUSTED_PROXIES": given})
    assert config.from_environment(environ)["TRUSTED_PROXIES"] == count


@pytest.mark.parametrize("given", ["yes", "-1", "1.5", "１"])
def test_a_number_of_proxies_that_is_none_stops_the_start(given: str) -> None:
    with pytest.raises(ValueError, match="XIANGYI_TRUSTED_PROXIES"):
        config.proxies(given)


# -- headers and static files ----------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/login", "/verify", "/nowhere", "/static/look.css", "/healthz"])
def test_every_answer_carries_the_security_headers(broken: Flask, path: str) -> None:
    headers = broken.test_client().get(path).headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert not any("unsafe" in part or "script-src" in part for part in policy)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_a_page_for_one_person_is_kept_by_nobody(login: Login, client: FlaskClient) -> None:
    assert "private" not in client.get("/").headers.get("Cache-Control", "")
    assert client.get("/healthz").status_code == 200
    signed_in = login(create_user())
    for path in ("/account", "/users"):
        assert signed_in.get(path).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(("base_url", "secure"), [("https://xiangyi.example", True), ("http://127.0.0.1:8000", False)])
def test_cookies_are_out_of_reach_of_scripts_and_secure_under_https(
    tmp_path: Path, base_url: str, secure: bool
) -> None:
    settings = config.from_environment({"XIANGYI_DATA_DIR": str(tmp_path), "XIANGYI_BASE_URL": base_url})
    app = broken_app(tmp_path, SESSION_COOKIE_SECURE=settings["SESSION_COOKIE_SECURE"])
    cookie = app.test_client().get("/language/en").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert ("Secure" in cookie) is secure


def test_a_static_file_is_cached_for_a_year_under_the_hash_of_its_content(tmp_path: Path) -> None:
    app = broken_app(tmp_path)
    folder = tmp_path / "static"
    folder.mkdir()
    app.static_folder = str(folder)
    style = folder / "look.css"
    style.write_text("body{}")
    with app.test_request_context():
        first = static_url("look.css")
        assert static_url("look.css") == first
    assert re.fullmatch(r"/static/look\.css\?v=[0-9a-f]{12}", first)
    answer = app.test_client().get(first)
    assert (answer.status_code, answer.text) == (200, "body{}")
    assert answer.cache_control.max_age == 60 * 60 * 24 * 365
    style.write_text("body{color:green}")
    os.utime(style, (1, 1))
    with app.test_request_context():
        assert static_url("look.css") != first


# -- never to somebody else's address --------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (None, "/"),
        ("", "/"),
        ("/", "/"),
        ("/desk", "/desk"),
        ("/trade?q=鸡蛋&page=2", "/trade?q=鸡蛋&page=2"),
        ("/trade?next=https://evil.example/", "/trade?next=https://evil.example/"),
        ("desk", "/"),
        ("https://evil.example/", "/"),
        ("HTTPS:/evil.example", "/"),
        ("//evil.example/", "/"),
        ("///evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("\t//evil.example", "/"),
        (" //evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("data:text/html,x", "/"),
        ("http:evil.example", "/"),
        ("//[evil", "/"),
        ("/[evil", "/[evil"),
    ],
)
def test_own_path(target: str | None, path: str) -> None:
    assert own_path(target) == path


# -- language --------------------------------------------------------------------------------------


def test_a_choice_of_language_stays_and_leads_back(broken: Flask) -> None:
    client = broken.test_client()
    assert 'lang="zh-CN"' in client.get("/verify").text
    chosen = client.get("/language/en", query_string={"next": "/verify?number=1"})
    assert (chosen.status_code, chosen.location) == (303, "/verify?number=1")
    assert '<html lang="en">' in client.get("/verify").text
    assert '<html lang="zh-CN">' in client.get("/verify?lang=zh").text
    assert '<html lang="en">' in client.get("/verify").text
    client.get("/language/zh")
    assert '<html lang="zh-CN">' in client.get("/verify").text


def test_the_link_to_the_other_language_leads_back_to_the_very_page(broken: Flask) -> None:
    client = broken.test_client()
    link = re.search(r'<a href="(/language/en\?next=[^"]*)"', client.get("/verify?lang=zh").text)
    assert link is not None
    assert client.get(link[1].replace("&amp;", "&")).location.startswith("/verify")


def test_no_other_language_and_no_other_site(broken: Flask) -> None:
    client = broken.test_client()
    assert client.get("/language/fr").status_code == 404
    assert client.get("/language/en?next=https://evil.example/").location == "/"


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        (None, "zh-CN"),
        ("en-US,en;q=0.9", "en"),
        ("en-GB", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW,en;q=0.5", "zh-CN"),
        ("fr,de;q=0.5", "zh-CN"),
    ],
)
def test_the_browsers_language_decides_until_one_chooses(broken: Flask, accepted: str | None, lang: str) -> None:
    headers = {"Accept-Language": accepted} if accepted else {}
    assert f'<html lang="{lang}">' in broken.test_client().get("/verify", headers=headers).text


# -- health ----------------------------------------------------------------------------------------


def test_health(client: FlaskClient) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").text) == (200, "ok\n")
    assert (client.get("/readyz").status_code, client.get("/readyz").text) == (200, "ready\n")
    assert client.get("/readyz").mimetype == "text/plain"


def test_it_is_not_ready_without_its_database(tmp_path: Path) -> None:
    client = make_app(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}", tmp_path).test_client()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "database: no answer\n")


def test_it_is_not_ready_without_the_redis_it_was_given(tmp_path: Path) -> None:
    # Port 9 (discard) is closed on any sensible machine.
    answer = broken_app(tmp_path, REDIS_URL="redis://127.0.0.1:9/0").test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "redis: no answer\n")


def test_metrics_count_jobs_and_name_nobody(login: Login, client: FlaskClient) -> None:
    lines = client.get("/metrics").text.splitlines()
    assert lines[:2] == ["# HELP xiangyi_jobs Long work by status.", "# TYPE xiangyi_jobs gauge"]
    statuses = {status.value for status in JobStatus}
    assert all(re.fullmatch(r'xiangyi_jobs\{status="(\w+)"\} \d+', line)[1] in statuses for line in lines[2:])
    assert client.get("/metrics").mimetype == "text/plain"
