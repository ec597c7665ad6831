"""Pickup: by code, by phone tail or by name; several parcels at once; wrong codes lock the counter for a while."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.ids import new_id
from app.core.money import format_fen
from logistics.errors import NothingTicked, PickupLocked, WrongAmount, WrongCode
from logistics.models import Parcel, ParcelStatus, Picker, Pickup, What
from logistics.permissions import COUNTER
from logistics.rules import lock
from logistics.rules.limits import limits
from logistics.rules.shelf import read_code
from logistics.service import bulk, places, shelving, trail
from logistics.service.places import Place


@dataclass(frozen=True)
class HandOut:
    """Parcels for one person: which, who came, and the money that the button named (None: not checked)."""

    parcel_ids: tuple[uuid.UUID, ...]
    picker: Picker = Picker.SELF
    picker_name: str = ""
    cod_fen: int | None = None
    station_id: uuid.UUID | None = None
    by: Actor | None = None


@dataclass(frozen=True)
class _Tried:
    """What a code led to."""

    parcel_id: uuid.UUID | None
    tries: lock.Tries
    was_locked: bool = False


def find_by_code(*, actor: Actor, code: str, station_id: uuid.UUID | None = None) -> Parcel:
    """The parcel that waits here under a pickup code.

    Raises WrongCode, and PickupLocked after five wrong ones: the count is kept although the code was wrong.
    """
    actor.require(COUNTER)
    here = places.own(actor, station_id)
    outcome = _try_code(here, read_code(code) or "")
    if outcome.was_locked or outcome.tries.locked_until is not None:
        raise _locked(outcome.tries)
    if outcome.parcel_id is None:
        left = lock.tries_left(outcome.tries, limits())
        raise WrongCode(_l("这里没有取件码 %(code)s。还可以试 %(n)s 次。", code=code.strip(), n=left), field="q")
    return db.session.get_one(Parcel, outcome.parcel_id)


def _locked(tries: lock.Tries) -> PickupLocked:
    until = clock.local(tries.locked_until or clock.now()).strftime("%H:%M")
    return PickupLocked(_l("取件码错了太多次，%(until)s 以前请用手机尾号或姓名找。", until=until), field="q")


@command
def _try_code(here: Place, code: str) -> _Tried:
    desk, now = shelving.hold_desks([here.id])[here.id], clock.now()
    tries = lock.Tries(desk.wrong_codes, desk.locked_until)
    if lock.is_locked(tries, now):
        return _Tried(None, tries, was_locked=True)
    found = db.session.scalar(
        sa.select(Parcel.id).where(
            Parcel.holder_station_id == here.id, Parcel.status == ParcelStatus.AT_VILLAGE, Parcel.pickup_code == code
        )
    )
    after = lock.Tries() if found else lock.after_wrong(tries, now, limits())
    desk.wrong_codes, desk.locked_until = after.wrong, after.locked_until
    return _Tried(found, after)


def find_waiting(*, actor: Actor, q: str, station_id: uuid.UUID | None = None) -> Sequence[Parcel]:
    """Parcels that wait here for a person: by the last four digits (or all) of the phone, or by name."""
    actor.require(COUNTER)
    here = places.own(actor, station_id)
    words = q.strip()
    tail = Parcel.phone_tail == words[-4:]
    if words.isdecimal() and len(words) == 11:
        who = sa.and_(tail, sa.or_(Parcel.person_phone == words, Parcel.person_phone.is_(None)))
    else:
        who = tail if words.isdecimal() and len(words) == 4 else Parcel.person_name == words
    return _waiting(here, who) if words else []


def waiting_with(*, actor: Actor, parcel: Parcel) -> Sequence[Parcel]:
    """All parcels that wait here for the person of this one, itself first."""
    here = places.own(actor, parcel.holder_station_id)
    same = Parcel.phone_tail == parcel.phone_tail if parcel.phone_tail else Parcel.person_name == parcel.person_name
    return sorted(_waiting(here, same), key=lambda p: p.id != parcel.id)


def _waiting(here: Place, who: sa.ColumnElement[bool]) -> Sequence[Parcel]:
    query = sa.select(Parcel).where(Parcel.holder_station_id == here.id, Parcel.status == ParcelStatus.AT_VILLAGE, who)
    return db.session.scalars(query.order_by(Parcel.person_name, Parcel.shelved_at, Parcel.id)).all()


@command
def pick_up_many(*, actor: Actor, hand_outs: Sequence[HandOut]) -> list[uuid.UUID]:
    """The parcels' side of hand-outs, in one transaction; ``app.flows.counter.pick_up_many`` books the money too.

    Returns the ids of the pickups. Raises NothingTicked, InvalidInput for a relative without a name, WrongAmount when
    the ticked parcels cost another sum than the button said, ChangedMeanwhile when one no longer waits here.
    """
    actor.require(COUNTER)
    parcels = _read([i for item in hand_outs for i in item.parcel_ids])
    pickups: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    for item in hand_outs:
        pickup = _pickup(actor, item, [parcels[i] for i in item.parcel_ids if i in parcels])
        pickups.append(pickup)
        moved += [{"id": i, "pickup_id": pickup["id"]} for i in item.parcel_ids]
        here = trail.Spot(pickup["station_id"], parcels[item.parcel_ids[0]].village_name)
        note = str(item.picker.label) + (f" {item.picker_name}" if item.picker_name else "")
        events += trail.rows(trail.doer(actor, item.by), What.PICKED_UP, item.parcel_ids, at=here, note=note)
    bulk.insert(Pickup, pickups)
    bulk.move_parcels(
        [m["id"] for m in moved],
        ParcelStatus.AT_VILLAGE,
        ParcelStatus.PICKED_UP,
        holder_station_id=None,
        finished_at=clock.now(),
    )
    bulk.update(Parcel, "id", moved)
    trail.keep(events)
    return [pickup["id"] for pickup in pickups]


def _read(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Any]:
    columns = (Parcel.id, Parcel.holder_station_id, Parcel.village_station_id, Parcel.village_name)
    found: dict[uuid.UUID, Any] = {}
    for some in bulk.chunks(ids):
        query = sa.select(*columns, Parcel.cod_fen, Parcel.division_code).where(bulk.among(Parcel.id, some))
        found |= {row.id: row for row in db.session.execute(query)}
    return found


def _pickup(actor: Actor, item: HandOut, parcels: Sequence[Any]) -> dict[str, Any]:
    if not parcels or len(parcels) < len(set(item.parcel_ids)):
        raise NothingTicked
    if item.picker is Picker.RELATIVE and not item.picker_name.strip():
        raise InvalidInput(_l("代取请写下代取人的姓名。"), field="picker_name")
    first = parcels[0]
    if not actor.everything:
        places.own(actor, first.village_station_id)
    if any(parcel.village_station_id != first.village_station_id for parcel in parcels):
        raise NothingTicked
    total = sum(parcel.cod_fen for parcel in parcels)
    if item.cod_fen is not None and item.cod_fen != total:
        raise WrongAmount(_l("勾选的包裹代收货款共 %(sum)s，请看清后再点一次。", sum=format_fen(total)))
    doer = trail.doer(actor, item.by)
    return {
        "id": new_id(),
        "recorded_at": clock.now(),
        "station_id": first.village_station_id,
        "division_code": first.division_code,
        "picker": item.picker,
        "picker_name": item.picker_name.strip(),
        "parcel_count": len(parcels),
        "cod_fen": total,
        "actor_id": doer.id,
        "actor_name": doer.name,
    }
