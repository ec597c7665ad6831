"""A code on a bag, read as a phone's camera reads it, leads to where the goods come from."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Demo, keep_picture
from tests.journeys.reading import codes_in, fact, follow, pages_of, press, read_table
from tests.tools import need

pytestmark = pytest.mark.xdist_group("journeys")  # one worker makes the county and drives the browser

STICKERS = 12


@pytest.fixture
def hub(enter: Callable[..., Page]) -> Page:
    need("zbarimg")
    return enter("county_admin")


def open_packed_lot(page: Page) -> str:
    """The newest packed lot; returns its code."""
    page.goto("/trace?status=packed")
    row = read_table(page, "批次").rows[0]
    page.goto(str(row.href))
    return row.name


def test_a_sticker_leads_to_its_trace_page(hub: Page, enter: Callable[..., Page], tmp_path: Path) -> None:
    lot = open_packed_lot(hub)
    product = hub.locator("h1").inner_text().removesuffix(lot).strip()
    follow(hub, "打印标签")
    hub.get_by_label("打几枚").fill(str(STICKERS))
    with hub.expect_download() as saving:
        press(hub, "做成 PDF")
    path = tmp_path / "labels.pdf"
    saving.value.save_as(path)
    (sheet,) = pages_of(path, 300)
    codes = codes_in(sheet)
    assert len(codes) == STICKERS
    (address,) = set(codes)
    phone = enter(None)
    phone.goto(urlsplit(address).path)
    expect(phone.locator("h1")).to_contain_text(product)
    expect(phone.locator("main")).to_contain_text("这个码是我们登记的")
    expect(phone.locator("main")).to_contain_text(re.compile(r"您是第一个查看的|第 \d+ 次被查看"))
    expect(phone.locator("main .steps").first).to_contain_text("收")
    expect(phone.locator("main")).to_contain_text(lot)
    keep_picture(phone, "trace")


def test_the_command_line_makes_the_same_codes(hub: Page, demo: Demo, tmp_path: Path) -> None:
    lot = open_packed_lot(hub)
    path = tmp_path / "labels.pdf"
    made = demo.run("labels", lot, "--count", "3", "--out", path)
    assert made.returncode == 0, made.stderr
    (sheet,) = pages_of(path, 300)
    codes = codes_in(sheet)
    assert len(codes) == 3
    assert all(code.endswith(f"/10/{lot}") for code in codes)


def test_a_producers_card_leads_to_the_farmers_page(hub: Page, enter: Callable[..., Page], tmp_path: Path) -> None:
    hub.goto("/producers")
    producer = read_table(hub, "生产者").rows[0]
    hub.goto(str(producer.href))
    number = fact(hub, "卡片上的码")
    with hub.expect_download() as saving:
        follow(hub, "打印卡片")
    path = tmp_path / "card.pdf"
    saving.value.save_as(path)
    (card,) = pages_of(path, 200)
    (address,) = codes_in(card)
    assert urlsplit(address).path == f"/farmer/{number}"
    phone = enter(None)
    phone.goto(urlsplit(address).path)
    expect(phone.locator("h1")).to_have_text(producer.name)
    expect(phone.locator("main")).to_contain_text("在卖的货")
    keep_picture(phone, "farmer")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/01/06912345678901/10/NOSUCHLOT", 400, "这个码查不到"),  # its check digit is wrong
        ("/01/06901234567892/10/NOSUCHLOT", 404, "这个码查不到"),
        ("/01/abc", 400, "这个码查不到"),
        ("/01/06901234567892", 404, "这个码查不到"),
        ("/farmer/123456", 404, ""),
    ],
)
def test_a_code_that_leads_nowhere_has_a_plain_page(
    enter: Callable[..., Page], path: str, status: int, words: str
) -> None:
    page = enter(None)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == status
    assert page.locator("h1").count() == 1
    expect(page.locator("h1")).to_contain_text(words)
