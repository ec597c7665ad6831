"""Forms of the dispatcher."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange

from app.core.forms import BaseForm, MoneyField, Optional, Required
from logistics.models import Tier


class PlanForm(BaseForm):
    """Which day is planned, and how long the computer may think."""

    day = DateField(_l("排哪一天的车"), [Required(_l("请选日期。"))])
    seconds = SelectField(
        _l("算多久"), choices=[(10, _l("10 秒")), (30, _l("30 秒")), (60, _l("1 分钟"))], coerce=int, default=10
    )


class VehicleForm(BaseForm):
    """A vehicle of the fleet."""

    plate = StringField(_l("车牌"), [Required(_l("请写车牌。")), Length(max=16)], description=_l("比如 渝H12345"))
    tier = SelectField(_l("跑哪一段"), choices=Tier.choices())
    capacity_parcels = IntegerField(
        _l("一次装多少件"), [Required(_l("请写件数。")), NumberRange(1, 5000, _l("1 到 5000 件。"))]
    )
    capacity_kg = IntegerField(
        _l("载重（公斤）"), [Required(_l("请写载重。")), NumberRange(50, 30000, _l("50 到 30000 公斤。"))]
    )
    fuel_fen_per_km = MoneyField(_l("每公里油费"), [Required(_l("请写每公里油费，比如 0.62。"))])
    toll_fen = MoneyField(_l("一趟过路费"), [Optional()])
    driver_id = SelectField(_l("司机"), default="")
    driver_name = StringField(_l("司机姓名"), [Optional(), Length(max=64)], description=_l("没有账号的司机写姓名"))
