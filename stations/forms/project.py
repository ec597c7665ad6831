"""Forms of a construction project."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, Form, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.core import clock
from app.core.forms import BaseForm, KeyField, MoneyField, QuantityField, Required
from stations.errors import NotFunded
from stations.forms.acceptance import FILES_HINT, FilesField
from stations.models import BudgetCategory, ContractKind
from stations.rules.projects import MOST_LINES, BudgetLine, InvoicedThing, check_funded
from stations.rules.site import CriteriaList

if TYPE_CHECKING:
    from stations.models import ConstructionProject, Invoice

ROWS, MORE_ROWS = 5, 5


class LineForm(Form):
    """One thing of the budget; a row left blank counts for nothing."""

    category = SelectField(_l("类别"), choices=BudgetCategory.choices(), validate_choice=False)
    name = StringField(_l("名称"), [Optional(), Length(max=100)])
    model = StringField(_l("型号、规格"), [Optional(), Length(max=100)])
    quantity = QuantityField(_l("数量"), [Optional()])
    unit = StringField(_l("单位"), [Optional(), Length(max=16)])
    unit_price = MoneyField(_l("单价（元）"), [Optional()])

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed here."""
        typed = (self.name, self.model, self.quantity, self.unit_price)
        return not any((field.raw_data or [""])[0].strip() if field.raw_data else field.data for field in typed)

    def validate(self, extra_validators: Any = None) -> bool:
        """A row is blank, or whole."""
        good = super().validate(extra_validators)
        if self.is_blank:
            return good
        for field in (self.name, self.quantity, self.unit, self.unit_price):
            if field.data in (None, "") and not field.errors:
                field.errors = [_("这里要填。")]
                good = False
        if self.category.data not in {category.value for category in BudgetCategory}:
            self.category.errors, good = [_("请选一个。")], False
        return self._is_funded() and good

    def _is_funded(self) -> bool:
        """Whether the negative list lets it pass; if not, the name says so."""
        try:
            check_funded(f"{self.name.data} {self.model.data or ''}", clock.today(), "name")
        except NotFunded as error:
            self.name.errors = [error.message]
            return False
        return True

    def line(self) -> BudgetLine:
        """What was typed, as the service takes it."""
        return BudgetLine(
            category=BudgetCategory(self.category.data),
            name=self.name.data.strip(),
            model=(self.model.data or "").strip(),
            quantity=self.quantity.data,
            unit=self.unit.data.strip(),
            unit_price_fen=self.unit_price.data,
        )


class _Application(BaseForm):
    """What an application says, first sent or changed."""

    purpose = TextAreaField(
        _l("为什么建在这里"),
        [Required(), Length(max=500)],
        description=_l("房屋从哪里来、人流和道路怎样、谁来经营"),
    )
    builder_name = StringField(
        _l("建设主体"), [Required(), Length(max=100)], description=_l("具体施工和经营的单位，和收款的乡镇政府分开")
    )
    builder_number = StringField(
        _l("建设主体统一社会信用代码"), [Optional(), Length(max=30)], description=_l("18 位，在营业执照上")
    )
    lines = FieldList(FormField(LineForm), label=_l("预算"), min_entries=ROWS, max_entries=MOST_LINES)
    files = FilesField(_l("申请、建设方案、房屋协议"), description=_l("照片或 PDF，可以一次选几个"))

    def add_rows(self) -> None:
        """Room for more things."""
        for _n in range(min(MORE_ROWS, MOST_LINES - len(self.lines))):
            self.lines.append_entry()

    def budget(self) -> list[BudgetLine]:
        """The rows that were filled in."""
        return [row.form.line() for row in self.lines if not row.form.is_blank]


class ApplicationForm(_Application):
    """Apply for the building of a station."""

    station_id = KeyField(_l("站点"), [Required()])
    applied_on = DateField(_l("申请日期"), [Required()], default=clock.today)


class RevisionForm(_Application):
    """Change an application that nobody has looked at yet."""

    @classmethod
    def of(cls, project: ConstructionProject) -> RevisionForm:
        """The form with what is there."""
        lines = [
            {
                "category": line.category.value,
                "name": line.name,
                "model": line.model,
                "quantity": line.quantity.normalize(),
                "unit": line.unit,
                "unit_price": line.unit_price_fen,
            }
            for line in project.budget
        ]
        told = {"purpose": project.purpose, "builder_name": project.builder_name}
        return cls(builder_number=project.builder_number, lines=lines, **told)


class SiteForm(BaseForm):
    """What the inspector says of a site; the criteria are added by :func:`site_form`."""

    visited_on = DateField(_l("踏勘日期"), [Required()], default=clock.today)
    files = FilesField(_l("选址照片"), description=FILES_HINT)
    opinion = TextAreaField(_l("踏勘意见"), [Required(), Length(max=500)])
    criteria: CriteriaList

    def points(self) -> dict[str, int | None]:
        """Points by criterion."""
        return {one.key: self[one.key].data for one in self.criteria.criteria}

    def remarks(self) -> dict[str, str]:
        """Remarks by criterion."""
        return {one.key: self[f"{one.key}_remark"].data or "" for one in self.criteria.criteria}


def site_form(criteria: CriteriaList) -> SiteForm:
    """The form with two fields for each criterion: its points, and a remark."""
    fields: dict[str, Any] = {"criteria": criteria}
    for one in criteria.criteria:
        wrong = _l("打 0 到 %(most)s 分。", most=one.most)
        fields[one.key] = IntegerField(
            one.label, [Required(_l("还没有打分。")), NumberRange(0, one.most, wrong)], description=one.hint
        )
        fields[f"{one.key}_remark"] = StringField(_l("说明"), [Optional(), Length(max=200)])
    form: SiteForm = type("ScoredSiteForm", (SiteForm,), fields)()
    return form


class ApprovalForm(BaseForm):
    """The hub approves the state that was read."""

    version = IntegerField(widget=HiddenInput())
    equipment = MoneyField(_l("批复设备购置（元）"), [Required()])
    refurbishment = MoneyField(_l("批复装修改造（元）"), [Required()])
    reference = StringField(_l("批复文号"), [Required(), Length(max=100)])
    approved_on = DateField(_l("批复日期"), [Required()], default=clock.today)


class RefusalForm(BaseForm):
    """The hub refuses the state that was read."""

    version = IntegerField(widget=HiddenInput())
    reason = TextAreaField(_l("不予批准的原因"), [Required(), Length(max=300)], description=_l("乡镇会看到这段话"))


class StartForm(BaseForm):
    """Builders are on the site."""

    started_on = DateField(_l("开工日期"), [Required()], default=clock.today)


class CompletionForm(BaseForm):
    """The township has looked at the finished work itself."""

    files = FilesField(_l("完工照片"), description=FILES_HINT)
    completed_on = DateField(_l("自查日期"), [Required()], default=clock.today)
    report = TextAreaField(
        _l("自查情况"), [Required(), Length(max=1000)], description=_l("完成了什么，设备是否到位、贴签，和发票是否一致")
    )


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
    contract_id = KeyField(_l("属于哪份合同"), [Optional()])


class InvoicedForm(BaseForm):
    """Which things an invoice bought; one field for each line of the list is added by :func:`invoiced_form`."""

    other_name = StringField(
        _l("清单以外的东西"), [Optional(), Length(max=100)], description=_l("发票上有、设备清单里没有的，写名称")
    )
    other_quantity = QuantityField(_l("数量"), [Optional()])
    offered: dict[str, tuple[uuid.UUID, str]]

    def things(self) -> list[InvoicedThing]:
        """What was filled in."""
        found = [
            InvoicedThing(name, self[field].data, equipment_id)
            for field, (equipment_id, name) in self.offered.items()
            if self[field].data
        ]
        if (self.other_name.data or "").strip() and self.other_quantity.data:
            found.append(InvoicedThing(self.other_name.data.strip(), self.other_quantity.data))
        return found


def invoiced_form(project: ConstructionProject, invoice: Invoice) -> InvoicedForm:
    """The form with a quantity for each line of the project's equipment list, filled in as it stands."""
    offered = {f"thing{n}": (thing.id, thing.name) for n, thing in enumerate(project.listed)}
    fields: dict[str, Any] = {"offered": offered}
    for n, thing in enumerate(project.listed):
        label = f"{thing.name} {thing.model}".strip()
        fields[f"thing{n}"] = QuantityField(label, [Optional()], description=thing.unit)
    said = {line.equipment_id: line.quantity.normalize() for line in invoice.lines}
    told: dict[str, Any] = {field: said.get(equipment_id) for field, (equipment_id, _name) in offered.items()}
    stray = next((line for line in invoice.lines if line.equipment_id is None), None)
    if stray is not None:
        told |= {"other_name": stray.name, "other_quantity": stray.quantity.normalize()}
    form: InvoicedForm = type("ListedInvoicedForm", (InvoicedForm,), fields)(**told)
    return form


class EquipmentForm(BaseForm):
    """One line of the equipment list."""

    name = StringField(_l("设备名称"), [Required(), Length(max=100)])
    model = StringField(_l("型号"), [Optional(), Length(max=100)])
    quantity = QuantityField(_l("数量"), [Required()], description=_l("每一件发一个资产标签号"))
    unit = StringField(_l("单位"), [Required(), Length(max=16)], default="台")
    amount = MoneyField(_l("金额（元）"), [Required()], description=_l("这一行合计多少钱"))


class ReasonForm(BaseForm):
    """Striking something out, or taking a project back: the reason."""

    reason = TextAreaField(_l("原因"), [Required(), Length(max=200)])


def choices(rows: Sequence[tuple[Any, str]], none: str) -> list[tuple[Any, str]]:
    """Choices with one for "none of them" in front."""
    return [("", none), *rows]
