"""An acceptance as plain data: what a report is made from, and nothing else is.

Only strings, whole numbers, lists and dictionaries, so that the data has one spelling and one hash. Of people it holds
the names of those who checked and signed; no telephone, no number of anybody.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.core import clock, uploads
from app.core.database import db
from app.core.scope import county_of
from app.core.uploads import Upload
from stations.models import Division, Equipment, Invoice
from stations.models.acceptance import (
    Acceptance,
    AcceptanceDecision,
    AcceptanceFile,
    AcceptanceItem,
    Finding,
)
from stations.service.acceptance.money import payments
from stations.service.acceptance.trail import chinese

SCHEMA = "acceptance-2"


def freeze(acceptance: Acceptance, operation: dict[str, Any] | None = None) -> dict[str, Any]:
    """The acceptance and all that belongs to it, in fixed order; ``operation`` are the figures of its trial run."""
    county = db.session.get_one(Division, county_of(acceptance.division_code))
    return {
        "schema": SCHEMA,
        "acceptance": str(acceptance.id),
        "issuer": f"{county.name}电子商务公共服务中心",
        "station": {
            "name": acceptance.station_name,
            "code": acceptance.station_code,
            "kind": chinese(acceptance.station_kind),
            "place": acceptance.place_name,
            "division_code": acceptance.division_code,
        },
        "status": chinese(acceptance.status),
        "passed": acceptance.status.value == "passed",
        "dates": {
            "opened": _moment(acceptance.opened_at),
            "submitted": _moment(acceptance.submitted_at),
            "inspected": _day(acceptance.inspected_on),
            "decided": _day(acceptance.decided_on),
        },
        "inspector": acceptance.inspected_by or "",
        "basis": {"template": acceptance.template_title, "texts": list(acceptance.template_basis)},
        "money": _money(acceptance),
        "items": [_item(item) for item in acceptance.items],
        "equipment": [_equipment(thing) for thing in acceptance.project.listed],
        "photos": _photos(acceptance),
        "operation": operation or {"first": "", "last": "", "rows": []},
        "findings": [_finding(finding) for finding in acceptance.findings],
        "decisions": [_decision(row) for row in acceptance.decisions],
    }


def photo_loader() -> Callable[[str], bytes]:
    """A function that gives the bytes of a kept photo by its SHA-256; empty bytes when the store lost them."""

    def load(sha256: str) -> bytes:
        upload = db.session.scalar(sa.select(Upload).where(Upload.sha256 == sha256).limit(1))
        try:
            return uploads.open_bytes(upload) if upload is not None else b""
        except (OSError, ValueError):
            return b""

    return load


def _money(acceptance: Acceptance) -> dict[str, Any]:
    paid = payments(acceptance)
    return {
        "approved_fen": acceptance.approved_fen,
        "approval_reference": acceptance.approval_reference,
        "payee": acceptance.payee_name,
        "builder": acceptance.builder_name,
        "invoiced_fen": acceptance.project.invoiced_fen,
        "tax_fen": sum(invoice.tax_fen for invoice in acceptance.project.valid_invoices),
        "paid_fen": sum(payment.amount_fen for payment in paid),
        "payments": [
            {"label": row.label, "on": _day(row.on), "from": row.source, "amount_fen": row.amount_fen} for row in paid
        ],
        "invoices": [_invoice(invoice) for invoice in acceptance.project.valid_invoices],
    }


def _invoice(invoice: Invoice) -> dict[str, Any]:
    return {
        "number": invoice.number,
        "code": invoice.code,
        "on": _day(invoice.issued_on),
        "seller": invoice.seller,
        "amount_fen": invoice.amount_fen,
        "tax_fen": invoice.tax_fen,
    }


def _item(item: AcceptanceItem) -> dict[str, Any]:
    return {
        "position": item.position,
        "label": item.label,
        "source": item.source,
        "required": item.required,
        "evidence": chinese(item.evidence),
        "answer": item.answer,
        "on": _day(item.dated_on),
        "issuer": item.issuer,
        "amount_fen": item.amount_fen,
        "result": chinese(item.result) if item.result else "",
        "remark": item.remark,
        "checker": item.checker_name or "",
        "waived": item.waived_reason or "",
        "waived_by": item.waived_by or "",
        "files": [{"name": file.upload.filename, "sha256": file.upload.sha256} for file in item.files],
    }


def _equipment(thing: Equipment) -> dict[str, Any]:
    return {
        "name": thing.name,
        "model": thing.model,
        "quantity": f"{thing.quantity.normalize():f}",
        "unit": thing.unit,
        "amount_fen": thing.amount_fen,
        "asset_label": labels(thing),
    }


def labels(thing: Equipment) -> str:
    """The asset numbers of a line in a few characters: the first, and the last when there are several."""
    numbers = [unit.number for unit in thing.units]
    return numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1][-5:]}" if numbers else ""


def _photos(acceptance: Acceptance) -> list[dict[str, Any]]:
    """Photos in the order of the checklist, then those of what was put right; a picture handed in twice counts once."""
    files = [file for item in acceptance.items for file in item.files]
    files += [file for finding in acceptance.findings for file in finding.files]
    by_content = {file.upload.sha256: file for file in reversed(files) if file.upload.is_image}
    return [_photo(file) for file in reversed(list(by_content.values()))]


def _photo(file: AcceptanceFile) -> dict[str, Any]:
    upload = file.upload
    known = upload.lon is not None and upload.lat is not None
    return {
        "sha256": upload.sha256,
        "caption": file.caption,
        "taken": _moment(upload.taken_at),
        "lon": f"{upload.lon:.5f}" if known else "",
        "lat": f"{upload.lat:.5f}" if known else "",
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "problem": finding.problem,
        "item": finding.item.label if finding.item else "",
        "owner": finding.owner_name,
        "found": _moment(finding.found_at)[:10],
        "deadline": _day(finding.deadline),
        "status": chinese(finding.status),
        "measure": finding.measure,
        "rectified": _day(finding.rectified_on),
        "reinspections": [
            {
                "measure": row.measure,
                "rectified": _day(row.rectified_on),
                "on": _day(row.inspected_on),
                "good": row.good,
                "remark": row.remark,
                "inspector": row.inspector_name,
            }
            for row in finding.reinspections
        ],
    }


def _decision(row: AcceptanceDecision) -> dict[str, Any]:
    return {
        "decision": chinese(row.decision),
        "on": _day(row.decided_on),
        "opinion": row.opinion,
        "township_signer": row.township_signer,
        "bureau_signer": row.bureau_signer,
        "third_party": row.third_party,
        "third_party_signer": row.third_party_signer,
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(moment: datetime | None) -> str:
    return clock.local(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
