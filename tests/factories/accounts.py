"""People and interface keys for tests."""

from __future__ import annotations

import itertools
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher

from accounts import service
from accounts.models import KeyPurpose, UserAccount, UserStatus
from accounts.service import NewKey
from app.core import clock
from app.core.access import SYSTEM, Role
from app.core.command import command
from app.core.database import db

COUNTY, TOWNSHIP, VILLAGE = "500242000000", "500242101000", "500242101201"
OTHER_VILLAGE, OTHER_TOWNSHIP = "500242102202", "500242102000"
PASSWORD = "tea-leaf-4711"
_serial = itertools.count(1)


@lru_cache
def cheap_hash(password: str) -> str:
    """A real hash that costs next to nothing; the first login makes a dear one of it."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password)


@command
def create_user(*, password: str = PASSWORD, **overrides: Any) -> UserAccount:
    """A village operator with a password of their own, who can log in."""
    n = next(_serial)
    facts = {
        "login": f"person{n}",
        "phone": f"139{n:08d}",
        "name": f"李大山{n}",
        "role": Role.VILLAGE_OPERATOR,
        "scope_code": VILLAGE,
        "status": UserStatus.ACTIVE,
        "password_hash": cheap_hash(password),
        "must_change_password": False,
        "created_at": clock.now(),
    }
    user = UserAccount(**(facts | overrides))
    db.session.add(user)
    return user


def create_hub_admin(**overrides: Any) -> UserAccount:
    """A county administrator who has not set up codes."""
    return create_user(**({"role": Role.COUNTY_ADMIN, "scope_code": COUNTY, "name": "县管理员"} | overrides))


def create_township_manager(**overrides: Any) -> UserAccount:
    """A township manager."""
    return create_user(**({"role": Role.TOWNSHIP_MANAGER, "scope_code": TOWNSHIP, "name": "乡镇站长"} | overrides))


def create_interface_key(**overrides: Any) -> NewKey:
    """A key with its secret."""
    facts = {"actor": SYSTEM, "name": "省数据中心", "purpose": KeyPurpose.DATA, "scope_code": COUNTY}
    return service.add_interface_key(**(facts | overrides))
