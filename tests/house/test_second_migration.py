"""What stood on an acceptance before there were construction projects is moved, not lost."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.database import db
from tests.conftest import ROOT, make_app
from tests.tools import need_postgres

COUNTY, VILLAGE = "500242000000", "500242104201"
NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)


@pytest.fixture
def former(engine: str, tmp_path: Path) -> Iterator[Flask]:
    """An application whose database stands at the first migration."""
    name = f"xiangyi_test_{uuid.uuid4().hex[:12]}"
    admin = None
    url = f"sqlite:///{tmp_path / 'former.db'}"
    if engine == "postgresql":
        server = sa.make_url(need_postgres())
        admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        url = server.set(database=name).render_as_string(hide_password=False)
    app = make_app(url, tmp_path)
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "migrations"), revision="0001")
        yield app
        db.session.remove()
        db.engine.dispose()
    if admin is not None:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        admin.dispose()


def insert(connection: sa.Connection, into: str, **facts: Any) -> None:
    """A row as it was stored then: what is not said is empty."""
    table = sa.Table(into, sa.MetaData(), autoload_with=connection, resolve_fks=False)
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name in facts:
            value = facts[column.name]
            as_text = isinstance(value, uuid.UUID) and not isinstance(column.type, sa.Uuid)
            row[column.name] = value.hex if as_text else value
        elif not column.nullable:
            row[column.name] = _empty(column)
    connection.execute(sa.insert(table), [row])


def _empty(column: sa.Column[Any]) -> Any:
    return {datetime: NOW, date: NOW.date(), bool: False, str: "", dict: {}}.get(column.type.python_type, 0)


def test_an_acceptance_gets_its_project_with_invoice_and_equipment(former: Flask) -> None:
    station, acceptance = uuid.uuid4(), uuid.uuid4()
    place = {"division_code": VILLAGE}
    with db.engine.begin() as connection:
        insert(connection, "division", code=COUNTY, name="县", short_name="县", level="county")
        insert(connection, "division", code=VILLAGE, name="村", short_name="村", level="village", parent_code=COUNTY)
        insert(connection, "station", id=station, code="1", kind="village_point", status="self_inspected", **place)
        insert(
            connection,
            "acceptance",
            id=acceptance,
            station_id=station,
            station_name="花莲村服务点",
            station_kind="village_point",
            payee_code=COUNTY,
            payee_name="龙潭镇人民政府",
            approved_fen=1_234_500,
            status="submitted",
            template_basis=[],
            opened_at=NOW,
            **place,
        )
        insert(connection, "construction_invoice", id=uuid.uuid4(), acceptance_id=acceptance, number="12345678")
        insert(
            connection, "station_equipment", id=uuid.uuid4(), acceptance_id=acceptance, model="四层", asset_label="A-7"
        )
    flask_migrate.upgrade(directory=str(ROOT / "migrations"))
    with db.engine.connect() as connection:
        told = "SELECT p.station_name, p.status, p.approved_fen, p.payee_name, a.subject, a.subject_name, a.year"
        joined = " FROM acceptance a JOIN construction_project p ON p.id = a.project_id"
        row = connection.execute(sa.text(told + joined)).one()
        assert tuple(row) == (
            "花莲村服务点", "completed", 1_234_500, "龙潭镇人民政府", "village_point", "花莲村服务点", 2026,
        )  # fmt: skip
        owners = "SELECT i.project_id = a.project_id, e.project_id = a.project_id, e.model"
        both = " FROM acceptance a, construction_invoice i, station_equipment e"
        assert tuple(connection.execute(sa.text(owners + both)).one()) == (True, True, "四层 A-7")
