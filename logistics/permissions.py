"""What people may do with parcels and runs."""

from flask_babel import lazy_gettext as _l

from app.core.access import HUB_ROLES, Permission, Role

_STATIONS = {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR}

PARCELS_READ = Permission("logistics.parcels.read", _l("查看包裹"), _STATIONS | {Role.COUNTY_OFFICIAL})
COUNTER = Permission("logistics.counter", _l("收件入库、取件、寄件"), {Role.VILLAGE_OPERATOR})
HUB_INTAKE = Permission("logistics.hub_intake", _l("县中心登记到件、交给快递公司"), HUB_ROLES)
HANDOVERS = Permission("logistics.handovers", _l("交接包裹"), _STATIONS)
PARCELS_SETTLE = Permission("logistics.settle", _l("退回包裹、处理交接短少"), _STATIONS)
RUNS_READ = Permission(
    "logistics.runs.read",
    _l("查看班车"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER, Role.DRIVER},
)
RUNS_PLAN = Permission("logistics.runs.plan", _l("排班、管理车辆"), HUB_ROLES)
RUNS_DRIVE = Permission("logistics.runs.drive", _l("发车、到站、收车"), {Role.DRIVER, Role.COUNTY_ADMIN})
