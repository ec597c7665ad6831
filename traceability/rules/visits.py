"""Whether an opening of the trace page is a person looking at a label."""

from __future__ import annotations

import re

_MACHINES = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|facebookexternalhit|monitor|uptime|headless|curl/|wget/|python-",
    re.IGNORECASE,
)


def is_scan(*, method: str, user_agent: str, purpose: str, from_here: bool) -> bool:
    """Machines, prefetching browsers and readers who come back from our own pages (language switch) don't count."""
    if method != "GET" or from_here or "prefetch" in purpose.lower() or "preview" in purpose.lower():
        return False
    return not _MACHINES.search(user_agent)
