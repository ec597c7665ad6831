"""The demo's trade: the same seed twice changes nothing, and the books hold."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.access import SYSTEM
from tests.factories.trade import create_product, operator_actor
from trade import seed
from trade.models import DayClose, Order, PurchaseService, SaleService
from trade.service import checks


def test_days_follow_each_other_and_the_second_time_nothing_happens(session: Any) -> None:
    actor, products = operator_actor(), [create_product(stock=10_000) for _ in range(3)]
    first = clock.today() - timedelta(days=20)

    def run() -> int:
        rng, made = Random(7), 0
        folk = seed.people(actor=actor, rng=rng, count=12)
        for n in range(20):
            day = first + timedelta(days=n)
            plan = seed.DayPlan(day, purchases=2, sales=2, until=clock.now())
            made += seed.record_day(actor=actor, rng=rng, plan=plan, folk=folk)
            made += seed.record_orders(actor=SYSTEM, rng=rng, day=day, count=2, catalogue=products, until=clock.now())
        return made

    assert run() == 120
    assert checks.check() == []
    assert run() == 0
    counted = {
        m: session.scalar(sa.select(sa.func.count()).select_from(m))
        for m in (PurchaseService, SaleService, Order, DayClose)
    }
    assert counted == {PurchaseService: 40, SaleService: 40, Order: 40, DayClose: 20}
