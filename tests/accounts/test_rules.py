from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import rules
from accounts.errors import WeakPassword
from app.core.access import SYSTEM, Actor, Role
from app.core.errors import InvalidInput

COUNTY, TOWNSHIP, VILLAGE = "500242000000", "500242101000", "500242101201"
NOW = datetime(2026, 11, 22, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("hub", "hub"),
        (" Hub ", "hub"),
        ("ｈｕｂ", "hub"),
        ("138 1234-1234", "13812341234"),
        ("１３８１２３４１２３４", "13812341234"),
        ("+86 138 1234 1234", "13812341234"),
        ("li-dashan", "li-dashan"),
    ],
)
def test_a_name_is_known_however_it_is_typed(typed: str, stored: str) -> None:
    assert rules.login_key(typed) == stored


@pytest.mark.parametrize("login", ["", "a", "1abc", "13812341234", "李大山", "a b", "a" * 33, "_x"])
def test_what_is_no_login_name(login: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.check_login(login)
    assert refused.value.field == "login"


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/desk", True),
        ("/statistics?month=2026-10#top", True),
        ("/", True),
        (None, False),
        ("", False),
        ("desk", False),
        ("//evil.example", False),
        ("///evil.example", False),
        ("/\\evil.example", False),
        ("\\\\evil.example", False),
        ("https://evil.example/desk", False),
        ("javascript:alert(1)", False),
        ("/\t/evil.example", False),
        ("/\n/evil.example", False),
        (" /desk", False),
    ],
)
def test_nobody_is_sent_elsewhere(target: str | None, safe: bool) -> None:
    assert rules.own_path(target) == (target if safe else None)


@pytest.mark.parametrize(
    ("password", "role", "good"),
    [
        ("tea-leaf", Role.VILLAGE_OPERATOR, True),
        ("tea-lea", Role.VILLAGE_OPERATOR, False),
        ("tea-leaf1", Role.COUNTY_ADMIN, False),
        ("tea-leaf12", Role.COUNTY_ADMIN, True),
        ("十个字的密码也可以用", Role.COUNTY_ADMIN, True),
        ("12345678", Role.VILLAGE_OPERATOR, False),
        ("１２３４５６７８", Role.VILLAGE_OPERATOR, False),
        ("PassWord123", Role.COUNTY_ADMIN, False),
        ("88888888", Role.VILLAGE_OPERATOR, False),
        ("abababab", Role.VILLAGE_OPERATOR, False),
        ("lidashan", Role.VILLAGE_OPERATOR, False),
        ("13812341234", Role.VILLAGE_OPERATOR, False),
        ("138 1234 1234", Role.VILLAGE_OPERATOR, False),
        ("x9" * 64 + "y", Role.VILLAGE_OPERATOR, False),
    ],
)
def test_passwords(password: str, role: Role, good: bool) -> None:
    def check() -> None:
        rules.check_password(password, role=role, login="lidashan", phone="13812341234")

    if good:
        check()
    else:
        with pytest.raises(WeakPassword):
            check()


def test_a_first_password_can_be_read_over_the_phone_and_follows_the_rules() -> None:
    password = rules.random_password()
    assert [len(group) for group in password.split("-")] == [4, 4, 4]
    assert not set(password) & set("aeiou01l")
    rules.check_password(password, role=Role.COUNTY_ADMIN, login="hub", phone=None)


@pytest.mark.parametrize(
    ("failed", "minutes"),
    [
        (0, 0),
        (1, 0),
        (4, 0),
        (5, 10),
        (6, 0),
        (9, 0),
        (10, 20),
        (15, 40),
        (20, 80),
        (40, 1280),
        (45, 1440),
        (5000, 1440),
    ],
)
def test_the_lock_grows(failed: int, minutes: int) -> None:
    assert rules.lock_after(failed) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("until", "locked"),
    [(None, False), (NOW, False), (NOW + timedelta(seconds=1), True), (NOW - timedelta(seconds=1), False)],
)
def test_a_lock_ends_by_itself(until: datetime | None, locked: bool) -> None:
    assert rules.is_locked(until, NOW) is locked


@pytest.mark.parametrize(("seconds", "minutes"), [(1, 1), (60, 1), (61, 2), (600, 10)])
def test_minutes_left(seconds: int, minutes: int) -> None:
    assert rules.minutes_left(NOW + timedelta(seconds=seconds), NOW) == minutes


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
STEP = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(
    ("offset", "last_step", "fits"),
    [
        (0, None, True),
        (-1, None, True),
        (1, None, True),
        (-2, None, False),
        (2, None, False),
        (0, STEP - 1, True),
        (0, STEP, False),
        (-1, STEP, False),
        (1, STEP, True),
    ],
)
def test_each_code_counts_once_and_near_its_time(offset: int, last_step: int | None, fits: bool) -> None:
    code = pyotp.HOTP(SECRET).at(STEP + offset)
    assert rules.matching_step(SECRET, code, NOW, last_step) == (STEP + offset if fits else None)


@pytest.mark.parametrize("code", ["", "abcdef", "12345", "一二三四五六", "000 000 0"])
def test_what_is_no_code(code: str) -> None:
    assert rules.matching_step(SECRET, code, NOW, None) is None


def test_a_code_may_be_typed_with_a_blank_or_full_width() -> None:
    code = pyotp.HOTP(SECRET).at(STEP)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert rules.matching_step(SECRET, f"{code[:3]} {code[3:]}", NOW, None) == STEP
    assert rules.matching_step(SECRET, wide, NOW, None) == STEP


@given(st.integers(min_value=0, max_value=999_999))
def test_a_guess_fits_only_when_it_is_the_code(guess: int) -> None:
    code = f"{guess:06d}"
    near = {pyotp.HOTP(SECRET).at(STEP + n) for n in (-1, 0, 1)}
    assert (rules.matching_step(SECRET, code, NOW, None) is not None) is (code in near)


@pytest.mark.parametrize(
    ("actor", "role", "scope", "theirs"),
    [
        (Actor(None, "县", Role.COUNTY_ADMIN, COUNTY), Role.COUNTY_ADMIN, COUNTY, True),
        (Actor(None, "县", Role.COUNTY_ADMIN, COUNTY), Role.VILLAGE_OPERATOR, VILLAGE, True),
        (Actor(None, "县", Role.COUNTY_ADMIN, COUNTY), Role.VILLAGE_OPERATOR, "532931100201", False),
        (Actor(None, "县", Role.COUNTY_ADMIN, COUNTY), Role.INTERFACE, COUNTY, False),
        (Actor(None, "镇", Role.TOWNSHIP_MANAGER, TOWNSHIP), Role.VILLAGE_OPERATOR, VILLAGE, True),
        (Actor(None, "镇", Role.TOWNSHIP_MANAGER, TOWNSHIP), Role.PRODUCER, VILLAGE, True),
        (Actor(None, "镇", Role.TOWNSHIP_MANAGER, TOWNSHIP), Role.TOWNSHIP_MANAGER, TOWNSHIP, False),
        (Actor(None, "镇", Role.TOWNSHIP_MANAGER, TOWNSHIP), Role.DRIVER, VILLAGE, False),
        (Actor(None, "镇", Role.TOWNSHIP_MANAGER, TOWNSHIP), Role.VILLAGE_OPERATOR, "500242102202", False),
        (Actor(None, "镇", Role.TOWNSHIP_MANAGER, TOWNSHIP), Role.COUNTY_ADMIN, COUNTY, False),
        (Actor(None, "领导", Role.COUNTY_OFFICIAL, COUNTY), Role.VILLAGE_OPERATOR, VILLAGE, False),
        (Actor(None, "村", Role.VILLAGE_OPERATOR, VILLAGE), Role.PRODUCER, VILLAGE, False),
        (SYSTEM, Role.COUNTY_ADMIN, COUNTY, True),
    ],
)
def test_who_looks_after_whom(actor: Actor, role: Role, scope: str, theirs: bool) -> None:
    assert rules.looks_after(actor, role, scope) is theirs


@pytest.mark.parametrize(
    ("role", "scope", "fits"),
    [
        (Role.COUNTY_ADMIN, COUNTY, True),
        (Role.COUNTY_ADMIN, TOWNSHIP, False),
        (Role.COUNTY_OFFICIAL, VILLAGE, False),
        (Role.TOWNSHIP_MANAGER, TOWNSHIP, True),
        (Role.TOWNSHIP_MANAGER, COUNTY, False),
        (Role.VILLAGE_OPERATOR, VILLAGE, True),
        (Role.VILLAGE_OPERATOR, TOWNSHIP, False),
        (Role.PRODUCER, VILLAGE, True),
        (Role.DRIVER, COUNTY, True),
        (Role.DRIVER, "500000000000", False),
        (Role.COUNTY_ADMIN, "000000000000", False),
    ],
)
def test_each_role_has_its_level(role: Role, scope: str, fits: bool) -> None:
    if fits:
        rules.check_place(role, scope)
    else:
        with pytest.raises(InvalidInput):
            rules.check_place(role, scope)
