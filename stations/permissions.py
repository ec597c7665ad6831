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
ACCEPTANCE_PREPARE = Permission(
    "stations.acceptance_prepare", _l("整理验收资料"), {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER}
)
DOSSIER_OPEN = Permission("stations.dossier_open", _l("开始物流、培训、产品、合同年度的资料"), {Role.COUNTY_ADMIN})
ACCEPTANCE_INSPECT = Permission("stations.acceptance_inspect", _l("现场查验"), {Role.INSPECTOR})
ACCEPTANCE_DECIDE = Permission("stations.acceptance_decide", _l("作验收决定"), {Role.COUNTY_ADMIN})


# -- project ---------------------------------------------------------------------------------------

PROJECTS_READ = Permission(
    "stations.projects_read",
    _l("查看建设项目和设备"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER, Role.INSPECTOR},
)
PROJECT_PREPARE = Permission(
    "stations.project_prepare", _l("申请建设项目、登记合同、发票和设备"), {Role.TOWNSHIP_MANAGER}
)
PROJECT_SCORE = Permission("stations.project_score", _l("踏勘选址"), {Role.INSPECTOR})
PROJECT_APPROVE = Permission("stations.project_approve", _l("批复建设项目"), {Role.COUNTY_ADMIN})
ASSETS_COUNT = Permission("stations.assets_count", _l("现场清点设备"), {Role.INSPECTOR})
