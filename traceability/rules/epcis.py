"""EPCIS 2.0 events (JSON) written from what the forms ask for. Pure: everything comes in as an argument.

Goods are named by canonical Digital Links at class level (GTIN and lot). What was harvested has no GTIN yet, it is
named by the lot's own UUID; packing transforms it into the product's lot. Places are private HTTP URIs under the
county's address, which CBV 2.0 allows where no GLN is given out.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
# Units of measure (UN/ECE Recommendation 20); a count of pieces has none.
UNIT_CODES = {"千克": "KGM", "公斤": "KGM", "克": "GRM", "升": "LTR", "毫升": "MLT"}
# Units without a common code, and units whose fractions are written in a smaller one: EPCIS quantities stay whole
# numbers here, because a JSON number with a fraction becomes a binary one in most readers.
_AS = {"斤": (500, "克"), "吨": (1000, "千克")}
_SMALLER = {"KGM": "GRM", "GRM": "MGM", "LTR": "MLT", "MLT": "4G"}
_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Where:
    """A place by division code; ``stem`` is the county's address without a slash at the end."""

    stem: str
    division_code: str

    @property
    def uri(self) -> str:
        """The place's identifier."""
        return f"{self.stem}/place/{self.division_code}"


@dataclass(frozen=True)
class Amount:
    """A quantity of something named at class level."""

    epc_class: str
    quantity: Decimal
    unit: str

    def element(self) -> dict[str, Any]:
        """As an EPCIS quantityElement. Raises ValueError for a fraction that no smaller unit takes (half a box)."""
        factor, unit = _AS.get(self.unit, (1, self.unit))
        quantity, code = self.quantity * factor, UNIT_CODES.get(unit)
        while quantity != quantity.to_integral_value():
            if code not in _SMALLER:
                raise ValueError(self.quantity)
            quantity, code = quantity * 1000, _SMALLER[code]
        element: dict[str, Any] = {"epcClass": self.epc_class, "quantity": int(quantity)}
        return element | ({"uom": code} if code else {})


def harvested_class(lot_id: uuid.UUID) -> str:
    """The identifier of what was harvested for a lot, before it is packed."""
    return f"urn:uuid:{lot_id}"


def harvest(*, event_id: uuid.UUID, at: datetime, where: Where, amount: Amount, ilmd: dict[str, Any]) -> dict[str, Any]:
    """The harvest brings the goods into being: ObjectEvent, ADD, commissioning."""
    return _event("ObjectEvent", event_id, at, where) | {
        "action": "ADD",
        "bizStep": "commissioning",
        "disposition": "active",
        "quantityList": [amount.element()],
        "ilmd": ilmd,
    }


def packing(
    *, event_id: uuid.UUID, at: datetime, where: Where, used: Amount | None, packed: Amount, ilmd: dict[str, Any]
) -> dict[str, Any]:
    """Packing turns the harvest into the product's lot: TransformationEvent; without a harvest, commissioning."""
    if used is None:
        return harvest(event_id=event_id, at=at, where=where, amount=packed, ilmd=ilmd)
    return _event("TransformationEvent", event_id, at, where) | {
        "bizStep": "commissioning",
        "disposition": "active",
        "inputQuantityList": [used.element()],
        "outputQuantityList": [packed.element()],
        "ilmd": ilmd,
    }


def document(events: list[dict[str, Any]], created: datetime) -> dict[str, Any]:
    """The events as an EPCISDocument."""
    bare = [{name: value for name, value in event.items() if name != "@context"} for event in events]
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": _instant(created),
        "epcisBody": {"eventList": bare},
    }


def _event(kind: str, event_id: uuid.UUID, at: datetime, where: Where) -> dict[str, Any]:
    return {
        "@context": [CONTEXT],
        "type": kind,
        "eventID": f"urn:uuid:{event_id}",
        "eventTime": _instant(at),
        "eventTimeZoneOffset": "+08:00",
        "readPoint": {"id": where.uri},
        "bizLocation": {"id": where.uri},
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(_SHANGHAI).isoformat(timespec="milliseconds")
