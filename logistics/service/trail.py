"""The trail of a parcel: sealed events that are only ever added."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.errors import Forbidden
from app.core.ids import new_id
from logistics.models import ParcelEvent, What
from logistics.service import bulk


class Named(Protocol):
    """A station as the trail sees it."""

    @property
    def id(self) -> uuid.UUID:
        """Its key."""
        ...

    @property
    def name(self) -> str:
        """What it is called."""
        ...


@dataclass(frozen=True)
class Spot:
    """A station of which only the id and the name are at hand."""

    id: uuid.UUID
    name: str


def rows(
    actor: Actor,
    what: What,
    parcel_ids: Iterable[uuid.UUID],
    *,
    at: Named | None = None,
    run_id: uuid.UUID | None = None,
    note: str = "",
) -> list[dict[str, Any]]:
    """One event for each parcel, to be written by :func:`keep`."""
    now = clock.now()
    return [
        {
            "id": new_id(),
            "recorded_at": now,
            "parcel_id": parcel_id,
            "what": what,
            "station_id": at.id if at else None,
            "station_name": at.name if at else "",
            "run_id": run_id,
            "actor_id": actor.id,
            "actor_name": actor.name,
            "note": note,
        }
        for parcel_id in parcel_ids
    ]


def keep(events: Sequence[dict[str, Any]]) -> None:
    """Write events."""
    bulk.insert(ParcelEvent, events)


def events_of(parcel_id: uuid.UUID) -> Sequence[ParcelEvent]:
    """What happened to a parcel, oldest first."""
    query = sa.select(ParcelEvent).where(ParcelEvent.parcel_id == parcel_id)
    return db.session.scalars(query.order_by(ParcelEvent.recorded_at, ParcelEvent.id)).all()


def doer(actor: Actor, by: Actor | None) -> Actor:
    """Whose name the trail carries: several people's work may come in one batch, but only the system may say so."""
    if by is None:
        return actor
    if not actor.everything:
        raise Forbidden(_l("只能用自己的名字记录。"))
    return by
