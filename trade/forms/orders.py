"""Forms of the order desk at the hub and in the township."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import BooleanField, FieldList, Form, FormField, SelectField, StringField
from wtforms.validators import Length

from app.core.forms import BaseForm, MoneyField, Optional, PhoneField, QuantityField, Required
from trade.models import Channel, OrderKind

LINES = 3


class LineForm(Form):
    """One thing of an order; a row left blank counts for nothing."""

    product = StringField(lazy_pgettext("one", "产品"), [Optional(), Length(max=100)], description=_l("货号或名称"))
    quantity = QuantityField(_l("数量"), [Optional()])
    price_fen = MoneyField(_l("单价"), [Optional()], description=_l("不写就按目录价"))


class OrderForm(BaseForm):
    """An order taken by hand: by telephone, wholesale, or from a platform that sends no file."""

    channel = SelectField(_l("渠道"), choices=Channel.choices())
    channel_number = StringField(_l("平台单号"), [Optional(), Length(max=64)])
    kind = SelectField(_l("零售还是批发"), choices=OrderKind.choices())
    buyer_name = StringField(_l("买家"), [Required(_l("请写买家姓名。")), Length(max=64)])
    buyer_phone = PhoneField(_l("买家电话"), [Required(_l("请写买家电话。"))])
    province = StringField(_l("寄到哪个省"), [Required(_l("请写省份，比如 浙江省。")), Length(max=32)])
    address = StringField(_l("详细地址"), [Optional(), Length(max=200)])
    lines = FieldList(FormField(LineForm), min_entries=LINES, max_entries=LINES)
    freight_fen = MoneyField(_l("运费"), [Optional()])
    paid = BooleanField(_l("买家已付款"), default=True)
    by_staff = BooleanField(_l("是自己人下的单"), description=_l("统计时单独列出"))


class DispatchForm(BaseForm):
    """The parcel leaves."""

    waybill = StringField(_l("运单号"), [Optional(), Length(max=40)])


class CancelForm(BaseForm):
    """Why an order is called off."""

    reason = StringField(
        _l("为什么取消"),
        [Required(_l("请写一句原因，比如“买家退单”。")), Length(max=200)],
        description=_l("比如：买家退单、地址送不到"),
    )
