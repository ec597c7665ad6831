from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from accounts.models import UserAccount
from app.core.command import command
from app.core.database import db
from stations.models import Division, Level
from tests.factories.accounts import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_hub_admin,
    create_township_manager,
    create_user,
)


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


@command
def _add_divisions() -> None:
    places = [
        (COUNTY, "酉阳县", Level.COUNTY, None),
        (TOWNSHIP, "龙潭镇", Level.TOWNSHIP, COUNTY),
        (VILLAGE, "包家村", Level.VILLAGE, TOWNSHIP),
        ("500242101202", "花莲村", Level.VILLAGE, TOWNSHIP),
        (OTHER_TOWNSHIP, "麻旺镇", Level.TOWNSHIP, COUNTY),
        (OTHER_VILLAGE, "光明村", Level.VILLAGE, OTHER_TOWNSHIP),
    ]
    for code, name, level, parent in places:
        db.session.add(
            Division(
                code=code, name=name, short_name=name, level=level, parent_code=parent, valid_from=date(2020, 1, 1)
            )
        )
        db.session.flush()


@pytest.fixture
def county(session: Any) -> None:
    """A county of two townships and three villages."""
    _add_divisions()
