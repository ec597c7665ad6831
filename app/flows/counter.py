"""The village's counter: where a parcel changes hands, cash may too, and the books hear of it in one transaction."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence

from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.idempotency import idempotent
from logistics import service as logistics
from logistics.models import Parcel, ParcelStatus, Pickup
from logistics.rules.carriers import shown_name
from logistics.service import Cash, HandOut, Sending
from trade.models import TransactionCode
from trade.rules.ledger import SubAccount
from trade.service import carriers
from trade.service.carriers import Collection


@command
@idempotent
def pick_up(*, actor: Actor, request_id: uuid.UUID | None = None, hand_out: HandOut) -> Pickup:
    """Hand parcels out to one person; a relative may come and leaves their name. Cash on delivery is booked.

    Raises NothingTicked, InvalidInput for a relative without a name, WrongAmount when the ticked parcels cost another
    sum than the button said, ChangedMeanwhile when one of them no longer waits here.
    """
    return db.session.get_one(Pickup, pick_up_many(actor=actor, hand_outs=[hand_out])[0])


@command
def pick_up_many(*, actor: Actor, hand_outs: Sequence[HandOut]) -> list[uuid.UUID]:
    """Several hand-outs in one transaction; returns the ids of the pickups. Raises as :func:`pick_up`."""
    pickups = logistics.pick_up_many(actor=actor, hand_outs=hand_outs)
    cash = logistics.cash_of([i for item in hand_outs for i in item.parcel_ids])
    taken = [
        _collection(logistics.doer(actor, item.by), Pickup.__tablename__, key, [cash[i] for i in due])
        for key, item in zip(pickups, hand_outs, strict=True)
        if (due := [i for i in dict.fromkeys(item.parcel_ids) if i in cash])
    ]
    carriers.collect(TransactionCode.COD_COLLECTED, taken)
    return pickups


@command
@idempotent
def send(*, actor: Actor, request_id: uuid.UUID | None = None, sending: Sending) -> Parcel:
    """Accept a parcel that a villager sends (寄件); its freight is booked.

    Raises InvalidInput when the goods were not looked at, DoubleWaybill.
    """
    return db.session.get_one(Parcel, send_many(actor=actor, sendings=[sending])[0])


@command
def send_many(*, actor: Actor, sendings: Sequence[Sending]) -> list[uuid.UUID]:
    """Accept parcels at village points; returns their ids. As :func:`send`, for several people's work at once."""
    parcels = logistics.accept_many(actor=actor, sendings=sendings)
    cash = logistics.cash_of(parcels)
    taken = [
        _collection(logistics.doer(actor, sending.by), Parcel.__tablename__, key, [cash[key]])
        for key, sending in zip(parcels, sendings, strict=True)
        if key in cash
    ]
    carriers.collect(TransactionCode.FREIGHT_COLLECTED, taken)
    return parcels


def _collection(actor: Actor, table: str, record_id: uuid.UUID, cash: Sequence[Cash]) -> Collection:
    """One record's cash, each carrier its share; a parcel brings either goods' money or freight."""
    shares: Counter[SubAccount] = Counter()
    for c in cash:
        shares[SubAccount(c.carrier, c.carrier_name)] += c.cod_fen + c.freight_fen
    memo = "单号 " + "、".join(c.waybill_number for c in cash)
    return Collection(actor, table, record_id, cash[0].station_id, memo, shares)


def carrier_name(carrier: SubAccount) -> str:
    """A carrier of the books in the reader's language."""
    return shown_name(carrier.key, carrier.name)


@command
@idempotent
def return_parcel(*, actor: Actor, request_id: uuid.UUID | None = None, parcel_id: uuid.UUID, reason: str) -> Parcel:
    """Give a parcel back; one that was sent and never left the counter takes its freight back with it.

    Raises ParcelNotFound, InvalidInput without a reason, IllegalMove, Conflict when it lies elsewhere.
    """
    unsent = logistics.get_parcel(actor, parcel_id).status is ParcelStatus.ACCEPTED_AT_VILLAGE
    parcel = logistics.return_parcel(actor=actor, request_id=None, parcel_id=parcel_id, reason=reason)
    if unsent and parcel.freight_fen:
        memo = f"退件还运费 单号 {parcel.waybill_number}"
        carriers.give_back(actor, Parcel.__tablename__, parcel.id, parcel.village_station_id, memo)
    return parcel
