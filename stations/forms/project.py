"""Forms of a construction project."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.core.forms import BaseForm, MoneyField, QuantityField, Required
from stations.forms.acceptance import FILES_HINT, FilesField, RowField
from stations.models import ContractKind

__all__ = ["FILES_HINT", "ContractForm", "EquipmentForm", "FilesField", "InvoiceForm"]


class ContractForm(BaseForm):
    """One contract."""

    number = StringField(_l("合同编号"), [Required(), Length(max=50)])
    kind = SelectField(_l("怎么选定的"), [Required()], choices=ContractKind.choices())
    subject = StringField(_l("合同内容"), [Required(), Length(max=200)])
    counterparty = StringField(_l("对方单位"), [Required(), Length(max=100)])
    counterparty_number = StringField(
        _l("对方统一社会信用代码"), [Optional(), Length(max=30)], description=_l("18 位，在营业执照上；个人没有，空着")
    )
    signed_on = DateField(_l("签订日期"), [Required()])
    amount = MoneyField(_l("合同金额（元）"), [Required()], minimum=1)
    files = FilesField(_l("合同扫描件"), description=_l("照片或 PDF，可以一次选几个"))


class InvoiceForm(BaseForm):
    """One invoice."""

    number = StringField(_l("发票号码"), [Required(), Length(max=30)], description=_l("右上角，8 位；数电票是 20 位"))
    code = StringField(
        _l("发票代码"), [Optional(), Length(max=20)], description=_l("左上角，10 或 12 位；数电票没有，空着")
    )
    issued_on = DateField(_l("开票日期"), [Required()])
    seller = StringField(_l("销售方"), [Required(), Length(max=100)])
    amount = MoneyField(_l("价税合计（元）"), [Required()], minimum=1)
    tax = MoneyField(_l("其中税额（元）"), [Required()])
    contract_id = RowField(_l("属于哪份合同"), [Optional()], validate_choice=False)


class EquipmentForm(BaseForm):
    """One line of the equipment list."""

    name = StringField(_l("设备名称"), [Required(), Length(max=100)])
    model = StringField(_l("型号"), [Optional(), Length(max=100)])
    quantity = QuantityField(_l("数量"), [Required()], description=_l("每一件发一个资产标签号"))
    unit = StringField(_l("单位"), [Required(), Length(max=16)], default="台")
    amount = MoneyField(_l("金额（元）"), [Required()], description=_l("这一行合计多少钱"))


class ReasonForm(BaseForm):
    """Striking something out, refusing, taking back: the reason."""

    reason = TextAreaField(_l("原因"), [Required(), Length(max=200)])
