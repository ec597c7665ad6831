"""Forms about producers, products, stock and reported problems."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange

from app.core.forms import BaseForm, MoneyField, Optional, PhoneField, QuantityField, Required
from products.models import MovementKind, ProduceLevel, ProducerKind
from products.service import ProductFacts


class ProducerForm(BaseForm):
    """A producer."""

    name = StringField(_l("名称"), [Required(), Length(max=100)], description=_l("农户写姓名，合作社、企业写全称"))
    kind = SelectField(_l("类型"), [Required()], choices=ProducerKind.choices(), coerce=ProducerKind)
    division_code = SelectField(_l("所在村"), [Required()])
    phone = PhoneField(_l("电话"), [Optional()], description=_l("只给服务站联系用，网页上不公开"))


class ProducerEditForm(BaseForm):
    """What may be corrected of a producer."""

    name = StringField(_l("名称"), [Required(), Length(max=100)])
    kind = SelectField(_l("类型"), [Required()], choices=ProducerKind.choices(), coerce=ProducerKind)
    phone = PhoneField(_l("电话"), [Optional()], description=_l("只给服务站联系用，网页上不公开"))


class ProductEditForm(BaseForm):
    """What describes a product."""

    name = StringField(_l("名称"), [Required(), Length(max=100)], description=_l("例如 花田贡米"))
    category = StringField(_l("类别"), [Required(), Length(max=32)])
    spec = StringField(_l("规格"), [Required(), Length(max=64)], description=_l("例如 5千克/袋"))
    unit = StringField(_l("单位"), [Required(), Length(max=16)], description=_l("例如 袋"))
    produce_level = SelectField(_l("加工程度"), [Required()], choices=ProduceLevel.choices(), coerce=ProduceLevel)
    sku = StringField(_l("货号"), [Required(), Length(max=32)])
    gtin = StringField(_l("商品条码"), [Required(), Length(max=18)], description=_l("包装条码下面的数字"))
    certification = StringField(
        _l("认证"), [Optional(), Length(max=64)], description=_l("例如 绿色食品、农产品地理标志")
    )
    shelf_life_days = IntegerField(_l("保质期"), [Optional(), NumberRange(1, 36500, _l("请填天数。"))])
    storage = StringField(_l("怎么存放"), [Optional(), Length(max=64)], description=_l("例如 阴凉干燥"))
    low_stock = QuantityField(_l("少于多少就提醒补货"), [Optional()], minimum="0")

    def facts(self) -> ProductFacts:
        """What was typed, as the service takes it."""
        names = ProductFacts.__dataclass_fields__
        values: dict[str, Any] = {name: self[name].data for name in names}
        texts = {
            name: (value or "").strip()
            for name, value in values.items()
            if isinstance(self[name], StringField) and name not in ("low_stock",)
        }
        return ProductFacts(**(values | texts | {"low_stock": self.low_stock.data or Decimal(0)}))


class ProductForm(ProductEditForm):
    """A new product."""

    producer_id = SelectField(_l("生产者"), [Required()])
    price = MoneyField(_l("价格"), [Required()], minimum=1)


class PriceForm(BaseForm):
    """A new price."""

    price = MoneyField(_l("新价格"), [Required()], minimum=1)


class MoveForm(BaseForm):
    """A new status."""

    reason = StringField(_l("为什么"), [Optional(), Length(max=200)])


class StockForm(BaseForm):
    """Goods taken in, counted or lost."""

    kind = RadioField(
        _l("做什么"),
        [Required()],
        choices=[
            (kind.value, kind.label) for kind in (MovementKind.RECEIVED, MovementKind.COUNTED, MovementKind.DAMAGED)
        ],
        coerce=MovementKind,
        default=MovementKind.RECEIVED,
    )
    quantity = QuantityField(
        _l("数量"), [Required()], minimum="0", description=_l("盘点填点出来的实数，入库和报损填变化的数")
    )
    note = StringField(_l("说明"), [Optional(), Length(max=200)], description=_l("盘点和报损要写一句为什么"))


class ProblemForm(BaseForm):
    """A report by anybody."""

    text = TextAreaField(
        _l("什么地方不对？"), [Required(), Length(max=500)], description=_l("例如：这不是我家的货；价钱不对；包装破了")
    )
    name = StringField(_l("您的称呼"), [Optional(), Length(max=64)])
    phone = PhoneField(_l("您的电话"), [Optional()], description=_l("想要回话才留，不会公开"))


class CloseProblemForm(BaseForm):
    """What was done about a report."""

    answer = TextAreaField(_l("怎么处理的"), [Required(), Length(max=500)])
