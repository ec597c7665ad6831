"""Many rows at once, by Core statements: safe when two people tap at the same time, and fast."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from app.core.database import Base, db
from logistics.errors import ChangedMeanwhile
from logistics.models import PARCEL_MOVES, Parcel, ParcelStatus

T = TypeVar("T")
_AT_ONCE = 500  # ids in one statement: below every engine's limit


def insert(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of one table, all with the same columns."""
    if rows:
        db.session.connection().execute(sa.insert(_table(model)), [dict(row) for row in rows])


def update(model: type[Base], key: str, rows: Sequence[Mapping[str, Any]], *only: sa.ColumnElement[bool]) -> None:
    """Set each row's values where the column ``key`` has that row's value of it, and ``only`` holds."""
    if not rows:
        return
    table = _table(model)
    values: dict[str, Any] = {name: sa.bindparam(f"_{name}") for name in rows[0] if name != key}
    statement = sa.update(table).where(table.c[key] == sa.bindparam(f"_{key}"), *only).values(values)
    db.session.connection().execute(statement, [{f"_{k}": v for k, v in row.items()} for row in rows])


def move_parcels(
    ids: Sequence[uuid.UUID],
    old: ParcelStatus,
    new: ParcelStatus,
    *,
    only: Sequence[sa.ColumnElement[bool]] = (),
    **values: Any,
) -> None:
    """Move parcels from one status to another, all of them or none.

    Raises IllegalMove when the table of moves forbids it, ChangedMeanwhile when one of them is no longer where it was.
    """
    PARCEL_MOVES.check(old, new)
    parcel = _table(Parcel)
    moved = 0
    for some in chunks(ids):
        done = db.session.connection().execute(
            sa.update(parcel)
            .where(among(parcel.c.id, some), parcel.c.status == old, *only)
            .values(status=new, **values)
        )
        moved += cast("sa.CursorResult[Any]", done).rowcount
    if moved != len(ids):
        raise ChangedMeanwhile
    forget(Parcel)


def among(column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """``column IN (values)`` as one parameter: the statement stays the same however many there are."""
    return cast("sa.ColumnElement[bool]", column.in_(sa.bindparam(None, list(values), expanding=True, unique=True)))


def forget(*models: type[Base]) -> None:
    """Objects of these tables that were read before are read again when they are next looked at."""
    for thing in list(db.session.identity_map.values()):
        if isinstance(thing, models):
            db.session.expire(thing)


def chunks(items: Iterable[T]) -> Iterator[list[T]]:
    """The items in lists of a size that any engine takes."""
    everything = list(items)
    for start in range(0, len(everything), _AT_ONCE):
        yield everything[start : start + _AT_ONCE]


def _table(model: type[Any]) -> sa.Table:
    return cast("sa.Table", model.__table__)
