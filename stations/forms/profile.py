"""Forms about what a station is like: services, partners, premises, position, neighbours."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from app.core import clock
from app.core.forms import BaseForm, MoneyField, Optional, Required
from stations.forms.network import DegreesField, stripped
from stations.models import OFFERED_AT, PositionSource, Service, StationKind, Tenure
from stations.rules.county_files import LATITUDES, LONGITUDES
from stations.service import Fix


class TickField(SelectMultipleField):
    """Several of a list, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class IdField(HiddenField):
    """A hidden id; ``data`` is a UUID or None."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Anything that is no UUID is nothing."""
        self.data = as_uuid(valuelist[0]) if valuelist else None


def as_uuid(typed: str) -> uuid.UUID | None:
    """The id in a text, or None."""
    try:
        return uuid.UUID(typed)
    except ValueError:
        return None


class OffersForm(BaseForm):
    """What a station offers from a day on."""

    services = TickField(_l("服务项目"))
    since = DateField(_l("从哪一天起"), [Required()], default=clock.today)

    def offer(self, kind: StationKind) -> OffersForm:
        """The services that such a station may offer."""
        self.services.choices = [(service.value, service.label) for service in OFFERED_AT[kind]]
        return self

    @property
    def ticked(self) -> tuple[Service, ...]:
        """The services with a tick, in their own order: a repeated request is told by it."""
        return tuple(service for service in Service if service.value in (self.services.data or []))


class PartnerForm(BaseForm):
    """A platform with which a station works."""

    name = StringField(
        _l("平台或企业"), [Required(), Length(max=64)], filters=[stripped], description=_l("例如 邮政、供销、中通")
    )
    since = DateField(_l("从哪一天起"), [Required()], default=clock.today)


class EndPartnerForm(BaseForm):
    """It no longer works with it."""

    until = DateField(_l("从哪一天起不再合作"), [Required()], default=clock.today)


class PremisesForm(BaseForm):
    """Whose rooms a station uses, on what terms."""

    tenure = RadioField(_l("怎么用的"), [Required(_l("请选一种。"))], choices=Tenure.choices())
    owner_name = StringField(
        _l("房屋是谁的"), [Required(), Length(max=100)], filters=[stripped], description=_l("例如 花莲村村民委员会")
    )
    rent = MoneyField(_l("一年租金（元）"), [Optional()], description=_l("租用的才填"))
    lease_until = DateField(_l("到期日"), [Optional()])
    effective_on = DateField(_l("从哪一天起"), [Required()], default=clock.today)


class PositionForm(BaseForm):
    """Where a station stands, as taken on site."""

    lon = DegreesField(_l("经度"), limits=LONGITUDES, needed=True, description=_l("例如 108.767200"))
    lat = DegreesField(_l("纬度"), limits=LATITUDES, needed=True, description=_l("例如 28.839400"))
    accuracy_m = IntegerField(_l("误差"), [Optional(), NumberRange(1, 100_000, _l("请写成 10 这样的整数，单位是米。"))])
    taken_on = DateField(_l("哪一天测的"), [Required()], default=clock.today)
    source = HiddenField(default=PositionSource.TYPED.value)
    upload_id = IdField()
    sure = BooleanField(_l("位置没有错"))

    def fix(self, photo: Any) -> Fix:
        """What was typed, as the service takes it; ``photo`` is the upload at the door it was read from, if it was.

        What was changed by hand after it was read counts as typed.
        """
        read = photo is not None and abs(photo.lon - self.lon.data) < 1e-6 and abs(photo.lat - self.lat.data) < 1e-6
        by_device = self.source.data == PositionSource.DEVICE.value and photo is None
        source = PositionSource.PHOTO if read else PositionSource.DEVICE if by_device else PositionSource.TYPED
        return Fix(
            lon=self.lon.data,
            lat=self.lat.data,
            taken_on=self.taken_on.data,
            source=source,
            accuracy_m=self.accuracy_m.data,
            upload_id=photo.id if photo is not None else None,
        )


class DoorPhotoForm(BaseForm):
    """A photo taken at the door."""

    photo = FileField(
        _l("门口照片"),
        [FileRequired(_l("请选一张照片。"))],
        description=_l("在门口拍，打开相机的“位置信息”；位置从照片里读出来，由您核对"),
    )


class NeighbourForm(BaseForm):
    """A village next door that a point serves as well."""

    village_code = SelectField(_l("哪个村"), [Required()])
    valid_from = DateField(_l("从哪一天起"), [Required()], default=clock.today)
    acceptance_id = SelectField(_l("哪一次验收写明"), [Optional()])
    reason = StringField(
        _l("依据"), [Required(), Length(max=200)], filters=[stripped], description=_l("例如 验收意见：就近覆盖河坝村")
    )

    def offer(
        self, villages: dict[str, list[tuple[str, Any]]], acceptances: Iterable[tuple[str, Any]]
    ) -> NeighbourForm:
        """Fill in what may be chosen: villages by township, the station's acceptances."""
        self.village_code.choices = {"": [("", _l("请选一个村"))], **villages}
        self.acceptance_id.choices = [("", _l("不指明")), *acceptances]
        return self

    @property
    def acceptance(self) -> uuid.UUID | None:
        """The acceptance that was chosen."""
        return as_uuid(self.acceptance_id.data or "")


class StopServingForm(BaseForm):
    """The point no longer serves a neighbour."""

    valid_to = DateField(_l("从哪一天起不再覆盖"), [Required()], default=clock.today)
    reason = StringField(_l("原因"), [Required(), Length(max=200)], filters=[stripped])
