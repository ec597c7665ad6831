"""The form of the county's plan for a year."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, IntegerField, StringField
from wtforms.validators import Length, NumberRange

from app.core.forms import BaseForm, Optional, Required
from stations.forms.network import stripped
from stations.models import Measure
from stations.rules.plan import Target

_DUE = _l("到哪一天")
_WHOLE = _l("请写成 238 这样的整数。")
_SHARE = NumberRange(0, 100, _l("请写成 85 这样的百分数，0 到 100。"))


class PlanForm(BaseForm):
    """Name, year, and for each measure its figure and its day; a measure left blank is not planned."""

    name = StringField(_l("计划名称"), [Required(), Length(max=100)], filters=[stripped])
    year = IntegerField(_l("年度"), [Required(), NumberRange(2000, 2100, _l("请写成 2026 这样的年份。"))])
    township_stations = IntegerField(Measure.TOWNSHIP_STATIONS.label, [Optional(), NumberRange(0, 10_000, _WHOLE)])
    township_stations_due = DateField(_DUE, [Optional()])
    village_points = IntegerField(Measure.VILLAGE_POINTS.label, [Optional(), NumberRange(0, 100_000, _WHOLE)])
    village_points_before = IntegerField(_l("其中原有（个）"), [Optional(), NumberRange(0, 100_000, _WHOLE)])
    village_points_due = DateField(_DUE, [Optional()])
    village_coverage = DecimalField(Measure.VILLAGE_COVERAGE.label, [Optional(), _SHARE], places=None)
    village_coverage_due = DateField(_DUE, [Optional()])
    key_villages = DecimalField(Measure.KEY_VILLAGES.label, [Optional(), _SHARE], places=None)
    key_villages_due = DateField(_DUE, [Optional()])

    @property
    def targets(self) -> list[Target]:
        """The measures that were filled in; one without a day is due at the end of the year."""
        return [
            Target(
                measure=measure,
                amount=Decimal(self[measure.value].data),
                due_on=self[f"{measure.value}_due"].data or date(self.year.data, 12, 31),
                existing_before=self._before(measure),
            )
            for measure in Measure
            if self[measure.value].data is not None
        ]

    def _before(self, measure: Measure) -> int:
        return (self.village_points_before.data or 0) if measure is Measure.VILLAGE_POINTS else 0

    def fill(self, targets: list[Target]) -> None:
        """Show targets that are set already."""
        for target in targets:
            whole = target.amount == target.amount.to_integral_value()
            self[target.measure.value].data = int(target.amount) if whole else target.amount
            self[f"{target.measure.value}_due"].data = target.due_on
            if target.measure is Measure.VILLAGE_POINTS:
                self.village_points_before.data = target.existing_before
