"""What every line of the source owes the house."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.core.database import Base
from app.factory import DOMAINS, import_models

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", *DOMAINS)
import_models()


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))
    yield ROOT / "config.py"


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sources():
        yield path.relative_to(ROOT), ast.parse(path.read_text())


def calls(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def test_imports_run_downward_only() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_nobody_but_the_command_commits() -> None:
    allowed = {Path("app/core/command.py")}
    found = [
        f"{path}:{line}"
        for path, tree in trees()
        if path not in allowed
        for name, line in calls(tree)
        if name.endswith("session.commit")
    ]
    assert found == []


def test_nobody_but_the_clock_asks_the_time() -> None:
    asking = re.compile(r"^(datetime\.)?(datetime|date)\.(now|today|utcnow)$|^time\.time$")
    allowed = {Path("app/core/clock.py")}
    found = [
        f"{path}:{line} {name}"
        for path, tree in trees()
        if path not in allowed
        for name, line in calls(tree)
        if asking.match(name)
    ]
    assert found == []


def test_rules_know_no_request_and_no_database() -> None:
    forbidden = re.compile(
        r"^(import|from) (flask\b|flask_sqlalchemy|sqlalchemy|app\.core\.(database|command|clock|web))", re.M
    )
    rooms = [p for p in sources() if "rules" in p.parts or p.name == "rules.py"]
    assert rooms
    assert [str(p.relative_to(ROOT)) for p in rooms if forbidden.search(p.read_text())] == []


def test_views_hold_no_queries() -> None:
    rooms = [p for p in sources() if ("views" in p.parts or p.name == "views.py") and p.parts[len(ROOT.parts)] != "app"]
    assert rooms
    found = [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in rooms
        for name, line in calls(ast.parse(path.read_text()))
        if name.startswith(("db.session.", "sa.select"))
    ]
    assert found == []


def test_money_and_quantities_are_never_floats() -> None:
    floating = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.Float) and column.name not in ("lon", "lat", "site_lon", "site_lat")
    ]
    assert floating == []


def test_columns_of_money_are_wide_integers() -> None:
    narrow = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_fen") and not isinstance(column.type, sa.BigInteger)
    ]
    assert narrow == []


def test_every_package_says_what_it_is() -> None:
    silent = [
        str(p.relative_to(ROOT))
        for p in sources()
        if p.stat().st_size and ast.get_docstring(ast.parse(p.read_text())) is None
    ]
    assert silent == []


@pytest.mark.parametrize("pattern", [r"\|\s*safe\b", r"<script", r"\bstyle=\"", r"\bon[a-z]+=\""])
def test_templates_have_no_script_no_inline_style_and_no_unescaped_text(pattern: str) -> None:
    allowed = {
        "safe": {"app/templates/macros.html"},
        "<script": {"stations/templates/stations/position.html"},  # static/locate.js; the page works without it
    }.get(pattern, set())
    found = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("templates/**/*.html")
        if re.search(pattern, path.read_text()) and str(path.relative_to(ROOT)) not in allowed
    ]
    assert found == []


def test_every_posting_form_in_a_template_carries_the_token() -> None:
    bare = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("templates/**/*.html")
        for form in re.findall(r"<form[^>]*method=\"?post.*?</form>", path.read_text(), re.S | re.I)
        if "csrf_token" not in form and "hidden_fields" not in form
    ]
    assert bare == []
