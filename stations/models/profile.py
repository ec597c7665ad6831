"""What a station is like, dated: partner platforms, services offered, premises, position taken on site."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.uploads import Upload
from stations.models.network import StationKind


class Service(LabelEnum):
    """What a station or the county centre offers to people."""

    PURCHASE = "purchase", _l("代买")
    SALE = "sale", _l("代卖")
    FINANCE = "finance", _l("金融普惠")
    TICKETS = "tickets", _l("票务预订")
    INFORMATION = "information", _l("信息查询")
    PARCELS = "parcels", _l("包裹收发")
    BILLS = "bills", _l("缴费")
    TOURISM = "tourism", _l("旅游与农特产品")
    TRAINING = "training", _l("培训")
    DESIGN = "design", _l("设计包装")
    CONSULTING = "consulting", _l("咨询")
    INCUBATION = "incubation", _l("创业孵化")


AT_STATIONS = (
    Service.PURCHASE,
    Service.SALE,
    Service.FINANCE,
    Service.TICKETS,
    Service.INFORMATION,
    Service.PARCELS,
    Service.BILLS,
    Service.TOURISM,
)
# What may be offered where: a centre serves enterprises as well (INDICATORS C2), a township station also trains.
OFFERED_AT: dict[StationKind, tuple[Service, ...]] = {
    StationKind.COUNTY_CENTER: tuple(Service),
    StationKind.TOWNSHIP_STATION: (*AT_STATIONS, Service.TRAINING),
    StationKind.VILLAGE_POINT: AT_STATIONS,
    StationKind.LIAISON_POINT: (*AT_STATIONS, Service.CONSULTING),
}


class StationOffer(Model):
    """A service that a station offers from a day on, until the first day on which it no longer does."""

    __tablename__ = "station_offer"
    __table_args__ = (
        sa.Index(None, "station_id"),
        sa.Index(
            "uq_station_offer_open",
            "station_id",
            "service",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    service: Mapped[Service] = mapped_column(Enumerated(Service))
    since: Mapped[date]
    until: Mapped[date | None]


class StationPartner(Model):
    """A platform or firm that a station works with from a day on, until the first day on which it no longer does."""

    __tablename__ = "station_partner"
    __table_args__ = (
        sa.Index(None, "station_id"),
        sa.Index(
            "uq_station_partner_open",
            "station_id",
            "name",
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    name: Mapped[str] = mapped_column(sa.String(64))
    since: Mapped[date]
    until: Mapped[date | None]


class Tenure(LabelEnum):
    """On what terms a station has its rooms."""

    RENT_FREE = "rent_free", _l("无偿使用")
    LEASED = "leased", _l("租用")
    OWNED = "owned", _l("自有")


@append_only()
class StationPremises(Model):
    """On what terms a station has its rooms from a day on; what is recorded last holds."""

    __tablename__ = "station_premises"
    __table_args__ = (sa.Index(None, "station_id", "effective_on"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    effective_on: Mapped[date]
    owner_name: Mapped[str] = mapped_column(sa.String(100))
    tenure: Mapped[Tenure] = mapped_column(Enumerated(Tenure))
    rent_fen: Mapped[int] = mapped_column(sa.BigInteger)  # a year; 0 unless leased
    lease_until: Mapped[date | None]
    actor_name: Mapped[str] = mapped_column(sa.String(64))


class PositionSource(LabelEnum):
    """How a position was taken."""

    TYPED = "typed", _l("手工填写")
    PHOTO = "photo", _l("门口照片")
    DEVICE = "device", _l("手机定位")


@append_only()
class StationPosition(Model):
    """A position taken on site; the last one stands on the station."""

    __tablename__ = "station_position"
    __table_args__ = (sa.Index(None, "station_id", "recorded_at"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    lon: Mapped[float]
    lat: Mapped[float]
    accuracy_m: Mapped[int | None]
    taken_on: Mapped[date]
    source: Mapped[PositionSource] = mapped_column(Enumerated(PositionSource))
    upload_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("upload.id"))  # the photo at the door
    upload: Mapped[Upload | None] = relationship()
    doubt: Mapped[str] = mapped_column(sa.String(200), default="")  # what was asked back, and confirmed
    actor_name: Mapped[str] = mapped_column(sa.String(64))
