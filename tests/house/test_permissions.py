"""docs/permissions.md is what the code grants, no more and no less."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.cli.checks import permissions_table
from app.core.access import PERMISSIONS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"

pytestmark = pytest.mark.one_engine


def test_the_page_is_what_the_command_prints(app: Flask) -> None:
    with app.app_context():
        expected = permissions_table() + "\n"
    assert PAGE.read_text() == expected, "run: xiangyi permissions > docs/permissions.md"


def test_every_permission_has_a_row_and_somebody_who_holds_it(app: Flask) -> None:
    with app.app_context():
        rows = [line for line in permissions_table().splitlines() if line.startswith("| `")]
    assert len(rows) == len(PERMISSIONS)
    assert [row for row in rows if "✓" not in row] == []
