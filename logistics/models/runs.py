"""Vehicles and their runs."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves


class Tier(LabelEnum):
    """Which level of the network a vehicle drives on."""

    TOWNSHIP = "township", _l("干线（县到乡镇）")
    VILLAGE = "village", _l("支线（乡镇到村）")


class RunStatus(LabelEnum):
    """How far a run is."""

    PLANNED = "planned", _l("待确认"), "wait"
    CONFIRMED = "confirmed", _l("已排定"), "wait"
    UNDERWAY = "underway", _l("在路上"), "wait"
    DONE = "done", _l("已跑完"), "good"
    CANCELLED = "cancelled", _l("已取消"), "plain"


_S = RunStatus
RUN_MOVES = Moves(
    {
        _S.PLANNED: {_S.CONFIRMED, _S.CANCELLED},
        _S.CONFIRMED: {_S.UNDERWAY, _S.CANCELLED},
        _S.UNDERWAY: {_S.DONE},
    }
)


class Vehicle(Model):
    """A vehicle of the fleet and who usually drives it."""

    __tablename__ = "vehicle"
    __table_args__ = (sa.Index(None, "county_code", "tier"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    plate: Mapped[str] = mapped_column(sa.String(16), unique=True)
    county_code: Mapped[str] = mapped_column(sa.String(12))
    tier: Mapped[Tier] = mapped_column(Enumerated(Tier))
    capacity_parcels: Mapped[int]
    capacity_kg: Mapped[int]
    fuel_fen_per_km: Mapped[int] = mapped_column(sa.BigInteger)
    toll_fen: Mapped[int] = mapped_column(sa.BigInteger)  # usual toll of one run
    driver_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    driver_name: Mapped[str] = mapped_column(sa.String(64))
    is_active: Mapped[bool] = mapped_column(default=True)


class Run(Model):
    """A vehicle's way through some stations and back on one day. Without a vehicle: somebody took the parcels along."""

    __tablename__ = "run"
    __table_args__ = (
        sa.Index(None, "day", "tier"),
        sa.Index(None, "division_code", "day"),
        sa.Index(None, "driver_id", "day"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    day: Mapped[date]
    tier: Mapped[Tier] = mapped_column(Enumerated(Tier))
    status: Mapped[RunStatus] = mapped_column(Enumerated(RunStatus))
    start_station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    start_name: Mapped[str] = mapped_column(sa.String(64))
    division_code: Mapped[str] = mapped_column(sa.String(12))  # of the station where it starts
    vehicle_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("vehicle.id"))
    plate: Mapped[str] = mapped_column(sa.String(16), default="")
    capacity_parcels: Mapped[int | None]
    driver_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    driver_name: Mapped[str] = mapped_column(sa.String(64), default="")
    distance_m: Mapped[int | None]
    fuel_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    toll_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    cost_fen: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # fuel and toll
    plan_seed: Mapped[int | None]
    departs_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    stops: Mapped[list[RunStop]] = relationship(order_by="RunStop.sequence")

    @property
    def is_ad_hoc(self) -> bool:
        """Whether nobody planned it: parcels were taken along."""
        return self.vehicle_id is None

    @property
    def next_stop(self) -> RunStop | None:
        """Where the driver goes next; None when every stop was reached."""
        return next((stop for stop in self.stops if stop.arrived_at is None), None)

    @property
    def deliver_count(self) -> int:
        """Parcels planned to be set down."""
        return sum(stop.deliver_count for stop in self.stops)

    @property
    def collect_count(self) -> int:
        """Parcels planned to be taken up."""
        return sum(stop.collect_count for stop in self.stops)


class RunStop(Model):
    """A halt of a run: how many parcels are planned down and up there, and when."""

    __tablename__ = "run_stop"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "sequence"),
        sa.Index(None, "station_id"),
        sa.Index(None, "division_code"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    run_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("run.id"))
    sequence: Mapped[int]
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    station_name: Mapped[str] = mapped_column(sa.String(64))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    deliver_count: Mapped[int]
    collect_count: Mapped[int]
    planned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    arrived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
