"""People and their logins, and the programs that call the interfaces."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column

from app.core.access import Actor, Role
from app.core.database import Enumerated, Model, UTCDateTime, uuid_pk
from app.core.labels import LabelEnum
from app.core.moves import Moves


class UserStatus(LabelEnum):
    """Whether a person may log in."""

    ACTIVE = "active", _l("在用"), "good"
    DISABLED = "disabled", _l("已停用"), "bad"


USER_MOVES = Moves({UserStatus.ACTIVE: {UserStatus.DISABLED}, UserStatus.DISABLED: {UserStatus.ACTIVE}})


class UserAccount(Model):
    """A person who logs in, with one role in one division."""

    __tablename__ = "user_account"
    __table_args__ = (sa.Index(None, "scope_code", "role"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    login: Mapped[str] = mapped_column(sa.String(32), unique=True)
    phone: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    role: Mapped[Role] = mapped_column(Enumerated(Role))
    scope_code: Mapped[str] = mapped_column(sa.String(12))
    station_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("station.id"))
    status: Mapped[UserStatus] = mapped_column(Enumerated(UserStatus), default=UserStatus.ACTIVE)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    # Sessions carry this number; it grows when the password changes or the person is disabled, which ends them.
    session_epoch: Mapped[int] = mapped_column(default=0)
    totp_secret: Mapped[str | None] = mapped_column(sa.String(200))  # encrypted, see app.core.secrets
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    totp_last_step: Mapped[int | None]  # the newest 30-second step whose code was used: none is taken twice
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    language: Mapped[str] = mapped_column(sa.String(8), default="zh")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def actor(self) -> Actor:
        """The person as somebody who acts."""
        return Actor(self.id, self.name, self.role, self.scope_code, self.station_id)

    @property
    def has_second_step(self) -> bool:
        """Whether a code from the phone is asked for at login."""
        return self.totp_confirmed_at is not None

    # Flask-Login's interface
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether the login may be used."""
        return self.status is UserStatus.ACTIVE

    def get_id(self) -> str:
        """What the session cookie carries: the id and the epoch."""
        return f"{self.id}:{self.session_epoch}"


class UnknownLogin(Model):
    """Wrong tries with a name that nobody has.

    They are counted and locked like any other, so that the answers don't tell which names exist. Kept for a day.
    """

    __tablename__ = "unknown_login"

    name_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_failed_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class KeyPurpose(LabelEnum):
    """What a program may do with its key."""

    EPCIS = "epcis", _l("追溯事件接口")
    DATA = "data", _l("数据接口")


class InterfaceKey(Model):
    """A key with which a program calls one of our interfaces. The key itself is shown once and not kept."""

    __tablename__ = "interface_key"

    id: Mapped[uuid.UUID] = uuid_pk()
    name: Mapped[str] = mapped_column(sa.String(64))
    purpose: Mapped[KeyPurpose] = mapped_column(Enumerated(KeyPurpose))
    scope_code: Mapped[str] = mapped_column(sa.String(12))
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(sa.String(64))
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    @property
    def actor(self) -> Actor:
        """The program as somebody who acts."""
        return Actor(self.id, self.name, Role.INTERFACE, self.scope_code)
