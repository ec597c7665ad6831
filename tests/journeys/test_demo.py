"""What a newcomer sees on the command line."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from app.core import clock
from tests.journeys.conftest import SEED, Demo, xiangyi

pytestmark = pytest.mark.xdist_group("journeys")  # one worker makes the county and drives the browser

COUNTIES = Path(__file__).resolve().parents[2] / "data" / "counties"


@pytest.fixture(scope="module")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``xiangyi init`` makes, to be copied."""
    data_dir = tmp_path_factory.mktemp("initialised")
    done = xiangyi(data_dir, "init")
    assert done.returncode == 0, done.stderr
    return data_dir


@pytest.fixture
def data_dir(initialised: Path, tmp_path: Path) -> Path:
    """A data directory with a database and keys, and no county yet."""
    return Path(shutil.copytree(initialised, tmp_path / "data"))


@pytest.mark.parametrize(("county", "townships", "villages"), [("500242", 39, 278), ("532931", 8, 93)])
def test_any_county_can_be_loaded(data_dir: Path, county: str, townships: int, villages: int) -> None:
    loaded = xiangyi(data_dir, "load-county", COUNTIES / county)
    assert loaded.returncode == 0, loaded.stderr
    figures = json.loads(xiangyi(data_dir, "coverage", "--json").stdout)
    assert (figures["townships"], figures["villages"], figures["covered_villages"]) == (townships, villages, 0)


@pytest.mark.parametrize(
    ("name", "broken", "line"),
    [
        ("divisions.csv", lambda text: text.replace("village,500242001000", "village,500242999000", 1), ":4"),
        ("divisions.csv", lambda text: text + text.splitlines()[5] + "\n", ":320"),
        ("positions.csv", lambda text: text.replace("108.78638", "八", 1), ":3"),
    ],
)
def test_a_broken_county_is_refused_whole(data_dir: Path, tmp_path: Path, name: str, broken: object, line: str) -> None:
    folder = tmp_path / "county"
    folder.mkdir()
    for file in (COUNTIES / "500242").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / name).write_text(broken((folder / name).read_text()))  # type: ignore[operator]
    refused = xiangyi(data_dir, "load-county", folder)
    assert refused.returncode == 1
    assert name in refused.stderr
    assert line.removeprefix(":") in refused.stderr
    assert xiangyi(data_dir, "coverage", "--json").returncode == 1  # there is still no county


def test_the_year_at_youyang_adds_up(demo: Demo) -> None:
    figures = json.loads(demo.run("coverage", "--json").stdout)
    expected = {
        "townships": 39,
        "villages": 278,
        "township_stations": 20,
        "village_points": 238,
        "covered_villages": 238,
    }
    assert {name: figures[name] for name in expected} == expected
    assert figures["village_coverage_percent"] == "85.6"
    assert len(figures["uncovered"]) == 40


@pytest.mark.parametrize("words", [("seal", "verify"), ("ledger", "check"), ("plan-status", "--json")])
def test_its_checks_succeed(demo: Demo, words: tuple[str, ...]) -> None:
    done = demo.run(*words)
    assert done.returncode == 0, done.stdout + done.stderr


def test_made_again_it_changes_nothing(demo: Demo) -> None:
    before = rows_in(demo.data_dir)
    again = demo.run("demo", "--no-serve", "--seed", SEED)
    assert again.returncode == 0
    assert all(who.password in again.stdout for who in demo.logins.values())
    assert rows_in(demo.data_dir) == before
    assert before["parcel"] > 1_000


def rows_in(data_dir: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(data_dir / "xiangyi.db")) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


def test_every_role_has_a_login(demo: Demo) -> None:
    assert set(demo.logins) >= {
        "county_admin",
        "county_official",
        "township_manager",
        "village_operator",
        "trainer",
        "driver",
        "producer",
        "inspector",
    }


def month_before_last() -> str:
    """Whole, and inside the year that was made; the last month's report is issued in the browser."""
    first = clock.today().replace(day=1)
    for _step in range(2):
        first = (first - timedelta(days=1)).replace(day=1)
    return f"{first:%Y-%m}"


def test_a_report_of_a_month_is_told_from_an_altered_one(demo: Demo, tmp_path: Path) -> None:
    done = demo.run("report", month_before_last(), "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    (pdf,) = tmp_path.glob("*.pdf")
    assert list(tmp_path.glob("*.xlsx"))
    assert demo.run("pdf", "verify", pdf).returncode == 0
    content = bytearray(pdf.read_bytes())
    content[len(content) // 3] ^= 1
    forged = tmp_path / "forged.pdf"
    forged.write_bytes(content)
    refused = demo.run("pdf", "verify", forged, "--json")
    assert refused.returncode == 1
    assert json.loads(refused.stdout)["finding"] in ("altered", "not_pdf", "unsigned")
