"""The form of the county's plan for a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, FieldList, Form, FormField, IntegerField, StringField
from wtforms.validators import Length, NumberRange

from app.core.forms import BaseForm, Optional, Required
from stations.forms.network import stripped
from stations.models import Measure
from stations.rules.plan import Milestone, Target

_DUE = _l("到哪一天")
_WHOLE = _l("请写成 238 这样的整数。")
_SHARE = NumberRange(0, 100, _l("请写成 85 这样的百分数，0 到 100。"))
STEPS = 4  # rows for milestones; more are shown when more are set


class MilestoneForm(Form):
    """How much is to be there on a day; a row left blank counts for nothing."""

    due_on = DateField(_DUE, [Optional()])
    amount = DecimalField(_l("应有"), [Optional(), NumberRange(0, 100_000)], places=None)


def _milestones() -> FieldList:
    return FieldList(FormField(MilestoneForm), label=_l("分阶段目标"), min_entries=STEPS, max_entries=24)


class PlanForm(BaseForm):
    """Name, year, and for each measure its figure, its day and its milestones; a measure left blank is not planned."""

    name = StringField(_l("计划名称"), [Required(), Length(max=100)], filters=[stripped])
    year = IntegerField(_l("年度"), [Required(), NumberRange(2000, 2100, _l("请写成 2026 这样的年份。"))])
    township_stations = IntegerField(Measure.TOWNSHIP_STATIONS.label, [Optional(), NumberRange(0, 10_000, _WHOLE)])
    township_stations_due = DateField(_DUE, [Optional()])
    township_stations_milestones = _milestones()
    village_points = IntegerField(Measure.VILLAGE_POINTS.label, [Optional(), NumberRange(0, 100_000, _WHOLE)])
    village_points_before = IntegerField(_l("其中原有（个）"), [Optional(), NumberRange(0, 100_000, _WHOLE)])
    village_points_due = DateField(_DUE, [Optional()])
    village_points_milestones = _milestones()
    village_coverage = DecimalField(Measure.VILLAGE_COVERAGE.label, [Optional(), _SHARE], places=None)
    village_coverage_due = DateField(_DUE, [Optional()])
    village_coverage_milestones = _milestones()
    key_villages = DecimalField(Measure.KEY_VILLAGES.label, [Optional(), _SHARE], places=None)
    key_villages_due = DateField(_DUE, [Optional()])
    key_villages_milestones = _milestones()

    def validate(self, extra_validators: Any = None) -> bool:
        """Also: a milestone has both its day and its figure."""
        good = bool(super().validate(extra_validators))
        for measure in Measure:
            rows = self[f"{measure.value}_milestones"]
            if any((row.form.due_on.data is None) != (row.form.amount.data is None) for row in rows):
                rows.errors = [*rows.errors, _l("日期和数要一起填。")]
                good = False
        return good

    @property
    def targets(self) -> list[Target]:
        """The measures that were filled in; one without a day is due at the end of the year."""
        return [
            Target(
                measure=measure,
                amount=Decimal(self[measure.value].data),
                due_on=self[f"{measure.value}_due"].data or date(self.year.data, 12, 31),
                existing_before=self._before(measure),
                milestones=self._steps(measure),
            )
            for measure in Measure
            if self[measure.value].data is not None
        ]

    def _before(self, measure: Measure) -> int:
        return (self.village_points_before.data or 0) if measure is Measure.VILLAGE_POINTS else 0

    def _steps(self, measure: Measure) -> tuple[Milestone, ...]:
        """What was filled in, by day."""
        rows = [row.form for row in self[f"{measure.value}_milestones"]]
        filled = [Milestone(r.due_on.data, r.amount.data) for r in rows if r.due_on.data and r.amount.data is not None]
        return tuple(sorted(filled, key=lambda milestone: milestone.due_on))

    def fill(self, targets: list[Target]) -> None:
        """Show targets that are set already."""
        for target in targets:
            self[target.measure.value].data = _short(target.amount)
            self[f"{target.measure.value}_due"].data = target.due_on
            self._fill_steps(target)
            if target.measure is Measure.VILLAGE_POINTS:
                self.village_points_before.data = target.existing_before

    def _fill_steps(self, target: Target) -> None:
        rows = self[f"{target.measure.value}_milestones"]
        while len(rows) < len(target.milestones):
            rows.append_entry()
        for row, milestone in zip(rows, target.milestones, strict=False):
            row.form.due_on.data, row.form.amount.data = milestone.due_on, _short(milestone.amount)


def _short(amount: Decimal) -> int | Decimal:
    return int(amount) if amount == amount.to_integral_value() else amount
