"""The county's month table against its bare sums by raw SQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta

from app.core import clock
from app.core.access import SYSTEM
from bench.county import County
from datacenter import service

BARE = (
    "SELECT substr(division_code, 1, 9), sum(amount_fen) FROM sale_service WHERE day >= ? AND day < ? GROUP BY 1",
    "SELECT substr(division_code, 1, 9), sum(total_fen) FROM purchase_service WHERE day >= ? AND day < ? GROUP BY 1",
    "SELECT substr(l.division_code, 1, 9), sum(l.amount_fen) FROM customer_order_line l"
    " JOIN customer_order o ON o.id = l.order_id WHERE o.placed_at >= ? AND o.placed_at < ? GROUP BY 1",
)


def rows(county: County) -> Iterator[tuple[str, Callable[[], None], Callable[[], None]]]:
    """One row: 39 townships, seven measures, the year before, against three grouped sums."""
    first = (clock.today().replace(day=1) - timedelta(days=1)).replace(day=1)
    month, until = first.strftime("%Y-%m"), clock.next_month(first)
    raw = sqlite3.connect(county.database)

    def ours() -> None:
        with county.app.app_context():
            service.month_table(SYSTEM, month)

    def limit() -> None:
        for statement in BARE:
            raw.execute(statement, (first.isoformat(), until.isoformat())).fetchall()

    yield "county month table / three grouped sums by raw SQL", ours, limit
