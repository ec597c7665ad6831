"""Where a station of each kind may stand, when it may move, and how its code is made."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core.ids import human_code
from stations.errors import WrongDay, WrongPlace
from stations.models import STATION_MOVES, Level, StationKind, StationStatus

LEVELS: dict[StationKind, frozenset[Level]] = {
    StationKind.COUNTY_CENTER: frozenset({Level.COUNTY}),
    StationKind.TOWNSHIP_STATION: frozenset({Level.TOWNSHIP}),
    StationKind.VILLAGE_POINT: frozenset({Level.VILLAGE}),
    StationKind.LIAISON_POINT: frozenset({Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE}),
}

_NAMES = {
    StationKind.COUNTY_CENTER: "{place}电商公共服务中心",
    StationKind.TOWNSHIP_STATION: "{place}综合服务站",
    StationKind.VILLAGE_POINT: "{place}服务点",
    StationKind.LIAISON_POINT: "{place}联络点",
}


def check_place(kind: StationKind, level: Level) -> None:
    """Raise WrongPlace when a station of this kind doesn't stand in a division of that level."""
    if level not in LEVELS[kind]:
        raise WrongPlace(
            _l("%(kind)s不能设在%(level)s一级。", kind=kind.label, level=level.label), field="division_code"
        )


def check_day(effective_on: date, last_on: date | None, today: date) -> None:
    """Raise WrongDay when a move lies in the future or before the one that came last."""
    if effective_on > today:
        raise WrongDay(_l("日期不能在今天以后。"), field="effective_on")
    if last_on is not None and effective_on < last_on:
        raise WrongDay(_l("日期不能早于上一次变更（%(last)s）。", last=last_on.isoformat()), field="effective_on")


def station_code(division_code: str, taken: Collection[str]) -> str:
    """The code on a station's sign: county (2 digits) and township (3), a serial number (3), a check digit.

    ``taken`` are the codes already given under the same five digits.
    """
    prefix = code_prefix(division_code)
    serial = max((int(code[5:-1]) for code in taken), default=0) + 1
    return human_code(f"{prefix}{serial:03d}")


def code_prefix(division_code: str) -> str:
    """The five digits with which every station code of the township begins."""
    return division_code[4:9]


def moves_by_hand(status: StationStatus, accepted_on_paper: bool) -> list[StationStatus]:
    """The moves that a person may make on the station's page, in the order of a station's life.

    A station becomes accepted by its acceptance; on paper only one that stood before the plan, or one of a kind that
    has no checklist (a liaison point, the county centre).
    """
    allowed = STATION_MOVES.allowed(status)
    return [s for s in StationStatus if s in allowed and (s is not StationStatus.ACCEPTED or accepted_on_paper)]


def usual_name(kind: StationKind, place: str) -> str:
    """What a station is called when nobody says otherwise: ``龙潭镇综合服务站``, ``包家村服务点``."""
    return _NAMES[kind].format(place=place)
