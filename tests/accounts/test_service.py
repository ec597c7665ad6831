from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask

from accounts import service
from accounts.errors import (
    AccountDisabled,
    LastAdministrator,
    LockedOut,
    LoginTaken,
    WeakPassword,
    WrongCode,
    WrongLogin,
)
from accounts.models import KeyPurpose, UnknownLogin, UserAccount, UserStatus
from accounts.service import UserFilter, passwords
from app.core import audit, clock, ids
from app.core.access import SYSTEM, Role
from app.core.database import db
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.moves import IllegalMove
from tests.factories.accounts import (
    COUNTY,
    OTHER_VILLAGE,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    create_hub_admin,
    create_interface_key,
    create_user,
)

NEW = {"login": "wangxiaomei", "name": "王小梅", "role": Role.VILLAGE_OPERATOR, "scope_code": VILLAGE}


def names(users: Any) -> set[str]:
    return {user.login for user in db.session.scalars(users)}


# -- adding --------------------------------------------------------------------------------------


def test_a_new_person_logs_in_with_the_first_password_and_has_to_change_it(admin: UserAccount) -> None:
    new = service.create_user(actor=admin.actor, phone="138 1234 1234", **NEW)
    assert new.first_password
    user = service.log_in(name="13812341234", password=new.first_password)
    assert user.login == "wangxiaomei"
    assert service.must_change(user)


def test_what_is_written_down_about_it_names_no_password_and_masks_the_phone(admin: UserAccount) -> None:
    new = service.create_user(actor=admin.actor, phone="13812341234", **NEW)
    [entry] = audit.history(new.user)
    assert entry.text == "添加人员 王小梅（138****1234），登录名 wangxiaomei，角色是村级服务点站长"
    assert entry.division_code == VILLAGE
    assert new.first_password not in repr(entry.text) + repr(entry.data)


def test_the_same_request_adds_once_and_tells_the_same_password(admin: UserAccount) -> None:
    request_id = ids.new_id()
    first = service.create_user(actor=admin.actor, request_id=request_id, **NEW)
    second = service.create_user(actor=admin.actor, request_id=request_id, **NEW)
    assert (second.user.id, second.first_password) == (first.user.id, first.first_password)
    assert service.log_in(name="wangxiaomei", password=first.first_password)
    with pytest.raises(Conflict):
        service.create_user(actor=admin.actor, request_id=request_id, **(NEW | {"name": "王大梅"}))


def test_a_repeated_request_tells_no_password_that_was_changed(admin: UserAccount) -> None:
    request_id = ids.new_id()
    new = service.create_user(actor=admin.actor, request_id=request_id, **NEW)
    service.change_own_password(actor=new.user.actor, current=None, password="mountain-tea")
    assert service.create_user(actor=admin.actor, request_id=request_id, **NEW).first_password is None


@pytest.mark.parametrize(
    ("overrides", "error", "field"),
    [
        ({"login": "13812341234"}, InvalidInput, "login"),
        ({"name": " "}, InvalidInput, "name"),
        ({"scope_code": TOWNSHIP}, InvalidInput, "scope_code"),
        ({"scope_code": ""}, InvalidInput, "scope_code"),
        ({"password": "12345678"}, WeakPassword, "password"),
        ({"role": Role.COUNTY_ADMIN, "scope_code": COUNTY, "password": "tea-leaf"}, WeakPassword, "password"),
        ({"scope_code": "532931100201"}, NotFound, None),
        ({"role": Role.INTERFACE}, Forbidden, None),
    ],
)
def test_who_cannot_be_added(admin: UserAccount, overrides: Any, error: type[Exception], field: str | None) -> None:
    with pytest.raises(error) as refused:
        service.create_user(actor=admin.actor, **(NEW | overrides))
    assert refused.value.field == field
    assert service.find_user("wangxiaomei") is None


@pytest.mark.parametrize(("field", "value"), [("login", "Taken"), ("phone", "138-0000-0001")])
def test_login_names_and_phones_are_nobody_elses(admin: UserAccount, field: str, value: str) -> None:
    create_user(login="taken", phone="13800000001")
    with pytest.raises(LoginTaken) as refused:
        service.create_user(actor=admin.actor, **(NEW | {field: value}))
    assert refused.value.field == field


def test_the_system_may_add_the_first_administrator(session: Any) -> None:
    facts = {"login": "hub", "name": "县管理员", "role": Role.COUNTY_ADMIN, "scope_code": COUNTY}
    new = service.create_user(actor=SYSTEM, password="ten-chars-and-more", must_change_password=False, **facts)
    assert new.first_password == "ten-chars-and-more"
    assert not service.must_change(new.user)


def test_a_township_adds_operators_and_producers_of_its_own_villages_only(manager: UserAccount) -> None:
    assert service.create_user(actor=manager.actor, **NEW).user.scope_code == VILLAGE
    with pytest.raises(NotFound):
        service.create_user(actor=manager.actor, **(NEW | {"login": "b2", "scope_code": OTHER_VILLAGE}))
    with pytest.raises(Forbidden):
        service.create_user(actor=manager.actor, **(NEW | {"login": "b3", "role": Role.DRIVER}))


def test_an_operator_adds_nobody(operator: UserAccount) -> None:
    with pytest.raises(Forbidden):
        service.create_user(actor=operator.actor, **NEW)


# -- looking up ----------------------------------------------------------------------------------


def test_a_township_sees_its_own_villages_people(manager: UserAccount, admin: UserAccount) -> None:
    mine, other = create_user(), create_user(scope_code=OTHER_VILLAGE)
    driver = create_user(role=Role.DRIVER, scope_code=TOWNSHIP)
    assert names(service.list_users(actor=manager.actor)) == {mine.login}
    assert service.get_user(actor=manager.actor, user_id=mine.id) is mine
    for stranger in (other, driver, admin, manager):
        with pytest.raises(NotFound):
            service.get_user(actor=manager.actor, user_id=stranger.id)


def test_the_hub_sees_its_county(admin: UserAccount) -> None:
    mine, other = create_user(), create_user(scope_code="532931100201")
    assert names(service.list_users(actor=admin.actor)) == {admin.login, mine.login}
    with pytest.raises(NotFound):
        service.get_user(actor=admin.actor, user_id=other.id)


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        (UserFilter(), {"lidashan", "wangxiaomei", "closed"}),
        (UserFilter(text="大山"), {"lidashan"}),
        (UserFilter(text="XIAO"), {"wangxiaomei"}),
        (UserFilter(text="0002"), {"wangxiaomei"}),
        (UserFilter(text="%"), set()),
        (UserFilter(role=Role.PRODUCER), {"wangxiaomei"}),
        (UserFilter(status=UserStatus.DISABLED), {"closed"}),
        (UserFilter(locked=True), {"lidashan"}),
        (UserFilter(division_code="500242102000"), {"wangxiaomei"}),
        (UserFilter(division_code="nonsense"), {"lidashan", "wangxiaomei", "closed"}),
    ],
)
def test_the_list_narrows(session: Any, narrowed: UserFilter, found: set[str]) -> None:
    create_user(login="lidashan", name="李大山", phone="13800000001", locked_until=clock.now() + timedelta(minutes=3))
    create_user(login="wangxiaomei", name="王小梅", phone="13800000002", role=Role.PRODUCER, scope_code=OTHER_VILLAGE)
    create_user(login="closed", name="冉光明", phone=None, status=UserStatus.DISABLED)
    assert names(service.list_users(actor=SYSTEM, narrowed=narrowed)) == found


# -- logging in ----------------------------------------------------------------------------------


def test_five_wrong_passwords_lock_for_ten_minutes_then_twenty(operator: UserAccount) -> None:
    start = clock.now()
    with clock.at(start):
        for _try in range(4):
            with pytest.raises(WrongLogin):
                service.log_in(name=operator.login, password="wrong")
        with pytest.raises(LockedOut):
            service.log_in(name=operator.login, password="wrong")
        with pytest.raises(LockedOut):
            service.log_in(name=operator.login, password=PASSWORD)
    with clock.at(start + timedelta(minutes=9, seconds=59)), pytest.raises(LockedOut):
        service.log_in(name=operator.login, password=PASSWORD)
    with clock.at(start + timedelta(minutes=10)):
        for _try in range(4):
            with pytest.raises(WrongLogin):
                service.log_in(name=operator.phone, password="wrong")
        with pytest.raises(LockedOut):
            service.log_in(name=operator.phone, password="wrong")
    with clock.at(start + timedelta(minutes=29)), pytest.raises(LockedOut):
        service.log_in(name=operator.login, password=PASSWORD)
    with clock.at(start + timedelta(minutes=30)):
        assert service.log_in(name=operator.login, password=PASSWORD) is operator
    assert (operator.failed_logins, operator.locked_until) == (0, None)
    assert [entry.action for entry in audit.history(operator)] == ["accounts.locked"] * 2


def test_a_name_that_nobody_has_is_answered_and_locked_like_any_other(session: Any) -> None:
    for _try in range(4):
        with pytest.raises(WrongLogin):
            service.log_in(name="nobody", password="wrong")
    with pytest.raises(LockedOut):
        service.log_in(name=" NOBODY", password="wrong")
    with clock.at(clock.now() + timedelta(days=2)), pytest.raises(WrongLogin):
        service.log_in(name="somebody-else", password="wrong")
    assert session.query(UnknownLogin).count() == 1


def test_a_disabled_person_is_told_so_only_with_the_right_password(session: Any) -> None:
    user = create_user(status=UserStatus.DISABLED)
    with pytest.raises(WrongLogin):
        service.log_in(name=user.login, password="wrong")
    with pytest.raises(AccountDisabled):
        service.log_in(name=user.login, password=PASSWORD)


def test_a_hash_with_old_parameters_is_renewed_at_login(app: Flask, operator: UserAccount) -> None:
    app.config["ARGON2"] = {"time_cost": 2, "memory_cost": 16, "parallelism": 1}
    assert passwords.needs_rehash(operator.password_hash)
    epoch = operator.session_epoch
    service.log_in(name=operator.login, password=PASSWORD)
    assert not passwords.needs_rehash(operator.password_hash)
    assert operator.session_epoch == epoch
    assert service.log_in(name=operator.login, password=PASSWORD)


def test_the_password_may_be_typed_full_width(operator: UserAccount) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in PASSWORD)
    assert service.log_in(name=operator.login, password=wide)


# -- changing the password -----------------------------------------------------------------------


def test_changing_the_password_ends_the_sessions(operator: UserAccount) -> None:
    old = operator.get_id()
    assert service.find_by_session(old) is operator
    service.change_own_password(actor=operator.actor, current=PASSWORD, password="mountain-tea")
    assert service.find_by_session(old) is None
    assert service.find_by_session(operator.get_id()) is operator
    assert service.log_in(name=operator.login, password="mountain-tea")


@pytest.mark.parametrize(
    ("current", "password", "field"),
    [("wrong", "mountain-tea", "current"), (None, "mountain-tea", "current"), (PASSWORD, PASSWORD, "password")],
)
def test_passwords_that_are_not_taken(operator: UserAccount, current: str | None, password: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        service.change_own_password(actor=operator.actor, current=current, password=password)
    assert refused.value.field == field


def test_guessing_the_present_password_locks_too(operator: UserAccount) -> None:
    for _try in range(4):
        with pytest.raises(InvalidInput):
            service.change_own_password(actor=operator.actor, current="wrong", password="mountain-tea")
    with pytest.raises(LockedOut):
        service.change_own_password(actor=operator.actor, current="wrong", password="mountain-tea")


@pytest.mark.parametrize("cookie", ["", "nonsense", "0190d5a2-0000-7000-8000-000000000000:0", "x:y:z"])
def test_a_session_that_never_was(session: Any, cookie: str) -> None:
    assert service.find_by_session(cookie) is None


# -- looking after people ------------------------------------------------------------------------


def test_disabling_and_enabling(admin: UserAccount, operator: UserAccount) -> None:
    cookie = operator.get_id()
    service.disable_user(actor=admin.actor, user_id=operator.id, reason="离职")
    assert service.find_by_session(cookie) is None
    with pytest.raises(IllegalMove):
        service.disable_user(actor=admin.actor, user_id=operator.id, reason="再来一次")
    service.enable_user(actor=admin.actor, user_id=operator.id, reason="回来了")
    assert service.find_by_session(cookie) is None
    assert [entry.text.rpartition("：")[2] for entry in audit.history(operator)] == ["回来了", "离职"]


def test_a_reason_is_needed(admin: UserAccount, operator: UserAccount) -> None:
    with pytest.raises(InvalidInput):
        service.disable_user(actor=admin.actor, user_id=operator.id, reason=" ")


def test_the_last_administrator_stays(admin: UserAccount) -> None:
    with pytest.raises(LastAdministrator):
        service.disable_user(actor=SYSTEM, user_id=admin.id, reason="试试")
    other = create_hub_admin()
    create_hub_admin(status=UserStatus.DISABLED)
    create_hub_admin(scope_code="532931000000")
    service.disable_user(actor=admin.actor, user_id=other.id, reason="调走")
    facts = {"name": "县管理员", "phone": None, "station_id": None, "scope_code": COUNTY}
    with pytest.raises(LastAdministrator):
        service.edit_user(actor=SYSTEM, user_id=admin.id, role=Role.COUNTY_OFFICIAL, **facts)
    with pytest.raises(LastAdministrator):
        service.disable_user(actor=SYSTEM, user_id=admin.id, reason="试试")


def test_nobody_disables_resets_or_promotes_themselves(admin: UserAccount) -> None:
    create_hub_admin()
    with pytest.raises(Conflict):
        service.disable_user(actor=admin.actor, user_id=admin.id, reason="试试")
    with pytest.raises(Conflict):
        service.reset_password(actor=admin.actor, user_id=admin.id)
    with pytest.raises(Conflict):
        service.reset_second_step(actor=admin.actor, user_id=admin.id)


def test_editing_says_what_changed(admin: UserAccount) -> None:
    user = create_user(name="李大山", phone="13812341234")
    service.edit_user(
        actor=admin.actor,
        user_id=user.id,
        name="李大山",
        phone="139 0000 0000",
        role=Role.PRODUCER,
        scope_code=VILLAGE,
        station_id=None,
    )
    [entry] = audit.history(user)
    assert entry.text == (
        "修改 李大山（139****0000） 的资料：手机由 138****1234 改为 139****0000；角色由 村级服务点站长 改为 生产者"
    )


def test_a_township_cannot_make_its_operators_more_than_that(manager: UserAccount, operator: UserAccount) -> None:
    facts = {"name": "李大山", "phone": None, "station_id": None}
    with pytest.raises(Forbidden):
        service.edit_user(
            actor=manager.actor, user_id=operator.id, role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP, **facts
        )
    with pytest.raises(NotFound):
        service.edit_user(
            actor=manager.actor, user_id=operator.id, role=Role.VILLAGE_OPERATOR, scope_code=OTHER_VILLAGE, **facts
        )


def test_a_reset_password_opens_once_and_the_old_one_no_more(admin: UserAccount, operator: UserAccount) -> None:
    cookie, request_id = operator.get_id(), ids.new_id()
    new = service.reset_password(actor=admin.actor, user_id=operator.id, request_id=request_id)
    again = service.reset_password(actor=admin.actor, user_id=operator.id, request_id=request_id)
    assert again.first_password == new.first_password
    assert service.find_by_session(cookie) is None
    with pytest.raises(WrongLogin):
        service.log_in(name=operator.login, password=PASSWORD)
    assert service.must_change(service.log_in(name=operator.login, password=new.first_password))


def test_unlocking(admin: UserAccount) -> None:
    user = create_user(failed_logins=5, locked_until=clock.now() + timedelta(minutes=10))
    service.unlock_user(actor=admin.actor, user_id=user.id)
    assert service.log_in(name=user.login, password=PASSWORD)


def test_an_operator_looks_after_nobody(operator: UserAccount) -> None:
    other = create_user()
    for verb in (service.unlock_user, service.reset_password, service.reset_second_step):
        with pytest.raises(Forbidden):
            verb(actor=operator.actor, user_id=other.id)


# -- the second step -----------------------------------------------------------------------------


def enrol(user: UserAccount) -> pyotp.TOTP:
    """Set up codes; the code of this moment is used up by it."""
    service.start_second_step(actor=user.actor)
    key = service.second_step_key(user)
    assert key is not None
    codes = pyotp.TOTP(key.text.replace(" ", ""))
    service.confirm_second_step(actor=user.actor, code=codes.at(clock.now()))
    return codes


def test_codes_are_asked_for_once_confirmed_and_each_is_taken_once(admin: UserAccount) -> None:
    start = clock.now()
    with clock.at(start):
        codes = enrol(admin)
        assert admin.has_second_step
        assert service.second_step_key(admin) is None
        with pytest.raises(WrongCode):
            service.check_code(user_id=admin.id, code=codes.at(start))
    with clock.at(start + timedelta(seconds=30)):
        code = codes.at(clock.now())
        assert service.check_code(user_id=admin.id, code=code) is admin
        with pytest.raises(WrongCode):
            service.check_code(user_id=admin.id, code=code)


def test_wrong_codes_lock_although_the_password_is_right(admin: UserAccount) -> None:
    enrol(admin)
    for _try in range(4):
        service.log_in(name=admin.login, password=PASSWORD)
        with pytest.raises(WrongCode):
            service.check_code(user_id=admin.id, code="abcdef")
    with pytest.raises(LockedOut):
        service.check_code(user_id=admin.id, code="abcdef")
    with pytest.raises(LockedOut):
        service.log_in(name=admin.login, password=PASSWORD)


def test_the_key_is_kept_encrypted(admin: UserAccount) -> None:
    service.start_second_step(actor=admin.actor)
    key = service.second_step_key(admin)
    assert key.text.replace(" ", "") in key.address
    assert key.text.replace(" ", "") not in admin.totp_secret


def test_setting_up_is_due_for_the_hub_unless_switched_off(
    app: Flask, admin: UserAccount, operator: UserAccount
) -> None:
    assert not service.must_enrol(admin)
    app.config["TOTP_REQUIRED"] = True
    assert service.must_enrol(admin)
    assert not service.must_enrol(operator)
    enrol(admin)
    assert not service.must_enrol(admin)


def test_a_key_in_use_is_not_replaced_without_password_and_code(admin: UserAccount) -> None:
    start = clock.now()
    with clock.at(start):
        codes = enrol(admin)
        with pytest.raises(Conflict):
            service.start_second_step(actor=admin.actor)
    with clock.at(start + timedelta(minutes=1)):
        code = codes.at(clock.now())
        with pytest.raises(InvalidInput):
            service.remove_second_step(actor=admin.actor, password="wrong", code=code)
        with pytest.raises(WrongCode):
            service.remove_second_step(actor=admin.actor, password=PASSWORD, code="000 00")
        service.remove_second_step(actor=admin.actor, password=PASSWORD, code=code)
    assert admin.totp_secret is None
    assert not admin.has_second_step


def test_another_administrator_resets_codes_and_that_is_written_down(admin: UserAccount) -> None:
    enrol(admin)
    other, cookie = create_hub_admin(name="另一位"), admin.get_id()
    service.reset_second_step(actor=other.actor, user_id=admin.id)
    assert not admin.has_second_step
    assert service.find_by_session(cookie) is None
    assert audit.history(admin)[0].actor_name == "另一位"


def test_codes_are_for_the_hub(operator: UserAccount) -> None:
    with pytest.raises(Forbidden):
        service.start_second_step(actor=operator.actor)


# -- interface keys ------------------------------------------------------------------------------


def test_a_key_opens_its_interface_until_it_is_revoked(session: Any) -> None:
    new = create_interface_key(purpose=KeyPurpose.DATA)
    caller = service.find_interface(new.secret, "data")
    assert (caller.role, caller.scope_code, caller.name) == (Role.INTERFACE, COUNTY, "省数据中心")
    assert service.find_interface(new.secret, KeyPurpose.EPCIS) is None
    assert service.find_interface(new.secret + "x") is None
    assert new.secret not in (new.key.key_hash, new.key.name)
    service.revoke_interface_key(actor=SYSTEM, key_id=new.key.id)
    assert service.find_interface(new.secret, "data") is None


def test_the_last_use_of_a_key_is_noted_to_ten_minutes(session: Any) -> None:
    new, start = create_interface_key(), clock.now()
    for minutes, noted in ((0, 0), (9, 0), (10, 10)):
        with clock.at(start + timedelta(minutes=minutes)):
            service.find_interface(new.secret)
        session.refresh(new.key)
        assert new.key.last_used_at == start + timedelta(minutes=noted)


def test_keys_are_the_hubs(manager: UserAccount, admin: UserAccount) -> None:
    with pytest.raises(Forbidden):
        service.add_interface_key(actor=manager.actor, name="省数据中心", purpose="data")
    new = service.add_interface_key(actor=admin.actor, name="省数据中心", purpose="data")
    assert new.key.scope_code == COUNTY
    assert service.list_interface_keys(actor=admin.actor) == [new.key]
