"""Runs: proposed by the planner, confirmed by the dispatcher, driven by the driver."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import selectinload

from app.core import audit, clock
from app.core.access import Actor, Role
from app.core.command import command
from app.core.database import db
from app.core.ids import new_id, random_code
from app.core.scope import in_scope
from logistics.errors import ChangedMeanwhile, RunNotFit, RunNotFound
from logistics.models import (
    RUN_MOVES,
    Handover,
    HandoverStatus,
    Parcel,
    ParcelStatus,
    Run,
    RunStatus,
    RunStop,
    Tier,
    Vehicle,
)
from logistics.permissions import RUNS_DRIVE, RUNS_PLAN
from logistics.rules import driving
from logistics.rules.limits import limits
from logistics.service import bulk, places, vehicles
from logistics.service.places import Place


@dataclass(frozen=True)
class StopPlan:
    """A halt: the station and the parcels down and up there."""

    station_id: uuid.UUID
    deliver_count: int
    collect_count: int


@dataclass(frozen=True)
class RunPlan:
    """A run as planned. ``legs_m`` are the metres to each stop and back: one more than there are stops."""

    tier: Tier
    start_station_id: uuid.UUID
    stops: tuple[StopPlan, ...]
    legs_m: tuple[int, ...]


# -- finding ---------------------------------------------------------------------------------------


def visible(actor: Actor) -> sa.ColumnElement[bool]:
    """The runs a person may see: a driver their own, a township those that start or stop there, the county all."""
    if actor.role is Role.DRIVER:
        return Run.driver_id == actor.id
    own = in_scope(Run.division_code, actor.scope_code)
    if actor.role is Role.TOWNSHIP_MANAGER:
        stops = sa.select(RunStop.run_id).where(in_scope(RunStop.division_code, actor.scope_code))
        return sa.or_(own, Run.id.in_(stops))
    return own


def runs_query(
    actor: Actor, *, day: date | None = None, tier: Tier | None = None, status: RunStatus | None = None
) -> sa.Select[Any]:
    """Runs with their stops: by day (newest first), tier and departure."""
    query = sa.select(Run).where(visible(actor)).options(selectinload(Run.stops))
    if day is not None:
        query = query.where(Run.day == day)
    if tier is not None:
        query = query.where(Run.tier == tier)
    query = query.where(Run.status != RunStatus.CANCELLED if status is None else Run.status == status)
    return query.order_by(Run.day.desc(), Run.tier, Run.departs_at, Run.start_name, Run.code)


def list_runs(actor: Actor, day: date, *, planned_only: bool = True) -> Sequence[Run]:
    """The runs of a day that were not cancelled; without the trips that nobody planned."""
    query = runs_query(actor, day=day)
    return db.session.scalars(query.where(Run.vehicle_id.is_not(None)) if planned_only else query).all()


def get_run(actor: Actor, run_id: uuid.UUID) -> Run:
    """One run. Raises RunNotFound, also for somebody else's."""
    query = sa.select(Run).where(Run.id == run_id, visible(actor)).options(selectinload(Run.stops))
    found = db.session.scalars(query).one_or_none()
    if found is None:
        raise RunNotFound
    return found


def find_run(run_id: uuid.UUID) -> Run | None:
    """The run of a handover that the caller may see already."""
    return db.session.get(Run, run_id)


# -- planning --------------------------------------------------------------------------------------


def free_vehicles(county_code: str, day: date, tier: Tier) -> list[Vehicle]:
    """The vehicles of a tier that no confirmed run of the day uses."""
    busy = set(
        db.session.scalars(
            sa.select(Run.vehicle_id).where(
                Run.day == day, Run.status.in_((RunStatus.CONFIRMED, RunStatus.UNDERWAY)), Run.vehicle_id.is_not(None)
            )
        )
    )
    return [vehicle for vehicle in vehicles.list_vehicles(county_code, tier=tier) if vehicle.id not in busy]


@command
def propose_runs(*, actor: Actor, day: date, plans: Sequence[RunPlan], seed: int | None = None) -> list[uuid.UUID]:
    """Store the plan of a day in place of its earlier proposals; returns the ids of the runs.

    Vehicles are given out in the order of their plates. Raises RunNotFit when there are fewer than runs.
    """
    actor.require(RUNS_PLAN)
    county = places.county_scope() if actor.everything else actor.scope_code
    _drop_proposals(county, day)
    known = places.places(i for plan in plans for i in (plan.start_station_id, *(s.station_id for s in plan.stops)))
    fleet = {tier: iter(free_vehicles(county, day, tier)) for tier in Tier}
    runs, stops = [], []
    for plan in plans:
        vehicle = next(fleet[plan.tier], None)
        if vehicle is None:
            raise RunNotFit(_l("%(tier)s的车不够：没有空车了。", tier=plan.tier.label))
        run = _planned(plan, day, known[plan.start_station_id], vehicle, seed)
        runs.append(run)
        stops += _stops(plan, run, known)
    bulk.insert(Run, runs)
    bulk.insert(RunStop, stops)
    return [run["id"] for run in runs]


def _drop_proposals(county_code: str, day: date) -> None:
    old = sa.and_(Run.day == day, Run.status == RunStatus.PLANNED, in_scope(Run.division_code, county_code))
    quietly = {"synchronize_session": False}
    stops = sa.delete(RunStop).where(RunStop.run_id.in_(sa.select(Run.id).where(old)))
    db.session.execute(stops, execution_options=quietly)
    db.session.execute(sa.delete(Run).where(old), execution_options=quietly)
    bulk.forget(Run, RunStop)


def _planned(plan: RunPlan, day: date, start: Place, vehicle: Vehicle, seed: int | None) -> dict[str, Any]:
    distance = sum(plan.legs_m)
    fuel = driving.fuel_fen(distance, vehicle.fuel_fen_per_km)
    return {
        "id": new_id(),
        "code": random_code(11),
        "day": day,
        "tier": plan.tier,
        "status": RunStatus.PLANNED,
        "start_station_id": start.id,
        "start_name": start.name,
        "division_code": start.code,
        "vehicle_id": vehicle.id,
        "plate": vehicle.plate,
        "capacity_parcels": vehicle.capacity_parcels,
        "driver_id": vehicle.driver_id,
        "driver_name": vehicle.driver_name,
        "distance_m": distance,
        "fuel_fen": fuel,
        "toll_fen": vehicle.toll_fen,
        "cost_fen": fuel + vehicle.toll_fen,
        "plan_seed": seed,
        "departs_at": _departure(plan.tier, day),
        "created_at": clock.now(),
    }


def _departure(tier: Tier, day: date) -> datetime:
    at = limits().truck_departs if tier is Tier.TOWNSHIP else limits().van_departs
    return clock.at_local(day, at.hour, at.minute)


def _stops(plan: RunPlan, run: dict[str, Any], known: dict[uuid.UUID, Place]) -> list[dict[str, Any]]:
    reached = driving.timetable(run["departs_at"], plan.legs_m[: len(plan.stops)], limits())
    return [
        {
            "id": new_id(),
            "run_id": run["id"],
            "sequence": number,
            "station_id": stop.station_id,
            "station_name": known[stop.station_id].name,
            "division_code": known[stop.station_id].code,
            "deliver_count": stop.deliver_count,
            "collect_count": stop.collect_count,
            "planned_at": at,
        }
        for number, (stop, at) in enumerate(zip(plan.stops, reached, strict=True), 1)
    ]


@command
def confirm_runs(*, actor: Actor, run_ids: Sequence[uuid.UUID]) -> None:
    """The dispatcher takes the proposals on. What waits at the hub is booked to the township it will go through.

    Raises RunNotFound, IllegalMove, ChangedMeanwhile.
    """
    actor.require(RUNS_PLAN)
    vans = {run.id: run for run in _move(actor, run_ids, RunStatus.CONFIRMED) if run.tier is Tier.VILLAGE}
    for some in bulk.chunks(vans):
        stops = sa.select(RunStop.run_id, RunStop.station_id).where(bulk.among(RunStop.run_id, some))
        rows = [
            {"village_station_id": village, "township_station_id": vans[run_id].start_station_id}
            for run_id, village in db.session.execute(stops)
        ]
        bulk.update(Parcel, "village_station_id", rows, Parcel.status == ParcelStatus.AT_HUB)
    bulk.forget(Parcel)


@command
def cancel_runs(*, actor: Actor, run_ids: Sequence[uuid.UUID]) -> None:
    """Call runs off that have not left. Raises RunNotFound, IllegalMove, ChangedMeanwhile."""
    actor.require(RUNS_PLAN)
    _move(actor, run_ids, RunStatus.CANCELLED)


# -- driving ---------------------------------------------------------------------------------------


@command
def start_runs(*, actor: Actor, run_ids: Sequence[uuid.UUID]) -> None:
    """The vehicles leave. Raises RunNotFound, IllegalMove, ChangedMeanwhile."""
    actor.require(RUNS_DRIVE)
    _move(actor, run_ids, RunStatus.UNDERWAY, started_at=clock.now())


@command
def arrive(*, actor: Actor, run_id: uuid.UUID, stop_id: uuid.UUID) -> Run:
    """The driver is at a stop; a second tap changes nothing. Raises RunNotFound, RunNotFit when not on the road."""
    actor.require(RUNS_DRIVE)
    run = get_run(actor, run_id)
    stop = next((one for one in run.stops if one.id == stop_id), None)
    if stop is None:
        raise RunNotFound
    if run.status is not RunStatus.UNDERWAY:
        raise RunNotFit(_l("这趟班车不在路上。"))
    if stop.arrived_at is None:
        stop.arrived_at = clock.now()
        db.session.flush()
    return run


@command
def finish_runs(*, actor: Actor, run_ids: Sequence[uuid.UUID]) -> None:
    """The vehicles are back. Raises RunNotFit while a station has not confirmed what came, RunNotFound, IllegalMove."""
    actor.require(RUNS_DRIVE)
    query = sa.select(Handover.to_name).where(Handover.run_id.in_(run_ids), Handover.status != HandoverStatus.RECEIVED)
    waiting = db.session.scalars(query.limit(5)).all()
    if waiting:
        raise RunNotFit(_l("还没有确认收货：%(who)s。请对方签收后再收车。", who="、".join(waiting)))
    _move(actor, run_ids, RunStatus.DONE, finished_at=clock.now())


def mark_arrived(pairs: Collection[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """A handover shows that the run was at these stations: (run, station) pairs."""
    if not pairs:
        return
    stop = cast("sa.Table", RunStop.__table__)
    here = (stop.c.run_id == sa.bindparam("run"), stop.c.station_id == sa.bindparam("station"))
    change = sa.update(stop).where(*here, stop.c.arrived_at.is_(None)).values(arrived_at=clock.now())
    rows = [{"run": run_id, "station": station_id} for run_id, station_id in sorted(set(pairs))]
    db.session.connection().execute(change, rows)
    bulk.forget(RunStop)


_ACTIONS = {
    RunStatus.CONFIRMED: "排定",
    RunStatus.UNDERWAY: "发车",
    RunStatus.DONE: "收车",
    RunStatus.CANCELLED: "取消",
}


def _move(actor: Actor, run_ids: Sequence[uuid.UUID], new: RunStatus, **values: Any) -> list[Run]:
    """Move runs by a conditional UPDATE each kind of old status, all or none; audited one by one."""
    wanted = list(dict.fromkeys(run_ids))
    runs: list[Run] = []
    for some in bulk.chunks(wanted):
        query = sa.select(Run).where(bulk.among(Run.id, some), visible(actor))
        runs += db.session.scalars(query)
    if len(runs) < len(wanted):
        raise RunNotFound
    moved = 0
    for old in {run.status for run in runs}:
        RUN_MOVES.check(old, new)
        for some in bulk.chunks(run.id for run in runs if run.status is old):
            change = sa.update(Run).where(bulk.among(Run.id, some), Run.status == old).values(status=new, **values)
            done = db.session.execute(change.execution_options(synchronize_session=False))
            moved += cast("sa.CursorResult[Any]", done).rowcount
    if moved != len(runs):
        raise ChangedMeanwhile
    for run in runs:
        audit.record(
            actor=actor,
            action=f"logistics.run_{new.value}",
            subject=run,
            text=f"{_ACTIONS[new]}：{run.day.isoformat()} {run.start_name} {run.plate} {run.driver_name}".rstrip(),
            division_code=run.division_code,
        )
        db.session.expire(run, ["status", *values])
    return runs
