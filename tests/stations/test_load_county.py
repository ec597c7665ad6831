"""The whole folder of a county: divisions and library together, or neither."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from app.core.access import SYSTEM
from app.core.files import BrokenFiles
from app.flows.load_county import load_county
from stations import service
from tests.stations.files import ROOT


def test_a_folder_with_a_library_is_loaded_whole(session: Any) -> None:
    told = load_county(actor=SYSTEM, directory=ROOT / "500242").to_dict()
    assert (told["townships"], told["villages"]) == (39, 278)
    assert told["products"]
    assert load_county(actor=SYSTEM, directory=ROOT / "500242").divisions.changed is False


def test_a_folder_without_a_library_is_loaded(session: Any) -> None:
    assert "products" not in load_county(actor=SYSTEM, directory=ROOT / "532931").to_dict()


def test_a_broken_library_takes_the_divisions_back(session: Any, tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "500242", tmp_path / "county")
    library = folder / "products.csv"
    library.write_text(library.read_text().replace("98.00", "-98", 1))
    with pytest.raises(BrokenFiles) as caught:
        load_county(actor=SYSTEM, directory=folder)
    assert [(problem.file, problem.line) for problem in caught.value.problems] == [("products.csv", 2)]
    assert service.county_division() is None
