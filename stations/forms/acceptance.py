"""Forms of an acceptance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from app.core import clock
from app.core.forms import BaseForm, KeyField, MoneyField, QuantityField, Required
from stations.models.acceptance import Decision, ItemResult
from stations.models.subject import STATION_SUBJECTS, Subject

if TYPE_CHECKING:
    from stations.models.acceptance import Acceptance, AcceptanceItem

CAMERA_HINT = _l("点这里拍照；要留下地点，先打开相机的位置信息")
SUBJECTS = [(s.value, s.label) for s in Subject if s not in STATION_SUBJECTS]
FILES_HINT = _l("可以一次选几张；照片最好打开手机的位置信息再拍")


class FilesField(MultipleFileField):
    """Several files; ``data`` holds those that were really chosen."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Leave out the empty part that a browser sends for no file."""
        self.data = [item for item in valuelist if isinstance(item, FileStorage) and item.filename]


class ScoreField(QuantityField):
    """Points given to an item; ``data`` is a Decimal or None. How many it may be is the rule's to say."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, minimum="0", **kwargs)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with a sentence that shows the right form."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(_l("分数请写成 8 或 7.5 这样的数。"))) from None


class OpenForm(BaseForm):
    """Start the acceptance of a project; the rest is known from it."""

    project_id = KeyField(_l("建设项目"), [Required()])


class DossierForm(BaseForm):
    """Start the dossier of something that is no station."""

    subject = SelectField(_l("类型"), [Required()], choices=SUBJECTS)
    name = StringField(_l("名称"), [Required(), Length(max=100)], description=_l("报告上就用这个名称"))
    year = IntegerField(_l("年度"), [Required()])
    division_code = SelectField(
        _l("归谁整理"), [Required()], choices=[], description=_l("全县的由县级公共服务中心整理，乡镇的由乡镇整理")
    )
    reference_url = StringField(
        _l("系统里的网址"), [Optional(), Length(max=200)], description=_l("它在系统里的页面，从“/”开始照抄；没有就空着")
    )


class EvidenceForm(BaseForm):
    """What the township or the centre puts to one item."""

    camera = FilesField(_l("现在拍一张"), [Optional()], description=CAMERA_HINT)
    files = FilesField(_l("文件或照片"), description=FILES_HINT)
    caption = StringField(_l("照片说明"), [Optional(), Length(max=100)])
    answer = TextAreaField(_l("文字说明"), [Optional(), Length(max=500)])
    issuer = StringField(_l("出具单位"), [Optional(), Length(max=100)])
    dated_on = DateField(_l("文件日期"), [Optional()])
    amount = MoneyField(_l("金额（元）"), [Optional()])
    page_count = IntegerField(_l("页数"), [Optional()])

    @classmethod
    def of(cls, item: AcceptanceItem) -> EvidenceForm:
        """The form with what is there already."""
        return cls(
            answer=item.answer,
            issuer=item.issuer,
            dated_on=item.dated_on,
            amount=item.amount_fen,
            page_count=item.page_count,
        )


class JudgeForm(BaseForm):
    """What the inspector finds of one item."""

    camera = FilesField(_l("现场照片"), [Optional()], description=CAMERA_HINT)
    files = FilesField(_l("从相册里选"), [Optional()], description=_l("可以一次选几张"))
    result = RadioField(_l("结果"), [Required(_l("请选一个结果。"))], choices=ItemResult.choices())
    score = ScoreField(_l("得分"), [Optional()])
    remark = StringField(_l("说明"), [Optional(), Length(max=300)], description=_l("缺或不符时写一句哪里不对"))

    @classmethod
    def of(cls, item: AcceptanceItem) -> JudgeForm:
        """The form with the judgement that stands."""
        return cls(result=item.result.value if item.result else None, remark=item.remark, score=item.score)


class WaiveForm(BaseForm):
    """The hub's signed reason why an item need not be there."""

    reason = TextAreaField(_l("免除原因"), [Required(), Length(max=300)], description=_l("会写进验收报告，署您的名字"))


class ReasonForm(BaseForm):
    """Striking something out."""

    reason = StringField(_l("作废原因"), [Required(), Length(max=200)])


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
    township_signer = StringField(_l("整理单位签字人"), [Required(), Length(max=64)])
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
