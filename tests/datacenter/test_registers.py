"""The registers: a figure is counted from its list, and each line leads to its evidence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.core.access import Role
from app.core.errors import NotFound
from datacenter.service import registers
from datacenter.service.registers import Asked, Figure
from datacenter.service.registers.frame import REGISTERS
from tests.factories import accounts, trade
from tests.factories.datacenter import COUNTY, MONTH, OFFICIAL, TOWNSHIP, Counter
from tests.factories.logistics import create_shelved
from tests.tools import sheet_rows

Login = Callable[[Any], FlaskClient]
OCTOBER = Asked(OFFICIAL, COUNTY, date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(clock.at_local(date(2026, 11, 22), 9)):
        yield


@pytest.fixture
def official(login: Login, counters: list[Counter]) -> FlaskClient:
    return login(accounts.create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))


def figure(key: str, asked: Asked = OCTOBER) -> Figure:
    return REGISTERS[key].figure(registers.lines_of(key, asked))


def work(counter: Counter, day: int, times: int = 1) -> None:
    with clock.at(clock.at_local(date(2026, 10, day), 12)):
        for _time in range(times):
            trade.create_sale(counter.operator)


def test_villages_and_townships_are_counted_from_their_lines(counters: list[Counter]) -> None:
    assert figure("D1") == Figure(1, 2)
    assert figure("D2") == Figure(3, 4)
    lines = registers.lines_of("D2", OCTOBER)
    assert {line.cells[2] for line in lines if line.counts} == {"石营点", "渤海点", "桂香点"}
    assert [line.cells[2] for line in lines if not line.counts] == [None]


def test_a_station_is_active_with_enough_days_and_enough_records(counters: list[Counter]) -> None:
    _town, busy, often, much = counters
    for day in range(1, 6):
        work(busy, day, times=2)  # 5 days, 10 records
        work(often, day)  # 5 days, 5 records
    work(much, 3, times=10)  # 1 day
    active = {line.cells[1]: (line.counts, *line.cells[4:]) for line in registers.lines_of("D4", OCTOBER)}
    assert active == {
        "龙潭镇站": (False, 0, 0),
        busy.station.name: (True, 5, 10),
        often.station.name: (False, 5, 5),
        much.station.name: (False, 1, 10),
    }
    assert figure("D4") == Figure(1, 4)


def test_services_of_the_month_by_kind(counters: list[Counter]) -> None:
    point = counters[1]
    work(point, 3, times=2)
    work(counters[3], 3)
    with clock.at(clock.at_local(date(2026, 10, 4), 12)):
        create_shelved(point.operator, point.station)
    with clock.at(clock.at_local(date(2026, 11, 1), 12)):
        trade.create_sale(point.operator)  # another month
    lines = registers.lines_of("D5", OCTOBER)
    told = {(line.cells[1], str(line.cells[2])): line.cells[3:] for line in lines}
    assert told[("石营点", "代卖")] == (2, 1, 180_00)  # the same person twice
    assert told[("石营点", "收件入库")] == (1, None, None)
    assert told[("桂香点", "代卖")] == (1, 1, 90_00)
    assert figure("D5").part == 4


def test_a_figure_is_the_list(official: FlaskClient) -> None:
    """What the overview says of every indicator is what its own page says, and its sheet has as many rows."""
    overview = official.get(f"/statistics/indicators?month={MONTH}").text
    for indicator in registers.indicators(OCTOBER.last):
        assert f"/statistics/indicators/{indicator.key}?month={MONTH}" in overview
        page = official.get(f"/statistics/indicators/{indicator.key}?month={MONTH}")
        assert page.status_code == 200
        sheet = official.get(f"/statistics/indicators/{indicator.key}/export.xlsx?month={MONTH}")
        _heading, *rows = [row for row in sheet_rows(sheet.data) if any(row)]
        lines = registers.lines_of(indicator.key, OCTOBER)
        assert [row[0] for row in rows[: len(lines)]] == [_text(line.cells[0]) for line in lines]


def _text(cell: Any) -> Any:
    return "" if cell is None else cell if isinstance(cell, int) else str(cell)


def test_filters_choose_lines(official: FlaskClient) -> None:
    def names(query: str) -> list[str]:
        sheet = official.get(f"/statistics/indicators/D2/export.xlsx?month={MONTH}&{query}")
        return [str(row[1]) for row in sheet_rows(sheet.data)[1:] if len(row) > 2 and row[2] not in ("", None)]

    assert len(names("")) == 3
    assert len(names(f"place={TOWNSHIP}")) == 2
    assert len(names("q=桂香点")) == 1
    assert names("counts=no") == []  # no point covers it
    assert "1 条" in official.get(f"/statistics/indicators/D2?month={MONTH}&counts=no").text


def test_an_unknown_indicator_is_not_found(official: FlaskClient) -> None:
    assert official.get("/statistics/indicators/Z9").status_code == 404
    with pytest.raises(NotFound):
        registers.get_register("Z9", OCTOBER.last)


def test_a_township_sees_its_own_lines(login: Login, counters: list[Counter]) -> None:
    manager = login(accounts.create_user(role=Role.TOWNSHIP_MANAGER, scope_code=TOWNSHIP))
    page = manager.get(f"/statistics/indicators/D4?month={MONTH}").text
    assert "石营点" in page
    assert "桂香点" not in page


def test_evidence_leads_to_the_records(official: FlaskClient, counters: list[Counter]) -> None:
    work(counters[1], 3)
    page = official.get(f"/statistics/indicators/D4?month={MONTH}&q=石营点").text
    url = f"/statistics/{MONTH}/stations/{counters[1].station.id}"
    assert url in page
    assert "代卖" in official.get(url).text
