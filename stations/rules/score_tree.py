"""A score tree as it is read from data, and whether it adds up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

MAIN_POINTS, BONUS_POINTS = Decimal(100), Decimal(10)
_STEP = Decimal("0.5")


class BrokenTree(ValueError):
    """A tree that can't be used; the message names tree, line and key."""


@dataclass(frozen=True)
class TreeLeaf:
    """One indicator: what it asks, how points are given, what to have ready, whether somebody goes and looks."""

    key: str
    group: str
    part: str
    label: str
    explanation: str
    standard: str
    points: Decimal
    is_bonus: bool
    site_check: bool
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Tree:
    """A score tree; holds from a day until the day before ``valid_to``."""

    key: str
    title: str
    basis: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    leaves: tuple[TreeLeaf, ...]


def tree_for(trees: Iterable[Tree], day: date) -> Tree | None:
    """The tree that holds on a day, or None; of several the one that began last."""
    holding = [t for t in trees if t.valid_from <= day and (t.valid_to is None or day < t.valid_to)]
    return max(holding, key=lambda t: t.valid_from, default=None)


def read_tree(entry: Mapping[str, Any], text: str = "") -> Tree:
    """A tree from its table in the file; ``text`` is the file's, to name lines.

    Main groups come to 100 points and bonus groups to 10, every level is the sum of the one below, no key comes twice,
    points are positive and in steps of a half. Raises BrokenTree.
    """
    reading = _Reading(str(entry.get("key", "?")), text)
    leaves = [leaf for group in reading.need(entry, "group") for leaf in _group(reading, group)]
    reading.check_once(leaves)
    _check_whole(reading, leaves)
    return Tree(
        key=reading.need(entry, "key"),
        title=reading.need(entry, "title"),
        basis=tuple(reading.need(entry, "basis")),
        valid_from=reading.need(entry, "valid_from"),
        valid_to=entry.get("valid_to"),
        leaves=tuple(leaves),
    )


@dataclass(frozen=True)
class _Reading:
    """Which tree is read, from which text."""

    tree: str
    text: str

    def broken(self, what: str, key: str) -> BrokenTree:
        """An error that names tree, line and key."""
        return BrokenTree(f"score tree {self.tree}, {self._line(key)}{key}: {what}")

    def _line(self, key: str) -> str:
        quoted = f'"{key}"'
        for number, line in enumerate(self.text.splitlines(), 1):
            name, _, value = line.partition("=")
            if name.strip() in ("key", "label") and value.strip() == quoted:
                return f"line {number}, "
        return ""

    def need(self, entry: Mapping[str, Any], name: str) -> Any:
        """A value that must be there. Raises BrokenTree."""
        if name not in entry or entry[name] in ("", []):
            raise self.broken(f"{name} is missing", str(entry.get("key") or entry.get("label") or "?"))
        return entry[name]

    def points(self, entry: Mapping[str, Any]) -> Decimal:
        """Positive points in steps of a half. Raises BrokenTree."""
        value = self.need(entry, "points")
        name = str(entry.get("key") or entry.get("label"))
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.broken(f"points {value!r} is no number", name)
        points = Decimal(str(value))
        if points <= 0 or points % _STEP:
            raise self.broken(f"points {points} must be positive, in steps of 0.5", name)
        return points

    def check_sum(self, entry: Mapping[str, Any], below: Sequence[TreeLeaf]) -> None:
        """Raise BrokenTree unless a level's points are the sum of the level below."""
        said, found = self.points(entry), _sum(below)
        if said != found:
            raise self.broken(f"says {said} points, its leaves come to {found}", str(entry["label"]))

    def check_once(self, leaves: Sequence[TreeLeaf]) -> None:
        """Raise BrokenTree when a key comes twice."""
        seen: set[str] = set()
        for leaf in leaves:
            if leaf.key in seen:
                raise self.broken("comes twice", leaf.key)
            seen.add(leaf.key)


def _group(reading: _Reading, group: Mapping[str, Any]) -> list[TreeLeaf]:
    label = str(reading.need(group, "label"))
    bonus = bool(group.get("bonus", False))
    leaves = [leaf for part in reading.need(group, "part") for leaf in _part(reading, label, bonus, part)]
    reading.check_sum(group, leaves)
    return leaves


def _part(reading: _Reading, group: str, bonus: bool, part: Mapping[str, Any]) -> list[TreeLeaf]:
    label = str(reading.need(part, "label"))
    leaves = [
        TreeLeaf(
            key=str(reading.need(leaf, "key")),
            group=group,
            part=label,
            label=str(reading.need(leaf, "label")),
            explanation=str(reading.need(leaf, "explanation")),
            standard=str(reading.need(leaf, "standard")),
            points=reading.points(leaf),
            is_bonus=bonus,
            site_check=bool(leaf.get("site_check", False)),
            evidence=tuple(reading.need(leaf, "evidence")),
        )
        for leaf in reading.need(part, "leaf")
    ]
    reading.check_sum(part, leaves)
    return leaves


def _check_whole(reading: _Reading, leaves: Sequence[TreeLeaf]) -> None:
    for name, wanted, found in (
        ("main groups", MAIN_POINTS, _sum([leaf for leaf in leaves if not leaf.is_bonus])),
        ("bonus groups", BONUS_POINTS, _sum([leaf for leaf in leaves if leaf.is_bonus])),
    ):
        if found != wanted:
            raise reading.broken(f"the {name} come to {found} points, not {wanted}", reading.tree)


def _sum(leaves: Sequence[TreeLeaf]) -> Decimal:
    return sum((leaf.points for leaf in leaves), Decimal(0))
