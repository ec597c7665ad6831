"""What can be done with people, logins and interface keys."""

from accounts.service.administration import (
    disable_user,
    edit_user,
    enable_user,
    reset_password,
    reset_second_step,
    unlock_user,
)
from accounts.service.interfaces import (
    NewKey,
    add_interface_key,
    find_interface,
    list_interface_keys,
    revoke_interface_key,
)
from accounts.service.login import change_own_password, check_code, log_in
from accounts.service.people import (
    NewLogin,
    UserFilter,
    create_user,
    find_by_session,
    find_user,
    get_own,
    get_user,
    list_users,
    must_change,
    set_language,
    user_names,
)
from accounts.service.second_step import (
    confirm_second_step,
    must_enrol,
    remove_second_step,
    second_step_key,
    start_second_step,
)

__all__ = [
    "NewKey",
    "NewLogin",
    "UserFilter",
    "add_interface_key",
    "change_own_password",
    "check_code",
    "confirm_second_step",
    "create_user",
    "disable_user",
    "edit_user",
    "enable_user",
    "find_by_session",
    "find_interface",
    "find_user",
    "get_own",
    "get_user",
    "list_interface_keys",
    "list_users",
    "log_in",
    "must_change",
    "must_enrol",
    "remove_second_step",
    "reset_password",
    "reset_second_step",
    "revoke_interface_key",
    "second_step_key",
    "set_language",
    "start_second_step",
    "unlock_user",
    "user_names",
]
