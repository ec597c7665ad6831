"""A small network, and people who log in at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.core.access import Actor, Role
from stations.models import Station
from tests.factories import accounts
from tests.factories import logistics as make


@pytest.fixture
def net(session: Any) -> make.Network:
    return make.create_network()


@pytest.fixture
def at(login: Callable[[Any], FlaskClient]) -> Callable[[Station, Role], tuple[FlaskClient, Actor]]:
    """``at(station, role)``: a browser of somebody who works there."""

    def browser(station: Station, role: Role) -> tuple[FlaskClient, Actor]:
        user = accounts.create_user(
            role=role, scope_code=station.division_code, station_id=station.id, totp_confirmed_at=clock.now()
        )
        return login(user), user.actor

    return browser
