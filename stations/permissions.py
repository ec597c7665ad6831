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


# -- inspection ------------------------------------------------------------------------------------

INSPECTIONS_READ = Permission(
    "stations.inspections_read",
    _l("查看巡检"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER, Role.INSPECTOR, Role.VILLAGE_OPERATOR},
)
INSPECTIONS_MANAGE = Permission(
    "stations.inspections_manage", _l("安排巡检、公布结果、责令整改和关闭"), {Role.COUNTY_ADMIN}
)
INSPECTIONS_SCORE = Permission("stations.inspections_score", _l("巡检打分"), {Role.TOWNSHIP_MANAGER, Role.INSPECTOR})
INSPECTIONS_REVIEW = Permission("stations.inspections_review", _l("复核巡检得分、复查整改"), {Role.INSPECTOR})
INSPECTIONS_RECTIFY = Permission(
    "stations.inspections_rectify", _l("上报巡检问题的整改"), {Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR}
)


# -- phone checks ----------------------------------------------------------------------------------

PHONE_CHECKS_READ = Permission(
    "stations.phone_checks_read",
    _l("查看电话抽查"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.INSPECTOR},
)
PHONE_CHECKS_CALL = Permission(
    "stations.phone_checks_call", _l("抽样、打电话核实"), {Role.COUNTY_ADMIN, Role.INSPECTOR}
)
