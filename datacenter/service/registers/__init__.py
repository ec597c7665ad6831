"""Registers (台账): behind each indicator the list of what is counted, line by line, each leading to its evidence."""

from datacenter.service.registers import center, inspection, money, network, organisation
from datacenter.service.registers.frame import (
    Asked,
    Evidence,
    Figure,
    Indicator,
    Line,
    Register,
    get_register,
    indicators,
    lines_of,
    readable,
    select,
)

__all__ = [
    "Asked",
    "Evidence",
    "Figure",
    "Indicator",
    "Line",
    "Register",
    "center",
    "get_register",
    "indicators",
    "inspection",
    "lines_of",
    "money",
    "network",
    "organisation",
    "readable",
    "select",
]
