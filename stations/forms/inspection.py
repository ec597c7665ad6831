"""Forms of rounds and inspections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.core import clock
from app.core.forms import BaseForm, Optional, QuantityField, Required
from stations.forms.acceptance import FILES_HINT, FilesField
from stations.forms.network import stripped
from stations.models import StationKind
from stations.models.inspection import RectificationStatus, RoundStatus, StationSelection
from stations.rules.inspection import Criterion, written

if TYPE_CHECKING:
    from stations.models.inspection import InspectionScore

_WHOLE = _l("请写成 8 这样的整数。")


class OneOfSeveral(CheckboxInput):
    """A box among others: that one of them is needed, the server says; a browser would ask for every one."""

    validation_attrs = ["disabled"]


class ChecksField(SelectMultipleField):
    """Several choices, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = OneOfSeveral()


class PointsField(QuantityField):
    """Points: 7 or 7.5; ``data`` is a Decimal or None."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, minimum="0", **kwargs)


class RoundForm(BaseForm):
    """A new round: when, which kinds, and how the stations are chosen."""

    name = StringField(
        _l("名称"), [Required(), Length(max=64)], filters=[stripped], description=_l("例如 第三季度巡检")
    )
    starts_on = DateField(_l("开始日期"), [Required()], default=clock.today)
    ends_on = DateField(_l("结束日期"), [Required()], default=lambda: clock.today() + timedelta(days=30))
    kinds = ChecksField(
        _l("巡检哪些站点"),
        [Required(_l("请至少选一类。"))],
        choices=[(k.value, k.label) for k in (StationKind.TOWNSHIP_STATION, StationKind.VILLAGE_POINT)],
        default=[StationKind.TOWNSHIP_STATION.value, StationKind.VILLAGE_POINT.value],
    )
    selection = RadioField(_l("怎么选站点"), choices=StationSelection.choices(), default=StationSelection.ALL.value)
    sample_size = IntegerField(
        _l("抽多少个"), [Optional(), NumberRange(1, 10_000, _WHOLE)], description=_l("按种子抽取时填")
    )
    seed = StringField(
        _l("种子"),
        [Optional(), Length(max=64)],
        filters=[stripped],
        description=_l("大家事先说好的一串数字，例如当天的开奖号码；同样的种子谁来抽都是同样的结果"),
    )
    township_codes = ChecksField(_l("哪些乡镇"), [Optional()], description=_l("指定乡镇时选"))

    def offer(self, townships: Sequence[tuple[str, str]]) -> RoundForm:
        """Fill in which townships may be chosen."""
        self.township_codes.choices = list(townships)
        return self


class RoundMoveForm(BaseForm):
    """A button that moves a round on."""

    new_status = SelectField(choices=RoundStatus.choices())


class ScoreForm(BaseForm):
    """One criterion: photos first, what was counted, points."""

    files = FilesField(_l("现场照片"), description=FILES_HINT)
    part_count = IntegerField(_l("其中"), [Optional(), NumberRange(0, 100_000, _WHOLE)])
    whole_count = IntegerField(_l("一共"), [Optional(), NumberRange(1, 100_000, _l("请写成 8 这样大于 0 的整数。"))])
    points = PointsField(_l("得分"), [Required()])
    remark = StringField(_l("说明"), [Length(max=300)], filters=[stripped])

    @classmethod
    def of(cls, item: Criterion, score: InspectionScore | None, *, reviews: bool) -> ScoreForm:
        """The form with what is there already: one's own side, else (for the inspector) the township's points."""
        if score is None:
            return cls().label(item)
        own = score.county_points if reviews else score.township_points
        points = own if own is not None else score.points
        return cls(
            part_count=score.part_count,
            whole_count=score.whole_count,
            points=written(points) if points is not None else None,
            remark=score.county_remark if reviews else score.township_remark,
        ).label(item)

    def label(self, item: Criterion) -> ScoreForm:
        """Say what is counted at this criterion, and how many points there are."""
        self.part_count.label.text = item.part_label or self.part_count.label.text
        self.whole_count.label.text = item.whole_label or self.whole_count.label.text
        self.points.description = _l("0 到 %(most)s 分，最细到半分", most=written(item.points))
        return self


class FinishForm(BaseForm):
    """The visit is done."""

    visited_on = DateField(_l("到站日期"), [Required()], default=clock.today)
    remark = TextAreaField(_l("总的印象"), [Optional(), Length(max=300)], filters=[stripped])


class ExcuseForm(BaseForm):
    """Why a station is left out of the round."""

    reason = StringField(_l("为什么本轮不检"), [Required(), Length(max=200)], filters=[stripped])


class InspectionFindingForm(BaseForm):
    """A problem with its photos, who puts it right and until when."""

    files = FilesField(_l("现场照片"), description=FILES_HINT)
    problem = StringField(_l("问题"), [Required(), Length(max=300)], filters=[stripped])
    criterion_key = SelectField(_l("哪一项"), [Optional()], choices=[])
    owner_name = StringField(_l("整改责任人"), [Required(), Length(max=64)], filters=[stripped])
    deadline = DateField(_l("整改期限"), [Required()])

    def offer(self, items: Sequence[Criterion]) -> InspectionFindingForm:
        """Fill in what may be chosen."""
        self.criterion_key.choices = [("", _l("不属于哪一项")), *((i.key, i.label) for i in items)]
        return self


class OrderForm(BaseForm):
    """Ordering a rectification."""

    deadline = DateField(_l("整改期限"), [Required()])
    reason = StringField(_l("说明"), [Optional(), Length(max=100)], filters=[stripped])


class OutcomeForm(BaseForm):
    """How a rectification ended."""

    outcome = RadioField(
        _l("结论"),
        [Required(_l("请选一个结论。"))],
        choices=[
            (RectificationStatus.PASSED.value, _l("整改合格，站点恢复营业")),
            (RectificationStatus.FAILED.value, _l("整改不合格，关闭站点")),
        ],
    )
    reason = TextAreaField(
        _l("理由"), [Required(), Length(max=100)], filters=[stripped], description=_l("会写进站点的经过")
    )


class CorrectionForm(BaseForm):
    """A published score is changed."""

    version = IntegerField(widget=HiddenInput())
    key = SelectField(_l("哪一项"), [Required()])
    points = PointsField(_l("更正为（分）"), [Required()])
    reason = TextAreaField(_l("更正原因"), [Required(), Length(max=200)], filters=[stripped])

    def offer(self, choices: Sequence[tuple[str, Any]]) -> CorrectionForm:
        """Fill in the criteria with their present points."""
        self.key.choices = list(choices)
        return self


class ButtonForm(BaseForm):
    """A button: only the token and the request id."""

    note = HiddenField(default="")
