"""Cash on delivery and freight: from the counter into the books, into 日结, and out to the couriers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from app.cli import cli
from app.core import audit, clock
from app.core.access import SYSTEM, Actor, Role
from app.core.command import command
from app.core.database import db
from app.core.errors import Forbidden, InvalidInput
from app.core.ids import new_id
from app.flows import books, counter
from logistics import service
from logistics.models import Parcel
from logistics.seed import seed_fleet, seed_year
from logistics.service import HandOut
from stations.models import Station
from tests.factories import logistics as make
from trade.models import Account, LedgerEntry, LedgerTransaction, TransactionCode
from trade.service import carriers, day, ledger, own_place


def cash(actor: Actor) -> int:
    return day.cash_day(own_place(actor).station_code, clock.today()).expected_fen


def owed(actor: Actor) -> dict[str, tuple[int, int]]:
    return {o.carrier.name: (o.cod_fen, o.freight_fen) for o in carriers.owed(own_place(actor))}


def transactions() -> list[tuple[TransactionCode, bool]]:
    rows = db.session.scalars(sa.select(LedgerTransaction).order_by(LedgerTransaction.id))
    return [(t.code, t.reverses_id is not None) for t in rows]


def hand_out(net: make.Network, *cod_fen: int) -> HandOut:
    """Parcels on the shelf, to be handed out together; one after the other of YTO, of ZTO."""
    shelved = [
        make.create_shelved(
            net.operator, net.village, waybill_number=f"{'ZT' if n % 2 else 'YT'}{new_id().hex[-12:]}", cod_fen=fen
        )
        for n, fen in enumerate(cod_fen)
    ]
    return HandOut(tuple(p.id for p in shelved))


def test_cash_on_delivery_is_each_carriers_own(net: make.Network) -> None:
    pickup = counter.pick_up(actor=net.operator, hand_out=hand_out(net, 5_800, 1_200, 200, 0))
    assert pickup.cod_fen == cash(net.operator) == 7_200
    assert owed(net.operator) == {"圆通速递": (6_000, 0), "中通快递": (1_200, 0)}
    (posted,) = ledger.list_for_reference("pickup", pickup.id)
    assert (posted.code, posted.actor_name) == (TransactionCode.COD_COLLECTED, net.operator.name)
    assert posted.memo.count("YT") == 2
    assert books.check() == []


def test_freight_is_owed_to_the_carrier_that_takes_the_parcel(net: make.Network) -> None:
    parcel = counter.send(actor=net.operator, sending=make.sending(freight_fen=1_200, carrier="zto"))
    assert cash(net.operator) == 1_200
    assert owed(net.operator) == {"中通快递": (0, 1_200)}
    assert [t.code for t in ledger.list_for_reference("parcel", parcel.id)] == [TransactionCode.FREIGHT_COLLECTED]
    assert books.check() == []


def test_nothing_is_written_where_no_money_moved(net: make.Network) -> None:
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 0, 0))
    counter.send(actor=net.operator, sending=make.sending(freight_fen=0))
    assert transactions() == []


def test_a_double_tap_is_booked_once(net: make.Network) -> None:
    item, key = hand_out(net, 5_800), new_id()
    first = counter.pick_up(actor=net.operator, request_id=key, hand_out=item)
    assert counter.pick_up(actor=net.operator, request_id=key, hand_out=item).id == first.id
    sending, key = make.sending(), new_id()
    for _again in range(2):
        counter.send(actor=net.operator, request_id=key, sending=sending)
    assert cash(net.operator) == 7_000


def test_what_is_refused_books_nothing(net: make.Network) -> None:
    item = hand_out(net, 5_800)
    with pytest.raises(Forbidden):
        counter.pick_up(actor=net.manager, hand_out=item)
    with pytest.raises(InvalidInput):
        counter.send(actor=net.operator, sending=make.sending(goods_checked=False))
    assert transactions() == []


def test_many_hand_outs_take_a_few_statements(net: make.Network) -> None:
    items = [hand_out(net, 100 * (n % 3)) for n in range(30)]
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    connection = db.session.connection()
    sa.event.listen(connection, "before_cursor_execute", note)
    try:
        counter.pick_up_many(actor=net.operator, hand_outs=items)
    finally:
        sa.event.remove(connection, "before_cursor_execute", note)
    assert cash(net.operator) == 3_000
    assert len([s for s in seen if "ledger_" in s]) == 2
    assert len([s for s in seen if "SAVEPOINT" not in s]) < 15
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LedgerTransaction)) == 20


def test_each_ones_name_stands_on_what_they_took(net: make.Network) -> None:
    parcel = make.create_shelved(net.second_operator, net.second_village, cod_fen=900)
    item = HandOut((parcel.id,), station_id=net.second_village.id, by=net.second_operator)
    counter.pick_up_many(actor=SYSTEM, hand_outs=[hand_out(net, 100), item])
    names = set(db.session.scalars(sa.select(LedgerTransaction.actor_name)))
    assert names == {SYSTEM.name, net.second_operator.name}
    assert (cash(net.operator), cash(net.second_operator)) == (100, 900)


def test_a_parcel_given_back_before_it_left_takes_its_freight_along(net: make.Network) -> None:
    parcel = counter.send(actor=net.operator, sending=make.sending(freight_fen=1_200))
    counter.return_parcel(actor=net.operator, request_id=new_id(), parcel_id=parcel.id, reason="寄件人不寄了")
    assert (cash(net.operator), owed(net.operator)) == (0, {})
    assert transactions() == [(TransactionCode.FREIGHT_COLLECTED, False), (TransactionCode.FREIGHT_COLLECTED, True)]
    assert books.check() == []


def test_a_parcel_given_back_at_the_hub_keeps_its_freight(net: make.Network) -> None:
    parcel = counter.send(actor=net.operator, sending=make.sending(freight_fen=1_200))
    make.carry(net.village, net.town, parcel)
    make.carry(net.town, net.hub, parcel)
    counter.return_parcel(actor=net.admin, parcel_id=parcel.id, reason="快递公司拒收")
    assert cash(net.operator) == 1_200
    assert books.check() == []


# -- to the couriers ------------------------------------------------------------------------------


def test_a_courier_is_paid_in_parts_and_never_too_much(net: make.Network) -> None:
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 5_800))
    counter.send(actor=net.operator, sending=make.sending(freight_fen=1_200, carrier="yto"))
    paid = carriers.pay_carrier(actor=net.operator, carrier="yto", amount_fen=6_000)
    assert owed(net.operator) == {"圆通速递": (0, 1_000)}
    assert "付给圆通速递 ¥60.00（货款 ¥58.00，运费 ¥2.00）" in audit.history(paid)[0].text
    with pytest.raises(InvalidInput) as refused:
        carriers.pay_carrier(actor=net.operator, carrier="yto", amount_fen=1_001)
    assert refused.value.field == "amount_fen"
    carriers.pay_carrier(actor=net.operator, carrier="yto", amount_fen=1_000)
    assert (cash(net.operator), owed(net.operator)) == (0, {})
    with pytest.raises(InvalidInput) as refused:
        carriers.pay_carrier(actor=net.operator, carrier="yto", amount_fen=1)
    assert refused.value.field == "carrier"
    assert books.check() == []


def test_one_station_does_not_pay_what_another_owes(net: make.Network) -> None:
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 5_800))
    with pytest.raises(InvalidInput):
        carriers.pay_carrier(actor=net.second_operator, carrier="yto", amount_fen=100)


def test_paying_twice_with_one_tap_pays_once(net: make.Network) -> None:
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 5_800))
    key = new_id()
    for _again in range(2):
        carriers.pay_carrier(actor=net.operator, request_id=key, carrier="yto", amount_fen=2_900)
    assert cash(net.operator) == 2_900


def test_a_day_with_only_parcels_cash_is_to_be_closed_too(net: make.Network) -> None:
    today, station = clock.today(), net.operator.station_id
    assert station is not None
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 0))
    with clock.at(clock.now() + timedelta(days=1)):
        assert day.last_open_day(station, clock.today()) is None
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 5_800))
    with clock.at(clock.now() + timedelta(days=1)):
        assert day.last_open_day(station, clock.today()) == today
        day.close_day(actor=net.operator, day=today, counted_fen=5_800)
        assert day.last_open_day(station, clock.today()) is None


# -- the check ------------------------------------------------------------------------------------


@command
def _alter(parcel: Parcel) -> None:
    db.session.get_one(Parcel, parcel.id).cod_fen += 100


def test_the_check_compares_the_books_with_the_parcels(net: make.Network) -> None:
    item = hand_out(net, 5_800)
    counter.pick_up(actor=net.operator, hand_out=item)
    _alter(service.get_parcel(SYSTEM, item.parcel_ids[0]))
    (problem,) = books.check()
    assert "yto：账上 5800 分，台账 5900 分" in str(problem)
    assert books.check(net.other_village.division_code) == []


def test_a_pickup_past_the_books_is_found(net: make.Network) -> None:
    service.pick_up_many(actor=net.operator, hand_outs=[hand_out(net, 5_800)])
    service.accept_many(actor=net.operator, sendings=[make.sending(freight_fen=1_200)])
    assert [p.what for p in books.check()] == ["sub-ledger", "sub-ledger"]


@pytest.mark.parametrize(("past_the_books", "code"), [(False, 0), (True, 1)])
def test_the_command_line_says_whether_the_books_agree_with_the_parcels(
    app: Flask, net: make.Network, monkeypatch: pytest.MonkeyPatch, past_the_books: bool, code: int
) -> None:
    verb = service.pick_up_many if past_the_books else counter.pick_up_many
    verb(actor=net.operator, hand_outs=[hand_out(net, 5_800)])
    monkeypatch.setattr("app.cli.common.create_app", lambda **_settings: app)
    said = CliRunner().invoke(cli, ["ledger", "check", "--json"])
    assert said.exit_code == code, said.output
    facts = json.loads(said.output)
    assert facts["balances_fen"]["2243 应付快递代收货款"] == (0 if past_the_books else 5_800)
    assert len(facts["problems"]) == code


def test_in_the_demonstration_couriers_come_every_evening_but_the_last(net: make.Network) -> None:
    end = clock.today() - timedelta(days=1)
    seed_fleet(SYSTEM)
    seed_year(SYSTEM, start=end - timedelta(days=27), end=end, seed=7, down=60, up=40)
    assert books.check() == []
    left = sa.select(LedgerEntry.day, sa.func.sum(LedgerEntry.debit_fen - LedgerEntry.credit_fen))
    by_day = dict(db.session.execute(left.where(LedgerEntry.account == Account.CASH).group_by(LedgerEntry.day)).all())
    assert by_day.pop(end) > 0
    assert len(by_day) > 10
    assert set(by_day.values()) == {0}


# -- pages ----------------------------------------------------------------------------------------

At = Callable[[Station, Role], tuple[FlaskClient, Actor]]


def words(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_the_day_page_says_what_was_taken_for_carriers(net: make.Network, at: At) -> None:
    client, _actor = at(net.village, Role.VILLAGE_OPERATOR)
    assert "包裹的现金" not in words(client.get("/trade/day"))
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 5_800))
    counter.send(actor=net.operator, sending=make.sending(freight_fen=1_200, carrier="yto"))
    page = words(client.get("/trade/day"))
    assert "代收货款 ¥58.00" in page
    assert "代收运费 ¥12.00" in page
    assert "今天收进 ¥70.00" in page
    assert "账上应有 ¥70.00" in page
    assert client.post("/trade/day", data={"counted_fen": "70.00"}).status_code == 303
    assert "现金又有进出" not in words(client.get("/trade/day"))
    paid = client.post("/trade/pay-carrier", data={"carrier": "yto", "amount_fen": "70"})
    assert paid.status_code == 303
    page = words(client.get("/trade/day"))
    assert "付快递公司 -¥70.00" in page
    assert "日结后现金又有进出，账上应有 ¥0.00" in page


def test_paying_a_courier_refuses_what_is_wrong_and_keeps_what_was_typed(net: make.Network, at: At) -> None:
    client, _actor = at(net.village, Role.VILLAGE_OPERATOR)
    assert "现在不欠快递公司的钱" in words(client.get("/trade/pay-carrier"))
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 5_800))
    assert "圆通速递，欠 ¥58.00" in words(client.get("/trade/pay-carrier"))
    refused = client.post("/trade/pay-carrier", data={"carrier": "yto", "amount_fen": "58.01"})
    assert refused.status_code == 422
    assert "只欠这家快递 ¥58.00" in words(refused)
    assert 'value="58.01"' in refused.get_data(as_text=True)
    assert client.post("/trade/pay-carrier", data={"carrier": "sf", "amount_fen": "1"}).status_code == 422
    assert cash(net.operator) == 5_800


def test_giving_a_sent_parcel_back_says_what_to_pay_back(net: make.Network, at: At) -> None:
    client, _actor = at(net.village, Role.VILLAGE_OPERATOR)
    parcel = counter.send(actor=net.operator, sending=make.sending(freight_fen=1_200))
    done = client.post(f"/parcels/{parcel.id}/return", data={"reason": "寄件人不寄了"}, follow_redirects=True)
    assert "请把运费 ¥12.00 还给寄件人" in words(done)


def test_the_hub_reads_the_carriers_accounts(net: make.Network, at: At) -> None:
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 5_800))
    client, _actor = at(net.hub, Role.COUNTY_ADMIN)
    assert "圆通速递 0.00 58.00 58.00" in words(client.get("/trade/ledger/2243"))
    assert "账簿没有问题" in words(client.get("/trade/ledger/check"))


# -- English readers ------------------------------------------------------------------------------


ENGLISH = {"Accept-Language": "en"}


def test_english_readers_meet_english_data_and_stored_words_stay_chinese(net: make.Network, at: At) -> None:
    client, _actor = at(net.village, Role.VILLAGE_OPERATOR)
    page = words(client.get("/parcels/send", headers=ENGLISH))
    assert "live animals, controlled drugs" in page
    assert "YTO Express" in page
    counter.pick_up(actor=net.operator, hand_out=hand_out(net, 5_800))
    assert "YTO Express" in words(client.get("/trade/pay-carrier", headers=ENGLISH))
    assert set(db.session.scalars(sa.select(Parcel.carrier_name))) == {"圆通速递"}
