"""Every page that a role can reach by following links, over the demonstration's data."""

from __future__ import annotations

import gzip
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core import command
from tests.journeys.conftest import Demo

pytestmark = pytest.mark.xdist_group("journeys")  # one worker makes the county and drives the browser

PER_ENDPOINT = 2  # pages of one kind differ in their data only
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
# Opening a trace page is counted; a change of language would turn the rest of the walk English.
NOT_FOLLOWED = ("static", "traceability.show_trace", "home.set_language")
# Who works with people's numbers: at the counter, with an order to be sent, to call a station, to keep accounts.
SEES_NUMBERS = {
    "village_operator": ("parcels.hand_out_form", "stations.show_station"),
    "township_manager": ("stations.", "accounts.", "orders."),
    "county_admin": ("stations.", "accounts.", "orders."),
    "inspector": ("stations.",),
    "driver": ("stations.",),
}
SAME_PAGE = {"datacenter.show_month": "datacenter.show_division"}  # the county's month has two addresses
MOBILE = re.compile(r"(?<![\d.])(?!1381234)1[3-9]\d{9}(?!\d)")  # 1381234…: the example in the hints
DESK_BYTES, TRACE_BYTES = 15_000, 30_000


class Reader(HTMLParser):
    """What a page links to, its title, its headings and its forms."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.headings = 0
        self.images_without_size = 0
        self.posts: list[str] = []
        self.tokens = 0
        self.title = ""
        self._in: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._in.append(tag)
        if tag == "a" and values.get("href"):
            self.hrefs.append(str(values["href"]))
        self.headings += tag == "h1"
        self.images_without_size += tag == "img" and not {"width", "height", "alt"} <= set(values)
        if tag == "form" and (values.get("method") or "").lower() == "post":
            self.posts.append(values.get("action") or "")
        self.tokens += tag == "input" and (values.get("name") or "").endswith("csrf_token")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._in:
            self._in.remove(tag)

    def handle_data(self, data: str) -> None:
        if "title" in self._in and "svg" not in self._in:
            self.title += data


@dataclass(frozen=True)
class Visit:
    """A page that was opened."""

    path: str
    endpoint: str
    text: str
    reader: Reader

    def __str__(self) -> str:
        return f"{self.path} ({self.endpoint})"


@pytest.fixture(scope="module")
def demo_app(demo: Demo) -> Flask:
    return demo.app(RATELIMIT_ENABLED=False, TESTING=True)


def log_in(app: Flask, demo: Demo, role: str) -> FlaskClient:
    client = app.test_client()
    page = client.get("/login").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    who = demo.logins[role]
    answer = client.post("/login", data={"name": who.login, "password": who.password, "csrf_token": token[1]})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    return client


def crawl(app: Flask, client: FlaskClient, start: str) -> Iterator[Visit]:
    """Follow every link to a page of this site, a few pages of each endpoint."""
    queue, seen, visits = deque([start, "/"]), {start, "/"}, Counter[str]()
    adapter = app.url_map.bind("localhost")
    while queue:
        path = queue.popleft()
        endpoint = str(adapter.match(urlsplit(path).path)[0])
        visits[endpoint] += 1
        most = 1 if path.partition("?")[0].endswith((".xlsx", ".pdf")) else PER_ENDPOINT
        if visits[endpoint] > most or endpoint in NOT_FOLLOWED:
            continue
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code == 200, f"{path} ({endpoint}) answered {answer.status_code}"
        if answer.mimetype != "text/html":
            continue
        text = answer.get_data(as_text=True)
        arrived_at = str(adapter.match(answer.request.path)[0])
        visit = Visit(answer.request.path, arrived_at, text, Reader(text))
        yield visit
        for href in visit.reader.hrefs:
            target = urldefrag(urljoin(answer.request.path, href)).url
            if target.startswith("/") and target not in seen:
                seen.add(target)
                queue.append(target)


@pytest.mark.parametrize("role", ROLES)
def test_every_page_in_reach_is_in_order(
    demo: Demo, demo_app: Flask, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = log_in(demo_app, demo, role)
    opened: list[Visit] = []

    def refuse(_verb: object) -> None:
        raise AssertionError("a page that is only looked at changed something")

    monkeypatch.setattr(command, "_outermost", refuse)
    for visit in crawl(demo_app, client, "/start"):
        opened.append(visit)
        reader = visit.reader
        html5lib.HTMLParser(strict=True).parse(visit.text)
        assert reader.headings == 1, f"{visit} has {reader.headings} headings of the first level"
        assert reader.images_without_size == 0, f"{visit} has images without size or words"
        assert reader.tokens >= len(reader.posts), f"{visit} has a form without a token"
        assert not shown_number(role, visit), f"{visit} shows a whole phone number"
    assert len(opened) >= 2
    assert [str(v) for v in opened if role == "county_official" and writes(v)] == []
    assert same_titles(opened) == {}


def shown_number(role: str, visit: Visit) -> re.Match[str] | None:
    if visit.endpoint.startswith(SEES_NUMBERS.get(role, ("-",))):
        return None
    return MOBILE.search(re.sub(r'(value|href)="[^"]*"', "", visit.text))


def writes(visit: Visit) -> bool:
    """Whether a page offers to change more than one's own account."""
    own = ("/logout", "/account", "/password", "/verify", "/farmer/", "/publicity/")  # the last: anybody may object
    return any(action and not action.startswith(own) for action in visit.reader.posts)


def same_titles(visits: list[Visit]) -> dict[str, set[str]]:
    """Titles that pages of different kinds share."""
    titles: dict[str, set[str]] = {}
    for visit in visits:
        titles.setdefault(visit.reader.title, set()).add(SAME_PAGE.get(visit.endpoint, visit.endpoint))
    return {title: kinds for title, kinds in titles.items() if len(kinds) > 1}


# -- weight ------------------------------------------------------------------------------------------


def wire_size(text: str) -> int:
    return len(gzip.compress(text.encode(), 6))


def test_the_desk_is_light(demo: Demo, demo_app: Flask) -> None:
    client = log_in(demo_app, demo, "village_operator")
    sheet = client.get("/static/look.css").get_data(as_text=True)
    assert wire_size(client.get("/desk").get_data(as_text=True)) + wire_size(sheet) <= DESK_BYTES


def test_the_trace_page_is_light(demo: Demo, demo_app: Flask) -> None:
    lots = log_in(demo_app, demo, "county_admin")
    found = re.search(r'href="(/trace/[0-9a-f-]{36})"', lots.get("/trace?status=packed").get_data(as_text=True))
    assert found
    link = re.search(r'href="(/01/[^"]+)"', lots.get(found[1]).get_data(as_text=True))
    assert link
    visitor = demo_app.test_client()
    sheet = visitor.get("/static/look.css").get_data(as_text=True)
    assert wire_size(visitor.get(link[1]).get_data(as_text=True)) + wire_size(sheet) <= TRACE_BYTES


# -- who may not -------------------------------------------------------------------------------------


def test_a_visitor_can_follow_everything_public(demo_app: Flask) -> None:
    assert len(list(crawl(demo_app, demo_app.test_client(), "/"))) >= 4


@pytest.mark.parametrize("role", ["village_operator", "township_manager", "trainer", "driver", "inspector"])
def test_what_is_not_in_the_menu_of_a_role_is_refused(demo: Demo, demo_app: Flask, role: str) -> None:
    client = log_in(demo_app, demo, role)
    for path in (
        "/stations/plan/edit",
        "/trade/ledger",
        "/orders/new" if role != "township_manager" else "/runs/vehicles",
    ):
        assert client.get(path).status_code in (403, 404), path
