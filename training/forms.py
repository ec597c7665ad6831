"""Forms of training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TimeField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import Length, NumberRange

from app.core.forms import BaseForm, Optional, PhoneField, Required
from training.models import SessionStatus, TraineeCategory


def grouped(groups: Mapping[str | None, Iterable[tuple[str, Any]]]) -> list[SelectChoice]:
    """The options of a select under their headings; those under None stand without one."""
    return [
        SelectChoice(value, label, optgroup=heading) for heading, options in groups.items() for value, label in options
    ]


def plain(options: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """The options of a select."""
    return [SelectChoice(value, label) for value, label in options]


class SessionForm(BaseForm):
    """Plan a session."""

    course_name = StringField(
        _l("讲什么"), [Required(), Length(max=100)], description=_l("以前讲过的，打头一个字会提示")
    )
    day = DateField(_l("哪天"), [Required()])
    time = TimeField(_l("几点开始"), [Required()])
    hours = IntegerField(_l("学时"), [Required(), NumberRange(1, 80, _l("学时请填 1 到 80 之间的整数。"))], default=2)
    division_code = SelectField(_l("在哪个乡镇或村"), [Required()])
    place = StringField(_l("地点"), [Required(), Length(max=100)], description=_l("如：镇政府三楼会议室"))
    teacher = StringField(_l("老师"), [Required(), Length(max=64)])


class SignInForm(BaseForm):
    """Put a person on the list."""

    name = StringField(_l("姓名"), [Required(), Length(max=64)])
    phone = PhoneField(_l("电话"), [Required()])
    division_code = SelectField(_l("哪个村"), [Required()])
    category = SelectField(
        _l("身份"), [Required()], choices=plain(TraineeCategory.choices()), default=TraineeCategory.FARMER
    )
    from_poor_household = BooleanField(_l("脱贫户或监测户"))


class TickForm(BaseForm):
    """The people who are here; the boxes are drawn by the template."""


class CodeForm(BaseForm):
    """The code that the teacher reads out."""

    code = StringField(_l("签到码"), [Required(), Length(max=20)], description=_l("老师念的 6 位数字"))


class MoveForm(BaseForm):
    """Open, close or cancel."""

    new_status = HiddenField(_l("改为"), [Required()])
    reason = StringField(_l("原因"), [Optional(), Length(max=200, message=_l("原因请写短一点，最多 200 字。"))])

    def status(self) -> SessionStatus | None:
        """The status asked for, or None when it is none."""
        wanted = self.new_status.data
        return SessionStatus(wanted) if wanted in set(SessionStatus) else None


class StrikeForm(BaseForm):
    """Take a name off the list."""

    attendance_id = SelectField(_l("划掉谁"), [Required(_l("请选要划掉的人。"))])
    reason = StringField(_l("为什么划掉"), [Required(_l("请写明原因，如：登记错了人。")), Length(max=200)])
