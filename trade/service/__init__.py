"""Verbs and look-ups of trade, by noun."""

from trade.service import activity, carriers, checks, day, ledger, listing, orders, services, villagers
from trade.service.places import own_place, own_station, township_choices, township_name

__all__ = [
    "activity",
    "carriers",
    "checks",
    "day",
    "ledger",
    "listing",
    "orders",
    "own_place",
    "own_station",
    "services",
    "township_choices",
    "township_name",
    "villagers",
]
