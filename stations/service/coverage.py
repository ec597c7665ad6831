"""Coverage and plan as they stand on a day."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.scope import county_of, in_scope, require_scope
from stations.models import Level, Plan, Station, StationStatus, StationStatusChange, StationVillage
from stations.rules.coverage import Coverage, Place, Standing, measure
from stations.rules.plan import TargetStatus, target_status
from stations.service.divisions import division_name, get_county, list_divisions
from stations.service.plans import find_plan, targets_of


@dataclass(frozen=True)
class PlanStatus:
    """The plan against what stands; no targets when there is no plan."""

    plan: Plan | None
    on: date
    targets: tuple[TargetStatus, ...]

    def to_dict(self) -> dict[str, Any]:
        """Figures for programs."""
        return {
            "plan": self.plan.name if self.plan else None,
            "year": self.plan.year if self.plan else None,
            "on": self.on.isoformat(),
            "targets": [target.to_dict() for target in self.targets],
        }


def county_coverage(*, actor: Actor | None = None, scope_code: str | None = None, on: date | None = None) -> Coverage:
    """How much of a scope the network covers on a day (today).

    The scope is ``scope_code`` (within the actor's, else NotFound), or the actor's own, or the county. Raises NoCounty
    before a county is loaded.
    """
    scope = _scope(actor, scope_code)
    on = on or clock.today()
    places = list_divisions(scope_code=scope, on=on)
    township_names = {d.code: d.short_name for d in list_divisions(Level.TOWNSHIP, county_of(scope), on)}
    return measure(
        name=division_name(scope),
        places=[Place(d.code, d.short_name, d.level, d.is_key) for d in places],
        stations=standings(scope, on),
        on=on,
        scope=scope,
        township_names=township_names,
    )


def _scope(actor: Actor | None, scope_code: str | None) -> str:
    if scope_code is not None:
        if actor is not None:
            require_scope(actor, scope_code)
        return scope_code
    return get_county().code if actor is None or actor.everything else actor.scope_code


def standings(scope_code: str, on: date) -> list[Standing]:
    """Every station of the county in which the scope lies, in the status it had on that day."""
    neighbours: dict[uuid.UUID, list[str]] = defaultdict(list)
    for station_id, village in db.session.execute(_named_villages(on)):
        neighbours[station_id].append(village)
    return [
        Standing(station.division_code, station.kind, status, tuple(neighbours[station.id]))
        for station, status in stations_on(county_of(scope_code), on)
    ]


def stations_on(scope_code: str, on: date) -> list[tuple[Station, StationStatus]]:
    """The stations of a scope that were registered on a day, each with the status it had then."""
    return [(station, status) for station, status in db.session.execute(_statuses_on(scope_code, on))]


def _named_villages(on: date) -> sa.Select[Any]:
    return sa.select(StationVillage.station_id, StationVillage.village_code).where(
        StationVillage.valid_from <= on, sa.or_(StationVillage.valid_to.is_(None), StationVillage.valid_to > on)
    )


def _statuses_on(scope_code: str, on: date) -> sa.Select[Any]:
    """The last move of each station up to the day; of several on one day, the one recorded last."""
    change = StationStatusChange
    latest = (
        sa.select(
            change.station_id,
            change.new_status,
            sa.func.row_number()
            .over(
                partition_by=change.station_id,
                order_by=(change.effective_on.desc(), change.recorded_at.desc(), change.id.desc()),
            )
            .label("nth"),
        )
        .where(change.effective_on <= on)
        .subquery()
    )
    return (
        sa.select(Station, latest.c.new_status)
        .join(latest, latest.c.station_id == Station.id)
        .where(latest.c.nth == 1, in_scope(Station.division_code, scope_code))
        .order_by(Station.division_code, Station.code)
    )


def plan_status(*, actor: Actor, year: int | None = None, on: date | None = None) -> PlanStatus:
    """The county's plan for a year (its newest) against what stands on a day (today). Raises NoCounty."""
    on = on or clock.today()
    county = get_county().code if actor.everything else county_of(actor.scope_code)
    plan = find_plan(county, year)
    if plan is None:
        return PlanStatus(None, on, ())
    coverage = county_coverage(scope_code=county, on=on)
    standing = standings(county, on)
    return PlanStatus(plan, on, tuple(target_status(target, coverage, standing) for target in targets_of(plan)))
