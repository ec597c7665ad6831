"""A county's files: divisions.csv and positions.csv, of any county, checked before anything is stored.

The codes are those of the statistics bureau (国家统计局统计用区划代码): 12 digits, of which the first 6
name the county, 9 the township, 12 the village or community; the rest is zeros.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.core.files import Problems, Row, parse_table
from app.core.scope import county_of, is_code, township_of
from stations.models import Level
from stations.rules.names import short_names

DIVISION_COLUMNS = ("division_code", "name", "level", "parent_code")
POSITION_COLUMNS = ("division_code", "lon", "lat", "basis")
LONGITUDES, LATITUDES = (73.0, 135.0), (3.0, 54.0)  # China, with its seas
LONGEST_NAME, LONGEST_BASIS = 64, 32


@dataclass(frozen=True)
class DivisionRow:
    """A division as its file tells it, with the everyday name added."""

    code: str
    name: str
    short_name: str
    level: Level
    parent_code: str | None


@dataclass(frozen=True)
class Position:
    """Where a division lies, in degrees (WGS 84), and how that is known."""

    lon: float
    lat: float
    basis: str


def level_of(code: str) -> Level:
    """The level that a code's trailing zeros tell. Raises ValueError for a code above the county."""
    if not is_code(code) or not code[4:6].strip("0"):
        raise ValueError(code)
    if code[9:].strip("0"):
        if not code[6:9].strip("0"):
            raise ValueError(code)
        return Level.VILLAGE
    return Level.TOWNSHIP if code[6:9].strip("0") else Level.COUNTY


def parent_of(code: str) -> str | None:
    """The code of the division above; None for a county."""
    return {Level.COUNTY: None, Level.TOWNSHIP: county_of(code), Level.VILLAGE: township_of(code)}[level_of(code)]


def parse_divisions(content: bytes, file: str = "divisions.csv") -> tuple[list[DivisionRow], Problems]:
    """The divisions of one county, parents before children, and what is wrong with the file.

    Raises BrokenFiles when the file can't be read at all.
    """
    rows, problems = parse_table(content, file, DIVISION_COLUMNS)
    good = [row for row in rows if _division_fits(row, problems)]
    lines = _lines_by_code(good, problems)
    _check_tree([row for row in good if lines[row["division_code"]] == row.line], lines, problems)
    return ([] if problems.found else _divisions(good)), problems


def _division_fits(row: Row, problems: Problems) -> bool:
    """The row by itself: code, level, name."""
    code, level, before = row["division_code"], row["level"], len(problems.found)
    if not row["name"]:
        problems.add(row.line, _l("没有名称。"))
    elif len(row["name"]) > LONGEST_NAME:
        problems.add(row.line, _l("名称超过 %(most)s 个字。", most=LONGEST_NAME))
    if level not in {member.value for member in Level}:
        problems.add(row.line, _l("级别只能是 county、township、village，这里是“%(level)s”。", level=level))
    try:
        expected = level_of(code)
    except ValueError:
        problems.add(
            row.line,
            _l("区划代码应为 12 位数字（县 6 位、乡镇 9 位、村 12 位，后面补零），这里是“%(code)s”。", code=code),
        )
        return False
    if len(problems.found) == before and level != expected.value:
        problems.add(
            row.line,
            _l(
                "代码 %(code)s 是%(expected)s的代码，级别却写成 %(level)s。",
                code=code,
                expected=expected.label,
                level=level,
            ),
        )
    return len(problems.found) == before


def _lines_by_code(rows: Iterable[Row], problems: Problems) -> dict[str, int]:
    lines: dict[str, int] = {}
    for row in rows:
        first = lines.setdefault(row["division_code"], row.line)
        if first != row.line:
            problems.add(row.line, _l("代码 %(code)s 与第 %(first)s 行重复。", code=row["division_code"], first=first))
    return lines


def _check_tree(rows: Iterable[Row], lines: Mapping[str, int], problems: Problems) -> None:
    """The rows together: one county, and every parent is there and is the right one."""
    counties = [row for row in rows if row["level"] == Level.COUNTY.value]
    if not counties:
        problems.add(None, _l("没有县这一行（级别 county）。"))
    for other in counties[1:]:
        problems.add(
            other.line,
            _l(
                "一份文件只能有一个县，第 %(first)s 行已经是%(name)s。",
                first=counties[0].line,
                name=counties[0]["name"],
            ),
        )
    for row in rows:
        parent, expected = row["parent_code"], parent_of(row["division_code"]) or ""
        if parent == expected:
            if parent and parent not in lines:
                problems.add(row.line, _l("上级 %(parent)s 不在文件里。", parent=parent))
        elif not expected:
            problems.add(row.line, _l("县没有上级，上级代码应空着。"))
        elif parent not in lines:
            problems.add(row.line, _l("上级 %(parent)s 不在文件里。", parent=parent or _l("（空）")))
        else:
            problems.add(
                row.line, _l("按代码上级应为 %(expected)s，这里是 %(parent)s。", expected=expected, parent=parent)
            )


def _divisions(rows: Iterable[Row]) -> list[DivisionRow]:
    by_parent: dict[str, dict[str, str]] = {}
    for row in rows:
        by_parent.setdefault(row["parent_code"], {})[row["division_code"]] = row["name"]
    short: dict[str, str] = {}
    for names in by_parent.values():
        short |= short_names(names)
    divisions = [
        DivisionRow(
            code=row["division_code"],
            name=row["name"],
            short_name=short[row["division_code"]],
            level=Level(row["level"]),
            parent_code=row["parent_code"] or None,
        )
        for row in rows
    ]
    order = list(Level)
    return sorted(divisions, key=lambda division: (order.index(division.level), division.code))


def parse_positions(
    content: bytes, known: Iterable[str] | None, file: str = "positions.csv"
) -> tuple[dict[str, Position], Problems]:
    """Positions by division code, and what is wrong with the file.

    ``known`` are the codes of the divisions file; None when that file is itself broken, and membership can't be told.
    """
    rows, problems = parse_table(content, file, POSITION_COLUMNS)
    codes = None if known is None else frozenset(known)
    lines = _lines_by_code(rows, problems)
    positions: dict[str, Position] = {}
    for row in rows:
        code = row["division_code"]
        if codes is not None and code not in codes:
            problems.add(row.line, _l("区划 %(code)s 不在 divisions.csv 里。", code=code))
        lon = _degrees(row, "lon", LONGITUDES, problems)
        lat = _degrees(row, "lat", LATITUDES, problems)
        if len(row["basis"]) > LONGEST_BASIS:
            problems.add(row.line, _l("依据超过 %(most)s 个字。", most=LONGEST_BASIS))
        if lon is not None and lat is not None and lines[code] == row.line:
            positions[code] = Position(lon, lat, row["basis"])
    return positions, problems


def _degrees(row: Row, column: str, limits: tuple[float, float], problems: Problems) -> float | None:
    try:
        value = float(row[column])
    except ValueError:
        problems.add(
            row.line, _l("%(column)s 应为度数，例如 108.76720，这里是“%(typed)s”。", column=column, typed=row[column])
        )
        return None
    if not limits[0] <= value <= limits[1]:  # also refuses nan
        problems.add(
            row.line,
            _l(
                "%(column)s 应在 %(least)s 和 %(most)s 之间，这里是 %(typed)s。",
                column=column,
                least=limits[0],
                most=limits[1],
                typed=row[column],
            ),
        )
        return None
    return value
