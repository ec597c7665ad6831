"""Divisions that went into others: on any day, where a code belongs.

Codes never change. From the day of a merger on, what stood in the old division stands in the new one; before that day
nothing is different, so that figures of past days stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core.errors import InvalidInput
from app.core.scope import county_of, prefix_of, township_of
from stations.errors import WrongDay
from stations.models import Level

TOWNSHIP_PREFIX = 9


@dataclass(frozen=True)
class Merger:
    """The division ``code`` went into ``into`` on a day."""

    code: str
    into: str
    on: date


@dataclass(frozen=True)
class Mergeable:
    """What the rule needs to know of a division that is to be merged, or to take another in."""

    code: str
    name: str
    level: Level
    valid_from: date
    valid_to: date | None


def followed(mergers: Iterable[Merger], on: date) -> dict[str, str]:
    """For each division merged by a day: the code of the division in which it is then, however many steps away."""
    into = {merger.code: merger.into for merger in mergers if merger.on <= on}
    return {code: _last(code, into) for code in into}


def _last(code: str, into: Mapping[str, str]) -> str:
    seen = {code}
    while (code := into.get(code, code)) in into and code not in seen:
        seen.add(code)
    return code


def township_on(code: str, merged: Mapping[str, str]) -> str:
    """The township in which a village (or township) lies, given where merged divisions are (:func:`followed`)."""
    township = township_of(merged.get(code, code))
    return merged.get(township, township)


def lies_in(code: str, scope: str, merged: Mapping[str, str]) -> bool:
    """Whether a division lies in a scope, or is it, given where merged divisions are."""
    prefix = prefix_of(scope)
    if len(prefix) < TOWNSHIP_PREFIX:
        return code.startswith(prefix)
    if len(prefix) == TOWNSHIP_PREFIX:
        return township_on(code, merged) == scope
    return merged.get(code, code) == scope


def absorbed(code: str, merged: Mapping[str, str]) -> list[str]:
    """The codes of the divisions that are in this one now."""
    return sorted(old for old, into in merged.items() if into == code)


def check_merger(old: Mergeable, into: Mergeable, on: date, today: date, last_in: date | None) -> None:
    """Raise InvalidInput or WrongDay when ``old`` can't go into ``into`` on that day.

    ``last_in`` is the last day on which something went into ``old`` itself: it stood on that day.
    """
    if old.level is Level.COUNTY or into.level is not old.level:
        raise InvalidInput(_l("只能把村并入村、乡镇并入乡镇。"), field="into_code")
    if old.code == into.code or county_of(old.code) != county_of(into.code):
        raise InvalidInput(_l("请选本县的另一个区划。"), field="into_code")
    for division in (old, into):
        if division.valid_to is not None:
            raise InvalidInput(_l("%(name)s已经撤并。", name=division.name), field="into_code")
    if on > today:
        raise WrongDay(_l("日期不能在今天以后。"), field="effective_on")
    first = max(filter(None, (old.valid_from, into.valid_from, last_in)))
    if on < first:
        raise WrongDay(_l("日期不能早于 %(day)s。", day=first.isoformat()), field="effective_on")
