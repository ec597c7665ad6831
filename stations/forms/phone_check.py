"""Forms of phone checks."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, RadioField, StringField
from wtforms.validators import Length, NumberRange

from app.core.forms import BaseForm, KeyField, Optional, Required
from stations.forms.network import stripped
from stations.models.phone_check import CallResult, PhoneSubject

KNOWS = [("yes", _l("知道")), ("no", _l("不知道"))]
ATTENDED = [("yes", _l("参加了")), ("no", _l("没参加"))]
SATISFIED = [
    ("5", _l("5 很满意")),
    ("4", _l("4 满意")),
    ("3", _l("3 一般")),
    ("2", _l("2 不满意")),
    ("1", _l("1 很不满意")),
    ("", _l("说不上来")),
]

# Which further questions belong to a subject.
FIELDS: dict[PhoneSubject, tuple[str, ...]] = {
    PhoneSubject.STATION: ("station_id", "round_id"),
    PhoneSubject.ROUND: ("round_id",),
    PhoneSubject.SESSION: ("session_id",),
    PhoneSubject.PERIOD: ("first_day", "last_day"),
}


class DrawForm(BaseForm):
    """Whom to call, and the seed by which they are drawn."""

    subject = HiddenField(_l("打给谁"))
    round_id = KeyField(_l("哪一轮巡检"), [Optional()])
    station_id = KeyField(_l("哪个站点"), [Optional()])
    session_id = KeyField(_l("哪场培训"), [Optional()])
    first_day = DateField(_l("培训从哪天"), [Optional()])
    last_day = DateField(_l("到哪天"), [Optional()])
    sample_size = IntegerField(
        _l("抽多少人"), [Required(), NumberRange(1, 500, _l("请写成 30 这样的整数，最多 500。"))]
    )
    seed = StringField(
        _l("种子"),
        [Required(), Length(max=64)],
        filters=[stripped],
        description=_l("大家事先说好的一串数字，例如当天的开奖号码；同样的种子谁来抽都是同样的结果"),
    )
    purpose = StringField(_l("为了什么"), [Required(), Length(max=200)], filters=[stripped])

    def offer(
        self, rounds: list[tuple[Any, Any]], stations: list[tuple[Any, Any]], sessions: list[tuple[Any, Any]]
    ) -> DrawForm:
        """Fill in what may be chosen."""
        for field, choices in ((self.round_id, rounds), (self.station_id, stations), (self.session_id, sessions)):
            field.choices = [("", _l("请选")), *choices]
        return self

    def about(self) -> PhoneSubject | None:
        """Who is called; None when the address doesn't say."""
        return next((subject for subject in PhoneSubject if subject.value == self.subject.data), None)

    def wanted(self) -> dict[str, Any]:
        """What was chosen, as far as it belongs to the subject."""
        subject = self.about()
        return {"subject": subject, **{name: self[name].data for name in FIELDS[subject]}} if subject else {}


class CallForm(BaseForm):
    """What came of a call. Which questions are shown depends on what it is about."""

    result = RadioField(_l("打电话的结果"), [Required(_l("请选一个结果。"))], choices=CallResult.choices())
    knows = RadioField(_l("知道村里有电商服务站点吗？"), [Optional()], choices=KNOWS)
    attended = RadioField(_l("参加过这场培训吗？"), [Optional()], choices=ATTENDED)
    satisfied = RadioField(_l("满意吗？"), [Optional()], choices=SATISFIED)
    remark = StringField(_l("说了什么"), [Optional(), Length(max=300)], filters=[stripped])

    def answers(self) -> dict[str, Any]:
        """The answers as the service takes them."""
        return {
            "knows": _yes(self.knows.data),
            "attended": _yes(self.attended.data),
            "satisfied": int(self.satisfied.data) if self.satisfied.data else None,
        }


def _yes(value: str | None) -> bool | None:
    return None if value not in ("yes", "no") else value == "yes"


class ReplaceForm(BaseForm):
    """Why somebody is replaced."""

    reason = StringField(_l("换人原因"), [Required(), Length(max=200)], filters=[stripped])
