"""Phone checks (电话抽查): a sample that anybody can draw again, and what people said."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.database import Enumerated, Model, UTCDateTime, append_only, uuid_pk
from app.core.labels import LabelEnum
from stations.models.inspection import InspectionRound


class PhoneSubject(LabelEnum):
    """Who is called."""

    STATION = "station", _l("一个站点的乡亲")
    ROUND = "round", _l("一轮巡检的乡亲")
    SESSION = "session", _l("一场培训的学员")
    PERIOD = "period", _l("一段时间的学员")


ABOUT_TRAINING = frozenset({PhoneSubject.SESSION, PhoneSubject.PERIOD})


class CallResult(LabelEnum):
    """What came of a call."""

    REACHED = "reached", _l("打通了"), "good"
    NOT_REACHED = "not_reached", _l("没打通"), "wait"
    WRONG_NUMBER = "wrong_number", _l("空号、打错"), "bad"
    REFUSED = "refused", _l("不愿说"), "plain"


class PhoneCheck(Model):
    """One drawing: among whom, by which seed, how many. It can be repeated from what is kept here."""

    __tablename__ = "phone_check"
    __table_args__ = (sa.Index(None, "division_code"), sa.Index(None, "population_sha256"))

    id: Mapped[uuid.UUID] = uuid_pk()
    division_code: Mapped[str] = mapped_column(sa.String(12))  # whose people: a village, a township, the county
    subject: Mapped[PhoneSubject] = mapped_column(Enumerated(PhoneSubject))
    subject_name: Mapped[str] = mapped_column(sa.String(100))
    round_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("inspection_round.id"))
    round: Mapped[InspectionRound | None] = relationship()
    station_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("station.id"))
    session_id: Mapped[uuid.UUID | None]  # of training, which stands above: no foreign key
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    purpose: Mapped[str] = mapped_column(sa.String(200))
    # Their ids, sorted; no names. Read when a sample is drawn or checked, not with every list.
    population: Mapped[list[str]] = mapped_column(sa.JSON, deferred=True)
    population_size: Mapped[int]
    population_sha256: Mapped[str] = mapped_column(sa.String(64))
    seed: Mapped[str] = mapped_column(sa.String(64))
    sample_size: Mapped[int]
    drawn_at: Mapped[datetime] = mapped_column(UTCDateTime)
    drawn_by: Mapped[str] = mapped_column(sa.String(64))

    people: Mapped[list[PhoneCheckPerson]] = relationship(order_by="PhoneCheckPerson.position")

    @property
    def about_training(self) -> bool:
        """Whether people are asked about a training, not about a station."""
        return self.subject in ABOUT_TRAINING


class PhoneCheckPerson(Model):
    """Somebody drawn, copied as known that day. What the last call brought is carried along for lists."""

    __tablename__ = "phone_check_person"
    __table_args__ = (
        sa.UniqueConstraint("check_id", "position"),
        sa.UniqueConstraint("check_id", "subject_id"),
        sa.Index(None, "station_id"),
    )

    id: Mapped[uuid.UUID] = uuid_pk()
    check_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("phone_check.id"))
    check: Mapped[PhoneCheck] = relationship(viewonly=True)
    position: Mapped[int]  # in the order of the drawing, from 1
    subject_id: Mapped[uuid.UUID]  # of the villager or the trainee
    name: Mapped[str] = mapped_column(sa.String(64))
    phone: Mapped[str] = mapped_column(sa.String(20))
    place_name: Mapped[str] = mapped_column(sa.String(100))
    station_id: Mapped[uuid.UUID | None]
    replaces_position: Mapped[int | None]  # the one in whose place this one was drawn
    replaced_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    result: Mapped[CallResult | None] = mapped_column(Enumerated(CallResult))
    knows: Mapped[bool | None]
    satisfied: Mapped[int | None]
    attended: Mapped[bool | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_called_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    calls: Mapped[list[PhoneCheckCall]] = relationship(order_by="PhoneCheckCall.recorded_at, PhoneCheckCall.id")


@append_only()
class PhoneCheckCall(Model):
    """One call. The last one of a person counts."""

    __tablename__ = "phone_check_call"
    __table_args__ = (sa.Index(None, "person_id"),)

    id: Mapped[uuid.UUID] = uuid_pk()
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("phone_check_person.id"))
    result: Mapped[CallResult] = mapped_column(Enumerated(CallResult))
    knows: Mapped[bool | None]  # that there is a station
    satisfied: Mapped[int | None]  # 1 … 5
    attended: Mapped[bool | None]  # was at the training
    remark: Mapped[str] = mapped_column(sa.String(300))
    called_at: Mapped[datetime] = mapped_column(UTCDateTime)
    caller_name: Mapped[str] = mapped_column(sa.String(64))
