"""Stations are registered, moved, edited and found through the service."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.access import SYSTEM, Actor, Role
from app.core.database import db
from app.core.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound
from app.core.ids import new_id
from stations import service
from stations.errors import DivisionNotFound, ReasonNeeded, StationExists, StationNotFound, WrongDay, WrongPlace
from stations.models import Station, StationKind, StationStatus
from tests.factories.stations import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_county,
    create_division,
    create_station,
)

K, S = StationKind, StationStatus
HUB = Actor(None, "县管理员", Role.COUNTY_ADMIN, COUNTY)
MANAGER = Actor(None, "乡镇站长", Role.TOWNSHIP_MANAGER, TOWNSHIP)
OFFICIAL = Actor(None, "县领导", Role.COUNTY_OFFICIAL, COUNTY)


@pytest.fixture(autouse=True)
def _county(session: Any) -> Any:
    create_county()
    with clock.at(clock.at_local(date(2026, 11, 22), 9)):
        yield


def register(**changed: Any) -> Station:
    facts: dict[str, Any] = {"actor": HUB, "request_id": None, "kind": K.VILLAGE_POINT, "division_code": VILLAGE}
    return service.register_station(**(facts | changed))


def move(station: Station, status: StationStatus, **changed: Any) -> Station:
    facts: dict[str, Any] = {"effective_on": date(2026, 11, 22), "reason": "批复", "actor": HUB, "request_id": None}
    return service.move_station(station_id=station.id, new_status=status, **(facts | changed))


def test_a_registered_station_is_planned_named_coded_and_told() -> None:
    station = register(planned_on=date(2026, 3, 1))
    assert (station.status, station.status_since, station.name) == (S.PLANNED, date(2026, 3, 1), "石营村服务点")
    assert station.code == "421010010"[:8] + station.code[-1]
    [change] = service.status_history(station)
    assert (change.old_status, change.new_status, change.effective_on) == (None, S.PLANNED, date(2026, 3, 1))
    [entry] = audit.history(station)
    assert entry.action == "stations.registered"
    assert "石营村服务点" in entry.text


def test_the_same_request_registers_once() -> None:
    request_id = new_id()
    first = register(request_id=request_id)
    assert register(request_id=request_id).id == first.id
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Station)) == 1
    with pytest.raises(Conflict):
        register(request_id=request_id, division_code=SECOND_VILLAGE)


@pytest.mark.parametrize(
    ("changed", "error", "field"),
    [
        ({"kind": K.TOWNSHIP_STATION}, WrongPlace, "division_code"),
        ({"division_code": TOWNSHIP}, WrongPlace, "division_code"),
        ({"division_code": "500242999999"}, DivisionNotFound, "division_code"),
        ({"division_code": "999"}, DivisionNotFound, "division_code"),
        ({"planned_on": date(2026, 11, 23)}, WrongDay, "effective_on"),
        ({"actor": MANAGER}, Forbidden, None),
        ({"actor": OFFICIAL}, Forbidden, None),
    ],
)
def test_what_cannot_be_registered(changed: dict[str, Any], error: type[DomainError], field: str | None) -> None:
    with pytest.raises(error) as caught:
        register(**changed)
    assert caught.value.field == field
    assert service.list_stations(scope_code=COUNTY) == []


def test_nobody_registers_outside_their_scope() -> None:
    elsewhere = Actor(None, "邻县", Role.COUNTY_ADMIN, "532931000000")
    with pytest.raises(DivisionNotFound):
        register(actor=elsewhere)


def test_a_merged_village_gets_no_station() -> None:
    create_division(code="500242101299", name="旧村", short_name="旧村", valid_to=date(2026, 1, 1))
    with pytest.raises(WrongPlace):
        register(division_code="500242101299")


def test_a_second_point_in_a_village_needs_a_reason() -> None:
    first = register()
    with pytest.raises(ReasonNeeded) as caught:
        register()
    assert caught.value.field == "reason"
    second = register(reason="村大，两个片区相距 12 公里", name="石营村二组服务点")
    assert second.code != first.code
    assert "12 公里" in audit.history(second)[0].text


def test_a_closed_point_does_not_stand_in_the_way() -> None:
    move(register(), S.CLOSED)
    assert register().status is S.PLANNED


def test_a_township_has_one_station_and_a_county_one_centre() -> None:
    register(kind=K.TOWNSHIP_STATION, division_code=TOWNSHIP)
    register(kind=K.COUNTY_CENTER, division_code=COUNTY)
    for kind, code in ((K.TOWNSHIP_STATION, TOWNSHIP), (K.COUNTY_CENTER, COUNTY)):
        with pytest.raises(StationExists):
            register(kind=kind, division_code=code, reason="再来一个")
    register(kind=K.TOWNSHIP_STATION, division_code=OTHER_TOWNSHIP)


LIFE = [S.SITE_APPROVED, S.UNDER_CONSTRUCTION, S.SELF_INSPECTED, S.ACCEPTED, S.TRIAL, S.OPERATING]


def test_a_station_lives_through_its_statuses() -> None:
    station = register(planned_on=date(2026, 1, 1))
    for n, status in enumerate(LIFE, start=1):
        move(station, status, effective_on=date(2026, 1 + n, 1))
    assert (station.status, station.opened_on) == (S.OPERATING, date(2026, 6, 1))
    history = service.status_history(station)
    assert [change.new_status for change in history] == [*reversed(LIFE), S.PLANNED]
    assert len(audit.history(station)) == 7


@pytest.mark.parametrize(
    ("status", "changed", "error"),
    [
        (S.ACCEPTED, {}, "illegal-move"),
        (S.PLANNED, {}, "illegal-move"),
        (S.SITE_APPROVED, {"effective_on": date(2026, 11, 23)}, "wrong-day"),
        (S.SITE_APPROVED, {"effective_on": date(2026, 2, 28)}, "wrong-day"),
        (S.SITE_APPROVED, {"reason": "  "}, "reason-needed"),
        (S.SITE_APPROVED, {"actor": MANAGER}, "forbidden"),
        (S.SITE_APPROVED, {"actor": Actor(None, "邻县", Role.COUNTY_ADMIN, "532931000000")}, "not-found"),
    ],
)
def test_moves_that_are_refused(status: StationStatus, changed: dict[str, Any], error: str) -> None:
    station = register(planned_on=date(2026, 3, 1))
    with pytest.raises(DomainError) as caught:
        move(station, status, **changed)
    assert caught.value.code == error
    assert [change.new_status for change in service.status_history(station)] == [S.PLANNED]


def test_the_same_move_sent_twice_moves_once() -> None:
    station, request_id = register(), new_id()
    for _ in range(2):
        assert move(station, S.SITE_APPROVED, request_id=request_id).status is S.SITE_APPROVED
    assert len(service.status_history(station)) == 2


def test_several_stations_move_together_or_not_at_all() -> None:
    one, two = register(), register(division_code=SECOND_VILLAGE)
    together = [service.Move(s.id, S.SITE_APPROVED, date(2026, 11, 22), "一批批复") for s in (one, two)]
    wrong = [*together, service.Move(one.id, S.OPERATING, date(2026, 11, 22), "太快")]
    with pytest.raises(DomainError):
        service.move_stations(actor=HUB, moves=wrong)
    assert {station.status for station in service.list_stations(scope_code=COUNTY)} == {S.PLANNED}
    assert {station.status for station in service.move_stations(actor=HUB, moves=together)} == {S.SITE_APPROVED}
    with pytest.raises(StationNotFound):
        service.move_stations(actor=HUB, moves=[service.Move(uuid.uuid4(), S.CLOSED, date(2026, 11, 22), "x")])


def test_moves_can_not_be_rewritten() -> None:
    station = register()
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.text("UPDATE station_status_change SET reason = 'x'"))
    db.session.rollback()
    assert station is not None


def test_the_township_edits_its_own_stations_and_no_others() -> None:
    own, other = create_station(), create_station(division_code=OTHER_VILLAGE)
    details = service.StationDetails(address="龙潭镇正街 3 号", phone="13900001111")
    service.edit_station(actor=MANAGER, request_id=None, station_id=own.id, name="石营村服务点", details=details)
    assert (own.address, own.phone) == ("龙潭镇正街 3 号", "13900001111")
    text = audit.history(own)[0].text
    assert "龙潭镇正街 3 号" in text
    assert "13900001111" not in text
    with pytest.raises(StationNotFound):
        service.edit_station(actor=MANAGER, request_id=None, station_id=other.id, name="x", details=details)
    with pytest.raises(Forbidden):
        service.edit_station(actor=OFFICIAL, request_id=None, station_id=own.id, name="x", details=details)


def test_an_edit_that_changes_nothing_leaves_no_trace() -> None:
    station = create_station()
    same = service.StationDetails(manager_name="冉桂芳", phone="13812341234")
    service.edit_station(actor=HUB, request_id=None, station_id=station.id, name=station.name, details=same)
    assert audit.history(station) == []


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, {"麻旺站", "石营点", "桂香点"}),
        ({"q": "石营"}, {"石营点"}),
        ({"q": "麻旺"}, {"麻旺站", "桂香点"}),
        ({"q": "42101777"}, {"石营点"}),
        ({"q": " 421 017 77 "}, {"石营点"}),
        ({"q": "%"}, set()),
        ({"kind": K.TOWNSHIP_STATION}, {"麻旺站"}),
        ({"status": S.PLANNED}, {"桂香点"}),
        ({"township": TOWNSHIP}, {"石营点"}),
        ({"scope_code": VILLAGE}, {"石营点"}),
        ({"scope_code": TOWNSHIP, "township": OTHER_TOWNSHIP}, set()),
    ],
)
def test_finding_stations(wanted: dict[str, Any], names: set[str]) -> None:
    create_station(name="石营点", code="421017779")
    create_station(name="桂香点", division_code=OTHER_VILLAGE, status=S.PLANNED)
    create_station(name="麻旺站", division_code=OTHER_TOWNSHIP, kind=K.TOWNSHIP_STATION)
    found = service.list_stations(**({"scope_code": COUNTY} | wanted))
    assert {station.name for station in found} == names


def test_getting_a_station() -> None:
    station = create_station()
    assert service.get_station(station.id, actor=MANAGER) is station
    assert service.find_station_by_code(f" {station.code[:4]} {station.code[4:]} ") is station
    assert service.find_station_by_code("123") is None
    assert service.find_station(uuid.uuid4()) is None
    for actor in (Actor(None, "麻旺", Role.TOWNSHIP_MANAGER, OTHER_TOWNSHIP), None):
        with pytest.raises(StationNotFound):
            service.get_station(station.id if actor else uuid.uuid4(), actor=actor)


def test_the_station_of_an_operator() -> None:
    station = create_station()
    operator = Actor(uuid.uuid4(), "冉桂芳", Role.VILLAGE_OPERATOR, VILLAGE, station.id)
    assert service.station_of(operator) is station
    assert service.place_of(operator) == (station.name, "村级服务点站长")
    assert service.place_of(MANAGER) == ("龙潭镇", "乡镇站管理员")
    assert service.place_of(None) == ("酉阳土家族苗族自治县", None)
    with pytest.raises(NotFound):
        service.station_of(MANAGER)


def test_a_neighbouring_village_is_served_when_it_is_named_and_for_as_long() -> None:
    station = create_station()
    facts: dict[str, Any] = {
        "actor": HUB,
        "station_id": station.id,
        "village_code": SECOND_VILLAGE,
        "reason": "验收写明",
    }
    link = service.serve_village(valid_from=date(2026, 4, 1), **facts)
    assert service.serve_village(valid_from=date(2026, 5, 1), **facts) is link
    assert [v.code for v in service.served_villages(station)] == [VILLAGE, SECOND_VILLAGE]
    assert [v.code for v in service.served_villages(station, date(2026, 3, 31))] == [VILLAGE]
    service.stop_serving(valid_to=date(2026, 6, 1), **facts)
    assert [v.code for v in service.served_villages(station)] == [VILLAGE]
    assert [v.code for v in service.served_villages(station, date(2026, 5, 31))] == [VILLAGE, SECOND_VILLAGE]
    with pytest.raises(NotFound):
        service.stop_serving(valid_to=date(2026, 6, 1), **(facts | {"village_code": OTHER_VILLAGE}))


@pytest.mark.parametrize("village", [VILLAGE, TOWNSHIP, "500242101999"])
def test_what_is_no_neighbour(village: str) -> None:
    station = create_station()
    with pytest.raises(InvalidInput):
        service.serve_village(
            actor=SYSTEM, station_id=station.id, village_code=village, valid_from=date(2026, 4, 1), reason="x"
        )
