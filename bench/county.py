"""The county that the rows are measured on: some months of the demonstration's year, made by the services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask

from app import create_app, seed
from app.cli.setting_up import prepare_database
from app.core import clock

ROOT = Path(__file__).resolve().parents[1]
DAYS = 90


@dataclass(frozen=True)
class County:
    """The application and the database file below it."""

    app: Flask
    database: Path


def prepared(folder: Path) -> County:
    """Make the county in a folder; takes some seconds."""
    database = folder / "xiangyi.db"
    app = create_app(
        DATA_DIR=str(folder),
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{database}",
        JOBS="inline",
        REDIS_URL=None,
        RATELIMIT_ENABLED=False,
        RATELIMIT_STORAGE_URI="memory://",
        WTF_CSRF_ENABLED=False,
        ARGON2=seed.CHEAP_HASHES,
    )
    with app.app_context():
        prepare_database()
        folder_of_county = ROOT / "data" / "counties" / "500242"
        seed.make_trade(seed=1, directory=folder_of_county, last_day=clock.today() - timedelta(days=1), days=DAYS)
    return County(app, database)
