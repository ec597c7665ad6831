from __future__ import annotations

from typing import Any

import pytest

from tests.factories import stations as places


@pytest.fixture
def county(session: Any) -> None:
    """Youyang with Longtan and Mawang, two villages in each."""
    places.create_county()
