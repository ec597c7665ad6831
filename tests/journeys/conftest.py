"""The demonstration county, made once, served, and looked at in a real Chromium on a phone's screen.

Making the county takes a minute or two. To try a test again and again, make it once and name its folder::

    XIANGYI_DATA_DIR=var/journeys xiangyi demo --no-serve --seed 7
    XIANGYI_TEST_DEMO_DIR=var/journeys pytest tests/journeys

The folder itself is left alone: each run works on a copy.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright
from werkzeug.serving import make_server

from app import create_app
from tests.tools import need_chromium

XIANGYI = Path(sys.executable).with_name("xiangyi")
ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
SEED = "7"
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
# An opening of a trace page counts only when a person's phone asks.
PHONE_AGENT = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
)
expect.set_options(timeout=15_000)


# -- the demonstration -----------------------------------------------------------------------------


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

    def app(self, **more: Any) -> Flask:
        """An application on the demonstration's data."""
        settings = {
            "DATA_DIR": str(self.data_dir),
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{self.data_dir / 'xiangyi.db'}",
            "SECRET_KEY": (self.data_dir / "keys" / "session-secret").read_text(),
            "REDIS_URL": None,
            "RATELIMIT_STORAGE_URI": "memory://",
            "TOTP_REQUIRED": False,
        }
        return create_app(**(settings | more))


def xiangyi(data_dir: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line on a data directory of its own, with nothing else from outside."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("XIANGYI_") and k != "REDIS_URL"}
    environment = kept | {"XIANGYI_DATA_DIR": str(data_dir)}
    command = [str(XIANGYI), *map(str, words)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    data_dir = tmp_path_factory.mktemp("demo")
    if ready := os.environ.get("XIANGYI_TEST_DEMO_DIR"):
        shutil.copytree(ready, data_dir, dirs_exist_ok=True)
    made = xiangyi(data_dir, "demo", "--no-serve", "--seed", SEED)  # on a whole copy it only prints the logins
    assert made.returncode == 0, made.stderr[-3000:]
    rows = [line.split("\t") for line in made.stdout.splitlines() if line.count("\t") == 3]
    return Demo(data_dir, {role.strip(): Login(login.strip(), password, name) for role, login, password, name in rows})


@pytest.fixture(scope="session")
def site(demo: Demo) -> Iterator[str]:
    """The address of a server on the demonstration's data."""
    server = make_server("127.0.0.1", 0, demo.app(JOBS="thread"), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)


# -- the browser -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = need_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@dataclass
class Visits:
    """Who looks at the site, with which screen and language: everybody logs in once and comes back later."""

    browser: Browser
    site: str
    logins: dict[str, Login]
    contexts: dict[tuple[Any, ...], BrowserContext] = field(default_factory=dict)
    cookies: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def page(
        self, role: str | None = None, screen: dict[str, int] = PHONE, *, script: bool = False, language: str = "zh-CN"
    ) -> Page:
        """A new page. Scripts are off unless asked for: nothing may need them."""
        key = (role, tuple(screen.items()), script, language)
        if key not in self.contexts:
            if role and role not in self.cookies:
                self.cookies[role] = self._log_in(role)
            self.contexts[key] = self._context(screen, script, language, self.cookies.get(role or ""))
        return self.contexts[key].new_page()

    def _context(self, screen: dict[str, int], script: bool, language: str, cookies: Any = None) -> BrowserContext:
        context = self.browser.new_context(
            base_url=self.site,
            viewport=screen,  # type: ignore[arg-type]
            java_script_enabled=script,
            locale=language,
            user_agent=PHONE_AGENT,
            device_scale_factor=2 if screen is PHONE else 1,
            has_touch=screen is PHONE,
            accept_downloads=True,
            storage_state=cookies,
        )
        context.set_default_timeout(15_000)
        context.on("response", self._note_broken)
        return context

    def _note_broken(self, response: Response) -> None:
        if response.status >= 500:
            self.broken.append(f"{response.status} at {response.url}")

    def _log_in(self, role: str) -> Any:
        context = self._context(PHONE, False, "zh-CN")
        page, who = context.new_page(), self.logins[role]
        page.goto("/login")
        page.get_by_label("登录名或手机号").fill(who.login)
        page.get_by_label("密码").fill(who.password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(lambda url: "/login" not in url)
        state = context.storage_state()
        context.close()
        return state


@pytest.fixture(scope="session")
def visits(chromium: Browser, site: str, demo: Demo) -> Iterator[Visits]:
    kept = Visits(chromium, site, demo.logins)
    yield kept
    for context in kept.contexts.values():
        context.close()


@pytest.fixture
def enter(visits: Visits) -> Iterator[Callable[..., Page]]:
    """``enter("village_operator")``: a page with that role logged in; ``enter(None)``: a visitor."""
    opened: list[Page] = []

    def as_role(role: str | None, screen: dict[str, int] = PHONE, **more: Any) -> Page:
        opened.append(visits.page(role, screen, **more))
        return opened[-1]

    yield as_role
    for page in opened:
        page.close()
    broken, visits.broken[:] = list(visits.broken), []
    assert not broken


def keep_picture(page: Page, name: str, height: int = 1500) -> None:
    """Keep a screenshot of the page, as far as ``height`` pixels down, for people to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    whole = page.evaluate("document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": page.viewport_size["width"], "height": min(whole, height)}
    page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), full_page=True, clip=clip)  # type: ignore[arg-type]
