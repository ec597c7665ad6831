"""Findings, what was done about them, the second look; ordering a rectification, and how it ends."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from stations.errors import InspectionClosed
from stations.models import SERVING, StationStatus
from stations.models.finding import FindingStatus
from stations.models.inspection import (
    RECTIFICATION_MOVES,
    InspectionFinding,
    InspectionGrade,
    InspectionReinspection,
    RectificationStatus,
    RoundStatus,
    StationInspection,
)
from stations.permissions import INSPECTIONS_MANAGE, INSPECTIONS_RECTIFY, INSPECTIONS_REVIEW, INSPECTIONS_SCORE
from stations.rules import acceptance as shared
from stations.rules import findings
from stations.rules import inspection as rules
from stations.rules.reasons import needed
from stations.service.arriving import Incoming
from stations.service.inspection import gate
from stations.service.inspection.criteria import criteria_of
from stations.service.inspection.photos import NOT_CLOSED, attach
from stations.service.inspection.trail import note
from stations.service.network import Move, move_stations


@command
@idempotent
def add_inspection_finding(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    inspection_id: uuid.UUID,
    problem: str,
    owner_name: str,
    deadline: date,
    criterion_key: str | None = None,
    files: Sequence[Incoming] = (),
) -> InspectionFinding:
    """Write down a problem with photos, who puts it right and until when. Raises InvalidInput at the field."""
    actor.require(INSPECTIONS_SCORE)
    inspection = gate.enter(actor, inspection_id, NOT_CLOSED)
    shared.check_deadline(deadline, clock.today())
    if criterion_key and criteria_of(inspection.round).item(criterion_key) is None:
        raise InvalidInput(_l("标准里没有这一项。"), field="criterion_key")
    finding = InspectionFinding(
        inspection_id=inspection.id,
        criterion_key=criterion_key or None,
        problem=problem.strip(),
        owner_name=owner_name.strip(),
        deadline=deadline,
        status=FindingStatus.OPEN,
        found_at=clock.now(),
        found_by=actor.name,
    )
    db.session.add(finding)
    db.session.flush()
    db.session.expire(inspection, ["findings"])
    attach(actor, inspection, files, caption=finding.problem, criterion_key=criterion_key or None, finding=finding)
    text = f"记下问题：{finding.problem}（{finding.owner_name}，{deadline.isoformat()} 前改好）"
    note(actor, inspection, "finding", text)
    return finding


@command
@idempotent
def rectify_finding(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    finding_id: uuid.UUID,
    measure: str,
    rectified_on: date,
    files: Sequence[Incoming] = (),
) -> InspectionFinding:
    """The station or its township reports a problem as put right, with a photo. Raises IllegalMove, InvalidInput."""
    actor.require(INSPECTIONS_RECTIFY)
    known = gate.get_finding(actor, finding_id)
    inspection = gate.enter(actor, known.inspection_id, NOT_CLOSED)
    finding = db.session.get_one(InspectionFinding, finding_id, populate_existing=True)
    findings.check_put_right(finding, rectified_on, clock.today())
    if not files:
        raise InvalidInput(_l("请传一张整改后的照片。"), field="files")
    attach(actor, inspection, files, caption=f"整改后：{finding.problem}", finding=finding, shows_rectified=True)
    finding.status, finding.measure = FindingStatus.RECTIFIED, measure.strip()
    finding.rectified_on, finding.rectified_by = rectified_on, actor.name
    note(actor, inspection, "rectified", f"整改“{finding.problem}”：{finding.measure}")
    db.session.flush()
    return finding


@command
@idempotent
def reinspect_finding(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    finding_id: uuid.UUID,
    good: bool,
    remark: str,
    inspected_on: date,
) -> InspectionReinspection:
    """The inspector looks again: good closes the finding, otherwise it is open again and the remark says why."""
    actor.require(INSPECTIONS_REVIEW)
    known = gate.get_finding(actor, finding_id)
    inspection = gate.enter(actor, known.inspection_id, NOT_CLOSED)
    finding = db.session.get_one(InspectionFinding, finding_id, populate_existing=True)
    becomes = findings.second_look(
        finding, good=good, remark=remark, on=inspected_on, today=clock.today(), field="inspected_on"
    )
    row = InspectionReinspection(
        recorded_at=clock.now(),
        finding_id=finding.id,
        measure=finding.measure,
        rectified_on=finding.rectified_on,
        good=good,
        remark=remark.strip(),
        inspected_on=inspected_on,
        inspector_name=actor.name,
    )
    db.session.add(row)
    finding.status = becomes
    db.session.flush()
    db.session.expire(finding, ["reinspections"])
    text = f"复查“{finding.problem}”：{'已改好，销号' if good else f'没有改好，{row.remark}'}"
    note(actor, inspection, "reinspected", text)
    return row


# -- a station that failed -----------------------------------------------------------------------


@command
@idempotent
def order_rectification(
    *, actor: Actor, request_id: uuid.UUID | None, inspection_id: uuid.UUID, deadline: date, reason: str = ""
) -> StationInspection:
    """The hub orders a station that failed to be put right until a day; by the standard it is suspended meanwhile.

    Raises InspectionClosed unless it failed, was published and was not ordered before; InvalidInput at ``deadline``
    and where nothing was found that could be put right.
    """
    actor.require(INSPECTIONS_MANAGE)
    inspection = gate.enter(actor, inspection_id, {RoundStatus.PUBLISHED})
    if inspection.grade is not InspectionGrade.FAIL:
        raise InspectionClosed(_l("只有不合格的站点要责令整改。"))
    if inspection.rectification is not None:
        raise InspectionClosed(_l("这个站点已经责令整改过了。"))
    if not inspection.findings:
        raise InvalidInput(_l("先记下要整改的问题、责任人和期限。"))
    shared.check_deadline(deadline, clock.today())
    inspection.rectification, inspection.rectify_by = RectificationStatus.ORDERED, deadline
    inspection.ordered_on, inspection.ordered_by = clock.today(), actor.name
    why = _because(inspection, f"责令整改，{deadline.isoformat()} 前改好。{reason.strip()}")
    if criteria_of(inspection.round).suspend and inspection.station.status in SERVING:
        _move(actor, inspection, StationStatus.SUSPENDED, why)
    note(actor, inspection, "ordered", f"{inspection.station_name}：{why}")
    db.session.flush()
    return inspection


@command
@idempotent
def resolve_rectification(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    inspection_id: uuid.UUID,
    outcome: RectificationStatus,
    reason: str,
) -> StationInspection:
    """The hub ends a rectification: the station opens again, or it is closed; the inspection is the move's reason.

    Opening needs every finding closed; closing a finding that a re-inspection found still bad, or that ran out of
    time. Raises IllegalMove, InspectionIncomplete, InspectionClosed, InvalidInput at ``reason``.
    """
    actor.require(INSPECTIONS_MANAGE)
    inspection = gate.enter(actor, inspection_id, {RoundStatus.PUBLISHED})
    if inspection.rectification is None:
        raise InspectionClosed(_l("这个站点没有责令整改。"))
    RECTIFICATION_MOVES.check(inspection.rectification, outcome)
    said = needed(reason)
    good = outcome is RectificationStatus.PASSED
    if good:
        rules.check_mended(inspection.findings)
    else:
        rules.check_unheeded(inspection.findings, clock.today())
    inspection.rectification = outcome
    inspection.resolved_on, inspection.resolved_by, inspection.resolved_reason = clock.today(), actor.name, said
    why = _because(inspection, f"{'整改复查合格，恢复营业' if good else '整改复查仍不合格，关闭'}。{said}")
    _end_suspension(actor, inspection, StationStatus.OPERATING if good else StationStatus.CLOSED, why)
    note(actor, inspection, "resolved", f"{inspection.station_name}：{why}")
    db.session.flush()
    return inspection


def _end_suspension(actor: Actor, inspection: StationInspection, new: StationStatus, why: str) -> None:
    """What somebody else did to the station meanwhile stands: one that was closed stays closed."""
    now = inspection.station.status
    if now is StationStatus.SUSPENDED or (new is StationStatus.CLOSED and now is not StationStatus.CLOSED):
        _move(actor, inspection, new, why)


def _move(actor: Actor, inspection: StationInspection, new: StationStatus, why: str) -> None:
    move_stations(actor=actor, moves=[Move(inspection.station_id, new, clock.today(), why[:200])])


def _because(inspection: StationInspection, what: str) -> str:
    """The reason that stands in the station's history: which inspection, what it found, what was decided."""
    total = rules.written(inspection.total) if inspection.total is not None else "—"
    label = inspection.grade.label if inspection.grade else ""
    return f"{inspection.round.year} 年 {inspection.round.name}（{total} 分，{label}）：{what}"
