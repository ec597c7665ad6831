from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.core.pagination import paginate, paginate_list
from tests.core.tables import Counter


@pytest.mark.parametrize(
    ("asked", "number", "values", "rows"),
    [
        (1, 1, [0, 1, 2], (1, 3)),
        (3, 3, [6], (7, 7)),
        (9, 3, [6], (7, 7)),
        (0, 1, [0, 1, 2], (1, 3)),
        (-4, 1, [0, 1, 2], (1, 3)),
    ],
)
def test_a_page(session: Any, asked: int, number: int, values: list[int], rows: tuple[int, int]) -> None:
    session.add_all(Counter(value=n) for n in range(7))
    session.commit()
    page = paginate(sa.select(Counter).order_by(Counter.value), asked, per_page=3)
    assert (page.number, page.pages, page.total) == (number, 3, 7)
    assert [c.value for c in page.items] == values
    assert (page.first_row, page.last_row) == rows


@pytest.mark.parametrize(
    ("asked", "number", "items"), [(1, 1, [0, 1, 2]), (3, 3, [6]), (9, 3, [6]), (-1, 1, [0, 1, 2])]
)
def test_a_page_of_rows_that_are_there_already(asked: int, number: int, items: list[int]) -> None:
    page = paginate_list(list(range(7)), asked, per_page=3)
    assert (page.number, page.pages, page.total, page.items) == (number, 3, 7, items)
    assert paginate_list([], asked).pages == 1


def test_an_empty_list_has_one_page(session: Any) -> None:
    page = paginate(sa.select(Counter.id, Counter.value))
    assert (page.number, page.pages, page.total, page.first_row, page.last_row) == (1, 1, 0, 0, 0)
