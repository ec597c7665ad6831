"""Forms about lots: what a person in the village fills in; nobody types JSON."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import Length, NumberRange

from app.core import clock
from app.core.forms import BaseForm, Optional, QuantityField, Required
from app.core.words import in_language, unit
from traceability.models import CertificateBasis
from traceability.rules.label_sheets import sheets
from traceability.service import MOST

NO_CERTIFICATE = "none"
HARVEST_UNITS = ("千克", "斤", "吨", "升", "只", "枚", "株", "件")


def _basis(value: Any) -> CertificateBasis | None:
    """None for 不开具; a choice that is none raises ValueError, which the field turns into words."""
    return None if value in (None, NO_CERTIFICATE) else CertificateBasis(value)


class LotForm(BaseForm):
    """A new lot."""

    product_id = SelectField(_l("什么产品"), [Required()])
    plot = StringField(_l("哪块地、哪个圈舍"), [Optional(), Length(max=64)], description=_l("例如 12 号田、后山果园"))


class HarvestForm(BaseForm):
    """A harvest."""

    harvested_on = DateField(_l("哪天收的"), [Required()], default=clock.today)
    quantity = QuantityField(_l("收了多少"), [Required()])
    unit = SelectField(_l("单位"), [Required()], choices=lambda: [(key, unit(key)) for key in HARVEST_UNITS])
    note = StringField(_l("备注"), [Optional(), Length(max=200)], description=_l("例如 人工收割，当天晾晒"))


class PackingForm(BaseForm):
    """A packing, with or without a certificate."""

    packed_on = DateField(_l("哪天包装的"), [Required()], default=clock.today)
    quantity = QuantityField(_l("包了多少"), [Required()])
    basis = RadioField(
        _l("承诺达标合格证"),
        choices=[*CertificateBasis.choices(), (NO_CERTIFICATE, _l("不开具（不是食用农产品）"))],
        default=CertificateBasis.CONTROLLED.value,
        description=_l("凭什么承诺：三样里选一样"),
    )
    note = StringField(_l("备注"), [Optional(), Length(max=200)])

    def chosen_basis(self) -> CertificateBasis | None:
        """The basis of the certificate; None for no certificate."""
        return _basis(self.basis.data)


class LabelsForm(BaseForm):
    """Stickers to print."""

    count = IntegerField(_l("打几枚"), [Required(), NumberRange(1, MOST, _l("请填 1 到 20000。"))], default=40)
    sheet = SelectField(
        _l("用哪种标签纸"),
        [Required()],
        choices=lambda: [(s.name, in_language(s.label, s.label_en)) for s in sheets().values()],
    )
