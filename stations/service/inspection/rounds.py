"""Planning a round, moving it on, publishing it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.scope import county_of, covers, in_scope, township_of
from stations.errors import InspectionIncomplete
from stations.models import SERVING, Division, Station, StationKind
from stations.models.inspection import (
    ROUND_MOVES,
    InspectionResult,
    InspectionRound,
    InspectionStatus,
    RectificationStatus,
    RoundStatus,
    StationInspection,
    StationSelection,
)
from stations.permissions import INSPECTIONS_MANAGE
from stations.rules import inspection as rules
from stations.rules import sampling
from stations.rules.phone_checks import check_seed
from stations.service.divisions import division_names, get_county
from stations.service.inspection import gate
from stations.service.inspection.criteria import plain_copy, standards
from stations.service.inspection.trail import note_round

_NAMED = 6  # how many stations a message names before it only counts them


@dataclass(frozen=True)
class Choice:
    """Which stations a round visits: all, ``size`` drawn by a ``seed``, or those of some townships."""

    selection: StationSelection = StationSelection.ALL
    size: int | None = None
    seed: str = ""
    township_codes: tuple[str, ...] = ()


@command
@idempotent
def plan_round(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    name: str,
    starts_on: date,
    ends_on: date,
    kinds: Sequence[StationKind],
    choice: Choice,
) -> InspectionRound:
    """Plan a round over the stations that serve people today, by the standard that holds on its first day.

    Raises InvalidInput at ``name``, ``ends_on``, ``starts_on``, ``kinds``, ``township_codes``, ``sample_size``,
    ``seed``.
    """
    actor.require(INSPECTIONS_MANAGE)
    county = get_county().code if actor.everything else county_of(actor.scope_code)
    _check_plan(county, name, starts_on, ends_on)
    criteria = rules.criteria_for(standards(), starts_on)
    if criteria is None:
        raise InvalidInput(_l("这一天还没有巡检标准。"), field="starts_on")
    if not kinds or not set(kinds) <= set(criteria.kinds):
        raise InvalidInput(_l("请选巡检哪一类站点。"), field="kinds")
    population = _population(county, kinds, choice)
    chosen = _chosen(population, choice)
    planned = InspectionRound(
        county_code=county,
        year=starts_on.year,
        name=name.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        status=RoundStatus.PLANNED,
        criteria_key=criteria.key,
        criteria_title=criteria.title,
        criteria=plain_copy(criteria),
        kinds=[kind.value for kind in kinds],
        selection=choice.selection,
        township_codes=sorted(choice.township_codes) if choice.selection is StationSelection.TOWNSHIPS else [],
        population=sorted(str(station.id) for station in population),
        population_sha256=sampling.fingerprint(str(station.id) for station in population),
        seed=choice.seed if choice.selection is StationSelection.SAMPLE else "",
        created_at=clock.now(),
        created_by=actor.name,
    )
    db.session.add(planned)
    db.session.flush()
    _open_inspections(planned, chosen)
    how = f"，种子 {planned.seed}" if planned.seed else ""
    text = f"安排{planned.name}：{planned.selection.label}，{len(chosen)} / {len(population)} 个站点{how}"
    note_round(actor, planned, "planned", text, population_sha256=planned.population_sha256)
    return planned


def _check_plan(county: str, name: str, starts_on: date, ends_on: date) -> None:
    if ends_on < starts_on:
        raise InvalidInput(_l("结束日期不能早于开始日期。"), field="ends_on")
    same = sa.select(InspectionRound.id).where(
        InspectionRound.county_code == county,
        InspectionRound.year == starts_on.year,
        InspectionRound.name == name.strip(),
    )
    if db.session.scalar(same) is not None:
        raise InvalidInput(_l("这一年已经有同名的巡检。"), field="name")


def _population(county: str, kinds: Sequence[StationKind], choice: Choice) -> Sequence[Station]:
    query = sa.select(Station).where(
        in_scope(Station.division_code, county), Station.kind.in_(kinds), Station.status.in_(SERVING)
    )
    if choice.selection is StationSelection.TOWNSHIPS:
        codes = [code for code in choice.township_codes if covers(county, code) and db.session.get(Division, code)]
        if not codes or len(codes) < len(set(choice.township_codes)):
            raise InvalidInput(_l("请至少选一个乡镇。"), field="township_codes")
        query = query.where(sa.or_(*(in_scope(Station.division_code, code) for code in codes)))
    found = db.session.scalars(query.order_by(Station.division_code, Station.code)).all()
    if not found:
        raise InvalidInput(_l("没有正在营业的这类站点。"), field="kinds")
    return found


def _chosen(population: Sequence[Station], choice: Choice) -> Sequence[Station]:
    if choice.selection is not StationSelection.SAMPLE:
        return population
    check_seed(choice.seed)
    if choice.size is None or not 1 <= choice.size <= len(population):
        raise InvalidInput(_l("抽 1 到 %(most)s 个站点。", most=len(population)), field="sample_size")
    drawn = set(sampling.draw((str(station.id) for station in population), choice.size, choice.seed))
    return [station for station in population if str(station.id) in drawn]


def _open_inspections(planned: InspectionRound, stations: Sequence[Station]) -> None:
    names = division_names({township_of(station.division_code) for station in stations})
    db.session.execute(
        sa.insert(StationInspection),
        [
            {
                "round_id": planned.id,
                "station_id": station.id,
                "division_code": station.division_code,
                "station_name": station.name,
                "station_code": station.code,
                "station_kind": station.kind,
                "township_name": names.get(township_of(station.division_code), ""),
                "status": InspectionStatus.PENDING,
                "result_version": 0,
            }
            for station in stations
        ],
    )


# -- moving on -----------------------------------------------------------------------------------


@command
@idempotent
def move_round(
    *, actor: Actor, request_id: uuid.UUID | None, round_id: uuid.UUID, new_status: RoundStatus
) -> InspectionRound:
    """Begin, finish scoring, take scoring up again, publish, close.

    Publishing keeps every result (version 1) and locks the scores. Raises IllegalMove, InspectionIncomplete naming
    the stations in the way.
    """
    actor.require(INSPECTIONS_MANAGE)
    moved = gate.enter_round(actor, round_id)
    ROUND_MOVES.check(moved.status, new_status)
    if new_status is RoundStatus.RUNNING and clock.today() < moved.starts_on:
        raise InspectionIncomplete(_l("%(day)s 才开始。", day=moved.starts_on.isoformat()))
    if new_status in (RoundStatus.SCORED, RoundStatus.PUBLISHED):
        _check_all_reviewed(moved)
    if new_status is RoundStatus.PUBLISHED:
        _publish(actor, moved)
    if new_status is RoundStatus.CLOSED:
        _check_nothing_open(moved)
        moved.closed_at = clock.now()
    old, moved.status = moved.status, new_status
    note_round(actor, moved, "moved", f"{moved.name}：{old.label} → {new_status.label}")
    db.session.flush()
    return moved


def _check_all_reviewed(moved: InspectionRound) -> None:
    waiting = {InspectionStatus.PENDING, InspectionStatus.TOWNSHIP_SCORED}
    left = _stations(moved, StationInspection.status.in_(waiting))
    if left:
        words = _l("还有 %(count)s 个站点没有核完：%(names)s。", count=len(left), names=_naming(left))
        raise InspectionIncomplete(words)


def _check_nothing_open(moved: InspectionRound) -> None:
    left = _stations(moved, StationInspection.rectification == RectificationStatus.ORDERED)
    if left:
        words = _l("还有 %(count)s 个站点在整改：%(names)s。", count=len(left), names=_naming(left))
        raise InspectionIncomplete(words)


def _stations(moved: InspectionRound, condition: sa.ColumnElement[bool]) -> Sequence[str]:
    query = sa.select(StationInspection.station_name).where(StationInspection.round_id == moved.id, condition)
    return db.session.scalars(query.order_by(StationInspection.division_code)).all()


def _naming(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + ("……" if len(names) > _NAMED else "")


def _publish(actor: Actor, moved: InspectionRound) -> None:
    reviewed = db.session.scalars(
        sa.select(StationInspection)
        .where(StationInspection.round_id == moved.id, StationInspection.status == InspectionStatus.REVIEWED)
        .options(selectinload(StationInspection.scores))
    ).all()
    if not reviewed:
        raise InspectionIncomplete(_l("没有一个站点有得分，不能公布。"))
    for inspection in reviewed:
        inspection.result_version = 1
        keep_result(actor, inspection, f"{moved.name}公布")
    moved.published_at, moved.published_by = clock.now(), actor.name


def keep_result(actor: Actor, inspection: StationInspection, reason: str) -> InspectionResult:
    """Write down what is published of a station now, as the version it has."""
    points = {score.key: rules.written(score.points) for score in inspection.scores if score.points is not None}
    result = InspectionResult(
        recorded_at=clock.now(),
        inspection_id=inspection.id,
        version=inspection.result_version,
        points=points,
        total=inspection.total,
        grade=inspection.grade,
        subsidy_fen=inspection.subsidy_fen,
        reason=reason,
        actor_name=actor.name,
    )
    db.session.add(result)
    return result
