"""The network of any day, from everything that ever happened to it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from stations.models import BUILT, Level, StationKind, StationStatus
from stations.rules.coverage import Coverage, Place, Standing, measure
from stations.rules.mergers import Merger, followed, lies_in
from stations.rules.names import short_name


@dataclass(frozen=True)
class Change:
    """A station was in a status from a day on."""

    station_id: uuid.UUID
    division_code: str
    kind: StationKind
    status: StationStatus
    effective_on: date


@dataclass(frozen=True)
class Served:
    """A point served a village beside its own from a day until the day before ``valid_to``."""

    station_id: uuid.UUID
    village_code: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Known:
    """A division as it is known today."""

    code: str
    name: str
    level: Level
    is_key: bool
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class Rename:
    """Until the day before ``effective_on`` a division was called otherwise (its official name)."""

    code: str
    old_name: str
    effective_on: date


@dataclass(frozen=True)
class Mark:
    """From a day on, a division was a key one, or no longer was."""

    code: str
    is_key: bool
    effective_on: date


@dataclass(frozen=True)
class History:
    """Everything about a county's network, each list in the order in which it happened."""

    divisions: Sequence[Known]
    renames: Sequence[Rename]
    marks: Sequence[Mark]
    mergers: Sequence[Merger]
    changes: Sequence[Change]
    served: Sequence[Served]

    def places(self, on: date) -> list[Place]:
        """The divisions valid on a day, with the names and marks of that day."""
        names, key = names_on(self.renames, on), keys_on(self.marks, on)
        return [
            Place(d.code, names.get(d.code, d.name), d.level, key.get(d.code, d.is_key))
            for d in self.divisions
            if d.valid_from <= on and (d.valid_to is None or d.valid_to > on)
        ]

    def standings(self, on: date) -> list[Standing]:
        """Every station registered by a day, in its status and its place of that day."""
        return list(self.standing_by_station(on).values())

    def standing_by_station(self, on: date) -> dict[uuid.UUID, Standing]:
        """The same by station."""
        merged = followed(self.mergers, on)
        last = {change.station_id: change for change in self.changes if change.effective_on <= on}
        neighbours: dict[uuid.UUID, list[str]] = defaultdict(list)
        for link in self.served:
            if link.valid_from <= on and (link.valid_to is None or link.valid_to > on):
                neighbours[link.station_id].append(merged.get(link.village_code, link.village_code))
        return {
            station_id: Standing(
                merged.get(change.division_code, change.division_code),
                change.kind,
                change.status,
                tuple(neighbours[station_id]),
            )
            for station_id, change in last.items()
        }

    def built_since(self, on: date) -> dict[uuid.UUID, date]:
        """The day from which each station has stood accepted, first of all, up to a day."""
        first: dict[uuid.UUID, date] = {}
        for change in self.changes:
            if change.effective_on <= on and change.status in BUILT:
                first.setdefault(change.station_id, change.effective_on)
        return first

    def coverage(self, scope: str, name: str, on: date) -> Coverage:
        """How much of a scope is covered on a day."""
        merged, places = followed(self.mergers, on), self.places(on)
        return measure(
            name=name,
            places=[place for place in places if lies_in(place.code, scope, merged)],
            stations=self.standings(on),
            on=on,
            scope=scope,
            township_names={place.code: place.name for place in places if place.level is Level.TOWNSHIP},
            merged=merged,
        )


def names_on(renames: Sequence[Rename], on: date) -> dict[str, str]:
    """Everyday names on a day, by code, of the divisions that were called otherwise then."""
    names: dict[str, str] = {}
    for rename in renames:
        if rename.effective_on > on:
            names.setdefault(rename.code, short_name(rename.old_name))
    return names


def keys_on(marks: Sequence[Mark], on: date) -> Mapping[str, bool]:
    """Whether each division that was ever marked was a key one on a day.

    Before its first mark it was the opposite of what that mark made it.
    """
    key: dict[str, bool] = {}
    for mark in marks:
        if mark.effective_on <= on:
            key[mark.code] = mark.is_key
        else:
            key.setdefault(mark.code, not mark.is_key)
    return key
