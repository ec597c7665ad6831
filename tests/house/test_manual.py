"""The manual quotes only words that stand on the pages, and points only at what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.cli import cli
from app.factory import DOMAINS

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual.zh.md"
PAPERS = sorted(
    [ROOT / "README.md", ROOT / "README.zh.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").glob("*.md")]
)


def words_of_pages() -> str:
    """Everything that may come onto a page: templates, forms, views, labels."""
    files = [
        path
        for package in ("app", *DOMAINS)
        for ending in ("*.py", "*.html")
        for path in (ROOT / package).rglob(ending)
    ]
    return "\n".join(path.read_text() for path in files)


def quoted(manual: str) -> list[str]:
    """What stands in “ ”; an ellipsis or a ¥ stands for what the page fills in."""
    whole = [found.replace("\n", "") for found in re.findall(r"“([^”]+)”", manual)]
    return [part.strip() for words in whole for part in re.split("[…¥]", words) if part.strip()]


def test_every_quoted_word_is_on_a_page() -> None:
    pages, words = words_of_pages(), quoted(MANUAL.read_text())
    assert len(words) > 100
    assert [word for word in words if word not in pages] == []


def test_every_command_it_names_is_one() -> None:
    named = {name for paper in PAPERS for name in re.findall(r"(?:`|bin/)xiangyi ([a-z-]+)", paper.read_text())}
    not_yet = {"backup"}  # named as what does not exist
    assert named - set(cli.commands) - not_yet == set()


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(paper: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", paper.read_text())
    assert [t for t in targets if "://" not in t and not (paper.parent / t).exists()] == []
