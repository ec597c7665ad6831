"""Forms of handing over."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from app.core.forms import BaseForm, Optional, Required
from logistics.forms.fields import TickField


class SendManifestForm(BaseForm):
    """Parcels that go on, and with which run."""

    parcels = TickField(_l("装车的包裹"))
    run_id = SelectField(_l("哪趟班车"), default="")


class ReceiveForm(BaseForm):
    """What came: untick what is missing."""

    parcels = TickField(_l("到了的包裹"), description=_l("没看到的，请取消勾选"))
    extra = TextAreaField(
        _l("多出来的运单号"), [Optional(), Length(max=2000)], description=_l("单子上没有的，一行写一个")
    )


class DispatchForm(BaseForm):
    """What the hub gives to the carriers."""

    parcels = TickField(_l("交给快递公司的包裹"))


class SettleForm(BaseForm):
    """How a shortage ended."""

    outcome = RadioField(_l("结果"), [Required(_l("请选一个结果。"))])
    note = StringField(_l("说明"), [Optional(), Length(max=200)], description=_l("确认丢失要写明怎么认定、谁来赔"))
