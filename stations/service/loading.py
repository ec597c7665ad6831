"""A county's files become divisions, all of them or none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.core import audit, clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.files import BrokenFiles, FileProblem, read_bytes
from app.core.scope import in_scope
from stations.models import Division, DivisionRename, Level
from stations.permissions import COUNTY_LOAD
from stations.rules.boundary import parse_boundary
from stations.rules.county_files import DivisionRow, Position, parse_divisions, parse_positions
from stations.service.mergers import mergers

# What a county's first file names stood before our records; a division that a later file adds is valid from that day.
BEFORE_RECORDS = date(1949, 10, 1)


@dataclass
class LoadReport:
    """What a load changed: names for what a person will want to check, numbers for the rest."""

    county_code: str
    county: str
    townships: int
    villages: int
    added: int = 0
    moved: int = 0
    renamed: list[str] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # in our records, not in the file: kept as they are
    boundary_changed: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything in the records is different now."""
        return bool(self.added or self.moved or self.renamed or self.revived or self.boundary_changed)

    def to_dict(self) -> dict[str, Any]:
        """Figures for programs."""
        return {
            "county": self.county,
            "county_code": self.county_code,
            "townships": self.townships,
            "villages": self.villages,
            "added": self.added,
            "renamed": self.renamed,
            "revived": self.revived,
            "moved": self.moved,
            "boundary_changed": self.boundary_changed,
            "missing": self.missing,
        }


@dataclass(frozen=True)
class CountyFiles:
    """A county as its files tell it; everything has been checked."""

    divisions: list[DivisionRow]
    positions: dict[str, Position]
    boundary: dict[str, Any]

    @property
    def county(self) -> DivisionRow:
        """The county itself."""
        return self.divisions[0]


def read_county(directory: Path) -> CountyFiles:
    """Read and check the three files of a county. Raises BrokenFiles with what is wrong in any of them."""
    problems: list[FileProblem] = []
    divisions: list[DivisionRow] = []
    positions: dict[str, Position] = {}
    boundary: dict[str, Any] = {}
    try:
        divisions, found = parse_divisions(read_bytes(directory / "divisions.csv"))
        problems += found.found
    except BrokenFiles as error:
        problems += error.problems
    known = [division.code for division in divisions] or None
    try:
        positions, found = parse_positions(read_bytes(directory / "positions.csv"), known)
        problems += found.found
    except BrokenFiles as error:
        problems += error.problems
    try:
        boundary, found = parse_boundary(read_bytes(directory / "boundary.geojson"), known[0] if known else None)
        problems += found.found
    except BrokenFiles as error:
        problems += error.problems
    if problems:
        raise BrokenFiles(problems)
    return CountyFiles(divisions, positions, boundary)


@command
def load_county_files(*, actor: Actor, directory: Path) -> LoadReport:
    """Load divisions, positions and boundary of a county; loading the same files again changes nothing.

    A changed name is kept with its date and in the audit trail; a division that the file no longer names stays, and
    the report says so. Raises BrokenFiles, and stores nothing, when anything in the files is wrong.
    """
    actor.require(COUNTY_LOAD)
    files = read_county(directory)
    stored = {
        d.code: d for d in db.session.scalars(sa.select(Division).where(in_scope(Division.code, files.county.code)))
    }
    levels = [row.level for row in files.divisions]
    report = LoadReport(files.county.code, files.county.name, levels.count(Level.TOWNSHIP), levels.count(Level.VILLAGE))
    valid_from = clock.today() if stored else BEFORE_RECORDS
    merged = {merger.code for merger in mergers()}
    for row in files.divisions:
        division = stored.get(row.code)
        if division is None:
            division = stored[row.code] = _add(row, valid_from)
            report.added += 1
        else:
            _update(actor, division, row, report, merged)
        _place(division, files.positions.get(row.code), report)
    _keep_boundary(stored[files.county.code], files.boundary, report)
    named = {row.code for row in files.divisions}
    report.missing = [d.name for code, d in sorted(stored.items()) if code not in named and d.valid_to is None]
    if report.changed:
        _record(actor, stored[files.county.code], report)
    db.session.flush()
    return report


def _add(row: DivisionRow, valid_from: date) -> Division:
    division = Division(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        level=row.level,
        parent_code=row.parent_code,
        is_key=False,
        valid_from=valid_from,
        loaded_at=clock.now(),
    )
    db.session.add(division)
    return division


def _update(actor: Actor, division: Division, row: DivisionRow, report: LoadReport, merged: Collection[str]) -> None:
    division.loaded_at = clock.now()
    division.short_name = row.short_name
    if division.code in merged:  # what people merged, an older file doesn't bring back
        return
    if division.valid_to is not None:
        division.valid_to = None
        report.revived.append(row.name)
    if division.name == row.name:
        return
    old, division.name = division.name, row.name
    report.renamed.append(f"{old} → {row.name}")
    db.session.add(
        DivisionRename(
            recorded_at=clock.now(),
            division_code=division.code,
            old_name=old,
            new_name=row.name,
            effective_on=clock.today(),
            actor_name=actor.name,
        )
    )
    audit.record(
        actor=actor,
        action="stations.division_renamed",
        subject=division,
        text=f"{old}更名为{row.name}。",
        division_code=division.code,
    )


def _place(division: Division, position: Position | None, report: LoadReport) -> None:
    if position is None:
        return
    if division.lon is not None and (division.lon, division.lat) != (position.lon, position.lat):
        report.moved += 1
    division.lon, division.lat, division.position_basis = position.lon, position.lat, position.basis or None


def _keep_boundary(county: Division, boundary: dict[str, Any], report: LoadReport) -> None:
    if county in db.session.new or county.boundary != boundary:
        report.boundary_changed = county not in db.session.new
        county.boundary = boundary


def _record(actor: Actor, county: Division, report: LoadReport) -> None:
    audit.record(
        actor=actor,
        action="stations.county_loaded",
        subject=county,
        text=(
            f"导入{county.name}区划：{report.townships} 个乡镇、{report.villages} 个村；新增 {report.added}，"
            f"更名 {len(report.renamed)}，位置改动 {report.moved}。"
        ),
        division_code=county.code,
        data=report.to_dict(),
    )
