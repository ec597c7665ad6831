from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from app.core.access import Actor, Role
from app.core.errors import NotFound
from app.core.scope import county_of, covers, in_scope, prefix_of, require_scope, township_of

COUNTY, TOWNSHIP, VILLAGE, OTHER = "500242000000", "500242101000", "500242101201", "500243101201"


@pytest.mark.parametrize(
    ("code", "prefix"),
    [
        (COUNTY, "500242"),
        (TOWNSHIP, "500242101"),
        (VILLAGE, VILLAGE),
        ("500000000000", "50"),
        ("000000000000", ""),
        ("500242100000", "500242100"),
    ],
)
def test_prefix(code: str, prefix: str) -> None:
    assert prefix_of(code) == prefix


@pytest.mark.parametrize("code", ["", "500242", "50024210120x", "5002421012011", "５００２４２１０１２０１"])
def test_not_a_code(code: str) -> None:
    with pytest.raises(ValueError):
        prefix_of(code)


@pytest.mark.parametrize(
    ("scope", "division", "inside"),
    [
        (COUNTY, VILLAGE, True),
        (TOWNSHIP, VILLAGE, True),
        (VILLAGE, VILLAGE, True),
        (VILLAGE, TOWNSHIP, False),
        (TOWNSHIP, "500242102201", False),
        (COUNTY, OTHER, False),
    ],
)
def test_scope(scope: str, division: str, inside: bool) -> None:
    actor = Actor(None, "甲", Role.TOWNSHIP_MANAGER, scope)
    assert covers(scope, division) is inside
    if inside:
        require_scope(actor, division)
    else:
        with pytest.raises(NotFound):
            require_scope(actor, division)


def test_sql_scope_agrees(session: Any) -> None:
    codes = [COUNTY, TOWNSHIP, VILLAGE, "500242102201", OTHER, "500241999999"]
    rows = sa.union_all(*(sa.select(sa.literal(c).label("code")) for c in codes)).subquery()
    for scope in (COUNTY, TOWNSHIP, VILLAGE):
        found = session.scalars(sa.select(rows.c.code).where(in_scope(rows.c.code, scope))).all()
        assert sorted(found) == sorted(c for c in codes if covers(scope, c))


def test_parents() -> None:
    assert township_of(VILLAGE) == TOWNSHIP
    assert county_of(VILLAGE) == COUNTY
