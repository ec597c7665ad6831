"""Every word that a person reads can be read in English too."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po

from app.factory import DOMAINS

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PACKAGES = ("app", *DOMAINS)
MARKS = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "lazy_ngettext"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
TEMPLATE_MESSAGE = re.compile(r"""\bn?_?(?:gettext|_)\(\s*("[^"]*"|'[^']*')(?:\s*,\s*("[^"]*"|'[^']*'))?""")
STAYS_CHINESE = {
    "承诺达标合格证",  # what the law wants to stand on the label
    "乡驿",
    "渝",  # number plates begin so
    "运单号",  # headings of the carrier's table
    "村点编号",
    "收件人",
    "电话",
    "代收货款",
    "大小",
}
SAME_IN_BOTH = {"中文", "京东", "淘宝", "拼多多", "抖音"}  # the switch of language, names of platforms


@cache
def wanted() -> dict[str, str]:
    """Every message of the source, with a place where it stands."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    keywords = DEFAULT_KEYWORDS | parse_keywords(["_l"])
    found: dict[str, str] = {}
    for name, line, message, _comments, _context in extract_from_dir(ROOT, methods, options, keywords):
        for one in (message,) if isinstance(message, str) else message:
            found.setdefault(one, f"{name}:{line}")
    return found


@cache
def english() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def pairs() -> Iterator[tuple[str, str, Message]]:
    """Each message with each of its English sentences (several where it has a plural)."""
    for message in english():
        ids = [message.id] if isinstance(message.id, str) else message.id
        strings = [message.string] if isinstance(message.string, str) else message.string
        for n, string in enumerate(strings if message.id else ()):
            yield ids[min(n, len(ids) - 1)], string, message


def test_the_whole_house_is_searched() -> None:
    assert {place.split("/")[0] for place in wanted().values()} == set(PACKAGES)


def test_every_message_has_its_english() -> None:
    there = {msgid for msgid, string, _ in pairs() if string.strip()}
    assert {f"{wanted()[one]} {one}" for one in wanted().keys() - there} == set(), "run: make messages, then translate"


def test_nothing_is_left_over() -> None:
    assert {msgid for msgid, _, _ in pairs()} - wanted().keys() == set(), "run: make messages"
    assert list(english().obsolete) == [], "run: make messages"


def test_nothing_is_a_guess() -> None:
    assert [message.id for message in english() if message.fuzzy] == []


def test_placeholders_agree() -> None:
    different = [
        (msgid, string)
        for msgid, string, _ in pairs()
        if sorted(PLACEHOLDER.findall(msgid)) != sorted(PLACEHOLDER.findall(string))
    ]
    assert different == []


def test_the_english_is_english() -> None:
    chinese = {string: set(CHINESE.findall(string)) - STAYS_CHINESE for _, string, _ in pairs()}
    assert {string: words for string, words in chinese.items() if words} == {}


def test_the_compiled_words_are_the_written_ones() -> None:
    compiled = PO.with_suffix(".mo")
    if not compiled.exists():
        pytest.fail("run: pybabel compile -d translations")
    with compiled.open("rb") as file:
        catalog = gettext.GNUTranslations(file)
    newer = [
        msgid for msgid, string, message in pairs() if not message.pluralizable and catalog.gettext(msgid) != string
    ]
    assert newer == [], "run: pybabel compile -d translations"


def test_messages_are_written_out_where_they_are_marked() -> None:
    """``_(f"…")`` and ``_(name)`` are never found by the extraction."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) in MARKS and node.args:
                    assert isinstance(node.args[0], ast.Constant), f"{path.relative_to(ROOT)}:{node.lineno}"


def test_templates_carry_no_unmarked_chinese() -> None:
    found = []
    for path in sorted(ROOT.glob("*/templates/**/*.html")):
        rest = TEMPLATE_MESSAGE.sub("", TEMPLATE_COMMENT.sub("", path.read_text()))
        found += [(str(path.relative_to(ROOT)), word) for word in set(CHINESE.findall(rest)) - SAME_IN_BOTH]
    assert found == []
