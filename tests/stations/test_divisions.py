"""Counties are loaded whole or not at all; divisions are found, named and marked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.core import audit, clock
from app.core.access import SYSTEM, Actor, Role
from app.core.database import db
from app.core.errors import Forbidden, InvalidInput
from app.core.files import BrokenFiles
from stations import service
from stations.errors import DivisionNotFound, NoCounty, ReasonNeeded
from stations.models import Division, DivisionRename, Level
from tests.factories.stations import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, create_county
from tests.stations.files import DIVISIONS, POSITIONS, ROOT, write_county

HUB = Actor(None, "县管理员", Role.COUNTY_ADMIN, COUNTY)


def load(folder: Path) -> Any:
    return service.load_county_files(actor=SYSTEM, directory=folder)


def stored() -> list[tuple[Any, ...]]:
    columns = (Division.code, Division.name, Division.lon, Division.valid_from, Division.valid_to)
    return [tuple(row) for row in db.session.execute(sa.select(*columns).order_by(Division.code))]


def entries() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(audit.AuditEntry)) or 0


def test_a_county_is_loaded(session: Any, tmp_path: Path) -> None:
    report = load(write_county(tmp_path))
    assert (report.townships, report.villages, report.added) == (2, 3, 6)
    village = service.get_division(VILLAGE)
    assert (village.short_name, village.level, village.parent_code) == ("石营村", Level.VILLAGE, TOWNSHIP)
    assert (village.lon, village.position_basis) == (108.71683, "estimated")
    county = service.get_county()
    assert county.boundary is not None
    assert county.boundary["type"] == "MultiPolygon"
    [entry] = audit.history(county)
    assert "3 个村" in entry.text


@pytest.mark.parametrize(("county", "townships", "villages"), [("500242", 39, 278), ("532931", 8, 93)])
def test_our_counties_are_loaded_and_loading_again_changes_nothing(
    session: Any, county: str, townships: int, villages: int
) -> None:
    report = load(ROOT / county)
    before, told = stored(), entries()
    again = load(ROOT / county)
    assert (again.added, again.renamed, again.moved, again.changed) == (0, [], 0, False)
    assert (stored(), entries()) == (before, told)
    coverage = service.county_coverage(actor=SYSTEM)
    assert (report.townships, report.villages) == (coverage.townships, coverage.villages) == (townships, villages)


def test_a_new_name_is_kept_with_its_day(session: Any, tmp_path: Path) -> None:
    load(write_county(tmp_path))
    with clock.at(clock.at_local(date(2026, 6, 1), 9)):
        report = load(write_county(tmp_path, divisions=DIVISIONS.replace("渤海村村民", "东海村村民")))
    assert report.renamed == ["渤海村村民委员会 → 东海村村民委员会"]
    code = "500242101202"
    assert service.name_on(code, date(2026, 5, 31)) == "渤海村村民委员会"
    assert service.name_on(code, date(2026, 6, 1)) == "东海村村民委员会"
    assert service.division_name(code) == "龙潭镇东海村"
    assert audit.history(service.get_division(code))[0].action == "stations.division_renamed"
    with pytest.raises(sa.exc.DatabaseError):
        db.session.execute(sa.delete(DivisionRename))
    db.session.rollback()


def test_a_division_that_the_file_no_longer_names_stays(session: Any, tmp_path: Path) -> None:
    load(write_county(tmp_path))
    fewer = DIVISIONS.replace("500242102202,桂香村村民委员会,village,500242102000\n", "")
    report = load(write_county(tmp_path, divisions=fewer))
    assert report.missing == ["桂香村村民委员会"]
    assert service.get_division(OTHER_VILLAGE).valid_to is None


def test_a_village_added_later_is_valid_from_that_day(session: Any, tmp_path: Path) -> None:
    load(write_county(tmp_path))
    with clock.at(clock.at_local(date(2026, 6, 1), 9)):
        load(write_county(tmp_path, divisions=DIVISIONS + "500242102203,龙坝村村民委员会,village,500242102000\n"))
        assert len(service.list_divisions(Level.VILLAGE, COUNTY)) == 4
        assert len(service.list_divisions(Level.VILLAGE, COUNTY, date(2026, 5, 31))) == 3


def test_moved_positions_are_counted(session: Any, tmp_path: Path) -> None:
    load(write_county(tmp_path))
    assert load(write_county(tmp_path, positions=POSITIONS.replace("108.71683", "108.71700"))).moved == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"divisions": DIVISIONS.replace("村民委员会,village,500242101000", "村民委员会,village,500242109000")},
        {"positions": POSITIONS + "500242109000,108.7,28.8,estimated\n"},
        {"outline": "{"},
        {"divisions": DIVISIONS.encode("gbk")},
    ],
)
def test_broken_files_store_nothing(session: Any, tmp_path: Path, broken: dict[str, Any]) -> None:
    with pytest.raises(BrokenFiles):
        load(write_county(tmp_path, **broken))
    assert stored() == []
    assert entries() == 0


def test_only_the_hub_loads_a_county(session: Any, tmp_path: Path) -> None:
    official = Actor(None, "县领导", Role.COUNTY_OFFICIAL, COUNTY)
    with pytest.raises(Forbidden):
        service.load_county_files(actor=official, directory=write_county(tmp_path))


def test_the_county_loaded_last_is_the_one_served(session: Any) -> None:
    assert service.county_division() is None
    with pytest.raises(NoCounty):
        service.get_county()
    for n, county in enumerate(("500242", "532931", "500242"), start=1):
        with clock.at(clock.at_local(date(2026, 1, n))):
            load(ROOT / county)
        assert service.get_county().code == f"{county}000000"


def test_names(session: Any) -> None:
    create_county()
    assert service.division_name(VILLAGE) == "龙潭镇石营村"
    assert service.division_name(TOWNSHIP) == "龙潭镇"
    assert service.division_name(COUNTY) == "酉阳土家族苗族自治县"
    assert service.division_name("000000000000") == "000000000000"
    assert service.division_names({VILLAGE, "500242101999"}) == {VILLAGE: "石营村"}
    assert service.division_names(set()) == {}
    assert service.find_division("' OR 1=1 --") is None
    with pytest.raises(DivisionNotFound):
        service.get_division("500242101999")


def test_key_villages_are_marked_with_a_reason_and_told(session: Any) -> None:
    create_county()
    changed = service.mark_key(actor=HUB, codes=[VILLAGE, TOWNSHIP], reason="县发〔2026〕3 号")
    assert [division.code for division in changed] == [TOWNSHIP, VILLAGE]
    assert service.mark_key(actor=HUB, codes=[VILLAGE], reason="再来") == []
    assert "县发〔2026〕3 号" in audit.history(service.get_division(VILLAGE))[0].text
    service.mark_key(actor=HUB, codes=[VILLAGE], reason="已脱贫出列", is_key=False)
    assert service.county_coverage(actor=HUB).key_villages == 0


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"reason": " "}, ReasonNeeded),
        ({"codes": [COUNTY]}, InvalidInput),
        ({"codes": [VILLAGE, "500242101999"]}, DivisionNotFound),
        ({"actor": Actor(None, "邻县", Role.COUNTY_ADMIN, "532931000000")}, DivisionNotFound),
        ({"actor": Actor(None, "站长", Role.TOWNSHIP_MANAGER, TOWNSHIP)}, Forbidden),
    ],
)
def test_marks_that_are_refused(session: Any, changed: dict[str, Any], error: type[Exception]) -> None:
    create_county()
    facts: dict[str, Any] = {"actor": HUB, "codes": [VILLAGE], "reason": "依据"}
    with pytest.raises(error):
        service.mark_key(**(facts | changed))
    assert service.county_coverage(actor=SYSTEM).key_villages == 0
