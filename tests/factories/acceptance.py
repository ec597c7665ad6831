"""Stations ready for acceptance, and acceptances at every stage, for tests."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from PIL import Image

from app.core import clock
from app.core.access import Actor
from app.core.pdf import Frame, parts, render
from stations.models import ConstructionProject
from stations.models.acceptance import (
    Acceptance,
    AcceptanceDecision,
    AcceptanceItem,
    Decision,
    Evidence,
    Finding,
    ItemResult,
)
from stations.models.subject import Subject
from stations.service import acceptance as service
from tests.factories.actors import HUB, INSPECTOR, OFFICIAL, OTHER_MANAGER, TOWNSHIP_MANAGER
from tests.factories.places import COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE, TOWNSHIP, VILLAGE, create_places
from tests.factories.projects import create_project

__all__ = ["COUNTY", "HUB", "INSPECTOR", "OFFICIAL", "OTHER_MANAGER", "OTHER_TOWNSHIP", "OTHER_VILLAGE", "TOWNSHIP"]
__all__ += ["TOWNSHIP_MANAGER", "VILLAGE", "create_places"]


def create_acceptance(project: ConstructionProject | None = None, **overrides: Any) -> Acceptance:
    """A draft for a completed project of a township station with 60,000 yuan approved."""
    facts = {"actor": TOWNSHIP_MANAGER, "request_id": None, "project_id": (project or create_project()).id}
    return service.open_acceptance(**(facts | overrides))


def create_dossier(**overrides: Any) -> Acceptance:
    """A draft about the county's logistics; ``subject`` gives another one."""
    facts: dict[str, Any] = {
        "actor": HUB,
        "request_id": None,
        "subject": Subject.LOGISTICS,
        "name": "2026 年县乡村物流",
        "year": clock.today().year,
        "division_code": COUNTY,
    }
    create_places()
    return service.open_dossier(**(facts | overrides))


def create_finding(acceptance: Acceptance, **overrides: Any) -> Finding:
    """An open problem, due today."""
    facts = {
        "actor": INSPECTOR,
        "request_id": None,
        "acceptance_id": acceptance.id,
        "problem": "招牌字样不符",
        "owner_name": "田应平",
        "deadline": clock.today(),
    }
    return service.add_finding(**(facts | overrides))


def create_decision(acceptance: Acceptance, **overrides: Any) -> AcceptanceDecision:
    """Passed today, on the state as it is now."""
    facts = {
        "actor": HUB,
        "request_id": None,
        "acceptance_id": acceptance.id,
        "version": service.get_acceptance(HUB, acceptance.id).version,
        "decision": Decision.PASSED,
        "opinion": "资料齐全，同意验收合格。",
        "township_signer": "田应平",
        "bureau_signer": "彭国栋",
        "decided_on": clock.today(),
    }
    return service.decide(**(facts | overrides))


def photo(colour: str = "green", *, name: str = "现场.jpg") -> service.Incoming:
    """A small JPEG without any EXIF."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return service.Incoming.read(name, io.BytesIO(out.getvalue()))


def paper(title: str = "建设方案") -> service.Incoming:
    """A one-page PDF."""
    content = render(Frame(title=title, issuer="试验", issued_at=clock.now()), [parts.para(title)])
    return service.Incoming.read(f"{title}.pdf", io.BytesIO(content))


def fill(acceptance: Acceptance, *, leave_out: str = "", actor: Actor = TOWNSHIP_MANAGER) -> Acceptance:
    """Put something to every item that isn't a payment, but the one left out; signs say what they must."""
    scan = paper()
    for item in list(acceptance.items):
        if item.key == leave_out or item.is_payment:
            continue
        files = {Evidence.PHOTO: [photo()], Evidence.DOCUMENT: [scan], Evidence.TEXT: []}[item.evidence]
        answer = item.sign or "写明了"
        service.record_evidence(actor=actor, request_id=None, item_id=item.id, files=files, answer=answer)
    return service.get_acceptance(actor, acceptance.id)


def judge(item: AcceptanceItem, result: ItemResult = ItemResult.QUALIFIED, **overrides: Any) -> AcceptanceItem:
    """The inspector's word on an item."""
    facts = {"actor": INSPECTOR, "request_id": None, "remark": "" if result is ItemResult.QUALIFIED else "不对"}
    facts |= {"score": Decimal(item.points)} if item.points and result is ItemResult.QUALIFIED else {}
    return service.judge_item(item_id=item.id, result=result, **(facts | overrides))


def create_submitted(**overrides: Any) -> Acceptance:
    """A complete dossier, handed in."""
    acceptance = fill(create_acceptance(**overrides))
    return service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=acceptance.id)


def create_submitted_dossier(**overrides: Any) -> Acceptance:
    """A complete dossier of the county, handed in by the hub."""
    acceptance = fill(create_dossier(**overrides), actor=HUB)
    return service.submit(actor=HUB, request_id=None, acceptance_id=acceptance.id)


def create_inspected(*, wrong: str = "", **overrides: Any) -> Acceptance:
    """Inspected and good, but for the item named, which is 不符."""
    acceptance = create_submitted(**overrides)
    for item in list(acceptance.items):
        if not item.is_payment:
            judge(item, ItemResult.MISMATCH if item.key == wrong else ItemResult.QUALIFIED)
    return close(acceptance)


def close(acceptance: Acceptance) -> Acceptance:
    """The visit is done."""
    return service.close_inspection(
        actor=INSPECTOR, request_id=None, acceptance_id=acceptance.id, inspected_on=clock.today()
    )


def pass_acceptance(acceptance: Acceptance) -> AcceptanceDecision:
    """From the draft to the decision, with everything good."""
    filled = fill(acceptance)
    service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=filled.id)
    for item in list(filled.items):
        if not item.is_payment:
            judge(item)
    return create_decision(close(filled))


def create_passed(**overrides: Any) -> Acceptance:
    """Inspected, good, passed."""
    acceptance = create_inspected(**overrides)
    create_decision(acceptance)
    return acceptance


def item_of(acceptance: Acceptance, key: str) -> AcceptanceItem:
    """The item with that key."""
    return next(item for item in acceptance.items if item.key == key)
