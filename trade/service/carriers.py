"""Cash that belongs to carriers: taken at the counter, owed by the station, paid over to their couriers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import audit
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import in_scope
from stations.models import Station
from trade.models.ledger import Account, LedgerEntry, LedgerTransaction, TransactionCode
from trade.permissions import SERVICES_RECORD
from trade.rules import ledger as rules
from trade.rules.ledger import SubAccount
from trade.service import hot, ledger
from trade.service.places import Place, own_place, places_at

# On which account what was taken stands until the carrier has it.
PAYABLE = {
    TransactionCode.COD_COLLECTED: Account.COD_PAYABLE,
    TransactionCode.FREIGHT_COLLECTED: Account.CARRIER_FREIGHT,
}
_CODES = (*PAYABLE, TransactionCode.CARRIER_SETTLED)


@dataclass(frozen=True)
class Collection:
    """Cash taken for carriers at one counter, for one record: by whom, and each carrier's share in fen."""

    actor: Actor
    table: str
    id: uuid.UUID
    station_id: uuid.UUID
    memo: str
    shares: Mapping[SubAccount, int]


@dataclass(frozen=True)
class Owed:
    """What a station owes a carrier now, in fen."""

    carrier: SubAccount
    cod_fen: int
    freight_fen: int

    @property
    def total_fen(self) -> int:
        """Goods' money and freight together."""
        return self.cod_fen + self.freight_fen


@dataclass(frozen=True)
class CarrierCash:
    """A line of the day's list: cash taken for carriers, given back, or paid to one. In fen, positive when it came."""

    transaction: LedgerTransaction
    fen: int


def collect(code: TransactionCode, collections: Sequence[Collection]) -> int:
    """Book what was taken (COD_COLLECTED, FREIGHT_COLLECTED), in three statements however much it is.

    A collection without money is left out. Returns how many were booked.
    """
    due = [c for c in collections if any(c.shares.values())]
    stations = places_at({c.station_id for c in due}) if due else {}
    return len(ledger.post_many(_item(code, c, stations[c.station_id]) for c in due))


def _item(code: TransactionCode, c: Collection, place: Place) -> tuple[Actor, ledger.Reference, ledger.Posting]:
    amounts = {"total": sum(c.shares.values()), "shares": c.shares}
    entry = ledger.posting(code, amounts, {"station": place.sub_account})
    return c.actor, ledger.Reference(c.table, c.id, place.division_code, place.station_id, c.memo), entry


def give_back(actor: Actor, table: str, record_id: uuid.UUID, station_id: uuid.UUID, memo: str) -> int:
    """Take back what was booked for a record: its cash goes back over the counter. Returns how many postings."""
    place = places_at([station_id])[station_id]
    return ledger.reverse(actor, ledger.Reference(table, record_id, place.division_code, station_id, memo))


def owed(place: Place) -> list[Owed]:
    """What the station owes carriers, the most first; those that are owed nothing are left out."""
    hot.write(LedgerTransaction, LedgerEntry)
    query = (
        sa.select(LedgerEntry.account, LedgerEntry.sub_account, sa.func.max(LedgerEntry.sub_name), *_sums())
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(
            LedgerEntry.account.in_(list(PAYABLE.values())),
            LedgerEntry.division_code == place.division_code,
            LedgerTransaction.station_id == place.station_id,
        )
        .group_by(LedgerEntry.account, LedgerEntry.sub_account)
    )
    names: dict[str, str] = {}
    sums: dict[tuple[Account, str], int] = {}
    for account, key, name, debit, credit in db.session.execute(query):
        names[key] = name
        sums[account, key] = rules.balance(account, int(debit), int(credit))
    found = [
        Owed(SubAccount(key, name), *(sums.get((account, key), 0) for account in PAYABLE.values()))
        for key, name in names.items()
    ]
    return sorted((o for o in found if o.total_fen > 0), key=lambda o: (-o.total_fen, o.carrier.key))


def _sums() -> tuple[sa.ColumnElement[int], sa.ColumnElement[int]]:
    return sa.func.sum(LedgerEntry.debit_fen), sa.func.sum(LedgerEntry.credit_fen)


def cash_of_day(station_code: str, day: date) -> list[CarrierCash]:
    """What the drawer took and paid for carriers on a day, the latest first."""
    query = (
        sa.select(LedgerTransaction, LedgerEntry.debit_fen - LedgerEntry.credit_fen)
        .join(LedgerEntry, LedgerEntry.transaction_id == LedgerTransaction.id)
        .where(
            LedgerEntry.account == Account.CASH,
            LedgerEntry.sub_account == station_code,
            LedgerEntry.day == day,
            LedgerTransaction.code.in_(_CODES),
        )
        .order_by(LedgerTransaction.recorded_at.desc(), LedgerTransaction.id.desc())
    )
    return [CarrierCash(transaction, int(fen)) for transaction, fen in db.session.execute(query)]


def sums(lines: Sequence[CarrierCash]) -> dict[TransactionCode, int]:
    """A day's lines by what happened, in fen, positive when it came; what did not happen is left out."""
    return {code: sum(fen) for code in _CODES if (fen := [x.fen for x in lines if x.transaction.code is code])}


@command
@idempotent
def pay_carrier(
    *, actor: Actor, request_id: uuid.UUID | None = None, carrier: str, amount_fen: int
) -> LedgerTransaction:
    """Give a carrier's courier cash from the drawer of the actor's station, in fen.

    Raises InvalidInput (field ``carrier``) when the station owes that carrier nothing; (field ``amount_fen``) when it
    is nothing, or more than is owed.
    """
    actor.require(SERVICES_RECORD)
    place = own_place(actor)
    _hold(place.station_id)
    due = next((o for o in owed(place) if o.carrier.key == carrier), None)
    if due is None:
        raise InvalidInput(_l("现在不欠这家快递的钱。"), field="carrier")
    cod, freight = rules.settled(amount_fen, due.cod_fen, due.freight_fen)
    entry = ledger.posting(
        TransactionCode.CARRIER_SETTLED,
        {"cod": cod, "freight": freight, "total": amount_fen},
        {"carrier": due.carrier, "station": place.sub_account},
    )
    parts = f"{due.carrier.name}：货款 {format_fen(cod)}，运费 {format_fen(freight)}"
    reference = ledger.Reference(Station.__tablename__, place.station_id, place.division_code, place.station_id, parts)
    (key,) = ledger.post(actor, reference, [entry])
    hot.write(LedgerTransaction, LedgerEntry)
    booked = db.session.get_one(LedgerTransaction, key)
    text = f"付给{due.carrier.name} {format_fen(amount_fen)}（货款 {format_fen(cod)}，运费 {format_fen(freight)}）"
    audit.record(actor=actor, action="trade.carrier_paid", subject=booked, division_code=place.division_code, text=text)
    return booked


def _hold(station_id: uuid.UUID) -> None:
    """One payment of a station after the other: the second sees what the first left."""
    db.session.execute(sa.select(Station.id).where(Station.id == station_id).with_for_update(key_share=True))


def booked(code: TransactionCode, scope_code: str) -> dict[str, int]:
    """What the books say was taken and not given back, in fen by ``division carrier``: to compare with parcels."""
    query = (
        sa.select(LedgerEntry.division_code, LedgerEntry.sub_account, *_sums())
        .join(LedgerTransaction, LedgerTransaction.id == LedgerEntry.transaction_id)
        .where(
            LedgerEntry.account == PAYABLE[code],
            LedgerTransaction.code == code,
            in_scope(LedgerEntry.division_code, scope_code),
        )
        .group_by(LedgerEntry.division_code, LedgerEntry.sub_account)
    )
    found = {f"{division} {key}": int(c) - int(d) for division, key, d, c in db.session.execute(query)}
    return {key: fen for key, fen in found.items() if fen}
