"""The receipts behind a station's figures: every sale, purchase and parcel of the month, one by one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core import clock
from app.core.access import Actor
from app.core.database import db
from app.core.labels import LabelEnum
from datacenter.rules import Figures, due
from datacenter.service import measures
from datacenter.service.measures import Slice
from logistics.models import Parcel, ParcelEvent, What
from stations import service as stations_service
from trade.models import PurchaseService, PurchaseStatus, SaleService, SaleStatus


class ReceiptKind(LabelEnum):
    """What a receipt is for, in the words of the table's columns."""

    SALE = "sale", _l("代卖")
    PURCHASE = "purchase", _l("代买")
    DOWN = "down", _l("包裹入库")
    UP = "up", _l("包裹收寄")


@dataclass(frozen=True)
class ReceiptFilter:
    """What the list is narrowed to: ``q`` searches number, goods and person."""

    kind: ReceiptKind | None = None
    q: str = ""


def receipts(actor: Actor, month: str, station_id: uuid.UUID, f: ReceiptFilter | None = None) -> sa.Select[Any]:
    """The query for a station's receipts of a month, newest first.

    Rows are ``(kind, id, code, recorded_at, what, person, amount_fen, online, voided)``. The sum of the rows of a
    kind that are not voided, their number for parcels, is the figure of the table. Raises NotFound outside the
    actor's scope.
    """
    chosen = f or ReceiptFilter()
    station = stations_service.get_station(station_id, actor=actor)
    kinds = [chosen.kind] if chosen.kind else list(ReceiptKind)
    every = sa.union_all(*(_PARTS[kind](station.id, month, kind) for kind in kinds)).subquery()
    query = sa.select(every)
    if chosen.q.strip():
        columns = (every.c.code, every.c.what, every.c.person)
        query = query.where(sa.or_(*(c.icontains(chosen.q.strip(), autoescape=True) for c in columns)))
    return query.order_by(every.c.recorded_at.desc(), every.c.id)


def rows_of_receipts(actor: Actor, month: str, station_id: uuid.UUID, f: ReceiptFilter) -> Sequence[Any]:
    """All rows of :func:`receipts`, for export."""
    return db.session.execute(receipts(actor, month, station_id, f)).all()


def station_figures(actor: Actor, month: str, station_id: uuid.UUID) -> Figures:
    """The station's own row of the month table. Raises NotFound outside the actor's scope."""
    station = stations_service.get_station(station_id, actor=actor)
    found = measures.figures(Slice(station.division_code, month, by_station=True))
    return due(found.get(station.id, Figures()), True, 1, retail=False)


def _sales(station_id: uuid.UUID, month: str, kind: ReceiptKind) -> sa.Select[Any]:
    return _records(SaleService, station_id, month).with_only_columns(
        *_head(kind, SaleService.id, SaleService.receipt_code, SaleService.recorded_at),
        SaleService.product_name.label("what"),
        SaleService.farmer_name.label("person"),
        SaleService.amount_fen.label("amount_fen"),
        SaleService.online.label("online"),
        (SaleService.status == SaleStatus.VOIDED).label("voided"),
    )


def _purchases(station_id: uuid.UUID, month: str, kind: ReceiptKind) -> sa.Select[Any]:
    return _records(PurchaseService, station_id, month).with_only_columns(
        *_head(kind, PurchaseService.id, PurchaseService.receipt_code, PurchaseService.recorded_at),
        PurchaseService.item.label("what"),
        PurchaseService.villager_name.label("person"),
        PurchaseService.total_fen.label("amount_fen"),
        sa.false().label("online"),
        (PurchaseService.status == PurchaseStatus.VOIDED).label("voided"),
    )


def _records(model: Any, station_id: uuid.UUID, month: str) -> sa.Select[Any]:
    first = clock.parse_month(month)
    return sa.select(model).where(
        model.station_id == station_id, model.day >= first, model.day < clock.next_month(first)
    )


def _parcels(station_id: uuid.UUID, month: str, kind: ReceiptKind) -> sa.Select[Any]:
    start, until = clock.month_bounds(month)
    return (
        sa.select(
            *_head(kind, Parcel.id, Parcel.waybill_number, sa.func.min(ParcelEvent.recorded_at)),
            Parcel.carrier_name.label("what"),
            Parcel.person_name.label("person"),
            sa.cast(sa.null(), sa.BigInteger).label("amount_fen"),
            sa.false().label("online"),
            sa.false().label("voided"),
        )
        .join(ParcelEvent, ParcelEvent.parcel_id == Parcel.id)
        .where(
            Parcel.village_station_id == station_id,
            ParcelEvent.what == (What.SHELVED if kind is ReceiptKind.DOWN else What.ACCEPTED),
            ParcelEvent.recorded_at >= start,
            ParcelEvent.recorded_at < until,
        )
        .group_by(Parcel.id, Parcel.waybill_number, Parcel.carrier_name, Parcel.person_name)
    )


def _head(kind: ReceiptKind, key: Any, code: Any, recorded_at: Any) -> tuple[Any, ...]:
    return (
        sa.literal(kind.value).label("kind"),
        key.label("id"),
        code.label("code"),
        recorded_at.label("recorded_at"),
    )


_PARTS = {
    ReceiptKind.SALE: _sales,
    ReceiptKind.PURCHASE: _purchases,
    ReceiptKind.DOWN: _parcels,
    ReceiptKind.UP: _parcels,
}
