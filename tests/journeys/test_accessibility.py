"""Everybody can use the pages: with a screen reader, with a keyboard, with a thumb, on a narrow phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.reading import read_table

pytestmark = pytest.mark.xdist_group("journeys")  # one worker makes the county and drives the browser

# Who, where, and the caption of the table whose first link is followed from there.
PAGES: list[tuple[str | None, str, str | None]] = [
    (None, "/", None),
    (None, "/login", None),
    (None, "/verify", None),
    (None, "/catalogue", None),
    ("village_operator", "/desk", None),
    ("village_operator", "/trade/purchases/new", None),
    ("village_operator", "/trade/sales/new", None),
    ("village_operator", "/parcels/take-in", None),
    ("village_operator", "/parcels/pick-up", None),
    ("village_operator", "/trade/day", None),
    ("township_manager", "/stations", "站点"),
    ("township_manager", "/parcels/handovers", None),
    ("county_official", "/start", "交易统计"),
    ("county_official", "/stations/coverage", None),
    ("county_official", "/stations/acceptances", "验收"),
    ("county_official", "/orders", "订单"),
    ("county_admin", "/products", "产品"),
    ("county_admin", "/trace?status=packed", "批次"),
    ("county_admin", "/runs", None),
    ("county_admin", "/users", None),
    ("county_admin", "/trade/ledger", None),
    ("trainer", "/training", None),
    ("driver", "/runs", None),
    ("inspector", "/stations/acceptances", None),
]
IN_ENGLISH = [
    (None, "/"),
    ("village_operator", "/desk"),
    ("village_operator", "/trade/sales/new"),
    ("county_official", "/start"),
    ("county_official", "/stations/coverage"),
]
TARGET = 48  # pixels: what a thumb hits


def findings(page: Page) -> list[str]:
    """What axe calls serious or critical, with where it stands."""
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {node['html'][:160]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"][:3]
    ]


def assert_in_order(page: Page) -> None:
    assert findings(page) == [], page.url
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"], f"{page.url} is {wide} px wide"


@pytest.mark.parametrize(("role", "path", "caption"), PAGES, ids=[f"{who}-{where}" for who, where, _caption in PAGES])
def test_a_page_has_no_serious_finding_and_fits_the_phone(
    enter: Callable[..., Page], role: str | None, path: str, caption: str | None
) -> None:
    page = enter(role, script=True)
    answer = page.goto(path)
    assert answer is not None
    assert answer.ok, f"{answer.status} at {path}"
    assert_in_order(page)
    if caption:
        page.goto(next(str(row.href) for row in read_table(page, caption).rows if row.href))
        assert_in_order(page)


@pytest.mark.parametrize(("role", "path"), IN_ENGLISH)
def test_the_same_in_english(enter: Callable[..., Page], role: str | None, path: str) -> None:
    page = enter(role, script=True, language="en-US")
    page.goto(f"/language/en?next={path}")  # who logs in gets the language of their account
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert_in_order(page)


def test_what_a_scanned_code_opens(enter: Callable[..., Page]) -> None:
    page = enter("county_admin", script=True)
    page.goto("/trace?status=packed")
    page.goto(str(read_table(page, "批次").rows[0].href))
    trace = page.locator("main a[href^='/01/']").get_attribute("href")
    page.goto("/producers")
    page.goto(str(read_table(page, "生产者").rows[0].href))
    farmer = page.locator("main a[href^='/farmer/']").get_attribute("href")
    visitor = enter(None, script=True)
    for path in (trace, farmer, "/01/abc"):
        visitor.goto(str(path))
        assert_in_order(visitor)


def test_the_open_menu_and_an_error_have_no_serious_finding(enter: Callable[..., Page]) -> None:
    page = enter("village_operator", script=True)
    page.goto("/parcels/pick-up")
    page.get_by_label("取件码、手机尾号或姓名").fill("欧阳不在")
    page.locator("main form button").last.click()
    expect(page.locator("#errors")).to_be_visible()
    page.locator(".menu summary").click()
    assert_in_order(page)
    for path in ("/no-such-page", "/trade/ledger"):
        page.goto(path)
        assert_in_order(page)


# -- keyboard ----------------------------------------------------------------------------------------


def tab_to(page: Page, control: str) -> list[str]:
    """Press Tab until the control has the focus; what was passed on the way."""
    passed: list[str] = []
    for _press in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        passed.append(here)
        if page.evaluate(f"document.activeElement.matches({control!r})"):
            return passed
    pytest.fail(f"Tab never reached {control}: {passed}")


def test_the_keyboard_reaches_the_form_in_order_and_enter_sends_it(enter: Callable[..., Page]) -> None:
    page = enter("village_operator", script=True)
    page.goto("/trade/sales/new")
    passed = tab_to(page, "#person")
    assert passed[0] == "跳到正文"
    for field, typed in (("person", "欧阳键盘"), ("product_name", "腊肉"), ("quantity", "3"), ("price_fen", "30")):
        if field != "person":
            tab_to(page, f"#{field}")
        page.keyboard.type(typed)
    tab_to(page, "[name=online]")
    page.keyboard.press("Space")
    tab_to(page, "#buyer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="记下，应付农户 ¥90.00")).to_be_visible()
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("代卖单")


def test_the_skip_link_leads_past_the_bar(enter: Callable[..., Page]) -> None:
    page = enter("village_operator", script=True)
    page.goto("/desk")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_what_has_the_focus_is_seen(enter: Callable[..., Page]) -> None:
    page = enter("village_operator", script=True)
    page.goto("/desk")
    tab_to(page, ".tile")
    style = page.evaluate(
        "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
    )
    assert style[0] == "solid"
    assert float(style[1].removesuffix("px")) >= 2


# -- thumbs ------------------------------------------------------------------------------------------

_TARGETS = """() => [...document.querySelectorAll('main a, main button, main input, main select, main summary')]
    .filter(each => each.type !== 'hidden' && each.getClientRects().length)
    .map(each => [each.closest('label') || each, each])
    .map(([box, each]) => [each.textContent.trim() || each.name, box.getBoundingClientRect().height])"""


@pytest.mark.parametrize("path", ["/desk", "/trade/purchases/new", "/parcels/take-in", "/parcels/pick-up"])
def test_every_target_is_large_enough_for_a_thumb(enter: Callable[..., Page], path: str) -> None:
    page = enter("village_operator", script=True)
    page.goto(path)
    targets = page.evaluate(_TARGETS)
    assert len(targets) >= 3
    small = [(name, height) for name, height in targets if height < TARGET - 0.1]
    assert [one for one in small if not _in_crumbs(page, one[0])] == []


def _in_crumbs(page: Page, name: str) -> bool:
    """The way back above the heading is set in running text."""
    return page.locator("nav.crumbs a", has_text=name).count() > 0
