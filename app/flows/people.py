"""People and where they work: joins logins with divisions and stations."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from accounts import service as accounts_service
from accounts.models import UserAccount
from accounts.service import NewLogin
from app.core.access import Actor
from app.core.command import command
from app.core.errors import InvalidInput
from app.core.scope import covers, prefix_of, township_of
from stations import service as stations_service
from stations.models import Level

Choices = list[tuple[str, str]]
TOWNSHIP_PREFIX = 9


@command
def add_person(
    *, actor: Actor, scope_code: str, station_id: uuid.UUID | None, request_id: uuid.UUID | None = None, **facts: Any
) -> NewLogin:
    """``accounts.service.create_user`` for a division and a station that exist and belong together."""
    _check_place(actor, scope_code, station_id)
    return accounts_service.create_user(
        actor=actor, scope_code=scope_code, station_id=station_id, request_id=request_id, **facts
    )


@command
def change_person(
    *, actor: Actor, scope_code: str, station_id: uuid.UUID | None, request_id: uuid.UUID | None = None, **facts: Any
) -> UserAccount:
    """``accounts.service.edit_user``, checked in the same way."""
    _check_place(actor, scope_code, station_id)
    return accounts_service.edit_user(
        actor=actor, scope_code=scope_code, station_id=station_id, request_id=request_id, **facts
    )


def _check_place(actor: Actor, scope_code: str, station_id: uuid.UUID | None) -> None:
    stations_service.get_division(scope_code)
    if station_id is None:
        return
    station = stations_service.get_station(station_id, actor=actor)
    if not covers(scope_code, station.division_code):
        raise InvalidInput(_l("这个站点不在所选的地方，请重新选站点或地方。"), field="station_id")


# -- names and choices for the pages ---------------------------------------------------------------


def place_name(code: str) -> str:
    """``龙潭镇包家村``."""
    return stations_service.division_name(code)


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """Places in full by code, in one query; a code that is not known stands for itself."""
    wanted = set(codes)
    names = stations_service.division_names(wanted | {township_of(code) for code in wanted})
    return {code: _in_full(code, names) for code in wanted}


def _in_full(code: str, names: dict[str, str]) -> str:
    if code not in names:
        return code
    return names[code] if code == township_of(code) else names.get(township_of(code), "") + names[code]


def parts_of(actor: Actor) -> Choices:
    """The divisions one level below the actor's own, to narrow a list by: townships for the hub, villages below it."""
    level = Level.VILLAGE if _is_township(actor.scope_code) else Level.TOWNSHIP
    return [(d.code, d.short_name) for d in stations_service.list_divisions(level, actor.scope_code)]


def division_choices(actor: Actor) -> dict[str, Choices]:
    """Where the actor may place people, in named groups: the county, then each township with its villages below it."""
    villages = stations_service.list_divisions(Level.VILLAGE, actor.scope_code)
    if _is_township(actor.scope_code):
        return {place_name(actor.scope_code): [(d.code, d.short_name) for d in villages]}
    counties = stations_service.list_divisions(Level.COUNTY, actor.scope_code)
    groups = {str(_("全县")): [(d.code, d.short_name) for d in counties]}
    for township in stations_service.list_divisions(Level.TOWNSHIP, actor.scope_code):
        below = [(d.code, d.short_name) for d in villages if d.parent_code == township.code]
        groups[township.short_name] = [
            (township.code, _("%(township)s（全乡镇）", township=township.short_name)),
            *below,
        ]
    return groups


def station_choices(actor: Actor) -> Choices:
    """The stations at which the actor may place people."""
    return [(str(s.id), s.name) for s in stations_service.list_stations(scope_code=actor.scope_code)]


def station_name(station_id: uuid.UUID | None) -> str | None:
    """The name of a station."""
    station = stations_service.find_station(station_id) if station_id else None
    return station.name if station else None


def _is_township(scope_code: str) -> bool:
    return len(prefix_of(scope_code)) == TOWNSHIP_PREFIX
