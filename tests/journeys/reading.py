"""Reading what a person sees: tables, facts, figures, PDF pages, QR codes."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.tools import need

_ROWS = """table => [...table.tBodies[0].rows].map(row => ({
    cells: [...row.cells].map(cell => cell.textContent.trim()),
    total: row.classList.contains('total'),
    href: row.querySelector('a') ? row.querySelector('a').getAttribute('href') : null,
}))"""
_HEADS = "table => [...table.tHead.rows[0].cells].map(cell => cell.textContent.trim())"


@dataclass(frozen=True)
class Row:
    """A line of a table: its cells by their heading, where its first link leads, whether it is the total."""

    cells: dict[str, str]
    href: str | None
    is_total: bool

    @property
    def name(self) -> str:
        return next(iter(self.cells.values()))

    def fen(self, head: str) -> int:
        return fen(self.cells[head])


@dataclass(frozen=True)
class Table:
    rows: list[Row]
    total: Row | None


def read_table(page: Page, caption: str) -> Table:
    """The table whose caption holds the words."""
    table = page.locator("table").filter(has=page.locator("caption", has_text=caption)).last
    heads = table.evaluate(_HEADS)
    found = [
        Row(dict(zip(heads, row["cells"], strict=True)), row["href"], row["total"]) for row in table.evaluate(_ROWS)
    ]
    return Table([row for row in found if not row.is_total], next((row for row in found if row.is_total), None))


def fen(text: str) -> int:
    """``¥1,234.50`` and ``1,234.50`` as fen; ``—`` (not due) counts nothing."""
    plain = text.replace("¥", "").replace(",", "").strip()
    return 0 if plain in ("—", "") else int(Decimal(plain) * 100)


def fact(page: Page, label: str) -> str:
    """What stands behind a word in a list of facts."""
    term = page.locator("dt", has_text=re.compile(rf"^\s*{label}\s*$"))
    return page.locator("dl.facts div").filter(has=term).locator("dd").first.inner_text().strip()


def figure(page: Page, label: str) -> Locator:
    """A figure of the row of figures: its number."""
    box = page.locator(".figure").filter(has=page.locator("small", has_text=label)).first
    return box.locator("b")


def press(page: Page, words: str | re.Pattern[str]) -> None:
    """Press a button of the page (not of the bar)."""
    page.locator("main").get_by_role("button", name=words).first.click()


def follow(page: Page, words: str) -> None:
    """Follow a link of the page (not of the bar)."""
    page.locator("main").get_by_role("link", name=words).first.click()


def pages_of(pdf: Path, dots_per_inch: int, *, first_only: bool = False) -> list[Path]:
    """The pages of a PDF as pictures beside it."""
    out = pdf.with_suffix("")
    only = ["-l", "1"] if first_only else []
    command = [need("pdftoppm"), "-png", "-r", str(dots_per_inch), *only, str(pdf), str(out)]
    subprocess.run(command, check=True, timeout=120)
    return sorted(pdf.parent.glob(f"{out.name}-*.png"))


def codes_in(picture: Path) -> list[str]:
    """What the QR codes on a picture say."""
    command = [need("zbarimg"), "--raw", "--quiet", "-Sdisable", "-Sqrcode.enable", str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.stdout.split()
