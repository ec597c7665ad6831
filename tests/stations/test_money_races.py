"""Two people pay at the same moment, on a database of their own with real commits."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Condition
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.database import Base, db
from app.core.errors import Conflict, DomainError
from stations.errors import NotEnoughMoney, SubsidyExists
from stations.service import money as service
from stations.service.money import ledger
from tests.conftest import make_app
from tests.factories import money as make
from tests.factories.acceptance import paper
from tests.factories.actors import HUB
from tests.tools import need_postgres

ROUNDS = 3


@pytest.fixture
def busy_app(engine: str, tmp_path: Path) -> Iterator[Flask]:
    if engine == "sqlite":
        app = make_app(f"sqlite:///{tmp_path / 'busy.db'}", tmp_path)
        with app.app_context():
            Base.metadata.create_all(db.engine)
        yield app
        return
    server = sa.make_url(need_postgres())
    name = f"xiangyi_busy_{uuid.uuid4().hex[:12]}"
    admin = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    app = make_app(server.set(database=name).render_as_string(hide_password=False), tmp_path)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


class Meeting:
    """Whoever has checked the balance and is about to write waits a moment for somebody else to get as far.

    Where the fund's row is held, nobody else comes; where it isn't, both write and the test fails, every time.
    """

    def __init__(self) -> None:
        self.is_on, self.here, self.came = False, 0, Condition()

    def wait(self) -> None:
        with self.came:
            self.here += 1
            self.came.notify_all()
            self.came.wait_for(lambda: self.here > 1, timeout=0.7)


@pytest.fixture
def meeting(monkeypatch: pytest.MonkeyPatch) -> Meeting:
    """Switched on by the test once its rows are there."""
    met, write = Meeting(), ledger.write

    def slowly(*args: Any, **kwargs: Any) -> Any:
        if met.is_on:
            met.wait()
        return write(*args, **kwargs)

    monkeypatch.setattr(ledger, "write", slowly)
    return met


def at_once(app: Flask, verbs: Sequence[Callable[[], Any]]) -> list[DomainError | None]:
    """Start all of them together; what each was refused with, or None."""
    start = Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> DomainError | None:
        with app.app_context():
            db.session.execute(sa.text("SELECT 1"))  # the connection is there before the race
            db.session.rollback()
            start.wait()
            try:
                verb()
            except DomainError as error:
                return error
            return None

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def payment(instalment_id: uuid.UUID, voucher: str) -> Callable[[], Any]:
    facts = {"actor": HUB, "request_id": None, "paid_on": make.days_ago(1), "file": paper("凭证")}
    return lambda: service.pay_instalment(instalment_id=instalment_id, voucher=voucher, **facts)


def test_two_payments_race_for_the_last_money(busy_app: Flask, meeting: Meeting) -> None:
    with busy_app.app_context():
        fund_id = make.create_fund(arrived=10_000_000).id
        fund = service.get_fund(HUB, fund_id)
        station = make.approve(make.create_subsidy(fund).instalments[0]).id
        centre = {
            "fund_id": fund_id,
            "actor": HUB,
            "request_id": None,
            "day": make.days_ago(1),
            "amount_fen": 6_000_000,
        }
        centre |= {"category": "upstream", "party_name": "物流公司", "purpose": "冷链设备"}
        verbs = [payment(station, "A"), lambda: service.pay_out(**centre, voucher="B", file=paper("凭证"))]
    meeting.is_on = True
    errors = at_once(busy_app, verbs)
    assert [type(error) for error in errors if error] == [NotEnoughMoney]
    with busy_app.app_context():
        assert service.fund_overview(service.get_fund(HUB, fund_id)).balance == 4_000_000
        assert service.check_funds() == []


def test_two_people_pay_the_same_instalment(busy_app: Flask, meeting: Meeting) -> None:
    with busy_app.app_context():
        fund = make.create_fund(arrived=100_000_000)
        fund_id = fund.id
        part = make.approve(make.create_subsidy(fund).instalments[0]).id
        verbs = [payment(part, f"V-{n}") for n in range(4)]
    meeting.is_on = True
    errors = at_once(busy_app, verbs)
    assert [type(error) for error in errors if error] == [Conflict] * 3
    with busy_app.app_context():
        assert service.fund_overview(service.get_fund(HUB, fund_id)).balance == 94_000_000
        assert service.check_funds() == []


def test_a_payment_and_the_reversal_of_its_money_race(busy_app: Flask, meeting: Meeting) -> None:
    with busy_app.app_context():
        fund = make.create_fund()
        fund_id = fund.id
        arrival = make.create_arrival(fund, amount_fen=6_000_000).id
        part = make.approve(make.create_subsidy(fund).instalments[0]).id
        back = {"actor": HUB, "request_id": None, "entry_id": arrival, "reason": "多记"}
        verbs = [payment(part, "V"), lambda: service.reverse_entry(**back)]
    meeting.is_on = True
    errors = at_once(busy_app, verbs)
    assert [type(error) for error in errors if error] == [NotEnoughMoney]
    with busy_app.app_context():
        assert service.fund_overview(service.get_fund(HUB, fund_id)).balance == 0
        assert service.check_funds() == []


def test_two_people_grant_the_same_place(busy_app: Flask) -> None:
    with busy_app.app_context():
        fund_id = make.create_fund().id
        projects = [make.create_village_project().id for _ in range(2)]
        facts = {"actor": HUB, "request_id": None, "fund_id": fund_id, "approved_fen": 1_000_000, "own_fen": 0}
        facts |= {"own_source": "", "reference": "21 号", "granted_on": make.days_ago(1)}
        verbs = [lambda p=p: service.grant_subsidy(project_id=p, **facts) for p in projects]
    errors = at_once(busy_app, verbs)
    assert [type(error) for error in errors if error] == [SubsidyExists]
