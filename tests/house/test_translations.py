"""Every word that a person reads can be read in English too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from app.factory import DOMAINS

ROOT = Path(__file__).resolve().parents[2]
PO = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
PACKAGES = ("app", *DOMAINS)
MARKS = {"_", "_l", "gettext", "ngettext", "pgettext", "lazy_gettext", "lazy_ngettext", "lazy_pgettext"}
# The context tells apart what is one word in Chinese and two in English: one/many, a state and what leads to it.
Key = tuple[str | None, str]  # context, Chinese
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
TEMPLATE_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
TEMPLATE_MESSAGE = re.compile(r"""\b(?:[np]*gettext|_)\(\s*("[^"]*"|'[^']*')(?:\s*,\s*("[^"]*"|'[^']*'))?""")
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
def wanted() -> dict[Key, str]:
    """Every message of the source, with a place where it stands."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    keywords = DEFAULT_KEYWORDS | parse_keywords(["_l", "lazy_pgettext:1c,2"])
    found: dict[Key, str] = {}
    for name, line, message, _comments, context in extract_from_dir(ROOT, methods, options, keywords):
        for one in (message,) if isinstance(message, str) else message:
            found.setdefault((context, one), f"{name}:{line}")
    return found


@cache
def english() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en", abort_invalid=True)


def pairs() -> Iterator[tuple[Key, str]]:
    """Each message with each of its English sentences (several where it has a plural)."""
    for message in english():
        ids, strings = _flat(message.id), _flat(message.string)
        for n, string in enumerate(strings if message.id else ()):
            yield (message.context, ids[min(n, len(ids) - 1)]), string


def test_the_whole_house_is_searched() -> None:
    assert {place.split("/")[0] for place in wanted().values()} == set(PACKAGES)


def test_every_message_has_its_english() -> None:
    there = {key for key, string in pairs() if string.strip()}
    missing = {f"{wanted()[key]} {key[1]}" for key in wanted().keys() - there}
    assert missing == set(), "run: make messages, then translate"


def test_nothing_is_left_over() -> None:
    assert {key for key, _ in pairs()} - wanted().keys() == set(), "run: make messages"
    assert list(english().obsolete) == [], "run: make messages"


def test_nothing_is_a_guess() -> None:
    assert [message.id for message in english() if message.fuzzy] == []


def test_placeholders_agree() -> None:
    different = [
        (chinese, string)
        for (_, chinese), string in pairs()
        if sorted(PLACEHOLDER.findall(chinese)) != sorted(PLACEHOLDER.findall(string))
    ]
    assert different == []


def test_the_english_is_english() -> None:
    chinese = {string: set(CHINESE.findall(string)) - STAYS_CHINESE for _, string in pairs()}
    assert {string: words for string, words in chinese.items() if words} == {}


def contents(catalog: Catalog) -> set[tuple[object, ...]]:
    return {(_context(message), *_flat(message.id), "=", *_flat(message.string)) for message in catalog if message.id}


def _context(message: Message) -> str | None:
    found: str | bytes | None = message.context  # bytes, when read from the compiled file
    return found.decode() if isinstance(found, bytes) else found


def _flat(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def test_the_compiled_words_are_the_written_ones() -> None:
    compiled = PO.with_suffix(".mo")
    if not compiled.exists():
        pytest.fail("run: pybabel compile -d translations")
    with compiled.open("rb") as file:
        assert contents(english()) - contents(read_mo(file)) == set(), "run: pybabel compile -d translations"


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
