"""Forms to register, edit and move a station."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange

from app.core import clock
from app.core.forms import BaseForm, Optional, PhoneField, Required
from stations.models import StationKind
from stations.rules.county_files import LATITUDES, LONGITUDES
from stations.service import StationDetails

_PEOPLE = _l("请写成 3 这样的整数。")


def stripped(typed: str | None) -> str:
    """What was typed, without blanks at its ends."""
    return (typed or "").strip()


class DegreesField(StringField):
    """A longitude or latitude; ``data`` is a float or None."""

    widget_inputmode = "decimal"

    def __init__(self, label: Any, *, limits: tuple[float, float], needed: bool = False, **kwargs: Any) -> None:
        super().__init__(label, [Required() if needed else Optional()], **kwargs)
        self.limits = limits

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; ValueError in words when it is no number in the limits."""
        self.data = None
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            return
        try:
            degrees = Decimal(typed)
        except InvalidOperation:
            degrees = Decimal("nan")
        if not (degrees.is_finite() and self.limits[0] <= degrees <= self.limits[1]):
            least, most = self.limits
            raise ValueError(
                str(_l("请写成 108.7672 这样的度数，在 %(least)s 和 %(most)s 之间。", least=least, most=most))
            )
        self.data = float(degrees)

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ("" if self.data is None else str(self.data))


class DetailsForm(BaseForm):
    """What may be said of a station."""

    name = StringField(_l("名称"), [Length(max=64)])
    manager_name = StringField(_l("负责人"), [Length(max=64)])
    phone = PhoneField(_l("联系电话"), [Optional()])
    address = StringField(_l("地址"), [Length(max=200)])
    opening_hours = StringField(_l("开放时间"), [Length(max=64)], description=_l("例如 每天 8:30–18:00"))
    area_m2 = IntegerField(
        _l("面积"), [Optional(), NumberRange(1, 100_000, _l("请写成 60 这样的整数，单位是平方米。"))]
    )
    sign_text = StringField(
        _l("标识文字"), [Length(max=200)], description=_l("招牌上写的字，例如 电子商务进农村综合示范")
    )
    staff = IntegerField(_l("从业人数"), [Optional(), NumberRange(0, 10_000, _PEOPLE)])
    staff_priority = IntegerField(
        _l("其中重点群体"),
        [Optional(), NumberRange(0, 10_000, _PEOPLE)],
        description=_l("残疾人、脱贫户和监测户"),
    )

    @property
    def details(self) -> StationDetails:
        """What was typed, as the service takes it."""
        return StationDetails(
            address=stripped(self.address.data),
            manager_name=stripped(self.manager_name.data),
            phone=self.phone.data or "",
            opening_hours=stripped(self.opening_hours.data),
            area_m2=self.area_m2.data,
            sign_text=stripped(self.sign_text.data),
            staff=self.staff.data,
            staff_priority=self.staff_priority.data,
        )


class StationForm(DetailsForm):
    """A new station; its place is chosen among the divisions of one township."""

    kind = SelectField(_l("类型"), choices=StationKind.choices())
    division_code = SelectField(_l("设在哪里"))
    built_before_plan = BooleanField(_l("计划开始前已经建成"))
    planned_on = DateField(_l("列入计划的日期"), [Required()], default=clock.today)
    reason = StringField(
        _l("说明"),
        [Length(max=200)],
        description=_l("同一个村设第二个点时必须写明原因"),
        filters=[stripped],
    )
    lon = DegreesField(_l("经度"), limits=LONGITUDES, description=_l("不知道就空着，地图上放在村的位置"))
    lat = DegreesField(_l("纬度"), limits=LATITUDES)
    sure = BooleanField(_l("位置没有错"))

    @property
    def details(self) -> StationDetails:
        """What was typed, as the service takes it."""
        return replace(super().details, lon=self.lon.data, lat=self.lat.data)


class EditForm(DetailsForm):
    """The details of a station that exists."""

    name = StringField(_l("名称"), [Required(), Length(max=64)], filters=[stripped])


class MoveForm(BaseForm):
    """A move to another status, with its day and reason."""

    new_status = RadioField(_l("改为"), [Required()])
    effective_on = DateField(
        _l("从哪一天起"), [Required()], default=clock.today, description=_l("不能在今天以后，也不能早于上一次变更")
    )
    reason = TextAreaField(_l("原因"), [Required(), Length(max=200)], filters=[stripped])
