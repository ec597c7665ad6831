from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datacenter.rules import (
    NAMES,
    Definition,
    Figures,
    definitions_on,
    due,
    in_chinese,
    months_until,
    total,
    year_before,
)

REST = (0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("reported", "standing", "at_end", "shown"),
    [
        # nothing stood there: nothing was due, which is not zero
        (Figures(), False, 0, Figures()),
        (Figures(retail_fen=0), False, 0, Figures()),
        # a station that had nothing to report shows zero
        (Figures(), True, 2, Figures(2, *REST)),
        (Figures(sale_fen=9000), True, 1, Figures(1, 9000, 0, 0, 0, 0, 0)),
        # a station that closed during the month had to report, too
        (Figures(), True, 0, Figures(0, *REST)),
        # what was recorded counts, whatever the status says
        (Figures(purchase_fen=5), False, 0, Figures(0, 0, 0, 5, 0, 0, 0)),
        # a producer's online sale needs no station
        (Figures(retail_fen=7900), False, 0, Figures(retail_fen=7900)),
    ],
)
def test_zero_and_not_due_are_two_things(reported: Figures, standing: bool, at_end: int, shown: Figures) -> None:
    assert due(reported, standing, at_end) == shown


def test_a_stations_own_row_has_no_retail() -> None:
    assert due(Figures(sale_fen=1), True, 1, retail=False) == Figures(1, 1, 0, 0, None, 0, 0)


def test_the_total_of_a_column_leaves_out_what_was_not_due() -> None:
    rows = [Figures(2, 100, 40, 0, 0, 3, 1), Figures(), Figures(1, 50, 0, 7, 0, 0, 0)]
    assert total(rows) == Figures(3, 150, 40, 7, 0, 3, 1)
    assert total([Figures(), Figures()]) == total([]) == Figures()


amounts = st.none() | st.integers(min_value=0, max_value=10**12)


@given(st.lists(st.builds(Figures, *[amounts for _name in NAMES]), max_size=12), st.integers(min_value=0, max_value=12))
def test_a_total_of_parts_is_the_total_of_the_whole(rows: list[Figures], cut: int) -> None:
    assert total([total(rows[:cut]), total(rows[cut:])]) == total(rows)


def test_twelve_months_end_with_the_one_asked_for() -> None:
    months = months_until(date(2026, 2, 14), 12)
    assert (months[0], months[-1], len(months)) == ("2025-03", "2026-02", 12)


@pytest.mark.parametrize(("month", "before"), [("2026-10", "2025-10"), ("2000-01", "1999-01")])
def test_year_before(month: str, before: str) -> None:
    assert year_before(month) == before


def test_in_chinese() -> None:
    assert in_chinese("2026-03") == "2026年3月"


def definition(key: str, day: date, text: str) -> Definition:
    return Definition(key, key, key, text, text, day)


def test_the_definition_that_held_on_the_day() -> None:
    every = [
        definition("sale", date(2020, 1, 1), "old"),
        definition("sale", date(2026, 7, 1), "new"),
        definition("later", date(2027, 1, 1), "not yet"),
    ]
    assert [d.text for d in definitions_on(date(2026, 6, 30), every)] == ["old"]
    assert [d.text for d in definitions_on(date(2026, 7, 1), every)] == ["new"]
