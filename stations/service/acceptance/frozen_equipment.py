"""The equipment of an acceptance as plain data: the list, and the three-way count of list, invoices and labels."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from stations.models import AssetCount, ConstructionProject, Equipment
from stations.rules.counting import Compared
from stations.service import projects
from stations.service.acceptance.trail import in_chinese

Facts = dict[str, Any]


def freeze_equipment(project: ConstructionProject) -> Facts:
    """Line by line: what the list says, what invoices name, what of it was found on site, on which day and by whom."""
    found, listed = projects.three_way(project), project.listed
    counts = projects.last_counts([unit.id for thing in listed for unit in thing.units])
    return {
        "lines": [_line(thing, line, counts) for thing, line in zip(listed, found.lines, strict=True)],
        "unlisted": list(found.unlisted),
        "agrees": found.agrees,
    }


def _line(thing: Equipment, line: Compared, counts: Mapping[uuid.UUID, AssetCount]) -> Facts:
    counted = {(counts[unit.id].checked_on, counts[unit.id].checked_by) for unit in thing.units if unit.id in counts}
    return {
        "name": thing.name,
        "model": thing.model,
        "unit": thing.unit,
        "amount_fen": thing.amount_fen,
        "listed": _figure(thing.quantity),
        "invoiced": _figure(line.listed.invoiced),
        "labels": [unit.number for unit in thing.units],
        "present": line.present,
        "damaged": line.damaged,
        "absent": line.absent,
        "uncounted": line.uncounted,
        "counted": [{"on": day.isoformat(), "by": name} for day, name in sorted(counted)],
        "differences": [in_chinese(words) for words in line.differences],
    }


def _figure(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}"
