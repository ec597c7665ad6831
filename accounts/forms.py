"""Forms about people and logins."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import EqualTo, Length

from accounts import rules
from app.core.access import Role
from app.core.forms import BaseForm, Optional, PhoneField, Required

Pairs = Sequence[tuple[str, str]]


class LoginForm(BaseForm):
    """Name and password."""

    name = StringField(_l("登录名或手机号"), [Required(), Length(max=64)])
    password = PasswordField(_l("密码"), [Required(), Length(max=rules.MOST)])


class CodeForm(BaseForm):
    """Six digits from the phone."""

    code = StringField(_l("手机上的 6 位动态码"), [Required(), Length(max=16)])


class PasswordForm(BaseForm):
    """A new password, typed twice; the present one is asked for unless it is the first password."""

    current = PasswordField(_l("现在的密码"), [Required(), Length(max=rules.MOST)])
    password = PasswordField(_l("新密码"), [Required(), Length(max=rules.MOST)])
    again = PasswordField(
        _l("再写一遍新密码"), [Required(), EqualTo("password", message=_l("两遍写得不一样，请再写一遍。"))]
    )


class RemoveSecondStepForm(BaseForm):
    """Password and code, to stop using the present phone."""

    password = PasswordField(_l("密码"), [Required(), Length(max=rules.MOST)])
    code = StringField(_l("手机上的 6 位动态码"), [Required(), Length(max=16)])


class LanguageForm(BaseForm):
    """Chinese or English."""

    language = RadioField(
        _l("页面语言"), [Required()], choices=[SelectChoice("zh", "中文"), SelectChoice("en", "English")]
    )


class ReasonForm(BaseForm):
    """Why a login is disabled or enabled."""

    reason = StringField(
        _l("原因"), [Required(), Length(max=100)], description=_l("例如：已离职，由王小梅接手。会写进变更记录。")
    )


class EditUserForm(BaseForm):
    """Who a person is and where."""

    name = StringField(_l("姓名"), [Required(), Length(max=64)])
    phone = PhoneField(_l("手机号"), [Optional()], description=_l("也可以用它登录，每个号只能给一个人"))
    role = SelectField(_l("角色"), [Required()], choices=[])
    scope_code = SelectField(_l("管哪里"), [Required()], choices=[], description=_l("这个人看得到、管得到的地方"))
    station_id = SelectField(_l("站点"), [Optional()], choices=[])

    def offer(self, *, roles: Sequence[Role], divisions: Mapping[str, Pairs], stations: Pairs) -> None:
        """Fill the selects with what the actor may choose; ``divisions`` come in named groups."""
        self.role.choices = [SelectChoice(role.value, role.label) for role in roles]
        self.scope_code.choices = [
            SelectChoice("", _l("请选一个地方")),
            *(SelectChoice(code, name, optgroup=group) for group, places in divisions.items() for code, name in places),
        ]
        self.station_id.choices = [
            SelectChoice(value, label) for value, label in [("", _l("不固定在一个站点")), *stations]
        ]

    @property
    def facts(self) -> dict[str, Any]:
        """What the service is to be told."""
        return {
            "name": self.name.data,
            "phone": self.phone.data or None,
            "role": Role(self.role.data),
            "scope_code": self.scope_code.data,
            "station_id": uuid.UUID(self.station_id.data) if self.station_id.data else None,
        }


class NewUserForm(EditUserForm):
    """A person to be added."""

    login = StringField(
        _l("登录名"), [Required(), Length(max=32)], description=_l("小写字母和数字，以字母开头，例如 lidashan")
    )
