"""The checks that an outsider runs, on an installation that was just made: they run, and find nothing wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def xiangyi(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command, in a process of its own, on a database of its own with the hub's keys."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XIANGYI_")}
    environ |= {"XIANGYI_DATA_DIR": str(tmp_path_factory.mktemp("data")), "REDIS_URL": ""}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [Path(sys.executable).with_name("xiangyi"), *words]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    made = run("init")
    assert made.returncode == 0, made.stderr
    return run


@pytest.mark.parametrize("words", [("seal", "make"), ("seal", "verify"), ("ledger", "check")])
def test_the_checks_run_and_print_json(xiangyi: Run, words: tuple[str, ...]) -> None:
    done = xiangyi(*words, "--json")
    assert done.returncode == 0, done.stderr
    assert not json.loads(done.stdout).get("problems")


def test_a_file_that_is_no_document_of_ours_ends_with_1(xiangyi: Run, tmp_path: Path) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(b"not a PDF")
    done = xiangyi("pdf", "verify", str(file), "--json")
    assert (done.returncode, json.loads(done.stdout)["finding"]) == (1, "not_pdf")


def test_permissions_prints_the_page(xiangyi: Run) -> None:
    done = xiangyi("permissions")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (Path(__file__).resolve().parents[2] / "docs" / "permissions.md").read_text()
