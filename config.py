"""Configuration, read from the environment. None of it is needed to run."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent


def from_environment(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The application's settings.

    Reads ``XIANGYI_DATABASE_URL``, ``XIANGYI_DATA_DIR``, ``XIANGYI_BASE_URL``, ``XIANGYI_SECRET_KEY``,
    ``XIANGYI_FONT``, ``XIANGYI_TOTP_REQUIRED``, ``XIANGYI_TRUSTED_PROXIES`` and ``REDIS_URL``; see
    ``docs/architecture.md``. Raises ValueError for a number of proxies that is none.
    """
    env = os.environ if environ is None else environ
    data_dir = Path(env.get("XIANGYI_DATA_DIR") or ROOT / "var").resolve()
    redis_url = env.get("REDIS_URL") or None
    base_url = (env.get("XIANGYI_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    return {
        "DATA_DIR": str(data_dir),
        "SQLALCHEMY_DATABASE_URI": database_url(env.get("XIANGYI_DATABASE_URL"), data_dir),
        "BASE_URL": base_url,
        "FONT": env.get("XIANGYI_FONT") or None,
        "REDIS_URL": redis_url,
        "SECRET_KEY": env.get("XIANGYI_SECRET_KEY") or stored_secret(data_dir),
        "JOBS": "thread",
        "TOTP_REQUIRED": env.get("XIANGYI_TOTP_REQUIRED", "1") != "0",
        "TRUSTED_PROXIES": proxies(env.get("XIANGYI_TRUSTED_PROXIES")),
        "JOB_QUEUE": "xiangyi",
        "RATELIMIT_STORAGE_URI": redis_url or "memory://",
        "RATELIMIT_HEADERS_ENABLED": True,
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": base_url.startswith("https://"),
        "PERMANENT_SESSION_LIFETIME": 60 * 60 * 24 * 14,
        "WTF_CSRF_TIME_LIMIT": 60 * 60 * 24,
        "SEND_FILE_MAX_AGE_DEFAULT": 60 * 60 * 24 * 365,  # static files carry their hash in the URL
        "BABEL_DEFAULT_LOCALE": "zh_Hans_CN",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
    }


def database_url(given: str | None, data_dir: Path) -> str:
    """SQLite in the data directory unless told otherwise; a plain ``postgresql://`` URL gets the psycopg 3 driver."""
    if not given:
        return f"sqlite:///{data_dir / 'xiangyi.db'}"
    for scheme in ("postgresql://", "postgres://"):
        if given.startswith(scheme):
            return "postgresql+psycopg://" + given.removeprefix(scheme)
    return given


def proxies(given: str | None) -> int:
    """How many proxies in front are believed when they say who asks: 0 unless told otherwise."""
    if not given:
        return 0
    if not (given.isascii() and given.isdecimal()):
        raise ValueError(f"XIANGYI_TRUSTED_PROXIES is a number of proxies such as 1, not {given!r}")
    return int(given)


def stored_secret(data_dir: Path) -> str:
    """The session secret kept in the data directory (mode 0600), made the first time."""
    path = data_dir / "keys" / "session-secret"
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
        return path.read_text()
