"""The figures of a round, each with the list behind it, and the subsidies that follow from the grades."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor, current_actor, requires
from app.core.errors import Forbidden
from app.core.pagination import PER_PAGE, Page
from app.core.sheets import Column, write_xlsx
from app.flows import inspections as flow
from stations.models.inspection import InspectionRound
from stations.models.phone_check import PhoneCheck
from stations.permissions import INSPECTIONS_READ, PHONE_CHECKS_READ
from stations.rules import inspection_figures as rules
from stations.rules.inspection_figures import Line, PhoneFigures, Share
from stations.service import inspection as service
from stations.service import phone_checks
from stations.views import asked, bp
from stations.views.acceptance.tools import page
from stations.views.inspection.rounds import may_see_scores

URL = "/stations/inspection-rounds/<uuid:round_id>/figures"
ONE = f"{URL}/<any(active,equipment,rectified,closed,awareness,satisfaction):figure>"


@dataclass(frozen=True)
class Figure:
    """A figure as the page names it, with what the two numbers of a line are."""

    code: str
    label: Any
    definition: Any
    part: Any
    whole: Any
    make: Callable[[Actor, InspectionRound], Share]


def _rows(count: Callable[[Any], Share]) -> Callable[[Actor, InspectionRound], Share]:
    return lambda actor, shown: count(service.inspected_rows(actor, shown))


FIGURES = {
    "active": Figure(
        "D4",
        _l("活跃率"),
        _l("开始巡检前一个月，代买代卖笔数和有业务的天数都达到本轮标准的站点 ÷ 月末已验收、试运行和运营的站点。"),
        _l("笔数"),
        _l("有业务的天数"),
        flow.active_stations,
    ),
    "equipment": Figure(
        "D6",
        _l("设备在位率"),
        _l("现场清点在位能用的设备件数 ÷ 清单上的件数；没有清点的站点列出，不计入。"),
        _l("在位（件）"),
        _l("清单（件）"),
        _rows(rules.equipment_rate),
    ),
    "rectified": Figure(
        "D7",
        _l("整改完成率"),
        _l("复查合格、恢复营业的站点 ÷ 责令整改的站点。"),
        "",
        "",
        _rows(rules.rectified_rate),
    ),
    "closed": Figure(
        "D7", _l("关闭站点"), _l("整改不合格而关闭的站点 ÷ 责令整改的站点。"), "", "", _rows(rules.closed_stations)
    ),
    "awareness": Figure(
        "D8",
        _l("村民知晓度"),
        _l("巡检现场问到的村民里知道站点的人数 ÷ 问到的人数（样本量）。"),
        _l("知道（人）"),
        _l("问了（人）"),
        _rows(rules.awareness),
    ),
    "satisfaction": Figure(
        "D8",
        _l("村民满意度"),
        _l("巡检现场问到的、在站点办过事的村民里满意的人数 ÷ 问到的人数（样本量）。"),
        _l("满意（人）"),
        _l("问了（人）"),
        _rows(rules.satisfaction),
    ),
}


def _round(round_id: uuid.UUID) -> InspectionRound:
    actor = current_actor()
    shown = service.get_round(actor, round_id)
    if not may_see_scores(actor, shown):
        raise Forbidden(_("结果公布以后才能看。"))
    return shown


@bp.get(URL)
@requires(INSPECTIONS_READ)
def list_inspection_figures(round_id: uuid.UUID) -> ResponseReturnValue:
    """All figures of a round."""
    actor, shown = current_actor(), _round(round_id)
    made = [(name, figure, figure.make(actor, shown)) for name, figure in FIGURES.items()]
    return page(
        "inspection_figures.html",
        r=shown,
        figures=made,
        grades=rules.grades(service.inspected_rows(actor, shown)),
        calls=_calls(actor, round_id),
        criteria=service.criteria_of(shown),
    )


def _calls(actor: Actor, round_id: uuid.UUID) -> list[tuple[PhoneCheck, PhoneFigures]]:
    """The phone checks of a round with what they found, for whoever may read them."""
    if not actor.may(PHONE_CHECKS_READ):
        return []
    return [(check, phone_checks.figures_of(check)) for check in phone_checks.checks_of_round(actor, round_id)]


@bp.get(ONE)
@requires(INSPECTIONS_READ)
def show_inspection_figure(round_id: uuid.UUID, figure: str) -> ResponseReturnValue:
    """One figure with every line it is made of."""
    shown, wanted = _round(round_id), FIGURES[figure]
    share = wanted.make(current_actor(), shown)
    return page("inspection_figure.html", r=shown, name=figure, figure=wanted, share=share, page=_page_of(share.lines))


def _page_of(lines: Sequence[Line]) -> Page[Line]:
    number = max(1, min(request.args.get("page", 1, int), -(-len(lines) // PER_PAGE)))
    return Page(lines[(number - 1) * PER_PAGE : number * PER_PAGE], len(lines), number, PER_PAGE)


@bp.get(f"{ONE}/export")
@requires(INSPECTIONS_READ)
def export_inspection_figure(round_id: uuid.UUID, figure: str) -> Response:
    """The same list as XLSX."""
    shown, wanted = _round(round_id), FIGURES[figure]
    share = wanted.make(current_actor(), shown)
    counted = [Column(str(wanted.part), "int"), Column(str(wanted.whole), "int")] if wanted.part else []
    columns = [Column(_("乡镇")), Column(_("站点")), *counted, Column(_("计入"))]
    rows = [
        [line.place, line.name, *((line.part, line.whole) if counted else ()), _("是") if line.counted else _("否")]
        for line in share.lines
    ]
    notes = [f"{wanted.label} {share.numerator} / {share.denominator}", str(wanted.definition)]
    content = write_xlsx(f"{wanted.code} {wanted.label}", columns, rows, notes, at=clock.now())
    return asked.hand_out(content, f"{wanted.code}-{figure}-{clock.today():%Y%m%d}.xlsx")


# -- subsidies -----------------------------------------------------------------------------------

PROPOSAL = _l("按本轮等级和标准算出的全年运行补助建议，不是拨款；拨款另办，收款单位是乡镇人民政府（街道办事处）。")


@bp.get("/stations/inspection-rounds/<uuid:round_id>/subsidies")
@requires(INSPECTIONS_READ)
def list_inspection_subsidies(round_id: uuid.UUID) -> ResponseReturnValue:
    """What the grades come to, station by station."""
    shown = _round(round_id)
    lines = service.subsidy_proposal(current_actor(), shown)
    return page(
        "inspection_subsidies.html",
        r=shown,
        lines=lines,
        total=sum(line.fen for line in lines),
        criteria=service.criteria_of(shown),
        definition=PROPOSAL,
    )


@bp.get("/stations/inspection-rounds/<uuid:round_id>/subsidies/export")
@requires(INSPECTIONS_READ)
def export_inspection_subsidies(round_id: uuid.UUID) -> Response:
    """The proposal as XLSX."""
    shown = _round(round_id)
    columns = [
        Column(_("乡镇")),
        Column(_("站点")),
        Column(_("类型")),
        Column(_("总分"), "quantity"),
        Column(_("等级")),
        Column(_("补助（元）"), "fen"),
        Column(_("收款单位")),
    ]
    rows = [
        [
            line.inspection.township_name,
            line.inspection.station_name,
            str(line.inspection.station_kind.label),
            line.inspection.total,
            str(line.inspection.grade.label) if line.inspection.grade else "",
            line.fen,
            line.payee,
        ]
        for line in service.subsidy_proposal(current_actor(), shown)
    ]
    content = write_xlsx(_("运行补助建议"), columns, rows, [str(PROPOSAL), shown.criteria_title], at=clock.now())
    return asked.hand_out(content, f"{shown.name}-{_('运行补助建议')}.xlsx")
