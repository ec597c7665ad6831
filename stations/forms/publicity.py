"""Forms of postings, objections and organisation records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from app.core import clock
from app.core.forms import BaseForm, PhoneField, Required
from stations.forms.acceptance import FilesField
from stations.models.organisation import RecordKind
from stations.models.publicity import PublicitySubject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stations.models.evaluation import Evaluation
    from stations.rules.publicity import Requirement


class PostForm(BaseForm):
    """A posting."""

    subject = SelectField(_l("公示什么"), [Required()], choices=PublicitySubject.choices())
    evaluation_id = SelectField(_l("哪次评价"), [Optional()], validate_choice=False)
    title = StringField(_l("标题"), [Required(), Length(max=150)])
    text = TextAreaField(
        _l("内容"), [Required(), Length(max=5000)], description=_l("谁都看得到：不写手机号和身份证号；受理电话写座机")
    )
    reference = StringField(_l("依据文号"), [Optional(), Length(max=200)])
    places = StringField(
        _l("还贴在哪里"), [Required(), Length(max=300)], description=_l("例如：县政府网站、各乡镇公示栏")
    )
    starts_on = DateField(_l("第一天"), [Required()], default=clock.today)
    ends_on = DateField(_l("最后一天"), [Required()])
    files = FilesField(_l("附件"), [Optional()], description=_l("名单、文件；谁都能下载"))

    def offer(self, evaluations: Sequence[Evaluation]) -> PostForm:
        """Fill in what may be chosen."""
        self.evaluation_id.choices = [("", _l("不是评价结果")), *((str(e.id), e.title) for e in evaluations)]
        return self


class ConcludeForm(BaseForm):
    """The days are over."""

    remark = TextAreaField(_l("补充说明"), [Optional(), Length(max=300)], description=_l("会写进公示结果，谁都看得到"))


class WithdrawForm(BaseForm):
    """Taking a posting back."""

    reason = StringField(_l("撤回原因"), [Required(), Length(max=300)], description=_l("会写在公示页上"))


class ObjectionForm(BaseForm):
    """What anybody objects. ``website`` is hidden from people; only programs fill it in."""

    text = TextAreaField(
        _l("哪里不对？"),
        [Required(), Length(max=1000)],
        description=_l("写清楚是哪个站、哪个人、哪件事，您怎么知道的"),
    )
    name = StringField(
        _l("您的称呼"), [Optional(), Length(max=64)], description=_l("留了好核实情况，只有经办人看得到，不会公开")
    )
    phone = PhoneField(_l("您的电话"), [Optional()], description=_l("留了好给您回话，只有经办人看得到，不会公开"))
    website = StringField("website", [Optional()])


class CodeForm(BaseForm):
    """The code that leads to an answer."""

    code = StringField(
        _l("查询码"), [Required(), Length(max=20)], description=_l("提出异议时给您的 10 位数字，可以带空格")
    )


class AnswerForm(BaseForm):
    """The hub's answer."""

    answer = TextAreaField(
        _l("答复"), [Required(), Length(max=1000)], description=_l("核实了什么、怎么处理；凭查询码看得到")
    )
    public = RadioField(
        _l("要不要公开"),
        [Required(_l("请选一个。"))],
        choices=[("yes", _l("公开，写在公示页上")), ("no", _l("不公开，只有本人凭查询码看得到"))],
    )


class RecordForm(BaseForm):
    """A line of the organisation register."""

    kind = SelectField(_l("种类"), [Required()], choices=RecordKind.choices())
    column_key = SelectField(
        _l("专栏内容"), [Optional()], validate_choice=False, description=_l("只有信息公开专栏要选")
    )
    title = StringField(_l("名称"), [Required(), Length(max=150)])
    dated_on = DateField(_l("日期"), [Required()], default=clock.today)
    place = StringField(_l("地点"), [Optional(), Length(max=150)], description=_l("会议和现场督导要填"))
    participants = IntegerField(_l("参加人数"), [Optional()], description=_l("会议要填"))
    text = TextAreaField(_l("内容、结果"), [Optional(), Length(max=1000)])
    url = StringField(_l("网址"), [Optional(), Length(max=300)], description=_l("发在别的网站上就填，从 https:// 写起"))
    file = FilesField(_l("文件（PDF、照片或 XLSX）"), [Optional()])

    def offer(self, requirements: Sequence[Requirement]) -> RecordForm:
        """Fill in what may be chosen."""
        self.column_key.choices = [("", _l("不选")), *((r.key, r.label) for r in requirements)]
        return self
