"""A station's day: its list, its cash, and 日结."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.money import format_fen
from trade.models.ledger import Account, LedgerEntry, LedgerTransaction, TransactionCode
from trade.models.services import DayClose, PurchaseService, PurchaseStatus, SaleService, SaleStatus, StationDay
from trade.permissions import SERVICES_RECORD
from trade.rules import services as rules
from trade.rules.services import CashDay
from trade.service import hot, ledger
from trade.service.numbers import last_number
from trade.service.places import Place, own_place

Entry = PurchaseService | SaleService


@dataclass(frozen=True)
class DaySummary:
    """What a station recorded on one day; voided records are not counted. Amounts in fen."""

    day: date
    purchases: int
    purchase_fen: int
    sales: int
    sale_fen: int
    last_number: int
    cash: CashDay


def _totals(model: Any, amount: str, voided: Any) -> sa.Select[Any]:
    columns = model.__table__.c
    return sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(columns[amount]), 0)).where(
        columns.station_id == sa.bindparam("of_station"),
        columns.day == sa.bindparam("on_day"),
        columns.status != voided,
    )


_PURCHASES = _totals(PurchaseService, "total_fen", PurchaseStatus.VOIDED)
_SALES = _totals(SaleService, "amount_fen", SaleStatus.VOIDED)


def day_summary(station_id: uuid.UUID, station_code: str, day: date) -> DaySummary:
    """The day of a station as it stands now."""
    hot.write(PurchaseService, SaleService)
    keys = {"of_station": station_id, "on_day": day}
    purchases, purchase_fen = hot.run(_PURCHASES, keys).one()
    sales, sale_fen = hot.run(_SALES, keys).one()
    number, cash = last_number(station_id, day), cash_day(station_code, day)
    return DaySummary(day, purchases, int(purchase_fen), sales, int(sale_fen), number, cash)


def records_of_day(station_id: uuid.UUID, day: date) -> list[Entry]:
    """The station's records of a day, the latest first."""
    found: list[Entry] = []
    for model in (PurchaseService, SaleService):
        found += db.session.scalars(sa.select(model).where(model.station_id == station_id, model.day == day))
    return sorted(found, key=lambda r: r.number, reverse=True)


def cash_day(station_code: str, day: date) -> CashDay:
    """The station's cash on that day, by the ledger."""
    return CashDay(*ledger.turnover(Account.CASH, station_code, day))


def last_close(station_id: uuid.UUID, day: date | None = None) -> DayClose | None:
    """The station's latest close, or the latest revision of one day's."""
    query = sa.select(DayClose).where(DayClose.station_id == station_id)
    if day is not None:
        query = query.where(DayClose.day == day)
    return db.session.scalar(query.order_by(DayClose.day.desc(), DayClose.revision.desc()).limit(1))


def list_closes(station_id: uuid.UUID, limit: int = 10) -> Sequence[DayClose]:
    """The station's latest closes, corrections included, newest first."""
    query = sa.select(DayClose).where(DayClose.station_id == station_id)
    return db.session.scalars(query.order_by(DayClose.day.desc(), DayClose.revision.desc()).limit(limit)).all()


def waiting(station_id: uuid.UUID) -> tuple[int, int, int]:
    """What waits at a station: purchases that arrived and are not signed for, unpaid sales, and their sum in fen."""
    arrived = sa.select(sa.func.count()).where(
        PurchaseService.station_id == station_id, PurchaseService.status == PurchaseStatus.ARRIVED
    )
    unpaid = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(SaleService.amount_fen), 0)).where(
        SaleService.station_id == station_id, SaleService.status == SaleStatus.RECORDED
    )
    sales, fen = db.session.execute(unpaid).one()
    return db.session.scalar(arrived) or 0, int(sales), int(fen)


def last_open_day(station_id: uuid.UUID, before: date) -> date | None:
    """The latest day before ``before`` with a record, or cash taken for parcels, that no close covers."""
    latest = last_close(station_id)
    counter: Any = StationDay.__table__.c
    recorded = sa.select(sa.func.max(counter.day)).where(counter.station_id == station_id, counter.day < before)
    taken = sa.select(sa.func.max(LedgerTransaction.day)).where(
        LedgerTransaction.station_id == station_id,
        LedgerTransaction.day < before,
        LedgerTransaction.code.in_((TransactionCode.COD_COLLECTED, TransactionCode.FREIGHT_COLLECTED)),
    )
    if latest is not None:
        recorded, taken = recorded.where(counter.day > latest.day), taken.where(LedgerTransaction.day > latest.day)
    found = [day for day in (db.session.scalar(recorded), db.session.scalar(taken)) if day is not None]
    return max(found, default=None)


@command
@idempotent
def close_day(
    *, actor: Actor, request_id: uuid.UUID | None = None, day: date, counted_fen: int, note: str = ""
) -> DayClose:
    """日结: the cash was counted. A day that is closed already gets a further revision; the earlier one stays.

    The difference to the books is booked, so that the next day opens with what is really in the drawer. Raises
    DayNotOpen (field ``day``), ReasonMissing (field ``note``) when the count differs without a reason, NoStation.
    """
    actor.require(SERVICES_RECORD)
    place = own_place(actor)
    latest = last_close(place.station_id)
    rules.check_close(day, clock.today(), latest.day if latest else None)
    former = latest if latest is not None and latest.day == day else None
    if former is not None:
        ledger.reverse(actor, _reference(former.id, place, f"更正 {day} 日结"), day=day)
    summary = day_summary(place.station_id, place.station_code, day)
    difference = rules.check_count(summary.cash.expected_fen, counted_fen, note)
    closed = hot.insert_one(DayClose, _row(actor, place, summary, counted_fen, note, former))
    _book_difference(actor, place, closed, difference)
    audit.record(
        actor=actor,
        action="trade.day_closed",
        subject=closed,
        division_code=place.division_code,
        text=f"{day} 日结：现金 {format_fen(counted_fen)}，与账上相差 {format_fen(difference)}",
    )
    return closed


def _row(
    actor: Actor, place: Place, summary: DaySummary, counted_fen: int, note: str, former: DayClose | None
) -> dict[str, object]:
    return {
        "id": ids.new_id(),
        "recorded_at": clock.now(),
        "station_id": place.station_id,
        "station_name": place.station_name,
        "division_code": place.division_code,
        "day": summary.day,
        "revision": former.revision + 1 if former else 1,
        "operator_id": actor.id,
        "operator_name": actor.name,
        "last_number": summary.last_number,
        "purchases": summary.purchases,
        "purchase_fen": summary.purchase_fen,
        "sales": summary.sales,
        "sale_fen": summary.sale_fen,
        "opening_fen": summary.cash.opening_fen,
        "cash_in_fen": summary.cash.in_fen,
        "cash_out_fen": summary.cash.out_fen,
        "expected_fen": summary.cash.expected_fen,
        "counted_fen": counted_fen,
        "note": note.strip(),
    }


def _book_difference(actor: Actor, place: Place, closed: DayClose, difference: int) -> None:
    if difference:
        code = TransactionCode.CASH_OVER if difference > 0 else TransactionCode.CASH_SHORT
        entry = ledger.posting(code, {"amount": abs(difference)}, {"station": place.sub_account})
        reference = _reference(closed.id, place, f"{closed.day} 日结 {closed.note}")
        ledger.post(actor, reference, [entry], day=closed.day)


def _reference(close_id: uuid.UUID, place: Place, memo: str) -> ledger.Reference:
    return ledger.Reference(DayClose.__tablename__, close_id, place.division_code, place.station_id, memo)


@command
@idempotent
def move_cash(
    *, actor: Actor, request_id: uuid.UUID | None = None, code: TransactionCode, amount_fen: int
) -> LedgerTransaction:
    """领备用金 (FLOAT_RECEIVED) or 上交现金 (CASH_HANDED_IN) at the actor's station, in fen.

    Raises InvalidInput (field ``amount_fen``) when it is nothing, or more than the drawer should hold.
    """
    actor.require(SERVICES_RECORD)
    place = own_place(actor)
    if code not in (TransactionCode.FLOAT_RECEIVED, TransactionCode.CASH_HANDED_IN):
        raise InvalidInput(_l("只能领备用金或上交现金。"), field="code")
    if amount_fen <= 0:
        raise InvalidInput(_l("金额要大于 0。"), field="amount_fen")
    drawer = cash_day(place.station_code, clock.today()).expected_fen
    if code is TransactionCode.CASH_HANDED_IN and amount_fen > drawer:
        raise InvalidInput(_l("账上只有 %(cash)s，不能上交更多。", cash=format_fen(drawer)), field="amount_fen")
    reference = ledger.Reference("station", place.station_id, place.division_code, place.station_id, str(code.label))
    entry = ledger.posting(code, {"amount": amount_fen}, {"station": place.sub_account})
    (key,) = ledger.post(actor, reference, [entry])
    hot.write(LedgerTransaction, LedgerEntry)
    booked = db.session.get_one(LedgerTransaction, key)
    text = f"{code.label} {format_fen(amount_fen)}"
    audit.record(actor=actor, action="trade.cash_moved", subject=booked, division_code=place.division_code, text=text)
    return booked
