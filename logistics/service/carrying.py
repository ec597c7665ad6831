"""Which run carries a handover: the one that is named, one of today's that passes there, or a trip nobody planned."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.database import db
from app.core.ids import new_id, random_code
from logistics.errors import RunNotFit
from logistics.models import Run, RunStatus, RunStop, Tier
from logistics.service import bulk
from logistics.service.places import Place
from stations.models import StationKind

ON_THE_ROAD = (RunStatus.CONFIRMED, RunStatus.UNDERWAY)


class Carrying:
    """Finds runs for the manifests of one command; makes trips where no run passes."""

    def __init__(self, named: Collection[uuid.UUID]) -> None:
        self.named = _stations_of(named)
        self.made: dict[tuple[uuid.UUID, uuid.UUID], dict[str, Any]] = {}
        self.stops: list[dict[str, Any]] = []

    def run_for(self, sender: Place, receiver: Place, tier: Tier, run_id: uuid.UUID | None) -> uuid.UUID:
        """The run's id. Raises RunNotFit when the named run doesn't pass both stations or is over."""
        if run_id is not None:
            self._check(run_id, {sender.id, receiver.id})
            return run_id
        found = passing_runs(sender, receiver, tier)
        if found:
            return found[0].id
        key = (sender.id, receiver.id)
        if key not in self.made:
            self._make(sender, receiver, tier)
        return uuid.UUID(str(self.made[key]["id"]))

    def keep(self) -> None:
        """Write the trips that were made."""
        bulk.insert(Run, list(self.made.values()))
        bulk.insert(RunStop, self.stops)

    def _check(self, run_id: uuid.UUID, stations: set[uuid.UUID]) -> None:
        if not stations <= self.named.get(run_id, set()):
            raise RunNotFit(_l("这趟班车不经过这两个站，或者已经跑完了。"), field="run_id")

    def _make(self, sender: Place, receiver: Place, tier: Tier) -> None:
        """A trip on which somebody takes the parcels along; it starts at the higher station, as runs do."""
        down = receiver.kind is not StationKind.COUNTY_CENTER and sender.kind is not StationKind.VILLAGE_POINT
        start, stop = (sender, receiver) if down else (receiver, sender)
        run = {
            "id": new_id(),
            "code": random_code(11),
            "day": clock.today(),
            "tier": tier,
            "status": RunStatus.UNDERWAY,
            "start_station_id": start.id,
            "start_name": start.name,
            "division_code": start.code,
            "plate": "",
            "driver_name": "",
            "fuel_fen": 0,
            "toll_fen": 0,
            "cost_fen": 0,
            "created_at": clock.now(),
            "started_at": clock.now(),
        }
        self.made[sender.id, receiver.id] = run
        self.stops.append(
            {
                "id": new_id(),
                "run_id": run["id"],
                "sequence": 1,
                "station_id": stop.id,
                "station_name": stop.name,
                "division_code": stop.code,
                "deliver_count": 0,
                "collect_count": 0,
            }
        )


def _stations_of(run_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Where runs that are not over start and stop."""
    found: dict[uuid.UUID, set[uuid.UUID]] = {}
    for some in bulk.chunks(run_ids):
        query = (
            sa.select(Run.id, Run.start_station_id, RunStop.station_id)
            .join(RunStop, RunStop.run_id == Run.id)
            .where(bulk.among(Run.id, some), Run.status.in_(ON_THE_ROAD))
        )
        for run_id, start, stop in db.session.execute(query):
            found.setdefault(run_id, {start}).add(stop)
    return found


def passing_runs(sender: Place, receiver: Place, tier: Tier) -> Sequence[Run]:
    """Today's planned runs that pass both stations, those on the road first."""
    ids = {sender.id, receiver.id}
    stops_at = sa.select(RunStop.run_id).where(RunStop.station_id.in_(ids))
    query = sa.select(Run).where(
        Run.day == clock.today(),
        Run.tier == tier,
        Run.status.in_(ON_THE_ROAD),
        Run.vehicle_id.is_not(None),
        Run.start_station_id.in_(ids),
        Run.id.in_(stops_at),
    )
    found = db.session.scalars(query.order_by(Run.departs_at, Run.id)).all()
    return sorted(found, key=lambda run: run.status is not RunStatus.UNDERWAY)
