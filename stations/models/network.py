"""The station network and its status moves."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves
from stations.models.division import Division


class StationKind(LabelEnum):
    """What a station is."""

    COUNTY_CENTER = "county_center", _l("县级公共服务中心")
    TOWNSHIP_STATION = "township_station", _l("乡镇综合服务站")
    VILLAGE_POINT = "village_point", _l("村级服务点")
    LIAISON_POINT = "liaison_point", _l("联络点")


class StationStatus(LabelEnum):
    """Where a station stands between plan and closure."""

    PLANNED = "planned", _l("已规划"), "plain"
    SITE_APPROVED = "site_approved", _l("选址通过"), "wait"
    UNDER_CONSTRUCTION = "under_construction", _l("建设中"), "wait"
    SELF_INSPECTED = "self_inspected", _l("已自查"), "wait"
    ACCEPTED = "accepted", _l("已验收"), "good"
    TRIAL = "trial", _l("试运行"), "good"
    OPERATING = "operating", _l("运营中"), "good"
    SUSPENDED = "suspended", _l("停业整顿"), "bad"
    CLOSED = "closed", _l("已关闭"), "bad"


_S = StationStatus
STATION_MOVES = Moves(
    {
        _S.PLANNED: {_S.SITE_APPROVED, _S.CLOSED},
        _S.SITE_APPROVED: {_S.UNDER_CONSTRUCTION, _S.PLANNED, _S.CLOSED},
        _S.UNDER_CONSTRUCTION: {_S.SELF_INSPECTED, _S.CLOSED},
        _S.SELF_INSPECTED: {_S.ACCEPTED, _S.UNDER_CONSTRUCTION},
        _S.ACCEPTED: {_S.TRIAL, _S.CLOSED},
        _S.TRIAL: {_S.OPERATING, _S.SUSPENDED, _S.CLOSED},
        _S.OPERATING: {_S.SUSPENDED, _S.CLOSED},
        _S.SUSPENDED: {_S.OPERATING, _S.CLOSED},
    }
)
# Statuses in which a station is built and counts for coverage, and in which it serves people.
BUILT = frozenset({_S.ACCEPTED, _S.TRIAL, _S.OPERATING})
SERVING = frozenset({_S.TRIAL, _S.OPERATING})
# Statuses in which the building work is done, whether or not it has been accepted or is open.
FINISHED = BUILT | {_S.SELF_INSPECTED, _S.SUSPENDED}


class Station(Model):
    """A county centre, township station, village point or liaison point."""

    __tablename__ = "station"
    __table_args__ = (sa.Index(None, "division_code"), sa.Index(None, "kind", "status"))

    id: Mapped[uuid.UUID] = uuid_pk()
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)  # human code, printed on the sign
    name: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[StationKind] = mapped_column(Enumerated(StationKind))
    status: Mapped[StationStatus] = mapped_column(Enumerated(StationStatus))
    status_since: Mapped[date]  # the day of the last move; the next one can't lie before it
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    division: Mapped[Division] = relationship()
    built_before_plan: Mapped[bool] = mapped_column(default=False)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    manager_name: Mapped[str] = mapped_column(sa.String(64), default="")
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    opening_hours: Mapped[str] = mapped_column(sa.String(64), default="")
    area_m2: Mapped[int | None]
    sign_text: Mapped[str] = mapped_column(sa.String(200), default="")  # what the sign on the wall says
    staff: Mapped[int | None]  # people who work there
    staff_priority: Mapped[int | None]  # of them disabled people or from poor households (重点群体)
    opened_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class StationVillage(Model):
    """A village that a point serves beside its own for a time, because its acceptance says so (就近覆盖)."""

    __tablename__ = "station_village"
    __table_args__ = (
        sa.Index(None, "station_id"),
        sa.Index(
            "uq_station_village_served",
            "station_id",
            "village_code",
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        ),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    village_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    village: Mapped[Division] = relationship()
    acceptance_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("acceptance.id"))  # the one that says so
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the first day on which it is no longer served
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    end_reason: Mapped[str] = mapped_column(sa.String(200), default="")


@append_only()
class StationStatusChange(Model):
    """A dated move of a station, so that any past day's network can be shown."""

    __tablename__ = "station_status_change"
    __table_args__ = (sa.Index(None, "station_id", "effective_on"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    old_status: Mapped[StationStatus | None] = mapped_column(Enumerated(StationStatus))
    new_status: Mapped[StationStatus] = mapped_column(Enumerated(StationStatus))
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200))
    actor_name: Mapped[str] = mapped_column(sa.String(64))


@append_only()
class StationRename(Model):
    """A station got another name on a day: last year's lists keep the old one."""

    __tablename__ = "station_rename"
    __table_args__ = (sa.Index(None, "station_id", "effective_on"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    station_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("station.id"))
    old_name: Mapped[str] = mapped_column(sa.String(64))
    new_name: Mapped[str] = mapped_column(sa.String(64))
    effective_on: Mapped[date]
    actor_name: Mapped[str] = mapped_column(sa.String(64))
