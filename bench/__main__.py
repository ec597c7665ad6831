"""``make bench``: each row is something the product does, against the least that it could cost on this machine.

Both sides run in turn, several rounds; the ratio is the median of the rounds' ratios. Nothing here is a test.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench import month_table, order_intake, reports, trace_page
from bench.county import prepared

ROUNDS = 9


def median_ratio(ours: Callable[[], None], limit: Callable[[], None]) -> tuple[float, float, float]:
    """Median milliseconds of both sides, and the median of the ratios round by round."""
    for side in (ours, limit):
        side()
    pairs = [(_milliseconds(ours), _milliseconds(limit)) for _ in range(ROUNDS)]
    mine, least = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(least), statistics.median(a / b for a, b in pairs)


def _milliseconds(side: Callable[[], None]) -> float:
    begun = time.perf_counter()
    side()
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    """Prepare a county, then print the rows."""
    with tempfile.TemporaryDirectory() as folder:
        county = prepared(Path(folder))
        print(f"{'what':<52}{'ours ms':>10}{'limit ms':>10}{'ratio':>8}")
        for module in (trace_page, order_intake, month_table):
            for name, ours, limit in module.rows(county):
                mine, least, ratio = median_ratio(ours, limit)
                print(f"{name:<52}{mine:>10.2f}{least:>10.2f}{ratio:>8.2f}", flush=True)
    reports.main()


if __name__ == "__main__":
    main()
