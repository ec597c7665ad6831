"""The sections of the product pages."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from app.core.access import current_actor
from products.permissions import PROBLEMS_READ


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """``(word, address, is current)``; ``current`` is the endpoint's name within the blueprint."""
    sections = [("list_products", _("产品")), ("list_producers", pgettext("many", "生产者"))]
    if current_actor().may(PROBLEMS_READ):
        sections.append(("list_problems", _("大家反映的问题")))
    return [(word, url_for(f"products.{name}"), name == current) for name, word in sections]
