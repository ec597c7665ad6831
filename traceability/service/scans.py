"""How often codes are opened. Counts and times only; nothing about who opened them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.core import clock
from app.core.command import command
from app.core.database import db
from traceability.models import Lot, LotScan, MissKind, ScanMiss


@dataclass(frozen=True)
class Scans:
    """How often, and when first; ``first_at`` is None before the first scan."""

    count: int
    first_at: datetime | None


@command
def count_scan(gtin: str, code: str) -> uuid.UUID | None:
    """Count one opening of a lot's code; the lot's id, or None when there is no such lot."""
    lot = sa.select(Lot.id).where(Lot.gtin == gtin, Lot.code == code).scalar_subquery()
    now = clock.now()
    statement = (
        sa.update(LotScan)
        .where(LotScan.lot_id == lot)
        .values(
            count=LotScan.count + 1,
            first_at=sa.func.coalesce(LotScan.first_at, now, type_=LotScan.first_at.type),
            last_at=now,
        )
        .returning(LotScan.lot_id)
    )
    return db.session.scalar(statement.execution_options(synchronize_session=False))


def scans_of(lot_id: uuid.UUID) -> Scans:
    """The count of a lot."""
    row = db.session.get(LotScan, lot_id, populate_existing=True)
    return Scans(row.count, row.first_at) if row else Scans(0, None)


@command
def count_miss(kind: MissKind) -> None:
    """Count a code that led nowhere."""
    key: dict[str, Any] = {"day": clock.today(), "kind": kind}
    counted = sa.update(ScanMiss).filter_by(**key).values(count=ScanMiss.count + 1)
    done: Any = db.session.execute(counted)
    if done.rowcount:
        return
    try:
        with db.session.begin_nested():
            db.session.execute(sa.insert(ScanMiss).values(**key, count=1))
    except sa.exc.IntegrityError:  # somebody else's was the day's first, just now
        db.session.execute(counted)


def misses_since(day: Any) -> dict[MissKind, int]:
    """How many codes led nowhere since a day, by reason."""
    query = sa.select(ScanMiss.kind, sa.func.sum(ScanMiss.count)).where(ScanMiss.day >= day).group_by(ScanMiss.kind)
    return {kind: int(count) for kind, count in db.session.execute(query)}
