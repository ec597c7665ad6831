"""Parcels, where each one is, and what happened to it."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves


class Direction(LabelEnum):
    """Down to the village, or up from it."""

    DOWN = "down", _l("到件（下行）")
    UP = "up", _l("寄件（上行）")


class SizeClass(LabelEnum):
    """How large a parcel is: decides the shelf it lies on."""

    SMALL = "small", _l("小件")
    MEDIUM = "medium", _l("中件")
    LARGE = "large", _l("大件")


class ParcelStatus(LabelEnum):
    """Where a parcel is on its way."""

    AT_HUB = "at_hub", _l("在县中心"), "wait"
    TO_TOWNSHIP = "to_township", _l("送往乡镇站"), "plain"
    AT_TOWNSHIP = "at_township", _l("在乡镇站"), "wait"
    TO_VILLAGE = "to_village", _l("送往村点"), "plain"
    AT_VILLAGE = "at_village", _l("等人来取"), "wait"
    PICKED_UP = "picked_up", _l("已取件"), "good"
    ACCEPTED_AT_VILLAGE = "accepted_at_village", _l("村点已收寄"), "wait"
    TO_TOWNSHIP_UP = "to_township_up", _l("寄件送往乡镇站"), "plain"
    AT_TOWNSHIP_UP = "at_township_up", _l("寄件在乡镇站"), "wait"
    TO_HUB = "to_hub", _l("寄件送往县中心"), "plain"
    AT_HUB_UP = "at_hub_up", _l("寄件在县中心"), "wait"
    DISPATCHED = "dispatched", _l("已交快递公司"), "good"
    RETURNED = "returned", _l("已退回"), "bad"
    LOST = "lost", _l("丢失"), "bad"


_S = ParcelStatus
PARCEL_MOVES = Moves(
    {
        _S.AT_HUB: {_S.TO_TOWNSHIP, _S.RETURNED, _S.LOST},
        _S.TO_TOWNSHIP: {_S.AT_TOWNSHIP, _S.AT_HUB, _S.LOST},
        _S.AT_TOWNSHIP: {_S.TO_VILLAGE, _S.RETURNED, _S.LOST},
        _S.TO_VILLAGE: {_S.AT_VILLAGE, _S.AT_TOWNSHIP, _S.LOST},
        _S.AT_VILLAGE: {_S.PICKED_UP, _S.RETURNED, _S.LOST},
        _S.ACCEPTED_AT_VILLAGE: {_S.TO_TOWNSHIP_UP, _S.RETURNED, _S.LOST},
        _S.TO_TOWNSHIP_UP: {_S.AT_TOWNSHIP_UP, _S.ACCEPTED_AT_VILLAGE, _S.LOST},
        _S.AT_TOWNSHIP_UP: {_S.TO_HUB, _S.LOST},
        _S.TO_HUB: {_S.AT_HUB_UP, _S.AT_TOWNSHIP_UP, _S.LOST},
        _S.AT_HUB_UP: {_S.DISPATCHED, _S.RETURNED, _S.LOST},
    }
)
FINAL = frozenset({_S.PICKED_UP, _S.DISPATCHED, _S.RETURNED, _S.LOST})
IN_TRANSIT = frozenset({_S.TO_TOWNSHIP, _S.TO_VILLAGE, _S.TO_TOWNSHIP_UP, _S.TO_HUB})
_FINAL_SQL = ", ".join(f"'{status.value}'" for status in sorted(FINAL))


class Parcel(Model):
    """A parcel. It lies at one station or rides on one run, never both and never neither, until it is handed out.

    The person is the villager: who receives what comes down, who sends what goes up. ``village_station_id`` is the
    village point it goes to or comes from, ``township_station_id`` the township station it passes through.
    """

    __tablename__ = "parcel"
    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN holder_station_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN run_id IS NULL THEN 0 ELSE 1 END)"
            f" = (CASE WHEN status IN ({_FINAL_SQL}) THEN 0 ELSE 1 END)",
            name="one_place",
        ),
        sa.Index(None, "holder_station_id", "status"),
        sa.Index(None, "village_station_id", "status"),
        sa.Index(None, "division_code", "status"),
        sa.Index(None, "township_station_id"),
        sa.Index(None, "run_id"),
        sa.Index(None, "waybill_number"),
        sa.Index(None, "phone_tail"),
        sa.Index(None, "created_at"),
        sa.Index(
            "uq_parcel_waybill_at_station",
            "village_station_id",
            "waybill_number",
            unique=True,
            sqlite_where=sa.text("status <> 'returned'"),
            postgresql_where=sa.text("status <> 'returned'"),
        ),
        sa.Index(
            "uq_parcel_code_on_shelf",
            "holder_station_id",
            "pickup_code",
            unique=True,
            sqlite_where=sa.text("status = 'at_village'"),
            postgresql_where=sa.text("status = 'at_village'"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    waybill_number: Mapped[str] = mapped_column(sa.String(40))
    carrier: Mapped[str] = mapped_column(sa.String(16))  # key of data/carriers.toml
    carrier_name: Mapped[str] = mapped_column(sa.String(32))
    direction: Mapped[Direction] = mapped_column(Enumerated(Direction))
    status: Mapped[ParcelStatus] = mapped_column(Enumerated(ParcelStatus))
    village_station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    village_name: Mapped[str] = mapped_column(sa.String(64))
    township_station_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("station.id"))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    holder_station_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("station.id"))
    run_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("run.id"))
    person_name: Mapped[str] = mapped_column(sa.String(64), default="")
    person_phone: Mapped[str | None] = mapped_column(sa.String(20))
    phone_tail: Mapped[str | None] = mapped_column(sa.String(4))
    size: Mapped[SizeClass] = mapped_column(Enumerated(SizeClass))
    cod_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    is_cold: Mapped[bool] = mapped_column(default=False)
    is_fragile: Mapped[bool] = mapped_column(default=False)
    # what comes down: its place on the shelf
    pickup_code: Mapped[str | None] = mapped_column(sa.String(16))
    shelved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    pickup_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("pickup.id"))
    # what goes up
    destination: Mapped[str] = mapped_column(sa.String(200), default="")
    weight_kg: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 3))
    freight_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    goods_checked: Mapped[bool] = mapped_column(default=False)  # 当面验视
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def is_final(self) -> bool:
        """Whether it has left the network."""
        return self.status in FINAL


class What(LabelEnum):
    """What happened to a parcel."""

    ARRIVED = "arrived", _l("到县中心")
    SENT = "sent", _l("装车发出")
    RECEIVED = "received", _l("到站签收")
    SHELVED = "shelved", _l("上架")
    PICKED_UP = "picked_up", _l("取件"), "good"
    ACCEPTED = "accepted", _l("收寄")
    DISPATCHED = "dispatched", _l("交给快递公司"), "good"
    RETURNED = "returned", _l("退回"), "bad"
    MISSING = "missing", _l("交接时没有找到"), "bad"
    FOUND = "found", _l("找到了"), "good"
    LOST = "lost", _l("确认丢失"), "bad"


@append_only()
class ParcelEvent(Model):
    """One thing that happened to a parcel: when, where or on which run, by whom. Never altered."""

    __tablename__ = "parcel_event"
    __table_args__ = (sa.Index(None, "parcel_id", "recorded_at"), sa.Index(None, "what", "recorded_at"))

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    parcel_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("parcel.id"))
    what: Mapped[What] = mapped_column(Enumerated(What))
    station_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("station.id"))
    station_name: Mapped[str] = mapped_column(sa.String(64))
    run_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("run.id"))
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[str] = mapped_column(sa.String(64))
    note: Mapped[str] = mapped_column(sa.String(200))


class Picker(LabelEnum):
    """Who came for the parcel."""

    SELF = "self", _l("本人")
    RELATIVE = "relative", _l("家人、邻居代取")


@append_only()
class Pickup(Model):
    """Parcels handed out to one person at one time, with the money collected on delivery."""

    __tablename__ = "pickup"
    __table_args__ = (sa.Index(None, "station_id", "recorded_at"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    picker: Mapped[Picker] = mapped_column(Enumerated(Picker))
    picker_name: Mapped[str] = mapped_column(sa.String(64))
    parcel_count: Mapped[int]
    cod_fen: Mapped[int] = mapped_column(sa.BigInteger)
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[str] = mapped_column(sa.String(64))


class PickupDesk(Model):
    """What a village point's counter remembers: the last shelf number of the day, and wrong pickup codes.

    Taking hold of this row is what keeps two people from giving out the same code.
    """

    __tablename__ = "pickup_desk"

    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"), primary_key=True)
    counted_on: Mapped[date | None]
    last_number: Mapped[int] = mapped_column(default=0)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
