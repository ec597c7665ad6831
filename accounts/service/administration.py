"""Looking after other people's logins: change, disable, enable, unlock, reset."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from accounts import rules
from accounts.errors import LastAdministrator
from accounts.models import USER_MOVES, UserAccount, UserStatus
from accounts.permissions import USERS_MANAGE
from accounts.service import passwords
from accounts.service.people import (
    NewLogin,
    check_free,
    check_person,
    first_password,
    flush_unique,
    get_user,
    set_first_password,
)
from accounts.service.second_step import forget_second_step
from accounts.service.wording import chinese, who
from app.core import audit
from app.core.access import HUB_ROLES, Actor, Role
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, InvalidInput
from app.core.format import phone as masked
from app.core.idempotency import idempotent
from app.core.scope import county_of, in_scope


@command
@idempotent
def edit_user(
    *,
    actor: Actor,
    user_id: uuid.UUID,
    name: str,
    role: Role,
    scope_code: str,
    phone: str | None,
    station_id: uuid.UUID | None,
    request_id: uuid.UUID | None = None,
) -> UserAccount:
    """Change who a person is and where. Raises as ``create_user``, and LastAdministrator."""
    user = _theirs(actor, user_id)
    name, phone = name.strip(), rules.login_key(phone) if phone else None
    check_person(actor=actor, name=name, role=role, scope_code=scope_code)
    check_free(login=None, phone=phone, besides=user.id)
    if (role, scope_code) != (user.role, user.scope_code):
        _not_oneself(actor, user, _l("自己的角色和地方要请别人来改。"))
        _keep_an_administrator(user)
    changes = list(_apply(user, name=name, phone=phone, role=role, scope_code=scope_code, station_id=station_id))
    flush_unique()
    if changes:
        _record(actor, user, "accounts.edited", f"修改 {who(user)} 的资料：{'；'.join(changes)}")
    return user


def _apply(user: UserAccount, **wanted: Any) -> Sequence[str]:
    """Set what differs and say it in words."""
    words = {
        "name": ("姓名", str),
        "phone": ("手机", masked),
        "role": ("角色", lambda role: chinese(role.label)),
        "scope_code": ("区划", str),
        "station_id": ("站点", lambda station_id: "有" if station_id else "无"),
    }
    changes = []
    for field, new in wanted.items():
        old = getattr(user, field)
        if old != new:
            label, shown = words[field]
            changes.append(f"{label}由 {shown(old)} 改为 {shown(new)}")
            setattr(user, field, new)
    return changes


@command
@idempotent
def disable_user(
    *,
    actor: Actor,
    user_id: uuid.UUID,
    reason: str,
    request_id: uuid.UUID | None = None,
) -> UserAccount:
    """The person can't log in any more and is logged out at once. Raises LastAdministrator, Conflict for oneself."""
    user = _theirs(actor, user_id)
    _not_oneself(actor, user, _l("不能停用自己。"))
    _keep_an_administrator(user)
    _move(actor, user, UserStatus.DISABLED, "accounts.disabled", f"停用 {who(user)} 的账号", reason)
    user.session_epoch += 1
    return user


@command
@idempotent
def enable_user(
    *,
    actor: Actor,
    user_id: uuid.UUID,
    reason: str,
    request_id: uuid.UUID | None = None,
) -> UserAccount:
    """The person may log in again."""
    user = _theirs(actor, user_id)
    _move(actor, user, UserStatus.ACTIVE, "accounts.enabled", f"恢复 {who(user)} 的账号", reason)
    return user


def _move(actor: Actor, user: UserAccount, new: UserStatus, action: str, text: str, reason: str) -> None:
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_l("请写明原因。"), field="reason")
    USER_MOVES.check(user.status, new)
    user.status = new
    _record(actor, user, action, f"{text}：{reason}")


@command
def unlock_user(*, actor: Actor, user_id: uuid.UUID) -> UserAccount:
    """Wrong tries are forgotten; the person may try again at once. Harmless when nothing was locked."""
    user = _theirs(actor, user_id)
    if user.failed_logins or user.locked_until:
        user.failed_logins, user.locked_until = 0, None
        _record(actor, user, "accounts.unlocked", f"给 {who(user)} 解锁")
    return user


@command
def reset_password(*, actor: Actor, user_id: uuid.UUID, request_id: uuid.UUID | None = None) -> NewLogin:
    """A new first password, to be changed at the next login. All sessions of the person end."""
    user = _take_password_away(actor=actor, user_id=user_id, request_id=request_id)
    return set_first_password(user, first_password(request_id))


@idempotent
def _take_password_away(
    *,
    actor: Actor,
    user_id: uuid.UUID,
    request_id: uuid.UUID | None,
) -> UserAccount:
    user = _theirs(actor, user_id)
    _not_oneself(actor, user, _l("自己的密码请在“我的账号”里改。"))
    user.password_hash, user.must_change_password = passwords.UNUSABLE, True
    user.session_epoch += 1
    user.failed_logins, user.locked_until = 0, None
    _record(actor, user, "accounts.password_reset", f"重设 {who(user)} 的密码")
    return user


@command
def reset_second_step(*, actor: Actor, user_id: uuid.UUID) -> UserAccount:
    """For a lost phone: the person sets up codes anew at the next login. Another administrator does it."""
    user = _theirs(actor, user_id)
    _not_oneself(actor, user, _l("自己的动态码请在“我的账号”里换。"))
    if user.totp_secret:
        forget_second_step(user)
        user.session_epoch += 1
        _record(actor, user, "accounts.second_step_reset", f"重设 {who(user)} 的登录动态码")
    return user


# -- helpers -------------------------------------------------------------------------------------


def _theirs(actor: Actor, user_id: uuid.UUID) -> UserAccount:
    """One of the actor's people, its row locked; with an administrator all of them, always in the same order."""
    actor.require(USERS_MANAGE)
    user = get_user(actor=actor, user_id=user_id)
    rows = sa.select(UserAccount).where(UserAccount.id == user.id)
    if user.role in HUB_ROLES:
        rows = sa.select(UserAccount).where(_administrators_beside(user)).order_by(UserAccount.id)
    db.session.execute(rows.with_for_update().execution_options(populate_existing=True)).all()
    return user


def _administrators_beside(user: UserAccount) -> sa.ColumnElement[bool]:
    return sa.and_(UserAccount.role.in_(HUB_ROLES), in_scope(UserAccount.scope_code, county_of(user.scope_code)))


def _keep_an_administrator(user: UserAccount) -> None:
    if user.role not in HUB_ROLES or not user.is_active:
        return
    others = sa.select(sa.func.count()).where(
        _administrators_beside(user), UserAccount.status == UserStatus.ACTIVE, UserAccount.id != user.id
    )
    if not db.session.scalar(others):
        raise LastAdministrator(_l("这是最后一位在用的县级管理员，不能停用或改角色。请先添加另一位。"))


def _not_oneself(actor: Actor, user: UserAccount, words: Any) -> None:
    if actor.id == user.id:
        raise Conflict(words)


def _record(actor: Actor, user: UserAccount, action: str, text: str) -> None:
    audit.record(actor=actor, action=action, subject=user, text=text, division_code=user.scope_code)
