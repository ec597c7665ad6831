"""The operator's forms: five things to fill in at most, the rest can be left out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import Length, NumberRange

from app.core.forms import BaseForm, MoneyField, Optional, PhoneField, QuantityField, Required
from app.core.words import unit
from trade.models import TransactionCode
from trade.rules.services import UNITS


class PersonForm(BaseForm):
    """Who it is for: found by name or phone tail, told apart when there are several, or new."""

    person = StringField(
        lazy_pgettext("one", "乡亲"),
        [Required(_l("请写是哪位乡亲。")), Length(max=64)],
        description=_l("姓名或手机尾号"),
    )
    phone = PhoneField(_l("手机"), [Optional()], description=_l("第一次来的乡亲才要写"))
    villager = RadioField(_l("是哪一位"), [Optional()], validate_choice=False, choices=[])


class PurchaseForm(PersonForm):
    """代买."""

    item = StringField(_l("买什么"), [Required(_l("请写买什么。")), Length(max=100)])
    pieces = IntegerField(
        _l("几件"), [Required(_l("请写几件，比如 1。")), NumberRange(1, 10_000, _l("件数请写 1 到 10000。"))], default=1
    )
    price_fen = MoneyField(_l("一件多少钱"), [Required(_l("请写价钱，比如 129.00。"))], minimum=1)
    freight_fen = MoneyField(_l("运费"), [Optional()])
    deposit_fen = MoneyField(_l("收了多少定金"), [Optional()])
    platform = StringField(_l("在哪个平台买"), [Optional(), Length(max=32)])
    note = StringField(_l("备注"), [Optional(), Length(max=200)])


class SaleForm(PersonForm):
    """代卖. ``confirmed`` is the amount that the person has seen on the button, in fen."""

    person = StringField(
        _l("农户"), [Required(_l("请写是哪位农户。")), Length(max=64)], description=_l("姓名或手机尾号")
    )
    product_name = StringField(_l("卖什么"), [Required(_l("请写卖什么。")), Length(max=100)])
    quantity = QuantityField(_l("数量"), [Required(_l("请写数量，比如 60。"))])
    unit = SelectField(_l("单位"), choices=lambda: [(key, unit(key)) for key in UNITS])
    price_fen = MoneyField(_l("每单位价钱"), [Required(_l("请写价钱，比如 1.50。"))], minimum=1)
    online = RadioField(
        _l("怎么卖的"),
        [Required(_l("请点一下：线上还是线下。"))],
        choices=[("yes", _l("线上：网店、平台、直播")), ("no", _l("线下：客商上门、赶场、食堂"))],
    )
    pay_now = BooleanField(_l("现在就付现金给农户"))
    lot_code = StringField(_l("批次号"), [Optional(), Length(max=40)])
    buyer = StringField(_l("卖给谁"), [Optional(), Length(max=64)])
    note = StringField(_l("备注"), [Optional(), Length(max=200)])
    confirmed = HiddenField()


class VoidForm(BaseForm):
    """Why a record is taken back."""

    reason = StringField(
        _l("为什么作废"),
        [Required(_l("请写一句原因，比如“乡亲不要了”。")), Length(max=200)],
        description=_l("比如：乡亲不要了、记错了数量"),
    )


class DayCloseForm(BaseForm):
    """日结: what was counted."""

    counted_fen = MoneyField(_l("点出来的现金"), [Required(_l("请写点了多少钱，没有就写 0。"))])
    note = StringField(_l("说明"), [Optional(), Length(max=200)], description=_l("和账上不一样时要写"))


class CarrierForm(BaseForm):
    """Cash from the drawer to a carrier's courier; the view offers the carriers that are owed something."""

    carrier = RadioField(_l("付给哪家快递"), [Required(_l("请点一下。"))], choices=[])
    amount_fen = MoneyField(_l("付了多少"), [Required(_l("请写金额，比如 58.00。"))], minimum=1)


class CashForm(BaseForm):
    """Cash from or to the centre."""

    code = RadioField(
        _l("做什么"),
        [Required(_l("请点一下。"))],
        choices=[
            (TransactionCode.FLOAT_RECEIVED.value, TransactionCode.FLOAT_RECEIVED.label),
            (TransactionCode.CASH_HANDED_IN.value, TransactionCode.CASH_HANDED_IN.label),
        ],
    )
    amount_fen = MoneyField(_l("多少钱"), [Required(_l("请写金额，比如 500。"))], minimum=1)
