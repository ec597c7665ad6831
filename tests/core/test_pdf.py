"""Papers: every letter is embedded or owned up to, every page says what it is, nothing is cut."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from reportlab.lib.units import mm

from app.core.charts import Series, bar_list
from app.core.pdf import A4_LANDSCAPE, Column, Frame, fonts, parts, render
from app.core.pdf.text import balanced_lines, break_lines
from tests.core.paper import FRAME, page_image, picture, run, text_of

RARE = "\U0002b4a8"
COLUMNS = [Column("乡镇"), Column("代卖（元）", align="right"), Column("说明", wrap=True)]


@pytest.fixture(autouse=True)
def _bundled_font() -> Iterator[None]:
    fonts.use()
    yield
    fonts.use()


def paper(*flowables: object, **frame: object) -> bytes:
    return render(Frame(**{**FRAME, **frame}), list(flowables))


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def test_the_same_facts_give_the_same_bytes() -> None:
    def once() -> bytes:
        rows = [["龙潭镇", "1,234.50", "已审核"]] * 50
        photos = [(picture(), "门头")]
        return paper(parts.heading("一、情况"), parts.table(COLUMNS, rows), parts.photo_grid(photos), parts.para(RARE))

    assert once() == once()


def test_all_fonts_are_embedded_subsets() -> None:
    pdf = paper(parts.facts([("站点", "龙潭镇站")]), parts.table(COLUMNS, []), parts.photo_grid([(picture(), "门头")]))
    lines = run("pdffonts", "-", content=pdf).splitlines()[2:]
    assert lines
    assert all(re.search(r"WenQuanYi\S*\s+TrueType\s.* yes yes yes ", line) for line in lines)


def test_every_page_has_its_number_and_the_first_has_the_letterhead() -> None:
    pdf = paper(parts.para("第一页"), parts.page_break(), parts.para("第二页"), footer_note="打印件可扫码核验。")
    pages = text_of(pdf).split("\f")
    for n in (1, 2):
        assert re.search(rf"第\s*{n}\s*页\s*共\s*2\s*页", pages[n - 1])
        assert "编号 YS-7K2M-4QX8" in pages[n - 1]
        assert "打印件可扫码核验。" in pages[n - 1]
    assert "签发日期：2026年11月5日" in pages[0]
    assert "扫码核验真伪" in pages[0]
    assert "龙潭镇综合服务站验收报告" in pages[1]
    assert "扫码" not in pages[1].replace("打印件可扫码核验。", "")


def test_the_file_says_what_it_is() -> None:
    document = reader(paper(parts.heading("一、情况"), parts.heading("（一）站点", 3), parts.heading("二、结论")))
    assert document.metadata.title == FRAME["title"]
    assert document.metadata.author == FRAME["issuer"]
    assert document.metadata["/CreationDate"] == "D:20261105100000+08'00'"
    assert document.trailer["/Root"]["/Lang"] == "zh-CN"
    outline = document.outline
    assert [outline[0].title, outline[1][0].title, outline[2].title] == ["一、情况", "（一）站点", "二、结论"]


def test_bookmarks_lead_to_their_page() -> None:
    document = reader(paper(parts.heading("一"), parts.page_break(), parts.heading("二"), parts.para("文")))
    assert [document.get_destination_page_number(entry) for entry in document.outline] == [0, 1]


@pytest.mark.parametrize("size", [None, A4_LANDSCAPE, (58 * mm, 140 * mm), (100 * mm, 90 * mm)])
def test_the_code_on_the_first_page_can_be_scanned(size: tuple[float, float] | None, tmp_path: Path) -> None:
    pdf = paper(parts.para("正文"), **({"page_size": size} if size else {}))
    found = run("zbarimg", "-q", "--raw", str(page_image(pdf, tmp_path)))
    assert found.strip() == FRAME["verify_url"]


def test_a_code_among_the_parts_can_be_scanned(tmp_path: Path) -> None:
    pdf = paper(parts.qr("https://example.org/01/09526000000013/10/L1", 25, "追溯码"), verify_url="")
    found = run("zbarimg", "-q", "--raw", str(page_image(pdf, tmp_path)))
    assert found.strip() == "https://example.org/01/09526000000013/10/L1"


def test_text_is_never_markup() -> None:
    words = '<b>&amp;</b> <para> & "引号" </font> {{x}}'
    pdf = paper(
        parts.heading(words),
        parts.para(words),
        parts.facts([(words, words)]),
        parts.table([Column(words)], [[words]]),
        parts.photo(picture(), words),
        parts.signature_lines([words]),
        title=words,
        issuer=words,
    )
    assert "".join(text_of(pdf).split()).count("".join(words.split())) >= 7


def test_a_character_no_font_has_is_owned_up_to() -> None:
    assert fonts.missing(f"王{RARE}\u200b\t\n明") == {RARE}
    text = text_of(paper(parts.para("站长"), parts.table([Column("姓名")], [[f"王{RARE}明"]])))
    assert "王〓明" in text
    assert "缺字说明" in text
    assert "U+2B4A8（见“王〓明”）" in text
    assert "缺字说明" not in text_of(paper(parts.para("站长王明")))


def test_a_second_font_gives_what_the_first_lacks() -> None:
    import reportlab

    latin_only = str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")
    fonts.use(latin_only)
    assert fonts.missing("ABC酉阳") == set()
    names = [name.rsplit("-", 1)[0] for name, _piece in fonts.runs("ABC酉阳")]
    assert names == ["Vera", "wqy-microhei"]
    pdf = paper(parts.para("酉阳 ABC"), parts.table([Column("名称", align="right")], [["酉阳 ABC"]]))
    assert text_of(pdf).count("酉阳 ABC") == 2
    assert "Vera" in run("pdffonts", "-", content=pdf)


@pytest.mark.parametrize("path", ["/nowhere/font.ttf", __file__])
def test_a_font_that_cannot_be_used_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="字体文件不能用"):
        fonts.use(path)
    assert fonts.missing("酉阳") == set()


def test_the_heading_row_stands_on_every_page_of_a_long_list() -> None:
    rows = [[f"第{n}村", f"{n}.00", "迟报，已补报并附截图说明原因" * (n % 9 == 0) or "已审核"] for n in range(200)]
    pages = text_of(paper(parts.table(COLUMNS, rows, total=["合计", "199.00", ""]))).split("\f")[:-1]
    assert len(pages) > 3
    assert all("代卖（元）" in page for page in pages)
    text = "".join(pages)
    assert all(f"第{n}村" in text for n in range(200))
    assert "合计" in pages[-1]


def test_text_too_wide_for_its_column_wraps_instead_of_running_over() -> None:
    long = "一二三四五六七八九十" * 12
    pdf = paper(parts.table([Column("甲"), Column("乙", align="right")], [[long, long]]))
    assert "".join(text_of(pdf).split()).count("一") == 24
    for line in text_of(pdf).splitlines():
        assert len(line.split()) <= 2 or "页" in line or "：" in line


def test_a_cell_longer_than_a_page_goes_on_on_the_next() -> None:
    pdf = paper(
        parts.table([Column("甲"), Column("乙", wrap=True)], [["a", "字" * 9000], ["b", "完"]]),
        parts.facts([("说明", "字" * 5000)]),
    )
    assert text_of(pdf).count("字") == 14000
    assert len(reader(pdf).pages) >= 3


def test_numbers_stand_right_aligned() -> None:
    text = text_of(
        paper(parts.table([Column("名称"), Column("元", align="right")], [["甲", "5.00"], ["乙", "12,345.00"]]))
    )
    ends = [line.rstrip().index(".00") for line in text.splitlines() if ".00" in line]
    assert len(set(ends)) == 1


def test_an_empty_table_says_so() -> None:
    assert "（无记录）" in text_of(paper(parts.table(COLUMNS, [])))


def test_the_words_of_an_empty_table_stand_at_its_left_edge() -> None:
    pdf = paper(parts.table([Column("序", align="right"), Column("问题", wrap=True)], []))
    found = re.search(r'xMin="([0-9.]+)"[^>]*>（无记录）', run("pdftotext", "-bbox", "-", "-", content=pdf))
    assert found
    assert float(found[1]) < 80


def test_a_total_never_begins_a_page() -> None:
    for rows in range(25, 60):
        pages = reader(
            paper(parts.table(COLUMNS, [["镇", "1.00", f"第{n}行"] for n in range(rows)], total=["合计"] * 3))
        )
        texts = ["".join(page.extract_text().split()) for page in pages.pages]
        assert ("合计" in texts[-1], f"第{rows - 1}行" in texts[-1]) == (True, True), rows


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="3 columns, a row has 1"):
        parts.table(COLUMNS, [["龙潭镇"]])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_photos_are_shown_with_their_caption(kind: str) -> None:
    pdf = paper(parts.photo(picture(2400, 1800, kind), "门头照片"))
    image = reader(pdf).pages[0].images[0].image
    assert max(image.size) <= 1600
    assert "门头照片" in text_of(pdf)


def test_a_broken_photo_does_not_cost_the_report() -> None:
    text = text_of(paper(parts.photo_grid([(picture(), "好"), (b"\xff\xd8broken", "坏"), (b"", "空")])))
    assert text.count("照片文件已损坏") == 2


def test_a_long_list_begins_below_its_heading() -> None:
    rows = [[f"第{n}村", "1.00", "已审核"] for n in range(90)]
    pages = text_of(paper(parts.para("前文"), parts.heading("一、明细"), parts.table(COLUMNS, rows))).split("\f")
    assert "一、明细" in pages[0]
    assert "第9村" in pages[0]


def test_a_heading_goes_along_with_what_does_not_fit() -> None:
    chart = parts.chart(bar_list([Series("代卖", [5] * 14)], list("甲乙丙丁戊己庚辛壬癸子丑寅卯")))
    together = parts.keep_together([parts.heading("二、签字"), parts.para("字\n" * 27)])
    pages = text_of(paper(parts.para("字\n" * 25), parts.heading("一、统计"), chart, together)).split("\f")
    assert "一、统计" not in pages[0]
    assert "一、统计" in pages[1]
    assert "二、签字" in pages[2]


def test_signature_lines_name_the_roles() -> None:
    text = text_of(paper(parts.signature_lines(["验收组长", "建设主体代表", "监督员"])))
    assert text.count("（签字）：") == 3
    assert "建设主体代表（签字）：" in text


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Frame(**{**FRAME, "issued_at": FRAME["issued_at"].replace(tzinfo=None)})


def test_all_parts_stand_on_a_narrow_slip() -> None:
    pdf = paper(
        parts.heading("取件"),
        parts.facts([("收件人", "田*"), ("手机", "138****1234")]),
        parts.table([Column("单号"), Column("件", align="right")], [["YT0012345678901234", "1"]] * 30),
        parts.signature_lines(["取件人"]),
        parts.definition("请核对后签字。"),
        page_size=(58 * mm, 120 * mm),
    )
    assert "请核对后签字。" in "".join(text_of(pdf).split())


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("一二三四，五", ["一二三", "四，五"]),
        ("一二三（四五）", ["一二三", "（四五", "）"]),
        ("一二 ABCDEF", ["一二", "ABCDEF"]),
        ("一\n\n二", ["一", "", "二"]),
        ("", [""]),
    ],
)
def test_lines_break_as_chinese_is_set(text: str, lines: list[str]) -> None:
    got = break_lines(text, 10, 40)
    assert "".join(got) == text.replace("\n", "").replace(" ", "") if "\n" not in text else got == lines
    assert all(line[:1] not in "，。）" or len(line) <= 1 for line in got)
    assert not any(line.endswith("（") for line in got)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("县级公共服务中心运营合同 2026 年度验收报告", ["县级公共服务中心运营合同", "2026 年度验收报告"]),
        ("龙潭镇电子商务综合服务站暨物流中转站验收报告", ["龙潭镇电子商务综合服务", "站暨物流中转站验收报告"]),
        ("龙潭镇验收报告", ["龙潭镇验收报告"]),
    ],
)
def test_a_title_parts_about_in_the_middle(text: str, lines: list[str]) -> None:
    assert balanced_lines(text, 10, 190) == lines


@given(st.text(alphabet="一二 （，a1", max_size=60), st.integers(30, 300))
def test_a_title_has_no_more_lines_than_it_needs(text: str, width: int) -> None:
    assert len(balanced_lines(text, 10, width)) == len(break_lines(text, 10, width))


def spreads(text: str) -> list[float]:
    """By how much the letters of each line of a paragraph are drawn apart, in points."""
    drawn: list[float] = []

    class Canvas:
        def __getattr__(self, _name: str) -> Callable[..., None]:
            return lambda *_args, **_more: None

        def drawString(self, _x: float, _y: float, _text: str, **more: float) -> None:
            drawn.append(more["charSpace"])

    block = parts.para(text, indent=False)
    block.wrap(100, 1000)
    block.canv = Canvas()
    block.draw()
    return drawn


def test_a_line_that_ends_at_a_line_break_is_not_stretched() -> None:
    one, two = "一二三四五六七八ab", "一二三四五六七八一二三四五ab"  # ten characters of 10.5 points do not fill 100
    assert spreads(f"{one}\n{one}") == [0.0, 0.0]
    wrapped, end, last = spreads(f"{two}\n{one}")
    assert wrapped > 0
    assert (end, last) == (0.0, 0.0)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80), st.integers(30, 400))
def test_breaking_loses_no_letter_and_keeps_to_the_width(text: str, width: int) -> None:
    lines = break_lines(text, 10, width)
    kept = [char for char in fonts.clean(text) if not char.isspace()]
    assert [char for line in lines for char in line if not char.isspace()] == kept
    assert all(fonts.width(line, 10) <= width + 0.1 for line in lines)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_printed(text: str) -> None:
    pdf = paper(parts.heading(text), parts.para(text), parts.table([Column(text)], [[text]]), title=text, issuer=text)
    assert pdf.startswith(b"%PDF-")
