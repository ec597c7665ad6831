"""Forms of public money: the fund's account, subsidies, the operator's contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from app.core import clock
from app.core.forms import BaseForm, KeyField, MoneyField, QuantityField, Required
from stations.models.fund import SpendingCategory
from stations.models.operator_contract import JobGroup

PAPER_HINT = _l("照片、PDF 或 XLSX，最大 20 MB")
_YEAR = NumberRange(2000, 2100, _l("请写成 2026 这样的年份。"))
_SCORE = NumberRange(0, 100, _l("得分请写 0 到 100 的整数。"))


class PaperField(FileField):
    """One file; ``data`` is None when none was chosen."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Leave out the empty part that a browser sends for no file."""
        self.data = next((item for item in valuelist if isinstance(item, FileStorage) and item.filename), None)


# -- the fund --------------------------------------------------------------------------------------


class FundForm(BaseForm):
    """Open a fund's account."""

    year = IntegerField(_l("年度"), [Required(), _YEAR], default=lambda: clock.today().year)
    name = StringField(_l("资金名称"), [Required(), Length(max=100)])
    document = StringField(_l("下达文号"), [Required(), Length(max=100)])
    planned = MoneyField(_l("计划金额（元）"), [Required()], minimum=1)
    due_on = DateField(_l("应到账日期"), [Required()], description=_l("下达文件写明的到账时限，算及时率用"))


class ArrivalForm(BaseForm):
    """Money came in."""

    amount = MoneyField(_l("到账金额（元）"), [Required()], minimum=1)
    day = DateField(_l("到账日期"), [Required()], default=clock.today)
    party_name = StringField(_l("拨款单位"), [Required(), Length(max=100)], description=_l("例如：县财政局"))
    document = StringField(_l("文号或凭证号"), [Required(), Length(max=100)])
    file = PaperField(_l("到账凭证"), [Optional()], description=PAPER_HINT)


class PayOutForm(BaseForm):
    """Money goes out for something that is neither a subsidy nor the operator's fee."""

    amount = MoneyField(_l("支付金额（元）"), [Required()], minimum=1)
    category = SelectField(_l("用在哪一类"), [Required()], choices=SpendingCategory.choices())
    purpose = TextAreaField(
        _l("用途"), [Required(), Length(max=300)], description=_l("写清买什么、做什么；负面清单里的不能支付")
    )
    party_name = StringField(_l("收款单位"), [Required(), Length(max=100)])
    voucher = StringField(_l("银行凭证号"), [Required(), Length(max=100)])
    day = DateField(_l("支付日期"), [Required()], default=clock.today)
    file = PaperField(_l("银行凭证"), description=PAPER_HINT)


class ReturnForm(BaseForm):
    """Money goes back to the treasury."""

    amount = MoneyField(_l("退回金额（元）"), [Required()], minimum=1)
    day = DateField(_l("退回日期"), [Required()], default=clock.today)
    reason = StringField(_l("退回原因"), [Required(), Length(max=300)])
    document = StringField(_l("凭证号"), [Required(), Length(max=100)])
    file = PaperField(_l("退回凭证"), [Optional()], description=PAPER_HINT)


class WhyForm(BaseForm):
    """Reversing, cancelling, sending back: the reason."""

    reason = TextAreaField(_l("原因"), [Required(), Length(max=300)])


# -- subsidies -------------------------------------------------------------------------------------


class GrantForm(BaseForm):
    """Grant a project its subsidy."""

    fund_id = KeyField(_l("从哪笔资金拨付"), [Required()])
    approved = MoneyField(_l("核定金额（元）"), [Required()], minimum=1)
    reference = StringField(_l("核定文号"), [Required(), Length(max=100)])
    granted_on = DateField(_l("核定日期"), [Required()], default=clock.today)
    own = MoneyField(
        _l("自筹和社会资金（元）"), [Optional()], description=_l("乡镇、企业或合作社另外投入的；没有就空着")
    )
    own_source = StringField(_l("自筹资金来自哪里"), [Optional(), Length(max=200)])


class RequestForm(BaseForm):
    """The township asks for an instalment."""

    text = TextAreaField(_l("申请说明"), [Optional(), Length(max=300)])
    requested_on = DateField(_l("申请日期"), [Required()], default=clock.today)


class ApproveForm(BaseForm):
    """The hub agrees."""

    approved_on = DateField(_l("审核日期"), [Required()], default=clock.today)


class PaymentForm(BaseForm):
    """A payment with the bank's voucher."""

    voucher = StringField(_l("银行凭证号"), [Required(), Length(max=100)])
    paid_on = DateField(_l("支付日期"), [Required()], default=clock.today)
    file = PaperField(_l("银行凭证"), description=PAPER_HINT)


class ReceiptForm(BaseForm):
    """The township has the money."""

    received_on = DateField(_l("到账日期"), [Required()], default=clock.today)


class ClawBackForm(BaseForm):
    """Money came back."""

    amount = MoneyField(_l("追回金额（元）"), [Required()], minimum=1)
    reason = TextAreaField(_l("追回原因"), [Required(), Length(max=300)])
    received_on = DateField(_l("收到日期"), [Required()], default=clock.today)
    document = StringField(_l("收款凭证号"), [Required(), Length(max=100)])
    file = PaperField(_l("收款凭证"), description=PAPER_HINT)


# -- the operator ----------------------------------------------------------------------------------


class ContractForm(BaseForm):
    """Record the operator's contract."""

    fund_id = KeyField(_l("从哪笔资金支付"), [Required()])
    number = StringField(_l("合同编号"), [Required(), Length(max=50)])
    contractor = StringField(_l("运营单位"), [Required(), Length(max=100)])
    contractor_number = StringField(_l("统一社会信用代码"), [Required(), Length(max=30)])
    starts_on = DateField(_l("开始日"), [Required()])
    ends_on = DateField(_l("到期日"), [Required()])
    annual_fee = MoneyField(_l("每年运营费（元）"), [Required()], minimum=1)
    selection = StringField(
        _l("怎么选定的"), [Required(), Length(max=300)], description=_l("例如：公开招标，中标通知书 2026-3 号")
    )
    file = PaperField(_l("合同扫描件"), description=PAPER_HINT)


class RecordForm(BaseForm):
    """What the operator did on a day."""

    duty_id = KeyField(_l("哪一项职责"), [Required()])
    amount = QuantityField(_l("完成数量"), [Required()], description=_l("按这项职责的单位填"))
    text = TextAreaField(_l("做了什么"), [Required(), Length(max=300)])
    day = DateField(_l("日期"), [Required()], default=clock.today)
    file = PaperField(_l("照片、签到表或其他证明"), [Optional()], description=PAPER_HINT)


class CorrectForm(BaseForm):
    """A record was wrong."""

    amount = QuantityField(_l("应该是多少"), [Required()], minimum="0", description=_l("整条不算就写 0"))
    reason = TextAreaField(_l("更正原因"), [Required(), Length(max=300)])


class JobForm(BaseForm):
    """Somebody starts to work."""

    name = StringField(_l("姓名"), [Required(), Length(max=64)])
    work = StringField(_l("岗位"), [Required(), Length(max=100)], description=_l("例如：客服、打包、直播"))
    group = RadioField(_l("人员类别"), [Required(_l("请选一类。"))], choices=JobGroup.choices())
    from_day = DateField(_l("到岗日期"), [Required()], default=clock.today)
    file = PaperField(_l("劳动合同或身份证明"), [Optional()], description=_l("重点人群必须有证明"))


class EndJobForm(BaseForm):
    """Somebody left."""

    to_day = DateField(_l("最后一天"), [Required()], default=clock.today)


class AssessForm(BaseForm):
    """The assessment of a period."""

    score = IntegerField(_l("考核得分"), [Required(), _SCORE])
    assessed_on = DateField(_l("考核日期"), [Required()], default=clock.today)
    opinion = TextAreaField(_l("考核意见"), [Optional(), Length(max=500)])
