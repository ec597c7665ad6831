"""``xiangyi labels``: a lot's code in, a PDF out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from click.testing import CliRunner
from flask import Flask
from PIL import Image

from app.cli import cli
from tests.factories.traceability import create_packed_lot
from tests.traceability.test_labels import render
from traceability.service.labels import label_url


@pytest.fixture
def runner(app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line on the test's own database."""
    monkeypatch.setattr("app.cli.common.create_app", lambda **_settings: app)
    return CliRunner()


@pytest.mark.parametrize("count", [3, 41])  # 41: one more than fits on the first page
def test_as_many_codes_as_were_asked_for(runner: CliRunner, tmp_path: Path, count: int) -> None:
    lot, out = create_packed_lot(), tmp_path / "stickers.pdf"
    done = runner.invoke(cli, ["labels", lot.code, "--count", str(count), "--out", str(out)])
    assert (done.exit_code, done.output.strip()) == (0, str(out)), done.output
    pages = [np.array(Image.open(page)) for page in render(out.read_bytes(), tmp_path, 200, "-gray")]
    found = [code.text for page in pages for code in zxingcpp.read_barcodes(page, formats=zxingcpp.QRCode)]
    assert found == [label_url(lot)] * count


@pytest.mark.parametrize("count", ["0", "10001", "many"])
def test_a_count_that_makes_no_sense_writes_nothing(runner: CliRunner, tmp_path: Path, count: str) -> None:
    out = tmp_path / "stickers.pdf"
    assert runner.invoke(cli, ["labels", create_packed_lot().code, "--count", count, "--out", str(out)]).exit_code == 2
    assert not out.exists()


def test_an_unknown_lot_is_refused(runner: CliRunner, tmp_path: Path) -> None:
    out = tmp_path / "stickers.pdf"
    assert runner.invoke(cli, ["labels", "YY000000000", "--count", "1", "--out", str(out)]).exit_code != 0
    assert not out.exists()
