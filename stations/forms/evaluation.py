"""Forms of a performance evaluation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from flask import current_app
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length, Optional

from app.core import clock
from app.core.forms import BaseForm, Required, ValidationError, typed_text
from stations.forms.acceptance import FilesField
from stations.models.evaluation import Round

if TYPE_CHECKING:
    from stations.models.evaluation import EvaluationLeaf


class ScoreField(StringField):
    """Points typed by a person; ``data`` is a Decimal or None. Whether they may be given is the service's to say."""

    widget_inputmode = "decimal"

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Read what was typed; raises ValueError with a sentence that shows the right form."""
        self.data = None
        typed = typed_text(valuelist)
        if typed and not re.fullmatch(r"\d{1,3}(\.\d{1,2})?", typed, re.ASCII):
            raise ValueError(str(_l("分数请写成 3 或 2.5 这样的数，半分一档。")))
        self.data = Decimal(typed) if typed else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"


class YearForm(BaseForm):
    """Begin a year's evaluation."""

    year = IntegerField(_l("评价年度"), [Required()], default=lambda: clock.today().year - 1)


class ScoreForm(BaseForm):
    """A leaf's points in the running round."""

    of = HiddenField(validators=[AnyOf([r.value for r in Round])])
    score = ScoreField(_l("得分"), [Optional()])
    reason = TextAreaField(_l("理由"), [Optional(), Length(max=500)])

    @classmethod
    def offering(cls, leaf: EvaluationLeaf, of: Round, before: Round | None) -> ScoreForm:
        """The form with what stands; a review that has not begun starts from the score of the round before."""
        score = leaf.score(of)
        if score is None and before is not None and not leaf.reason(of):
            score = leaf.score(before)
        return cls(formdata=None, of=of.value, score=score, reason=leaf.reason(of))


class LinkForm(BaseForm):
    """A record inside the system."""

    register = SelectField(_l("常用台账"), [Optional()], validate_choice=False)
    path = StringField(_l("或填地址"), [Length(max=300)], description=_l("打开那条记录，复制网址里 / 以后的部分"))
    title = StringField(
        _l("叫什么"), [Optional(), Length(max=100)], description=_l("空着就用台账的名字"), id="link-title"
    )

    def offer(self, registers: Sequence[tuple[str, str]]) -> LinkForm:
        """Fill in what may be chosen."""
        self.register.choices = [("", _l("不选，自己填地址")), *registers]
        return self

    @property
    def target(self) -> str:
        """The path that was typed, else the register that was chosen."""
        return (self.path.data or "").strip() or self.register.data or ""

    @property
    def name(self) -> str:
        """The title that was typed, else the register's label when that was chosen."""
        typed = (self.title.data or "").strip()
        if typed or (self.path.data or "").strip():
            return typed
        return str(dict(self.register.choices or []).get(self.register.data, ""))

    def validate_path(self, field: StringField) -> None:
        """There must be a page at the address."""
        target = self.target
        if not target:
            raise ValidationError(_l("请选一个台账，或填一个地址。"))
        if target.startswith("/") and not _is_page(target):
            raise ValidationError(_l("本系统里没有这个地址，请再看一遍。"))


def _is_page(path: str) -> bool:
    bare = path.partition("#")[0].partition("?")[0]
    try:
        current_app.url_map.bind("").match(bare, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


class DocumentForm(BaseForm):
    """A document that shows a score."""

    file = FileField(_l("文件（PDF、照片或 XLSX）"), [FileRequired(_l("请选一个文件。"))])
    title = StringField(
        _l("文件名称"), [Optional(), Length(max=100)], description=_l("空着就用文件自己的名字"), id="document-title"
    )
    dated_on = DateField(_l("文件日期"), [Optional()])


class HandOnForm(BaseForm):
    """The round is done."""

    opinion = TextAreaField(_l("意见"), [Required(), Length(max=500)])
    signer = StringField(_l("签字人"), [Required(), Length(max=64)])
    acted_on = DateField(_l("日期"), [Required()], default=clock.today)


class SendBackForm(BaseForm):
    """The round before has to be corrected."""

    reason = TextAreaField(_l("退回原因"), [Required(), Length(max=500)], description=_l("写清哪几项要改，对方看得到"))
    acted_on = DateField(_l("日期"), [Required()], default=clock.today)


class RectificationForm(BaseForm):
    """A problem for the rectification list."""

    problem = StringField(_l("问题"), [Required(), Length(max=300)])
    leaf_id = SelectField(_l("哪项指标"), [Optional()], validate_choice=False)
    cause = StringField(_l("原因"), [Required(), Length(max=300)])
    measure = TextAreaField(_l("整改措施"), [Required(), Length(max=300)])
    owner_name = StringField(_l("责任人"), [Required(), Length(max=64)])
    deadline = DateField(_l("整改期限"), [Required()])

    def offer(self, leaves: Sequence[EvaluationLeaf]) -> RectificationForm:
        """Fill in what may be chosen."""
        named = [(str(leaf.id), f"{leaf.position}. {leaf.label}") for leaf in leaves]
        self.leaf_id.choices = [("", _l("不属于哪一项")), *named]
        return self


class RectifiedForm(BaseForm):
    """What was done about a problem."""

    file = FilesField(_l("整改证明（照片、PDF 或 XLSX，一个）"))
    result = TextAreaField(_l("整改结果"), [Required(), Length(max=300)])
    rectified_on = DateField(_l("改好日期"), [Required()], default=clock.today)


class RecheckForm(BaseForm):
    """The second look."""

    good = RadioField(
        _l("复查结果"),
        [Required(_l("请选一个结果。"))],
        choices=[("yes", _l("已改好，销号")), ("no", _l("没有改好，继续整改"))],
    )
    remark = StringField(_l("说明"), [Optional(), Length(max=300)])
    checked_on = DateField(_l("复查日期"), [Required()], default=clock.today)
