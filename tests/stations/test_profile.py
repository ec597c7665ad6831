"""What a station offers, whom it works with, whose rooms it uses, where it stands: dated, and told."""

from __future__ import annotations

import io
import math
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.core import audit, clock
from app.core.access import Actor, Role
from app.core.database import db
from app.core.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound
from app.core.ids import new_id
from stations import service
from stations.errors import PositionDoubtful, StationNotFound, WrongDay
from stations.models import (
    PositionSource,
    Service,
    StationKind,
    StationPosition,
    StationPremises,
    Tenure,
)
from stations.rules.position import check_position, distance_km, doubt, inside
from stations.rules.profile import check_offers, check_premises, check_staff
from stations.service.acceptance import Incoming
from tests.factories.stations import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    OUTLINE,
    SECOND_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    create_county,
    create_offer,
    create_station,
)
from tests.stations.files import door_photo

HUB = Actor(None, "县管理员", Role.COUNTY_ADMIN, COUNTY)
MANAGER = Actor(None, "乡镇站长", Role.TOWNSHIP_MANAGER, TOWNSHIP)
NEXT_DOOR = Actor(None, "麻旺站长", Role.TOWNSHIP_MANAGER, OTHER_TOWNSHIP)
OFFICIAL = Actor(None, "县领导", Role.COUNTY_OFFICIAL, COUNTY)
TODAY = date(2026, 11, 22)
K = StationKind


@pytest.fixture
def _county(session: Any) -> Any:
    create_county()
    with clock.at(clock.at_local(TODAY, 9)):
        yield


# -- rules -----------------------------------------------------------------------------------------

HOLE = {
    "type": "MultiPolygon",
    "coordinates": [
        [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]],
        [[[20, 20], [22, 20], [21, 23], [20, 20]]],
    ],
}


@pytest.mark.parametrize(
    ("spot", "within"),
    [
        ((1, 1), True),
        ((5, 5), False),
        ((5, 7), True),
        ((11, 5), False),
        ((-1, 5), False),
        ((21, 21), True),
        ((20, 23), False),
    ],
)
def test_inside_an_outline_with_a_hole_and_an_island(spot: tuple[float, float], within: bool) -> None:
    assert inside(spot, HOLE) is within


def test_distances_along_the_ground() -> None:
    assert distance_km((108.0, 28.0), (108.0, 28.0)) == 0
    assert math.isclose(distance_km((108.0, 28.0), (108.0, 29.0)), 111.195, abs_tol=0.001)
    assert math.isclose(distance_km((116.4074, 39.9042), (121.4737, 31.2304)), 1067.3, abs_tol=0.5)


spots = st.tuples(st.floats(73, 135), st.floats(3, 54))


@given(spots, spots)
def test_a_distance_is_the_same_both_ways_and_no_longer_than_half_the_earth(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    assert math.isclose(distance_km(one, other), distance_km(other, one), abs_tol=1e-9)
    assert 0 <= distance_km(one, other) <= 20016


@pytest.mark.parametrize(
    ("spot", "estimate", "doubted"),
    [
        ((108.7, 28.8), (108.71683, 28.80402), False),
        ((28.8, 108.7), (108.71683, 28.80402), True),  # the two in the wrong order
        ((109.1, 28.8), (108.71683, 28.80402), True),  # outside the county
        ((108.99, 28.65), (108.51, 28.99), True),  # 60 km away
        ((108.99, 28.65), None, False),
    ],
)
def test_what_is_doubted(spot: tuple[float, float], estimate: tuple[float, float] | None, doubted: bool) -> None:
    assert bool(doubt(spot, OUTLINE, estimate)) is doubted
    if not doubted:
        assert check_position(spot, OUTLINE, estimate, sure=False) == ""
        return
    assert check_position(spot, OUTLINE, estimate, sure=True)
    with pytest.raises(PositionDoubtful) as caught:
        check_position(spot, OUTLINE, estimate, sure=False)
    assert caught.value.field == "sure"


def test_thirty_kilometres_are_near_enough_and_a_county_without_an_outline_doubts_less() -> None:
    assert doubt((108.0, 28.0), None, (108.0, 28.0 + 29.99 / 111.195)) == ""
    assert "30 公里" in doubt((108.0, 28.0), None, (108.0, 28.0 + 30.01 / 111.195))


@pytest.mark.parametrize(
    ("tenure", "rent", "until", "field"),
    [
        (Tenure.RENT_FREE, 0, None, None),
        (Tenure.RENT_FREE, 0, date(2030, 1, 1), None),
        (Tenure.RENT_FREE, 1, None, "rent"),
        (Tenure.OWNED, 0, None, None),
        (Tenure.OWNED, 0, date(2030, 1, 1), "lease_until"),
        (Tenure.LEASED, 0, date(2030, 1, 1), "rent"),
        (Tenure.LEASED, 600_000, date(2030, 1, 1), None),
        (Tenure.LEASED, 600_000, None, None),
        (Tenure.LEASED, 600_000, TODAY, "lease_until"),
        (Tenure.LEASED, 1_000_000_00, date(2030, 1, 1), None),
        (Tenure.LEASED, 1_000_000_01, date(2030, 1, 1), "rent"),
    ],
)
def test_rent_goes_with_a_lease(tenure: Tenure, rent: int, until: date | None, field: str | None) -> None:
    if field is None:
        check_premises(tenure, rent, TODAY, until)
        return
    with pytest.raises(InvalidInput) as caught:
        check_premises(tenure, rent, TODAY, until)
    assert caught.value.field == field


def test_a_village_point_incubates_nothing() -> None:
    check_offers(K.COUNTY_CENTER, list(Service))
    check_offers(K.VILLAGE_POINT, [Service.PURCHASE, Service.TOURISM])
    with pytest.raises(InvalidInput, match="创业孵化"):
        check_offers(K.VILLAGE_POINT, [Service.INCUBATION])


@pytest.mark.parametrize(
    ("staff", "priority", "good"),
    [(30, 9, True), (3, 3, True), (3, 4, False), (None, 1, False), (None, None, True), (0, 0, True)],
)
def test_the_priority_groups_are_part_of_the_staff(staff: int | None, priority: int | None, good: bool) -> None:
    if good:
        check_staff(staff, priority)
        return
    with pytest.raises(InvalidInput):
        check_staff(staff, priority)


# -- services --------------------------------------------------------------------------------------


def offer(station: Any, *services: Service, **changed: Any) -> Any:
    facts: dict[str, Any] = {"actor": MANAGER, "services": services, "since": date(2026, 3, 1)}
    return service.set_offers(station_id=station.id, **(facts | changed))


def offered(station: Any, on: date) -> list[Service]:
    return list(service.profiles_on([station.id], on)[station.id].services)


@pytest.mark.usefixtures("_county")
def test_services_begin_and_end_on_their_days() -> None:
    station = create_station()
    offer(station, Service.SALE, Service.PURCHASE)
    offer(station, Service.PURCHASE, Service.BILLS, since=date(2026, 6, 1))
    assert offered(station, date(2026, 2, 28)) == []
    assert offered(station, date(2026, 5, 31)) == [Service.PURCHASE, Service.SALE]
    assert offered(station, date(2026, 6, 1)) == [Service.PURCHASE, Service.BILLS]
    assert "自 2026-06-01 起开办缴费，停办代卖" in audit.history(station)[0].text
    told = len(audit.history(station))
    offer(station, Service.PURCHASE, Service.BILLS, since=TODAY)
    assert len(audit.history(station)) == told
    with pytest.raises(WrongDay):
        offer(station, Service.PURCHASE, since=date(2026, 5, 31))
    offer(station, Service.PURCHASE, Service.BILLS, Service.SALE, since=date(2026, 7, 1))
    assert offered(station, TODAY) == [Service.PURCHASE, Service.SALE, Service.BILLS]


@pytest.mark.usefixtures("_county")
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"actor": OFFICIAL}, Forbidden),
        ({"actor": NEXT_DOOR}, StationNotFound),
        ({"since": date(2026, 11, 23)}, WrongDay),
        ({"services": [Service.DESIGN]}, InvalidInput),
    ],
)
def test_services_that_are_refused(changed: dict[str, Any], error: type[DomainError]) -> None:
    station = create_station()
    with pytest.raises(error):
        offer(station, Service.PURCHASE, **changed)
    assert list(service.offers_of(station)) == []


@pytest.mark.usefixtures("_county")
def test_which_station_offers_what() -> None:
    one = create_station()
    other = create_station(division_code=OTHER_VILLAGE)
    create_offer(station_id=one.id)
    create_offer(station_id=one.id, service=Service.SALE, until=date(2026, 6, 1))
    create_offer(station_id=other.id, since=date(2026, 5, 1))

    def told(**asked: Any) -> list[tuple[str, Service]]:
        lines = service.offer_register(**({"actor": HUB} | asked))
        return [(line.station.name, line.service) for line in lines]

    assert told() == [(one.name, Service.PURCHASE), (other.name, Service.PURCHASE)]
    assert told(on=date(2026, 4, 30)) == [(one.name, Service.PURCHASE), (one.name, Service.SALE)]
    assert told(service=Service.SALE) == []
    assert told(actor=MANAGER) == [(one.name, Service.PURCHASE)]
    assert told(kind=K.TOWNSHIP_STATION) == []


# -- partners --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_county")
def test_a_partner_comes_goes_and_comes_again() -> None:
    station, request_id = create_station(), new_id()
    facts: dict[str, Any] = {"actor": MANAGER, "station_id": station.id, "name": " 邮政快递 "}
    partner = service.add_partner(since=date(2026, 3, 1), request_id=request_id, **facts)
    assert service.add_partner(since=date(2026, 3, 1), request_id=request_id, **facts) is partner
    with pytest.raises(Conflict):
        service.add_partner(since=TODAY, **facts)
    end: dict[str, Any] = {"actor": MANAGER, "station_id": station.id, "partner_id": partner.id}
    with pytest.raises(WrongDay):
        service.end_partner(until=date(2026, 2, 28), **end)
    service.end_partner(until=date(2026, 6, 1), **end)
    with pytest.raises(NotFound):
        service.end_partner(until=TODAY, **end)
    with pytest.raises(WrongDay):
        service.add_partner(since=date(2026, 5, 31), **facts)
    service.add_partner(since=date(2026, 9, 1), **facts)
    told = [service.profiles_on([station.id], date(2026, month, 15))[station.id].partners for month in (2, 4, 7, 9)]
    assert told == [(), ("邮政快递",), (), ("邮政快递",)]


@pytest.mark.usefixtures("_county")
def test_somebody_elses_partner_is_not_found() -> None:
    station, other = create_station(), create_station(division_code=SECOND_VILLAGE)
    partner = service.add_partner(actor=HUB, station_id=other.id, name="邮政", since=TODAY)
    with pytest.raises(NotFound):
        service.end_partner(actor=HUB, station_id=station.id, partner_id=partner.id, until=TODAY)
    with pytest.raises(InvalidInput):
        service.add_partner(actor=HUB, station_id=station.id, name=" ", since=TODAY)


# -- premises --------------------------------------------------------------------------------------


def rooms(station: Any, **changed: Any) -> StationPremises:
    facts: dict[str, Any] = {
        "actor": MANAGER,
        "tenure": Tenure.LEASED,
        "owner_name": "冉大山",
        "rent_fen": 600_000,
        "lease_until": date(2028, 12, 31),
        "effective_on": date(2026, 3, 1),
    }
    return service.set_premises(station_id=station.id, **(facts | changed))


@pytest.mark.usefixtures("_county")
def test_premises_keep_their_history_and_nobody_changes_it() -> None:
    station = create_station()
    rooms(station)
    free = {"tenure": Tenure.RENT_FREE, "owner_name": "石营村村民委员会", "rent_fen": 0, "lease_until": None}
    rooms(station, effective_on=date(2026, 6, 1), **free)
    told = [service.profiles_on([station.id], date(2026, m, 15))[station.id].premises for m in (2, 4, 7)]
    assert [one and one.owner_name for one in told] == [None, "冉大山", "石营村村民委员会"]
    assert "一年租金 ¥6,000.00，到 2028-12-31" in audit.history(station)[1].text
    with pytest.raises(WrongDay):
        rooms(station, effective_on=date(2026, 5, 31))
    with pytest.raises(InvalidInput):
        rooms(station, owner_name=" ")
    with pytest.raises(StationNotFound):
        rooms(station, actor=NEXT_DOOR)
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.update(StationPremises).values(rent_fen=1))
    db.session.rollback()


# -- position --------------------------------------------------------------------------------------


def locate(station: Any, **changed: Any) -> StationPosition:
    known = {"lon": 108.7, "lat": 28.8, "taken_on": TODAY}
    actor, sure = changed.pop("actor", MANAGER), changed.pop("sure", False)
    return service.set_position(actor=actor, station_id=station.id, fix=service.Fix(**(known | changed)), sure=sure)


@pytest.mark.usefixtures("_county")
def test_a_position_stands_on_the_station_with_its_history() -> None:
    station = create_station()
    locate(station, accuracy_m=8, source=PositionSource.DEVICE)
    assert (station.lon, station.lat) == (108.7, 28.8)
    assert "位置实测：108.700000, 28.800000（手机定位，误差约 8 米，2026-11-22）" in audit.history(station)[0].text
    locate(station, lon=108.71)
    assert [position.lon for position in service.positions_of(station)] == [108.71, 108.7]
    where = service.profiles_on([station.id], TODAY)[station.id].position
    assert where is not None
    assert where.lon == 108.71


@pytest.mark.usefixtures("_county")
def test_a_position_that_can_hardly_be_right_is_asked_back_and_kept_when_sure() -> None:
    station = create_station()
    with pytest.raises(PositionDoubtful):
        locate(station, lon=109.5)
    assert station.lon is None
    row = locate(station, lon=109.5, sure=True)
    assert "边界以外" in row.doubt
    assert "已核对无误" in audit.history(station)[0].text


@pytest.mark.usefixtures("_county")
@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"taken_on": date(2026, 11, 23)}, WrongDay),
        ({"actor": OFFICIAL}, Forbidden),
        ({"actor": NEXT_DOOR}, StationNotFound),
        ({"actor": Actor(None, "站长", Role.VILLAGE_OPERATOR, VILLAGE, new_id())}, NotFound),
        ({"upload_id": new_id()}, NotFound),
    ],
)
def test_positions_that_are_refused(changed: dict[str, Any], error: type[DomainError]) -> None:
    station = create_station()
    with pytest.raises(error):
        locate(station, **changed)
    assert list(service.positions_of(station)) == []


@pytest.mark.usefixtures("_county")
def test_the_operator_and_the_inspector_take_the_position_too() -> None:
    station = create_station()
    locate(station, actor=Actor(new_id(), "冉桂芳", Role.VILLAGE_OPERATOR, VILLAGE, station.id))
    locate(station, actor=Actor(new_id(), "验收员", Role.INSPECTOR, COUNTY))
    assert [p.actor_name for p in service.positions_of(station)] == ["验收员", "冉桂芳"]


def photo(**facts: Any) -> Incoming:
    return Incoming.read("door.jpg", io.BytesIO(door_photo(**facts)))


@pytest.mark.usefixtures("_county")
def test_a_photo_at_the_door_tells_where_and_when() -> None:
    station = create_station()
    upload = service.keep_door_photo(actor=MANAGER, station_id=station.id, photo=photo(lon=108.7125, lat=28.8025))
    assert (round(upload.lon or 0, 6), round(upload.lat or 0, 6)) == (108.7125, 28.8025)
    assert station.lon is None
    row = locate(station, lon=upload.lon, lat=upload.lat, upload_id=upload.id, source=PositionSource.PHOTO)
    assert row.upload is upload


@pytest.mark.usefixtures("_county")
@pytest.mark.parametrize("content", [door_photo(), b"%PDF-1.7", b"", b"\xff\xd8\xff broken"])
def test_photos_that_tell_nothing_are_refused_at_the_field(content: bytes) -> None:
    station = create_station()
    with pytest.raises(InvalidInput) as caught:
        service.keep_door_photo(actor=MANAGER, station_id=station.id, photo=Incoming.read("x.jpg", io.BytesIO(content)))
    assert caught.value.field == "photo"


@pytest.mark.usefixtures("_county")
def test_a_position_given_when_registering_is_checked_and_kept() -> None:
    facts: dict[str, Any] = {"actor": HUB, "request_id": None, "kind": K.VILLAGE_POINT, "division_code": VILLAGE}
    with pytest.raises(PositionDoubtful):
        service.register_station(details=service.StationDetails(lon=109.5, lat=28.8), **facts)
    with pytest.raises(InvalidInput) as caught:
        service.register_station(details=service.StationDetails(lon=108.7), **facts)
    assert caught.value.field == "lat"
    station = service.register_station(details=service.StationDetails(lon=108.7, lat=28.8), **facts)
    [position] = service.positions_of(station)
    assert (station.lon, position.source) == (108.7, PositionSource.TYPED)


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_county")
def test_a_station_that_was_renamed_has_its_old_name_on_past_days() -> None:
    station = create_station(name="石营服务点", since=date(2026, 1, 1))
    with clock.at(clock.at_local(date(2026, 6, 1), 9)):
        service.edit_station(
            actor=HUB, request_id=None, station_id=station.id, name="石营便民点", details=service.StationDetails()
        )
    listed = {day: service.list_stations_on(on=day, scope_code=COUNTY)[0].name for day in (date(2026, 5, 31), TODAY)}
    assert list(listed.values()) == ["石营服务点", "石营便民点"]
    assert service.list_stations_on(on=TODAY, scope_code=COUNTY, q="石营服务点")[0].id == station.id
