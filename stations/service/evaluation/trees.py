"""The score trees and the registers that evidence may point at, read from data."""

from __future__ import annotations

import functools
import tomllib
from importlib.resources import files

from stations.rules.score_tree import BrokenTree, Tree, read_tree


@functools.cache
def trees() -> tuple[Tree, ...]:
    """All trees of ``stations/data/score_trees.toml``. Raises BrokenTree naming line and key."""
    return read_trees(_text("score_trees.toml"))


def read_trees(text: str) -> tuple[Tree, ...]:
    """The trees of a file's text. Raises BrokenTree, also for a key that two trees share."""
    try:
        entries = tomllib.loads(text)["tree"]
    except (tomllib.TOMLDecodeError, KeyError) as error:
        raise BrokenTree(f"score trees: {error}") from None
    if not isinstance(entries, list):
        raise BrokenTree("score trees: a tree begins with [[tree]]")
    found = tuple(read_tree(entry, text) for entry in entries)
    if len({tree.key for tree in found}) != len(found):
        raise BrokenTree("score trees: a tree's key comes twice")
    return found


@functools.cache
def registers() -> tuple[tuple[str, str], ...]:
    """(path, label) of the registers that a leaf may point at."""
    return tuple((row["path"], row["label"]) for row in tomllib.loads(_text("evidence_registers.toml"))["register"])


def _text(name: str) -> str:
    return (files("stations") / "data" / name).read_text(encoding="utf-8")
