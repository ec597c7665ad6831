"""The money of an acceptance as plain data: standard, subsidy and its payments, budget, contracts, invoices."""

from __future__ import annotations

from datetime import date
from typing import Any

from stations.models import BudgetCategory, ConstructionProject, Contract, Invoice
from stations.models.acceptance import Acceptance
from stations.models.fund import EntryKind, FundEntry
from stations.models.subsidy import Subsidy, SubsidyInstalment
from stations.rules import budget as rules
from stations.service import money
from stations.service.acceptance.money import paid_fen
from stations.service.acceptance.trail import chinese

Facts = dict[str, Any]


def freeze_money(acceptance: Acceptance, project: ConstructionProject) -> Facts:
    """Sums in fen, days as ISO dates, all in fixed order; ``subsidy`` is None while none was granted.

    ``paid_fen`` is what the subsidy's instalments say; without a subsidy, what the dossier's bank vouchers come to.
    """
    subsidy = money.find_subsidy(project.id)
    frozen = _subsidy(subsidy) if subsidy is not None else None
    contracts = sorted(project.valid_contracts, key=lambda one: (one.signed_on, one.number))
    return {
        "approved_fen": acceptance.approved_fen,
        "approval_reference": acceptance.approval_reference,
        "payee": acceptance.payee_name,
        "builder": acceptance.builder_name,
        "standard": _standard(project, subsidy),
        "subsidy": frozen,
        "paid_fen": frozen["paid_fen"] if frozen is not None else paid_fen(acceptance),
        "vouchers": [
            {"label": item.label, "on": _day(item.dated_on), "from": item.issuer, "amount_fen": item.amount_fen}
            for item in acceptance.items
            if item.is_payment and item.amount_fen
        ],
        "budget": _budget(project),
        "contracts": [_contract(contract) for contract in contracts],
        "contracted_fen": sum(contract.amount_fen for contract in contracts),
        "invoices": [_invoice(invoice) for invoice in project.valid_invoices],
        "invoiced_fen": project.invoiced_fen,
        "tax_fen": sum(invoice.tax_fen for invoice in project.valid_invoices),
    }


def _standard(project: ConstructionProject, subsidy: Subsidy | None) -> Facts | None:
    """The standard by which the subsidy was granted, or by which it would be; None where there is none."""
    if subsidy is not None:
        title, document, amount = subsidy.standard_title, subsidy.standard_document, subsidy.standard_fen
        is_key = subsidy.is_key
    else:
        standard = money.find_standard(project)
        if standard is None:
            return None
        title, document, amount, is_key = standard.title, standard.document, standard.amount_fen, standard.is_key
    return {"title": title, "document": document, "amount_fen": amount, "class": "重点" if is_key else "一般"}


def _subsidy(subsidy: Subsidy) -> Facts:
    held = [entry for entry, gone in money.entries_of_subsidy(subsidy) if not gone]
    back = sorted((e for e in held if e.kind is EntryKind.CLAWED_BACK), key=lambda e: (e.day, e.recorded_at, e.id))
    return {
        "number": subsidy.number,
        "status": chinese(subsidy.status),
        "granted": _day(subsidy.granted_on),
        "reference": subsidy.reference,
        "fund": f"{subsidy.fund.name}（{subsidy.fund.year} 年，{subsidy.fund.document}）",
        "approved_fen": subsidy.approved_fen,
        "own_fen": subsidy.own_fen,
        "own_source": subsidy.own_source,
        "paid_fen": subsidy.paid_fen,
        "back_fen": sum(entry.amount_fen for entry in back),
        "instalments": [_instalment(part) for part in subsidy.instalments],
        "claw_backs": [_claw_back(entry) for entry in back],
    }


def _instalment(part: SubsidyInstalment) -> Facts:
    return {
        "position": part.position,
        "share": part.share,
        "milestone": chinese(part.milestone),
        "amount_fen": part.amount_fen,
        "status": chinese(part.status),
        "requested": _day(part.requested_on),
        "approved": _day(part.approved_on),
        "paid": _day(part.paid_on),
        "voucher": part.voucher,
        "received": _day(part.received_on),
        "received_by": part.received_by or "",
    }


def _claw_back(entry: FundEntry) -> Facts:
    return {
        "on": _day(entry.day),
        "amount_fen": entry.amount_fen,
        "reason": entry.purpose,
        "document": entry.document,
    }


def _budget(project: ConstructionProject) -> list[Facts]:
    """Asked for, approved, contracted and invoiced, category by category; last what belongs to none."""
    approved = {
        BudgetCategory.EQUIPMENT: project.approved_equipment_fen or 0,
        BudgetCategory.REFURBISHMENT: project.approved_refurbishment_fen or 0,
    }
    invoices = [(invoice, _category(project, invoice)) for invoice in project.valid_invoices]
    contracts = [
        (contract, rules.category_of_contract([c for invoice, c in invoices if invoice.contract_id == contract.id]))
        for contract in project.valid_contracts
    ]
    rows = [
        {
            "category": chinese(category) if category else "没有归类",
            "asked_fen": sum(line.amount_fen for line in project.budget if line.category is category),
            "approved_fen": approved[category] if category else 0,
            "contracted_fen": sum(contract.amount_fen for contract, c in contracts if c is category),
            "invoiced_fen": sum(invoice.amount_fen for invoice, c in invoices if c is category),
        }
        for category in (*BudgetCategory, None)
    ]
    return rows if rows[-1]["contracted_fen"] else rows[:-1]


def _category(project: ConstructionProject, invoice: Invoice) -> BudgetCategory:
    known = {thing.id for thing in project.listed}
    return rules.category_of_invoice(buys_listed_things=any(line.equipment_id in known for line in invoice.lines))


def _contract(contract: Contract) -> Facts:
    return {
        "number": contract.number,
        "kind": chinese(contract.kind),
        "subject": contract.subject,
        "counterparty": contract.counterparty,
        "on": _day(contract.signed_on),
        "amount_fen": contract.amount_fen,
        "invoiced_fen": contract.invoiced_fen,
    }


def _invoice(invoice: Invoice) -> Facts:
    return {
        "number": invoice.number,
        "code": invoice.code,
        "on": _day(invoice.issued_on),
        "seller": invoice.seller,
        "contract": invoice.contract.number if invoice.contract else "",
        "amount_fen": invoice.amount_fen,
        "tax_fen": invoice.tax_fen,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
