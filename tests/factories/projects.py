"""Stations to be built, projects at every stage, and what was bought for them, for tests."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

from app.core import clock, ids
from app.core.command import command
from app.core.database import db
from app.core.scope import township_of
from stations.models import (
    BudgetCategory,
    ConstructionProject,
    Contract,
    ContractKind,
    Division,
    Equipment,
    Invoice,
    ProjectBudgetLine,
    ProjectStatus,
    Station,
    StationKind,
    StationStatus,
)
from stations.rules.projects import BudgetLine
from stations.service import projects as service
from tests.factories.actors import TOWNSHIP_MANAGER
from tests.factories.places import TOWNSHIP, create_places

_serial = itertools.count(1)
_STATION = {
    ProjectStatus.APPROVED: StationStatus.SITE_APPROVED,
    ProjectStatus.BUILDING: StationStatus.UNDER_CONSTRUCTION,
    ProjectStatus.COMPLETED: StationStatus.SELF_INSPECTED,
    ProjectStatus.ACCEPTED: StationStatus.ACCEPTED,
}


def create_planned_station(**overrides: Any) -> Station:
    """A township station that is only planned."""
    create_places()
    return _create_station(**overrides)


@command
def _create_station(**overrides: Any) -> Station:
    facts = {
        "code": f"42104{next(_serial):04d}0",
        "name": "龙潭镇电子商务综合服务站",
        "kind": StationKind.TOWNSHIP_STATION,
        "status": StationStatus.PLANNED,
        "status_since": date(2026, 1, 5),
        "division_code": TOWNSHIP,
        "created_at": clock.now(),
    }
    station = Station(**(facts | overrides))
    db.session.add(station)
    return station


def create_project(station: Station | None = None, **overrides: Any) -> ConstructionProject:
    """A completed project over 60,000 yuan, with its station where it belongs; ``status`` gives another stage."""
    status = overrides.get("status", ProjectStatus.COMPLETED)
    station = station or create_planned_station(status=_STATION.get(status, StationStatus.PLANNED))
    return _create_project(station, **overrides)


@command
def _create_project(station: Station, **overrides: Any) -> ConstructionProject:
    payee = db.session.get_one(Division, township_of(station.division_code))
    day = clock.today()
    facts = {
        "number": ids.serial_code("2026", next(_serial)),
        "station": station,
        "division_code": station.division_code,
        "station_name": station.name,
        "place_name": service.place_name(station.division_code),
        "payee_code": payee.code,
        "payee_name": service.payee_name(payee),
        "builder_name": "龙潭镇兴农合作社",
        "purpose": "方便群众寄递、代买代卖",
        "status": ProjectStatus.COMPLETED,
        "applied_on": day,
        "asked_fen": 6_000_000,
        "is_key": False,
        "approved_fen": 6_000_000,
        "approved_equipment_fen": 4_000_000,
        "approved_refurbishment_fen": 2_000_000,
        "approved_on": day,
        "approval_reference": "县商务〔2026〕17 号",
        "created_at": clock.now(),
        "created_by": "田应平",
    }
    project = ConstructionProject(**(facts | overrides))
    project.budget = [create_line(4_000_000), create_line(2_000_000, BudgetCategory.REFURBISHMENT, 2)]
    db.session.add(project)
    return project


def create_line(
    price_fen: int, category: BudgetCategory = BudgetCategory.EQUIPMENT, position: int = 1
) -> ProjectBudgetLine:
    """One thing at a price."""
    return ProjectBudgetLine(
        position=position,
        category=category,
        name="货架",
        model="",
        quantity=Decimal(1),
        unit="批",
        unit_price_fen=price_fen,
    )


def line(name: str = "货架", price_fen: int = 60_000, **overrides: Any) -> BudgetLine:
    """Six shelves for 600.00 yuan each, as an application asks for them."""
    facts = {
        "category": BudgetCategory.EQUIPMENT,
        "model": "1.8 米",
        "quantity": Decimal(6),
        "unit": "组",
    }
    return BudgetLine(name=name, unit_price_fen=price_fen, **(facts | overrides))


def create_contract(project: ConstructionProject, **overrides: Any) -> Contract:
    """A contract over 30,000.00 yuan."""
    facts = {
        "actor": TOWNSHIP_MANAGER,
        "request_id": None,
        "project_id": project.id,
        "number": f"HT-{next(_serial)}",
        "kind": ContractKind.QUOTE,
        "subject": "货架和电脑",
        "counterparty": "恒达办公设备公司",
        "counterparty_number": "",
        "signed_on": clock.today(),
        "amount_fen": 3_000_000,
    }
    return service.add_contract(**(facts | overrides))


def create_invoice(project: ConstructionProject, **overrides: Any) -> Invoice:
    """An eight-digit invoice over 1,130.00 yuan."""
    facts = {
        "actor": TOWNSHIP_MANAGER,
        "request_id": None,
        "project_id": project.id,
        "number": f"{next(_serial):08d}",
        "code": "5000211130",
        "issued_on": clock.today(),
        "seller": "恒达办公设备公司",
        "amount_fen": 113_000,
        "tax_fen": 13_000,
    }
    return service.add_invoice(**(facts | overrides))


def create_equipment(project: ConstructionProject, **overrides: Any) -> Equipment:
    """Six shelves."""
    facts = {
        "actor": TOWNSHIP_MANAGER,
        "request_id": None,
        "project_id": project.id,
        "name": "货架",
        "model": "1.8 米",
        "quantity": Decimal(6),
        "unit": "组",
        "amount_fen": 360_000,
    }
    return service.add_equipment(**(facts | overrides))
