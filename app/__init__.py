"""乡驿 Xiangyi: one county's rural e-commerce network. The shell of the application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask


def create_app(**settings: Any) -> Flask:
    """Build the application; see :func:`app.factory.create_app`. Imported late, so that ``app.core`` stays cheap."""
    from app.factory import create_app as build

    return build(**settings)
