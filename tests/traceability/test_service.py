"""Lots, events, certificates, scans against the real database."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock, ids, seals
from app.core.access import Role
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.core.moves import IllegalMove
from products.models import ProductStatus
from products.service import set_price
from tests.factories.products import OTHER_VILLAGE, TOWNSHIP, VILLAGE, actor, create_producer, create_product
from tests.factories.traceability import DAY, create_harvested_lot, create_lot, create_packed_lot
from tests.tools import need_shared
from traceability import service
from traceability.errors import WrongOrder
from traceability.models import CertificateBasis, LotStatus, MissKind, TraceEvent
from traceability.rules import epcis

pytestmark = pytest.mark.usefixtures("session")


class TestLots:
    def test_a_lot_copies_names_and_gets_a_code_of_the_day(self) -> None:
        producer = create_producer(name="龙潭油茶专业合作社")
        lot = create_lot(create_product(producer=producer))
        assert lot.code.startswith("YY26101801")
        assert (lot.product_name, lot.producer_name, lot.place_name) == (
            "酉阳山茶油",
            "龙潭油茶专业合作社",
            "龙潭镇 包家村",
        )
        producer.name = "改了名的合作社"
        assert lot.producer_name == "龙潭油茶专业合作社"
        assert lot.code in audit.history(lot)[0].text

    def test_lots_of_one_day_are_numbered(self) -> None:
        product = create_product()
        codes = [create_lot(product).code[8:10] for _ in range(3)]
        assert codes == ["01", "02", "03"]

    def test_the_same_form_twice_opens_one(self) -> None:
        product, request_id = create_product(), ids.new_id()
        first = service.open_lot(actor=actor(), request_id=request_id, product_id=product.id)
        assert service.open_lot(actor=actor(), request_id=request_id, product_id=product.id) is first

    @pytest.mark.parametrize("status", [ProductStatus.DRAFT, ProductStatus.DELISTED])
    def test_only_reviewed_products_have_lots(self, status: ProductStatus) -> None:
        with pytest.raises(InvalidInput) as caught:
            create_lot(create_product(status=status))
        assert caught.value.field == "product_id"

    def test_others_lots_do_not_exist(self) -> None:
        theirs = create_lot(create_product(producer=create_producer(division_code=OTHER_VILLAGE)))
        mine = actor(Role.TOWNSHIP_MANAGER, TOWNSHIP)
        with pytest.raises(NotFound):
            service.get_lot(mine, theirs.id)
        with pytest.raises(NotFound):
            service.open_lot(actor=mine, product_id=theirs.product_id)
        with pytest.raises(NotFound):
            service.record_harvest(actor=mine, lot=theirs, harvested_on=DAY, quantity=Decimal(1), unit="千克")

    def test_who_may_only_read_opens_none(self) -> None:
        with pytest.raises(Forbidden):
            service.open_lot(actor=actor(Role.COUNTY_OFFICIAL), product_id=create_product().id)

    def test_found_by_code_as_typed(self) -> None:
        lot = create_lot()
        assert service.find_lot_by_code(f"{lot.code[:4].lower()} {lot.code[4:]}") == lot
        assert service.find_lot_by_code(lot.code[:-1] + str((int(lot.code[-1]) + 1) % 10)) is None
        assert service.find_by_gtin_lot(lot.gtin, lot.code) == lot

    def test_search_and_filters(self, session: Any) -> None:
        oil = create_packed_lot()
        tea = create_lot(create_product(name="宜居红茶", producer=create_producer(division_code=OTHER_VILLAGE)))

        def found(**chosen: Any) -> set[Any]:
            return set(session.scalars(service.list_lots(actor(), **chosen)))

        assert found() == {oil, tea}
        assert found(q="红茶") == {tea}
        assert found(q=oil.code) == {oil}
        assert found(status=LotStatus.PACKED) == {oil}
        assert found(township=TOWNSHIP) == {oil}
        assert found(month="2026-10") == {oil}
        assert found(month="2026-11") == set()


class TestEvents:
    def test_harvest_then_packing_with_a_certificate(self) -> None:
        lot = create_packed_lot()
        assert (lot.status, lot.harvested_on, lot.packed_on, lot.quantity) == (LotStatus.PACKED, DAY, DAY, 640)
        assert [e.kind.value for e in service.list_events(lot.id)] == ["harvested", "packed"]
        (certificate,) = lot.certificates
        assert certificate.basis is CertificateBasis.SELF_TESTED
        assert (certificate.quantity, certificate.unit, certificate.issued_on) == (640, "瓶", DAY)
        assert certificate.wording.startswith("未使用禁用农药")

    def test_packing_comes_after_the_harvest(self) -> None:
        with pytest.raises(IllegalMove), clock.at(clock.at_local(DAY, 18)):
            service.record_packing(actor=actor(), lot=create_lot(), packed_on=DAY, quantity=Decimal(1))
        lot = create_harvested_lot()
        with pytest.raises(WrongOrder) as caught, clock.at(clock.at_local(DAY, 18)):
            service.record_packing(actor=actor(), lot=lot, packed_on=DAY - timedelta(days=1), quantity=Decimal(1))
        assert caught.value.field == "packed_on"
        with pytest.raises(IllegalMove):
            service.record_harvest(actor=actor(), lot=lot, harvested_on=DAY, quantity=Decimal(1), unit="千克")

    def test_nothing_is_recorded_before_it_happens(self) -> None:
        with pytest.raises(WrongOrder) as caught:
            create_harvested_lot(harvested_on=DAY + timedelta(days=1))
        assert caught.value.field == "harvested_on"

    def test_half_a_bottle_is_not_packed(self) -> None:
        with pytest.raises(InvalidInput) as caught:
            create_packed_lot(quantity=Decimal("640.5"))
        assert caught.value.field == "quantity"

    def test_no_certificate_before_there_was_a_wording(self) -> None:
        with pytest.raises(InvalidInput) as caught:
            create_packed_lot(on=date(2026, 1, 15))
        assert caught.value.field == "basis"
        assert create_packed_lot(on=date(2026, 1, 16), basis=None).certificates == []

    def test_events_are_never_altered(self, session: Any) -> None:
        create_harvested_lot()
        with pytest.raises(sa.exc.DatabaseError):
            session.execute(sa.delete(TraceEvent))
        session.rollback()

    def test_every_event_is_valid_epcis(self) -> None:
        jsonschema = pytest.importorskip("jsonschema")
        schema = json.loads(need_shared("data/epcis/schema/EPCIS-JSON-Schema.json").read_text())
        lot = create_packed_lot()
        events = [event.epcis for event in service.list_events(lot.id)]
        document = epcis.document(events, clock.now())
        checker = jsonschema.FormatChecker()
        assert "uri" in checker.checkers, "the schema's formats carry its vocabulary: install jsonschema[format-nongpl]"
        jsonschema.Draft7Validator(schema, format_checker=checker).validate(document)
        events[0]["bizStep"] = "no_such_step"
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft7Validator(schema, format_checker=checker).validate(epcis.document(events, clock.now()))


class TestTrace:
    def test_all_is_told_and_seals_show(self) -> None:
        lot = create_packed_lot()
        trace = service.trace_of(lot.gtin, lot.code, "7")
        assert trace is not None
        assert (trace.lot, trace.serial, trace.on_sale, trace.sealed) == (lot, "7", True, False)
        seals.make()
        sealed = service.trace_of(lot.gtin, lot.code)
        assert sealed is not None
        assert sealed.sealed
        assert seals.verify() == []

    def test_the_price_is_todays(self) -> None:
        lot = create_packed_lot()
        trace = service.trace_of(lot.gtin, lot.code)
        assert trace is not None
        set_price(actor=actor(), product=trace.product, price_fen=10800)
        assert trace.product.price_fen == 10800

    def test_unknown_codes_lead_nowhere(self) -> None:
        lot = create_lot()
        assert service.trace_of(lot.gtin, "YY000000000") is None
        assert service.trace_of("09526000000013", lot.code) is None

    def test_scans_are_counted_with_the_first_time(self) -> None:
        lot = create_packed_lot()
        assert service.scans_of(lot.id).count == 0
        first = clock.at_local(DAY, 20)
        with clock.at(first):
            assert service.count_scan(lot.gtin, lot.code) == lot.id
        service.count_scan(lot.gtin, lot.code)
        scans = service.scans_of(lot.id)
        assert (scans.count, scans.first_at) == (2, first)
        assert service.count_scan(lot.gtin, "YY000000000") is None

    def test_codes_that_lead_nowhere_are_counted_by_day(self) -> None:
        for _ in range(3):
            service.count_miss(MissKind.UNKNOWN)
        service.count_miss(MissKind.MALFORMED)
        assert service.misses_since(clock.today()) == {MissKind.UNKNOWN: 3, MissKind.MALFORMED: 1}


def test_village_of_the_lot_decides_who_sees_it() -> None:
    lot = create_lot()
    assert service.get_lot(actor(Role.VILLAGE_OPERATOR, VILLAGE), lot.id) is lot
