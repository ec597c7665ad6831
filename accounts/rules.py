"""Rules about people and logins: pure, the time comes in as an argument."""

from __future__ import annotations

import hmac
import re
import secrets
import string
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pyotp
from flask_babel import lazy_gettext as _l

from accounts.errors import WeakPassword
from app.core.access import HUB_ROLES, Actor, Role
from app.core.errors import InvalidInput
from app.core.scope import covers, prefix_of

# -- names ---------------------------------------------------------------------------------------

LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")  # begins with a letter, so that no login is somebody's phone


def plain(typed: str) -> str:
    """What a person meant: full-width letters and digits of a Chinese keyboard made plain, no blanks around."""
    return unicodedata.normalize("NFKC", typed).strip()


def login_key(typed: str) -> str:
    """A typed login name or phone as it is stored: ``"138 1234-1234"`` → ``"13812341234"``, ``" Hub "`` → ``"hub"``."""
    name = plain(typed).lower()
    digits = re.sub(r"[\s-]", "", name).removeprefix("+86")
    return digits if digits.isascii() and digits.isdecimal() else name


def check_login(login: str) -> str:
    """The login name as it is stored. Raises InvalidInput(field="login")."""
    key = login_key(login)
    if not LOGIN.fullmatch(key):
        raise InvalidInput(_l("登录名请用 2 到 32 个小写字母和数字，以字母开头，例如 lidashan。"), field="login")
    return key


def own_path(target: str | None) -> str | None:
    """A path on this site, or None: nobody is sent to another address after logging in."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(unicodedata.category(c) == "Cc" for c in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


# -- passwords -----------------------------------------------------------------------------------

LEAST_HUB, LEAST_OTHERS, MOST = 10, 8, 128
_COMMON = """
    0123456789 1234567890 12345678 123456789 87654321 987654321 11223344 12341234 123123123 1234qwer 123qweasd
    147258369 1q2w3e4r 1qaz2wsx 1qaz2wsx3edc 5201314520 66668888 88886666 a12345678 a123456789 aa123456 aaa123456
    abc12345 abc123456 abcd1234 abcdefgh admin123 admin1234 admin123456 administrator asdfghjkl iloveyou
    p@ssw0rd passw0rd password password1 password123 q1w2e3r4 qq123456 qwer1234 qwertyui qwertyuiop
    woaini520 woaini1314 woaini5201314 xiangyi1 xiangyi123 xiangyi2026 youyang123 zhangsan lisi1234
    zxcvbnm123 zxcvbnm1 computer 13800138000 letmein123 welcome1 welcome123
"""
COMMON = frozenset(_COMMON.split())


def least_length(role: Role) -> int:
    """How many characters a password needs: more at the hub."""
    return LEAST_HUB if role in HUB_ROLES else LEAST_OTHERS


def check_password(password: str, *, role: Role, login: str, phone: str | None) -> None:
    """Raise WeakPassword(field="password") unless the password follows the rules for that person."""
    least = least_length(role)
    if len(password) < least:
        raise WeakPassword(_l("密码至少 %(least)s 位。", least=least), field="password")
    if len(password) > MOST:
        raise WeakPassword(_l("密码最多 %(most)s 位。", most=MOST), field="password")
    key = login_key(password)
    if key == login or (phone and key == phone):
        raise WeakPassword(_l("密码不能和登录名或手机号一样。"), field="password")
    if key in COMMON or len(set(key)) < 4:
        raise WeakPassword(_l("这个密码太常见，别人一猜就中，请换一个。"), field="password")


# First passwords are read over the telephone: no vowels (no words), none of l, o, 0, 1.
_LETTERS = "".join(c for c in string.ascii_lowercase if c not in "aeioul")
_DIGITS = "23456789"


def password_from(draws: Iterator[int]) -> str:
    """``kfmq-7294-wxrt`` from a stream of numbers drawn evenly from 0..255: four letters, four digits, four letters."""
    return "-".join(_group(draws, alphabet) for alphabet in (_LETTERS, _DIGITS, _LETTERS))


def random_password() -> str:
    """A new first password, about 46 bits."""
    return password_from(iter(lambda: secrets.randbelow(256), -1))


def _group(draws: Iterator[int], alphabet: str) -> str:
    even = 256 - 256 % len(alphabet)  # numbers above would make the first letters likelier
    fitting = (alphabet[n % len(alphabet)] for n in draws if n < even)
    return "".join(next(fitting) for _ in range(4))


# -- lock-out ------------------------------------------------------------------------------------

TRIES = 5
FIRST_LOCK = timedelta(minutes=10)
LONGEST_LOCK = timedelta(hours=24)


def lock_after(failed: int) -> timedelta:
    """How long to lock after so many wrong tries in a row: 10 minutes at the fifth, doubled at every fifth after it."""
    if failed <= 0 or failed % TRIES:
        return timedelta(0)
    doublings: int = min(failed // TRIES - 1, 16)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


def is_locked(until: datetime | None, now: datetime) -> bool:
    """Whether the lock still holds."""
    return until is not None and now < until


def minutes_left(until: datetime, now: datetime) -> int:
    """Full minutes until the lock opens, at least 1."""
    return max(1, -(-int((until - now).total_seconds()) // 60))


# -- the second step -----------------------------------------------------------------------------

STEP_SECONDS = 30
DRIFT = 1  # a phone's clock may be one step off, either way (RFC 6238, section 5.2)


def matching_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The time step whose code was typed, or None when no step fits or its code was used before."""
    typed = re.sub(r"\s", "", plain(code))
    present = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.HOTP(secret)
    for step in range(present - DRIFT, present + DRIFT + 1):
        if hmac.compare_digest(generator.at(step).encode(), typed.encode()):
            return step if last_step is None or step > last_step else None
    return None


# -- who looks after whom ------------------------------------------------------------------------

PEOPLE = frozenset(Role) - {Role.INTERFACE}
UNDER: dict[Role, frozenset[Role]] = {
    Role.COUNTY_ADMIN: PEOPLE,
    Role.TOWNSHIP_MANAGER: frozenset({Role.VILLAGE_OPERATOR, Role.PRODUCER}),
}
_COUNTY, _TOWNSHIP, _VILLAGE = 6, 9, 12
LEVELS: dict[Role, frozenset[int]] = {
    Role.COUNTY_ADMIN: frozenset({_COUNTY}),
    Role.COUNTY_OFFICIAL: frozenset({_COUNTY}),
    Role.TOWNSHIP_MANAGER: frozenset({_TOWNSHIP}),
    Role.VILLAGE_OPERATOR: frozenset({_VILLAGE}),
}
_ANY = frozenset({_COUNTY, _TOWNSHIP, _VILLAGE})


def manageable_roles(actor: Actor) -> frozenset[Role]:
    """The roles this actor may give, and whose people the actor looks after."""
    return PEOPLE if actor.everything else UNDER.get(actor.role, frozenset())


def looks_after(actor: Actor, role: Role, scope_code: str) -> bool:
    """Whether a person of that role in that division is one of the actor's people."""
    return role in manageable_roles(actor) and covers(actor.scope_code, scope_code)


def check_place(role: Role, scope_code: str) -> None:
    """Raise InvalidInput(field="scope_code") when the role can't be held in a division of that level."""
    if len(prefix_of(scope_code)) in LEVELS.get(role, _ANY):
        return
    wanted = {
        Role.TOWNSHIP_MANAGER: _l("乡镇站管理员要选一个乡镇。"),
        Role.VILLAGE_OPERATOR: _l("村级站长要选一个村或社区。"),
    }
    raise InvalidInput(wanted.get(role, _l("这个角色要选全县。")), field="scope_code")
