"""What people may do in trade."""

from flask_babel import lazy_gettext as _l

from app.core.access import Permission, Role

SERVICES_RECORD = Permission("trade.record", _l("记代买代卖"), {Role.VILLAGE_OPERATOR, Role.TOWNSHIP_MANAGER})
SERVICES_READ = Permission(
    "trade.read",
    _l("查看代买代卖"),
    {Role.VILLAGE_OPERATOR, Role.TOWNSHIP_MANAGER, Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL},
)
ORDERS_READ = Permission(
    "orders.read", _l("查看订单"), {Role.TOWNSHIP_MANAGER, Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL}
)
ORDERS_MANAGE = Permission("orders.manage", _l("处理订单"), {Role.TOWNSHIP_MANAGER, Role.COUNTY_ADMIN})
LEDGER_READ = Permission("ledger.read", _l("查看账簿"), {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL})
