"""The fleet."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from accounts import service as accounts_service
from accounts.models import UserAccount, UserStatus
from accounts.service import UserFilter
from app.core import audit
from app.core.access import Actor, Role
from app.core.command import command
from app.core.database import db
from app.core.errors import Conflict, InvalidInput
from app.core.scope import county_of
from logistics.models import Tier, Vehicle
from logistics.permissions import RUNS_PLAN
from logistics.service import places

_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{5,6}")


@dataclass(frozen=True)
class VehicleFacts:
    """What is known of a vehicle; money in fen."""

    plate: str
    tier: Tier
    capacity_parcels: int
    capacity_kg: int
    fuel_fen_per_km: int
    toll_fen: int = 0
    driver_id: uuid.UUID | None = None
    driver_name: str = ""


@command
def add_vehicle(*, actor: Actor, facts: VehicleFacts) -> Vehicle:
    """Add a vehicle to the county's fleet. Raises InvalidInput for a plate that is none, Conflict for a known one."""
    actor.require(RUNS_PLAN)
    plate = re.sub(r"[\s·.-]", "", unicodedata.normalize("NFKC", facts.plate)).upper()
    if not _PLATE.fullmatch(plate):
        raise InvalidInput(_l("车牌请写成 渝H12345 这样。"), field="plate")
    if db.session.scalar(sa.select(Vehicle.id).where(Vehicle.plate == plate)) is not None:
        raise Conflict(_l("这个车牌已经登记过了。"), field="plate")
    county = places.county_scope() if actor.everything else county_of(actor.scope_code)
    vehicle = Vehicle(**(facts.__dict__ | {"plate": plate, "county_code": county, "is_active": True}))
    db.session.add(vehicle)
    db.session.flush()
    audit.record(
        actor=actor,
        action="logistics.vehicle_added",
        subject=vehicle,
        text=f"登记车辆 {plate}（{facts.tier.label}，一次装 {facts.capacity_parcels} 件）",
        division_code=county,
    )
    return vehicle


def list_vehicles(county_code: str, *, tier: Tier | None = None, active_only: bool = True) -> Sequence[Vehicle]:
    """The county's vehicles by tier and plate."""
    query = sa.select(Vehicle).where(Vehicle.county_code == county_of(county_code))
    if tier is not None:
        query = query.where(Vehicle.tier == tier)
    if active_only:
        query = query.where(Vehicle.is_active)
    return db.session.scalars(query.order_by(Vehicle.tier, Vehicle.plate)).all()


def list_drivers(actor: Actor) -> Sequence[UserAccount]:
    """The people who log in as drivers."""
    actor.require(RUNS_PLAN)
    wanted = UserFilter(role=Role.DRIVER, status=UserStatus.ACTIVE)
    return db.session.scalars(accounts_service.list_users(actor=actor, narrowed=wanted)).all()
