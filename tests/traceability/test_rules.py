"""Lot codes, certificates, EPCIS events, label sheets, what counts as a scan."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.models import Promiser
from traceability.rules import epcis, lot_codes
from traceability.rules.certificates import wording_on
from traceability.rules.epcis import Amount, Where
from traceability.rules.label_sheets import sheets
from traceability.rules.visits import is_scan

DAY = date(2026, 10, 18)


@given(
    st.text("ABCXYZ", min_size=1, max_size=4),
    st.integers(0, 29_000).map(lambda days: date(2020, 1, 1) + timedelta(days)),
    st.integers(1, 9999),
)
def test_lot_codes_fit_ai_10_and_are_read_back(prefix: str, day: date, number: int) -> None:
    code = lot_codes.make(prefix, day, number)
    assert len(code) <= 20
    assert lot_codes.check(f" {code[:4]} {code[4:].lower()} ") == code


def test_a_lot_code_can_be_read() -> None:
    code = lot_codes.make("YY", DAY, 1)
    assert code.startswith("YY26101801")
    assert len(code) == 11


@given(st.integers(1, 99), st.integers(2, 10), st.integers(1, 9))
def test_a_mistyped_lot_code_is_noticed(number: int, place: int, by: int) -> None:
    code = lot_codes.make("YY", DAY, number)
    wrong = code[:place] + str((int(code[place]) + by) % 10) + code[place + 1 :]
    with pytest.raises(ValueError):
        lot_codes.check(wrong)


@pytest.mark.parametrize(("sku", "prefix"), [("YY0001", "YY"), ("0001", "L"), ("ABCDEF1", "ABCD"), ("鸭1", "L")])
def test_the_prefix_comes_from_the_products_number(sku: str, prefix: str) -> None:
    assert lot_codes.prefix_of(sku) == prefix


@pytest.mark.parametrize("prefix", ["", "yy", "YYYYY", "Y1", "鸭"])
def test_other_prefixes_are_refused(prefix: str) -> None:
    with pytest.raises(ValueError):
        lot_codes.make(prefix, DAY, 1)


def test_the_wording_is_that_of_the_day() -> None:
    assert wording_on(date(2026, 1, 31)) is None
    wording = wording_on(date(2026, 2, 1))
    assert wording is not None
    assert wording.promise(Promiser.PRODUCER).startswith("未使用禁用农药")
    assert wording.promise(Promiser.PURCHASER).startswith("已按规定收取")


@pytest.mark.parametrize(
    ("quantity", "unit", "element"),
    [
        ("3200", "千克", {"quantity": 3200, "uom": "KGM"}),
        ("3200.500", "公斤", {"quantity": 3200500, "uom": "GRM"}),
        ("7", "斤", {"quantity": 3500, "uom": "GRM"}),
        ("1.5", "吨", {"quantity": 1500, "uom": "KGM"}),
        ("0.25", "升", {"quantity": 250, "uom": "MLT"}),
        ("640.000", "袋", {"quantity": 640}),
    ],
)
def test_quantities_are_whole_numbers_with_a_unit_code(quantity: str, unit: str, element: dict[str, Any]) -> None:
    assert Amount("urn:x:y", Decimal(quantity), unit).element() == {"epcClass": "urn:x:y"} | element


def test_half_a_box_is_not_counted() -> None:
    with pytest.raises(ValueError):
        Amount("urn:x:y", Decimal("0.5"), "箱").element()


def test_events_say_what_when_where() -> None:
    event_id, lot_id = uuid.UUID(int=1), uuid.UUID(int=2)
    at = datetime(2026, 10, 18, 4, tzinfo=UTC)
    where = Where("https://yy.example", "500242209203")
    used = Amount(epcis.harvested_class(lot_id), Decimal(3200), "千克")
    packed = Amount("https://id.gs1.org/01/09526000000013/10/A", Decimal(640), "袋")
    event = epcis.packing(event_id=event_id, at=at, where=where, used=used, packed=packed, ilmd={})
    assert event["type"] == "TransformationEvent"
    assert event["eventTime"] == "2026-10-18T12:00:00.000+08:00"
    assert event["readPoint"] == {"id": "https://yy.example/place/500242209203"}
    assert event["inputQuantityList"][0]["epcClass"] == f"urn:uuid:{lot_id}"
    assert event["outputQuantityList"] == [{"epcClass": packed.epc_class, "quantity": 640}]
    bare = epcis.packing(event_id=event_id, at=at, where=where, used=None, packed=packed, ilmd={})
    assert (bare["type"], bare["action"]) == ("ObjectEvent", "ADD")


@pytest.mark.parametrize("name", sheets())
def test_stickers_lie_on_the_paper_and_apart(name: str) -> None:
    sheet = sheets()[name]
    places = [(x, y) for page, x, y in sheet.places(sheet.per_page) if page == 0]
    assert len(places) == len(set(places)) == sheet.per_page
    for x, y in places:
        assert x >= -0.001
        assert x + sheet.width <= sheet.page_width + 0.001
        assert y >= -0.001
        assert y + sheet.height <= sheet.page_height + 0.001
    assert sheet.code <= min(sheet.width, sheet.height)


def test_a_begun_sheet_is_used_up() -> None:
    sheet = sheets()["A4-40"]
    pages = [page for page, _x, _y in sheet.places(40, first=31)]
    assert pages.count(0) == 10
    assert pages.count(1) == 30


@pytest.mark.parametrize(
    ("method", "agent", "purpose", "from_here", "counts"),
    [
        ("GET", "Mozilla/5.0 (Linux; Android 11) MicroMessenger/8.0", "", False, True),
        ("HEAD", "Mozilla/5.0", "", False, False),
        ("GET", "Mozilla/5.0 (compatible; Baiduspider/2.0)", "", False, False),
        ("GET", "Googlebot/2.1", "", False, False),
        ("GET", "Mozilla/5.0", "prefetch;prerender", False, False),
        ("GET", "Mozilla/5.0", "", True, False),
        ("GET", "", "", False, True),
    ],
)
def test_only_people_who_scan_are_counted(method: str, agent: str, purpose: str, from_here: bool, counts: bool) -> None:
    assert is_scan(method=method, user_agent=agent, purpose=purpose, from_here=from_here) is counts
