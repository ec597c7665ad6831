"""What is judged of a station: points by criterion, saved one by one; the township first, then the county."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from stations.errors import InspectionClosed
from stations.models.inspection import (
    INSPECTION_MOVES,
    InspectionResult,
    InspectionScore,
    InspectionStatus,
    RoundStatus,
    StationInspection,
)
from stations.permissions import INSPECTIONS_MANAGE, INSPECTIONS_REVIEW, INSPECTIONS_SCORE
from stations.rules import acceptance as shared
from stations.rules import inspection as rules
from stations.rules.inspection import Criteria, Criterion
from stations.rules.reasons import needed
from stations.service.arriving import Incoming
from stations.service.inspection import gate
from stations.service.inspection.criteria import criteria_of
from stations.service.inspection.photos import attach
from stations.service.inspection.rounds import keep_result
from stations.service.inspection.trail import note

RUNNING = frozenset({RoundStatus.RUNNING})


@dataclass(frozen=True)
class Suggestion:
    """What the system would give, and the figures it follows from."""

    points: Decimal | None
    told: str


@command
@idempotent
def save_score(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    inspection_id: uuid.UUID,
    key: str,
    points: Decimal,
    remark: str = "",
    part_count: int | None = None,
    whole_count: int | None = None,
    files: Sequence[Incoming] = (),
    suggestion: Suggestion | None = None,
) -> InspectionScore:
    """Save one criterion, with what was counted and the photos taken. The last save of a side counts.

    The township writes its points while it visits, the county's inspector beside them; both stay, and where the
    county differs it says why. Raises NotFound, InspectionClosed, InvalidInput at ``points``, ``remark``,
    ``part_count``, ``files``.
    """
    actor.require(INSPECTIONS_SCORE)
    inspection = gate.enter(actor, inspection_id, RUNNING)
    criteria = criteria_of(inspection.round)
    item = criteria.item(key)
    if item is None:
        raise NotFound(_l("标准里没有这一项。"))
    _check_open(actor, inspection)
    rules.check_points(points, item)
    rules.check_counts(part_count, whole_count, item)
    score = inspection.score_of(key) or InspectionScore(inspection_id=inspection.id, key=key)
    _write(actor, score, points, remark.strip())
    if item.counted_on_site and whole_count is not None:
        score.part_count, score.whole_count = part_count, whole_count
    if suggestion is not None:
        score.suggested_points, score.suggested_from = suggestion.points, suggestion.told[:200]
    db.session.add(score)
    attach(actor, inspection, files, caption=item.label, criterion_key=key)
    db.session.flush()
    db.session.expire(inspection, ["scores"])
    if inspection.status is InspectionStatus.REVIEWED:
        _settle(inspection, criteria)
    note(actor, inspection, "scored", _told(item, points, remark))
    return score


def _check_open(actor: Actor, inspection: StationInspection) -> None:
    """The township scores until it has handed in; the inspector until the round is scored."""
    if inspection.status is InspectionStatus.EXCUSED:
        raise InspectionClosed(_l("这个站点本轮不检。"))
    if not actor.may(INSPECTIONS_REVIEW) and inspection.status is not InspectionStatus.PENDING:
        raise InspectionClosed(_l("已经交县里复核，乡镇不能再改。"))


def _write(actor: Actor, score: InspectionScore, points: Decimal, remark: str) -> None:
    if not actor.may(INSPECTIONS_REVIEW):
        score.township_points, score.township_remark = points, remark
        score.township_by, score.township_at = actor.name, clock.now()
        return
    if score.township_points is not None and score.township_points != points and not remark:
        given = rules.written(score.township_points)
        raise InvalidInput(_l("和乡镇打的 %(given)s 分不一样，请写明原因。", given=given), field="remark")
    score.county_points, score.county_remark = points, remark
    score.county_by, score.county_at = actor.name, clock.now()


def _told(item: Criterion, points: Decimal, remark: str) -> str:
    why = f"，{remark.strip()}" if remark.strip() else ""
    return f"“{item.label}”{rules.written(points)} / {rules.written(item.points)} 分{why}"


def _settle(inspection: StationInspection, criteria: Criteria) -> None:
    """Total, grade and what follows from it."""
    points = {score.key: score.points for score in inspection.scores if score.points is not None}
    inspection.total = rules.total_of(points, criteria)
    inspection.grade = rules.grade_of(inspection.total, criteria.floors)
    inspection.subsidy_fen = rules.subsidy_of(criteria, inspection.station_kind, inspection.grade)


@command
@idempotent
def finish_scoring(
    *, actor: Actor, request_id: uuid.UUID | None, inspection_id: uuid.UUID, visited_on: date, remark: str = ""
) -> StationInspection:
    """The visit is done: the township hands in to the county, the inspector settles total and grade.

    What the inspector did not touch stands as the township scored it. Raises InspectionIncomplete naming what has no
    points, IllegalMove, InvalidInput at ``visited_on``.
    """
    actor.require(INSPECTIONS_SCORE)
    inspection = gate.enter(actor, inspection_id, RUNNING)
    reviews = actor.may(INSPECTIONS_REVIEW)
    new = InspectionStatus.REVIEWED if reviews else InspectionStatus.TOWNSHIP_SCORED
    INSPECTION_MOVES.check(inspection.status, new)
    shared.check_not_future(visited_on, clock.today(), "visited_on")
    shared.check_order(inspection.round.starts_on, visited_on, "visited_on")
    criteria = criteria_of(inspection.round)
    if reviews:
        _settle(inspection, criteria)
        inspection.reviewed_on, inspection.reviewed_by = visited_on, actor.name
        text = f"复核完成：{rules.written(inspection.total or Decimal(0))} 分，{_grade(inspection)}"
    else:
        total = rules.total_of(_township(inspection), criteria)
        inspection.visited_on, inspection.scored_by = visited_on, actor.name
        text = f"乡镇评分完成：{rules.written(total)} 分"
    inspection.status = new
    inspection.remark = remark.strip() or inspection.remark
    note(actor, inspection, "finished", f"{inspection.station_name}：{text}")
    db.session.flush()
    return inspection


def _township(inspection: StationInspection) -> dict[str, Decimal]:
    return {s.key: s.township_points for s in inspection.scores if s.township_points is not None}


def _grade(inspection: StationInspection) -> str:
    return str(inspection.grade.label) if inspection.grade else ""


@command
@idempotent
def excuse(*, actor: Actor, request_id: uuid.UUID | None, inspection_id: uuid.UUID, reason: str) -> StationInspection:
    """The hub takes a station out of the round (flooded road, merged village), and says why."""
    actor.require(INSPECTIONS_MANAGE)
    inspection = gate.enter(actor, inspection_id, RUNNING)
    INSPECTION_MOVES.check(inspection.status, InspectionStatus.EXCUSED)
    inspection.status, inspection.excused_reason = InspectionStatus.EXCUSED, needed(reason)
    note(actor, inspection, "excused", f"{inspection.station_name}本轮不检：{inspection.excused_reason}")
    db.session.flush()
    return inspection


@command
@idempotent
def correct_score(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    inspection_id: uuid.UUID,
    version: int,
    key: str,
    points: Decimal,
    reason: str,
) -> InspectionResult:
    """Change a published score: a further version with its reason; the earlier ones stay.

    ``version`` is the one that was read. Raises InspectionClosed before publication and when somebody corrected
    meanwhile, InvalidInput at ``points``, ``reason``, ``key``.
    """
    actor.require(INSPECTIONS_MANAGE)
    inspection = gate.enter(actor, inspection_id, {RoundStatus.PUBLISHED})
    if inspection.result_version == 0:
        raise InspectionClosed(_l("这个站点没有公布过得分。"))
    if inspection.result_version != version:
        raise InspectionClosed(_l("您打开之后别人更正过。请看过现在的得分再改。"))
    criteria = criteria_of(inspection.round)
    item, score = criteria.item(key), inspection.score_of(key)
    if item is None or score is None:
        raise InvalidInput(_l("请选一项。"), field="key")
    rules.check_points(points, item)
    why, old = needed(reason), score.points or Decimal(0)
    if points == old:
        raise InvalidInput(_l("和现在的分数一样。"), field="points")
    score.corrected_points = points
    inspection.result_version = version + 1
    _settle(inspection, criteria)
    text = f"更正“{item.label}”：{rules.written(old)} → {rules.written(points)} 分。{why}"
    result = keep_result(actor, inspection, text)
    note(actor, inspection, "corrected", f"{inspection.station_name}{text}", version=version + 1)
    db.session.flush()
    return result
