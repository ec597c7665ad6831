"""The figures of the trial run in a verification report are those of the station's records in that time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.core import clock
from app.flows.verification_reports import operation_figures
from stations.models import Station, StationStatus
from tests.factories import logistics as parcels
from tests.factories import stations as places
from tests.factories import trade
from trade.service import day, services

TODAY = clock.today()


def on_trial(station: Station, since: int) -> None:
    places.create_status_change(
        station_id=station.id, new_status=StationStatus.TRIAL, effective_on=TODAY - timedelta(days=since)
    )


def at(days_ago: int) -> Any:
    return clock.at(clock.at_local(TODAY - timedelta(days=days_ago), 10))


def told(station: Station) -> dict[str, str]:
    return {name: figure for name, figure, _definition in operation_figures(station, TODAY)["rows"]}


def test_records_of_the_trial_run_are_counted_and_no_others(session: Any) -> None:
    network = parcels.create_network()
    station, operator = network.village, network.operator
    on_trial(station, since=5)
    with at(8):
        villager = trade.create_villager(operator)
        trade.create_purchase(operator, villager)  # before the trial
    with at(4):
        bought = trade.create_purchase(operator, villager)
        trade.create_sale(operator, villager)
        parcels.create_shelved(operator, station)
        day.close_day(actor=operator, day=clock.today(), counted_fen=_drawer(station))
    with at(2):
        wrong = trade.create_purchase(operator, villager)
        services.void_purchase(actor=operator, purchase=wrong, reason="记错了")
        parcels.create_shelved(operator, station)
    trade.create_sale(operator, villager)  # today: the report is about full days
    figures = told(station)
    assert figures["有业务的天数"] == "2 / 5 天"
    assert figures["日结天数"] == "1 天"
    assert figures["代买"] == f"1 笔，¥{bought.total_fen / 100:,.2f}"
    assert figures["代卖"] == "1 笔，¥90.00"
    assert figures["服务人数"] == "1 人"
    assert (figures["收件入库"], figures["取件"], figures["寄件"]) == ("2 件", "0 件", "0 件")
    assert figures["经手包裹"] == "2 件"


def test_parcels_that_only_pass_through_are_work_of_a_township_station(session: Any) -> None:
    network = parcels.create_network()
    on_trial(network.town, since=5)
    with at(6):
        parcels.carry(network.hub, network.town, parcels.create_parcel(network.village))  # before the trial
    with at(4):
        passing = [parcels.create_parcel(network.village) for _ in range(3)]
        parcels.carry(network.hub, network.town, *passing)
    with at(3):
        parcels.carry(network.town, network.village, *passing[:2])
    figures = told(network.town)
    assert (figures["经手包裹"], figures["有业务的天数"]) == ("3 件", "1 / 5 天")
    assert (figures["收件入库"], figures["取件"], figures["寄件"]) == ("0 件", "0 件", "0 件")


def _drawer(station: Station) -> int:
    return day.cash_day(station.code, clock.today()).expected_fen


def test_before_the_first_whole_day_there_are_none(session: Any) -> None:
    network = parcels.create_network()
    on_trial(network.village, since=0)
    assert operation_figures(network.village, TODAY) == {"first": "", "last": "", "rows": []}
