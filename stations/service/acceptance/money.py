"""Invoices and equipment of an acceptance."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.command import command
from app.core.database import db
from app.core.errors import InvalidInput, NotFound
from app.core.idempotency import idempotent
from app.core.money import format_fen
from app.core.scope import county_of
from stations.errors import DuplicateInvoice
from stations.models.acceptance import Acceptance, Equipment, Invoice
from stations.permissions import ACCEPTANCE_PREPARE
from stations.rules import acceptance as rules
from stations.service.acceptance import gate
from stations.service.acceptance.trail import note


@command
@idempotent
def add_invoice(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    acceptance_id: uuid.UUID,
    number: str,
    code: str,
    issued_on: date,
    seller: str,
    amount_fen: int,
    tax_fen: int,
) -> Invoice:
    """Book an invoice; ``amount_fen`` includes the tax (价税合计), both in fen.

    Raises InvalidInput at the field, DuplicateInvoice at ``number`` saying where the same invoice stands.
    """
    actor.require(ACCEPTANCE_PREPARE)
    acceptance = gate.enter(actor, acceptance_id, rules.EDITABLE)
    number, code = (text.replace(" ", "") for text in (number, code))
    rules.check_invoice(number, code, amount_fen, tax_fen)
    rules.check_not_future(issued_on, clock.today(), "issued_on")
    rules.check_within(amount_fen, acceptance.invoiced_fen, acceptance.approved_fen)
    invoice = Invoice(
        acceptance_id=acceptance.id,
        county_code=county_of(acceptance.division_code),
        number=number,
        code=code,
        issued_on=issued_on,
        seller=seller.strip(),
        amount_fen=amount_fen,
        tax_fen=tax_fen,
        added_at=clock.now(),
        added_by=actor.name,
    )
    _store_once(invoice)
    db.session.expire(acceptance, ["invoices"])
    note(actor, acceptance, "invoice_added", f"登记发票 {number}，{invoice.seller}，{format_fen(amount_fen)}")
    return invoice


def _store_once(invoice: Invoice) -> None:
    """The unique index decides, also between two townships at the same moment."""
    same = (invoice.county_code, invoice.code, invoice.number)
    existing = _find_same(*same)
    if existing is None:
        try:
            with db.session.begin_nested():
                db.session.add(invoice)
            return
        except sa.exc.IntegrityError:
            existing = _find_same(*same)
    raise DuplicateInvoice(_where(existing), field="number")


def _find_same(county_code: str, code: str, number: str) -> Invoice | None:
    query = sa.select(Invoice).where(
        Invoice.county_code == county_code,
        Invoice.code == code,
        Invoice.number == number,
        Invoice.voided_at.is_(None),
    )
    return db.session.scalar(query)


def _where(existing: Invoice | None) -> object:
    if existing is None:
        return _l("这张发票已经在本县登记过。")
    day = clock.local(existing.added_at).date().isoformat()
    return _l(
        "这张发票已经登记过：%(station)s（%(place)s），%(day)s。同一张发票全县只能用一次。",
        station=existing.acceptance.station_name,
        place=existing.acceptance.place_name,
        day=day,
    )


@command
@idempotent
def void_invoice(*, actor: Actor, request_id: uuid.UUID | None, invoice_id: uuid.UUID, reason: str) -> Invoice:
    """Strike an invoice out (作废); the row stays with the reason. Raises NotFound, AcceptanceClosed, InvalidInput."""
    actor.require(ACCEPTANCE_PREPARE)
    invoice = db.session.get(Invoice, invoice_id)
    if invoice is None or invoice.voided_at is not None:
        raise NotFound(_l("没有找到这张发票。"))
    acceptance = gate.enter(actor, invoice.acceptance_id, rules.EDITABLE)
    invoice.voided_at, invoice.voided_reason = clock.now(), needed(reason)
    note(actor, acceptance, "invoice_voided", f"作废发票 {invoice.number}：{invoice.voided_reason}")
    db.session.flush()
    return invoice


@command
@idempotent
def add_equipment(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    acceptance_id: uuid.UUID,
    name: str,
    model: str,
    quantity: Decimal,
    unit: str,
    amount_fen: int,
    asset_label: str,
) -> Equipment:
    """Put a thing on the equipment list; ``amount_fen`` is the sum for the whole quantity, in fen."""
    actor.require(ACCEPTANCE_PREPARE)
    acceptance = gate.enter(actor, acceptance_id, rules.EDITABLE)
    listed = sum(thing.amount_fen for thing in acceptance.equipment if thing.voided_at is None)
    rules.check_within(amount_fen, listed, acceptance.approved_fen)
    thing = Equipment(
        acceptance_id=acceptance.id,
        name=name.strip(),
        model=model.strip(),
        quantity=quantity,
        unit=unit.strip(),
        amount_fen=amount_fen,
        asset_label=asset_label.strip(),
        added_at=clock.now(),
        added_by=actor.name,
    )
    db.session.add(thing)
    db.session.flush()
    note(actor, acceptance, "equipment_added", f"登记设备 {thing.name} {quantity.normalize():f} {thing.unit}")
    return thing


@command
@idempotent
def void_equipment(*, actor: Actor, request_id: uuid.UUID | None, equipment_id: uuid.UUID, reason: str) -> Equipment:
    """Strike a thing off the equipment list; the row stays with the reason."""
    actor.require(ACCEPTANCE_PREPARE)
    thing = db.session.get(Equipment, equipment_id)
    if thing is None or thing.voided_at is not None:
        raise NotFound(_l("没有找到这件设备。"))
    acceptance = gate.enter(actor, thing.acceptance_id, rules.EDITABLE)
    thing.voided_at, thing.voided_reason = clock.now(), needed(reason)
    note(actor, acceptance, "equipment_voided", f"作废设备 {thing.name}：{thing.voided_reason}")
    db.session.flush()
    return thing


def needed(reason: str, field: str = "reason") -> str:
    """The reason without the spaces around it. Raises InvalidInput at the field when nothing is left."""
    if not reason.strip():
        raise InvalidInput(_l("请写明原因。"), field=field)
    return reason.strip()


def paid_fen(acceptance: Acceptance) -> int:
    """What the bank vouchers in the dossier come to, in fen."""
    return sum(item.amount_fen or 0 for item in acceptance.items if item.is_payment)
