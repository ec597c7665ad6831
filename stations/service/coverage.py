"""Coverage as it stands, or stood, on a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.scope import county_of, in_range, require_scope
from stations.models import (
    Division,
    DivisionKeyMark,
    DivisionRename,
    Station,
    StationStatus,
    StationStatusChange,
    StationVillage,
)
from stations.rules.coverage import Coverage
from stations.rules.history import Change, History, Known, Mark, Rename, Served
from stations.service.divisions import division_name, get_county
from stations.service.mergers import mergers, within


def county_coverage(*, actor: Actor | None = None, scope_code: str | None = None, on: date | None = None) -> Coverage:
    """How much of a scope the network covers on a day (today).

    The scope is ``scope_code`` (within the actor's, else NotFound), or the actor's own, or the county. Raises NoCounty
    before a county is loaded.
    """
    scope = scope_of(actor, scope_code)
    on = on or clock.today()
    return network_history(county_of(scope)).coverage(scope, division_name(scope, on), on)


def scope_of(actor: Actor | None, scope_code: str | None) -> str:
    """The scope that is asked for, within the actor's. Raises NotFound outside it, NoCounty before one is loaded."""
    if scope_code is not None:
        if actor is not None:
            require_scope(actor, scope_code)
        return scope_code
    return get_county().code if actor is None or actor.everything else actor.scope_code


def network_history(county_code: str) -> History:
    """Everything that ever happened to a county's network, for figures of any day."""
    county = county_of(county_code)
    return History(
        divisions=_divisions(county),
        renames=_renames(county),
        marks=_marks(county),
        mergers=mergers(),
        changes=_changes(county),
        served=_served(county),
    )


def _divisions(county: str) -> list[Known]:
    d = Division
    found = sa.select(d.code, d.short_name, d.level, d.is_key, d.valid_from, d.valid_to).where(in_range(d.code, county))
    return [Known(*row) for row in db.session.execute(found.order_by(d.code))]


def _renames(county: str) -> list[Rename]:
    r = DivisionRename
    found = sa.select(r.division_code, r.old_name, r.effective_on).where(in_range(r.division_code, county))
    return [Rename(*row) for row in db.session.execute(found.order_by(r.effective_on, r.recorded_at, r.id))]


def _marks(county: str) -> list[Mark]:
    m = DivisionKeyMark
    found = sa.select(m.division_code, m.is_key, m.effective_on).where(in_range(m.division_code, county))
    return [Mark(*row) for row in db.session.execute(found.order_by(m.effective_on, m.recorded_at, m.id))]


def _changes(county: str) -> list[Change]:
    """Every move of every station; of several on one day, the one recorded last comes last."""
    c = StationStatusChange
    found = (
        sa.select(c.station_id, Station.division_code, Station.kind, c.new_status, c.effective_on)
        .join(Station, Station.id == c.station_id)
        .where(in_range(Station.division_code, county))
        .order_by(Station.division_code, Station.code, c.effective_on, c.recorded_at, c.id)
    )
    return [Change(*row) for row in db.session.execute(found)]


def _served(county: str) -> list[Served]:
    s = StationVillage
    found = sa.select(s.station_id, s.village_code, s.valid_from, s.valid_to).where(in_range(s.village_code, county))
    return [Served(*row) for row in db.session.execute(found.order_by(s.village_code))]


def stations_on(scope_code: str, on: date) -> Sequence[tuple[Station, StationStatus]]:
    """The stations of a scope that were registered on a day, each with the status it had then."""
    latest = latest_change(on)
    found = (
        sa.select(Station, latest.c.new_status)
        .join(latest, latest.c.station_id == Station.id)
        .where(latest.c.nth == 1, within(Station.division_code, scope_code, on))
        .order_by(Station.division_code, Station.code)
    )
    return [(station, status) for station, status in db.session.execute(found)]


def latest_change(on: date) -> Any:
    """A subquery of the moves up to a day, ``nth`` counted back: 1 is the last of each station.

    Of several moves on one day, the one recorded last comes first.
    """
    change = StationStatusChange
    nth = sa.func.row_number().over(
        partition_by=change.station_id,
        order_by=(change.effective_on.desc(), change.recorded_at.desc(), change.id.desc()),
    )
    return (
        sa.select(change.station_id, change.new_status, change.effective_on, nth.label("nth"))
        .where(change.effective_on <= on)
        .subquery()
    )
