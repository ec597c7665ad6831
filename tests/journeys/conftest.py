"""The demonstration county, made once, served, and looked at in a real Chromium on a phone's screen."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from tests.tools import need_chromium

XIANGYI = Path(sys.executable).with_name("xiangyi")
SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "screenshots"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker makes the county and drives the browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("journeys"))


@dataclass(frozen=True)
class Login:
    login: str
    password: str
    name: str


@dataclass(frozen=True)
class Demo:
    """The demonstration: where its data lies, who can log in, and the command line on it."""

    data_dir: Path
    logins: dict[str, Login]

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return xiangyi(self.data_dir, *words)


def xiangyi(data_dir: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line on a data directory of its own, with nothing else from outside."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XIANGYI_") and k != "REDIS_URL"}
    environment = kept | {"XIANGYI_DATA_DIR": str(data_dir)}
    command = [str(XIANGYI), *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    data_dir = tmp_path_factory.mktemp("demo")
    made = xiangyi(data_dir, "demo", "--no-serve", "--seed", "7")
    assert made.returncode == 0, made.stderr[-3000:]
    rows = [line.split("\t") for line in made.stdout.splitlines() if line.count("\t") == 3]
    return Demo(data_dir, {role.strip(): Login(login.strip(), password, name) for role, login, password, name in rows})


@pytest.fixture(scope="session")
def site(demo: Demo) -> Iterator[str]:
    """The address of a server on the demonstration's data."""
    app: Flask = create_app(
        DATA_DIR=str(demo.data_dir),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{demo.data_dir / 'xiangyi.db'}",
        SECRET_KEY=(demo.data_dir / "keys" / "session-secret").read_text(),
        REDIS_URL=None,
        RATELIMIT_STORAGE_URI="memory://",
        JOBS="thread",
        TOTP_REQUIRED=False,
    )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = need_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """``open_page(screen=PHONE, script=False)``: a fresh visitor. Scripts are off: nothing may need them."""
    contexts = []

    def visit(screen: Any = PHONE, *, script: bool = False, language: str = "zh-CN") -> Page:
        context = chromium.new_context(
            base_url=site, viewport=screen, java_script_enabled=script, locale=language, has_touch=screen is PHONE
        )
        contexts.append(context)
        page = context.new_page()
        page.on("response", lambda r: r.status < 500 or pytest.fail(f"{r.status} at {r.url}"))
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def enter(open_page: Callable[..., Page], demo: Demo) -> Callable[..., Page]:
    """``enter("village_operator")``: a page with that role logged in."""

    def as_role(role: str, screen: Any = PHONE, **more: Any) -> Page:
        page, who = open_page(screen, **more), demo.logins[role]
        page.goto("/login")
        page.locator("input[name=login]").fill(who.login)
        page.locator("input[name=password]").fill(who.password)
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    return as_role


def keep_picture(page: Page, name: str) -> None:
    """Keep a screenshot of the whole page for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), full_page=True)


def no_sideways_scroll(page: Page) -> None:
    """The page is no wider than the screen."""
    box = page.locator("html").bounding_box()
    assert box is not None
    widths = [b["width"] + b["x"] for b in (h.bounding_box() for h in page.locator("main, header, footer").all()) if b]
    assert max(widths) <= page.viewport_size["width"] + 1, f"{page.url} is {max(widths)} px wide"
