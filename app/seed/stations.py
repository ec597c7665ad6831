"""Public money in the demonstration: projects, acceptances, subsidies, rounds, evaluation, public notices."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core import clock, ids
from app.core.access import Actor
from app.core.scope import covers, township_of
from app.flows.verification_reports import issue_report
from stations.models import ConstructionProject, ProjectStatus, Station, StationKind
from stations.seed.acceptance import seed_acceptance, seed_logistics_dossier
from stations.seed.evaluation import seed_evaluation
from stations.seed.inspection import seed_inspections
from stations.seed.money import seed_money
from stations.seed.profile import seed_profiles
from stations.seed.project import free_village, seed_new_point
from stations.seed.publicity import seed_organisation, seed_publicity
from stations.service import acceptance as acceptances
from stations.service import projects

ACCEPTANCE_DAYS = 40  # what a walked acceptance takes, until the end of the year
EVALUATION_DAYS, ROUND_DAYS, LOGISTICS_DAYS, FUND_DAYS = 60, 36, 45, 260
# How far the projects that are under way have come, in days before the end of the year and as a stage.
UNDER_WAY = ((30, ProjectStatus.BUILDING), (12, ProjectStatus.SCORED), (4, ProjectStatus.APPLIED))


@dataclass(frozen=True)
class StationWork:
    """Who works on the stations, and which are left to be accepted."""

    hub: Actor
    inspector: Actor
    staff: Mapping[uuid.UUID, Actor]
    stations: Sequence[Station]
    last_day: date
    home: Station  # the point of the demonstration's operator: it fails no inspection

    def on(self, days_before: int, hour: int = 9) -> datetime:
        """A time so many days before the end of the year."""
        return clock.at_local(self.last_day - timedelta(days=days_before), hour)

    @property
    def managers(self) -> dict[str, Actor]:
        """The manager of each township that has a station."""
        kind = StationKind.TOWNSHIP_STATION
        return {s.division_code: self.staff[s.id] for s in self.stations if s.kind is kind and s.id in self.staff}

    def make(self, left: Sequence[str]) -> None:
        """Every part; ``left`` are the places whose station stayed planned, to be walked from project to report."""
        seed_logistics_dossier(self.hub, self.on(LOGISTICS_DAYS))
        seed_profiles(actor=self.hub, last_day=self.last_day)
        self._accept(left)
        self._under_way()
        accepted = [p.id for code in left for p in self._projects(code)]
        seed_money(self.hub, self.managers, accepted, self.on(FUND_DAYS), self.on(0, 14))
        self._issue_again(accepted)
        seed_inspections(
            hub=self.hub,
            inspector=self.inspector,
            townships=self.managers,
            when=self.on(ROUND_DAYS),
            spare=[self.home.id],
        )
        report = seed_evaluation(self.hub, self.inspector, self.on(EVALUATION_DAYS))
        seed_publicity(self.hub, self.on(0), report.evaluation_id)
        seed_organisation(self.hub, self.on(0))

    def _accept(self, left: Sequence[str]) -> None:
        for code in left:
            station = next(s for s in self.stations if s.division_code == code)
            manager = self.managers[township_of(code)]
            seed_acceptance(manager, self.inspector, self.hub, station.id, self.on(ACCEPTANCE_DAYS - 2))

    def _projects(self, code: str) -> Sequence[ConstructionProject]:
        station = next(s for s in self.stations if s.division_code == code)
        return projects.projects_of_station(self.hub, station.id)

    def _issue_again(self, accepted: Sequence[uuid.UUID]) -> None:
        """The subsidy is paid: the first reports are withdrawn and those with the payments issued."""
        for project_id in accepted:
            for acceptance in acceptances.list_of_project(self.hub, project_id):
                facts = {"actor": self.hub, "acceptance_id": acceptance.id}
                with clock.at(self.on(0, 16)):
                    again = ids.derived_id("seed-report-again", acceptance.id)
                    acceptances.withdraw_report(request_id=again, reason="补助已经拨付，重新签发。", **facts)
                    issue_report(request_id=ids.derived_id(again), **facts)

    def _under_way(self) -> None:
        """A project at each stage, the latest in the township of the demonstration's manager."""
        home = township_of(self.home.division_code)
        others = [code for code in self.managers if code != home]
        for (days, stage), township in zip(UNDER_WAY, (*others[:2], home), strict=True):
            village = free_village(township)
            if village is not None and covers(township, village):
                manager = self.managers[township]
                seed_new_point(manager, self.inspector, self.hub, village, self.on(days), until=stage)
