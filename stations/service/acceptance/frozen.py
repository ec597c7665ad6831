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
from stations.models import Division
from stations.models.acceptance import (
    Acceptance,
    AcceptanceDecision,
    AcceptanceFile,
    AcceptanceItem,
    Finding,
)
from stations.rules.dossier import plain, total_score
from stations.service.acceptance.frozen_equipment import freeze_equipment
from stations.service.acceptance.frozen_money import freeze_money
from stations.service.acceptance.trail import chinese

SCHEMA = "acceptance-4"


def freeze(acceptance: Acceptance, operation: dict[str, Any] | None = None) -> dict[str, Any]:
    """The acceptance and all that belongs to it, in fixed order; ``operation`` are the figures of its trial run.

    What does not apply is None: money and equipment without a project, the trial run of what is no station, the score
    of a checklist without points.
    """
    project = acceptance.project
    county = db.session.get_one(Division, county_of(acceptance.division_code))
    return {
        "schema": SCHEMA,
        "acceptance": str(acceptance.id),
        "issuer": f"{county.name}电子商务公共服务中心",
        "subject": {
            "name": acceptance.subject_name,
            "kind": chinese(acceptance.subject),
            "code": acceptance.station_code,
            "year": acceptance.year,
            "reference": acceptance.reference_url,
            "place": acceptance.place_name,
            "division_code": acceptance.division_code,
            "preparer": preparer_name(acceptance),
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
        "money": freeze_money(acceptance, project) if project else None,
        "items": [_item(item) for item in acceptance.items],
        "score": _score(acceptance),
        "equipment": freeze_equipment(project) if project else None,
        "photos": _photos(acceptance),
        "operation": (operation or {"first": "", "last": "", "rows": []}) if acceptance.station_id else None,
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


def preparer_name(acceptance: Acceptance) -> str:
    """Who put the dossier together and signs for it: the township government, or the centre of the county."""
    return "县级公共服务中心" if acceptance.is_of_county else "乡镇人民政府"


def _score(acceptance: Acceptance) -> dict[str, Any] | None:
    total = total_score(acceptance.items, acceptance.pass_mark)
    if not total.is_scored:
        return None
    return {
        "score": plain(total.score),
        "points": total.points,
        "percent": str(total.percent),
        "pass_mark": total.pass_mark,
        "figure": total.figure,
        "passes": total.passes,
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
        "pages": item.pages,
        "sign": item.sign,
        "points": item.points,
        "score": plain(item.score) if item.score is not None else "",
        "result": chinese(item.result) if item.result else "",
        "remark": item.remark,
        "checker": item.checker_name or "",
        "waived": item.waived_reason or "",
        "waived_by": item.waived_by or "",
        "files": [{"name": file.upload.filename, "sha256": file.upload.sha256} for file in item.files],
    }


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
