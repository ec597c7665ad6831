"""Files that people hand in as tables: read whole, or refused whole with every problem named by file and line.

A file from a county's office may be anything: GBK, UTF-16, half a download, a photo with the wrong ending. Whoever
reads one collects all that is wrong (:class:`Problems`) and stores nothing while there is anything wrong.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError

MOST_LISTED = 20
MAX_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True)
class FileProblem:
    """What is wrong, in which file, on which line (from 1; None when it concerns the whole file)."""

    file: str
    line: int | None
    reason: Any

    def __str__(self) -> str:
        if self.line is None:
            return str(_l("%(file)s：%(reason)s", file=self.file, reason=self.reason))
        return str(_l("%(file)s 第 %(line)s 行：%(reason)s", file=self.file, line=self.line, reason=self.reason))


class BrokenFiles(DomainError):
    """Files were refused whole. ``problems`` holds the first twenty, ``count`` says how many were found."""

    code = "broken-file"

    def __init__(self, problems: Sequence[FileProblem], *, field: str | None = "file") -> None:
        self.problems = list(problems[:MOST_LISTED])
        self.count = len(problems)
        super().__init__(_l("文件有 %(count)s 处不对，什么都没有存。", count=self.count), field=field)

    def __str__(self) -> str:
        listed = "\n".join(f"  {problem}" for problem in self.problems)
        return f"{self.message}\n{listed}"


@dataclass
class Problems:
    """Collects what is wrong with one file."""

    file: str
    found: list[FileProblem] = field(default_factory=list)

    def add(self, line: int | None, reason: Any) -> None:
        """Note one problem."""
        self.found.append(FileProblem(self.file, line, reason))

    def refuse(self, line: int | None, reason: Any) -> BrokenFiles:
        """The error that ends the reading of this file at once: ``raise problems.refuse(…)``."""
        self.add(line, reason)
        return BrokenFiles(self.found)


@dataclass(frozen=True)
class Row:
    """One line of a table: where it begins in the file (the heading is line 1) and its cells, stripped."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises BrokenFiles when it is absent, empty or too large to be what it should be."""
    problems = Problems(path.name)
    if not path.is_file():
        raise problems.refuse(None, _l("没有这个文件。"))
    if path.stat().st_size > MAX_BYTES:
        raise problems.refuse(None, _l("文件超过 20 MB。"))
    content = path.read_bytes()
    if not content.strip():
        raise problems.refuse(None, _l("文件是空的。"))
    return content


def decode(content: bytes, file: str) -> str:
    """Text from UTF-8 bytes, with or without a byte order mark. Raises BrokenFiles naming the first bad byte's line."""
    problems = Problems(file)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise problems.refuse(1, _l("这是 UTF-16 编码，请另存为 UTF-8。"))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise problems.refuse(line, _l("不是 UTF-8 编码（可能是 GBK），请另存为 UTF-8。")) from None
    if "\0" in text:
        raise problems.refuse(text.count("\n", 0, text.index("\0")) + 1, _l("有空字节，文件已损坏。"))
    return text


def parse_table(content: bytes, file: str, columns: Sequence[str]) -> tuple[list[Row], Problems]:
    """The rows of a CSV file whose heading has at least ``columns``, and a collector with the lines that don't fit.

    Blank lines are passed over, unknown columns kept. Raises BrokenFiles when no row can be read at all: wrong
    encoding, a missing column, nothing below the heading.
    """
    problems = Problems(file)
    reader = csv.reader(io.StringIO(decode(content, file), newline=""), strict=True)
    rows: list[Row] = []
    heading: list[str] | None = None
    line = 0
    try:
        for cells in reader:
            line, end = line + 1, reader.line_num
            stripped = [cell.strip() for cell in cells]
            if heading is None:
                heading = _heading(stripped, columns, problems)
            elif any(stripped):
                _take(rows, line, stripped, heading, problems)
            line = end
    except csv.Error as error:
        raise problems.refuse(line + 1, _l("引号或逗号不对，读不下去：%(what)s", what=str(error))) from None
    if not rows and not problems.found:
        raise problems.refuse(None, _l("只有表头或是空的，没有数据。"))
    return rows, problems


def _heading(cells: list[str], columns: Sequence[str], problems: Problems) -> list[str]:
    absent = [column for column in columns if column not in cells]
    if absent:
        raise problems.refuse(1, _l("表头缺少这些列：%(columns)s", columns=", ".join(absent)))
    if len(set(cells)) < len(cells):
        raise problems.refuse(1, _l("表头有重复的列。"))
    return cells


def _take(rows: list[Row], line: int, cells: list[str], heading: list[str], problems: Problems) -> None:
    if len(cells) != len(heading):
        problems.add(line, _l("有 %(cells)s 格，表头有 %(heading)s 列。", cells=len(cells), heading=len(heading)))
    elif any(not cell.isprintable() for cell in cells):
        problems.add(line, _l("有看不见的控制字符。"))
    else:
        rows.append(Row(line, dict(zip(heading, cells, strict=True))))
