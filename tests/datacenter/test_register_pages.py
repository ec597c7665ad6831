"""The pages of the registers: a figure is its list, a list asks for its right, a line leads to its evidence."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core import clock
from app.core.access import Actor, Role
from app.core.errors import Forbidden
from datacenter.service import registers
from datacenter.service.registers import Asked
from datacenter.service.registers.frame import REGISTERS
from datacenter.views.registers import figure_text
from stations.models import StationKind
from stations.models.fund import SpendingCategory
from stations.models.inspection import StationInspection
from stations.models.organisation import RecordKind
from stations.service import inspection as inspections
from stations.service import phone_checks
from tests.datacenter.asking import MONTH, NOVEMBER, TODAY, call, figure, lines
from tests.factories import accounts, money, places, publicity
from tests.factories import inspection as rounds
from tests.factories import projects as make_project
from tests.factories import stations as make_station
from tests.factories.datacenter import COUNTY, HUB
from tests.tools import sheet_rows

Login = Callable[[Any], FlaskClient]
TOWN = Actor(uuid.UUID(int=77), "田应平", Role.TOWNSHIP_MANAGER, places.TOWNSHIP)

pytestmark = pytest.mark.usefixtures("session")


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(clock.at_local(TODAY, 9)):
        yield


def test_a_register_asks_for_its_own_right(login: Login) -> None:
    make_station.create_county()
    manager = login(accounts.create_user(role=Role.TOWNSHIP_MANAGER, scope_code=accounts.TOWNSHIP))
    overview = manager.get(f"/statistics/indicators?month={MONTH}").text
    shown = {key for key in REGISTERS if f"/statistics/indicators/{key}?" in overview}
    assert shown == {"A2", "B5", *(f"D{n}" for n in range(1, 9)), "D7b", "D7c", "D8b"}
    for hidden in ("A1", "B1", "C3", "D8c"):
        assert manager.get(f"/statistics/indicators/{hidden}?month={MONTH}").status_code == 403
        assert manager.get(f"/statistics/indicators/{hidden}/export.xlsx?month={MONTH}").status_code == 403
    with pytest.raises(Forbidden):
        lines("B1", Asked(TOWN, places.TOWNSHIP, NOVEMBER.first, TODAY))


@pytest.fixture
def everything(session: Any) -> None:
    """Something in every register."""
    publicity.publish()
    publicity.create_record()
    publicity.create_record(kind=RecordKind.ONSITE_CHECK)
    publicity.create_record(kind=RecordKind.LEADING_GROUP_DOCUMENT, title="成立领导小组")
    fund = money.create_fund(arrived=200_000_000)
    money.create_payment(fund, category=SpendingCategory.CENTRE)
    subsidy = money.create_subsidy(fund)
    money.approve(subsidy.instalments[0])
    money.pay(subsidy.instalments[0])
    contract = money.create_contract(fund)
    money.create_job(contract)
    for duty in contract.duties:
        money.create_duty_record(contract, duty_id=duty.id)
    project = money.create_village_project()
    make_project.count(project, {make_project.create_equipment(project).units[0].number: "present"})
    make_station.create_plan()
    make_station.create_station(kind=StationKind.COUNTY_CENTER, division_code=COUNTY, area_m2=1200)
    make_station.create_station(division_code=places.VILLAGE)
    order(rounds.inspection_at(rounds.create_published(places.VILLAGE), places.VILLAGE))
    call(phone_checks.all_people(rounds.create_check())[0])


def order(inspection: StationInspection) -> None:
    """The hub orders a station to rectify what was found."""
    rounds.create_finding(inspection)
    day = TODAY + timedelta(days=30)
    inspections.order_rectification(actor=HUB, request_id=None, inspection_id=inspection.id, deadline=day)


@pytest.mark.usefixtures("everything")
def test_a_figure_is_the_list_that_its_page_and_its_sheet_show(login: Login) -> None:
    official = login(accounts.create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))
    overview = official.get(f"/statistics/indicators?month={MONTH}").text
    unfilled = set()
    for indicator in registers.indicators(TODAY):
        said = figure_text(figure(indicator.key))
        row = overview[overview.index(f">{indicator.key} {indicator.name}<") :]
        assert said in row[: row.index("</tr>")], indicator.key
        page = official.get(f"/statistics/indicators/{indicator.key}?month={MONTH}").text
        assert f"<b>{said}</b>" in page
        sheet = official.get(f"/statistics/indicators/{indicator.key}/export.xlsx?month={MONTH}")
        _heading, *rows = sheet_rows(sheet.data)
        until = next(n for n, row in enumerate(rows) if str(row[0]).startswith("注：")) - 1
        assert until == len(lines(indicator.key)), indicator.key
        if not until:
            unfilled.add(indicator.key)
    assert unfilled == {"D3", "D4", "D5", "D8", "D8b"}  # these are filled in tests of their own


@pytest.mark.usefixtures("everything")
@pytest.mark.parametrize(
    "key, leads_to",
    [
        *((key, "/stations/organisation/records/") for key in ("A1", "A1b", "A4", "A5")),
        ("A2", "/stations/plan?year=2026"),
        ("B1", "/stations/funds/"),
        *((key, "/stations/fund-entries/") for key in ("B1", "B2", "B3", "B4", "B4b", "B6", "B7")),
        ("B5", "/stations/subsidies/"),
        *((key, "/stations/operator-contracts/") for key in ("C2", "C2b", "C3", "C3b")),
        ("C1", "/stations/"),
        ("D6", "/stations/assets/4"),
        *((key, "/stations/inspections/") for key in ("D7", "D7b", "D7c")),
        *((key, "/stations/phone-checks/") for key in ("D8c", "D8d")),
    ],
)
def test_a_line_leads_to_its_evidence(login: Login, key: str, leads_to: str) -> None:
    official = login(accounts.create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))
    page = official.get(f"/statistics/indicators/{key}?month={MONTH}")
    assert page.status_code == 200
    found = re.findall(rf'href="({re.escape(leads_to)}[^"]*)">看凭据', page.text)
    assert found
    assert official.get(found[0]).status_code == 200


def test_lines_can_be_narrowed_to_a_township_where_they_have_places(login: Login) -> None:
    rounds.create_published()
    official = login(accounts.create_user(role=Role.COUNTY_OFFICIAL, scope_code=COUNTY))
    page = official.get(f"/statistics/indicators/D7?month={MONTH}&place={make_station.OTHER_TOWNSHIP}").text
    assert "桂香村服务点" in page
    assert "石营村服务点" not in page
    assert 'name="place"' not in official.get(f"/statistics/indicators/A1?month={MONTH}").text
