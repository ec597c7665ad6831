"""The equipment register: what was bought for a station, one label for each thing, and when it was last seen."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum


class CountResult(LabelEnum):
    """What was found of a labelled thing."""

    PRESENT = "present", _l("在"), "good"
    ABSENT = "absent", _l("不在"), "bad"
    DAMAGED = "damaged", _l("在但损坏"), "wait"


class Equipment(Model):
    """A line of the equipment list: a kind of thing and how many of it."""

    __tablename__ = "station_equipment"
    __table_args__ = (sa.Index(None, "project_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    project_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("construction_project.id"))
    name: Mapped[str] = mapped_column(sa.String(100))
    model: Mapped[str] = mapped_column(sa.String(100))
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(14, 3))
    unit: Mapped[str] = mapped_column(sa.String(16))
    amount_fen: Mapped[int] = mapped_column(sa.BigInteger)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(sa.String(64))
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    voided_reason: Mapped[str | None] = mapped_column(sa.String(200))

    units: Mapped[list[EquipmentUnit]] = relationship(order_by="EquipmentUnit.number", back_populates="equipment")


class EquipmentUnit(Model):
    """One physical thing with its asset number; what is not counted in pieces (12.5 metres of cable) is one thing."""

    __tablename__ = "equipment_unit"
    __table_args__ = (sa.Index(None, "equipment_id"), sa.Index(None, "station_id"))

    id: Mapped[uuid.UUID] = uuid_pk()
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)  # printed on the label, with a check digit
    equipment_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station_equipment.id"))
    equipment: Mapped[Equipment] = relationship(back_populates="units")
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))


@append_only()
class AssetCheck(Model):
    """Somebody went through labels on site on a day, some or all of them."""

    __tablename__ = "asset_check"
    __table_args__ = (sa.Index(None, "station_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    division_code: Mapped[str] = mapped_column(sa.String(12))
    checked_on: Mapped[date]
    checked_by: Mapped[str] = mapped_column(sa.String(64))


@append_only()
class AssetCount(Model):
    """What was found of one thing at a check. The last row of a thing counts."""

    __tablename__ = "asset_count"
    __table_args__ = (sa.Index(None, "unit_id", "recorded_at"), sa.Index(None, "check_id"))

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    check_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("asset_check.id"))
    check: Mapped[AssetCheck] = relationship()
    unit_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("equipment_unit.id"))
    checked_on: Mapped[date]
    result: Mapped[CountResult] = mapped_column(Enumerated(CountResult))
    remark: Mapped[str] = mapped_column(sa.String(200))
    checked_by: Mapped[str] = mapped_column(sa.String(64))
