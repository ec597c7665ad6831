"""A village that a point serves because its acceptance says so is covered, once; the plan is judged exactly by it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.core import audit, clock
from app.core.access import Actor, Role
from app.core.command import command
from app.core.errors import DomainError, Forbidden, NotFound
from stations import service
from stations.errors import ReasonNeeded, WrongDay, WrongPlace
from stations.models import Measure, Pace, StationKind, StationStatus, StationVillage
from tests.factories.acceptance import create_acceptance
from tests.factories.projects import create_project
from tests.factories.stations import (
    COUNTY,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_county,
    create_division,
    create_neighbour,
    create_plan,
    create_station,
)

HUB = Actor(None, "县管理员", Role.COUNTY_ADMIN, COUNTY)
MANAGER = Actor(None, "乡镇站长", Role.TOWNSHIP_MANAGER, TOWNSHIP)
TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _county(session: Any) -> Any:
    create_county()
    with clock.at(clock.at_local(TODAY, 9)):
        yield


def serve(station: Any, **changed: Any) -> StationVillage:
    facts: dict[str, Any] = {
        "actor": HUB,
        "village_code": SECOND_VILLAGE,
        "valid_from": date(2026, 4, 1),
        "reason": "验收写明",
    }
    return service.serve_village(station_id=station.id, **(facts | changed))


def stop(station: Any, **changed: Any) -> StationVillage:
    facts: dict[str, Any] = {
        "actor": HUB,
        "village_code": SECOND_VILLAGE,
        "valid_to": date(2026, 6, 1),
        "reason": "新建了点",
    }
    return service.stop_serving(station_id=station.id, **(facts | changed))


def covered(on: date = TODAY) -> int:
    return service.county_coverage(actor=HUB, on=on).covered_villages


def test_coverage_follows_from_the_day_and_until_the_day() -> None:
    station = create_station()
    serve(station)
    stop(station)
    told = [covered(date(2026, month, day)) for month, day in ((3, 31), (4, 1), (5, 31), (6, 1))]
    assert told == [1, 2, 2, 1]


def test_naming_a_village_again_after_it_was_stopped_keeps_both_times() -> None:
    station = create_station()
    first = serve(station)
    stop(station)
    with pytest.raises(WrongDay):
        serve(station, valid_from=date(2026, 5, 31))
    again = serve(station, valid_from=date(2026, 9, 1))
    assert again is not first
    assert [covered(date(2026, month, 2)) for month in (5, 7, 9)] == [2, 1, 2]
    assert [(link.valid_from, link.valid_to) for link in service.served_links(station)] == [
        (date(2026, 4, 1), date(2026, 6, 1)),
        (date(2026, 9, 1), None),
    ]


def test_a_village_named_by_two_points_counts_once_and_stays_while_one_serves_it() -> None:
    one, other = create_station(), create_station(division_code=OTHER_VILLAGE)
    serve(one)
    serve(other)
    assert covered() == 3
    stop(one)
    assert covered() == 3
    stop(other)
    assert covered() == 2


def test_two_points_in_one_village_count_once() -> None:
    create_station()
    create_station()
    found = service.county_coverage(actor=HUB)
    assert (found.village_points, found.covered_villages) == (2, 1)


def test_the_acceptance_that_says_so_is_kept_and_told() -> None:
    station = create_station(status=StationStatus.SELF_INSPECTED)
    acceptance = create_acceptance(create_project(station), actor=MANAGER)
    assert serve(station, acceptance_id=acceptance.id).acceptance_id == acceptance.id
    assert "就近覆盖渤海村，自 2026-04-01 起。验收写明" in audit.history(station)[0].text
    other = create_station(division_code=OTHER_VILLAGE)
    with pytest.raises(NotFound):
        serve(other, acceptance_id=acceptance.id)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"village_code": VILLAGE}, WrongPlace),
        ({"village_code": TOWNSHIP}, WrongPlace),
        ({"village_code": "532931101201"}, WrongPlace),
        ({"valid_from": date(2026, 11, 23)}, WrongDay),
        ({"reason": " "}, ReasonNeeded),
        ({"actor": MANAGER}, Forbidden),
    ],
)
def test_what_is_refused(changed: dict[str, Any], error: type[DomainError]) -> None:
    station = create_station()
    with pytest.raises(error):
        serve(station, **changed)
    assert list(service.served_links(station)) == []


def test_a_township_station_serves_no_neighbour() -> None:
    station = create_station(division_code=TOWNSHIP, kind=StationKind.TOWNSHIP_STATION)
    with pytest.raises(WrongPlace):
        serve(station)


@pytest.mark.parametrize("valid_to", [date(2026, 3, 31), date(2026, 11, 23)])
def test_the_last_day_lies_between_the_first_and_today(valid_to: date) -> None:
    station = create_station()
    serve(station)
    with pytest.raises(WrongDay) as caught:
        stop(station, valid_to=valid_to)
    assert caught.value.field == "valid_to"


@command
def many_villages(number: int) -> list[str]:
    """As many villages as told, with the four that are there."""
    codes = [VILLAGE, SECOND_VILLAGE, OTHER_VILLAGE, "500242102203"]
    for n in range(number - len(codes)):
        code = f"5002421{n // 900 + 10:02d}{n % 900 + 100:03d}"
        create_division(code=code, name=f"第{n}村村民委员会", short_name=f"第{n}村", parent_code=TOWNSHIP)
        codes.append(code)
    return codes


@command
def points_in(codes: list[str]) -> list[Any]:
    """A point in each of these villages."""
    return [create_station(division_code=code, code=f"7{n:08d}") for n, code in enumerate(codes)]


@pytest.mark.parametrize(("villages", "met"), [(280, True), (281, False)])
def test_238_villages_of_280_meet_85_percent_and_of_281_do_not(villages: int, met: bool) -> None:
    """236 points, of which one names a neighbour and two name the same one: 238 villages by 239 namings."""
    codes = many_villages(villages)
    first, second, third, *_rest = points_in(codes[:236])
    create_neighbour(station_id=first.id, village_code=codes[236])
    create_neighbour(station_id=second.id, village_code=codes[237])
    create_neighbour(station_id=third.id, village_code=codes[237])
    create_plan(targets={Measure.VILLAGE_COVERAGE: 85})
    coverage = service.county_coverage(actor=HUB)
    assert (coverage.village_points, coverage.covered_villages, coverage.villages) == (236, 238, villages)
    with clock.at(clock.at_local(date(2027, 1, 1), 9)):
        [target] = service.plan_status(actor=HUB).targets
    assert (target.is_met, target.behind_by) == (met, 0 if met else 1)
    assert target.pace is (Pace.MET if met else Pace.LATE)
    assert target.to_dict()["percent"] == ("85.0" if met else "84.7")
