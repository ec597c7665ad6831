"""Fixtures: the application on both engines, a session rolled back after each test, a logged-in client."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient

from app import create_app
from app.core import documents, seals
from app.core.database import Base, db
from tests.tools import need_postgres, need_redis

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=ENGINES, help="run the database tests on one engine only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that needs the application runs on every engine."""
    if "engine" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--engine")
        alone = metafunc.definition.get_closest_marker("one_engine")
        engines = ENGINES[:1] if alone else [chosen] if chosen else ENGINES
        metafunc.parametrize("engine", engines, scope="session")


@pytest.fixture(scope="session")
def database_url(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.db'}"
        return
    server = sa.make_url(need_postgres())
    name = f"xiangyi_test_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


def make_app(database_url: str, data_dir: Path, **more: Any) -> Flask:
    """An application for tests: its own database and data directory, jobs done at once."""
    settings = {
        "TESTING": True,
        "SECRET_KEY": "for tests only",
        "SQLALCHEMY_DATABASE_URI": database_url,
        "DATA_DIR": str(data_dir),
        "BASE_URL": "http://127.0.0.1:8000",
        "JOBS": "inline",
        "REDIS_URL": None,
        "RATELIMIT_STORAGE_URI": "memory://",
        "RATELIMIT_ENABLED": False,
        "WTF_CSRF_ENABLED": False,
    }
    return create_app(**(settings | more))


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_app(database_url, tmp_path_factory.mktemp("data"))
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "migrations"))
        Base.metadata.create_all(db.engine)  # the tests' own tables
        seals.make_key()
        documents.make_key()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """The database session of one test. Commands commit into a savepoint; the end of the test takes all of it back."""
    with app.app_context():
        connection = db.engine.connect()
        transaction = connection.begin()
        engines = db._app_engines[app]
        engine, engines[None] = engines[None], connection
        db.session.remove()
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield db.session
        finally:
            db.session.remove()
            engines[None] = engine
            transaction.rollback()
            connection.close()


class Browser(FlaskClient):
    """A test client whose requests inherit nothing (who was logged in, what was read) through the shared context."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        for remembered in ("_login_user", "actor", "csrf_token", "_flask_babel", "_division_mergers"):
            g.pop(remembered, None)
        return super().open(*args, **kwargs)


@pytest.fixture
def client(app: Flask, session: Any) -> FlaskClient:
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def login(client: FlaskClient) -> Callable[[Any], FlaskClient]:
    """``login(user)``: the client with that person's session."""

    def as_user(user: Any) -> FlaskClient:
        with client.session_transaction() as cookie:
            cookie["_user_id"] = user.get_id()
            cookie["_fresh"] = True
        return client

    return as_user


@pytest.fixture
def redis_url() -> str:
    return need_redis()


@pytest.fixture(autouse=True)
def _no_outside_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the person running the tests has in the environment doesn't change what they test."""
    for name in ("XIANGYI_DATABASE_URL", "XIANGYI_DATA_DIR", "XIANGYI_BASE_URL", "XIANGYI_SECRET_KEY", "XIANGYI_FONT"):
        monkeypatch.delenv(name, raising=False)


os.environ.setdefault("XIANGYI_DATA_DIR", str(ROOT / "var" / "tests"))
