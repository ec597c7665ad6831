"""The way into the work on stations: what waits for this person, and every part of it."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for
from flask_babel import lazy_gettext as _l

from app.core.access import current_actor, requires
from app.core.web import may_open
from stations.permissions import PROJECTS_READ
from stations.service.waiting import Waiting, waiting_for
from stations.views import bp

LISTS = {
    "projects": "stations.list_projects",
    "acceptances": "stations.list_acceptances",
    "subsidies": "stations.list_subsidies",
    "rounds": "stations.list_inspection_rounds",
    "objections": "stations.list_objections",
}
PARTS: tuple[tuple[str, Any, Any], ...] = (
    ("stations.show_plan", _l("计划"), _l("目标、进度，还缺哪里")),
    ("stations.list_projects", _l("建设项目"), _l("申请、踏勘、批复、采购")),
    ("stations.list_acceptances", _l("验收"), _l("资料、查验、整改、报告")),
    ("stations.list_subsidies", _l("补助"), _l("核定、申请、支付、追回")),
    ("stations.list_funds", _l("专项资金"), _l("到账、支出、结余、比例")),
    ("stations.list_operator_contracts", _l("中心运营合同"), _l("职责、岗位、考核、拨付")),
    ("stations.list_assets", _l("设备"), _l("资产标签和清点")),
    ("stations.list_inspection_rounds", _l("巡检"), _l("评分、等级、整改")),
    ("stations.list_phone_checks", _l("电话抽查"), _l("抽人打电话，核实培训和服务")),
    ("stations.list_evaluations", _l("绩效评价"), _l("自评、县级复核、省级评价")),
    ("stations.list_publicities", _l("公示和异议"), _l("公示期、异议、答复")),
    ("stations.show_organisation", _l("组织管理"), _l("文件、会议、制度、公开")),
    ("stations.list_villages", _l("村和乡镇"), _l("覆盖、重点村、撤并更名")),
    ("stations.list_offers", _l("服务项目"), _l("哪个站点做哪些服务")),
)


@bp.get("/stations/work")
@requires(PROJECTS_READ)
def show_work() -> str:
    """What waits, and the parts this person may open."""
    actor = current_actor()
    return render_template(
        "stations/work.html",
        waiting=[(item, _address(item)) for item in waiting_for(actor)],
        parts=[(url, name, detail) for url, name, detail in _parts() if may_open(actor, url)],
    )


def _address(item: Waiting) -> str:
    return url_for(LISTS[item.kind], **({"status": item.status} if item.status else {}))


def _parts() -> list[tuple[str, Any, Any]]:
    return [(url_for(endpoint), name, detail) for endpoint, name, detail in PARTS]
