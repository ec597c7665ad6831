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


# -- public money ----------------------------------------------------------------------------------

FUND_READ = Permission("stations.fund_read", _l("查看专项资金"), {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL})
FUND_BOOK = Permission("stations.fund_book", _l("登记专项资金收支、冲正"), {Role.COUNTY_ADMIN})
SUBSIDY_READ = Permission(
    "stations.subsidy_read",
    _l("查看建设补助"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.TOWNSHIP_MANAGER},
)
SUBSIDY_GRANT = Permission("stations.subsidy_grant", _l("核定建设补助、审核拨付申请"), {Role.COUNTY_ADMIN})
SUBSIDY_PAY = Permission("stations.subsidy_pay", _l("支付和追回建设补助"), {Role.COUNTY_ADMIN})
SUBSIDY_REQUEST = Permission(
    "stations.subsidy_request", _l("申请拨付建设补助"), {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER}
)
SUBSIDY_CONFIRM = Permission("stations.subsidy_confirm", _l("确认收到建设补助"), {Role.TOWNSHIP_MANAGER})
OPERATOR_READ = Permission("stations.operator_read", _l("查看中心运营合同"), {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL})
OPERATOR_MANAGE = Permission("stations.operator_manage", _l("管理中心运营合同和职责记录"), {Role.COUNTY_ADMIN})
# -- evaluation ------------------------------------------------------------------------------------

EVALUATION_READ = Permission(
    "stations.evaluation_read",
    _l("查看绩效评价"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.INSPECTOR},
)
EVALUATION_SCORE = Permission("stations.evaluation_score", _l("绩效自评、登记省级评分"), {Role.COUNTY_ADMIN})
EVALUATION_REVIEW = Permission("stations.evaluation_review", _l("绩效评价县级复核、复查整改"), {Role.INSPECTOR})


# -- publicity, organisation records ---------------------------------------------------------------

PUBLICITY_READ = Permission(
    "stations.publicity_read",
    _l("查看公示和异议"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.INSPECTOR},
)
PUBLICITY_POST = Permission("stations.publicity_post", _l("发布公示、答复异议"), {Role.COUNTY_ADMIN})
ORGANISATION_READ = Permission(
    "stations.organisation_read",
    _l("查看组织管理台账"),
    {Role.COUNTY_ADMIN, Role.COUNTY_OFFICIAL, Role.INSPECTOR},
)
ORGANISATION_EDIT = Permission("stations.organisation_edit", _l("登记组织管理台账"), {Role.COUNTY_ADMIN})
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
# -- network ---------------------------------------------------------------------------------------

STATIONS_LOCATE = Permission(
    "stations.locate",
    _l("在现场记站点位置"),
    {Role.COUNTY_ADMIN, Role.TOWNSHIP_MANAGER, Role.VILLAGE_OPERATOR, Role.INSPECTOR},
)
DIVISIONS_EDIT = Permission("stations.divisions", _l("登记区划撤并、更名"), {Role.COUNTY_ADMIN})
