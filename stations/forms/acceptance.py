"""Forms of an acceptance."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from app.core import clock
from app.core.forms import BaseForm, MoneyField, QuantityField, Required
from stations.models.acceptance import Decision, ItemResult

if TYPE_CHECKING:
    from stations.models.acceptance import Acceptance, AcceptanceItem

FILES_HINT = _l("可以一次选几张；照片最好打开手机的位置信息再拍")


class FilesField(MultipleFileField):
    """Several files; ``data`` holds those that were really chosen."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Leave out the empty part that a browser sends for no file."""
        self.data = [item for item in valuelist if isinstance(item, FileStorage) and item.filename]


class StationField(SelectField):
    """A choice among stations; ``data`` is a UUID or None."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Anything that is no UUID is nothing chosen."""
        try:
            self.data = uuid.UUID(valuelist[0]) if valuelist and valuelist[0] else None
        except ValueError:
            self.data = None


class OpenForm(BaseForm):
    """Start an acceptance."""

    station_id = StationField(_l("站点"), [Required()], validate_choice=False)
    approved = MoneyField(_l("批复金额（元）"), [Required()], minimum=1)
    approval_reference = StringField(_l("批复文号"), [Required(), Length(max=100)])
    builder_name = StringField(
        _l("建设主体"), [Required(), Length(max=100)], description=_l("乡镇申请里写明的单位，和收款单位分开")
    )
    payee_code = SelectField(
        _l("收款单位"), [Required()], validate_choice=False, description=_l("补助只拨给乡镇人民政府（街道办事处）")
    )


class EvidenceForm(BaseForm):
    """What the township puts to one item."""

    files = FilesField(_l("文件或照片"), description=FILES_HINT)
    caption = StringField(_l("照片说明"), [Optional(), Length(max=100)])
    answer = TextAreaField(_l("文字说明"), [Optional(), Length(max=500)])
    issuer = StringField(_l("出具单位"), [Optional(), Length(max=100)])
    dated_on = DateField(_l("文件日期"), [Optional()])
    amount = MoneyField(_l("金额（元）"), [Optional()])

    @classmethod
    def of(cls, item: AcceptanceItem) -> EvidenceForm:
        """The form with what is there already."""
        return cls(answer=item.answer, issuer=item.issuer, dated_on=item.dated_on, amount=item.amount_fen)


class JudgeForm(BaseForm):
    """What the inspector finds of one item."""

    files = FilesField(_l("现场照片"), [Optional()], description=FILES_HINT)
    result = RadioField(_l("结果"), [Required(_l("请选一个结果。"))], choices=ItemResult.choices())
    remark = StringField(_l("说明"), [Optional(), Length(max=300)], description=_l("缺或不符时写一句哪里不对"))

    @classmethod
    def of(cls, item: AcceptanceItem) -> JudgeForm:
        """The form with the judgement that stands."""
        return cls(result=item.result.value if item.result else None, remark=item.remark)


class WaiveForm(BaseForm):
    """The hub's signed reason why an item need not be there."""

    reason = TextAreaField(_l("免除原因"), [Required(), Length(max=300)], description=_l("会写进验收报告，署您的名字"))


class ReasonForm(BaseForm):
    """Striking something out."""

    reason = StringField(_l("作废原因"), [Required(), Length(max=200)])


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


class EquipmentForm(BaseForm):
    """One line of the equipment list."""

    name = StringField(_l("设备名称"), [Required(), Length(max=100)])
    model = StringField(_l("型号"), [Optional(), Length(max=100)])
    quantity = QuantityField(_l("数量"), [Required()])
    unit = StringField(_l("单位"), [Required(), Length(max=16)], default="台")
    amount = MoneyField(_l("金额（元）"), [Required()], description=_l("这一行合计多少钱"))
    asset_label = StringField(_l("资产标签号"), [Optional(), Length(max=32)])


class FindingForm(BaseForm):
    """A problem, who puts it right and until when."""

    item_id = SelectField(_l("哪一项"), [Optional()], choices=[])
    problem = StringField(_l("问题"), [Required(), Length(max=300)])
    owner_name = StringField(_l("整改责任人"), [Required(), Length(max=64)])
    deadline = DateField(_l("整改期限"), [Required()])

    def offer(self, items: Sequence[AcceptanceItem]) -> FindingForm:
        """Fill in what may be chosen."""
        self.item_id.choices = [("", _l("不属于哪一项")), *((str(i.id), f"{i.position}. {i.label}") for i in items)]
        return self


class RectifyForm(BaseForm):
    """What was done about a problem."""

    files = FilesField(_l("整改后的照片"), description=FILES_HINT)
    measure = TextAreaField(_l("怎么改的"), [Required(), Length(max=300)])
    rectified_on = DateField(_l("改好日期"), [Required()], default=clock.today)


class ReinspectForm(BaseForm):
    """The second look."""

    good = RadioField(
        _l("复验结果"),
        [Required(_l("请选一个结果。"))],
        choices=[("yes", _l("已改好，销号")), ("no", _l("没有改好，继续整改"))],
    )
    remark = StringField(_l("说明"), [Optional(), Length(max=300)])
    inspected_on = DateField(_l("复验日期"), [Required()], default=clock.today)


class InspectedForm(BaseForm):
    """The visit is done."""

    inspected_on = DateField(_l("查验日期"), [Required()], default=clock.today)


class DecisionForm(BaseForm):
    """The hub's decision on the state that was read."""

    version = IntegerField(widget=HiddenInput())
    decision = RadioField(_l("决定"), [Required(_l("请选一个决定。"))], choices=Decision.choices())
    opinion = TextAreaField(_l("验收意见"), [Required(), Length(max=500)])
    township_signer = StringField(_l("乡镇签字人"), [Required(), Length(max=64)])
    bureau_signer = StringField(_l("县级主管部门签字人"), [Required(), Length(max=64)])
    third_party = StringField(_l("第三方机构"), [Optional(), Length(max=100)], description=_l("没有委托就空着"))
    third_party_signer = StringField(_l("第三方签字人"), [Optional(), Length(max=64)])
    decided_on = DateField(_l("决定日期"), [Required()], default=clock.today)

    @classmethod
    def of(cls, acceptance: Acceptance) -> DecisionForm:
        """The form with the version that is shown."""
        return cls(version=acceptance.version)


class ActionForm(BaseForm):
    """A button: only the token and the request id."""

    note = HiddenField(default="")
