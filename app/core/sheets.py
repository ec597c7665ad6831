"""Sheets out and in: XLSX with real numbers, CSV that opens rightly, and reading what people send back."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

import xlsxwriter
from flask_babel import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

Kind = Literal["text", "int", "fen", "quantity", "percent", "date", "moment"]

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_FORMATS: dict[str, str] = {
    "text": "@",
    "int": "#,##0",
    "fen": "#,##0.00",
    "quantity": "#,##0.###",
    "percent": "0.0%",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
_NOTE = "注："
_LONGEST_TEXT = 32767
_LARGEST_UNPACKED = 200 * 1024 * 1024
_MOST_ROWS = 100_000
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True)
class Column:
    """A column of a sheet: heading, what its values are, width in characters (None: from the content).

    Values by kind: text str · int int · fen int fen (shown as yuan) · quantity Decimal · percent a fraction (0.856) ·
    date date · moment aware datetime. None leaves the cell blank; a str in a column of figures stands as it is ("—").
    """

    label: str
    kind: Kind = "text"
    width: float | None = None


def write_xlsx(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    notes: Sequence[str] = (),
    *,
    author: str = "乡驿",
    at: datetime = datetime(2000, 1, 1, tzinfo=UTC),
) -> bytes:
    """A workbook of one sheet: heading row frozen and filterable, rows, a blank row, the definitions.

    Text stays text: nothing a person typed becomes a formula or a link. `at` is the date of making; the same arguments
    give the same bytes. ValueError when a row has not one value per column, a text is longer than a cell holds, or an
    amount has more digits than a sheet keeps.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title, "author": author, "created": at.astimezone(UTC).replace(tzinfo=None)})
    sheet = book.add_worksheet(_sheet_name(title))
    heading = book.add_format(
        {"bold": True, "bg_color": "#E8F2EC", "bottom": 1, "valign": "vcenter", "text_wrap": True}
    )
    formats = [book.add_format({"num_format": _FORMATS[column.kind]}) for column in columns]
    aside = book.add_format({"align": "right"})
    widths = [_display_width(column.label) + 2 for column in columns]
    for n, column in enumerate(columns):
        sheet.write_string(0, n, column.label, heading)
    row_number = 0
    for row_number, row in enumerate(rows, start=1):
        for n, (column, value) in enumerate(zip(columns, _checked(row, columns), strict=True)):
            _write(sheet, row_number, n, column, value, formats[n], aside)
            widths[n] = max(widths[n], _display_width(_as_text(column, value)) + 2)
    _finish(sheet, title, columns, widths, row_number)
    for n, note in enumerate(notes, start=row_number + 2):
        sheet.write_string(n, 0, _NOTE + note, book.add_format({"font_color": "#5B6B63"}))
    book.close()
    return out.getvalue()


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, so that spreadsheet programs read the Chinese; plain figures (1234.50, ISO dates).

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_harmless(column.label) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(c, value) for c, value in zip(columns, _checked(row, columns), strict=True)])
    return ("\ufeff" + out.getvalue()).encode()


def read_rows(content: bytes, filename: str) -> list[dict[str, str]]:
    """The rows of a first sheet (.xlsx, .xls, .ods) or a .csv (UTF-8 or GB18030) by the headings of the first row.

    All values are text without surrounding blanks: 12, 98.5, 2026-10-31. Blank rows are left out, and so are the notes
    that `write_xlsx` puts below a table. ValueError, in words for the person who sent it, for everything that cannot be
    read for certain: unknown type, broken file, no heading, two columns of one name, values beside the headings.
    """
    suffix = filename.rsplit(".", 1)[-1].lower()
    grid: Iterable[list[str]]
    if suffix in {"xlsx", "xls", "ods"}:
        grid = _sheet_rows(content)
    elif suffix == "csv":
        grid = _csv_rows(content)
    else:
        raise ValueError(_("请上传 .xlsx 或 .csv 表格文件"))
    numbered = [(n, row) for n, row in enumerate(grid, start=1) if any(row)]
    if not numbered:
        raise ValueError(_("表格是空的"))
    if len(numbered) > _MOST_ROWS:
        raise ValueError(_("表格超过 %(most)d 行，请分开上传", most=_MOST_ROWS))
    (_first, heading), *rest = numbered
    names = _headings(heading)
    return [_record(names, row, n) for n, row in rest if not _is_note(row)]


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\\x00-\x1f']", " ", title)[:31].strip() or "Sheet1"


def _checked(row: Sequence[object], columns: Sequence[Column]) -> Sequence[object]:
    if len(row) != len(columns):
        raise ValueError(f"the sheet has {len(columns)} columns, a row has {len(row)}")
    return row


def _write(sheet: Any, row: int, n: int, column: Column, value: object, style: Any, aside: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        if len(value) > _LONGEST_TEXT:
            raise ValueError(_("“%(column)s”里有超过 %(most)d 字的内容", column=column.label, most=_LONGEST_TEXT))
        sheet.write_string(row, n, value, style if column.kind == "text" else aside)
    elif column.kind in {"date", "moment"}:
        sheet.write_datetime(row, n, _plain_moment(value), style)
    else:
        sheet.write_number(row, n, _figure(column, value), style)


def _figure(column: Column, value: object) -> Decimal:
    """The number as the sheet shows it. A sheet keeps 15 digits; an amount with more would change without a word."""
    if column.kind == "text" or isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError(f"{column.label}: {value!r} is no {column.kind}")
    number = Decimal(value).scaleb(-2) if column.kind == "fen" else Decimal(value)
    if not number.is_finite() or (column.kind != "percent" and len(number.normalize().as_tuple().digits) > 15):
        raise ValueError(f"{column.label}: {value!r} has more digits than a sheet keeps")
    return number


def _plain_moment(value: object) -> date | datetime:
    """Sheets know no time zones: a moment is written as Shanghai's clock shows it."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(_SHANGHAI).replace(tzinfo=None)
    if isinstance(value, date):
        return value
    raise ValueError(f"{value!r} is no date")


def _as_text(column: Column, value: object) -> str:
    """The value as CSV has it and as its width is measured."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if column.kind in {"date", "moment"}:
        moment = _plain_moment(value)
        return f"{moment:%Y-%m-%d %H:%M}" if isinstance(moment, datetime) else moment.isoformat()
    number = _figure(column, value)
    return f"{number:.2f}" if column.kind == "fen" else f"{number:f}"


def _display_width(text: str) -> float:
    longest = max(text.split("\n"), key=len)[:60]
    return sum(2 if ord(char) > 0x2E7F else 1.1 for char in longest)


def _finish(sheet: Any, title: str, columns: Sequence[Column], widths: Sequence[float], last: int) -> None:
    """What makes the sheet pleasant to use and to print."""
    for n, column in enumerate(columns):
        sheet.set_column(n, n, column.width or min(max(widths[n], 8), 50))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    if last and columns:
        sheet.autofilter(0, 0, last, len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_header("&C" + title.replace("&", "&&")[:200])
    sheet.set_footer("&C第 &P 页 共 &N 页")


def _csv_cell(column: Column, value: object) -> str:
    text = _as_text(column, value)
    return _harmless(text) if isinstance(value, str) else text


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) else text


def _sheet_rows(content: bytes) -> Iterator[list[str]]:
    _refuse_bomb(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        grid = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise ValueError(_("这个表格文件打不开，可能已损坏或加了密码")) from error
    return ([_cell_text(cell) for cell in row] for row in grid)


def _refuse_bomb(content: bytes) -> None:
    """A small file can unpack to more than the machine has."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_UNPACKED:
            raise ValueError(_("表格太大，请分开上传"))


def _cell_text(cell: int | float | str | bool | time | date | datetime | timedelta) -> str:
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return f"{Decimal(f'{cell:.15g}'):f}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return str(cell).strip()


def _csv_rows(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    try:
        return [
            [_without_guard(cell.strip()).strip() for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), strict=True)
        ]
    except csv.Error as error:
        raise ValueError(_("CSV 文件里的引号或分隔符不对：%(error)s", error=str(error))) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ValueError(_("CSV 文件的编码不是 UTF-8 也不是 GB18030，请另存为 UTF-8"))


def _without_guard(cell: str) -> str:
    """Takes back the apostrophe that `write_csv` puts in front of what looks like a formula."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _headings(row: Sequence[str]) -> list[str]:
    names = list(row)
    while names and not names[-1]:
        names.pop()
    if "" in names:
        raise ValueError(_("第一行要写每一列的名称，第 %(n)d 列没有名称", n=names.index("") + 1))
    twice = [name for n, name in enumerate(names) if name in names[:n]]
    if twice:
        raise ValueError(_("第一行里“%(name)s”出现了两次", name=twice[0]))
    return names


def _is_note(row: Sequence[str]) -> bool:
    return row[0].startswith(_NOTE) and not any(row[1:])


def _record(names: Sequence[str], row: Sequence[str], number: int) -> dict[str, str]:
    if any(row[len(names) :]):
        raise ValueError(_("第 %(n)d 行的内容比第一行的列名多", n=number))
    padded = [*row, *[""] * (len(names) - len(row))]
    return dict(zip(names, padded, strict=False))
