"""Stations ready for acceptance, and acceptances at every stage, for tests."""

from __future__ import annotations

import io
import itertools
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from PIL import Image

from app.core import clock
from app.core.access import Actor, Role
from app.core.command import command
from app.core.database import db
from app.core.pdf import Frame, parts, render
from stations.models import Division, Level, Station, StationKind, StationStatus
from stations.models.acceptance import (
    Acceptance,
    AcceptanceDecision,
    AcceptanceItem,
    Decision,
    Equipment,
    Evidence,
    Finding,
    Invoice,
    ItemResult,
)
from stations.service import acceptance as service

COUNTY, TOWNSHIP, VILLAGE = "500242000000", "500242104000", "500242104201"
OTHER_TOWNSHIP, OTHER_VILLAGE = "500242105000", "500242105201"
_serial = itertools.count(1)

TOWNSHIP_MANAGER = Actor(uuid.UUID(int=1), "田应平", Role.TOWNSHIP_MANAGER, TOWNSHIP)
OTHER_MANAGER = Actor(uuid.UUID(int=2), "冉茂林", Role.TOWNSHIP_MANAGER, OTHER_TOWNSHIP)
INSPECTOR = Actor(uuid.UUID(int=3), "石明华", Role.INSPECTOR, COUNTY)
HUB = Actor(uuid.UUID(int=4), "彭国栋", Role.COUNTY_ADMIN, COUNTY)
OFFICIAL = Actor(uuid.UUID(int=5), "白县长", Role.COUNTY_OFFICIAL, COUNTY)

_PLACES = (
    (COUNTY, "酉阳土家族苗族自治县", "酉阳土家族苗族自治县", Level.COUNTY, None),
    (TOWNSHIP, "龙潭镇", "龙潭镇", Level.TOWNSHIP, COUNTY),
    (VILLAGE, "花莲村民委员会", "花莲村", Level.VILLAGE, TOWNSHIP),
    (OTHER_TOWNSHIP, "麻旺镇", "麻旺镇", Level.TOWNSHIP, COUNTY),
    (OTHER_VILLAGE, "光明村民委员会", "光明村", Level.VILLAGE, OTHER_TOWNSHIP),
)


@command
def create_places() -> None:
    """A county, two townships and a village in each, unless they are there."""
    for n, (code, name, short, level, parent) in enumerate(_PLACES):
        if db.session.get(Division, code) is None:
            place = Division(
                code=code,
                name=name,
                short_name=short,
                level=level,
                parent_code=parent,
                lon=108.77 + n / 100,
                lat=28.84,
                valid_from=date(2020, 1, 1),
            )
            db.session.add(place)
            db.session.flush()


def create_ready_station(**overrides: Any) -> Station:
    """A township station that was self-inspected."""
    create_places()
    return _create_station(**overrides)


@command
def _create_station(**overrides: Any) -> Station:
    facts = {
        "code": f"42104{next(_serial):04d}",
        "name": "龙潭镇电子商务综合服务站",
        "kind": StationKind.TOWNSHIP_STATION,
        "status": StationStatus.SELF_INSPECTED,
        "status_since": date(2026, 1, 5),
        "division_code": TOWNSHIP,
        "created_at": clock.now(),
    }
    station = Station(**(facts | overrides))
    db.session.add(station)
    return station


def create_acceptance(**overrides: Any) -> Acceptance:
    """A draft for a ready township station with 60,000 yuan approved."""
    if "station_id" not in overrides:
        overrides["station_id"] = create_ready_station().id
    facts = {
        "actor": TOWNSHIP_MANAGER,
        "request_id": None,
        "payee_code": TOWNSHIP,
        "builder_name": "龙潭镇兴农合作社",
        "approved_fen": 6_000_000,
        "approval_reference": "县商务〔2026〕17 号",
    }
    return service.open_acceptance(**(facts | overrides))


def create_invoice(acceptance: Acceptance, **overrides: Any) -> Invoice:
    """An eight-digit invoice over 1,130.00 yuan."""
    facts = {
        "actor": TOWNSHIP_MANAGER,
        "request_id": None,
        "acceptance_id": acceptance.id,
        "number": f"{next(_serial):08d}",
        "code": "5000211130",
        "issued_on": clock.today(),
        "seller": "恒达办公设备公司",
        "amount_fen": 113_000,
        "tax_fen": 13_000,
    }
    return service.add_invoice(**(facts | overrides))


def create_equipment(acceptance: Acceptance, **overrides: Any) -> Equipment:
    """Six shelves."""
    facts = {
        "actor": TOWNSHIP_MANAGER,
        "request_id": None,
        "acceptance_id": acceptance.id,
        "name": "货架",
        "model": "1.8 米",
        "quantity": Decimal(6),
        "unit": "组",
        "amount_fen": 360_000,
        "asset_label": "L-01",
    }
    return service.add_equipment(**(facts | overrides))


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


def fill(acceptance: Acceptance, *, leave_out: str = "") -> Acceptance:
    """Put something to every item that isn't a payment, but the one left out."""
    scan = paper()
    for item in list(acceptance.items):
        if item.key == leave_out or item.is_payment:
            continue
        files = {Evidence.PHOTO: [photo()], Evidence.DOCUMENT: [scan], Evidence.TEXT: []}[item.evidence]
        service.record_evidence(actor=TOWNSHIP_MANAGER, request_id=None, item_id=item.id, files=files, answer="写明了")
    return service.get_acceptance(TOWNSHIP_MANAGER, acceptance.id)


def judge(item: AcceptanceItem, result: ItemResult = ItemResult.QUALIFIED, **overrides: Any) -> AcceptanceItem:
    """The inspector's word on an item."""
    facts = {"actor": INSPECTOR, "request_id": None, "remark": "" if result is ItemResult.QUALIFIED else "不对"}
    return service.judge_item(item_id=item.id, result=result, **(facts | overrides))


def create_submitted(**overrides: Any) -> Acceptance:
    """A complete dossier, handed in."""
    acceptance = fill(create_acceptance(**overrides))
    return service.submit(actor=TOWNSHIP_MANAGER, request_id=None, acceptance_id=acceptance.id)


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


def create_passed(**overrides: Any) -> Acceptance:
    """Inspected, good, passed."""
    acceptance = create_inspected(**overrides)
    create_decision(acceptance)
    return acceptance


def item_of(acceptance: Acceptance, key: str) -> AcceptanceItem:
    """The item with that key."""
    return next(item for item in acceptance.items if item.key == key)
