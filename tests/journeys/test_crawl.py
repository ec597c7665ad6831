"""Every page that a role can reach by following links, over the demonstration's data."""

from __future__ import annotations

import gzip
import re
from collections import Counter, deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.core import command
from tests.journeys.conftest import Demo

PER_ENDPOINT = 3  # pages of one kind differ in their data only
ROLES = (
    "county_admin",
    "county_official",
    "township_manager",
    "village_operator",
    "trainer",
    "driver",
    "producer",
    "inspector",
)
DESK_BYTES, TRACE_BYTES = 15_000, 30_000


class Links(HTMLParser):
    """What a page links to, its headings and its forms."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.headings = 0
        self.images_without_size = 0
        self.posting_forms = 0
        self.tokens = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.hrefs.append(str(values["href"]))
        self.headings += tag == "h1"
        self.images_without_size += tag == "img" and not {"width", "height", "alt"} <= set(values)
        self.posting_forms += tag == "form" and values.get("method", "").lower() == "post"
        self.tokens += tag == "input" and values.get("name") == "csrf_token"


@pytest.fixture(scope="module")
def demo_app(demo: Demo) -> Flask:
    return create_app(
        DATA_DIR=str(demo.data_dir),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{demo.data_dir / 'xiangyi.db'}",
        SECRET_KEY=(demo.data_dir / "keys" / "session-secret").read_text(),
        REDIS_URL=None,
        RATELIMIT_ENABLED=False,
        TOTP_REQUIRED=False,
        TESTING=True,
    )


def log_in(app: Flask, demo: Demo, role: str) -> FlaskClient:
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    who = demo.logins[role]
    answer = client.post("/login", data={"login": who.login, "password": who.password, "csrf_token": token[1]})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    return client


def crawl(app: Flask, client: FlaskClient, start: str, but: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Follow every link to a page of this site, a few pages of each endpoint; ``but`` names endpoints to leave out."""
    queue, seen, visits = deque([start, "/"]), {start, "/"}, Counter[str]()
    adapter = app.url_map.bind("localhost")
    while queue:
        path = queue.popleft()
        endpoint, _values = adapter.match(urlsplit(path).path)
        visits[endpoint] += 1
        if visits[endpoint] > PER_ENDPOINT or endpoint in ("static", *but):
            continue
        answer = client.get(path)
        where = f"{path} ({endpoint})"
        assert answer.status_code in (200, 302, 303), f"{where} answered {answer.status_code}"
        if answer.status_code != 200:
            answer = client.get(path, follow_redirects=True)
            assert answer.status_code == 200, f"{where} led to {answer.status_code}"
        if answer.mimetype != "text/html":
            continue
        text = answer.get_data(as_text=True)
        yield where, text
        for href in _links(text):
            target = urlsplit(href)
            if target.netloc or target.scheme or not href.startswith("/") or href in seen:
                continue
            seen.add(href)
            queue.append(href.partition("#")[0])


def _links(text: str) -> list[str]:
    reader = Links()
    reader.feed(text)
    return reader.hrefs


@pytest.mark.parametrize("role", ROLES)
def test_every_page_in_reach_is_in_order(
    demo: Demo, demo_app: Flask, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(demo_app, demo, role)
    opened: list[str] = []

    def refuse(_verb: object) -> None:
        raise AssertionError("a page that is only looked at changed something")

    monkeypatch.setattr(command, "_outermost", refuse)
    # opening a trace page is itself counted
    for where, text in crawl(demo_app, client, "/start", but=("traceability.show_trace",)):
        opened.append(where)
        reader = Links()
        reader.feed(text)
        html5lib.HTMLParser(strict=True).parse(text)
        assert reader.headings == 1, f"{where} has {reader.headings} headings of the first level"
        assert reader.images_without_size == 0, f"{where} has images without size or words"
        assert reader.tokens >= reader.posting_forms, f"{where} has a form without a token"
        assert not re.search(r"\b1[3-9]\d{9}\b", re.sub(r"value=\"\d+\"", "", text)) or role in (
            "village_operator",
            "township_manager",
        ), f"{where} shows a whole phone number"
    assert len(opened) >= 2


def wire_size(text: str) -> int:
    return len(gzip.compress(text.encode(), 6))


def test_the_desk_is_light(demo: Demo, demo_app: Flask) -> None:
    client = log_in(demo_app, demo, "village_operator")
    assert wire_size(client.get("/desk").get_data(as_text=True)) <= DESK_BYTES


def test_a_visitor_can_follow_everything_public(demo_app: Flask) -> None:
    assert len(list(crawl(demo_app, demo_app.test_client(), "/"))) >= 4


@pytest.mark.parametrize("role", ["village_operator", "township_manager", "trainer", "driver", "inspector"])
def test_what_is_not_in_the_menu_of_a_role_is_refused(demo: Demo, demo_app: Flask, role: str) -> None:
    client = log_in(demo_app, demo, role)
    for path in (
        "/stations/plan/edit",
        "/trade/ledger",
        "/orders/new" if role != "township_manager" else "/trade/ledger",
    ):
        assert client.get(path).status_code in (403, 404), path
