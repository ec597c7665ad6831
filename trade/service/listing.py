"""代买 and 代卖 in one list: what a township and the hub look through, and what they export."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.access import Actor, Role
from app.core.database import db
from app.core.labels import LabelEnum
from app.core.scope import in_scope
from trade.models.services import PurchaseService, PurchaseStatus, SaleService, SaleStatus, ServiceKind
from trade.rules.services import phone_tail


@dataclass(frozen=True)
class ServiceFilter:
    """What the list is narrowed to; days are the county's, both included."""

    q: str = ""
    kind: ServiceKind | None = None
    status: str = ""  # "purchase.ordered", "sale.paid" …
    township: str = ""
    station_id: uuid.UUID | None = None
    online: bool | None = None
    since: date | None = None
    until: date | None = None


STATUSES: dict[str, LabelEnum] = {
    **{f"purchase.{s.value}": s for s in PurchaseStatus},
    **{f"sale.{s.value}": s for s in SaleStatus},
}


def status_choices() -> list[tuple[str, Any]]:
    """``(value, label)`` of every status, the kind in front."""
    kinds = {kind.value: kind.label for kind in ServiceKind}
    return [(key, f"{kinds[key.partition('.')[0]]} · {status.label}") for key, status in STATUSES.items()]


def list_services(actor: Actor, f: ServiceFilter) -> sa.Select[Any]:
    """Query: rows (kind, id, receipt_code, day, number, recorded_at, station_name, division_name, person, phone, what,
    quantity, unit, amount_fen, online, status, operator_name), newest first, of what the actor may see.
    """
    kinds = [f.kind] if f.kind else list(ServiceKind)
    parts = [_part(actor, kind, f) for kind in kinds if not f.status or f.status.startswith(f"{kind.value}.")]
    found = sa.union_all(*(parts or [_part(actor, kinds[0], f).where(sa.false())])).subquery("service")
    return sa.select(found).order_by(found.c.day.desc(), found.c.recorded_at.desc(), found.c.id.desc())


def all_services(actor: Actor, f: ServiceFilter) -> Iterator[Any]:
    """Every row of :func:`list_services`, for a sheet."""
    yield from db.session.execute(list_services(actor, f))


def _part(actor: Actor, kind: ServiceKind, f: ServiceFilter) -> sa.Select[Any]:
    model: Any = PurchaseService if kind is ServiceKind.PURCHASE else SaleService
    query = _purchases() if kind is ServiceKind.PURCHASE else _sales()
    query = query.where(*_seen_by(actor, model), *_narrowed(model, f))
    if f.online is not None:
        query = query.where(SaleService.online == f.online if kind is ServiceKind.SALE else sa.false())
    if f.q.strip():
        query = query.where(_found(model, f.q.strip()))
    return query


def _common(model: Any) -> list[Any]:
    names = ("id", "receipt_code", "day", "number", "recorded_at", "station_name", "division_name", "operator_name")
    return [getattr(model, name) for name in names]


def _purchases() -> sa.Select[Any]:
    p = PurchaseService
    return sa.select(
        sa.literal(ServiceKind.PURCHASE.value).label("kind"),
        *_common(p),
        p.villager_name.label("person"),
        p.villager_phone.label("phone"),
        p.item.label("what"),
        sa.cast(p.pieces, sa.Numeric(14, 3)).label("quantity"),
        sa.literal("件").label("unit"),
        p.total_fen.label("amount_fen"),
        sa.literal(None, sa.Boolean).label("online"),
        sa.type_coerce(p.status, sa.String(32)).label("status"),
    )


def _sales() -> sa.Select[Any]:
    s = SaleService
    return sa.select(
        sa.literal(ServiceKind.SALE.value).label("kind"),
        *_common(s),
        s.farmer_name.label("person"),
        s.farmer_phone.label("phone"),
        s.product_name.label("what"),
        s.quantity.label("quantity"),
        s.unit.label("unit"),
        s.amount_fen.label("amount_fen"),
        s.online.label("online"),
        sa.type_coerce(s.status, sa.String(32)).label("status"),
    )


def _seen_by(actor: Actor, model: Any) -> list[Any]:
    seen = [in_scope(model.division_code, actor.scope_code)]
    if actor.role is Role.VILLAGE_OPERATOR:
        seen.append(model.station_id == actor.station_id)
    return seen


def _narrowed(model: Any, f: ServiceFilter) -> list[Any]:
    limits: list[Any] = []
    if f.status:
        limits.append(model.status == STATUSES[f.status])
    if f.township:
        limits.append(in_scope(model.division_code, f.township))
    if f.station_id:
        limits.append(model.station_id == f.station_id)
    if f.since:
        limits.append(model.day >= f.since)
    if f.until:
        limits.append(model.day <= f.until)
    return limits


def _found(model: Any, q: str) -> Any:
    purchase = model is PurchaseService
    person = model.villager_name if purchase else model.farmer_name
    phone = model.villager_phone if purchase else model.farmer_phone
    what = model.item if purchase else model.product_name
    ways = [model.receipt_code == q, person.contains(q, autoescape=True), what.contains(q, autoescape=True)]
    ways.append(model.station_name.contains(q, autoescape=True))
    tail = phone_tail(q)
    return sa.or_(*ways, phone.like(f"%{tail}")) if tail else sa.or_(*ways)
