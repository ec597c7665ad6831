"""Sheets: real numbers out, nothing typed becomes a formula, and what comes in is read whole or refused in words."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.sheets import Column, read_rows, write_csv, write_xlsx
from tests.tools import sheet_rows

COLUMNS = [
    Column("乡镇"),
    Column("站点", "int"),
    Column("代卖（元）", "fen"),
    Column("重量（公斤）", "quantity"),
    Column("覆盖率", "percent"),
    Column("日期", "date"),
    Column("登记时间", "moment"),
]
ROW = [
    "龙潭镇",
    14,
    18240050,
    Decimal("12.125"),
    Decimal("0.856"),
    date(2026, 10, 31),
    datetime(2026, 10, 31, 18, 30, tzinfo=UTC),
]
FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "＝1"]


def cells(content: bytes) -> list[list[object]]:
    return sheet_rows(content)


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def test_figures_are_real_numbers() -> None:
    heading, row = cells(write_xlsx("十月", COLUMNS, [ROW]))
    assert heading == [column.label for column in COLUMNS]
    assert row == [
        "龙潭镇", 14.0, 182400.5, 12.125, 0.856, date(2026, 10, 31), datetime(2026, 11, 1, 2, 30)
    ]  # fmt: skip


def test_a_dash_and_a_blank_are_not_a_zero() -> None:
    rows = [["龚滩镇", 0, "—", None, None, None, ""]]
    assert cells(write_xlsx("十月", COLUMNS, rows))[1] == ["龚滩镇", 0.0, "—", "", "", "", ""]


def test_the_heading_is_frozen_and_the_definitions_stand_below() -> None:
    content = write_xlsx("十月", COLUMNS, [ROW, ROW], ["代卖：不含退货。", "以售出日为准。"])
    grid = cells(content)
    assert grid[3] == [""] * len(COLUMNS)
    assert [row[0] for row in grid[4:]] == ["注：代卖：不含退货。", "注：以售出日为准。"]
    assert 'state="frozen"' in part(content, "xl/worksheets/sheet1.xml")
    assert 'ref="A1:G3"' in part(content, "xl/worksheets/sheet1.xml")


def test_the_same_figures_give_the_same_bytes() -> None:
    assert write_xlsx("十月", COLUMNS, [ROW]) == write_xlsx("十月", COLUMNS, [ROW])


def test_the_file_says_what_it_is() -> None:
    content = write_xlsx("交易/统计:十月", COLUMNS, [], author="酉阳县商务委员会", at=datetime(2026, 11, 5, tzinfo=UTC))
    core = part(content, "docProps/core.xml")
    assert "交易/统计:十月" in core
    assert "酉阳县商务委员会" in core
    assert "2026-11-05T00:00:00Z" in core


@pytest.mark.parametrize("text", [*FORMULAS, "http://x.example", "007", "{=1}"])
def test_text_stays_text_in_xlsx(text: str) -> None:
    content = write_xlsx(text or "x", [Column(text)], [[text]], [text])
    assert cells(content)[1] == [text]
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_in_csv(text: str) -> None:
    rows = list(csv.reader(io.StringIO(write_csv([Column(text)], [[text]]).decode("utf-8-sig"), newline="")))
    assert rows == [[f"'{text}"], [f"'{text}"]]
    assert read_rows(write_csv([Column("甲")], [[text]]), "a.csv") == [{"甲": text.strip()}]


def test_csv_carries_plain_figures() -> None:
    content = write_csv(COLUMNS, [ROW, ["龚滩镇", -3, -5, None, "—", None, None]])
    assert content.startswith(b"\xef\xbb\xbf")
    first, second = content.decode("utf-8-sig").split("\r\n")[1:3]
    assert first == "龙潭镇,14,182400.50,12.125,0.856,2026-10-31,2026-11-01 02:30"
    assert second == "龚滩镇,-3,-0.05,,—,,"


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (Column("金额", "fen"), 12.5),
        (Column("金额", "fen"), 10**17 + 1),
        (Column("数量", "quantity"), Decimal("NaN")),
        (Column("件", "int"), True),
        (Column("日期", "date"), 5),
        (Column("时间", "moment"), datetime(2026, 1, 1)),
        (Column("文字"), 5),
        (Column("文字"), "字" * 40000),
    ],
)
def test_a_value_that_would_change_on_the_way_is_refused(column: Column, value: object) -> None:
    with pytest.raises(ValueError):
        write_xlsx("x", [column], [[value]])


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="7 columns, a row has 1"):
        write_xlsx("x", COLUMNS, [["龙潭镇"]])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-(10**13), 10**13), st.decimals(-(10**6), 10**6, places=3)), max_size=20))
def test_every_amount_and_quantity_comes_back_exactly(pairs: list[tuple[int, Decimal]]) -> None:
    columns = [Column("金额", "fen"), Column("数量", "quantity")]
    for content, name in ((write_xlsx("x", columns, pairs), "a.xlsx"), (write_csv(columns, pairs), "a.csv")):
        back = [(int(Decimal(row["金额"]) * 100), Decimal(row["数量"])) for row in read_rows(content, name)]
        assert back == pairs


def test_what_we_export_can_be_read_back() -> None:
    content = write_xlsx("十月", COLUMNS, [ROW], ["代卖：不含退货。"])
    assert read_rows(content, "十月.XLSX") == [
        {
            "乡镇": "龙潭镇",
            "站点": "14",
            "代卖（元）": "182400.5",
            "重量（公斤）": "12.125",
            "覆盖率": "0.856",
            "日期": "2026-10-31",
            "登记时间": "2026-11-01 02:30:00",
        }
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_people_send(encoding: str) -> None:
    content = '名称,规格\n\n酉阳山茶油 ,"500毫升,瓶"\n苦荞茶\n'.encode(encoding)
    assert read_rows(content, "产品.csv") == [
        {"名称": "酉阳山茶油", "规格": "500毫升,瓶"},
        {"名称": "苦荞茶", "规格": ""},
    ]


@pytest.mark.parametrize(
    ("content", "filename", "words"),
    [
        (b"", "a.csv", "表格是空的"),
        (b"\n,,\n", "a.csv", "表格是空的"),
        (b"a,b\n1,2,3\n", "a.csv", "第 2 行的内容比第一行的列名多"),
        (b"a,,b\n1,2,3\n", "a.csv", "第 2 列没有名称"),
        (b"a,a\n1,2\n", "a.csv", "“a”出现了两次"),
        (b'a\n"1\n', "a.csv", "引号"),
        (b"\xff\xff\xff", "a.csv", "编码"),
        (b"PK\x03\x04rubbish", "a.xlsx", "打不开"),
        (b"%PDF-1.7", "a.xls", "打不开"),
        (b"x", "a.pdf", "请上传"),
        (b"x", "noname", "请上传"),
        (b"a\n" + b"1\n" * 100_001, "a.csv", "分开上传"),
    ],
)
def test_what_cannot_be_read_for_certain_is_refused_in_words(content: bytes, filename: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_rows(content, filename)


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (201 * 1024 * 1024))
    with pytest.raises(ValueError, match="表格太大"):
        read_rows(out.getvalue(), "a.xlsx")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a.xlsx", "a.xls", "a.ods", "a.csv"]))
def test_rubbish_is_read_or_refused_and_never_crashes(content: bytes, filename: str) -> None:
    try:
        read_rows(content, filename)
    except ValueError:
        return
