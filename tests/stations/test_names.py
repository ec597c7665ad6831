"""How villages are called in everyday words."""

from __future__ import annotations

from collections import defaultdict

import pytest

from stations.rules.county_files import parse_divisions
from stations.rules.names import short_name, short_names
from tests.stations.files import ROOT


@pytest.mark.parametrize(
    ("official", "everyday"),
    [
        ("天山堡村村民委员会", "天山堡村"),
        ("花莲村民委员会", "花莲村"),
        ("桃花源社区居民委员会", "桃花源社区"),
        ("城关居民委员会", "城关社区"),
        ("东门社区居委会", "东门社区"),
        ("东门居委会", "东门社区"),
        ("金龙村委会", "金龙村"),
        ("金龙村村委会", "金龙村"),
        ("巴彦嘎查村民委员会", "巴彦嘎查"),
        ("团结村社区居委会", "团结村社区"),
        ("开发区管理委员会", "开发区管理委员会"),
        ("村民委员会", "村民委员会"),
        ("龙潭镇", "龙潭镇"),
    ],
)
def test_everyday_name(official: str, everyday: str) -> None:
    assert short_name(official) == everyday


def test_two_names_that_would_coincide_stay_in_full() -> None:
    names = {"1": "桥头村村民委员会", "2": "桥头村民委员会", "3": "石营村村民委员会"}
    assert short_names(names) == {"1": "桥头村村民委员会", "2": "桥头村民委员会", "3": "石营村"}


@pytest.mark.parametrize("county", ["500242", "532931"])
def test_names_of_our_counties_are_short_and_different_within_a_township(county: str) -> None:
    divisions, _problems = parse_divisions((ROOT / county / "divisions.csv").read_bytes())
    by_parent = defaultdict(list)
    for division in divisions:
        assert division.short_name
        assert "委" not in division.short_name
        by_parent[division.parent_code].append(division.short_name)
    for names in by_parent.values():
        assert len(set(names)) == len(names)
