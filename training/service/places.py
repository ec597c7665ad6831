"""The villages a form offers, grouped by township."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.core.scope import county_of, prefix_of, township_of
from stations import service as stations_service
from stations.models import Division, Level
from training.models import TrainingSession

Choices = list[tuple[str, Any]]
Groups = dict[str | None, Choices]


def session_places(scope_code: str) -> Groups:
    """Where a session may be held: the county, its townships, their villages, as far as they lie in the scope."""
    groups: Groups = {None: [("", _("请选"))]}
    counties = stations_service.list_divisions(Level.COUNTY, scope_code)
    if counties:
        groups[_("全县")] = [(county.code, county.short_name) for county in counties]
    for township, villages in _townships(scope_code):
        whole = (township.code, _("%(township)s（镇上）", township=township.short_name))
        groups[township.short_name] = [whole, *_pairs(villages)]
    return groups


def trainee_places(session: TrainingSession, scope_code: str | None = None) -> Groups:
    """Where the people at a session come from.

    Signing in by themselves (no ``scope_code``) they choose among the villages of the session's township, at a
    session of the county among its townships; whoever is from elsewhere chooses the township or the county itself.
    Somebody who ticks for them has all villages of the own scope as well, the session's township first.
    """
    groups: Groups = {None: [("", _("请选"))]}
    if session.division_code == county_of(session.division_code):
        groups |= _county_groups(session.division_code)
    else:
        groups |= _township_groups(township_of(session.division_code), session.division_code)
    if scope_code is not None:
        for township, villages in _townships(scope_code):
            groups.setdefault(township.short_name, [*_pairs(villages), _elsewhere(township)])
    return groups


def _township_groups(township_code: str, near: str) -> Groups:
    """The township's villages, the one where the session is held first: most who come are from there."""
    return {
        township.short_name: [*_pairs(sorted(villages, key=lambda v: v.code != near)), _elsewhere(township)]
        for township, villages in _townships(township_code)
    }


def _county_groups(county_code: str) -> Groups:
    townships = stations_service.list_divisions(Level.TOWNSHIP, county_code)
    county = stations_service.get_division(county_code)
    return {_("各乡镇"): [*_pairs(townships), (county.code, _("外县的"))]}


def _townships(scope_code: str) -> list[tuple[Division, list[Division]]]:
    """Each township of the scope with its villages of the scope, in two queries."""
    villages = stations_service.list_divisions(Level.VILLAGE, scope_code)
    wide = prefix_of(scope_code) == prefix_of(county_of(scope_code))
    townships = stations_service.list_divisions(Level.TOWNSHIP, scope_code if wide else township_of(scope_code))
    return [(t, [v for v in villages if v.parent_code == t.code]) for t in townships]


def _pairs(divisions: Any) -> Choices:
    return [(division.code, division.short_name) for division in divisions]


def _elsewhere(township: Division) -> tuple[str, str]:
    return township.code, _("不在上面的村（记在%(township)s）", township=township.short_name)
