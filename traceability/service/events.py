"""What happens to a lot. Each verb writes the event as it was told and as EPCIS 2.0."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core import audit, clock, ids
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput
from app.core.format import qty
from app.core.idempotency import idempotent
from products import service as products_service
from traceability.errors import WrongOrder
from traceability.models import (
    LOT_MOVES,
    CertificateBasis,
    ConformityCertificate,
    EventKind,
    Lot,
    LotStatus,
    Promiser,
    TraceEvent,
)
from traceability.permissions import LOTS_RECORD
from traceability.rules import digital_link, epcis
from traceability.rules.certificates import wording_on
from traceability.rules.epcis import Amount, Where
from traceability.service.lots import get_lot

NOON = 12  # the forms ask for a day; the event is written down as having happened at noon


@command
@idempotent
def record_harvest(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    lot: Lot,
    harvested_on: date,
    quantity: Decimal,
    unit: str,
    note: str = "",
) -> TraceEvent:
    """The harvest of an open lot: day, quantity and unit (千克, 斤, 只 …).

    Raises WrongOrder (field ``harvested_on``) for a day to come, IllegalMove when the lot was harvested already,
    InvalidInput (field ``quantity``), NotFound outside the scope.
    """
    actor.require(LOTS_RECORD)
    lot = get_lot(actor, lot.id)
    LOT_MOVES.check(lot.status, LotStatus.HARVESTED)
    _check_day(harvested_on, "harvested_on", None)
    amount = _amount(epcis.harvested_class(lot.id), quantity, unit)
    lot.status, lot.harvested_on = LotStatus.HARVESTED, harvested_on
    ilmd = {
        "cbvmda:lotNumber": lot.code,
        "cbvmda:countryOfOrigin": "CN",
        "cbvmda:harvestEndDate": harvested_on.isoformat(),
    }
    facts = {"quantity": format(quantity.normalize(), "f"), "unit": unit, "plot": lot.plot, "note": note.strip()}
    happened = _Happening(actor, lot, EventKind.HARVESTED, harvested_on, facts)
    event = happened.keep(epcis.harvest(**happened.common(), amount=amount, ilmd=ilmd))
    _audit(actor, lot, "lots.harvested", f"批次 {lot.code} 收获 {qty(quantity, unit)}")
    return event


@command
@idempotent
def record_packing(
    *,
    actor: Actor,
    request_id: uuid.UUID | None = None,
    lot: Lot,
    packed_on: date,
    quantity: Decimal,
    basis: CertificateBasis | None = None,
    promiser: Promiser = Promiser.PRODUCER,
    note: str = "",
) -> TraceEvent:
    """The packing of a harvested lot: day and quantity in the product's unit.

    With a ``basis`` the conformity certificate is issued, in the wording in force on that day. Raises WrongOrder (field
    ``packed_on``), IllegalMove, InvalidInput (``quantity``; ``basis`` when there was no wording on that day), NotFound.
    """
    actor.require(LOTS_RECORD)
    lot = get_lot(actor, lot.id)
    LOT_MOVES.check(lot.status, LotStatus.PACKED)
    _check_day(packed_on, "packed_on", lot.harvested_on)
    packed = _amount(digital_link.build(lot.gtin, lot.code).uri(), quantity, lot.unit)
    lot.status, lot.packed_on, lot.quantity = LotStatus.PACKED, packed_on, quantity
    ilmd = {"cbvmda:lotNumber": lot.code, "cbvmda:countryOfOrigin": "CN"} | _best_before(lot, packed_on)
    facts = {"quantity": format(quantity.normalize(), "f"), "unit": lot.unit, "note": note.strip()}
    happened = _Happening(actor, lot, EventKind.PACKED, packed_on, facts)
    event = happened.keep(epcis.packing(**happened.common(), used=_harvested(lot), packed=packed, ilmd=ilmd))
    if basis is not None:
        _issue_certificate(lot, basis, promiser)
    _audit(actor, lot, "lots.packed", f"批次 {lot.code} 包装 {qty(quantity, lot.unit)}")
    return event


def list_events(lot_id: uuid.UUID) -> Sequence[TraceEvent]:
    """What happened to a lot, in the order in which it happened."""
    query = sa.select(TraceEvent).where(TraceEvent.lot_id == lot_id)
    return db.session.scalars(query.order_by(TraceEvent.event_time, TraceEvent.recorded_at, TraceEvent.id)).all()


def _check_day(day: date, field: str, not_before: date | None) -> None:
    if day > clock.today():
        raise WrongOrder(_l("日期还没有到，请填已经发生的日子。"), field=field)
    if not_before is not None and day < not_before:
        raise WrongOrder(_l("包装不能早于收获（%(day)s）。", day=not_before.isoformat()), field=field)


def _amount(epc_class: str, quantity: Decimal, unit: str) -> Amount:
    """Raises InvalidInput (field ``quantity``) for what can't be counted so."""
    amount = Amount(epc_class, quantity, unit)
    try:
        amount.element()
    except ValueError:
        raise InvalidInput(_l("按%(unit)s数的，数量要是整数。", unit=unit), field="quantity") from None
    if quantity <= 0:
        raise InvalidInput(_l("数量要大于 0。"), field="quantity")
    return amount


def _harvested(lot: Lot) -> Amount | None:
    """What the harvest brought, from its event."""
    event = next((e for e in list_events(lot.id) if e.kind is EventKind.HARVESTED), None)
    if event is None:
        return None
    return Amount(epcis.harvested_class(lot.id), Decimal(event.facts["quantity"]), event.facts["unit"])


def _best_before(lot: Lot, packed_on: date) -> dict[str, str]:
    product = products_service.find_product(lot.product_id)
    days = product.shelf_life_days if product else None
    return {"cbvmda:bestBeforeDate": (packed_on + timedelta(days=days)).isoformat()} if days else {}


def _issue_certificate(lot: Lot, basis: CertificateBasis, promiser: Promiser) -> None:
    day = lot.packed_on or clock.today()
    wording = wording_on(day)
    if wording is None:
        raise InvalidInput(_l("那一天还没有合格证的规定格式，请选“不开具”。"), field="basis")
    product = products_service.find_product(lot.product_id)
    certificate = ConformityCertificate(
        recorded_at=clock.now(),
        lot=lot,
        promiser=promiser,
        party_name=lot.producer_name,
        contact=product.producer.phone if product else "",
        product_name=f"{lot.product_name} {lot.product_spec}",
        quantity=lot.quantity,
        unit=lot.unit,
        origin=lot.place_name,
        issued_on=day,
        basis=basis,
        wording=wording.promise(promiser),
        decree=wording.decree,
    )
    db.session.add(certificate)
    db.session.flush()


@dataclass
class _Happening:
    """An event on its way to the table."""

    actor: Actor
    lot: Lot
    kind: EventKind
    day: date
    facts: dict[str, Any]

    def __post_init__(self) -> None:
        self.id = ids.new_id()
        # noon of the day; today's events at the moment of recording, so that none lies in the future
        self.at = min(clock.at_local(self.day, NOON), clock.now())

    def common(self) -> dict[str, Any]:
        """What every EPCIS event is made from."""
        return {
            "event_id": self.id,
            "at": self.at,
            "where": Where(current_app.config["BASE_URL"], self.lot.division_code),
        }

    def keep(self, event: dict[str, Any]) -> TraceEvent:
        """Write the row."""
        row = TraceEvent(
            id=self.id,
            recorded_at=clock.now(),
            lot_id=self.lot.id,
            kind=self.kind,
            event_time=self.at,
            division_code=self.lot.division_code,
            place_name=self.lot.place_name,
            facts=self.facts,
            epcis=event,
            actor_name=self.actor.name,
        )
        db.session.add(row)
        db.session.flush()
        return row


def _audit(actor: Actor, lot: Lot, action: str, text: str) -> None:
    audit.record(actor=actor, action=action, subject=lot, division_code=lot.division_code, text=text)
