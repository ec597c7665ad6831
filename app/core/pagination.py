"""Lists come a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from app.core.database import db

T = TypeVar("T")
PER_PAGE = 50


@dataclass(frozen=True)
class Page(Generic[T]):
    """A page of a list: its rows, its number (from 1) and how many rows there are in all."""

    items: Sequence[T]
    total: int
    number: int
    per_page: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first_row(self) -> int:
        """The number of the first row on this page, from 1; 0 when the list is empty."""
        return (self.number - 1) * self.per_page + 1 if self.items else 0

    @property
    def last_row(self) -> int:
        """The number of the last row on this page."""
        return self.first_row + len(self.items) - 1 if self.items else 0


def paginate(query: sa.Select[Any], page: int = 1, per_page: int = PER_PAGE) -> Page[Any]:
    """One page of a query: entities when it selects one thing, rows when it selects several.

    A page number beyond the end gives the last page; below 1 the first.
    """
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    number = max(1, min(page, -(-total // per_page)))
    found = db.session.execute(query.limit(per_page).offset((number - 1) * per_page))
    items = found.scalars().all() if len(query.column_descriptions) == 1 else found.all()
    return Page(items, total, number, per_page)


def paginate_list(rows: Sequence[T], page: int = 1, per_page: int = PER_PAGE) -> Page[T]:
    """One page of rows that are in memory already; page numbers as in :func:`paginate`."""
    number = max(1, min(page, -(-len(rows) // per_page)))
    return Page(rows[(number - 1) * per_page : number * per_page], len(rows), number, per_page)
