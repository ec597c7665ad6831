"""The example of the environment names every setting, and no other; so does the table in the documents."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SETTING = r"\b(?:XIANGYI_[A-Z_]+|REDIS_URL)\b"


def read_by_the_program() -> set[str]:
    return set(re.findall(rf'env\.get\("({SETTING})"', (ROOT / "config.py").read_text()))


def test_the_example_names_every_setting() -> None:
    example = (ROOT / "deploy" / "xiangyi.env.example").read_text()
    assert set(re.findall(rf"^#?({SETTING})=", example, re.M)) == read_by_the_program()


def test_the_documents_name_every_setting() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert set(re.findall(rf"^\| `({SETTING})`", page, re.M)) == read_by_the_program()


def test_the_proxy_lets_through_what_the_program_takes() -> None:
    config = (ROOT / "config.py").read_text()
    megabytes = re.search(r'"MAX_CONTENT_LENGTH": (\d+) \* 1024 \* 1024', config)
    assert megabytes is not None
    assert f"client_max_body_size {megabytes[1]}m;" in (ROOT / "deploy" / "nginx.conf.example").read_text()
