"""Producers, products, prices, stock, reports against the real database."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock, ids
from app.core.access import SYSTEM, Role
from app.core.errors import Conflict, DomainError, Forbidden, InvalidInput, NotFound
from app.core.files import BrokenFiles
from app.core.moves import IllegalMove
from products import service
from products.errors import AlreadyUsed, InvalidGtin, OutOfStock
from products.models import (
    MovementKind,
    ProblemStatus,
    ProduceLevel,
    Producer,
    ProducerKind,
    Product,
    ProductStatus,
    StockMovement,
)
from products.service import ProductFacts
from tests.factories.products import (
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    actor,
    create_divisions,
    create_problem,
    create_producer,
    create_product,
    new_gtin,
)

pytestmark = pytest.mark.usefixtures("session")
HEAD = "sku,gtin,name,category,spec,unit,price_yuan,producer,producer_division,certification,shelf_life_days,storage"
OIL = f"YY0001,9526000000013,酉阳山茶油,粮油,500毫升/瓶,瓶,98.00,龙潭油茶专业合作社,{VILLAGE},有机产品认证,540,避光阴凉"
RICE = f"YY0003,9526000000037,花田贡米,粮油,5千克/袋,袋,79.00,花田贡米种植专业合作社,{OTHER_VILLAGE},,365,"


def facts(**overrides: Any) -> ProductFacts:
    base: dict[str, Any] = {
        "sku": f"T{uuid.uuid4().hex[:6]}",
        "gtin": new_gtin(),
        "name": "花田贡米",
        "category": "粮油",
        "spec": "5千克/袋",
        "unit": "袋",
        "produce_level": ProduceLevel.PRIMARY,
    }
    return ProductFacts(**(base | overrides))


class TestProducers:
    def test_a_producer_gets_a_code_that_can_be_dictated(self) -> None:
        create_divisions()
        producer = service.register_producer(
            actor=actor(), name=" 李大山 ", kind=ProducerKind.FARM_HOUSEHOLD, division_code=VILLAGE, phone="13812341234"
        )
        assert producer.name == "李大山"
        assert ids.check_code(producer.code) == producer.code
        assert service.get_producer_by_code(ids.grouped(producer.code)) is producer
        assert "李大山" in audit.history(producer)[0].text

    def test_a_mistyped_code_is_not_found(self) -> None:
        producer = create_producer()
        wrong = producer.code[:-1] + str((int(producer.code[-1]) + 1) % 10)
        with pytest.raises(NotFound):
            service.get_producer_by_code(wrong)

    def test_the_village_must_exist(self) -> None:
        create_divisions()
        with pytest.raises(InvalidInput) as caught:
            service.register_producer(
                actor=actor(), name="李", kind=ProducerKind.FARM_HOUSEHOLD, division_code="500242101299"
            )
        assert caught.value.field == "division_code"

    def test_another_township_is_out_of_reach(self) -> None:
        theirs = create_producer(division_code=OTHER_VILLAGE)
        mine = actor(Role.TOWNSHIP_MANAGER, TOWNSHIP)
        with pytest.raises(NotFound):
            service.get_producer(mine, theirs.id)

    def test_the_same_form_twice_registers_once(self) -> None:
        create_divisions()
        form: dict[str, Any] = {"name": "李", "kind": ProducerKind.FARM_HOUSEHOLD, "division_code": VILLAGE}
        request_id = ids.new_id()
        first = service.register_producer(actor=actor(), request_id=request_id, **form)
        assert service.register_producer(actor=actor(), request_id=request_id, **form) is first
        with pytest.raises(Conflict):
            service.register_producer(actor=actor(), request_id=request_id, **(form | {"name": "张"}))


class TestProducts:
    def test_a_product_begins_as_a_draft_with_its_price_in_the_history(self) -> None:
        producer = create_producer()
        product = service.register_product(actor=actor(), producer=producer, facts=facts(), price_fen=7900)
        assert product.status is ProductStatus.DRAFT
        assert len(product.gtin) == 14
        assert [change.price_fen for change in service.list_price_changes(product.id)] == [7900]

    @pytest.mark.parametrize("field", ["sku", "gtin"])
    def test_numbers_are_used_once(self, field: str) -> None:
        first = create_product()
        with pytest.raises(AlreadyUsed) as caught:
            service.register_product(
                actor=actor(), producer=first.producer, facts=facts(**{field: getattr(first, field)}), price_fen=1
            )
        assert caught.value.field == field

    def test_a_product_keeps_its_own_numbers_when_corrected(self) -> None:
        product = create_product()
        changed = facts(sku=product.sku, gtin=product.gtin, name="山茶油（新）", shelf_life_days=300)
        service.update_product(actor=actor(), product=product, facts=changed)
        assert (product.name, product.shelf_life_days) == ("山茶油（新）", 300)

    def test_a_wrong_barcode_is_refused(self) -> None:
        with pytest.raises(InvalidGtin):
            service.register_product(
                actor=actor(), producer=create_producer(), facts=facts(gtin="9526000000012"), price_fen=1
            )

    def test_a_product_goes_to_the_shelf_by_review_and_comes_off_with_a_reason(self) -> None:
        product = create_product(status=ProductStatus.DRAFT, listed_at=None)
        with pytest.raises(IllegalMove):
            service.move_product(actor=actor(), product=product, status=ProductStatus.LISTED)
        service.move_product(actor=actor(), product=product, status=ProductStatus.REVIEWED)
        service.move_product(actor=actor(), product=product, status=ProductStatus.LISTED)
        assert product.listed_at is not None
        with pytest.raises(InvalidInput) as caught:
            service.move_product(actor=actor(), product=product, status=ProductStatus.PAUSED)
        assert caught.value.field == "reason"
        service.move_product(actor=actor(), product=product, status=ProductStatus.PAUSED, reason="断货")
        assert "断货" in audit.history(product)[0].text

    def test_who_may_not_review_is_refused(self) -> None:
        product = create_product(status=ProductStatus.DRAFT)
        with pytest.raises(Forbidden):
            service.move_product(
                actor=actor(Role.VILLAGE_OPERATOR, VILLAGE), product=product, status=ProductStatus.REVIEWED
            )

    def test_a_new_price_is_kept_beside_the_old_one(self) -> None:
        product = create_product(price_fen=9800)
        service.set_price(actor=actor(), product=product, price_fen=10800)
        service.set_price(actor=actor(), product=product, price_fen=10800)
        assert product.price_fen == 10800
        assert [change.price_fen for change in service.list_price_changes(product.id)] == [10800]
        assert "¥98.00 改为 ¥108.00" in audit.history(product)[0].text

    def test_search_finds_characters_numbers_and_producers_and_filters(self, session: Any) -> None:
        oil = create_product(name="酉阳山茶油", category="粮油")
        tea = create_product(
            name="宜居红茶",
            category="茶叶",
            producer=create_producer(name="宜居茶叶合作社", division_code=OTHER_VILLAGE),
            status=ProductStatus.DRAFT,
        )

        def found(who: Any = None, **chosen: Any) -> set[Any]:
            return set(session.scalars(service.list_products(who or actor(), **chosen)))

        assert found() == {oil, tea}
        assert found(q="茶油") == {oil}
        assert found(q="宜居 茶叶") == {tea}
        assert found(q=oil.gtin[:13]) == {oil}
        assert found(q="%") == set()
        assert found(category="茶叶") == {tea}
        assert found(status=ProductStatus.LISTED) == {oil}
        assert found(township=OTHER_TOWNSHIP) == {tea}
        assert found(actor(Role.TOWNSHIP_MANAGER, TOWNSHIP)) == {oil}
        assert service.listed_products() == [oil]

    def test_the_next_number_is_suggested(self) -> None:
        create_product(sku="YY000041")
        assert service.suggest_sku() >= "YY000042"


class TestStock:
    def test_received_promised_and_dispatched(self) -> None:
        product = create_product(stock=10)
        service.reserve_stock(product_id=product.id, quantity=Decimal(4))
        assert service.available(product) == 6
        service.dispatch_stock(actor=actor(), product_id=product.id, quantity=Decimal(4), reference="订单 1")
        assert (product.stock_quantity, product.reserved_quantity) == (6, 0)
        assert [m.quantity for m in service.list_movements(product.id)] == [-4, 10]

    def test_no_more_is_promised_than_is_there(self) -> None:
        product = create_product(stock=10)
        service.reserve_stock(product_id=product.id, quantity=Decimal(7))
        with pytest.raises(OutOfStock, match="3 瓶") as caught:
            service.reserve_stock(product_id=product.id, quantity=Decimal(4))
        assert caught.value.field == "quantity"
        service.release_stock(product_id=product.id, quantity=Decimal(7))
        service.reserve_stock(product_id=product.id, quantity=Decimal(10))

    def test_a_promise_is_taken_back_once(self) -> None:
        product = create_product(stock=10)
        service.reserve_stock(product_id=product.id, quantity=Decimal(2))
        service.release_stock(product_id=product.id, quantity=Decimal(2))
        with pytest.raises(InvalidInput):
            service.release_stock(product_id=product.id, quantity=Decimal(2))

    def test_tenths_add_up_on_every_engine(self) -> None:
        product = create_product(stock="0.3")
        service.reserve_stock(product_id=product.id, quantity=Decimal("0.1"))
        service.reserve_stock(product_id=product.id, quantity=Decimal("0.2"))
        assert service.available(product) == 0
        with pytest.raises(OutOfStock):
            service.reserve_stock(product_id=product.id, quantity=Decimal("0.001"))

    @pytest.mark.parametrize("quantity", ["0", "-1"])
    def test_nothing_is_not_a_quantity(self, quantity: str) -> None:
        product = create_product(stock=5)
        with pytest.raises(InvalidInput):
            service.reserve_stock(product_id=product.id, quantity=Decimal(quantity))

    def test_counting_books_the_difference(self) -> None:
        product = create_product(stock=10)
        service.adjust_stock(
            actor=actor(), product=product, kind=MovementKind.COUNTED, quantity=Decimal(8), note="少了两瓶"
        )
        service.adjust_stock(
            actor=actor(), product=product, kind=MovementKind.DAMAGED, quantity=Decimal(3), note="摔了"
        )
        assert product.stock_quantity == 5
        assert [m.quantity for m in service.list_movements(product.id)] == [-3, -2, 10]

    def test_what_is_promised_can_not_be_counted_away(self) -> None:
        product = create_product(stock=10)
        service.reserve_stock(product_id=product.id, quantity=Decimal(6))
        with pytest.raises(OutOfStock):
            service.adjust_stock(
                actor=actor(), product=product, kind=MovementKind.COUNTED, quantity=Decimal(5), note="点过"
            )

    def test_goods_come_back(self) -> None:
        product = create_product(stock=1)
        service.return_stock(actor=actor(), product_id=product.id, quantity=Decimal(1), reference="退货 1")
        assert product.stock_quantity == 2

    def test_movements_are_never_altered(self, session: Any) -> None:
        create_product(stock=1)
        with pytest.raises(sa.exc.DatabaseError):
            session.execute(sa.update(StockMovement).values(note="x"))
        session.rollback()

    def test_a_double_tap_receives_once(self) -> None:
        product = create_product()
        request_id = ids.new_id()
        for _ in range(2):
            service.receive_stock(actor=actor(), request_id=request_id, product=product, quantity=Decimal(5))
        assert product.stock_quantity == 5


class TestImport:
    def write(self, tmp_path: Path, *lines: str) -> Path:
        create_divisions()
        path = tmp_path / "products.csv"
        path.write_text("\n".join((HEAD, *lines)), encoding="utf-8")
        return path

    def test_the_library_comes_in_and_a_second_time_changes_nothing(self, tmp_path: Path, session: Any) -> None:
        path = self.write(tmp_path, OIL, RICE)
        report = service.import_products_csv(actor=SYSTEM, path=path)
        assert report.to_dict() == {"producers": 2, "added": 2, "changed": 0, "unchanged": 0}
        oil = session.scalar(sa.select(Product).where(Product.sku == "YY0001"))
        assert (oil.status, oil.price_fen, oil.producer.kind) == (
            ProductStatus.REVIEWED,
            9800,
            ProducerKind.COOPERATIVE,
        )
        again = service.import_products_csv(actor=SYSTEM, path=path)
        assert again.to_dict() == {"producers": 0, "added": 0, "changed": 0, "unchanged": 2}
        assert session.scalar(sa.select(sa.func.count()).select_from(Producer)) == 2

    def test_products_may_come_in_on_sale(self, tmp_path: Path) -> None:
        service.import_products_csv(actor=SYSTEM, path=self.write(tmp_path, OIL), status=ProductStatus.LISTED)
        assert [product.sku for product in service.listed_products()] == ["YY0001"]

    def test_a_changed_price_is_taken_over_with_its_history(self, tmp_path: Path) -> None:
        service.import_products_csv(actor=SYSTEM, path=self.write(tmp_path, OIL))
        report = service.import_products_csv(actor=SYSTEM, path=self.write(tmp_path, OIL.replace("98.00", "105.00")))
        assert (report.changed, report.unchanged) == (1, 0)
        product = service.find_product_by_gtin("09526000000013")
        assert product is not None
        assert [change.price_fen for change in service.list_price_changes(product.id)] == [10500, 9800]

    def test_a_broken_file_stores_nothing(self, tmp_path: Path, session: Any) -> None:
        path = self.write(tmp_path, OIL, RICE.replace("79.00", "x"))
        with pytest.raises(BrokenFiles) as caught:
            service.import_products_csv(actor=SYSTEM, path=path)
        assert [(p.file, p.line) for p in caught.value.problems] == [("products.csv", 3)]
        assert session.scalar(sa.select(sa.func.count()).select_from(Product)) == 0

    def test_another_products_barcode_is_refused(self, tmp_path: Path) -> None:
        service.import_products_csv(actor=SYSTEM, path=self.write(tmp_path, OIL))
        with pytest.raises(BrokenFiles, match="YY0001"):
            service.import_products_csv(actor=SYSTEM, path=self.write(tmp_path, OIL.replace("YY0001", "YY0099")))

    def test_only_the_hub_imports(self, tmp_path: Path) -> None:
        with pytest.raises(Forbidden):
            service.import_products_csv(actor=actor(Role.TOWNSHIP_MANAGER, TOWNSHIP), path=self.write(tmp_path, OIL))


class TestProblems:
    def test_a_report_is_listed_and_answered_once(self, session: Any) -> None:
        report = create_problem()
        assert session.scalars(service.list_problems(actor())).all() == [report]
        service.close_problem(actor=actor(), report=report, answer="已经换货")
        assert report.status is ProblemStatus.CLOSED
        with pytest.raises(IllegalMove):
            service.close_problem(actor=actor(), report=report, answer="再来")

    def test_it_must_say_something(self) -> None:
        with pytest.raises(DomainError) as caught:
            create_problem(text=" ")
        assert caught.value.field == "text"

    def test_other_townships_do_not_see_it(self, session: Any) -> None:
        report = create_problem(producer=create_producer(division_code=OTHER_VILLAGE))
        mine = actor(Role.TOWNSHIP_MANAGER, TOWNSHIP)
        assert session.scalars(service.list_problems(mine)).all() == []
        with pytest.raises(NotFound):
            service.get_problem(mine, report.id)


def test_prices_carry_the_time_of_the_clock() -> None:
    product = create_product()
    moment = datetime(2026, 10, 18, 1, tzinfo=UTC)
    with clock.at(moment):
        service.set_price(actor=actor(), product=product, price_fen=1)
    with clock.at(moment + timedelta(days=1)):
        service.set_price(actor=actor(), product=product, price_fen=2)
    assert [c.recorded_at for c in service.list_price_changes(product.id)] == [moment + timedelta(days=1), moment]
