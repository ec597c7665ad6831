"""The plan is set by the hub; coverage and plan are told for any past day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.core import audit, clock
from app.core.access import SYSTEM, Actor, Role
from app.core.errors import DomainError, Forbidden, NotFound
from stations import service
from stations.models import Measure, StationKind, StationStatus
from stations.rules.plan import Target
from stations.seed import network as seed
from stations.seed import profile as profile_seed
from stations.service.plans import targets_of
from tests.factories.stations import (
    COUNTY,
    OTHER_SECOND_VILLAGE,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_county,
    create_plan,
    create_station,
    create_status_change,
)
from tests.stations.files import ROOT

HUB = Actor(None, "县管理员", Role.COUNTY_ADMIN, COUNTY)
MANAGER = Actor(None, "乡镇站长", Role.TOWNSHIP_MANAGER, TOWNSHIP)
S = StationStatus
DUE = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def _day(session: Any) -> Any:
    with clock.at(clock.at_local(date(2026, 11, 22), 9)):
        yield


def set_plan(*targets: Target, **changed: Any) -> Any:
    facts: dict[str, Any] = {"actor": HUB, "request_id": None, "county_code": COUNTY, "year": 2026, "name": "计划"}
    return service.set_plan(targets=targets, **(facts | changed))


def test_setting_a_plan_again_replaces_it_and_tells_both() -> None:
    create_county()
    first = set_plan(
        Target(Measure.TOWNSHIP_STATIONS, Decimal(20), DUE), Target(Measure.KEY_VILLAGES, Decimal(100), DUE)
    )
    again = set_plan(
        Target(Measure.VILLAGE_POINTS, Decimal(238), date(2026, 5, 31), 98),
        Target(Measure.TOWNSHIP_STATIONS, Decimal(22), DUE),
    )
    assert again.id == first.id
    assert [(t.measure, t.amount, t.existing_before) for t in targets_of(again)] == [
        (Measure.VILLAGE_POINTS, 238, 98),
        (Measure.TOWNSHIP_STATIONS, 22, 0),
    ]
    newest, oldest = audit.history(again)
    assert "238（其中原有 98）" in newest.text
    assert "原为" in newest.text
    assert "原为" not in oldest.text
    assert set_plan(Target(Measure.TOWNSHIP_STATIONS, Decimal(39), DUE), year=2027).id != first.id
    assert service.find_plan(COUNTY).year == 2027


@pytest.mark.parametrize(
    ("target", "field"),
    [
        (Target(Measure.VILLAGE_COVERAGE, Decimal("100.5"), DUE), "village_coverage"),
        (Target(Measure.VILLAGE_POINTS, Decimal("1.5"), DUE), "village_points"),
        (Target(Measure.VILLAGE_POINTS, Decimal(-1), DUE), "village_points"),
        (Target(Measure.VILLAGE_POINTS, Decimal(97), DUE, 98), "village_points_before"),
    ],
)
def test_targets_that_are_refused_at_their_field(target: Target, field: str) -> None:
    create_county()
    with pytest.raises(DomainError) as caught:
        set_plan(target)
    assert caught.value.field == field
    assert service.find_plan(COUNTY) is None


def test_plans_that_are_refused() -> None:
    create_county()
    target = Target(Measure.VILLAGE_POINTS, Decimal(1), DUE)
    for targets, changed, error in (
        ([], {}, DomainError),
        ([target, target], {}, DomainError),
        ([target], {"actor": MANAGER}, Forbidden),
        ([target], {"county_code": TOWNSHIP}, NotFound),
        ([target], {"county_code": "532931000000"}, NotFound),
    ):
        with pytest.raises(error):
            set_plan(*targets, **changed)
    assert service.find_plan(COUNTY) is None


def test_coverage_on_a_past_day_is_what_stood_then() -> None:
    create_county()
    station = create_station(status=S.SUSPENDED, since=date(2026, 1, 10))
    for status, day in ((S.ACCEPTED, 1), (S.OPERATING, 1), (S.SUSPENDED, 10)):
        create_status_change(station_id=station.id, new_status=status, effective_on=date(2026, 3, day))
    service.serve_village(
        actor=HUB, station_id=station.id, village_code=SECOND_VILLAGE, valid_from=date(2026, 3, 5), reason="验收"
    )
    told = [service.county_coverage(actor=HUB, on=date(2026, 3, day)).covered_villages for day in (1, 4, 5, 9, 10)]
    assert told == [1, 1, 2, 2, 0]
    assert service.county_coverage(actor=HUB, on=date(2026, 1, 9)).covered_villages == 0


def test_coverage_is_told_within_the_scope() -> None:
    create_county()
    for code in (VILLAGE, OTHER_VILLAGE, OTHER_SECOND_VILLAGE):
        create_station(division_code=code)
    create_station(division_code=OTHER_TOWNSHIP, kind=StationKind.TOWNSHIP_STATION)
    assert service.county_coverage(actor=SYSTEM).covered_villages == 3
    own = service.county_coverage(actor=MANAGER)
    assert (own.name, own.villages, own.covered_villages, own.township_stations) == ("龙潭镇", 2, 1, 0)
    operator = Actor(None, "站长", Role.VILLAGE_OPERATOR, SECOND_VILLAGE)
    alone = service.county_coverage(actor=operator)
    assert (alone.villages, [str(v) for v in alone.uncovered]) == (1, ["龙潭镇 渤海村"])
    assert service.county_coverage(actor=HUB, scope_code=OTHER_TOWNSHIP).covered_villages == 2
    with pytest.raises(NotFound):
        service.county_coverage(actor=MANAGER, scope_code=OTHER_TOWNSHIP)


def test_plan_status() -> None:
    create_county()
    assert service.plan_status(actor=HUB).to_dict()["targets"] == []
    create_plan(targets={Measure.TOWNSHIP_STATIONS: 1, Measure.VILLAGE_POINTS: 2, Measure.VILLAGE_COVERAGE: 50})
    create_station()
    create_station(division_code=OTHER_VILLAGE, status=S.SELF_INSPECTED)
    create_station(division_code=TOWNSHIP, kind=StationKind.TOWNSHIP_STATION)
    status = service.plan_status(actor=MANAGER)
    assert [(t.reached, t.whole, t.is_met) for t in status.targets] == [(1, 1, True), (1, 2, False), (1, 4, False)]
    points = status.to_dict()["targets"][1]
    assert (points["built"], points["accepted"], points["operating"]) == (2, 1, 1)
    assert points["missing"] == ["龙潭镇 渤海村", "麻旺镇 桂香村", "麻旺镇 龙坝村"]


def test_the_year_of_the_demo_reaches_the_plan_of_youyang() -> None:
    service.load_county_files(actor=SYSTEM, directory=ROOT / "500242")
    seed.seed_plan(actor=SYSTEM, year=2026)
    span = {"actor": SYSTEM, "first_day": date(2026, 1, 1), "last_day": date(2026, 11, 21)}
    stations = seed.open_network(**span)
    told = service.county_coverage(actor=SYSTEM).to_dict()
    assert (told["townships"], told["villages"]) == (39, 278)
    assert (told["township_stations"], told["village_points"], told["covered_villages"]) == (20, 238, 238)
    assert told["village_coverage_percent"] == "85.6"
    assert told["key_covered"] == told["key_villages"] == 60
    assert len(told["uncovered"]) == 40
    assert service.county_coverage(actor=SYSTEM, on=date(2025, 12, 31)).village_points == 98
    assert service.county_coverage(actor=SYSTEM, on=date(2026, 5, 31)).village_points == 238
    assert all(target.is_met for target in service.plan_status(actor=SYSTEM).targets)
    assert all(station.status is S.OPERATING for station in stations)
    assert {station.id for station in seed.open_network(**span)} == {station.id for station in stations}
    assert len(service.list_stations(scope_code=COUNTY)) == 259


def test_the_stations_of_the_demo_are_described_once_and_its_coverage_stays() -> None:
    service.load_county_files(actor=SYSTEM, directory=ROOT / "500242")
    seed.seed_plan(actor=SYSTEM, year=2026)
    seed.open_network(actor=SYSTEM, first_day=date(2026, 1, 1), last_day=date(2026, 11, 21))
    before = service.county_coverage(actor=SYSTEM)
    told = profile_seed.seed_profiles(actor=SYSTEM, last_day=date(2026, 11, 21))
    lines = service.offer_register(actor=SYSTEM)
    assert profile_seed.seed_profiles(actor=SYSTEM, last_day=date(2026, 11, 21)) == told
    assert service.offer_register(actor=SYSTEM) == lines
    assert service.county_coverage(actor=SYSTEM) == before
    liaison = service.list_stations(scope_code="500242000000", kind=StationKind.LIAISON_POINT)
    assert {station.status for station in liaison} == {S.OPERATING, S.PLANNED}
    [centre] = service.list_stations(scope_code="500242000000", kind=StationKind.COUNTY_CENTER)
    profile = service.profiles_on([centre.id], date(2026, 11, 22))[centre.id]
    assert (centre.staff, len(profile.services)) == (30, 12)
    assert profile.premises is not None


def test_the_demo_works_for_a_smaller_county() -> None:
    service.load_county_files(actor=SYSTEM, directory=ROOT / "532931")
    seed.seed_plan(actor=SYSTEM, year=2026)
    left = "532931101000"
    stations = seed.open_network(
        actor=SYSTEM, first_day=date(2026, 1, 1), last_day=date(2026, 11, 21), left_to_accept=[left]
    )
    assert {s.division_code for s in stations if s.status is S.PLANNED} == {left}
    assert [t.is_met for t in service.plan_status(actor=SYSTEM).targets] == [False, True, True, True]
