"""Divisions: county, townships, villages, by the statistics bureau's codes."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum


class Level(LabelEnum):
    """The level of a division."""

    COUNTY = "county", _l("县")
    TOWNSHIP = "township", _l("乡镇、街道")
    VILLAGE = "village", _l("村、社区")


class Division(Model):
    """A county, a township or a village; valid from a day, until a day when it was merged.

    Its row carries today's name and mark; what it was called before is in :class:`DivisionRename`, since when it is
    a key one in :class:`DivisionKeyMark`, and into what it was merged in :class:`DivisionMerger`.
    """

    __tablename__ = "division"
    __table_args__ = (sa.Index(None, "parent_code"), sa.Index(None, "level"))

    code: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    short_name: Mapped[str] = mapped_column(sa.String(64))  # 花莲村, without 村民委员会
    level: Mapped[Level] = mapped_column(Enumerated(Level))
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("division.code"))
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    position_basis: Mapped[str | None] = mapped_column(sa.String(32))  # estimated | surveyed | county seat ...
    is_key: Mapped[bool] = mapped_column(default=False)  # 重点（脱贫）村 or 重点乡镇, as the last mark says
    # GeoJSON geometry, county only; read when a map is drawn, not with every name
    boundary: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON, deferred=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    loaded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # when a county file last named it

    @property
    def id(self) -> str:
        """Its code, for the audit trail."""
        return self.code


@append_only()
class DivisionRename(Model):
    """A division got another name on a day: last year's papers keep the old one."""

    __tablename__ = "division_rename"
    __table_args__ = (sa.Index(None, "division_code", "effective_on"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    old_name: Mapped[str] = mapped_column(sa.String(64))
    new_name: Mapped[str] = mapped_column(sa.String(64))
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    actor_name: Mapped[str] = mapped_column(sa.String(64))


@append_only()
class DivisionMerger(Model):
    """A division went into another one on a day; its stations and villages follow, all codes stay as they are."""

    __tablename__ = "division_merger"
    __table_args__ = (sa.UniqueConstraint("division_code"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    into_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200))
    actor_name: Mapped[str] = mapped_column(sa.String(64))


@append_only()
class DivisionKeyMark(Model):
    """From a day on a division is a key one, or no longer is, until the next mark: denominators of past days stay."""

    __tablename__ = "division_key_mark"
    __table_args__ = (sa.Index(None, "division_code", "effective_on"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    division_code: Mapped[str] = mapped_column(sa.ForeignKey("division.code"))
    is_key: Mapped[bool]
    effective_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.String(200))
    actor_name: Mapped[str] = mapped_column(sa.String(64))
