"""Every macro, rendered strictly: valid HTML, labels bound, errors announced."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import render_template_string

from tests.core.gallery import ROOT, Tone, create_app

gallery = create_app()
client = gallery.test_client()
PAGES = (
    "/",
    "/?lang=en&visitor=1",
    "/?q=a%26b&page=3",
    "/form",
    "/form/wrong",
    "/error/404",
    "/error/500",
    "/error/418",
)
LOOK = (ROOT / "static" / "look.css").read_text("utf-8")


def parse(text: str) -> Element:
    """The page as a tree; a parse error fails the test."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    return tree


def page(url: str) -> Element:
    return parse(client.get(url).text)


def render(source: str, **values: Any) -> Element:
    """A few macros in the smallest valid page."""
    head = '<!doctype html><html lang="zh-CN"><title>x</title>{% import "macros.html" as ui %}'
    with gallery.test_request_context("/list?q=米&tag=a&tag=b&page=2"):
        return parse(render_template_string(head + source, **values))


def text(tree: Element) -> str:
    return " ".join("".join(tree.itertext()).split())


@pytest.mark.parametrize("url", PAGES)
def test_pages_are_valid_and_complete(url: str) -> None:
    tree = page(url)
    assert tree.get("lang") == ("en" if "lang=en" in url else "zh-CN")
    assert (tree.findtext("head/title") or "").endswith((" · 乡驿", " · Xiangyi"))
    assert len(list(tree.iter("h1"))) == 1
    assert tree.find(".//a[@class='skip']") is not None
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert not [e for e in tree.iter() if e.get("style") or e.tag in ("style", "script")]
    assert all(e.get("alt") and e.get("width") and e.get("height") for e in tree.iter("img"))


@pytest.mark.parametrize("url", PAGES)
def test_every_control_has_a_label_and_every_reference_a_target(url: str) -> None:
    tree = page(url)
    ids = {e.get("id") for e in tree.iter()}
    labelled = {e.get("for") for e in tree.iter("label")}
    wrapped = {c for label in tree.iter("label") for c in label.iter("input")}
    for tag in ("input", "select", "textarea"):
        for control in tree.iter(tag):
            assert control.get("type") == "hidden" or control.get("id") in labelled or control in wrapped
    references = [word for e in tree.iter() for word in (e.get("aria-describedby") or "").split()]
    assert labelled | set(references) <= ids
    assert all(e.find("legend") is not None for e in tree.iter("fieldset"))
    assert all((e.get("aria-label") or "") for e in tree.iter("nav"))


@pytest.mark.parametrize("url", PAGES)
def test_every_post_form_carries_a_token(url: str) -> None:
    for form in page(url).iter("form"):
        names = {e.get("name") for e in form.iter("input")}
        assert ("csrf_token" in names) == (form.get("method") == "post")


def test_numbers_bring_up_the_right_keypad() -> None:
    tree = page("/form")
    modes = {e.get("name"): (e.get("type"), e.get("inputmode")) for e in tree.iter("input")}
    assert modes["quantity"] == modes["price"] == ("text", "decimal")
    assert modes["pieces"] == ("text", "numeric")
    assert modes["phone"] == ("tel", "tel")
    assert modes["day"][0] == "date"
    photo = tree.find(".//input[@name='photo']")
    assert photo is not None
    assert (photo.get("type"), photo.get("accept")) == ("file", "image/*")


def test_only_what_may_stay_empty_is_marked() -> None:
    tree = page("/form")
    fields = [e for e in tree.iter() if (e.get("class") or "").startswith("field")]
    marked = {text(f).split(" ")[0]: f.find(".//span[@class='optional']") is not None for f in fields}
    assert not marked["农户姓名或手机尾号"]
    assert marked["电话"]
    assert marked["备注"]


def test_errors_stand_at_the_field_and_in_the_summary() -> None:
    tree = page("/form/wrong")
    price = tree.find(".//input[@id='price']")
    assert price is not None
    assert (price.get("aria-invalid"), price.get("aria-describedby")) == (
        "true",
        "price-error",
    )
    summary = tree.find(".//div[@id='errors']")
    assert summary is not None
    assert summary.get("role") == "alert"
    targets = {(e.get("href") or "").removeprefix("#") for e in summary.iter("a")}
    assert {"farmer", "price", "grade-0"} <= targets <= {e.get("id") for e in tree.iter()}
    assert "这一单已经记过了。" in text(summary)
    farmer = tree.find(".//input[@id='farmer']")
    assert farmer is not None
    assert farmer.get("aria-describedby") == "farmer-hint farmer-error"


def test_what_people_typed_is_escaped() -> None:
    tree = render(
        '{{ ui.item(x, x, x) }}{{ ui.facts([(x, x)]) }}{{ ui.figure(x, x, x, "/") }}{{ ui.search("q", x, x) }}',
        x='"><b>',
    )
    assert text(tree).count('"><b>') >= 7


def test_a_row_names_its_columns() -> None:
    source = (
        '{% set cols = ["乡镇", ("代卖（元）", "n")] %}{% call ui.table(cols, "各乡镇") %}'
        '{{ ui.row(cols, ["龙潭镇", 100 | yuan]) }}{{ ui.row(cols, ["合计", none | yuan], total=true) }}{% endcall %}'
    )
    tree = render(source)
    cell = tree.find(".//td")
    assert cell is not None
    assert (cell.get("data-label"), cell.get("class"), cell.text) == (
        "代卖（元）",
        "n",
        "1.00",
    )
    heads = [(e.text, e.get("scope")) for e in tree.iter("th")]
    assert heads == [
        ("乡镇", "col"),
        ("代卖（元）", "col"),
        ("龙潭镇", "row"),
        ("合计", "row"),
    ]


def test_the_pager_keeps_the_filters() -> None:
    source = "{{ ui.pager(page) }}"
    middle = render(source, page={"number": 2, "pages": 3, "total": 1200})
    assert [e.get("href") for e in middle.iter("a")] == [
        "?q=%E7%B1%B3&tag=a&tag=b&page=1",
        "?q=%E7%B1%B3&tag=a&tag=b&page=3",
    ]
    assert "第 2 页，共 3 页 · 1,200 条" in text(middle)
    assert "共 7 条" in text(render(source, page={"number": 1, "pages": 1, "total": 7}))
    assert text(render(source, page={"number": 1, "pages": 1, "total": 0})) == "x"


def test_a_status_is_a_word_with_a_colour() -> None:
    tags = render(
        "{{ ui.status(tone) }}{{ ui.status('未锁定') }}{{ ui.status(none) }}",
        tone=Tone.LATE,
    )
    assert [(e.get("class"), e.text) for e in tags.iter("span")] == [
        ("tag bad", "迟报 3 天"),
        ("tag plain", "未锁定"),
    ]


def test_a_dangerous_button_asks_first_without_a_script() -> None:
    tree = render(
        '{{ ui.post_button("/void", "作废", request_id="7", fields={"a": "b"}, danger=true, ask="不能恢复。") }}'
    )
    details = tree.find(".//details")
    assert details is not None
    assert details.findtext("summary") == "作废"
    assert {e.get("name") for e in details.iter("input")} == {
        "csrf_token",
        "request_id",
        "a",
    }


def test_a_visitor_sees_no_name_and_no_exit() -> None:
    visitor, person = (client.get(url).text for url in ("/?visitor=1", "/"))
    assert "登录" in visitor
    assert "退出" not in visitor
    assert "退出" in person
    assert "王桂芳" in person


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    channels = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """The WCAG 2 contrast ratio of two colours."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


WASHES = ("paper", "card", "tea-wash", "persimmon-wash")


@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *[(ink, wash, 4.5) for ink in ("ink", "soft", "tea-deep", "persimmon") for wash in WASHES],
        ("gold", "gold-wash", 4.5),
        ("gold", "card", 4.5),
        ("soft", "plain-wash", 4.5),
        ("#fff", "tea", 4.5),
        ("#e6f4ec", "tea", 4.5),
        ("#dcefe4", "tea-deep", 4.5),
        ("#fff", "persimmon", 4.5),
        ("edge", "paper", 3),
        ("tea", "line", 3),
    ],
)
def test_contrast(front: str, back: str, least: float) -> None:
    palette = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]+)", LOOK))
    assert contrast(palette.get(front, front), palette.get(back, back)) >= least


def test_the_stylesheet_stays_light() -> None:
    assert len(LOOK.encode()) <= 12 * 1024
    assert len(gzip.compress(LOOK.encode())) <= 3.5 * 1024
    assert "font:17px" in LOOK
    assert "url(" not in LOOK


def test_classes_of_the_macros_are_styled() -> None:
    source = "".join(Path(p).read_text("utf-8") for p in (ROOT / "app" / "templates").glob("*.html"))
    used = {name for names in re.findall(r'class="([a-z ]+)"', source) for name in names.split()}
    assert used - {"one"} <= set(re.findall(r"\.([a-z]+)", LOOK))
