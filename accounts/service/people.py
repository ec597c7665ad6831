"""Who there is, and adding people."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from accounts import rules
from accounts.errors import LoginTaken
from accounts.models import UserAccount, UserStatus
from accounts.permissions import USERS_MANAGE, USERS_READ
from accounts.service import passwords
from accounts.service.wording import chinese, who
from app.core import audit, clock, secrets
from app.core.access import Actor, Role
from app.core.command import command
from app.core.database import db
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.scope import in_scope, is_code, require_scope

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class NewLogin:
    """A person with the password for the first login: to be shown once, kept nowhere.

    ``first_password`` is None when the request came a second time and the person has changed it meanwhile.
    """

    user: UserAccount
    first_password: str | None


@dataclass(frozen=True)
class UserFilter:
    """What a list of people is narrowed to; None means no restriction.

    ``text`` is looked for in the name, the login name and the digits of the phone.
    """

    text: str | None = None
    role: Role | None = None
    status: UserStatus | None = None
    locked: bool = False
    division_code: str | None = None


# -- looking up ----------------------------------------------------------------------------------


def find_user(name: str) -> UserAccount | None:
    """The person with that login name or phone, typed in any of the usual ways."""
    key = rules.login_key(name)
    column = UserAccount.phone if key.isdecimal() else UserAccount.login
    return db.session.scalar(sa.select(UserAccount).where(column == key))


def get_user(*, actor: Actor, user_id: uuid.UUID) -> UserAccount:
    """One of the actor's people. Raises NotFound for anybody else's."""
    actor.require(USERS_READ)
    user = db.session.get(UserAccount, user_id)
    if user is None or not rules.looks_after(actor, user.role, user.scope_code):
        raise NotFound(_l("没有找到这个人。"))
    return user


def get_own(actor: Actor) -> UserAccount:
    """The actor's own account. Raises NotFound for programs and the system."""
    user = db.session.get(UserAccount, actor.id) if actor.id else None
    if user is None:
        raise NotFound(_l("没有找到这个人。"))
    return user


def find_by_session(session_id: str) -> UserAccount | None:
    """The person whose session cookie says ``"id:epoch"``; None when it was ended or the login disabled."""
    user_id, _, epoch = session_id.partition(":")
    try:
        user = db.session.get(UserAccount, uuid.UUID(user_id))
    except ValueError:
        return None
    return user if user and user.is_active and epoch == str(user.session_epoch) else None


def list_users(*, actor: Actor, narrowed: UserFilter = UserFilter()) -> sa.Select[tuple[UserAccount]]:
    """The query for the actor's people, by division and name."""
    actor.require(USERS_READ)
    query = sa.select(UserAccount).where(
        in_scope(UserAccount.scope_code, actor.scope_code), UserAccount.role.in_(rules.manageable_roles(actor))
    )
    query = query.where(*_conditions(narrowed))
    return query.order_by(UserAccount.scope_code, UserAccount.role, UserAccount.name, UserAccount.id)


def _conditions(narrowed: UserFilter) -> Iterable[sa.ColumnElement[bool]]:
    if narrowed.text:
        key = rules.login_key(narrowed.text)
        found = [UserAccount.name.contains(rules.plain(narrowed.text), autoescape=True)]
        found.append(UserAccount.login.contains(key, autoescape=True))
        if key.isdecimal():
            found.append(UserAccount.phone.contains(key, autoescape=True))
        yield sa.or_(*found)
    if narrowed.role:
        yield UserAccount.role == narrowed.role
    if narrowed.status:
        yield UserAccount.status == narrowed.status
    if narrowed.locked:
        yield UserAccount.locked_until > clock.now()
    if narrowed.division_code and is_code(narrowed.division_code):
        yield in_scope(UserAccount.scope_code, narrowed.division_code)


def user_names(ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names by id, for pages of other domains."""
    rows = db.session.execute(sa.select(UserAccount.id, UserAccount.name).where(UserAccount.id.in_(list(ids))))
    return {row.id: row.name for row in rows}


def must_change(user: UserAccount) -> bool:
    """Whether the person has to choose a password of their own before anything else."""
    return user.must_change_password


# -- adding --------------------------------------------------------------------------------------


@command
def create_user(
    *,
    actor: Actor,
    login: str,
    name: str,
    role: Role,
    scope_code: str,
    phone: str | None = None,
    station_id: uuid.UUID | None = None,
    password: str | None = None,
    must_change_password: bool = True,
    request_id: uuid.UUID | None = None,
) -> NewLogin:
    """Add a person. Without ``password`` one is made up.

    Raises Forbidden for a role the actor may not give, NotFound for a division elsewhere, InvalidInput, LoginTaken
    and WeakPassword with the form field they belong to.
    """
    user = _add_user(
        actor=actor,
        request_id=request_id,
        login=rules.check_login(login),
        name=name.strip(),
        role=Role(role),
        scope_code=scope_code,
        phone=rules.login_key(phone) if phone else None,
        station_id=station_id,
        must_change_password=must_change_password,
    )
    return set_first_password(user, password or first_password(request_id))


@idempotent
def _add_user(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    login: str,
    name: str,
    role: Role,
    scope_code: str,
    phone: str | None,
    station_id: uuid.UUID | None,
    must_change_password: bool,
) -> UserAccount:
    """The row, with a password that nothing matches; the password stays out of the request's fingerprint."""
    actor.require(USERS_MANAGE)
    check_person(actor=actor, name=name, role=role, scope_code=scope_code)
    check_free(login=login, phone=phone, besides=None)
    user = UserAccount(
        login=login,
        phone=phone,
        name=name,
        role=role,
        scope_code=scope_code,
        station_id=station_id,
        status=UserStatus.ACTIVE,
        password_hash=passwords.UNUSABLE,
        must_change_password=must_change_password,
        created_at=clock.now(),
    )
    db.session.add(user)
    flush_unique()
    audit.record(
        actor=actor,
        action="accounts.created",
        subject=user,
        text=f"添加人员 {who(user)}，登录名 {login}，角色是{chinese(role.label)}",
        division_code=scope_code,
    )
    return user


def check_person(*, actor: Actor, name: str, role: Role, scope_code: str) -> None:
    """Raise unless the actor may have a person of that name and role in that division."""
    if not name:
        raise InvalidInput(_l("请写上姓名。"), field="name")
    if not is_code(scope_code):
        raise InvalidInput(_l("请选一个乡镇或村。"), field="scope_code")
    if role not in rules.manageable_roles(actor):
        raise Forbidden(_l("您不能管理“%(role)s”这个角色的人。", role=role.label))
    require_scope(actor, scope_code)
    rules.check_place(role, scope_code)


def check_free(*, login: str | None, phone: str | None, besides: uuid.UUID | None) -> None:
    """Raise LoginTaken when the login name or the phone is somebody else's."""
    for field, column, value in (("login", UserAccount.login, login), ("phone", UserAccount.phone, phone)):
        taken = value and db.session.scalar(sa.select(UserAccount.id).where(column == value))
        if taken and taken != besides:
            words = _l("这个登录名已经有人用了。") if field == "login" else _l("这个手机号已经有人用了。")
            raise LoginTaken(words, field=field)


def flush_unique() -> None:
    """Write what is pending; somebody else's simultaneous claim of the same name or phone becomes LoginTaken."""
    try:
        db.session.flush()
    except sa.exc.IntegrityError as error:
        raise LoginTaken(_l("登录名或手机号刚刚被别人用了，请换一个。")) from error


def first_password(request_id: uuid.UUID | None) -> str:
    """A password for the first login. The same request gives the same one, so that a double tap does no harm."""
    if request_id is None:
        return rules.random_password()
    return rules.password_from(iter(secrets.derive("first-password", request_id.bytes, length=255)))


def set_first_password(user: UserAccount, password: str) -> NewLogin:
    """Hash it, unless an earlier arrival of the same request did."""
    if user.password_hash != passwords.UNUSABLE:
        return NewLogin(user, password if passwords.matches(user.password_hash, password) else None)
    rules.check_password(password, role=user.role, login=user.login, phone=user.phone)
    user.password_hash = passwords.hash_password(password)
    db.session.flush()
    return NewLogin(user, password)


@command
def set_language(*, actor: Actor, language: str) -> UserAccount:
    """The language the person's pages open in: ``zh`` or ``en``."""
    if language not in LANGUAGES:
        raise InvalidInput(_l("请选中文或英文。"), field="language")
    user = get_own(actor)
    user.language = language
    return user
