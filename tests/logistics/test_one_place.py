"""Random handovers: every parcel is in exactly one place, and none vanishes."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from app.core.access import SYSTEM
from app.core.database import db
from app.flows import counter
from logistics import service
from logistics.models import FINAL, IN_TRANSIT, ExceptionStatus, HandoverStatus, Parcel, ParcelException, ParcelStatus
from logistics.rules.legs import LEGS
from logistics.service import HandOut, Manifest, Receipt
from tests.factories import logistics as make


class Parcels(RuleBasedStateMachine):
    """The hub, two townships and three villages, and everything that may be done with a parcel."""

    net: make.Network
    handovers = Bundle("handovers")

    def __init__(self) -> None:
        super().__init__()
        self.registered: list[uuid.UUID] = []  # this example's own, in the order of coming in
        net = self.net
        self.villages = (net.village, net.second_village, net.other_village)
        self.operators = dict(zip(self.villages, (net.operator, net.second_operator, net.other_operator), strict=True))
        self.ways = [
            *((net.hub, town) for town in (net.town, net.other_town)),
            *((town, village) for town in (net.town, net.other_town) for village in self.villages),
            *((village, town) for town in (net.town, net.other_town) for village in self.villages),
            *((town, net.hub) for town in (net.town, net.other_town)),
        ]

    @rule(village=st.integers(0, 2), number=st.integers(1, 3))
    def arrive(self, village: int, number: int) -> None:
        rows = [make.arrival(self.villages[village]) for _ in range(number)]
        self.registered += service.register_arrivals(actor=SYSTEM, rows=rows)

    @rule(village=st.integers(0, 2))
    def bring_to_village(self, village: int) -> None:
        station = self.villages[village]
        self.registered.append(make.create_shelved(self.operators[station], station).id)

    @rule(village=st.integers(0, 2))
    def send_up(self, village: int) -> None:
        sending = make.sending(station_id=self.villages[village].id)
        self.registered += counter.send_many(actor=SYSTEM, sendings=[sending])

    @rule(target=handovers, way=st.integers(0, 15), data=st.data())
    def load(self, way: int, data: st.DataObject) -> uuid.UUID | None:
        sender, receiver = self.ways[way]
        waiting = [
            parcel.id
            for parcel in self.parcels()
            if parcel.holder_station_id == sender.id
            and parcel.status is LEGS[sender.kind, receiver.kind].waiting
            and (receiver not in self.villages or parcel.village_station_id == receiver.id)
        ]
        if not waiting:
            return None
        ids = data.draw(st.lists(st.sampled_from(waiting), min_size=1, unique=True))
        return service.send_manifests(actor=SYSTEM, manifests=[Manifest(sender.id, receiver.id, tuple(ids))])[0]

    @rule(handover=handovers, data=st.data())
    def count(self, handover: uuid.UUID | None, data: st.DataObject) -> None:
        if handover is None or service.get_handover(SYSTEM, handover).status is not HandoverStatus.SENT:
            return
        listed = {parcel.id for _line, parcel in service.lines_of(handover)}
        parcels = [i for i in self.registered if i in listed]
        missing = data.draw(st.lists(st.sampled_from(parcels), max_size=1))
        service.receive_manifests(actor=SYSTEM, receipts=[Receipt(handover, tuple(missing))])

    @precondition(lambda self: self.exceptions())
    @rule(data=st.data(), how=st.sampled_from(["receiver", "sender", "lost"]))
    def settle(self, data: st.DataObject, how: str) -> None:
        exception = data.draw(st.sampled_from(self.exceptions()))
        facts: dict[str, Any] = {"actor": SYSTEM, "request_id": None, "exception_id": exception}
        if how == "lost":
            service.settle_lost(**facts, reason="找不到了")
        else:
            service.settle_found(**facts, at_receiver=how == "receiver")

    @rule(data=st.data())
    def pick_up(self, data: st.DataObject) -> None:
        waiting = self.in_status(ParcelStatus.AT_VILLAGE)
        if waiting:
            counter.pick_up_many(actor=SYSTEM, hand_outs=[HandOut((data.draw(st.sampled_from(waiting)),))])

    @rule()
    def dispatch(self) -> None:
        waiting = self.in_status(ParcelStatus.AT_HUB_UP)
        if waiting:
            service.dispatch(actor=SYSTEM, parcel_ids=waiting)

    @invariant()
    def nothing_vanishes(self) -> None:
        assert [parcel.id for parcel in self.parcels()] == self.registered

    @invariant()
    def every_parcel_is_in_exactly_one_place(self) -> None:
        for parcel in self.parcels():
            at_station, riding = parcel.holder_station_id is not None, parcel.run_id is not None
            expected = (parcel.status not in FINAL | IN_TRANSIT, parcel.status in IN_TRANSIT)
            assert (at_station, riding) == expected, parcel.status
            assert (parcel.pickup_code is not None) >= (parcel.status is ParcelStatus.AT_VILLAGE)

    def parcels(self) -> list[Parcel]:
        """This example's parcels as the database has them, in the order of coming in."""
        query = sa.select(Parcel).where(Parcel.id.in_(self.registered)).execution_options(populate_existing=True)
        found = {parcel.id: parcel for parcel in db.session.scalars(query)}
        return [found[i] for i in self.registered if i in found]

    def in_status(self, status: ParcelStatus) -> list[uuid.UUID]:
        return [parcel.id for parcel in self.parcels() if parcel.status is status]

    def exceptions(self) -> list[uuid.UUID]:
        query = sa.select(ParcelException.parcel_id, ParcelException.id).where(
            ParcelException.status == ExceptionStatus.OPEN, ParcelException.parcel_id.in_(self.registered)
        )
        found = {row.parcel_id: row.id for row in db.session.execute(query)}
        return [found[i] for i in self.registered if i in found]


@pytest.mark.usefixtures("session")
def test_after_any_handovers_each_parcel_is_in_one_place() -> None:
    net = make.create_network()

    class OnThisDatabase(Parcels):
        pass

    OnThisDatabase.net = net
    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
