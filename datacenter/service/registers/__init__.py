"""Registers (台账): behind each indicator the list of what is counted, line by line, each leading to its evidence."""

from datacenter.service.registers import network
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
    select,
)

__all__ = [
    "Asked",
    "Evidence",
    "Figure",
    "Indicator",
    "Line",
    "Register",
    "get_register",
    "indicators",
    "lines_of",
    "network",
    "select",
]
