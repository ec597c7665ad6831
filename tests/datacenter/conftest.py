from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from tests.factories.datacenter import Counter, create_counters


@pytest.fixture
def counters(session: Any) -> list[Counter]:
    """Longtan's station, two points in Longtan, one in Mawang."""
    return create_counters()


@pytest.fixture
def no_second_step(app: Flask) -> Iterator[None]:
    """The hub's people need no code in this test."""
    kept = app.config["TOTP_REQUIRED"]
    app.config["TOTP_REQUIRED"] = False
    yield
    app.config["TOTP_REQUIRED"] = kept
