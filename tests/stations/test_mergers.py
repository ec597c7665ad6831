"""Divisions merge and change their names; what stood in them follows, and past days stay as they were."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.access import SYSTEM, Actor, Role
from app.core.database import db
from app.core.errors import DomainError, Forbidden, InvalidInput
from app.core.ids import new_id
from app.core.scope import covers, in_scope
from stations import service
from stations.errors import DivisionNotFound, ReasonNeeded, StationExists, WrongDay
from stations.models import Division, DivisionMerger, Level, StationKind
from stations.rules.mergers import Mergeable, Merger, absorbed, check_merger, followed, lies_in, township_on
from tests.factories.stations import (
    COUNTY,
    OTHER_SECOND_VILLAGE,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_county,
    create_key_mark,
    create_neighbour,
    create_station,
)
from tests.stations.files import write_county

HUB = Actor(None, "县管理员", Role.COUNTY_ADMIN, COUNTY)
MANAGER = Actor(None, "乡镇站长", Role.TOWNSHIP_MANAGER, TOWNSHIP)
LAST_YEAR, DAY, TODAY = date(2025, 12, 31), date(2026, 6, 1), date(2026, 11, 22)


@pytest.fixture
def _county(session: Any) -> Any:
    create_county()
    with clock.at(clock.at_local(TODAY, 9)):
        yield


def merge(code: str = SECOND_VILLAGE, into: str = VILLAGE, **changed: Any) -> DivisionMerger:
    facts: dict[str, Any] = {"actor": HUB, "effective_on": DAY, "reason": "渝府〔2026〕8 号"}
    return service.merge_division(code=code, into_code=into, **(facts | changed))


def rename(code: str = SECOND_VILLAGE, new_name: str = "东海村村民委员会", **changed: Any) -> Any:
    facts: dict[str, Any] = {"actor": HUB, "effective_on": DAY, "reason": "渝府〔2026〕9 号"}
    return service.rename_division(code=code, new_name=new_name, **(facts | changed))


# -- rules -----------------------------------------------------------------------------------------

CHAIN = [Merger("a", "b", date(2026, 1, 1)), Merger("b", "c", DAY), Merger("x", "c", DAY)]


@pytest.mark.parametrize(
    ("on", "where"),
    [
        (LAST_YEAR, {}),
        (date(2026, 1, 1), {"a": "b"}),
        (date(2026, 5, 31), {"a": "b"}),
        (DAY, {"a": "c", "b": "c", "x": "c"}),
    ],
)
def test_a_merged_division_is_followed_however_many_steps_and_only_from_its_day(
    on: date, where: dict[str, str]
) -> None:
    assert followed(CHAIN, on) == where


def test_what_a_division_took_in() -> None:
    assert absorbed("c", followed(CHAIN, DAY)) == ["a", "b", "x"]
    assert absorbed("b", followed(CHAIN, DAY)) == []


@pytest.mark.parametrize(
    ("code", "scope", "merged", "inside"),
    [
        (VILLAGE, COUNTY, {}, True),
        (VILLAGE, TOWNSHIP, {}, True),
        (VILLAGE, VILLAGE, {}, True),
        (VILLAGE, SECOND_VILLAGE, {}, False),
        (OTHER_VILLAGE, TOWNSHIP, {}, False),
        (OTHER_VILLAGE, TOWNSHIP, {OTHER_TOWNSHIP: TOWNSHIP}, True),
        (OTHER_VILLAGE, OTHER_TOWNSHIP, {OTHER_TOWNSHIP: TOWNSHIP}, False),
        (OTHER_TOWNSHIP, TOWNSHIP, {OTHER_TOWNSHIP: TOWNSHIP}, True),
        (SECOND_VILLAGE, VILLAGE, {SECOND_VILLAGE: VILLAGE}, True),
        (OTHER_VILLAGE, TOWNSHIP, {OTHER_VILLAGE: VILLAGE}, True),
        (COUNTY, TOWNSHIP, {}, False),
        (VILLAGE, "000000000000", {}, True),
    ],
)
def test_where_a_code_lies(code: str, scope: str, merged: dict[str, str], inside: bool) -> None:
    assert lies_in(code, scope, merged) is inside


def test_the_township_of_a_village_that_moved_and_whose_township_merged() -> None:
    merged = {OTHER_VILLAGE: VILLAGE, TOWNSHIP: "500242103000"}
    assert township_on(OTHER_VILLAGE, merged) == "500242103000"


OLD = Mergeable(SECOND_VILLAGE, "渤海村", Level.VILLAGE, date(1949, 10, 1), None)
INTO = Mergeable(VILLAGE, "石营村", Level.VILLAGE, date(2026, 2, 1), None)


@pytest.mark.parametrize(
    ("old", "into", "on", "last_in", "error"),
    [
        (OLD, INTO, DAY, None, None),
        (OLD, INTO, TODAY, None, None),
        (OLD, INTO, date(2026, 11, 23), None, WrongDay),
        (OLD, INTO, date(2026, 2, 1), None, None),
        (OLD, INTO, date(2026, 1, 31), None, WrongDay),
        (OLD, INTO, DAY, DAY, None),
        (OLD, INTO, DAY, date(2026, 6, 2), WrongDay),
        (OLD, OLD, DAY, None, InvalidInput),
        (OLD, Mergeable(TOWNSHIP, "龙潭镇", Level.TOWNSHIP, date(1949, 10, 1), None), DAY, None, InvalidInput),
        (OLD, Mergeable("532931101201", "外县", Level.VILLAGE, date(1949, 10, 1), None), DAY, None, InvalidInput),
        (OLD, Mergeable(VILLAGE, "石营村", Level.VILLAGE, date(1949, 10, 1), DAY), TODAY, None, InvalidInput),
        (
            Mergeable(COUNTY, "酉阳", Level.COUNTY, date(1949, 10, 1), None),
            Mergeable(COUNTY, "酉阳", Level.COUNTY, date(1949, 10, 1), None),
            DAY,
            None,
            InvalidInput,
        ),
    ],
)
def test_what_may_be_merged(
    old: Mergeable, into: Mergeable, on: date, last_in: date | None, error: type[DomainError] | None
) -> None:
    if error is None:
        check_merger(old, into, on, TODAY, last_in)
        return
    with pytest.raises(error):
        check_merger(old, into, on, TODAY, last_in)


# -- villages --------------------------------------------------------------------------------------


def figures(on: date, scope: str = COUNTY) -> tuple[int, int, int]:
    found = service.county_coverage(actor=HUB, scope_code=scope, on=on)
    return found.villages, found.covered_villages, found.village_points


@pytest.mark.usefixtures("_county")
def test_a_village_merged_this_year_leaves_last_year_as_it_was() -> None:
    create_station(since=date(2025, 3, 1))
    create_station(division_code=SECOND_VILLAGE, since=date(2025, 4, 1))
    create_station(division_code=OTHER_VILLAGE, since=date(2025, 5, 1))
    before = service.county_coverage(actor=HUB, on=LAST_YEAR)
    merge()
    assert service.county_coverage(actor=HUB, on=LAST_YEAR) == before
    assert figures(LAST_YEAR) == (4, 3, 3)
    assert figures(date(2026, 5, 31)) == (4, 3, 3)
    assert figures(DAY) == (3, 2, 3)  # two points in one village now: it counts once


@pytest.mark.usefixtures("_county")
def test_the_only_point_of_a_merged_village_covers_the_village_it_went_into() -> None:
    station = create_station(division_code=SECOND_VILLAGE)
    merge()
    assert [str(v) for v in service.county_coverage(actor=HUB).uncovered] == ["麻旺镇 桂香村", "麻旺镇 龙坝村"]
    assert service.division_name(station.division_code) == "龙潭镇石营村"
    assert service.division_name(station.division_code, LAST_YEAR) == "龙潭镇渤海村"
    with pytest.raises(DomainError, match="已经撤并"):
        service.register_station(
            actor=HUB, request_id=None, kind=StationKind.VILLAGE_POINT, division_code=SECOND_VILLAGE
        )
    with pytest.raises(ReasonNeeded):
        service.register_station(actor=HUB, request_id=None, kind=StationKind.VILLAGE_POINT, division_code=VILLAGE)


@pytest.mark.usefixtures("_county")
def test_a_neighbour_that_was_served_is_served_in_its_new_village() -> None:
    point = create_station(division_code=OTHER_VILLAGE)
    create_neighbour(station_id=point.id, village_code=SECOND_VILLAGE)
    merge()
    covered = service.village_register(actor=HUB, covered=True)
    assert [line.place.code for line in covered] == [VILLAGE, OTHER_VILLAGE]


@pytest.mark.usefixtures("_county")
def test_key_marks_of_a_merged_village_leave_the_denominator_with_it() -> None:
    create_key_mark(division_code=SECOND_VILLAGE, effective_on=date(2025, 1, 1))
    merge()
    told = [service.county_coverage(actor=HUB, on=on).key_villages for on in (LAST_YEAR, date(2026, 5, 31), DAY)]
    assert told == [1, 1, 0]


# -- townships -------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_county")
def test_the_villages_and_stations_of_a_merged_township_follow_from_the_day() -> None:
    create_station(division_code=OTHER_TOWNSHIP, kind=StationKind.TOWNSHIP_STATION, since=date(2025, 3, 1))
    create_station(division_code=OTHER_VILLAGE, since=date(2025, 3, 1))
    last_year = [service.county_coverage(actor=HUB, scope_code=code, on=LAST_YEAR) for code in (COUNTY, TOWNSHIP)]
    merge(OTHER_TOWNSHIP, TOWNSHIP)
    assert [
        service.county_coverage(actor=HUB, scope_code=code, on=LAST_YEAR) for code in (COUNTY, TOWNSHIP)
    ] == last_year
    assert figures(LAST_YEAR, TOWNSHIP) == (2, 0, 0)
    assert figures(DAY, TOWNSHIP) == (4, 1, 1)
    [longtan] = service.county_coverage(actor=HUB).by_township
    assert (longtan.name, longtan.has_station, longtan.villages, longtan.covered, longtan.points) == (
        "龙潭镇",
        True,
        4,
        1,
        1,
    )
    assert service.get_division(OTHER_VILLAGE).parent_code == TOWNSHIP
    assert service.division_name(OTHER_VILLAGE) == "龙潭镇桂香村"
    assert service.division_name(OTHER_VILLAGE, LAST_YEAR) == "麻旺镇桂香村"
    with pytest.raises(StationExists):
        service.register_station(actor=HUB, request_id=None, kind=StationKind.TOWNSHIP_STATION, division_code=TOWNSHIP)


@pytest.mark.usefixtures("_county")
def test_the_township_manager_sees_what_followed_and_the_old_one_still_sees_the_own() -> None:
    station = create_station(division_code=OTHER_VILLAGE)
    assert not covers(TOWNSHIP, OTHER_VILLAGE)
    merge(OTHER_TOWNSHIP, TOWNSHIP)
    assert covers(TOWNSHIP, OTHER_VILLAGE)
    assert not covers(OTHER_TOWNSHIP, VILLAGE)
    assert service.get_station(station.id, actor=MANAGER) is station
    codes = db.session.scalars(sa.select(Division.code).where(in_scope(Division.code, TOWNSHIP)))
    assert set(codes) == {TOWNSHIP, VILLAGE, SECOND_VILLAGE, OTHER_TOWNSHIP, OTHER_VILLAGE, OTHER_SECOND_VILLAGE}
    old = Actor(None, "原站长", Role.TOWNSHIP_MANAGER, OTHER_TOWNSHIP)
    assert service.get_station(station.id, actor=old) is station
    listed = service.list_stations_on(on=TODAY, scope_code=COUNTY, township=TOWNSHIP)
    assert [one.id for one in listed] == [station.id]
    assert service.list_stations_on(on=date(2026, 5, 31), scope_code=COUNTY, township=TOWNSHIP) == []
    assert service.list_divisions(Level.VILLAGE, TOWNSHIP, LAST_YEAR) == [
        service.get_division(VILLAGE),
        service.get_division(SECOND_VILLAGE),
    ]


# -- the verb --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_county")
def test_a_merger_is_told_in_both_divisions_and_comes_once() -> None:
    request_id = new_id()
    first = merge(request_id=request_id)
    assert merge(request_id=request_id) is first
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DivisionMerger)) == 1
    for code in (VILLAGE, SECOND_VILLAGE):
        assert "渤海村自 2026-06-01 起并入石营村" in audit.history(service.get_division(code))[0].text
        assert service.life_of(code)[0].what == "渤海村并入石营村"
    with pytest.raises(InvalidInput):
        merge(into=OTHER_VILLAGE)


@pytest.mark.usefixtures("_county")
def test_what_a_merger_would_touch() -> None:
    station = create_station(division_code=OTHER_VILLAGE)
    create_neighbour(station_id=station.id, village_code=OTHER_SECOND_VILLAGE)
    touched = service.touched_by(actor=HUB, code=OTHER_TOWNSHIP)
    assert [v.code for v in touched.villages] == [OTHER_VILLAGE, OTHER_SECOND_VILLAGE]
    assert (list(touched.stations), touched.served, touched.is_key) == ([station], 1, False)
    with pytest.raises(DivisionNotFound):
        service.touched_by(actor=MANAGER, code=OTHER_TOWNSHIP)


@pytest.mark.usefixtures("_county")
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"actor": MANAGER}, Forbidden),
        ({"actor": Actor(None, "邻县", Role.COUNTY_ADMIN, "532931000000")}, DivisionNotFound),
        ({"into": "500242101999"}, DivisionNotFound),
        ({"reason": " "}, ReasonNeeded),
        ({"effective_on": date(2026, 11, 23)}, WrongDay),
        ({"into": TOWNSHIP}, InvalidInput),
    ],
)
def test_mergers_that_are_refused(changed: dict[str, Any], error: type[DomainError]) -> None:
    with pytest.raises(error):
        merge(**changed)
    assert service.get_division(SECOND_VILLAGE).valid_to is None
    assert service.merged_on(TODAY) == {}


@pytest.mark.usefixtures("session")
def test_loading_an_older_file_does_not_undo_a_merger(tmp_path: Path) -> None:
    service.load_county_files(actor=SYSTEM, directory=write_county(tmp_path))
    merge(effective_on=clock.today())
    report = service.load_county_files(actor=SYSTEM, directory=write_county(tmp_path))
    assert report.revived == []
    assert service.get_division(SECOND_VILLAGE).valid_to == clock.today()


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_county")
def test_a_new_name_holds_from_its_day_and_the_old_one_before() -> None:
    create_station(division_code=SECOND_VILLAGE, since=date(2025, 3, 1))
    before = service.county_coverage(actor=HUB, on=LAST_YEAR)
    rename()
    assert (service.get_division(SECOND_VILLAGE).short_name, service.division_name(SECOND_VILLAGE)) == (
        "东海村",
        "龙潭镇东海村",
    )
    assert service.division_name(SECOND_VILLAGE, date(2026, 5, 31)) == "龙潭镇渤海村"
    assert service.division_name(SECOND_VILLAGE, DAY) == "龙潭镇东海村"
    assert service.name_on(SECOND_VILLAGE, date(2026, 5, 31)) == "渤海村村民委员会"
    assert service.county_coverage(actor=HUB, on=LAST_YEAR) == before
    [past], [now] = (service.list_stations_on(on=day, scope_code=COUNTY, q="") for day in (LAST_YEAR, TODAY))
    assert (past.place.village, now.place.village) == ("渤海村", "东海村")
    assert service.life_of(SECOND_VILLAGE)[0].why == "渝府〔2026〕9 号 · 县管理员"


@pytest.mark.usefixtures("_county")
def test_two_new_names_each_on_its_day() -> None:
    rename(effective_on=date(2026, 2, 1))
    rename(new_name="南海村村民委员会", effective_on=DAY)
    told = [service.division_name(SECOND_VILLAGE, day) for day in (LAST_YEAR, date(2026, 2, 1), DAY)]
    assert told == ["龙潭镇渤海村", "龙潭镇东海村", "龙潭镇南海村"]
    with pytest.raises(WrongDay):
        rename(new_name="西海村村民委员会", effective_on=date(2026, 5, 31))


@pytest.mark.usefixtures("_county")
def test_a_name_that_a_sister_has_already_stays_in_full() -> None:
    rename(new_name="石营村居民委员会")
    assert service.get_division(SECOND_VILLAGE).short_name == "石营村居民委员会"


@pytest.mark.usefixtures("_county")
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"new_name": " "}, InvalidInput),
        ({"new_name": "渤海村村民委员会"}, InvalidInput),
        ({"effective_on": date(2026, 11, 23)}, WrongDay),
        ({"reason": ""}, ReasonNeeded),
        ({"code": "500242101999"}, DivisionNotFound),
        ({"actor": MANAGER}, Forbidden),
    ],
)
def test_names_that_are_refused(changed: dict[str, Any], error: type[DomainError]) -> None:
    with pytest.raises(error):
        rename(**changed)
    assert service.get_division(SECOND_VILLAGE).name == "渤海村村民委员会"
