"""Password hashes: argon2id."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from accounts import rules

UNUSABLE = "!"  # stands where a hash is to come; nothing matches it
# RFC 9106's second choice, for machines that share their memory. ``ARGON2`` in the settings changes single values.
PARAMETERS = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 4}


def hash_password(password: str) -> str:
    """The hash to store."""
    return _hasher().hash(_normal(password))


def matches(stored: str, password: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return _hasher().verify(stored, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def dummy_hash() -> str:
    """A hash that nothing matches, so that an unknown name costs as much time as a known one."""
    return _dummy_of(_hasher())


def _normal(password: str) -> str:
    """The same bytes from every keyboard: full-width and half-width characters count as one."""
    return unicodedata.normalize("NFKC", password)


def _hasher() -> PasswordHasher:
    return _hasher_of(**(PARAMETERS | current_app.config.get("ARGON2", {})))


@lru_cache(maxsize=8)
def _hasher_of(**parameters: int) -> PasswordHasher:
    return PasswordHasher(**parameters)


@lru_cache(maxsize=8)
def _dummy_of(hasher: PasswordHasher) -> str:
    return hasher.hash(rules.random_password())
