"""Contracts and invoices of a project."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

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
from stations.models import ConstructionProject, Contract, ContractKind, Invoice, InvoiceLine, ProjectStage
from stations.permissions import PROJECT_PREPARE
from stations.rules import acceptance as checks
from stations.rules import projects as rules
from stations.rules.reasons import needed
from stations.service.arriving import Incoming
from stations.service.projects import gate


@command
@idempotent
def add_contract(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    project_id: uuid.UUID,
    number: str,
    kind: ContractKind,
    subject: str,
    counterparty: str,
    counterparty_number: str,
    signed_on: date,
    amount_fen: int,
    files: Sequence[Incoming] = (),
) -> Contract:
    """Book a contract, with its scan. All contracts together stay within the approved sum (fen).

    Raises NotFound, ProjectClosed, InvalidInput and NotFunded at the field.
    """
    actor.require(PROJECT_PREPARE)
    project = gate.enter_to_buy(actor, project_id)
    checks.check_not_future(signed_on, clock.today(), "signed_on")
    checks.check_order(project.approved_on, signed_on, "signed_on")
    rules.check_funded(subject, signed_on, "subject")
    if amount_fen <= 0:
        raise InvalidInput(_l("合同金额要大于 0。"), field="amount")
    signed = sum(contract.amount_fen for contract in project.valid_contracts)
    checks.check_within(amount_fen, signed, project.budget_fen)
    contract = Contract(
        project_id=project.id,
        number=number.strip(),
        kind=kind,
        subject=subject.strip(),
        counterparty=counterparty.strip(),
        counterparty_number=rules.check_credit_code(counterparty_number, "counterparty_number"),
        signed_on=signed_on,
        amount_fen=amount_fen,
        added_at=clock.now(),
        added_by=actor.name,
    )
    try:
        with db.session.begin_nested():
            db.session.add(contract)
    except sa.exc.IntegrityError:
        raise InvalidInput(_l("这个项目已经登记过这个合同编号。"), field="number") from None
    gate.attach(actor, project, files, stage=ProjectStage.CONTRACT, contract=contract, caption=contract.subject[:100])
    db.session.expire(project, ["contracts"])
    text = f"登记合同 {contract.number}，{contract.counterparty}，{format_fen(amount_fen)}"
    gate.note(actor, project, "contract_added", text)
    return contract


@command
@idempotent
def void_contract(*, actor: Actor, request_id: uuid.UUID | None, contract_id: uuid.UUID, reason: str) -> Contract:
    """Strike a contract out; the row stays with the reason. Raises NotFound, ProjectClosed, InvalidInput."""
    actor.require(PROJECT_PREPARE)
    contract = db.session.get(Contract, contract_id)
    if contract is None or contract.voided_at is not None:
        raise NotFound(_l("没有找到这份合同。"))
    project = gate.enter_to_buy(actor, contract.project_id)
    if contract.invoiced_fen:
        raise InvalidInput(_l("这份合同下面还有发票，先作废发票。"), field="reason")
    contract.voided_at, contract.voided_reason = clock.now(), needed(reason)
    gate.note(actor, project, "contract_voided", f"作废合同 {contract.number}：{contract.voided_reason}")
    db.session.flush()
    return contract


@command
@idempotent
def add_invoice(
    *,
    actor: Actor,
    request_id: uuid.UUID | None,
    project_id: uuid.UUID,
    number: str,
    code: str,
    issued_on: date,
    seller: str,
    amount_fen: int,
    tax_fen: int,
    contract_id: uuid.UUID | None = None,
    lines: Sequence[rules.InvoicedThing] = (),
) -> Invoice:
    """Book an invoice; ``amount_fen`` includes the tax (价税合计), both in fen. ``lines`` say which things it bought.

    Raises InvalidInput at the field, DuplicateInvoice at ``number`` saying where the same invoice stands.
    """
    actor.require(PROJECT_PREPARE)
    project = gate.enter_to_buy(actor, project_id)
    number, code = (text.replace(" ", "") for text in (number, code))
    checks.check_invoice(number, code, amount_fen, tax_fen)
    checks.check_not_future(issued_on, clock.today(), "issued_on")
    checks.check_within(amount_fen, project.invoiced_fen, project.budget_fen)
    contract = _contract(project, contract_id, amount_fen)
    invoice = Invoice(
        project_id=project.id,
        contract_id=contract.id if contract else None,
        county_code=county_of(project.division_code),
        number=number,
        code=code,
        issued_on=issued_on,
        seller=seller.strip(),
        amount_fen=amount_fen,
        tax_fen=tax_fen,
        added_at=clock.now(),
        added_by=actor.name,
        lines=_lines(project, lines, issued_on),
    )
    _store_once(invoice)
    db.session.expire(project, ["invoices"])
    if contract is not None:
        db.session.expire(contract, ["invoices"])
    gate.note(actor, project, "invoice_added", f"登记发票 {number}，{invoice.seller}，{format_fen(amount_fen)}")
    return invoice


def _contract(project: ConstructionProject, contract_id: uuid.UUID | None, amount_fen: int) -> Contract | None:
    """The contract that an invoice belongs to; what is invoiced under it stays within its sum."""
    if contract_id is None:
        return None
    contract = next((one for one in project.valid_contracts if one.id == contract_id), None)
    if contract is None:
        raise InvalidInput(_l("没有找到这份合同。"), field="contract_id")
    rules.check_under_contract(amount_fen, contract.invoiced_fen, contract.amount_fen)
    return contract


def _lines(project: ConstructionProject, things: Sequence[rules.InvoicedThing], day: date) -> list[InvoiceLine]:
    listed = {thing.id for thing in project.listed}
    for thing in things:
        rules.check_funded(thing.name, day, "lines")
        if thing.quantity <= 0:
            raise InvalidInput(_l("“%(name)s”的数量要大于 0。", name=thing.name), field="lines")
        if thing.equipment_id is not None and thing.equipment_id not in listed:
            raise InvalidInput(_l("设备清单里没有这一行。"), field="lines")
    return [
        InvoiceLine(position=n, equipment_id=thing.equipment_id, name=thing.name.strip(), quantity=thing.quantity)
        for n, thing in enumerate(things, 1)
    ]


@command
@idempotent
def set_invoice_lines(
    *, actor: Actor, request_id: uuid.UUID | None, invoice_id: uuid.UUID, lines: Sequence[rules.InvoicedThing]
) -> Invoice:
    """Say which things an invoice bought; replaces what was said before.

    Raises NotFound, ProjectClosed, InvalidInput and NotFunded at ``lines``.
    """
    actor.require(PROJECT_PREPARE)
    invoice = get_invoice(actor, invoice_id)
    project = gate.enter_to_buy(actor, invoice.project_id)
    for line in invoice.lines:
        db.session.delete(line)
    db.session.flush()
    invoice.lines = _lines(project, lines, invoice.issued_on)
    text = "、".join(f"{line.name} {line.quantity.normalize():f}" for line in invoice.lines)
    gate.note(actor, project, "invoice_lines", f"发票 {invoice.number} 买的是：{text or '没有写明'}")
    db.session.flush()
    return invoice


def get_invoice(actor: Actor, invoice_id: uuid.UUID) -> Invoice:
    """An invoice that counts, by id. Raises NotFound, also out of scope and for one struck out."""
    invoice = db.session.get(Invoice, invoice_id)
    if invoice is None or invoice.voided_at is not None:
        raise NotFound(_l("没有找到这张发票。"))
    gate.get_project(actor, invoice.project_id)
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
        station=existing.project.station_name,
        place=existing.project.place_name,
        day=day,
    )


@command
@idempotent
def void_invoice(*, actor: Actor, request_id: uuid.UUID | None, invoice_id: uuid.UUID, reason: str) -> Invoice:
    """Strike an invoice out (作废); the row stays with the reason. Raises NotFound, ProjectClosed, InvalidInput."""
    actor.require(PROJECT_PREPARE)
    invoice = get_invoice(actor, invoice_id)
    project = gate.enter_to_buy(actor, invoice.project_id)
    invoice.voided_at, invoice.voided_reason = clock.now(), needed(reason)
    gate.note(actor, project, "invoice_voided", f"作废发票 {invoice.number}：{invoice.voided_reason}")
    db.session.flush()
    return invoice
