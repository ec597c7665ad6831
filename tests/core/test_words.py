"""Words that are data, in the reader's language; what is stored stays Chinese."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask_babel import force_locale

from app.core import format, words
from logistics.forms import SendForm, TakeInForm
from logistics.rules.carriers import carriers, shown_name
from logistics.rules.limits import limits
from tests.core.test_format import reading
from traceability.forms import HARVEST_UNITS, LabelsForm
from traceability.rules.label_sheets import sheets
from trade.forms import SaleForm
from trade.rules.services import UNITS


def test_the_reader_chooses() -> None:
    with reading("en"):
        assert words.in_language("中通快递", "ZTO Express") == "ZTO Express"
        assert words.in_language("中通快递", None) == "中通快递"
        assert words.listed(["a", "b"]) == "a, b"
        assert format.qty(Decimal("2.5"), "公斤") == "2.5 kg"
        assert format.qty(3, "筐") == "3 筐"
        with force_locale("zh_Hans_CN"):  # as inside every command
            assert words.in_language("中通快递", "ZTO Express") == "中通快递"
    with reading("zh"):
        assert words.in_language("中通快递", "ZTO Express") == "中通快递"
        assert words.listed(["a", "b"]) == "a、b"
        assert format.qty(Decimal("2.5"), "公斤") == "2.5 公斤"


@pytest.mark.parametrize("unit", sorted({*UNITS, *HARVEST_UNITS}))
def test_every_unit_that_is_offered_has_an_english_word(unit: str) -> None:
    with reading("en"):
        assert words.unit(unit).isascii()


def test_all_data_has_english() -> None:
    assert all(c.name_en.isascii() for c in carriers().values())
    assert len(limits().prohibited) == len(limits().prohibited_en)
    assert all(s.label_en.replace("×", "x").isascii() for s in sheets().values())


def test_a_carrier_that_left_the_data_keeps_its_stored_name() -> None:
    with reading("en"):
        assert shown_name("yto", "圆通速递") == "YTO Express"
        assert shown_name("gone", "从前快递") == "从前快递"


def test_forms_offer_english_words_for_chinese_values() -> None:
    with reading("en"):
        assert SendForm.prohibited().endswith("cash and identity papers, unsealed liquids")
        assert ("sf", "SF Express") in TakeInForm().carrier.choices
        assert ("斤", "jin (500 g)") in SaleForm().unit.choices
        assert ("A4-40", "A4, 40 stickers (5×8, 40×35 mm)") in LabelsForm().sheet.choices
    with reading("zh"):
        assert SendForm.prohibited() == "易燃易爆、枪支刀具、活体动物、管制药品、现金和证件、没有封好的液体"
        assert ("sf", "顺丰速运") in TakeInForm().carrier.choices
