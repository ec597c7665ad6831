"""County files: any county's are read, broken ones refused with file, line and reason."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.files import BrokenFiles
from stations.models import Level
from stations.rules.boundary import parse_boundary
from stations.rules.county_files import level_of, parent_of, parse_divisions, parse_positions
from stations.service.loading import read_county
from tests.stations.files import DIVISIONS, POSITIONS, RING, ROOT, boundary, write_county

CODES = [line.split(",")[0] for line in DIVISIONS.splitlines()[1:]]


@pytest.mark.parametrize(("county", "townships", "villages"), [("500242", 39, 278), ("532931", 8, 93)])
def test_our_counties_are_read_whole(county: str, townships: int, villages: int) -> None:
    files = read_county(ROOT / county)
    levels = [division.level for division in files.divisions]
    assert (levels.count(Level.TOWNSHIP), levels.count(Level.VILLAGE)) == (townships, villages)
    assert len(files.positions) == len(files.divisions)
    assert files.boundary["type"] == "MultiPolygon"


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("500242000000", Level.COUNTY, None),
        ("500242101000", Level.TOWNSHIP, "500242000000"),
        ("500242101201", Level.VILLAGE, "500242101000"),
        ("532931102001", Level.VILLAGE, "532931102000"),
    ],
)
def test_code_tells_level_and_parent(code: str, level: Level, parent: str | None) -> None:
    assert (level_of(code), parent_of(code)) == (level, parent)


@pytest.mark.parametrize(
    "code", ["", "500242", "50024210120a", "500242000201", "500200000000", "５００２４２１０１２０１"]
)
def test_what_is_no_code_of_a_county(code: str) -> None:
    with pytest.raises(ValueError):
        level_of(code)


def refused(content: bytes | str, known: list[str] | None = None) -> list[tuple[int | None, str]]:
    raw = content if isinstance(content, bytes) else content.encode()
    try:
        found = parse_positions(raw, known)[1] if known is not None else parse_divisions(raw)[1]
    except BrokenFiles as error:
        return [(p.line, str(p.reason)) for p in error.problems]
    return [(p.line, str(p.reason)) for p in found.found]


def replaced(old: str, new: str) -> str:
    assert old in DIVISIONS
    return DIVISIONS.replace(old, new)


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (
            replaced("石营村村民委员会,village,500242101000", "石营村村民委员会,village,500242199000"),
            4,
            "500242199000 不在文件里",
        ),
        (
            replaced("石营村村民委员会,village,500242101000", "石营村村民委员会,village,500242102000"),
            4,
            "上级应为 500242101000",
        ),
        (replaced("石营村村民委员会,village,500242101000", "石营村村民委员会,village,"), 4, "不在文件里"),
        (replaced("龙潭镇,township", "龙潭镇,village"), 3, "级别却写成 village"),
        (replaced("石营村村民委员会,village", "石营村村民委员会,hamlet"), 4, "hamlet"),
        (replaced("500242101202", "500242101201"), 5, "与第 4 行重复"),
        (replaced("500242101202", "50024210120"), 5, "12 位"),
        (replaced("500242101202", "5002421O1202"), 5, "12 位"),
        (replaced("渤海村村民委员会", ""), 5, "没有名称"),
        (replaced("渤海村村民委员会", "渤" * 65), 5, "超过 64"),
        (replaced("渤海村村民委员会", "渤海村\x07"), 5, "控制字符"),
        (replaced(",county,", ",county,500200000000"), 2, "县没有上级"),
        (replaced("渤海村村民委员会,", "渤海村村民委员会,,"), 5, "5 格"),
        (DIVISIONS + "532931000000,剑川县,county,\n", 8, "只能有一个县"),
        (replaced("500242000000,酉阳土家族苗族自治县,county,\n", ""), None, "没有县"),
        (replaced("parent_code", "parent"), 1, "parent_code"),
        (replaced("name,level", "level,level"), 1, "name"),
        (replaced("level,parent_code", "level,parent_code,level"), 1, "重复的列"),
        (DIVISIONS.splitlines()[0] + "\n", None, "没有数据"),
        (replaced("渤海村村民委员会", '"渤海村'), 5, "引号"),
        (DIVISIONS.encode("gbk"), 2, "GBK"),
        (DIVISIONS.encode("utf-16"), 1, "UTF-16"),
        (DIVISIONS.encode()[:150] + b"\xff" + DIVISIONS.encode()[150:], 4, "UTF-8"),
        (replaced("渤海村", "渤\0海村"), 5, "空字节"),
    ],
)
def test_broken_divisions_are_refused_by_line_and_reason(content: str | bytes, line: int | None, word: str) -> None:
    problems = refused(content)
    assert any(at == line and word in reason for at, reason in problems), problems


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + DIVISIONS.encode(),
        DIVISIONS.replace("\n", "\r\n").encode(),
        DIVISIONS.replace(",county,\n", ",county,\n\n,,,\n").encode(),
        DIVISIONS.replace("龙潭镇,", " 龙潭镇 ,").encode(),
        "\n".join([DIVISIONS.splitlines()[0], *reversed(DIVISIONS.splitlines()[1:])]).encode(),
    ],
    ids=["byte order mark", "CRLF", "blank lines", "blanks around", "children before parents"],
)
def test_harmless_differences_are_accepted(content: bytes) -> None:
    divisions, problems = parse_divisions(content)
    assert problems.found == []
    assert [division.code for division in divisions][:2] == ["500242000000", "500242101000"]
    assert len(divisions) == 6


@pytest.mark.parametrize(
    ("row", "line", "word"),
    [
        ("500242101999,108.7,28.8,estimated", 4, "不在 divisions.csv"),
        ("500242101201,108.7,28.8,estimated", 4, "重复"),
        ("500242101202,28.8,108.7,estimated", 4, "lon 应在"),
        ("500242101202,108.7,54.1,estimated", 4, "lat 应在"),
        ("500242101202,nan,28.8,estimated", 4, "lon 应在"),
        ("500242101202,108°42',28.8,estimated", 4, "lon 应为度数"),
        ("500242101202,108.7,,estimated", 4, "lat 应为度数"),
        ("500242101202,108.7,28.8," + "x" * 33, 4, "依据"),
    ],
)
def test_broken_positions_are_refused_by_line_and_reason(row: str, line: int, word: str) -> None:
    problems = refused(POSITIONS + row + "\n", CODES)
    assert [at for at, reason in problems if word in reason] == [line]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (boundary()[:-5], "JSON"),
        ("[" * 100_000, "GeoJSON"),
        ("[]", "Polygon"),
        (boundary({"type": "Point", "coordinates": [108, 28]}), "Polygon"),
        (boundary({"type": "Polygon", "coordinates": []}), "没有边界线"),
        (boundary({"type": "Polygon", "coordinates": [RING[:3]]}), "至少要有 4 个点"),
        (boundary({"type": "Polygon", "coordinates": [[*RING[:4], [108.5, 28.7]]]}), "没有闭合"),
        (boundary({"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in RING]]}), "中国范围"),
        (boundary({"type": "Polygon", "coordinates": [[["a", 1]] * 4]}), "两个数"),
        (boundary({"type": "Polygon", "coordinates": [[[True, 28.0]] * 4]}), "两个数"),
        (boundary().replace("109.0", "NaN"), "不是数"),
        (boundary().replace("109.0", "1e999"), "中国范围"),
        (boundary(code="532931"), "边界是 532931 的"),
    ],
)
def test_broken_boundary_is_refused(content: str, word: str) -> None:
    problems = parse_boundary(content.encode(), "500242000000")[1]
    assert [word in str(p.reason) for p in problems.found] == [True], problems.found


@pytest.mark.parametrize(
    "content",
    [
        boundary(code="500242"),
        boundary({"type": "MultiPolygon", "coordinates": [[RING]]}),
        json.dumps({"type": "FeatureCollection", "features": [json.loads(boundary())]}),
        json.dumps({"type": "Polygon", "coordinates": [[[*p, 430.0] for p in RING]]}),
    ],
)
def test_every_usual_form_of_boundary_becomes_the_same_outline(content: str) -> None:
    outline, problems = parse_boundary(content.encode(), "500242000000")
    assert problems.found == []
    assert outline == {"type": "MultiPolygon", "coordinates": [[RING]]}


def test_problems_of_all_files_are_told_together(tmp_path: Path) -> None:
    folder = write_county(
        tmp_path,
        divisions=replaced("龙潭镇,township", "龙潭镇,village"),
        positions="",
        outline="{",
    )
    with pytest.raises(BrokenFiles) as caught:
        read_county(folder)
    assert {problem.file for problem in caught.value.problems} == {"divisions.csv", "positions.csv", "boundary.geojson"}
    assert "divisions.csv 第 3 行" in str(caught.value)


def test_twenty_problems_are_listed_and_all_counted(tmp_path: Path) -> None:
    rows = "".join(f"5002421013{n:02d},,village,500242101000\n" for n in range(30))
    with pytest.raises(BrokenFiles) as caught:
        read_county(write_county(tmp_path, divisions=DIVISIONS + rows))
    assert len(caught.value.problems) == 20
    assert caught.value.count == 30


@pytest.mark.parametrize("name", ["divisions.csv", "positions.csv", "boundary.geojson"])
def test_absent_and_empty_files_are_named(tmp_path: Path, name: str) -> None:
    folder = write_county(tmp_path)
    for spoil in (lambda path: path.write_bytes(b" \n"), lambda path: path.unlink()):
        spoil(folder / name)
        with pytest.raises(BrokenFiles) as caught:
            read_county(folder)
        assert [problem.file for problem in caught.value.problems] == [name]


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_readers(content: bytes) -> None:
    for read in (parse_divisions, lambda raw: parse_positions(raw, CODES), lambda raw: parse_boundary(raw, CODES[0])):
        try:
            _found, problems = read(content)
        except BrokenFiles:
            continue
        assert problems.found


@given(
    st.lists(
        st.sampled_from([*'0123456789,\n"', "村", "village", "county", "500242101000", "500242000000", "-"]),
        max_size=60,
    )
)
def test_no_table_whatever_breaks_the_readers(parts: list[str]) -> None:
    body = "".join(parts).encode()
    for heading, read in (
        (b"division_code,name,level,parent_code\n", parse_divisions),
        (b"division_code,lon,lat,basis\n", lambda raw: parse_positions(raw, None)),
    ):
        with contextlib.suppress(BrokenFiles):
            _found, problems = read(heading + body)
            assert all(problem.reason for problem in problems.found)
