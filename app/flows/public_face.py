"""What the front page tells, and where a person's own work begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.access import SYSTEM, Actor, Role
from products import service as products_service
from stations import service as stations_service

FIRST_PAGE = {
    Role.VILLAGE_OPERATOR: "desk.home",
    Role.TOWNSHIP_MANAGER: "stations.list_stations",
    Role.COUNTY_ADMIN: "datacenter.statistics",
    Role.COUNTY_OFFICIAL: "datacenter.statistics",
    Role.TRAINER: "training.list_sessions",
    Role.DRIVER: "runs.list_runs",
    Role.INSPECTOR: "stations.show_work",
    Role.PRODUCER: "home.index",
    Role.INTERFACE: "home.index",
}


def first_endpoint(actor: Actor) -> str:
    """The endpoint at which a person's own work begins."""
    return FIRST_PAGE[actor.role]


@dataclass(frozen=True)
class Face:
    """The public face of the county: its name, its network in figures, some of what it sells."""

    county: Any  # stations.models.Division, or None before a county is loaded
    coverage: Any
    products: Any


def face() -> Face:
    """Read the front page's facts; all None or empty before a county is loaded."""
    county = stations_service.county_division()
    if county is None:
        return Face(None, None, [])
    coverage = stations_service.county_coverage(actor=SYSTEM)
    return Face(county, coverage, products_service.listed_products(limit=6))
