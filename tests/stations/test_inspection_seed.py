"""The demonstration's round: believable, whole, and the same when it is made again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.database import db
from stations import service as network
from stations.models import StationStatus
from stations.models.finding import FindingStatus
from stations.models.inspection import InspectionRound, InspectionScore, RectificationStatus, RoundStatus
from stations.models.phone_check import PhoneCheckCall
from stations.seed.inspection import DAYS, seed_inspections
from stations.service import inspection as service
from stations.service import phone_checks
from stations.service.inspection import InspectionFilter
from tests.factories import inspection as make
from tests.factories import trade
from tests.factories.stations import TOWNSHIP, VILLAGE

pytestmark = pytest.mark.usefixtures("session")
BEGIN = clock.at_local(date(2026, 9, 15), 9)


def seeded() -> InspectionRound:
    people: dict[str, Any] = {"hub": make.HUB, "inspector": make.INSPECTOR, "townships": {TOWNSHIP: make.MANAGER}}
    return seed_inspections(**people, when=BEGIN, stations=5)


def test_the_seed_walks_a_round_to_its_end_and_again_changes_nothing() -> None:
    make.create_network()
    trade.create_villager(trade.operator_actor(VILLAGE), consent=True)
    walked = seeded()
    assert walked.status is RoundStatus.PUBLISHED
    inspections = service.all_inspections(make.HUB, walked.id, InspectionFilter())
    (failed,) = [i for i in inspections if i.rectification is not None]
    assert failed.rectification is RectificationStatus.PASSED
    assert {finding.status for finding in failed.findings} == {FindingStatus.CLOSED}
    station = network.get_station(failed.station_id)
    assert station.status is StationStatus.OPERATING
    assert (station.status_since - date(2026, 9, 15)).days < DAYS
    (check,) = phone_checks.checks_of_round(make.HUB, walked.id)
    assert phone_checks.redraw_check(check).agrees

    before = counted()
    assert seeded().id == walked.id
    assert counted() == before


def counted() -> list[int]:
    tables = (InspectionRound, InspectionScore, PhoneCheckCall)
    return [db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables]
