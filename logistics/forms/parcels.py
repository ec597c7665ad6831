"""The counter's forms: in, out, sent; and the hub's arrivals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length

from app.core.forms import BaseForm, MoneyField, Optional, PhoneField, QuantityField, Required
from app.core.words import in_language, listed
from logistics.forms.fields import TickField, carrier_choices, size_choices
from logistics.models import Picker, SizeClass
from logistics.rules.limits import limits


class TakeInForm(BaseForm):
    """收件入库: a waybill and whose it is; everything else may be left out."""

    waybill_number = StringField(
        _l("运单号"), [Required(_l("请扫描或输入运单号。")), Length(max=60)], description=_l("用扫码枪扫，或照面单输入")
    )
    phone_tail = StringField(
        _l("手机尾号或姓名"),
        [Optional(), Length(max=64)],
        description=_l("写 8812 或 冉大妹；随班车来的件不用写"),
    )
    carrier = SelectField(_l("快递公司"), choices=lambda: carrier_choices(_l("按单号认")), default="")
    size = SelectField(_l("大小"), choices=size_choices, default=SizeClass.SMALL.value)
    cod_fen = MoneyField(_l("代收货款"), [Optional()])
    shelf = SelectField(
        _l("货架"), choices=[("", _l("按大小分")), *((letter, letter) for letter in "ABCDEFGH")], default=""
    )
    is_cold = BooleanField(_l("要冷藏"))
    is_fragile = BooleanField(_l("易碎"))


class ArrivalForm(TakeInForm):
    """A parcel that arrives at the hub for a village."""

    village_station_id = SelectField(_l("送到哪个村点"))


class ArrivalsFileForm(BaseForm):
    """A carrier's list of parcels."""

    file = FileField(
        _l("快递公司给的表（XLSX 或 CSV）"),
        [FileRequired(_l("请选一个文件。"))],
        description=_l("第一行写：运单号、村点编号、收件人、电话；可加 代收货款、大小"),
    )


class FindForm(BaseForm):
    """取件: one field for all ways of finding."""

    q = StringField(
        _l("取件码、手机尾号或姓名"),
        [Required(_l("请写取件码、手机尾号或姓名。")), Length(max=64)],
        description=_l("比如 A-22-07、8812 或 冉大妹"),
    )


class HandOutForm(BaseForm):
    """Tick what goes, and say who came."""

    parcels = TickField(_l("这次取走的包裹"))
    picker = RadioField(_l("谁来取"), choices=Picker.choices(), default=Picker.SELF.value)
    picker_name = StringField(_l("代取人姓名"), [Optional(), Length(max=64)], description=_l("代取时写"))
    cod_fen = HiddenField()


class SendForm(BaseForm):
    """寄件: who, where to, how heavy, what it costs, and that the goods were looked at."""

    person_name = StringField(_l("寄件人"), [Required(_l("请写寄件人姓名，要和证件一致。")), Length(max=64)])
    person_phone = PhoneField(_l("寄件人电话"), [Required(_l("请写寄件人电话。"))])
    destination = StringField(
        _l("寄到哪里"), [Required(_l("请写寄到哪里。")), Length(max=200)], description=_l("比如 重庆市渝中区解放碑")
    )
    weight_kg = QuantityField(_l("重量"), [Required(_l("请称一下再填。"))])
    freight_fen = MoneyField(_l("运费"), [Required(_l("请写收了多少运费，没收写 0。"))])
    goods_checked = BooleanField(_l("已看过证件，已当面验视"))
    carrier = SelectField(_l("快递公司"), choices=lambda: carrier_choices(_l("由县里定")), default="")
    waybill_number = StringField(
        _l("运单号"), [Optional(), Length(max=60)], description=_l("有面单就扫，没有系统给一个")
    )
    size = SelectField(_l("大小"), choices=size_choices, default=SizeClass.SMALL.value)
    is_cold = BooleanField(_l("要冷藏"))
    is_fragile = BooleanField(_l("易碎"))

    @staticmethod
    def prohibited() -> str:
        """What may not be sent, in one line, in the reader's language."""
        known = limits()
        return listed(map(in_language, known.prohibited, known.prohibited_en))


class ReturnForm(BaseForm):
    """Why a parcel goes back."""

    reason = StringField(
        _l("为什么退回"),
        [Required(_l("请写一句原因。")), Length(max=200)],
        description=_l("比如：收件人拒收、地址不对、没人取"),
    )
