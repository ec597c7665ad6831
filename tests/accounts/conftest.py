from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from accounts.models import UserAccount
from tests.factories.accounts import create_hub_admin, create_township_manager, create_user


@pytest.fixture(autouse=True)
def _house_settings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Cheap hashes; codes not demanded unless the test says so."""
    if "app" not in request.fixturenames:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    kept = {key: app.config.get(key) for key in ("ARGON2", "TOTP_REQUIRED")}
    app.config.update(ARGON2={"time_cost": 1, "memory_cost": 8, "parallelism": 1}, TOTP_REQUIRED=False)
    yield
    for key, value in kept.items():
        if value is None:
            app.config.pop(key)
        else:
            app.config[key] = value


@pytest.fixture
def admin(session: Any) -> UserAccount:
    return create_hub_admin()


@pytest.fixture
def manager(session: Any) -> UserAccount:
    return create_township_manager()


@pytest.fixture
def operator(session: Any) -> UserAccount:
    return create_user()
