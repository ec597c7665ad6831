"""Intake, shelves, pickup, handovers, exceptions, against the database."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.access import SYSTEM
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.ids import new_id
from app.flows import counter
from logistics import service
from logistics.errors import (
    ChangedMeanwhile,
    DoubleWaybill,
    HandoverNotFound,
    NothingTicked,
    NotThere,
    ParcelElsewhere,
    PickupLocked,
    WrongAmount,
    WrongCode,
)
from logistics.models import (
    ExceptionStatus,
    Handover,
    HandoverStatus,
    Parcel,
    ParcelEvent,
    ParcelStatus,
    Picker,
    Run,
    RunStatus,
    SizeClass,
    What,
)
from logistics.service import Filters, HandOut, Manifest, Receipt
from stations.models import StationStatus
from tests.factories import logistics as make

S = ParcelStatus


def trail(parcel: Parcel) -> list[What]:
    return [event.what for event in service.events_of(parcel.id)]


# -- intake ------------------------------------------------------------------------------------------


def test_a_parcel_comes_down_all_the_way(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    assert (parcel.status, parcel.holder_station_id, parcel.carrier) == (S.AT_HUB, net.hub.id, "yto")
    assert parcel.township_station_id == net.town.id
    make.carry(net.hub, net.town, parcel)
    assert (parcel.status, parcel.holder_station_id, parcel.run_id) == (S.AT_TOWNSHIP, net.town.id, None)
    make.carry(net.town, net.village, parcel)
    assert (parcel.status, parcel.pickup_code) == (S.AT_VILLAGE, f"A-{clock.today().day:02d}-01")
    pickup = counter.pick_up(actor=net.operator, request_id=new_id(), hand_out=HandOut((parcel.id,)))
    assert (parcel.status, parcel.holder_station_id, parcel.pickup_id) == (S.PICKED_UP, None, pickup.id)
    assert trail(parcel) == [What.ARRIVED, What.SENT, What.RECEIVED, What.SENT, What.SHELVED, What.PICKED_UP]


def test_a_parcel_goes_up_all_the_way(net: make.Network) -> None:
    parcel = counter.send(actor=net.operator, request_id=new_id(), sending=make.sending())
    make.carry(net.village, net.town, parcel)
    make.carry(net.town, net.hub, parcel)
    assert parcel.status is S.AT_HUB_UP
    assert service.dispatch(actor=net.admin, parcel_ids=[parcel.id]) == 1
    assert (parcel.status, parcel.finished_at is not None) == (S.DISPATCHED, True)
    assert trail(parcel)[-1] is What.DISPATCHED


def test_goods_that_nobody_looked_at_are_not_accepted(net: make.Network) -> None:
    with pytest.raises(InvalidInput) as caught:
        counter.send(actor=net.operator, request_id=None, sending=make.sending(goods_checked=False))
    assert caught.value.field == "goods_checked"


def test_a_courier_may_bring_a_parcel_straight_to_the_village(net: make.Network) -> None:
    parcel = make.create_shelved(net.operator, net.village, size=SizeClass.LARGE)
    assert (parcel.status, parcel.pickup_code) == (S.AT_VILLAGE, f"C-{clock.today().day:02d}-01")
    assert (parcel.phone_tail, trail(parcel)) == ("8812", [What.SHELVED])


def test_codes_count_on_through_the_day_and_begin_anew(net: make.Network) -> None:
    with clock.at(clock.at_local(clock.today(), 9)):
        codes = [make.create_shelved(net.operator, net.village).pickup_code for _ in range(3)]
    with clock.at(clock.at_local(clock.today() + timedelta(days=1), 9)):
        next_day = make.create_shelved(net.operator, net.village).pickup_code
    assert [code[-2:] for code in codes if code] == ["01", "02", "03"]
    assert next_day is not None
    assert next_day.endswith("-01")


def test_a_code_of_a_month_ago_that_still_waits_is_not_given_again(net: make.Network) -> None:
    with clock.at(clock.at_local(clock.today().replace(month=9, day=15, year=2026), 9)):
        old = make.create_shelved(net.operator, net.village).pickup_code
    with clock.at(clock.at_local(clock.today().replace(month=10, day=15, year=2026), 9)):
        new = make.create_shelved(net.operator, net.village).pickup_code
    assert (old, new) == ("A-15-01", "A-15-02")


def test_somebody_must_be_named(net: make.Network) -> None:
    with pytest.raises(InvalidInput) as caught:
        make.create_shelved(net.operator, net.village, person_name="", person_phone=None)
    assert caught.value.field == "phone_tail"


def test_the_same_waybill_twice_is_refused_unless_it_was_returned(net: make.Network) -> None:
    first = make.create_shelved(net.operator, net.village, waybill_number="YT5550001")
    with pytest.raises(DoubleWaybill):
        make.create_shelved(net.operator, net.village, waybill_number="yt 555 0001")
    counter.return_parcel(actor=net.operator, request_id=None, parcel_id=first.id, reason="收件人拒收")
    assert make.create_shelved(net.operator, net.village, waybill_number="YT5550001").id != first.id


def test_a_picked_up_waybill_is_a_double_too(net: make.Network) -> None:
    parcel = make.create_shelved(net.operator, net.village, waybill_number="YT5550002")
    counter.pick_up(actor=net.operator, request_id=None, hand_out=HandOut((parcel.id,)))
    with pytest.raises(DoubleWaybill):
        make.create_shelved(net.operator, net.village, waybill_number="YT5550002")


def test_a_batch_with_one_double_stores_nothing(net: make.Network) -> None:
    rows = [make.arrival(net.village), make.arrival(net.village, waybill_number="YT5550003")]
    with pytest.raises(DoubleWaybill):
        service.register_arrivals(actor=net.admin, rows=[*rows, make.arrival(net.village, waybill_number="YT5550003")])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Parcel)) == 0


def test_the_hub_takes_nothing_in_for_a_point_that_is_closed(net: make.Network) -> None:
    close(net.village)
    with pytest.raises(InvalidInput) as caught:
        make.create_parcel(net.village)
    assert caught.value.field == "village_station_id"


@command
def close(station: Any) -> None:
    db.session.get_one(type(station), station.id).status = StationStatus.SUSPENDED


def test_a_parcel_known_from_a_handover_is_just_shelved(net: make.Network) -> None:
    parcel = make.create_parcel(net.village, waybill_number="YT7770001", person_name="田老师")
    make.carry(net.hub, net.town, parcel)
    manifest = Manifest(net.town.id, net.village.id, (parcel.id,))
    handover = service.send_manifest(actor=net.manager, request_id=None, manifest=manifest)
    arrival = make.arrival(net.village, waybill_number="YT7770001", person_name="", person_phone=None)
    taken = service.take_in(actor=net.operator, request_id=None, arrival=arrival)
    assert (taken.id, taken.status, taken.person_name) == (parcel.id, S.AT_VILLAGE, "田老师")
    done = service.receive_manifest(actor=net.operator, request_id=None, receipt=Receipt(handover.id))
    assert (done.received_count, done.missing_count) == (1, 0)


@pytest.mark.parametrize("where", ["other village", "still at the township"])
def test_a_parcel_that_belongs_elsewhere_is_told(net: make.Network, where: str) -> None:
    make.create_parcel(net.second_village if where == "other village" else net.village, waybill_number="YT7770002")
    with pytest.raises(ParcelElsewhere):
        make.create_shelved(net.operator, net.village, waybill_number="YT7770002")


def test_a_double_tap_takes_in_once(net: make.Network) -> None:
    request_id, arrival = new_id(), make.arrival(net.village)
    first = service.take_in(actor=net.operator, request_id=request_id, arrival=arrival)
    assert service.take_in(actor=net.operator, request_id=request_id, arrival=arrival).id == first.id
    with pytest.raises(Conflict):
        service.take_in(actor=net.operator, request_id=request_id, arrival=make.arrival(net.village))


# -- pickup ------------------------------------------------------------------------------------------


def test_found_by_code_by_tail_and_by_name(net: make.Network) -> None:
    parcel = make.create_shelved(net.operator, net.village, person_name="石老太")
    other = make.create_shelved(net.operator, net.village, person_phone="13800001111", person_name="王二")
    assert service.find_by_code(actor=net.operator, code=parcel.pickup_code.lower().replace("-", "")).id == parcel.id
    for q in ("8812", "13812348812", "石老太"):
        assert [p.id for p in service.find_waiting(actor=net.operator, q=q)] == [parcel.id]
    assert service.find_waiting(actor=net.operator, q="1381234") == []
    assert [p.id for p in service.waiting_with(actor=net.operator, parcel=other)] == [other.id]
    assert service.find_waiting(actor=net.second_operator, q="8812") == []


def test_several_parcels_of_one_phone_go_at_once_to_a_relative(net: make.Network) -> None:
    parcels = [make.create_shelved(net.operator, net.village, cod_fen=fen) for fen in (5800, 0)]
    hand_out = HandOut(tuple(p.id for p in parcels), Picker.RELATIVE, "石小妹", cod_fen=5800)
    pickup = counter.pick_up(actor=net.operator, request_id=new_id(), hand_out=hand_out)
    assert (pickup.parcel_count, pickup.cod_fen, pickup.picker_name) == (2, 5800, "石小妹")


def test_a_relative_leaves_a_name_and_the_money_must_be_what_the_button_said(net: make.Network) -> None:
    parcel = make.create_shelved(net.operator, net.village, cod_fen=5800)
    with pytest.raises(InvalidInput):
        counter.pick_up(actor=net.operator, request_id=None, hand_out=HandOut((parcel.id,), Picker.RELATIVE))
    with pytest.raises(WrongAmount):
        counter.pick_up(actor=net.operator, request_id=None, hand_out=HandOut((parcel.id,), cod_fen=0))
    with pytest.raises(NothingTicked):
        counter.pick_up(actor=net.operator, request_id=None, hand_out=HandOut(()))


def test_a_double_tap_hands_out_once(net: make.Network) -> None:
    parcel, request_id = make.create_shelved(net.operator, net.village), new_id()
    first = counter.pick_up(actor=net.operator, request_id=request_id, hand_out=HandOut((parcel.id,)))
    again = counter.pick_up(actor=net.operator, request_id=request_id, hand_out=HandOut((parcel.id,)))
    assert first.id == again.id
    with pytest.raises(ChangedMeanwhile):
        counter.pick_up(actor=net.operator, request_id=new_id(), hand_out=HandOut((parcel.id,)))


def test_five_wrong_codes_lock_pickup_by_code_at_that_station_only(net: make.Network) -> None:
    parcel = make.create_shelved(net.operator, net.village)
    elsewhere = make.create_shelved(net.second_operator, net.second_village)
    for _ in range(4):
        with pytest.raises(WrongCode):
            service.find_by_code(actor=net.operator, code="A-01-99")
    for code in ("A-01-99", parcel.pickup_code):
        with pytest.raises(PickupLocked):
            service.find_by_code(actor=net.operator, code=code)
    assert service.find_waiting(actor=net.operator, q="8812")
    assert service.find_by_code(actor=net.second_operator, code=elsewhere.pickup_code).id == elsewhere.id
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert service.find_by_code(actor=net.operator, code=parcel.pickup_code).id == parcel.id


def test_a_right_code_forgets_the_wrong_ones(net: make.Network) -> None:
    parcel = make.create_shelved(net.operator, net.village)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(WrongCode):
                service.find_by_code(actor=net.operator, code="Z-01-99")
        service.find_by_code(actor=net.operator, code=parcel.pickup_code)


# -- handovers -----------------------------------------------------------------------------------------


def test_a_shortage_opens_an_exception_with_owner_and_deadline(net: make.Network) -> None:
    there, missing = make.create_parcel(net.village), make.create_parcel(net.village)
    handover_id = make.carry(net.hub, net.town, there, missing, missing=(missing,))
    handover = service.get_handover(net.manager, handover_id)
    assert (handover.sent_count, handover.received_count, handover.missing_count) == (2, 1, 1)
    assert (missing.status, missing.holder_station_id, missing.run_id) == (S.TO_TOWNSHIP, None, handover.run_id)
    (exception,) = service.exceptions_of(missing.id)
    assert (exception.owner_station_id, exception.status) == (net.hub.id, ExceptionStatus.OPEN)
    assert exception.deadline == clock.today() + timedelta(days=3)
    assert audit.history(handover)[0].text.endswith(f"签收 1 件，短少 1 件（{missing.waybill_number}）")


@pytest.mark.parametrize(("at_receiver", "status"), [(True, S.AT_TOWNSHIP), (False, S.AT_HUB)])
def test_a_missing_parcel_is_found_again(net: make.Network, at_receiver: bool, status: ParcelStatus) -> None:
    parcel = make.create_parcel(net.village)
    make.carry(net.hub, net.town, parcel, missing=(parcel,))
    (exception,) = service.exceptions_of(parcel.id)
    service.settle_found(
        actor=net.manager, request_id=None, exception_id=exception.id, at_receiver=at_receiver, note="在车座下"
    )
    assert (parcel.status, parcel.run_id, exception.status) == (status, None, ExceptionStatus.FOUND)
    with pytest.raises(Conflict):
        service.settle_lost(actor=net.manager, request_id=None, exception_id=exception.id, reason="又不见了")


def test_a_missing_parcel_is_given_up_with_a_reason(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    make.carry(net.hub, net.town, parcel, missing=(parcel,))
    (exception,) = service.exceptions_of(parcel.id)
    with pytest.raises(InvalidInput):
        service.settle_lost(actor=net.admin, request_id=None, exception_id=exception.id, reason=" ")
    service.settle_lost(actor=net.admin, request_id=None, exception_id=exception.id, reason="司机赔付")
    assert (parcel.status, parcel.holder_station_id, parcel.run_id) == (S.LOST, None, None)
    assert trail(parcel)[-2:] == [What.MISSING, What.LOST]


def test_a_missing_parcel_that_is_scanned_closes_its_exception(net: make.Network) -> None:
    parcel = make.create_parcel(net.village, waybill_number="YT7770009")
    make.carry(net.hub, net.town, parcel)
    make.carry(net.town, net.village, parcel, missing=(parcel,))
    make.create_shelved(net.operator, net.village, waybill_number="YT7770009")
    (exception,) = service.exceptions_of(parcel.id)
    assert (parcel.status, exception.status) == (S.AT_VILLAGE, ExceptionStatus.FOUND)


def test_a_surplus_parcel_is_booked_out_and_in(net: make.Network) -> None:
    listed, forgotten = make.create_parcel(net.village), make.create_parcel(net.village)
    manifest = Manifest(net.hub.id, net.town.id, (listed.id,))
    handover = service.send_manifest(actor=net.admin, request_id=None, manifest=manifest)
    receipt = Receipt(handover.id, extra=(forgotten.waybill_number,))
    service.receive_manifest(actor=net.manager, request_id=None, receipt=receipt)
    assert (forgotten.status, forgotten.holder_station_id) == (S.AT_TOWNSHIP, net.town.id)
    assert (handover.received_count, handover.extra_count) == (1, 1)


def test_an_unknown_surplus_number_is_refused_at_its_field(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    manifest = Manifest(net.hub.id, net.town.id, (parcel.id,))
    handover = service.send_manifest(actor=net.admin, request_id=None, manifest=manifest)
    with pytest.raises(InvalidInput) as caught:
        service.receive_manifest(actor=net.manager, request_id=None, receipt=Receipt(handover.id, extra=("ZT0000009",)))
    assert caught.value.field == "extra"
    assert service.get_handover(net.manager, handover.id).status is HandoverStatus.SENT


def test_only_what_lies_there_and_goes_that_way_is_loaded(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    make.carry(net.hub, net.town, parcel)
    for sender, receiver in ((net.hub, net.town), (net.town, net.second_village)):
        with pytest.raises(NotThere):
            service.send_manifests(actor=SYSTEM, manifests=[Manifest(sender.id, receiver.id, (parcel.id,))])


def test_sending_and_receiving_twice_changes_nothing(net: make.Network) -> None:
    parcel, request_id = make.create_parcel(net.village), new_id()
    manifest = Manifest(net.hub.id, net.town.id, (parcel.id,))
    first = service.send_manifest(actor=net.admin, request_id=request_id, manifest=manifest)
    assert service.send_manifest(actor=net.admin, request_id=request_id, manifest=manifest).id == first.id
    service.receive_manifest(actor=net.manager, request_id=None, receipt=Receipt(first.id))
    with pytest.raises(ChangedMeanwhile):
        service.receive_manifest(actor=net.manager, request_id=None, receipt=Receipt(first.id))


def test_a_trip_that_nobody_planned_ends_with_its_last_receipt(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    handover = db.session.get_one(Handover, make.carry(net.hub, net.town, parcel))
    run = db.session.get_one(Run, handover.run_id)
    assert (run.is_ad_hoc, run.status, run.stops[0].arrived_at is not None) == (True, RunStatus.DONE, True)


def test_a_parcel_sent_through_another_township_is_booked_there(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    make.carry(net.hub, net.other_town, parcel)
    assert parcel.township_station_id == net.other_town.id
    assert [w.name for w in service.waiting_to_go(service.places.place(net.other_town.id))] == [net.village.name]


# -- who may what ------------------------------------------------------------------------------------------


def test_others_parcels_and_handovers_do_not_exist(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    handover_id = make.carry(net.hub, net.town, parcel)
    for actor in (net.second_operator, net.other_manager):
        with pytest.raises(NotFound):
            service.get_parcel(actor, parcel.id)
        with pytest.raises(HandoverNotFound):
            service.get_handover(actor, handover_id)
    for actor in (net.operator, net.manager, net.admin):
        assert service.get_parcel(actor, parcel.id).id == parcel.id


def test_nobody_acts_at_somebody_elses_station(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    with pytest.raises(NotFound):
        service.send_manifest(
            actor=net.manager, request_id=None, manifest=Manifest(net.hub.id, net.town.id, (parcel.id,))
        )
    handover = service.send_manifest(
        actor=net.admin, request_id=None, manifest=Manifest(net.hub.id, net.town.id, (parcel.id,))
    )
    with pytest.raises(HandoverNotFound):
        service.receive_manifest(actor=net.other_manager, request_id=None, receipt=Receipt(handover.id))
    shelved = make.create_shelved(net.operator, net.village)
    with pytest.raises(NotFound):
        counter.pick_up(actor=net.second_operator, request_id=None, hand_out=HandOut((shelved.id,)))
    with pytest.raises(NotFound):
        make.create_shelved(net.operator, net.second_village)
    with pytest.raises(Forbidden):
        make.create_shelved(net.manager, net.village)
    with pytest.raises(Forbidden):
        counter.pick_up(actor=net.operator, request_id=None, hand_out=HandOut((shelved.id,), by=net.manager))


def test_the_list_is_found_by_number_tail_code_and_status(net: make.Network) -> None:
    parcel = make.create_shelved(net.operator, net.village, waybill_number="JT8880001")
    make.create_parcel(net.second_village, person_phone="13800002222")
    for filters in (
        Filters(q="jt888"),
        Filters(q="8812"),
        Filters(q=parcel.pickup_code or ""),
        Filters(status=S.AT_VILLAGE),
        Filters(station_id=net.village.id),
        Filters(township=net.town.division_code, status=S.AT_VILLAGE, day=clock.today()),
    ):
        assert [p.id for p in db.session.scalars(service.parcels_query(net.admin, filters))] == [parcel.id]
    assert db.session.scalars(service.parcels_query(net.admin, Filters(overdue=True))).all() == []
    with clock.at(clock.now() + timedelta(days=8)):
        assert [p.id for p in db.session.scalars(service.parcels_query(net.admin, Filters(overdue=True)))] == [
            parcel.id
        ]


def test_the_desk_counts_the_operators_own(net: make.Network) -> None:
    make.create_shelved(net.operator, net.village)
    make.create_shelved(net.second_operator, net.second_village)
    counter.send(actor=net.operator, request_id=None, sending=make.sending())
    coming = make.create_parcel(net.village)
    make.carry(net.hub, net.town, coming)
    service.send_manifests(actor=SYSTEM, manifests=[Manifest(net.town.id, net.village.id, (coming.id,))])
    counts = service.desk_counts(net.operator)
    assert (counts.waiting, counts.overdue, counts.arriving, counts.sent_today) == (1, 0, 1, 1)
    with clock.at(clock.now() + timedelta(days=8)):
        assert service.desk_counts(net.operator).overdue == 1


def test_the_trail_cannot_be_altered(net: make.Network) -> None:
    parcel = make.create_shelved(net.operator, net.village)
    with pytest.raises(sa.exc.DatabaseError, match="append-only"), db.session.begin_nested():
        db.session.execute(sa.delete(ParcelEvent).where(ParcelEvent.parcel_id == parcel.id))


def test_the_database_itself_keeps_a_parcel_in_one_place(net: make.Network) -> None:
    parcel = make.create_parcel(net.village)
    with pytest.raises(sa.exc.IntegrityError), db.session.begin_nested():
        db.session.execute(sa.update(Parcel).where(Parcel.id == parcel.id).values(holder_station_id=None))


def test_an_unknown_parcel_is_not_found(net: make.Network) -> None:
    with pytest.raises(NotFound):
        service.get_parcel(net.admin, uuid.uuid4())
