"""Seals: append-only rows are gathered into Merkle trees, and each tree head is signed and chained.

One tree per table. :func:`make` appends the rows that are not in the tree yet and signs the new head (Ed25519);
:func:`verify` reads every row again and names the first that was altered, removed or slipped in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, merkle
from app.core.command import command
from app.core.database import SEALED, Model, UTCDateTime, append_only, db, table_of, uuid_pk

# A row may commit a little after the time written in it; younger rows than this aren't missed by a head.
GRACE = timedelta(minutes=10)
KEY_FILE = "seal-ed25519.pem"


@append_only(sealed=False)
class SealLeaf(Model):
    """The place of a row in its table's tree."""

    __tablename__ = "seal_leaf"
    __table_args__ = (sa.UniqueConstraint("stream", "row_id"),)

    stream: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    row_id: Mapped[uuid.UUID]
    leaf: Mapped[str] = mapped_column(sa.String(64))


@append_only(sealed=False)
class SealHead(Model):
    """A signed tree head: size, root, time, and the hash of the head before it."""

    __tablename__ = "seal_head"
    __table_args__ = (sa.UniqueConstraint("stream", "size"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    stream: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    root: Mapped[str] = mapped_column(sa.String(64))
    previous: Mapped[str] = mapped_column(sa.String(64))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    signature: Mapped[str] = mapped_column(sa.String(100))

    def body(self) -> bytes:
        """What is signed."""
        return json.dumps(
            [self.stream, self.size, self.root, self.previous, self.made_at.astimezone(UTC).isoformat()]
        ).encode()


@dataclass(frozen=True)
class Breach:
    """What is wrong, and with which row."""

    stream: str
    what: str  # altered | removed | inserted | tree | signature
    row_id: uuid.UUID | None
    position: int | None


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def row_bytes(row: Any, names: Sequence[str]) -> bytes:
    """A row (a mapping) in one spelling on every engine.

    A JSON object of the columns ``names`` (sorted), without spaces: ISO times in UTC, decimals and UUIDs as text.
    """
    return _encode({name: _plain(row[name]) for name in names}).encode()


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, int)):  # most of them; an enum member of ours is a str
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return str(value)


def _names(table: sa.Table) -> list[str]:
    return sorted(column.name for column in table.columns)


# -- keys ------------------------------------------------------------------------------------------


def _key_path() -> Path:
    return Path(current_app.config["DATA_DIR"]) / "keys" / KEY_FILE


def make_key() -> bool:
    """Make the sealing key unless there is one; tells whether it was made."""
    path = _key_path()
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.touch(mode=0o600)
    path.write_bytes(pem)
    return True


def _private_key() -> Ed25519PrivateKey:
    key = serialization.load_pem_private_key(_key_path().read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the sealing key is not Ed25519")
    return key


def public_key() -> Ed25519PublicKey:
    """The key with which anybody can check the heads."""
    return _private_key().public_key()


# -- making ------------------------------------------------------------------------------------------


@command
def make() -> dict[str, int]:
    """Seal what was added since the last time; returns rows sealed per table. FileNotFoundError without a key."""
    key = _private_key()
    return {stream: _extend(stream, table_of(model), key) for stream, model in sorted(SEALED.items())}


def _extend(stream: str, table: sa.Table, key: Ed25519PrivateKey) -> int:
    leaves, names = _stored_leaves(stream), _names(table)
    known = sa.select(SealLeaf.row_id).where(SealLeaf.stream == stream)
    fresh = db.session.execute(
        sa.select(table).where(table.c.id.not_in(known)).order_by(table.c.recorded_at, table.c.id)
    ).mappings()
    added = [
        {
            "stream": stream,
            "position": len(leaves) + n,
            "row_id": row["id"],
            "leaf": merkle.leaf_hash(row_bytes(row, names)).hex(),
        }
        for n, row in enumerate(fresh)
    ]
    if not added:
        return 0
    db.session.execute(sa.insert(table_of(SealLeaf)), added)
    _sign_head(stream, leaves + [bytes.fromhex(str(a["leaf"])) for a in added], key)
    return len(added)


def _stored_leaves(stream: str) -> list[bytes]:
    found = db.session.scalars(sa.select(SealLeaf.leaf).where(SealLeaf.stream == stream).order_by(SealLeaf.position))
    return [bytes.fromhex(leaf) for leaf in found]


def _sign_head(stream: str, leaves: list[bytes], key: Ed25519PrivateKey) -> None:
    last = db.session.scalar(
        sa.select(SealHead).where(SealHead.stream == stream).order_by(SealHead.size.desc()).limit(1)
    )
    previous = hashlib.sha256(last.body()).hexdigest() if last else ""
    head = SealHead(
        stream=stream,
        size=len(leaves),
        root=merkle.root(leaves).hex(),
        previous=previous,
        made_at=clock.now(),
        signature="",
    )
    head.signature = base64.b64encode(key.sign(head.body())).decode()
    db.session.add(head)
    db.session.flush()


# -- verifying ---------------------------------------------------------------------------------------


def verify() -> list[Breach]:
    """Check every sealed table; the first breach of each, an empty list when all is well."""
    key = public_key()
    found = (next(_breaches(stream, table_of(model), key), None) for stream, model in sorted(SEALED.items()))
    return [breach for breach in found if breach is not None]


def sealed_rows() -> dict[str, int]:
    """How many rows are sealed, per table."""
    counts = db.session.execute(sa.select(SealLeaf.stream, sa.func.count()).group_by(SealLeaf.stream))
    return {str(row[0]): int(row[1]) for row in counts}


def _breaches(stream: str, table: sa.Table, key: Ed25519PublicKey) -> Iterator[Breach]:
    names = _names(table)
    rows = {row["id"]: row for row in db.session.execute(sa.select(table)).mappings()}
    leaves = db.session.scalars(sa.select(SealLeaf).where(SealLeaf.stream == stream).order_by(SealLeaf.position)).all()
    for expected, leaf in enumerate(leaves):
        row = rows.get(leaf.row_id)
        if leaf.position != expected:
            yield Breach(stream, "tree", leaf.row_id, expected)
        elif row is None:
            yield Breach(stream, "removed", leaf.row_id, leaf.position)
        elif merkle.leaf_hash(row_bytes(row, names)).hex() != leaf.leaf:
            yield Breach(stream, "altered", leaf.row_id, leaf.position)
    heads = db.session.scalars(sa.select(SealHead).where(SealHead.stream == stream).order_by(SealHead.size)).all()
    yield from _head_breaches(stream, heads, [bytes.fromhex(leaf.leaf) for leaf in leaves], key)
    if heads:
        yield from _inserted(stream, rows, {leaf.row_id for leaf in leaves}, heads[-1].made_at)


def _head_breaches(stream: str, heads: Any, leaves: list[bytes], key: Ed25519PublicKey) -> Iterator[Breach]:
    previous = ""
    for head in heads:
        try:
            key.verify(base64.b64decode(head.signature), head.body())
        except InvalidSignature:
            yield Breach(stream, "signature", None, head.size)
        if head.previous != previous or merkle.root(leaves[: head.size]).hex() != head.root:
            yield Breach(stream, "tree", None, head.size)
        previous = hashlib.sha256(head.body()).hexdigest()
    if (heads[-1].size if heads else 0) != len(leaves):
        yield Breach(stream, "tree", None, len(leaves))


def _inserted(stream: str, rows: dict[uuid.UUID, Any], sealed: set[uuid.UUID], until: datetime) -> Iterator[Breach]:
    """Rows that claim to be older than the last head and yet are not in the tree."""
    for row_id, row in rows.items():
        if row_id not in sealed and row["recorded_at"] < until - GRACE:
            yield Breach(stream, "inserted", row_id, None)
