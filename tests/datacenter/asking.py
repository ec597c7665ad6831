"""Asking the registers, as the county's official does on 22 November 2026."""

from __future__ import annotations

from datetime import date
from typing import Any

from datacenter.service import registers
from datacenter.service.registers import Asked, Figure, Line
from datacenter.service.registers.frame import REGISTERS
from stations.models.phone_check import CallResult, PhoneCheckPerson
from stations.service import phone_checks
from tests.factories import inspection as rounds
from tests.factories.datacenter import COUNTY, OFFICIAL

TODAY = date(2026, 11, 22)
MONTH = "2026-11"
NOVEMBER = Asked(OFFICIAL, COUNTY, date(2026, 11, 1), TODAY)
OCTOBER = Asked(OFFICIAL, COUNTY, date(2026, 10, 1), date(2026, 10, 31))


def lines(key: str, asked: Asked = NOVEMBER) -> list[Line]:
    return registers.lines_of(key, asked)


def figure(key: str, asked: Asked = NOVEMBER) -> Figure:
    return REGISTERS[key].figure(lines(key, asked))


def counted(key: str, asked: Asked = NOVEMBER) -> tuple[int, int | None]:
    """Numerator and denominator."""
    found = figure(key, asked)
    return found.part, found.whole


def is_met(key: str, asked: Asked = NOVEMBER) -> bool | None:
    return registers.get_register(key, asked.last)[0].is_met(figure(key, asked))


def call(person: PhoneCheckPerson, **said: Any) -> None:
    """Somebody was reached who knows the station and is satisfied."""
    facts = {"result": CallResult.REACHED, "knows": True, "satisfied": 4}
    phone_checks.record_call(actor=rounds.INSPECTOR, request_id=None, person_id=person.id, **(facts | said))
