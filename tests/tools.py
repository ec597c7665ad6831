"""What a test needs of the machine.

Absent: the test is skipped and says why; with XIANGYI_REQUIRE_SERVICES=1 it fails.
"""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path
from typing import Any, NoReturn

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

SHARED = Path(__file__).resolve().parents[2] / "shared"
POSTGRES_URL = os.environ.get("XIANGYI_TEST_POSTGRES_URL", "postgresql+psycopg://127.0.0.1:5432/postgres?user=postgres")
REDIS_URL = os.environ.get("XIANGYI_TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def missing(what: str) -> NoReturn:
    """Skip for want of ``what``, or fail where everything must be there."""
    reason = f"needs {what}, which this machine does not have"
    if os.environ.get("XIANGYI_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def need(tool: str) -> str:
    """The path of a program, e.g. ``pdftotext``."""
    path = shutil.which(tool)
    return path or missing(tool)


def need_chromium() -> str:
    """The path of Chromium."""
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    missing("Chromium")


def need_shared(relative: str) -> Path:
    """A file of the shared material beside the project."""
    path = SHARED / relative
    if not path.exists():
        pytest.skip(f"needs ../shared/{relative}, which is not beside this checkout")
    return path


def need_postgres() -> str:
    """The URL of a PostgreSQL server where databases may be made."""
    engine = sa.create_engine(POSTGRES_URL, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return POSTGRES_URL
    except sa.exc.OperationalError:
        missing("PostgreSQL")
    finally:
        engine.dispose()


def need_redis() -> str:
    """The URL of a Redis server."""
    import redis

    try:
        redis.Redis.from_url(REDIS_URL, socket_connect_timeout=3).ping()
    except redis.RedisError:
        missing("Redis")
    return REDIS_URL


def sheet_rows(content: bytes) -> list[list[Any]]:
    """The first sheet of an XLSX file as rows of cells."""
    return list(CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python())
