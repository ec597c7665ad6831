"""The second step of a hub login: a six-digit code from the phone (TOTP, RFC 6238)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyotp
from flask import current_app
from flask_babel import lazy_gettext as _l

from accounts import rules
from accounts.errors import WrongCode
from accounts.models import UserAccount
from accounts.permissions import SECOND_STEP
from accounts.service import passwords
from accounts.service.people import get_own
from accounts.service.wording import who
from app.core import audit, clock, secrets
from app.core.access import HUB_ROLES, Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, InvalidInput

PURPOSE = "totp"
ISSUER = "乡驿"


@dataclass(frozen=True)
class SecondStepKey:
    """What the phone's app needs: the key as text, and the same in an ``otpauth:`` address for a QR code."""

    text: str
    address: str


def must_enrol(user: UserAccount) -> bool:
    """Whether the person has to set up codes before anything else: hub accounts, unless ``TOTP_REQUIRED`` is off."""
    required = current_app.config.get("TOTP_REQUIRED", True)
    return bool(required) and user.role in HUB_ROLES and not user.has_second_step


@command
def start_second_step(*, actor: Actor) -> UserAccount:
    """Make a new key that waits to be confirmed. Raises Conflict when codes are in use already."""
    actor.require(SECOND_STEP)
    user = _own_locked(actor)
    if user.has_second_step:
        raise Conflict(_l("动态码已经在用。要换手机，请先停用现在的。"))
    user.totp_secret = secrets.encrypt(pyotp.random_base32(), purpose=PURPOSE)
    return user


def second_step_key(user: UserAccount) -> SecondStepKey | None:
    """The key that waits to be confirmed; None when there is none, or when it is confirmed and shown no more."""
    if user.totp_secret is None or user.has_second_step:
        return None
    secret = secrets.decrypt(user.totp_secret, purpose=PURPOSE)
    grouped = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return SecondStepKey(grouped, pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=ISSUER))


@command
def confirm_second_step(*, actor: Actor, code: str) -> UserAccount:
    """Codes are asked for from now on. Raises WrongCode(field="code") unless the phone shows the right one."""
    actor.require(SECOND_STEP)
    user, now = _own_locked(actor), clock.now()
    if user.has_second_step or user.totp_secret is None:
        raise Conflict(_l("没有等待确认的动态码，请重新开始。"))
    if not take_code(user, code, now):
        raise WrongCode(_l("动态码不对。请填手机上现在显示的 6 位数，并看看手机的时间准不准。"), field="code")
    user.totp_confirmed_at = now
    audit.record(
        actor=actor,
        action="accounts.second_step_on",
        subject=user,
        text=f"{who(user)} 开启了登录动态码",
        division_code=user.scope_code,
    )
    return user


@command
def remove_second_step(*, actor: Actor, password: str, code: str) -> UserAccount:
    """Stop using the present phone, to set up another. Raises InvalidInput(field="password"), WrongCode."""
    actor.require(SECOND_STEP)
    user = _own_locked(actor)
    if not passwords.matches(user.password_hash, password):
        raise InvalidInput(_l("密码不对。"), field="password")
    if not take_code(user, code, clock.now()):
        raise WrongCode(_l("动态码不对，或已经用过。请等手机上换了新的 6 位数再填。"), field="code")
    forget_second_step(user)
    audit.record(
        actor=actor,
        action="accounts.second_step_off",
        subject=user,
        text=f"{who(user)} 停用了登录动态码",
        division_code=user.scope_code,
    )
    return user


def take_code(user: UserAccount, code: str, now: datetime) -> bool:
    """Use up a code: False when it is wrong, too old or was used before. The caller holds the row's lock."""
    if user.totp_secret is None:
        return False
    secret = secrets.decrypt(user.totp_secret, purpose=PURPOSE)
    step = rules.matching_step(secret, code, now, user.totp_last_step)
    if step is None:
        return False
    user.totp_last_step = step
    return True


def forget_second_step(user: UserAccount) -> None:
    """No key, no codes; the used steps stay known."""
    user.totp_secret = user.totp_confirmed_at = None


def _own_locked(actor: Actor) -> UserAccount:
    user = get_own(actor)
    db.session.refresh(user, with_for_update=True)
    return user
