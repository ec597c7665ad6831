"""Names of places, asked of the stations' register of divisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _l

from app.core.access import Actor
from app.core.errors import InvalidInput
from app.core.scope import covers, township_of
from stations import service as stations_service
from stations.models import Level


def village_codes() -> frozenset[str]:
    """The codes of all villages there are."""
    return frozenset(d.code for d in stations_service.list_divisions(level=Level.VILLAGE))


def village_choices(actor: Actor) -> list[tuple[str, str]]:
    """``(code, name)`` of the villages in scope, with the township's name in front."""
    townships = dict(township_choices(actor))
    return [
        (d.code, f"{townships.get(township_of(d.code), '')}{d.short_name}")
        for d in stations_service.list_divisions(Level.VILLAGE, actor_scope(actor))
    ]


def actor_scope(actor: Actor) -> str | None:
    """The actor's scope; None, which is everywhere, for the system."""
    return None if actor.everything else actor.scope_code


def township_choices(actor: Actor) -> list[tuple[str, str]]:
    """``(code, name)`` of the townships in scope, or the one in which the actor's village lies."""
    return [
        (d.code, d.short_name)
        for d in stations_service.list_divisions(level=Level.TOWNSHIP)
        if actor.everything or covers(actor.scope_code, d.code) or covers(d.code, actor.scope_code)
    ]


def require_village(code: str) -> None:
    """Raise InvalidInput (field ``division_code``) unless the village exists."""
    division = stations_service.find_division(code)
    if division is None or division.level is not Level.VILLAGE:
        raise InvalidInput(_l("没有这个村，请从列表里选。"), field="division_code")


def place_names(codes: Iterable[str]) -> Mapping[str, str]:
    """``{code: "龙潭镇 花莲村"}`` for every code asked for; an unknown code stands for itself."""
    wanted = set(codes)
    names = stations_service.division_names(wanted | {township_of(code) for code in wanted})
    return {code: _full(code, names) for code in wanted}


def _full(code: str, names: Mapping[str, str]) -> str:
    township = township_of(code)
    parts = dict.fromkeys((names.get(township, ""), names.get(code, code)))
    return " ".join(part for part in parts if part)
