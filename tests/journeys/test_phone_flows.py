"""The operator's four flows on a phone without scripts, and the day that shows them.

The tests build on one another's day in the order in which they stand: nothing is taken back between them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import keep_picture
from tests.journeys.reading import fact, fen, figure, press

pytestmark = pytest.mark.xdist_group("journeys")  # one worker makes the county and drives the browser

VILLAGER, PHONE_NUMBER = "欧阳试买", "13900004321"
FARMER = "欧阳试卖"
TAIL = "7391"
FIRST, SECOND, THIRD = "SF3900000000001", "SF3900000000002", "YT3900000000003"
WAYBILLS = {FIRST: "", SECOND: "", THIRD: "58"}  # with the cash to collect
CODE = re.compile(r"^[A-H]-\d{2}-\d{2,}$")


@pytest.fixture
def page(enter: Callable[..., Page]) -> Page:
    """The operator's phone, at the desk."""
    page = enter("village_operator")
    page.goto("/desk")
    return page


def open_tile(page: Page, word: str) -> None:
    page.goto("/desk")
    page.locator(".tile").filter(has=page.locator("b", has_text=re.compile(f"^{word}$"))).click()
    expect(page.locator("h1")).to_contain_text(word)


def records(page: Page) -> list[str]:
    """Today's records on the desk, one line each."""
    page.goto("/desk")
    return [line.replace("\n", " ") for line in page.locator(".list li").all_inner_texts()]


def cash_in(page: Page) -> int:
    page.goto("/trade/day")
    return fen(fact(page, "今天收进"))


def cash_out(page: Page) -> int:
    page.goto("/trade/day")
    return fen(fact(page, "今天付出"))


def fill_purchase(page: Page, *, item: str, price: str) -> None:
    page.get_by_label("乡亲", exact=True).fill(VILLAGER)
    page.get_by_label("手机", exact=True).fill(PHONE_NUMBER)
    page.get_by_label("买什么").fill(item)
    page.get_by_label("几件").fill("2")
    page.get_by_label("一件多少钱").fill(price)
    page.get_by_label("收了多少定金").fill("30")


# -- 代买 ------------------------------------------------------------------------------------------


def test_a_price_typed_wrong_is_told_at_its_field(page: Page) -> None:
    before = records(page)
    open_tile(page, "代买")
    fill_purchase(page, item="保温杯", price="1,5")
    press(page, "记下，已给乡亲下单")
    wrong = page.get_by_label("一件多少钱")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#price_fen-error")).to_contain_text("1.50")
    for label, typed in (("一件多少钱", "1,5"), ("买什么", "保温杯"), ("几件", "2"), ("收了多少定金", "30")):
        expect(page.get_by_label(label)).to_have_value(typed)
    expect(page.get_by_label("乡亲", exact=True)).to_have_value(VILLAGER)
    keep_picture(page, "purchase-error")
    assert records(page) == before


def test_buying_for_a_villager(page: Page) -> None:
    received = cash_in(page)
    open_tile(page, "代买")
    fill_purchase(page, item="保温杯", price="1,5")
    press(page, "记下，已给乡亲下单")
    page.get_by_label("一件多少钱").fill("64.50")
    press(page, "记下，已给乡亲下单")
    expect(page.locator("h1")).to_contain_text("代买签收确认单")
    expect(page.locator("h1")).to_contain_text("已下单")
    assert VILLAGER in fact(page, "乡亲")
    assert "139****4321" in fact(page, "乡亲")
    assert (fact(page, "合计"), fact(page, "已收定金"), fact(page, "取货再付")) == ("¥129.00", "¥30.00", "¥99.00")
    press(page, "货到站了")
    expect(page.locator("h1")).to_contain_text("到站")
    press(page, "乡亲签收，收现金 ¥99.00")
    expect(page.locator("h1")).to_contain_text("已签收")
    assert cash_in(page) - received == 129_00
    (line,) = [line for line in records(page) if "保温杯" in line]
    assert "¥129.00" in line
    assert "139****4321" in line


def test_going_back_to_a_purchase_changes_nothing(page: Page) -> None:
    open_tile(page, "代买")
    fill_purchase(page, item="雨衣", price="25")
    page.get_by_role("button", name="记下，已给乡亲下单").dblclick()
    expect(page.locator("h1")).to_contain_text("代买签收确认单")
    slip = page.url
    page.go_back()
    press(page, "记下，已给乡亲下单")
    assert len([line for line in records(page) if "雨衣" in line]) == 1
    received = cash_in(page)
    page.goto(slip)
    press(page, "乡亲签收")
    expect(page.locator("h1")).to_contain_text("已签收")
    page.go_back()
    if page.get_by_role("button", name="乡亲签收").count():
        press(page, "乡亲签收")
    assert cash_in(page) - received == 20_00  # 2 × 25 less the deposit


# -- 代卖 ------------------------------------------------------------------------------------------


def fill_sale(page: Page, quantity: str) -> None:
    page.get_by_label("农户", exact=True).fill(FARMER)
    page.get_by_label("卖什么").fill("土鸡蛋")
    page.get_by_label("数量").fill(quantity)
    page.get_by_label("单位", exact=True).select_option("枚")
    page.get_by_label("每单位价钱").fill("1.50")
    page.get_by_label("线上：网店、平台、直播").check()


def test_selling_for_a_farmer(page: Page) -> None:
    paid = cash_out(page)
    open_tile(page, "代卖")
    fill_sale(page, "60")
    press(page, "看看应付多少")
    button = page.get_by_role("button", name="记下，应付农户 ¥90.00")
    expect(button).to_be_visible()
    button.dblclick()
    expect(page.locator("h1")).to_contain_text("代卖单")
    assert (fact(page, "应付农户"), fact(page, "付农户"), fact(page, "数量")) == ("¥90.00", "还没付", "60 枚")
    slip = page.url
    assert len([line for line in records(page) if f"{FARMER}" in line]) == 1
    page.goto(slip)
    press(page, "付农户现金 ¥90.00")
    assert fact(page, "付农户") != "还没付"
    assert cash_out(page) - paid == 90_00
    page.goto(slip)
    assert page.get_by_role("button", name="付农户现金").count() == 0


def test_an_amount_that_changed_is_shown_before_it_is_written_down(page: Page) -> None:
    open_tile(page, "代卖")
    fill_sale(page, "10")
    press(page, "看看应付多少")
    page.get_by_label("数量").fill("12")
    press(page, "记下，应付农户 ¥15.00")
    expect(page.get_by_role("button", name="记下，应付农户 ¥18.00")).to_be_visible()
    assert len([line for line in records(page) if "12 枚" in line]) == 0


def test_the_same_form_sent_twice_stores_one_sale(page: Page) -> None:
    open_tile(page, "代卖")
    fill_sale(page, "21")
    press(page, "看看应付多少")
    form = page.locator("main form").first.evaluate("form => Object.fromEntries(new FormData(form))")
    answers = [
        page.request.post("/trade/sales/new", form=form, headers={"Referer": page.url}, max_redirects=0)
        for _time in range(2)
    ]
    assert [answer.status for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    press(page, "记下，应付农户 ¥31.50")
    slip = page.url
    assert slip.endswith(answers[0].headers["location"])
    assert len([line for line in records(page) if "21 枚" in line]) == 1


# -- 收件入库, 取件 ----------------------------------------------------------------------------------


def take_in(page: Page, waybill: str, *, cash: str = "") -> str:
    """Take a parcel in from where one stands; returns its pickup code."""
    page.get_by_label("运单号").fill(waybill)
    page.get_by_label("手机尾号或姓名").fill(TAIL)
    if cash:
        page.locator("summary", has_text="代收").click()
        page.get_by_label("代收货款").fill(cash)
    page.get_by_role("button", name="入库，给取件码").dblclick()
    expect(page.locator(".card.note", has_text=waybill)).to_be_visible()
    return page.locator(".big").inner_text().strip()


def test_parcels_come_in_one_after_the_other(page: Page) -> None:
    open_tile(page, "收件入库")
    codes = [take_in(page, waybill, cash=cash) for waybill, cash in WAYBILLS.items()]
    assert all(CODE.match(code) for code in codes), codes
    assert len({code.rsplit("-", 1)[1] for code in codes}) == 3
    box = page.locator(".big").bounding_box()
    assert box is not None
    assert box["height"] >= 30  # it is copied onto the parcel with a marker
    keep_picture(page, "parcel-in")
    for waybill in WAYBILLS:
        assert page.locator(".list li", has_text=waybill).count() == 1
    expect(page.get_by_label("运单号")).to_have_value("")


def test_a_parcel_is_taken_in_once(page: Page) -> None:
    open_tile(page, "收件入库")
    page.get_by_label("运单号").fill(FIRST)
    press(page, "入库，给取件码")
    expect(page.locator("#waybill_number-error")).to_be_visible()


def find(page: Page, words: str) -> None:
    open_tile(page, "取件")
    page.get_by_label("取件码、手机尾号或姓名").fill(words)
    press(page, "找包裹")


def tick(page: Page, waybill: str) -> Locator:
    return page.locator("label.choice", has_text=waybill).locator("input")


def code_of(page: Page, waybill: str) -> str:
    page.goto(f"/parcels?q={waybill}")
    page.locator("main").get_by_role("link", name=waybill).click()
    return page.locator(".big").inner_text().strip()


def test_picking_up_by_code(page: Page) -> None:
    code = code_of(page, FIRST)
    find(page, code.replace("-", "").lower())  # as a hurried person types it
    for waybill in WAYBILLS:
        expect(tick(page, waybill)).to_be_checked()
        if waybill != FIRST:
            tick(page, waybill).uncheck()
    press(page, re.compile("交给取件人|交件"))
    if page.get_by_role("button", name="交给取件人").count():  # the sum is counted anew for what is ticked
        press(page, "交给取件人")
    expect(page.get_by_role("status")).to_contain_text("交了 1 件")


def test_picking_up_by_phone_tail(page: Page) -> None:
    find(page, TAIL)
    assert page.locator("label.choice", has_text=FIRST).count() == 0
    tick(page, SECOND).uncheck()
    tick(page, SECOND).check()
    keep_picture(page, "pick-up")
    page.get_by_role("button", name="交件，收货款 ¥58.00").dblclick()
    expect(page.get_by_role("status").first).to_contain_text("交了 2 件")
    page.go_back()
    if page.get_by_role("button", name=re.compile("交件")).count():
        press(page, re.compile("交件"))
    page.goto(f"/parcels?q={THIRD}")
    page.locator("main").get_by_role("link", name=THIRD).click()
    expect(page.locator("main .tag").first).to_have_text("已取件")
    assert page.locator(".steps li", has_text="取件").count() == 1
    find(page, TAIL)
    expect(page.locator("#q-error")).to_contain_text(TAIL)


# -- the day ---------------------------------------------------------------------------------------


def test_the_day_shows_and_closes_what_was_done(page: Page) -> None:
    page.goto("/desk")
    expect(page.locator(".list")).to_contain_text("保温杯")
    expect(page.locator(".list")).to_contain_text("土鸡蛋 60 枚")
    keep_picture(page, "desk")
    page.locator("main").get_by_role("link", name=re.compile("日结")).last.click()
    lines = page.locator("main .list").first.locator("li")
    bought = sum(fen(line) for line in _sums(lines.filter(has_text="代买").all_inner_texts()))
    sold = sum(fen(line) for line in _sums(lines.filter(has_text="代卖").all_inner_texts()))
    assert (fen(figure(page, "代买").inner_text()), fen(figure(page, "代卖").inner_text())) == (bought, sold)
    expected = fact(page, "账上应有")
    parts = [fen(fact(page, word)) for word in ("早上有", "今天收进", "今天付出")]
    assert fen(expected) == parts[0] + parts[1] - parts[2]
    page.get_by_label("点出来的现金").fill("0.01")
    press(page, "点清了，日结")
    expect(page.locator("#note-error")).to_be_visible()  # what differs needs a word
    page.get_by_label("点出来的现金").fill(expected.removeprefix("¥"))
    press(page, "点清了，日结")
    expect(page.get_by_role("status")).to_contain_text("日结好了")
    keep_picture(page, "day-close")
    page.goto("/desk")
    expect(page.locator("main")).to_contain_text(f"今天已日结，现金 {expected}")


def _sums(lines: list[str]) -> list[str]:
    return [re.findall(r"¥[\d,.]+", line)[0] for line in lines]


# -- the lock, last: it holds for ten minutes -----------------------------------------------------


def test_five_wrong_codes_lock_the_counter(page: Page) -> None:
    open_tile(page, "收件入库")
    code = take_in(page, "SF3900000000009")
    for left in (4, 3, 2, 1):
        find(page, "H-31-99")
        expect(page.locator("#q-error")).to_contain_text(f"{left} 次")
    find(page, "H-31-99")
    expect(page.locator("#q-error")).to_contain_text("以前请用手机尾号或姓名找")
    find(page, code)
    expect(page.locator("#q-error")).to_contain_text("以前请用手机尾号或姓名找")
    find(page, TAIL)
    expect(tick(page, "SF3900000000009")).to_be_checked()
