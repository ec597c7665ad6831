"""The county official reads: figures down to the receipt, papers that can be checked, the map of what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.journeys.conftest import PHONE, SCREENSHOTS, Visits, keep_picture
from tests.journeys.reading import Row, Table, codes_in, fen, figure, follow, pages_of, press, read_table

pytestmark = pytest.mark.xdist_group("journeys")  # one worker makes the county and drives the browser

MONEY = ("代卖（元）", "其中线上（元）", "代买（元）", "网上零售额（元）")
MONTH = re.compile(r"/statistics/(\d{4}-\d{2})")


@pytest.fixture
def page(enter: Callable[..., Page]) -> Page:
    """The official's phone."""
    return enter("county_official")


def parcels(row: Row) -> tuple[int, int]:
    """Down and up; what was not due counts nothing."""
    found = re.findall(r"[\d,]+", row.cells["包裹 下 / 上（件）"])
    down, up = (int(text.replace(",", "")) for text in found or ("0", "0"))
    return down, up


def busiest(table: Table) -> Row:
    return max((row for row in table.rows if row.href), key=lambda row: row.fen("代卖（元）"))


def month_of(page: Page) -> str:
    found = MONTH.search(page.url)
    assert found
    return found[1]


def assert_adds_up(table: Table) -> Row:
    assert table.total is not None
    for head in MONEY:
        assert sum(row.fen(head) for row in table.rows) == table.total.fen(head), head
    for way in (0, 1):
        assert sum(parcels(row)[way] for row in table.rows) == parcels(table.total)[way]
    return table.total


# -- down to the receipt -----------------------------------------------------------------------------


def test_the_sums_agree_from_the_county_to_the_receipt(page: Page) -> None:
    page.goto("/start")
    table = read_table(page, "交易统计")
    county = assert_adds_up(table)
    assert len(table.rows) >= 39
    assert fen(figure(page, "代卖（上行）").inner_text()) == county.fen("代卖（元）") > 0
    assert fen(figure(page, "代买（下行）").inner_text()) == county.fen("代买（元）") > 0
    expect(page.locator("main")).to_contain_text("代卖（上行）：")  # the definition stands below the table
    keep_picture(page, "statistics")

    township = busiest(table)
    page.goto(str(township.href))
    stations = read_table(page, "交易统计")
    of_township = assert_adds_up(stations)
    assert [of_township.fen(head) for head in MONEY] == [township.fen(head) for head in MONEY]
    assert parcels(of_township) == parcels(township)

    station = busiest(stations)
    page.goto(str(station.href))
    assert fen(figure(page, "代卖（元）").inner_text()) == station.fen("代卖（元）")
    assert fen(figure(page, "代买（元）").inner_text()) == station.fen("代买（元）")
    receipts = list(every_row(page, "凭证"))
    counted = [row for row in receipts if row.cells["状态"] == "计入"]
    for kind, head in (("代卖", "代卖（元）"), ("代买", "代买（元）")):
        of_kind = [row for row in counted if row.cells["做了什么"].startswith(kind)]
        assert sum(row.fen("金额（元）") for row in of_kind) == station.fen(head)

    receipt = next(row for row in counted if row.cells["做了什么"].startswith("代卖"))
    page.goto(str(receipt.href))
    expect(page.locator("h1")).to_contain_text("代卖单")
    expect(page.locator("dl.facts").first).to_contain_text(receipt.name)
    expect(page.locator("dl.facts").first).to_contain_text(f"¥{receipt.cells['金额（元）']}")
    assert page.locator("main").get_by_role("button").count() == 0  # an official reads


def every_row(page: Page, caption: str) -> Iterator[Row]:
    """The rows of all pages of a list."""
    while True:
        yield from read_table(page, caption).rows
        onward = page.locator("nav.pager a[rel=next]")
        if not onward.count():
            return
        onward.click()


def test_the_sheet_says_what_the_page_says(page: Page, tmp_path: Path) -> None:
    page.goto("/start")
    table = read_table(page, "交易统计")
    with page.expect_download() as saving:
        follow(page, "导出 XLSX")
    path = tmp_path / "month.xlsx"
    saving.value.save_as(path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    heads = next(row for row in rows if "代卖（元）" in row)
    known = {str(row[0]): dict(zip(heads, row, strict=True)) for row in rows if row[0]}
    for shown in [*table.rows, table.total]:
        assert shown is not None
        written = known[shown.name]
        for head in MONEY:
            cell = written[head]
            if shown.cells[head] == "—":
                assert cell in ("", "—"), (shown.name, head, cell)
            else:
                assert isinstance(cell, float | int), (shown.name, head, cell)
                assert round(cell * 100) == shown.fen(head)


# -- papers ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """A month's report as it was issued: its month, its number, the file."""

    month: str
    number: str
    path: Path


@pytest.fixture(scope="module")
def report(visits: Visits, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of the last month that has none yet, issued by the hub."""
    page = visits.page("county_admin")
    page.goto("/start")
    button = page.locator("main").get_by_role("button", name=re.compile("^签发"))
    while not button.count():
        follow(page, "‹ 上个月")
    month = month_of(page)
    button.click()
    expect(page.locator("h1")).to_contain_text("月报")
    expect(page.locator("h1 .tag")).to_have_text("做好了", timeout=60_000)  # the page asks for itself again
    link = page.locator("main").get_by_role("link", name="下载：")
    path = tmp_path_factory.mktemp("report") / "report.pdf"
    path.write_bytes(page.request.get(str(link.get_attribute("href"))).body())
    page.goto("/statistics/reports")
    row = next(row for row in read_table(page, "统计月报").rows if month in str(row.href))
    page.close()
    return Report(month, row.cells["编号"], path)


def test_a_report_is_issued_and_can_be_checked_by_number(report: Report, enter: Callable[..., Page]) -> None:
    number = report.number
    (first,) = pages_of(report.path, 110, first_only=True)
    keep_paper(first, "month-report")
    (address,) = codes_in(first)
    assert urlsplit(address).path == f"/verify/{number}"
    page = enter(None)
    page.goto("/verify")
    page.get_by_label("文件编号").fill(f"{number[:4]} {number[4:]}")
    press(page, "查编号")
    expect(page.locator("main")).to_contain_text("统计月报")
    expect(page.locator("main .tag")).to_have_text("有效")
    page.goto(f"/verify?number={number[:-1]}{(int(number[-1]) + 1) % 10}")  # the check digit catches a slip
    expect(page.locator("main")).to_contain_text("编号不对")


def test_the_page_tells_the_file_from_an_altered_one(
    report: Report, enter: Callable[..., Page], tmp_path: Path
) -> None:
    page = enter(None)
    upload(page, report.path)
    expect(page.get_by_role("status")).to_contain_text("真件")
    content = bytearray(report.path.read_bytes())
    content[len(content) // 3] ^= 1
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(content)
    upload(page, forged)
    expect(page.get_by_role("status")).to_contain_text("被改过")
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"a letter")
    upload(page, letter)
    expect(page.get_by_role("status")).to_contain_text("不是 PDF")


def upload(page: Page, path: Path) -> None:
    page.goto("/verify")
    page.get_by_label("您手里的 PDF 文件").set_input_files(path)
    press(page, "上传并核对")


def keep_paper(picture: Path, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    (SCREENSHOTS / f"{name}.png").write_bytes(picture.read_bytes())


def test_the_statistics_say_that_the_report_was_issued(report: Report, page: Page) -> None:
    page.goto(f"/statistics/{report.month}")
    expect(page.locator("h1")).to_contain_text("已签发")
    file = page.request.get(str(page.get_by_role("link", name="签章 PDF").get_attribute("href")))
    assert file.body() == report.path.read_bytes()
    assert page.locator("main").get_by_role("button", name=re.compile("签发")).count() == 0


def test_the_acceptance_report_is_genuine(enter: Callable[..., Page], tmp_path: Path) -> None:
    page = enter("county_official")
    page.goto("/stations/acceptances")
    page.locator("main table a").first.click()
    link = page.locator("main").get_by_role("link", name=re.compile("PDF|报告")).first
    path = tmp_path / "acceptance.pdf"
    path.write_bytes(page.request.get(str(link.get_attribute("href"))).body())
    upload(page, path)
    expect(page.get_by_role("status")).to_contain_text("真件")
    (first,) = pages_of(path, 110, first_only=True)
    keep_paper(first, "acceptance-report")


# -- coverage ----------------------------------------------------------------------------------------


def test_the_coverage_map_and_the_villages_that_are_missing(page: Page) -> None:
    page.goto("/stations/coverage")
    expect(figure(page, "行政村覆盖")).to_have_text("85.6 %")
    drawing = page.locator("figure.map svg")
    expect(drawing).to_be_visible()
    assert drawing.locator("a").count() >= 258
    box = drawing.bounding_box()
    assert box is not None
    assert box["width"] <= PHONE["width"]
    expect(page.locator("#uncovered")).to_contain_text("40 / 278")
    lines = page.locator("#uncovered + ul.list li").all()
    counts = [int(re.findall(r"\d+", line.locator(".n").inner_text())[0]) for line in lines]
    names = [name for line in lines for name in line.locator("small").inner_text().split("、")]
    assert sum(counts) == len(names) == 40
    keep_picture(page, "coverage")
    drawing.locator("a").last.click()
    expect(page.locator("h1")).to_be_visible()
    assert re.search(r"/stations/[0-9a-f-]{36}$", page.url)
