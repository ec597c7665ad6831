"""What people may do with people."""

from flask_babel import lazy_gettext as _l

from app.core.access import HUB_ROLES, Permission, Role

USERS_READ = Permission("accounts.read", _l("查看人员"), {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER})
USERS_MANAGE = Permission("accounts.manage", _l("管理人员"), {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER})
INTERFACES_MANAGE = Permission("accounts.interfaces", _l("管理接口密钥"), HUB_ROLES)
SECOND_STEP = Permission("accounts.second_step", _l("设置动态码"), HUB_ROLES)
