"""代买, 代卖, the day and its cash, against a real database."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock, ids
from app.core.access import Role
from app.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.core.moves import IllegalMove
from tests.factories.trade import (
    OTHER_VILLAGE,
    create_purchase,
    create_sale,
    create_user,
    create_villager,
    operator_actor,
)
from trade.errors import DayNotOpen, NoStation, ReasonMissing
from trade.models import Account, DayClose, LedgerEntry, LedgerTransaction, PurchaseStatus, SaleStatus, TransactionCode
from trade.service import checks, day, ledger, services, villagers
from trade.service.places import own_station


@pytest.fixture
def actor(session: Any) -> Any:
    return operator_actor()


def cash(actor: Any) -> int:
    station = own_station(actor)
    assert station is not None
    return day.cash_day(station.code, clock.today()).expected_fen


def balances(scope: str = "500242000000") -> dict[Account, int]:
    return {row.account: row.balance_fen for row in ledger.trial_balance(scope) if row.balance_fen}


def test_a_purchase_carries_what_nobody_typed(actor: Any) -> None:
    purchase = create_purchase(actor)
    assert (purchase.station_id, purchase.operator_name, purchase.division_name) == (
        actor.station_id,
        actor.name,
        "花莲村",
    )
    assert (purchase.number, purchase.day) == (1, clock.today())
    assert purchase.receipt_code.endswith(f"{clock.today():%y%m%d}-1")
    assert purchase.total_fen == 129_900
    assert "代买 洗衣机" in audit.history(purchase)[0].text


def test_numbers_have_no_gaps_and_are_shared_by_both_kinds(actor: Any) -> None:
    assert [create_purchase(actor).number, create_sale(actor).number] == [1, 2]
    with pytest.raises(InvalidInput):
        create_purchase(actor, pieces=0)
    assert create_sale(actor).number == 3


def test_numbers_begin_again_at_each_station_and_each_county_day(actor: Any) -> None:
    create_sale(actor)
    assert create_sale(operator_actor(OTHER_VILLAGE)).number == 1
    with clock.at(clock.now() + timedelta(days=1)):
        assert create_sale(actor).number == 1


def test_double_tap_returns_the_first(actor: Any) -> None:
    key, villager = ids.new_id(), create_villager(actor)
    first = create_purchase(actor, villager, request_id=key)
    assert create_purchase(actor, villager, request_id=key).id == first.id
    with pytest.raises(Conflict):
        create_purchase(actor, villager, request_id=key, pieces=2)
    assert len(day.records_of_day(actor.station_id, clock.today())) == 1


def test_purchase_to_signature_books_what_was_paid(actor: Any) -> None:
    purchase = create_purchase(actor, freight_fen=1_000)
    assert cash(actor) == 20_000
    services.arrive_purchase(actor=actor, purchase=purchase)
    services.sign_purchase(actor=actor, purchase=purchase)
    assert purchase.status is PurchaseStatus.SIGNED
    assert purchase.signed_at is not None
    assert balances() == {Account.CASH: 130_900, Account.PLATFORM_PAYABLE: 130_900}
    assert checks.check() == []


def test_signing_without_arrival_marks_both(actor: Any) -> None:
    purchase = services.sign_purchase(actor=actor, purchase=create_purchase(actor))
    assert purchase.arrived_at == purchase.signed_at


def test_a_signed_purchase_does_not_arrive_again(actor: Any) -> None:
    purchase = services.sign_purchase(actor=actor, purchase=create_purchase(actor))
    with pytest.raises(IllegalMove):
        services.arrive_purchase(actor=actor, purchase=purchase)


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_voiding_a_purchase_takes_all_its_money_back(actor: Any, steps: int) -> None:
    purchase = create_purchase(actor)
    for verb in (services.arrive_purchase, services.sign_purchase)[:steps]:
        verb(actor=actor, purchase=purchase)
    services.void_purchase(actor=actor, purchase=purchase, reason="乡亲不要了")
    assert (purchase.status, purchase.void_reason) == (PurchaseStatus.VOIDED, "乡亲不要了")
    assert balances() == {}
    assert checks.check() == []


def test_voiding_twice_or_without_a_reason_is_refused(actor: Any) -> None:
    sale = create_sale(actor)
    with pytest.raises(ReasonMissing) as refused:
        services.void_sale(actor=actor, sale=sale, reason="  ")
    assert refused.value.field == "reason"
    services.void_sale(actor=actor, sale=sale, reason="记错了")
    with pytest.raises(IllegalMove):
        services.void_sale(actor=actor, sale=sale, reason="记错了")


def test_a_farmer_is_paid_later_once(actor: Any) -> None:
    sale = create_sale(actor)
    assert balances() == {Account.BUYER_RECEIVABLE: 9_000, Account.FARMER_PAYABLE: 9_000}
    key = ids.new_id()
    services.pay_farmer(actor=actor, request_id=key, sale=sale)
    services.pay_farmer(actor=actor, request_id=key, sale=sale)
    assert sale.status is SaleStatus.PAID
    assert cash(actor) == -9_000
    with pytest.raises(IllegalMove):
        services.pay_farmer(actor=actor, request_id=ids.new_id(), sale=sale)


def test_voiding_a_paid_sale_brings_the_cash_back_by_new_entries(actor: Any) -> None:
    sale = create_sale(actor, pay_now=True)
    services.void_sale(actor=actor, sale=sale, reason="记错了人")
    posted = ledger.list_for_reference("sale_service", sale.id)
    assert [(t.code, t.reverses_id is None) for t in posted] == [
        (TransactionCode.SALE_RECORDED, True),
        (TransactionCode.FARMER_PAID, True),
        (TransactionCode.SALE_RECORDED, False),
        (TransactionCode.FARMER_PAID, False),
    ]
    assert cash(actor) == 0
    assert checks.check() == []


def test_another_stations_record_does_not_exist(actor: Any) -> None:
    purchase, neighbour = create_purchase(actor), operator_actor()
    with pytest.raises(NotFound):
        services.get_purchase(neighbour, purchase.id)
    with pytest.raises(NotFound):
        services.void_purchase(actor=neighbour, purchase=purchase, reason="不是我的")


def test_only_somebody_at_a_station_records(actor: Any) -> None:
    villager = create_villager(actor)
    with pytest.raises(NoStation):
        create_sale(create_user(Role.TOWNSHIP_MANAGER, "500242101000").actor, villager)
    with pytest.raises(Forbidden):
        create_sale(create_user(Role.COUNTY_OFFICIAL).actor, villager)


def test_people_are_found_by_name_and_by_phone_tail(actor: Any) -> None:
    zhang = create_villager(actor)
    create_villager(operator_actor(OTHER_VILLAGE), name="张秀英")
    li = create_villager(actor, name="李秀英", phone=None)
    assert {v.id for v in villagers.match_villagers(actor, "秀英")} == {zhang.id, li.id}
    assert [v.id for v in villagers.match_villagers(actor, "1234")] == [zhang.id]
    assert list(villagers.match_villagers(actor, "%")) == []


def test_open_purchases_of_a_villager(actor: Any) -> None:
    villager = create_villager(actor)
    waiting, done = create_purchase(actor, villager), create_purchase(actor, villager)
    services.sign_purchase(actor=actor, purchase=done)
    assert [p.id for p in services.open_purchases_of(actor, villager.id)] == [waiting.id]


def test_like_last_time(actor: Any) -> None:
    assert services.last_sale(actor) is None
    first, second = create_sale(actor), create_sale(actor)
    services.void_sale(actor=actor, sale=second, reason="记错了")
    last = services.last_sale(actor)
    assert last is not None
    assert last.id == first.id


# -- the day ------------------------------------------------------------------------------------


def test_the_day_counts_what_stands(actor: Any) -> None:
    create_purchase(actor)
    create_sale(actor, pay_now=True)
    services.void_sale(actor=actor, sale=create_sale(actor), reason="记错了")
    station = own_station(actor)
    assert station is not None
    summary = day.day_summary(station.id, station.code, clock.today())
    assert (summary.purchases, summary.purchase_fen, summary.sales, summary.sale_fen) == (1, 129_900, 1, 9_000)
    assert len(day.records_of_day(station.id, clock.today())) == summary.last_number == 3
    assert summary.cash.expected_fen == 11_000


def test_closing_books_the_difference_and_the_next_day_opens_with_the_count(actor: Any) -> None:
    create_purchase(actor)
    closed = day.close_day(actor=actor, day=clock.today(), counted_fen=19_500, note="找零找错了")
    assert (closed.expected_fen, closed.difference_fen, closed.revision) == (20_000, -500, 1)
    assert cash(actor) == 19_500
    assert balances()[Account.CASH_DIFFERENCE] == 500
    station = own_station(actor)
    assert station is not None
    with clock.at(clock.now() + timedelta(days=1)):
        assert day.cash_day(station.code, clock.today()).opening_fen == 19_500
    assert checks.check() == []


def test_a_difference_needs_a_reason(actor: Any) -> None:
    create_purchase(actor)
    with pytest.raises(ReasonMissing) as refused:
        day.close_day(actor=actor, day=clock.today(), counted_fen=20_100)
    assert refused.value.field == "note"
    assert "1.00" in str(refused.value)


def test_a_close_is_corrected_by_a_further_revision(actor: Any, session: Any) -> None:
    create_purchase(actor)
    day.close_day(actor=actor, day=clock.today(), counted_fen=19_500, note="少了")
    second = day.close_day(actor=actor, day=clock.today(), counted_fen=20_000)
    assert (second.revision, second.expected_fen, second.difference_fen) == (2, 20_000, 0)
    assert session.scalar(sa.select(sa.func.count()).select_from(DayClose)) == 2
    assert Account.CASH_DIFFERENCE not in balances()
    assert checks.check() == []


def test_yesterday_can_be_closed_today_but_not_after_today(actor: Any) -> None:
    yesterday = clock.today() - timedelta(days=1)
    with clock.at(clock.now() - timedelta(days=1)):
        create_purchase(actor)
    create_sale(actor, pay_now=True)
    closed = day.close_day(actor=actor, day=yesterday, counted_fen=20_000)
    assert (closed.day, closed.expected_fen) == (yesterday, 20_000)
    day.close_day(actor=actor, day=clock.today(), counted_fen=11_000)
    with pytest.raises(DayNotOpen):
        day.close_day(actor=actor, day=yesterday, counted_fen=20_000)
    with pytest.raises(DayNotOpen):
        day.close_day(actor=actor, day=clock.today() + timedelta(days=1), counted_fen=0)


def test_cash_comes_from_the_centre_and_goes_back(actor: Any) -> None:
    day.move_cash(actor=actor, code=TransactionCode.FLOAT_RECEIVED, amount_fen=200_000)
    day.move_cash(actor=actor, code=TransactionCode.CASH_HANDED_IN, amount_fen=50_000)
    assert cash(actor) == 150_000
    with pytest.raises(InvalidInput):
        day.move_cash(actor=actor, code=TransactionCode.CASH_HANDED_IN, amount_fen=150_001)


# -- does the ledger hold? -------------------------------------------------------------------------


def _write(session: Any, table: str, **row: Any) -> None:
    """Slip a row in behind the application's back."""
    model = {"ledger_entry": LedgerEntry, "ledger_transaction": LedgerTransaction}[table]
    session.execute(sa.insert(model.__table__), [row])


def test_the_check_finds_an_entry_that_was_slipped_in(actor: Any, session: Any) -> None:
    sale = create_sale(actor)
    transaction = ledger.list_for_reference("sale_service", sale.id)[0]
    _write(
        session,
        "ledger_entry",
        id=uuid.uuid4(),
        recorded_at=clock.now(),
        transaction_id=transaction.id,
        day=date(2026, 1, 1),
        division_code=sale.division_code,
        account=Account.CASH,
        sub_account="x",
        sub_name="x",
        debit_fen=100,
        credit_fen=0,
    )
    problems = checks.check()
    assert [(p.what, p.transaction_id) for p in problems] == [("unbalanced", transaction.id)]
    assert "9100" in str(problems[0])
    assert checks.check("530000000000") == []


def test_the_check_finds_a_record_whose_amount_was_changed(actor: Any, session: Any) -> None:
    sale = create_sale(actor)
    session.execute(sa.text("UPDATE sale_service SET amount_fen = 9001"))
    (problem,) = checks.check()
    assert problem.what == "sub-ledger"
    assert str(sale.villager_id) in str(problem)


def test_the_check_finds_a_transaction_without_entries_and_one_with_wrong_legs(actor: Any, session: Any) -> None:
    head = {
        "recorded_at": clock.now(),
        "day": clock.today(),
        "station_id": None,
        "division_code": "500242101201",
        "reference_table": "x",
        "reference_id": uuid.uuid4(),
        "reverses_id": None,
        "actor_name": "",
        "memo": "",
    }
    _write(session, "ledger_transaction", id=uuid.uuid4(), code=TransactionCode.FARMER_PAID, **head)
    assert [p.what for p in checks.check()] == ["empty"]


def test_entries_refuse_two_sides_and_no_side(actor: Any, session: Any) -> None:
    sale = create_sale(actor)
    transaction = ledger.list_for_reference("sale_service", sale.id)[0]
    for debit, credit in ((1, 1), (0, 0), (-1, 0)):
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            _write(
                session,
                "ledger_entry",
                id=uuid.uuid4(),
                recorded_at=clock.now(),
                transaction_id=transaction.id,
                day=date(2026, 1, 1),
                division_code=sale.division_code,
                account=Account.CASH,
                sub_account="x",
                sub_name="x",
                debit_fen=debit,
                credit_fen=credit,
            )


def test_the_books_can_not_be_rewritten(actor: Any, session: Any) -> None:
    create_sale(actor)
    for statement in ("UPDATE ledger_entry SET debit_fen = 1", "DELETE FROM ledger_transaction"):
        with pytest.raises(sa.exc.DBAPIError), session.begin_nested():
            session.execute(sa.text(statement))
