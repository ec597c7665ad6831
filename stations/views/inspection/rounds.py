"""The rounds: list, planning, one round with its stations, moving it on, how its stations were drawn."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor, Role, current_actor, requires
from app.core.pagination import paginate
from app.core.sheets import Column, write_xlsx
from stations.forms.inspection import RoundForm, RoundMoveForm
from stations.models import Level, StationKind
from stations.models.inspection import (
    ROUND_MOVES,
    InspectionGrade,
    InspectionRound,
    InspectionStatus,
    RectificationStatus,
    RoundStatus,
    StationSelection,
)
from stations.permissions import (
    INSPECTIONS_MANAGE,
    INSPECTIONS_READ,
    INSPECTIONS_REVIEW,
    INSPECTIONS_SCORE,
    PHONE_CHECKS_CALL,
    PHONE_CHECKS_READ,
)
from stations.rules.inspection_figures import grades
from stations.service import inspection as service
from stations.service import list_divisions, phone_checks
from stations.service.inspection import Choice, InspectionFilter
from stations.views import asked, bp
from stations.views.acceptance.tools import page

DEFINITION = _l(
    "总分 100 分，各项以更正的分为准，没有更正的以县里复核的分为准，县里没有改动的以乡镇打的分为准。"
    "等级和补助按本轮标准的档次。"
)
STEPS = {
    RoundStatus.RUNNING: _l("开始巡检"),
    RoundStatus.SCORED: _l("评分完毕"),
    RoundStatus.PUBLISHED: _l("公布结果，锁定得分"),
    RoundStatus.CLOSED: _l("本轮办结"),
}


@bp.get("/stations/inspection-rounds")
@requires(INSPECTIONS_READ)
def list_inspection_rounds() -> ResponseReturnValue:
    """All rounds of the county."""
    actor = current_actor()
    found = paginate(service.query_rounds(actor), request.args.get("page", 1, int))
    return page("inspection_rounds.html", page=found, may_manage=actor.may(INSPECTIONS_MANAGE))


@bp.route("/stations/inspection-rounds/new", methods=["GET", "POST"])
@requires(INSPECTIONS_MANAGE)
def new_inspection_round() -> ResponseReturnValue:
    """Plan a round."""
    actor = current_actor()
    form = RoundForm().offer([(d.code, d.short_name) for d in list_divisions(Level.TOWNSHIP, actor.scope_code)])
    if form.validate_on_submit():
        with form.catching():
            planned = service.plan_round(
                actor=actor,
                request_id=form.request_id.data,
                name=form.name.data,
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                kinds=[StationKind(kind) for kind in form.kinds.data],
                choice=Choice(
                    StationSelection(form.selection.data),
                    form.sample_size.data,
                    form.seed.data or "",
                    tuple(form.township_codes.data or ()),
                ),
            )
            flash(_("已安排“%(name)s”。到了开始的日子点“开始巡检”。", name=planned.name))
            return _to_round(planned.id)
    return page("inspection_round_new.html", form, standards=service.standards())


@bp.get("/stations/inspection-rounds/<uuid:round_id>")
@requires(INSPECTIONS_READ)
def show_inspection_round(round_id: uuid.UUID) -> ResponseReturnValue:
    """A round: how far it is, its figures, its stations."""
    actor, wanted = current_actor(), _wanted()
    shown = service.get_round(actor, round_id)
    found = paginate(service.query_inspections(actor, round_id, wanted), request.args.get("page", 1, int))
    progress = service.progress(actor, round_id)
    revealed = may_see_scores(actor, shown)
    rows = service.inspected_rows(actor, shown) if revealed else []
    return page(
        "inspection_round.html",
        r=shown,
        page=found,
        wanted=wanted,
        progress=progress,
        due=sum(progress.values()) - progress[InspectionStatus.EXCUSED],
        criteria=service.criteria_of(shown),
        averages=service.averages(actor, shown) if revealed else [],
        grades=grades(rows),
        revealed=revealed,
        choices=_choices(actor, round_id),
        steps=_steps(actor, shown),
        checks=phone_checks.checks_of_round(actor, round_id) if actor.may(PHONE_CHECKS_READ) else [],
        may_read_calls=actor.may(PHONE_CHECKS_READ),
        may_call=actor.may(PHONE_CHECKS_CALL),
        may_score=actor.may(INSPECTIONS_SCORE),
        may_review=actor.may(INSPECTIONS_REVIEW),
        may_manage=actor.may(INSPECTIONS_MANAGE),
        history=[(entry.text, entry.actor_name, entry.recorded_at) for entry in audit.history(shown)],
        definition=DEFINITION,
        new_id=ids.new_id,
    )


def may_see_scores(actor: Actor, shown: InspectionRound) -> bool:
    """An operator sees points once they are published; whoever scores or runs the county sees them as they come."""
    return actor.role is not Role.VILLAGE_OPERATOR or shown.status in (RoundStatus.PUBLISHED, RoundStatus.CLOSED)


def _wanted() -> InspectionFilter:
    """The filters of the address line; a value that isn't known is no filter."""
    return InspectionFilter(
        q=request.args.get("q", "")[:64],
        township=asked.code("township") or "",
        grade=asked.member(InspectionGrade, "grade"),
        status=asked.member(InspectionStatus, "status"),
        rectification=asked.member(RectificationStatus, "rectification"),
    )


def _choices(actor: Actor, round_id: uuid.UUID) -> dict[str, Any]:
    return {
        "townships": service.townships_of(actor, round_id),
        "grades": InspectionGrade.choices(),
        "statuses": InspectionStatus.choices(),
        "rectifications": RectificationStatus.choices(),
    }


def _steps(actor: Actor, shown: InspectionRound) -> list[tuple[str, Any]]:
    """(status, what the button says) of the moves this person may make, in the order of a round's life."""
    if not actor.may(INSPECTIONS_MANAGE):
        return []
    allowed = ROUND_MOVES.allowed(shown.status)
    again = shown.status is RoundStatus.SCORED
    return [
        (step.value, _("还要改分，回到巡检中") if again and step is RoundStatus.RUNNING else word)
        for step, word in sorted(STEPS.items(), key=lambda pair: again and pair[0] is RoundStatus.RUNNING)
        if step in allowed
    ]


@bp.get("/stations/inspection-rounds/<uuid:round_id>/export")
@requires(INSPECTIONS_READ)
def export_inspection_round(round_id: uuid.UUID) -> Response:
    """The same list, all pages, as XLSX: one column for each criterion."""
    actor = current_actor()
    shown = service.get_round(actor, round_id)
    revealed, criteria = may_see_scores(actor, shown), service.criteria_of(shown)
    columns = [
        Column(_("乡镇")),
        Column(_("站点")),
        Column(_("编号")),
        Column(_("类型")),
        Column(_("进度")),
        Column(_("到站日期"), "date"),
        *(Column(f"{item.label}（{item.points:f}）", "quantity") for item in criteria.items),
        Column(_("总分"), "quantity"),
        Column(_("等级")),
        Column(_("整改")),
        Column(_("总的印象")),
    ]
    rows = [
        [
            i.township_name,
            i.station_name,
            i.station_code,
            str(i.station_kind.label),
            str(i.status.label),
            i.reviewed_on or i.visited_on,
            *((_points(i, item.key) if revealed else None) for item in criteria.items),
            i.total if revealed else None,
            str(i.grade.label) if revealed and i.grade else "",
            str(i.rectification.label) if i.rectification else "",
            i.remark,
        ]
        for i in service.all_inspections(actor, round_id, _wanted())
    ]
    content = write_xlsx(shown.name, columns, rows, [str(DEFINITION), shown.criteria_title], at=clock.now())
    return asked.hand_out(content, f"{shown.name}-{clock.today():%Y%m%d}.xlsx")


def _points(inspection: Any, key: str) -> Any:
    score = inspection.score_of(key)
    return score.points if score else None


@bp.post("/stations/inspection-rounds/<uuid:round_id>/moves")
@requires(INSPECTIONS_MANAGE)
def move_inspection_round(round_id: uuid.UUID) -> ResponseReturnValue:
    """Move a round on; what stands in the way is said on the page it came from."""
    form = RoundMoveForm()
    moved = service.move_round(
        actor=current_actor(),
        request_id=form.request_id.data,
        round_id=round_id,
        new_status=asked.posted(RoundStatus, "new_status"),
    )
    flash(_("现在是“%(status)s”。", status=moved.status.label))
    return _to_round(round_id)


@bp.get("/stations/inspection-rounds/<uuid:round_id>/draw")
@requires(INSPECTIONS_READ)
def check_inspection_draw(round_id: uuid.UUID) -> ResponseReturnValue:
    """Draw the stations again and compare with those on record."""
    shown = service.get_round(current_actor(), round_id)
    return page("inspection_draw.html", r=shown, redrawn=service.redraw_round(shown))


def _to_round(round_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("stations.show_inspection_round", round_id=round_id), 303)
