"""GS1 Digital Links: built, parsed, refused; other people's cases where they are about goods."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.rules.gtin import check_digit
from tests.tools import SHARED
from traceability.errors import BadLink
from traceability.rules import digital_link
from traceability.rules.digital_link import build, escape, parse_path, unescape

GTIN = "09526000000013"
CSET_82 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'()*+,-./:;<=>?_"
values = st.none() | st.text(CSET_82, min_size=1, max_size=20)
gtins = st.integers(0, 10**13 - 1).map(lambda n: f"{n:013d}{check_digit(f'{n:013d}')}")


@given(gtins, values, values, values)
def test_what_is_built_is_parsed_again(gtin: str, lot: str | None, serial: str | None, variant: str | None) -> None:
    link = build(gtin, lot, serial, variant=variant)
    assert parse_path(link.path()) == link
    assert re.fullmatch(r"[A-Za-z0-9\-._~%/]+", link.path())


@given(gtins, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_in_the_gtin_is_refused(gtin: str, place: int, by: int) -> None:
    wrong = gtin[:place] + str((int(gtin[place]) + by) % 10) + gtin[place + 1 :]
    with pytest.raises(BadLink):
        parse_path(f"/01/{wrong}/10/A")


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        (f"/01/{GTIN}/10/YY261018018", f"/01/{GTIN}/10/YY261018018"),
        (f"/01/{GTIN}/10/YY261018018/21/7", f"/01/{GTIN}/10/YY261018018/21/7"),
        (f"/01/{GTIN}/22/2A/10/B", f"/01/{GTIN}/22/2A/10/B"),
        (f"/01/{GTIN}", f"/01/{GTIN}"),
        (f"/01/{GTIN}/10/A/", f"/01/{GTIN}/10/A"),
        ("/01/9526000000013/10/A", f"/01/{GTIN}/10/A"),
        (f"/01/{GTIN}/10/A%2fB%25", f"/01/{GTIN}/10/A%2FB%25"),
        (f"/01/{GTIN}/10/A?17=271018&utm=x", f"/01/{GTIN}/10/A"),
    ],
)
def test_the_canonical_path(path: str, canonical: str) -> None:
    assert parse_path(path).path() == canonical


@pytest.mark.parametrize(
    "path",
    [
        "/01/",
        "/01/123/10/A",
        "/01/09526000000014/10/A",
        f"/01/{GTIN}/10",
        f"/01/{GTIN}/10/",
        f"/01/{GTIN}/21/1/10/A",  # the lot comes before the serial
        f"/01/{GTIN}/10/A/10/B",
        f"/01/{GTIN}/99/A",
        f"/01/{GTIN}/10/{'A' * 21}",
        f"/01/{GTIN}/10/%E9%BE%99",
        f"/01/{GTIN}/10/A%20B",
        f"/01/{GTIN}/10/A%00",
        "/01/０９５２６０００００００１３/10/A",
        f"//01/{GTIN}",
    ],
)
def test_what_is_no_link_is_refused(path: str) -> None:
    with pytest.raises(BadLink):
        parse_path(path)


@given(st.text())
def test_rubbish_is_refused_and_nothing_worse(text: str) -> None:
    try:
        link = parse_path("/01/" + text)
    except BadLink:
        return
    assert parse_path(link.path()) == link


def test_the_canonical_uri() -> None:
    assert build(GTIN, "A/B").uri() == f"https://id.gs1.org/01/{GTIN}/10/A%2FB"
    assert build(GTIN, "A").uri("https://yy.example") == f"https://yy.example/01/{GTIN}/10/A"


# -- cases written by others -------------------------------------------------------------------------

# Beyond this slice, each with the reason.
LEFT_OUT = {
    "https://a/01/12312312312333/235/TEST": "third-party serial numbers (AI 235) are not printed here",
}
OUR_KEYS = {"01", "22", "10", "21"}


def others(name: str) -> list[dict[str, Any]]:
    path = SHARED / "data/epcis/digital-link" / name
    cases: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cases"] if path.exists() else []
    return cases


def path_cases() -> list[tuple[str, bool, str]]:
    """Cases of a GTIN directly below the host, without anything in the query: that is what the path's rules decide."""
    found = []
    for case in others("parse.json"):
        match = re.fullmatch(r"https?://[^/?#]+(/01/[^?#]*)(#.*)?", case["uri"])
        if match and case["uri"] not in LEFT_OUT:
            found.append((match[1], case["valid"], (case["element_string"] or "").replace("^", "")))
    return found


@pytest.mark.parametrize(("path", "valid", "elements"), path_cases())
def test_others_cases_of_paths(path: str, valid: bool, elements: str) -> None:
    if not valid:
        with pytest.raises(BadLink):
            parse_path(path)
        return
    link = parse_path(path)
    told = "".join(
        f"{ai}{value}"
        for ai, value in (("01", link.gtin), ("22", link.variant), ("10", link.lot), ("21", link.serial))
        if value
    )
    assert told == elements


def generate_cases() -> list[tuple[dict[str, str], str, str]]:
    found = []
    for case in others("generate.json"):
        parts = re.findall(r"\((\d+)\)([^(]*)", case["element_string"])
        keys = [ai for ai, _ in parts]
        if case["valid"] and set(keys) <= OUR_KEYS and len(set(keys)) == len(keys) and "01" in keys:
            found.append((dict(parts), case["stem"] or digital_link.CANONICAL_STEM, case["uri"]))
    return found


@pytest.mark.parametrize(("parts", "stem", "uri"), generate_cases())
def test_others_cases_of_building(parts: dict[str, str], stem: str, uri: str) -> None:
    assert build(parts["01"], parts.get("10"), parts.get("21"), variant=parts.get("22")).uri(stem) == uri


@pytest.mark.parametrize("case", others("escape.json"), ids=lambda case: case["input"])
def test_others_cases_of_escaping(case: dict[str, str]) -> None:
    assert escape(case["input"]) == case["path"]


@pytest.mark.parametrize("case", others("unescape.json"), ids=lambda case: case["input"])
def test_others_cases_of_unescaping(case: dict[str, str]) -> None:
    assert unescape(case["input"]) == case["path"]
