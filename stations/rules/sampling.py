r"""Drawing a sample that an outsider can draw again with nothing but the list of ids and the seed.

The algorithm, in words that go onto the page::

    key(id)     = SHA-256 of the text  seed + newline + id  (UTF-8), as 64 hexadecimal digits
    order       = all ids sorted by their key
    sample      = the first n of that order; who has to be replaced, is by the next one

``printf '%s\n%s' "$SEED" "$ID" | sha256sum`` gives a key. There is no generator whose implementation could differ and
no state: the place of one id in the order does not depend on the others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence


def key(seed: str, identifier: str) -> str:
    """The key of one id under a seed: 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}\n{identifier}".encode()).hexdigest()


def order(identifiers: Iterable[str], seed: str) -> list[str]:
    """All different ids in the order of the drawing. The order in which they come in doesn't matter."""
    return sorted(set(identifiers), key=lambda identifier: (key(seed, identifier), identifier))


def draw(identifiers: Iterable[str], size: int, seed: str) -> list[str]:
    """The first ``size`` of :func:`order`; all of them when there are fewer. Raises ValueError for a negative size."""
    if size < 0:
        raise ValueError(size)
    return order(identifiers, seed)[:size]


def fingerprint(identifiers: Iterable[str]) -> str:
    """The SHA-256 of the different ids, sorted, with a newline between two: says among whom was drawn."""
    return hashlib.sha256("\n".join(sorted(set(identifiers))).encode()).hexdigest()


def agrees(population: Sequence[str], sha256: str, seed: str, drawn: Sequence[str]) -> bool:
    """Whether a sample, in its order, is what the seed gives, and the population is the one on record."""
    return fingerprint(population) == sha256 and draw(population, len(drawn), seed) == list(drawn)
