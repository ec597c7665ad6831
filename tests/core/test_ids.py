from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.core import ids

digits = st.text("0123456789", min_size=3, max_size=15)


@given(digits)
def test_a_code_reads_back_however_it_is_grouped(bare: str) -> None:
    code = ids.human_code(bare)
    assert ids.check_code(ids.grouped(code)) == code
    assert ids.check_code(f" {code[:3]}-{code[3:]} ") == code


@given(digits, st.data())
def test_one_wrong_digit_is_found(bare: str, data: st.DataObject) -> None:
    code = ids.human_code(bare)
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from("0123456789".replace(code[place], "")))
    with pytest.raises(ValueError):
        ids.check_code(code[:place] + wrong + code[place + 1 :])


@given(digits, st.data())
def test_swapped_neighbours_are_found(bare: str, data: st.DataObject) -> None:
    code = ids.human_code(bare)
    place = data.draw(st.integers(0, len(code) - 2))
    assume(code[place] != code[place + 1])
    with pytest.raises(ValueError):
        ids.check_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize("typed", ["", "abc", "1234x", "12 a4", "-"])
def test_what_is_no_code(typed: str) -> None:
    with pytest.raises(ValueError):
        ids.check_code(typed)


def test_new_ids_are_version_7_and_in_order() -> None:
    made = [ids.new_id() for _ in range(200)]
    assert {i.version for i in made} == {7}
    assert made == sorted(made)
    assert len(set(made)) == 200


def test_derived_ids_depend_on_their_parts_only() -> None:
    assert ids.derived_id("sale", 1) == ids.derived_id("sale", 1)
    assert ids.derived_id("sale", 1) != ids.derived_id("sale", 2)
