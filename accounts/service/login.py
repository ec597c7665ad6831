"""Logging in: name and password, then the code where one is asked for; wrong tries are counted and lock.

The count must stay although the try is refused, so each verb here judges in a command of its own and raises after its
commit. Don't call them inside another command.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from accounts import rules
from accounts.errors import AccountDisabled, LockedOut, WeakPassword, WrongCode, WrongLogin
from accounts.models import UnknownLogin, UserAccount
from accounts.service import passwords
from accounts.service.people import find_user, get_own
from accounts.service.second_step import take_code
from accounts.service.wording import who
from app.core import audit, clock
from app.core.access import SYSTEM, Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import DomainError, InvalidInput

KEPT_UNKNOWN = timedelta(days=1)


def log_in(*, name: str, password: str) -> UserAccount:
    """The person with that login name or phone and that password.

    Raises WrongLogin, LockedOut, AccountDisabled. An unknown name takes as long and is answered as a known one. When
    the person ``has_second_step``, they are not in before :func:`check_code`.
    """
    user = find_user(name)
    user_id, dummy = (user.id if user else None), passwords.dummy_hash()
    stored = user.password_hash if user else dummy
    right = passwords.matches(stored, password) and user is not None
    renewed = passwords.hash_password(password) if right and passwords.needs_rehash(stored) else None
    refusal = _judge_password(name, user_id, stored if right else None, renewed)
    if refusal:
        raise refusal
    return db.session.get_one(UserAccount, user_id)


@command
def _judge_password(
    name: str, user_id: uuid.UUID | None, matched: str | None, renewed: str | None
) -> DomainError | None:
    """``matched`` is the hash that the password fitted, None when it did not; hashing is done outside the lock."""
    now = clock.now()
    tries = _known(user_id) if user_id else _unknown(name, now)
    if refusal := _locked(tries, now):
        return refusal
    if not isinstance(tries, UserAccount) or matched != tries.password_hash:
        return _count_wrong(tries, now) or WrongLogin(_l("登录名或密码不对，请再看一看。"))
    if not tries.is_active:
        return AccountDisabled(_l("这个账号已停用。要恢复请找乡镇站或县级中心。"))
    tries.password_hash = renewed or tries.password_hash
    if not tries.has_second_step:
        _welcome(tries, now)
    return None


def check_code(*, user_id: uuid.UUID, code: str) -> UserAccount:
    """The second step of a login. Raises WrongCode(field="code"), LockedOut."""
    refusal = _judge_code(user_id, code)
    if refusal:
        raise refusal
    return db.session.get_one(UserAccount, user_id)


@command
def _judge_code(user_id: uuid.UUID, code: str) -> DomainError | None:
    now = clock.now()
    user = _known(user_id)
    if refusal := _locked(user, now):
        return refusal
    if not take_code(user, code, now):
        wrong = WrongCode(_l("动态码不对，或已经用过。请等手机上换了新的 6 位数再填。"), field="code")
        return _count_wrong(user, now) or wrong
    _welcome(user, now)
    return None


def change_own_password(*, actor: Actor, current: str | None, password: str) -> UserAccount:
    """Choose a new password; all other sessions of the person end.

    ``current`` is asked for unless the first password is being replaced. Raises InvalidInput(field="current"),
    LockedOut, WeakPassword.
    """
    user = get_own(actor)
    user_id, stored, asked = user.id, user.password_hash, not user.must_change_password
    if asked and (refusal := _judge_current(user_id, passwords.matches(stored, current or ""))):
        raise refusal
    rules.check_password(password, role=user.role, login=user.login, phone=user.phone)
    if passwords.matches(stored, password):
        raise WeakPassword(_l("新密码要和现在的不一样。"), field="password")
    return _store_password(actor, user_id, passwords.hash_password(password))


@command
def _judge_current(user_id: uuid.UUID, right: bool) -> DomainError | None:
    now = clock.now()
    user = _known(user_id)
    if refusal := _locked(user, now):
        return refusal
    if right:
        return None
    return _count_wrong(user, now) or InvalidInput(_l("现在的密码不对。"), field="current")


@command
def _store_password(actor: Actor, user_id: uuid.UUID, hashed: str) -> UserAccount:
    user = _known(user_id)
    user.password_hash, user.must_change_password = hashed, False
    user.session_epoch += 1
    user.failed_logins, user.locked_until = 0, None
    audit.record(
        actor=actor,
        action="accounts.password_changed",
        subject=user,
        text=f"{who(user)} 改了自己的密码",
        division_code=user.scope_code,
    )
    return user


# -- counting wrong tries ------------------------------------------------------------------------


def _known(user_id: uuid.UUID) -> UserAccount:
    """The account, locked until the end of the command: parallel tries are counted one after the other."""
    return db.session.get_one(UserAccount, user_id, with_for_update=True, populate_existing=True)


def _unknown(name: str, now: datetime) -> UnknownLogin:
    db.session.execute(sa.delete(UnknownLogin).where(UnknownLogin.last_failed_at < now - KEPT_UNKNOWN))
    digest = hashlib.sha256(rules.login_key(name).encode()).hexdigest()
    insert = postgres_insert if db.session.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = {"name_digest": digest, "failed_logins": 0, "last_failed_at": now}
    db.session.execute(insert(UnknownLogin).values(row).on_conflict_do_nothing())
    return db.session.get_one(UnknownLogin, digest, with_for_update=True, populate_existing=True)


def _locked(tries: UserAccount | UnknownLogin, now: datetime) -> LockedOut | None:
    if tries.locked_until is None or not rules.is_locked(tries.locked_until, now):
        return None
    minutes = rules.minutes_left(tries.locked_until, now)
    return LockedOut(_l("试错的次数太多，请 %(minutes)s 分钟后再试，或请上级解锁。", minutes=minutes))


def _count_wrong(tries: UserAccount | UnknownLogin, now: datetime) -> LockedOut | None:
    tries.failed_logins += 1
    if isinstance(tries, UnknownLogin):
        tries.last_failed_at = now
    lock = rules.lock_after(tries.failed_logins)
    if not lock:
        return None
    tries.locked_until = now + lock
    if isinstance(tries, UserAccount):
        audit.record(
            actor=SYSTEM,
            action="accounts.locked",
            subject=tries,
            text=f"{who(tries)} 连续输错 {tries.failed_logins} 次，锁 {int(lock.total_seconds()) // 60} 分钟",
            division_code=tries.scope_code,
        )
    return _locked(tries, now)


def _welcome(user: UserAccount, now: datetime) -> None:
    user.failed_logins, user.locked_until, user.last_login_at = 0, None, now
