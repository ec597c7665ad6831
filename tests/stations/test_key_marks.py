"""Key marks are dated, so that a past day's denominator stays; the registers tell every village and township."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.access import Actor, Role
from app.core.database import db
from app.core.errors import InvalidInput
from stations import service
from stations.errors import WrongDay
from stations.models import DivisionKeyMark, StationKind, StationStatus
from stations.rules.history import Mark, Rename, keys_on, names_on
from tests.factories.stations import (
    COUNTY,
    OTHER_SECOND_VILLAGE,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_county,
    create_division,
    create_neighbour,
    create_station,
    create_status_change,
)

HUB = Actor(None, "县管理员", Role.COUNTY_ADMIN, COUNTY)
MANAGER = Actor(None, "乡镇站长", Role.TOWNSHIP_MANAGER, TOWNSHIP)
MARCH, JUNE, TODAY = date(2026, 3, 1), date(2026, 6, 1), date(2026, 11, 22)
S = StationStatus


@pytest.fixture
def _county(session: Any) -> Any:
    create_county()
    with clock.at(clock.at_local(TODAY, 9)):
        yield


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ([(True, MARCH)], [False, True, True]),
        ([(True, MARCH), (False, JUNE)], [False, True, False]),
        ([(False, JUNE)], [True, True, False]),  # it was one before marks were dated
        ([(True, MARCH), (False, MARCH)], [False, False, False]),
    ],
)
def test_a_mark_holds_from_its_day_until_the_next(marks: list[tuple[bool, date]], told: list[bool]) -> None:
    rows = [Mark(VILLAGE, is_key, day) for is_key, day in marks]
    assert [keys_on(rows, on)[VILLAGE] for on in (date(2026, 2, 28), MARCH, JUNE)] == told


def test_the_name_of_a_day_is_the_one_before_the_next_change() -> None:
    renames = [Rename(VILLAGE, "甲村村民委员会", MARCH), Rename(VILLAGE, "乙村村民委员会", JUNE)]
    told = [names_on(renames, on).get(VILLAGE) for on in (date(2026, 2, 28), MARCH, date(2026, 5, 31), JUNE)]
    assert told == ["甲村", "乙村", "乙村", None]


def mark(codes: list[str], **changed: Any) -> list[Any]:
    return service.mark_key(**({"actor": HUB, "codes": codes, "reason": "县发〔2026〕3 号"} | changed))


@pytest.mark.usefixtures("_county")
def test_the_denominator_of_a_past_day_stays() -> None:
    create_station(since=date(2026, 1, 1))
    mark([VILLAGE, SECOND_VILLAGE], effective_on=MARCH)
    mark([SECOND_VILLAGE], effective_on=JUNE, is_key=False)
    told = []
    for on in (date(2026, 2, 28), MARCH, date(2026, 5, 31), JUNE, TODAY):
        found = service.county_coverage(actor=HUB, on=on)
        told.append((found.key_covered, found.key_villages))
    assert told == [(0, 0), (1, 2), (1, 2), (1, 1), (1, 1)]
    assert service.get_division(VILLAGE).is_key
    assert not service.get_division(SECOND_VILLAGE).is_key


@pytest.mark.usefixtures("_county")
def test_whether_a_township_was_key_on_the_day_of_its_approval() -> None:
    mark([TOWNSHIP], effective_on=MARCH)
    assert [service.is_key_on(TOWNSHIP, on) for on in (date(2026, 2, 28), MARCH)] == [False, True]
    assert service.is_key_on(TOWNSHIP)
    create_division(code="500242103000", is_key=True, level="township", parent_code=COUNTY)  # before marks were dated
    assert service.is_key_on("500242103000", date(2020, 1, 1))


@pytest.mark.usefixtures("_county")
def test_marks_are_refused_before_the_last_one_and_in_the_future() -> None:
    mark([VILLAGE], effective_on=JUNE)
    with pytest.raises(WrongDay):
        mark([VILLAGE], effective_on=date(2026, 5, 31), is_key=False)
    with pytest.raises(WrongDay):
        mark([SECOND_VILLAGE], effective_on=date(2026, 11, 23))
    with pytest.raises(InvalidInput):
        mark([])
    assert service.get_division(VILLAGE).is_key
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.delete(DivisionKeyMark))
    db.session.rollback()


# -- registers -------------------------------------------------------------------------------------


@pytest.fixture
def _standing(_county: Any) -> None:
    mark([VILLAGE, OTHER_VILLAGE], effective_on=MARCH)
    point = create_station(name="石营点", since=date(2026, 4, 2))
    create_status_change(station_id=point.id, new_status=S.ACCEPTED, effective_on=date(2026, 4, 1))
    create_neighbour(station_id=point.id, village_code=OTHER_SECOND_VILLAGE, valid_from=date(2026, 5, 1))
    create_station(name="桂香点", division_code=OTHER_VILLAGE, status=S.UNDER_CONSTRUCTION)
    create_station(name="龙坝老点", division_code=OTHER_SECOND_VILLAGE, status=S.CLOSED)
    create_station(name="龙潭站", division_code=TOWNSHIP, kind=StationKind.TOWNSHIP_STATION)


def lines(**asked: Any) -> list[tuple[str, bool, bool, list[str]]]:
    found = service.village_register(**({"actor": HUB} | asked))
    return [(x.place.name, x.place.is_key, x.is_covered, [s.name for s in x.stations]) for x in found]


@pytest.mark.usefixtures("_standing")
def test_every_village_with_what_serves_it() -> None:
    assert lines() == [
        ("石营村", True, True, ["石营点"]),
        ("渤海村", False, False, []),
        ("桂香村", True, False, ["桂香点"]),
        ("龙坝村", False, True, ["石营点"]),
    ]
    assert [name for name, *_more in lines(key=True)] == ["石营村", "桂香村"]
    assert [name for name, *_more in lines(key=True, covered=False)] == ["桂香村"]
    assert [name for name, *_more in lines(township=OTHER_TOWNSHIP)] == ["桂香村", "龙坝村"]
    assert [name for name, *_more in lines(q="麻旺镇龙")] == ["龙坝村"]
    assert [name for name, *_more in lines(actor=MANAGER)] == ["石营村", "渤海村"]
    assert [name for name, *_more in lines(covered=True, on=date(2026, 4, 30))] == ["石营村"]
    [longba] = service.village_register(actor=HUB, q="龙坝村")
    assert (longba.stations[0].next_door, longba.covered_since) == (True, date(2026, 4, 1))


@pytest.mark.usefixtures("_standing")
def test_the_register_counts_what_coverage_counts() -> None:
    coverage = service.county_coverage(actor=HUB)
    assert sum(line.is_covered for line in service.village_register(actor=HUB)) == coverage.covered_villages
    key = service.village_register(actor=HUB, key=True)
    assert (sum(line.is_covered for line in key), len(key)) == (coverage.key_covered, coverage.key_villages)
    townships = service.township_register(actor=HUB)
    assert [(t.place.name, t.is_covered) for t in townships] == [("龙潭镇", True), ("麻旺镇", False)]
    assert sum(t.is_covered for t in townships) == coverage.covered_townships
    assert service.township_register(actor=HUB, covered=False, q="龙潭") == []
