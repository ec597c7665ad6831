"""Who may do what.

Permissions are named constants in each domain's ``permissions.py``, with the roles that hold them. Every endpoint
declares one with :func:`requires`, or :func:`public`; the application refuses to serve an endpoint that declares
neither.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import g, has_request_context
from flask_babel import lazy_gettext as _l

from app.core.errors import Forbidden
from app.core.labels import LabelEnum

V = TypeVar("V", bound=Callable[..., Any])


class Role(LabelEnum):
    """What a person is in the network."""

    COUNTY_ADMIN = "county_admin", _l("县级管理员")
    COUNTY_OFFICIAL = "county_official", _l("县领导（只读）")
    TOWNSHIP_MANAGER = "township_manager", _l("乡镇站管理员")
    VILLAGE_OPERATOR = "village_operator", _l("村级服务点站长")
    TRAINER = "trainer", _l("培训老师")
    DRIVER = "driver", _l("司机")
    PRODUCER = "producer", _l("生产者")
    INSPECTOR = "inspector", _l("验收人员")
    INTERFACE = "interface", _l("接口")


HUB_ROLES = frozenset({Role.COUNTY_ADMIN})


@dataclass(frozen=True)
class Permission:
    """A right with its name, its label and the roles that hold it."""

    name: str
    label: Any
    roles: frozenset[Role]

    def __init__(self, name: str, label: Any, roles: Iterable[Role]) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "roles", frozenset(roles))
        if name in PERMISSIONS:
            raise ValueError(f"permission {name} is declared twice")
        PERMISSIONS[name] = self


PERMISSIONS: dict[str, Permission] = {}
EVERYBODY = frozenset(Role) - {Role.INTERFACE}
LOGGED_IN = Permission("core.logged_in", _l("登录后可用"), EVERYBODY)


@dataclass(frozen=True)
class Actor:
    """Who is acting: a logged-in person, an interface client, or the system itself (command line, seed, jobs)."""

    id: uuid.UUID | None
    name: str
    role: Role
    scope_code: str
    station_id: uuid.UUID | None = None
    everything: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the actor holds the permission."""
        return self.everything or self.role in permission.roles

    def require(self, permission: Permission) -> None:
        """Raise Forbidden unless the actor holds the permission."""
        if not self.may(permission):
            raise Forbidden(_l("您没有“%(what)s”的权限。", what=permission.label))


SYSTEM = Actor(None, "系统", Role.COUNTY_ADMIN, "000000000000", everything=True)


def requires(permission: Permission) -> Callable[[V], V]:
    """Declare the permission an endpoint needs. Checked before the view runs, in ``app.core.web``."""

    def declare(view: V) -> V:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def public(view: V) -> V:
    """Declare that an endpoint is open to anybody."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


def current_actor() -> Actor:
    """The actor of this request. Raises Forbidden when nobody is logged in."""
    actor = find_actor()
    if actor is None:
        raise Forbidden(_l("请先登录。"))
    return actor


def find_actor() -> Actor | None:
    """The actor of this request, or None."""
    return g.get("actor") if has_request_context() else None
