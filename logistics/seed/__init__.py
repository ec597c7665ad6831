"""Believable logistics: the fleet, and a year of parcels through all handovers, made by the real services."""

from logistics.seed.fleet import seed_fleet
from logistics.seed.year import YearFacts, seed_year

__all__ = ["YearFacts", "seed_fleet", "seed_year"]
