"""What people may do with the station network."""

from flask_babel import lazy_gettext as _l

from app.core.access import Permission, Role

STATIONS_READ = Permission(
    "stations.read",
    _l("查看站点、覆盖和计划"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR, Role.INSPECTOR},
)
STATIONS_PHONE = Permission(
    "stations.phone", _l("查看站点联系电话"), {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER, Role.INSPECTOR, Role.DRIVER}
)
STATIONS_EDIT = Permission("stations.edit", _l("修改站点资料"), {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER})
STATIONS_MANAGE = Permission("stations.manage", _l("登记站点、变更站点状态"), {Role.COUNTY_ADMIN})
PLAN_SET = Permission("stations.plan", _l("制定计划、标记重点村"), {Role.COUNTY_ADMIN})
COUNTY_LOAD = Permission("stations.load_county", _l("导入县的区划文件"), {Role.COUNTY_ADMIN})


# -- acceptance ------------------------------------------------------------------------------------

ACCEPTANCE_READ = Permission(
    "stations.acceptance_read",
    _l("查看验收"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER, Role.INSPECTOR},
)
ACCEPTANCE_PREPARE = Permission("stations.acceptance_prepare", _l("整理验收资料"), {Role.TOWNSHIP_MANAGER})
ACCEPTANCE_INSPECT = Permission("stations.acceptance_inspect", _l("现场查验"), {Role.INSPECTOR})
ACCEPTANCE_DECIDE = Permission("stations.acceptance_decide", _l("作验收决定"), {Role.COUNTY_ADMIN})


# -- network ---------------------------------------------------------------------------------------

STATIONS_LOCATE = Permission(
    "stations.locate",
    _l("在现场记站点位置"),
    {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR, Role.INSPECTOR},
)
DIVISIONS_EDIT = Permission("stations.divisions", _l("登记区划撤并、更名"), {Role.COUNTY_ADMIN})
